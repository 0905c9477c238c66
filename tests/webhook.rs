//! What Gorgias sends, in every shape it may have, and what becomes of it.

use std::sync::mpsc;

use polus_simulations::gorgias::people::{Letter, NewTicket, Written};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, Answer, Api, CONNECTION, Gate, Gave, TestApp, until};

const MIB: usize = 1024 * 1024;

/// Of an unreadable body so much is kept.
const KEPT_BYTES: usize = 64 * 1024;

/// P1: the body is the account's own template; every shape that tells the ticket will do.
#[test]
fn every_shape_of_body_that_tells_the_ticket_is_understood() {
    let app = TestApp::here();
    app.connect_silently();
    let shapes: [fn(Written) -> (String, String); 8] = [
        |w| {
            (
                json!({"ticket": {"id": w.ticket_id}, "message": {"id": w.message_id}}).to_string(),
                String::new(),
            )
        },
        |w| (json!({"ticket_id": w.ticket_id, "message_id": w.message_id}).to_string(), String::new()),
        // An object form: every leaf is a string, also what was no string.
        |w| {
            let form = json!({"ticket_id": w.ticket_id.to_string(), "message_id": w.message_id.to_string(),
                "assignee_user_id": "None", "from_agent": "False", "public": "True", "count": "123"});
            (form.to_string(), String::new())
        },
        // The same as a list of pairs.
        |w| {
            let pairs = json!([{"key": "ticket_id", "value": w.ticket_id.to_string()},
                {"key": "message_id", "value": w.message_id}, {"key": "public", "value": "True"}]);
            (pairs.to_string(), String::new())
        },
        |w| (format!("ticket_id={}&message_id={}", w.ticket_id, w.message_id), String::new()),
        |w| (String::new(), format!("?ticket_id={}&message_id={}", w.ticket_id, w.message_id)),
        |w| (json!({"id": w.ticket_id, "status": "open"}).to_string(), String::new()),
        |w| (json!({"context": {"ticket": {"id": w.ticket_id}}}).to_string(), "?trigger=x".to_owned()),
    ];
    for shape in shapes {
        let written = app.shop.customer_asks(ANSWERABLE);
        let (body, query) = shape(written);
        let answer = send(&app, &format!("{}{query}", app.webhook_url()), body.as_bytes());
        assert_eq!((answer.status, answer.text.as_str()), (200, "{}"), "{body}");
        app.wait_for_reply(written.ticket_id);
    }
    assert_eq!(app.quarantine(), Vec::<Value>::new());
}

/// What tells no ticket is kept for a person, and Gorgias hears that all is well: it would switch the webhook off.
#[test]
fn a_body_that_tells_no_ticket_is_kept() {
    let app = TestApp::here();
    app.connect_silently();
    let nested = format!("{{\"ticket\": {}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let cases: [(&[u8], &str); 12] = [
        (b"", "an empty body"),
        (b" \n ", "an empty body"),
        (b"{}", "no ticket number"),
        (b"[]", "no ticket number"),
        (b"{\"ticket\": {\"id\": \"None\"}}", "no ticket number"),
        (b"{\"ticket_id\": -5}", "no ticket number"),
        (b"{\"ticket_id\": 1e300}", "no ticket number"),
        (b"{\"ticket\": {\"id\": 7}", "neither JSON nor"),
        (b"<html>Bad gateway</html>", "neither JSON nor"),
        (b"\"a text\"", "neither JSON nor"),
        (b"{\"ticket_id\": \"\xff\xfe\"}", "UTF-8"),
        (nested.as_bytes(), ""),
    ];
    for (number, (body, problem)) in (1..).zip(cases) {
        app.hook(body);
        let kept = app.quarantine();
        assert_eq!(kept.len(), number, "{}", String::from_utf8_lossy(&body[..body.len().min(80)]));
        let last = &kept[number - 1];
        assert!(last["problem"].as_str().unwrap().contains(problem), "{last}");
        assert_eq!(last["bytes"], body.len());
        assert!(last["body"].as_str().unwrap().len() <= KEPT_BYTES);
    }
    assert!(
        app.shop.calls().iter().all(|call| !call.starts_with("GET /api/tickets/")),
        "nothing is looked up"
    );
}

/// Depth beside what is looked for neither hides it nor brings the program down.
#[test]
fn depth_beside_a_ticket_does_no_harm() {
    let app = TestApp::here();
    app.connect_silently();
    let written = app.shop.customer_asks(ANSWERABLE);
    let depth = 100_000;
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    app.hook(format!("{{\"ticket\": {{\"id\": {}}}, \"extra\": {open}{close}}}", written.ticket_id));
    let is_kept = app.quarantine().len() == 1;
    let is_known = app.count(written.ticket_id, "notified") == 1;
    assert!(is_kept ^ is_known, "kept: {is_kept}, known: {is_known}");
}

/// A body over 4 MiB is taken, and its first 64 KiB are kept.
#[test]
fn a_body_too_large_is_kept_in_part() {
    let app = TestApp::here();
    app.connect_silently();
    let body = format!("{{\"ticket_id\": 7, \"filler\": \"{}\"}}", "x".repeat(5 * MIB));
    app.hook(&body);
    let kept = app.quarantine();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["bytes"], body.len());
    assert_eq!(kept[0]["body"].as_str().unwrap().len(), KEPT_BYTES);
    let problem = kept[0]["problem"].as_str().unwrap();
    assert!(problem.contains("larger than") && problem.contains("ticket 7"), "{problem}");
    app.wait_for_event(7, "ticket_gone");

    let large = format!("{{\"ticket_id\": 7, \"filler\": \"{}\"}}", "x".repeat(3 * MIB));
    app.hook(&large);
    assert_eq!(app.quarantine().len(), 1, "up to 4 MiB a body is read");

    let other = format!(
        "{{\"ticket_id\": 8, \"account\": {{\"domain\": \"other\"}}, \"filler\": \"{}\"}}",
        "x".repeat(5 * MIB)
    );
    let nothing = format!("{{\"filler\": \"{}\", \"ticket_id\": 9}}", "x".repeat(5 * MIB));
    for (body, problem) in
        [(other, "from the account \"other\""), (nothing, "no ticket number stands in that beginning")]
    {
        app.hook(&body);
        let kept = app.quarantine();
        let last = kept.last().unwrap();
        assert!(last["problem"].as_str().unwrap().contains(problem), "{}", last["problem"]);
    }
    assert_eq!((app.count(8, "notified"), app.count(9, "notified")), (0, 0));
    let doctor = app.run(&["doctor"]).out();
    assert!(doctor.contains("3 webhook bodies larger than 4 MiB were put aside"), "{doctor}");
}

/// A mail whose body makes the webhook too large is answered like any other: its ticket is read anyway.
#[test]
fn a_mail_with_a_table_of_ten_megabytes_is_answered() {
    let app = TestApp::here();
    app.connect_silently();
    let row = "<tr><td>green tea</td><td>12</td><td>in stock</td></tr>";
    let table = row.repeat(10 * MIB / row.len());
    let html = format!("<p>{ANSWERABLE}</p><table>{table}</table>");
    let letter = Letter { html: Some(html.clone()), ..Letter::of(ANSWERABLE) };
    let assignee_user = Some(app.shop.cast.ai_user);
    let written = app.shop.customer_begins(NewTicket { letter, assignee_user, ..NewTicket::default() });
    let (ticket, message) = (written.ticket_id, written.message_id);
    // The ticket stands before the message that makes the body large.
    let (of_ticket, html) = (json!({"id": ticket, "account": {"domain": CONNECTION}}), json!(html));
    app.hook(format!(
        "{{\"ticket\": {of_ticket}, \"message\": {{\"id\": {message}, \"body_html\": {html}}}}}"
    ));
    let told = app.wait_for_event(ticket, "notified");
    assert!(told.contains(&message.to_string()), "{told}");
    app.wait_for_reply(ticket);
    assert_eq!(app.quarantine().len(), 1);
    assert!(app.wait_for_ending(ticket, message).starts_with("it was answered"), "{}", app.story(ticket));
}

/// S-66: a ticket of another account never reaches this one's tickets, though the numbers may be equal.
#[test]
fn a_ticket_of_another_account_is_kept_apart() {
    let app = TestApp::here();
    app.connect_silently();
    let written = app.shop.customer_asks(ANSWERABLE);
    let ticket = json!({"id": written.ticket_id, "account": {"domain": "other"}});
    app.hook(json!({"ticket": ticket}).to_string());
    let kept = app.quarantine();
    assert_eq!(kept.len(), 1);
    assert!(kept[0]["problem"].as_str().unwrap().contains("\"other\""), "{}", kept[0]["problem"]);
    assert_eq!(app.count(written.ticket_id, "notified"), 0);

    let own = json!({"id": written.ticket_id, "account": {"domain": "ACME"}});
    app.hook(json!({"ticket": own}).to_string());
    app.wait_for_reply(written.ticket_id);
}

/// P1: the body is only a hint. A message that no read shows is looked for three times, then a person gets the ticket.
#[test]
fn a_message_that_does_not_exist_goes_to_a_person() {
    let app = TestApp::here();
    app.connect_silently();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.hook(json!({"ticket_id": written.ticket_id, "message_id": 999_999_999_i64}).to_string());
    app.wait_for_event(written.ticket_id, "message_not_found");
    let state = app.wait_for_handoff(written.ticket_id);
    assert!(state["phase"]["reason"].as_str().unwrap().contains("cannot be found"), "{state:#}");
}

/// A ticket that is deleted between the webhook and the read is gone, and nothing is done about it.
#[test]
fn a_ticket_deleted_before_it_is_read_is_left_alone() {
    let app = TestApp::here();
    app.connect_silently();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.shop.desk().delete(app.shop.pace.now_ms(), written.ticket_id).unwrap();
    app.hook(json!({"ticket_id": written.ticket_id, "message_id": written.message_id}).to_string());
    app.wait_for_event(written.ticket_id, "ticket_gone");
    let state = app.wait_for_state(written.ticket_id, |state| state["state"] == "gone");
    assert_eq!(state["owed"]["debts"], json!([]));
    assert!(app.shop.calls().iter().all(|call| !call.starts_with("POST /api/tickets")));
}

/// A ticket nobody ever heard of, in a body that a stranger made up, leads to silence as well.
#[test]
fn a_ticket_that_never_was_is_left_alone() {
    let app = TestApp::here();
    app.connect_silently();
    app.hook(json!({"ticket_id": 4_000_000_000_i64, "message_id": 1}).to_string());
    app.wait_for_event(4_000_000_000, "ticket_gone");
}

/// A wrong secret and an unknown connection look the same from outside.
#[test]
fn a_wrong_secret_and_an_unknown_connection_are_answered_alike() {
    let app = TestApp::here();
    app.connect_silently();
    let body = json!({"ticket_id": 5}).to_string();
    let right = app.webhook_url();
    let secret = right.rsplit('/').next().unwrap();
    let urls = [
        format!("{}/webhooks/gorgias/{CONNECTION}/wrong", app.base()),
        format!("{}/webhooks/gorgias/{CONNECTION}/{}", app.base(), &secret[1..]),
        format!("{}/webhooks/gorgias/{CONNECTION}/-", app.base()),
        format!("{}/webhooks/gorgias/nobody/{secret}", app.base()),
        format!("{}/webhooks/gorgias/no%20body/{secret}", app.base()),
        format!("{}/webhooks/gorgias/{CONNECTION}", app.base()),
        format!("{}/webhooks/other/{CONNECTION}/{secret}", app.base()),
    ];
    let answers: Vec<Answer> = urls.iter().map(|url| send(&app, url, body.as_bytes())).collect();
    for (url, answer) in urls.iter().zip(&answers) {
        assert_eq!(shape(answer), shape(&answers[0]), "{url}");
        assert_eq!(answer.status, 404);
        assert!(!answer.text.contains(secret));
    }
    let get = app.api().try_send(Method::GET, right.strip_prefix(&app.base()).unwrap(), None).unwrap();
    assert_eq!(get.status, 404, "only POST is an event");
    assert_eq!(app.quarantine(), Vec::<Value>::new());
    assert_eq!(app.count(5, "notified"), 0);
}

/// The secret may come in a header, so that it stands in no address.
#[test]
fn the_secret_may_come_in_a_header() {
    let app = TestApp::here();
    app.connect_silently();
    let url = app.webhook_url();
    let (start, secret) = url.rsplit_once('/').unwrap();
    let written = app.shop.customer_asks(ANSWERABLE);
    let body = json!({"ticket_id": written.ticket_id}).to_string();
    let headed = |value: &str| {
        app.api().hook(&format!("{start}/-"), &[("X-Polus-Secret", value)], body.as_bytes()).unwrap().status
    };
    assert_eq!((headed("wrong"), headed(secret)), (404, 200));
    app.wait_for_reply(written.ticket_id);
}

/// While the log takes nothing, Gorgias is asked to come again; nothing is pretended.
#[test]
fn a_log_that_takes_nothing_is_a_503() {
    let gate = Gate::open();
    let app = gated(&gate);
    gate.refuse();
    let written = app.shop.customer_asks(ANSWERABLE);
    let url = app.webhook_url();
    for body in [json!({"ticket_id": written.ticket_id}).to_string(), "nothing".to_owned()] {
        let answer = send(&app, &url, body.as_bytes());
        assert_eq!(answer.status, 503, "{body}");
        let seconds: u32 = answer.header("retry-after").expect("a time to come again").parse().unwrap();
        assert!(seconds > 0);
    }
    gate.release();
    assert_eq!(send(&app, &url, json!({"ticket_id": written.ticket_id}).to_string().as_bytes()).status, 200);
    app.wait_for_reply(written.ticket_id);
}

/// The 200 comes when the event is durable and not before.
#[test]
fn the_answer_waits_for_the_log() {
    let gate = Gate::open();
    let app = gated(&gate);
    let written = app.shop.customer_asks(ANSWERABLE);
    let url = app.webhook_url();
    gate.hold();
    let (tell, told) = mpsc::channel();
    let sender = std::thread::spawn(move || {
        let body = json!({"ticket_id": written.ticket_id}).to_string();
        let answer = Api::new("", "").hook(&url, &[], body.as_bytes());
        tell.send(()).expect("somebody who waits");
        answer.expect("an answer").status
    });
    until("the append to wait", || (gate.waiting() > 0).then_some(()));
    assert_eq!(told.try_recv(), Err(mpsc::TryRecvError::Empty), "it answered before the log did");
    gate.release();
    assert_eq!(sender.join().unwrap(), 200);
    app.wait_for_reply(written.ticket_id);
}

/// S-62, S-63, F-10: after a disconnect the old address answers 200 and what it brings is recorded, not acted on.
#[test]
fn the_address_of_a_cut_connection_stays_polite() {
    let app = TestApp::here();
    app.connect_silently();
    let old = app.webhook_url();
    let path = format!("/connections/{CONNECTION}");
    app.api().call(Method::DELETE, &path, None).expect_status(200);
    let written = app.shop.customer_asks(ANSWERABLE);
    let body = json!({"ticket_id": written.ticket_id, "message_id": written.message_id}).to_string();
    assert_eq!(send(&app, &old, body.as_bytes()).status, 200);
    let told = app.wait_for_event(written.ticket_id, "notified");
    assert!(told.contains("disconnected"), "{told}");

    app.connect_silently();
    let new = app.webhook_url();
    assert_ne!(old, new, "a new connection has a new secret");
    assert_eq!(send(&app, &old, body.as_bytes()).status, 200);
    until("an event at the old address", || {
        let steps = app.replay(written.ticket_id);
        steps.iter().any(|step| step["told"].as_str().unwrap().contains("retired")).then_some(())
    });
    assert!(app.shop.replies(written.ticket_id).is_empty(), "{}", app.story(written.ticket_id));
}

/// Readiness, liveness and the counts of what came in are told where machines look for them.
#[test]
fn health_and_metrics_tell_what_came_in() {
    let app = TestApp::here();
    app.connect_silently();
    app.hook("nothing");
    let ticket =
        app.shop.customer_begins(NewTicket { letter: Letter::of(ANSWERABLE), ..NewTicket::default() });
    app.hook(json!({"ticket_id": ticket.ticket_id}).to_string());
    let api = app.api();
    for path in ["/healthz", "/readyz", "/version"] {
        assert_eq!(api.try_send(Method::GET, path, None).unwrap().status, 200, "{path}");
    }
    let metrics = api.try_send(Method::GET, "/metrics", None).unwrap().text;
    for line in ["polus_webhooks_total 1", "polus_quarantined_total 1"] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
}

fn gated(gate: &Gate) -> TestApp {
    let mut app = TestApp::here();
    app.stop();
    let gate = gate.clone();
    app.start_in(move |world| world.log = gate.before(world.log.clone()));
    app.connect_silently();
    app
}

fn send(app: &TestApp, url: &str, body: &[u8]) -> Answer {
    app.api().hook(url, &[], body).expect("an answer")
}

/// What an answer shows from outside, but for the time of day.
fn shape(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    (answer.status, headers, answer.text.clone())
}
