//! Each fault of a connection, alone, with its cure.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use polus_actors::mail::{SecretShown, WebhookFound};
use polus_core::connection::{ArticleRef, Details, OldSecret, Webhook};
use polus_core::gorgias::requests::ASSIGNMENT_TRIGGER;
use polus_core::id::{IntegrationId, MessageId, TeamId, TicketId, UserId};
use polus_core::ticket::event::HandoffReason;

use super::super::Verdict;
use super::*;

const URL: &str = "https://polus.example.com/webhooks/gorgias/acme/s";

/// As long as a handed-off ticket usually may wait, in milliseconds.
const HOUR_MS: i64 = 60 * 60 * 1_000;

fn view() -> ConnectionView {
    let details = Details {
        generation: 1,
        account: "acme".to_owned(),
        ai_user: UserId(9),
        ai_user_name: "Robin".to_owned(),
        handoff_team: Some(TeamId(7)),
        handoff_user: None,
        mode: Mode::Live,
        go_live: MessageId(0),
        key_fingerprint: String::new(),
        webhook_secret_hash: String::new(),
        warnings: Vec::new(),
        by: String::new(),
    };
    let article = ArticleRef { id: "a".to_owned(), title: "A".to_owned(), blob: String::new() };
    let mut view = ConnectionView::default();
    view.connection.status = Status::Active;
    view.connection.details = Some(details);
    view.connection.articles = vec![article];
    view.connection.webhooks = [1, 2].map(made).to_vec();
    view.last_webhook.heard(Time(1));
    view
}

fn made(number: i64) -> Webhook {
    Webhook { integration: IntegrationId(number), form: None, begun: Vec::new(), fault: None }
}

fn examined() -> Examined {
    let calls = |url: String| WebhookFound::Calls { url: url.into(), secret: SecretShown::Plain };
    let second = format!("{URL}?trigger={ASSIGNMENT_TRIGGER}");
    Examined {
        ai_user_problem: None,
        handoff_problem: None,
        webhooks: vec![(IntegrationId(1), calls(URL.to_owned())), (IntegrationId(2), calls(second))],
        inbound: Vec::new(),
    }
}

fn facts(view: &ConnectionView) -> Facts<'_> {
    Facts {
        id: "acme",
        view,
        examined: Ok(examined()),
        webhook_url: Some(URL.into()),
        unheard: None,
        alarms: Vec::new(),
        quarantined: PutAside::default(),
        tickets: Some(Tickets { known: 1, looked_at: 1, ever_ours: true, ..Tickets::default() }),
        started: Time(0),
        now: Time(HOUR_MS),
    }
}

/// The only row that is not well, and every one says what to do.
fn fault(facts: &Facts<'_>) -> Row {
    let mut faults: Vec<Row> = rows(facts).into_iter().filter(|row| row.result != Verdict::Ok).collect();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let fault = faults.remove(0);
    assert!(fault.cure.as_ref().is_some_and(|cure| !cure.is_empty()), "{fault:?}");
    fault
}

fn assert_fault(facts: &Facts<'_>, check: &str, result: Verdict, found: &str, cure: &str) {
    let fault = fault(facts);
    assert_eq!((fault.check, fault.result), (check, result), "{fault:?}");
    assert!(fault.found.contains(found), "{fault:?}");
    assert!(fault.cure.as_ref().is_some_and(|told| told.contains(cure)), "{fault:?}");
}

#[test]
fn a_connection_that_is_well_has_nothing_but_good_rows() {
    let view = view();
    let rows = rows(&facts(&view));
    assert!(rows.iter().all(|row| row.result == Verdict::Ok && row.cure.is_none()), "{rows:#?}");
    let checks: Vec<&str> = rows.iter().map(|row| row.check).collect();
    assert_eq!(
        checks,
        [
            "state",
            "mode",
            "webhook_installed",
            "webhook",
            "knowledge",
            "handoff_destination",
            "waiting_for_people"
        ]
    );
}

#[test]
fn what_gorgias_refuses_is_told_apart() {
    let view = view();
    let words = || "words".to_owned();
    for (refused, check, result, cure) in [
        (Refused::Key(words()), "key", Verdict::Problem, "make a new key"),
        (Refused::Plan(words()), "key", Verdict::Problem, "role admin"),
        (Refused::Domain(words()), "domain", Verdict::Problem, "right prefix"),
        (Refused::Budget(words()), "state", Verdict::Warning, "wait a minute"),
        (Refused::Outage(words()), "reachable", Verdict::Problem, "https://acme.gorgias.com"),
        (Refused::Storage(words()), "state", Verdict::Problem, "master key"),
    ] {
        assert_fault(&Facts { examined: Err(refused), ..facts(&view) }, check, result, "words", cure);
    }
    let gone = Examined { ai_user_problem: Some(words()), ..examined() };
    let facts = Facts { examined: Ok(gone), ..facts(&view) };
    assert_fault(&facts, "ai_user", Verdict::Problem, "words", "activate the user");
}

#[test]
fn a_destination_that_is_gone_is_told() {
    let view = view();
    let gone = Examined { handoff_problem: Some("there is no team 7".to_owned()), ..examined() };
    let facts = Facts { examined: Ok(gone), ..facts(&view) };
    assert_fault(&facts, "handoff_destination", Verdict::Problem, "no team 7", "--handoff-team NUMBER");
}

#[test]
fn what_was_recorded_is_told_too() {
    let problem = "words".to_owned();
    for (status, check, cure) in [
        (Status::Refused { problem: problem.clone() }, "key", "make a new key"),
        (Status::Insufficient { problem: problem.clone() }, "key", "role admin"),
        (Status::AiUserMissing { problem: problem.clone() }, "ai_user", "activate the user"),
    ] {
        let mut view = view();
        view.connection.status = status;
        let outage = Err(Refused::Outage("no answer".to_owned()));
        let down = Facts { examined: outage, ..facts(&view) };
        assert_fault(&down, check, Verdict::Problem, "words", cure);
        assert_fault(&facts(&view), "state", Verdict::Warning, "works again", "wait");
    }
    let mut view = view();
    view.connection.trouble = Some(problem);
    assert_fault(&facts(&view), "state", Verdict::Warning, "words", "status.gorgias.com");
    for (status, result) in [(Status::Disconnected, Verdict::Ok), (Status::Unverified, Verdict::Warning)] {
        view.connection.status = status;
        let rows = rows(&facts(&view));
        assert_eq!((rows.len(), rows[0].result), (1, result));
    }
}

#[test]
fn a_mode_that_answers_nothing_is_told() {
    for (paused, mode, found, cure) in [
        (true, Mode::Live, "paused", "polus resume acme"),
        (false, Mode::Shadow, "internal notes", "polus mode acme live"),
        (false, Mode::Off, "off", "polus mode acme live"),
    ] {
        let mut view = view();
        (view.connection.paused, view.connection.mode) = (paused, mode);
        assert_fault(&facts(&view), "mode", Verdict::Warning, found, cure);
    }
}

#[test]
fn webhooks_that_do_not_call_are_told() {
    let view = view();
    let elsewhere = |secret| WebhookFound::Calls { url: "https://old.example/s".into(), secret };
    for (changed, found) in [
        (WebhookFound::Gone, "HTTP integration 2 was deleted"),
        (WebhookFound::Off, "HTTP integration 2 is switched off"),
        (elsewhere(SecretShown::Plain), "HTTP integration 2 calls another address"),
        (elsewhere(SecretShown::Masked), "HTTP integration 2 calls another address"),
    ] {
        let mut examined = examined();
        examined.webhooks[1].1 = changed;
        let facts = Facts { examined: Ok(examined), ..facts(&view) };
        assert_fault(&facts, "webhook_installed", Verdict::Problem, found, "polus webhook acme repair");
    }
    // One that was deleted and made again is as it should be.
    let mut again = examined();
    again.webhooks.insert(1, (IntegrationId(8), WebhookFound::Gone));
    assert!(rows(&Facts { examined: Ok(again), ..facts(&view) }).iter().all(|row| row.result == Verdict::Ok));
    let mut half = examined();
    half.webhooks.pop();
    let facts = Facts { examined: Ok(half), ..facts(&view) };
    assert_fault(&facts, "webhook_installed", Verdict::Problem, "is not there", "polus webhook acme repair");
}

/// A rotation whose write is open calls the same address, with the old secret.
#[test]
fn a_secret_that_is_not_the_new_one_is_told() {
    let mut view = view();
    let shown = |shown| {
        let mut examined = examined();
        let url = format!("{}/t?trigger={ASSIGNMENT_TRIGGER}", URL.trim_end_matches("/s"));
        examined.webhooks[1].1 = WebhookFound::Calls { url: url.into(), secret: shown };
        Ok(examined)
    };
    let row = |facts: &Facts<'_>| {
        rows(facts).into_iter().find(|row| row.check == "webhook_installed").expect("a row")
    };
    let masked = row(&Facts { examined: shown(SecretShown::Masked), ..facts(&view) });
    assert_eq!(masked.result, Verdict::Ok, "{masked:?}");
    assert!(masked.found.contains("does not show the secret of HTTP integration 2"), "{masked:?}");
    let (words, cure) = ("not written yet into HTTP integration 2", "polus webhook acme repair");
    let never = Facts { examined: shown(SecretShown::Replaced), ..facts(&view) };
    let rotate = "polus webhook acme rotate";
    assert_fault(&never, "webhook_installed", Verdict::Problem, "that no rotation replaced", rotate);
    let old = |until| OldSecret { hash: String::new(), until, left_in: vec![IntegrationId(2)] };
    view.connection.old_secrets = vec![old(Time(0))];
    let over = Facts { examined: shown(SecretShown::Replaced), ..facts(&view) };
    assert_fault(&over, "webhook_installed", Verdict::Problem, words, cure);
    view.connection.old_secrets = vec![old(Time(2 * HOUR_MS))];
    let open = Facts { examined: shown(SecretShown::Replaced), ..facts(&view) };
    assert_fault(&open, "webhook_installed", Verdict::Warning, words, cure);
}

#[test]
fn silence_is_told_where_there_is_something_to_hear() {
    let view = view();
    let written = InboundListed { ticket: TicketId(5), message: MessageId(6), created_at: Time(7) };
    let silent = Facts { unheard: Some(Unheard { written, is_made_up_for: false }), ..facts(&view) };
    assert_fault(
        &silent,
        "webhook",
        Verdict::Problem,
        "message 6 on ticket 5",
        "can be called from the internet",
    );
    let mut unheard = self::view();
    unheard.last_webhook = ConnectionView::default().last_webhook;
    assert!(rows(&facts(&unheard)).iter().all(|row| row.result == Verdict::Ok));
    unheard.connection.webhooks.clear();
    let examined = Examined { webhooks: Vec::new(), ..examined() };
    let none = Facts { examined: Ok(examined), ..facts(&unheard) };
    assert_fault(&none, "webhook", Verdict::Warning, "Polus made none", "polus webhook acme install");
}

/// What came while the server was down is no silence, as long as the webhooks stand.
#[test]
fn what_the_catch_up_made_up_for_is_no_problem() {
    let view = view();
    let written = InboundListed { ticket: TicketId(5), message: MessageId(6), created_at: Time(7) };
    let told = |is_made_up_for, started| Facts {
        unheard: Some(Unheard { written, is_made_up_for }),
        started: Time(started),
        ..facts(&view)
    };
    assert_fault(&told(true, 8), "webhook", Verdict::Warning, "while the server was down", "nothing");
    for silent in [told(true, 6), told(false, 8)] {
        assert_fault(&silent, "webhook", Verdict::Problem, "silent", "polus webhook acme install");
    }
    let mut none = told(true, 8);
    none.webhook_url = None;
    assert_fault(&none, "webhook", Verdict::Problem, "silent", "polus webhook acme install");
    let heard = self::view();
    heard.last_webhook.heard(Time(9));
    assert_fault(&Facts { view: &heard, ..none }, "webhook", Verdict::Warning, "made up for", "next webhook");
}

/// A ticket that cannot be read hides nothing of the others.
#[test]
fn tickets_that_cannot_be_read_are_told() {
    let view = view();
    let tickets = Tickets {
        known: 2,
        looked_at: 2,
        unread: 1,
        problem: Some("acme/ticket/5: words".to_owned()),
        ..Tickets::default()
    };
    let unread = Facts { tickets: Some(tickets), ..facts(&view) };
    let (found, cure) = ("1 ticket could not be read", "polus log verify");
    assert_fault(&unread, "log", Verdict::Problem, found, cure);
    assert!(rows(&unread).iter().any(|row| row.check == "waiting_for_people"));
    let none = rows(&Facts { tickets: None, ..facts(&view) });
    assert!(none.iter().all(|row| row.check != "waiting_for_people" && row.result == Verdict::Ok));
}

#[test]
fn what_lacks_around_it_is_told() {
    let mut bare = view();
    bare.connection.articles.clear();
    assert_fault(
        &facts(&bare),
        "knowledge",
        Verdict::Problem,
        "no help article",
        "polus knowledge import acme",
    );
    let mut alone = view();
    alone.connection.details.as_mut().unwrap().handoff_team = None;
    let rule = "when ticket updated, if assignee team is that team and tags contains one of polus-handed-off";
    assert_fault(&facts(&alone), "handoff_destination", Verdict::Warning, "nobody gets", rule);
    alone.connection.policy.handoff_tags.clear();
    let tag = "polus policy set acme handoff.tags=default";
    assert_fault(
        &facts(&alone),
        "handoff_destination",
        Verdict::Warning,
        "no tag tells them from others",
        tag,
    );
    let view = view();
    let tickets = Tickets { known: 3, looked_at: 3, ..Tickets::default() };
    let never = Facts { tickets: Some(tickets), ..facts(&view) };
    assert_fault(
        &never,
        "assignment",
        Verdict::Warning,
        "none of the 3 tickets",
        "then assign to user Robin",
    );
    let mut warned = self::view();
    warned.connection.details.as_mut().unwrap().warnings.push("merges: switch it off".to_owned());
    assert_fault(&facts(&warned), "account", Verdict::Warning, "merges", "save the connection anew");
}

#[test]
fn what_waits_for_people_is_told_when_it_waits_long() {
    let view = view();
    let waiting = |since| Tickets {
        known: 9,
        looked_at: 8,
        ever_ours: true,
        waiting: [501, 502]
            .map(|ticket| Waiting {
                ticket: TicketId(ticket),
                since: Time(since),
                reason: HandoffReason::NoSource,
            })
            .into(),
        ..Tickets::default()
    };
    let long = Facts { tickets: Some(waiting(0)), ..facts(&view) };
    assert_fault(
        &long,
        "waiting_for_people",
        Verdict::Warning,
        "2 handed-off tickets wait for a person among the newest 8 tickets, ticket 501 longest",
        "if assignee team is team 7",
    );
    let short = Facts { tickets: Some(waiting(1)), ..facts(&view) };
    assert!(rows(&short).iter().all(|row| row.result == Verdict::Ok));
}

/// What cannot be read has another cure than what is too large.
#[test]
fn bodies_put_aside_are_told_by_what_is_wrong_with_them() {
    let view = view();
    let unread = PutAside { unread: 4, last_unread: Some(Time(5)), ..PutAside::default() };
    assert_fault(
        &Facts { quarantined: unread, ..facts(&view) },
        "quarantine",
        Verdict::Warning,
        "4 webhook bodies that named no ticket were put aside",
        "/api/v1/connections/acme/quarantine shows them; give the HTTP integration the body {{context}}",
    );
    let too_large = PutAside { too_large: 1, last_too_large: Some(Time(5)), ..PutAside::default() };
    let too_large = Facts { quarantined: too_large, ..facts(&view) };
    assert_fault(
        &too_large,
        "quarantine",
        Verdict::Warning,
        "1 webhook body larger than 4 MiB was put aside",
        "whether its ticket was found",
    );
    assert!(!fault(&too_large).cure.unwrap().contains("{{context}}"));
}

#[test]
fn a_mode_that_differs_by_channel_is_told() {
    let by_channel = |mode| {
        let mut view = view();
        view.connection.mode = mode;
        view.connection.policy.set("channels.chat", "shadow").unwrap();
        view.connection.policy.set("channels.sms", "off").unwrap();
        view
    };
    let live = by_channel(Mode::Live);
    let row = rows(&facts(&live)).into_iter().find(|row| row.check == "mode").unwrap();
    let found = "live: tickets of the AI user are answered; by channel: chat shadow, sms off";
    assert_eq!((row.result, row.found.as_str(), row.cure), (Verdict::Ok, found, None));
    let shadow = by_channel(Mode::Shadow);
    let found = "customers get nothing; by channel: sms off";
    assert_fault(&facts(&shadow), "mode", Verdict::Warning, found, "to let it answer");
}

#[test]
fn alarms_are_told_with_what_to_do_and_many_are_counted() {
    let view = view();
    let alarm = |about: String| Alarm { about, message: "words".to_owned(), since: Time(1) };
    for (about, check, cure) in [
        ("acme", "alarm", "the lines above"),
        ("acme/key", "alarm", "the lines above"),
        ("acme/sync", "alarm", "a walk through Gorgias' changes"),
        ("acme/knowledge", "alarm", "polus knowledge import acme"),
        ("acme/501/unassigned", "ticket_unassigned", "assign it in Gorgias"),
        ("acme/501", "ticket_put_aside", "polus replay acme/501 --check"),
    ] {
        let raised = Facts { alarms: vec![alarm(about.to_owned())], ..facts(&view) };
        assert_fault(&raised, check, Verdict::Problem, "words", cure);
    }
    let many = (1..=12).map(|number| alarm(format!("acme/{number}"))).collect();
    let rows = rows(&Facts { alarms: many, ..facts(&view) });
    let aside: Vec<&Row> = rows.iter().filter(|row| row.check == "ticket_put_aside").collect();
    assert_eq!((aside.len(), aside[10].found.as_str()), (11, "2 tickets more"));
}
