//! The connection machine: what a call's refusal does to it, what a disconnect leaves, and how its webhooks
//! and their secrets fare.

use polus_core::connection::{
    Connection, ConnectionEvent, Details, Status, WebhookForm, WebhookLook, WebhookPurpose, WebhookSeen,
};
use polus_core::id::{ConnectionId, InstallationId, IntegrationId, MessageId, UserId};
use polus_core::policy::Mode;
use polus_core::ticket::Recorded;
use polus_core::time::Time;

fn details(generation: u32, secret: &str) -> Box<Details> {
    Box::new(Details {
        generation,
        account: "Acme".to_owned(),
        ai_user: UserId(1),
        ai_user_name: "Polus".to_owned(),
        handoff_team: None,
        handoff_user: None,
        mode: Mode::Live,
        go_live: MessageId(100),
        key_fingerprint: "ab12".to_owned(),
        webhook_secret_hash: secret.to_owned(),
        warnings: Vec::new(),
        by: "olga".to_owned(),
    })
}

fn folded(events: Vec<ConnectionEvent>) -> Connection {
    let mut connection = Connection::default();
    for (event, sequence) in events.into_iter().zip(1..) {
        connection.apply(&Recorded { sequence, at: Time(1_000), event });
    }
    connection
}

fn cut() -> ConnectionEvent {
    ConnectionEvent::Disconnected { generation: 2, by: "olga".to_owned() }
}

// S-11, F-46: refused, then it works again by itself.
#[test]
fn a_refused_key_stops_calls_until_one_works() {
    let mut connection = folded(vec![ConnectionEvent::Connected(details(1, "a"))]);
    assert!(connection.may_call());
    let refused = connection.on_refusal(401, "no").unwrap();
    connection.apply(&Recorded { sequence: 2, at: Time(2_000), event: refused });
    assert!(!connection.may_call() && connection.is_connected());
    assert_eq!(connection.on_refusal(401, "no"), None, "one alarm, not a storm");
    let restored = connection.on_success().unwrap();
    connection.apply(&Recorded { sequence: 3, at: Time(3_000), event: restored });
    assert_eq!(connection.status, Status::Active);
    assert_eq!(connection.on_success(), None);
    assert!(matches!(connection.on_refusal(403, "no"), Some(ConnectionEvent::Insufficient { .. })));
    assert_eq!(connection.on_refusal(404, "no"), None);
}

// S-62: what comes late does not bring a cut connection back.
#[test]
fn nothing_but_a_connect_brings_a_disconnected_account_back() {
    let problem = || "late".to_owned();
    for late in [
        ConnectionEvent::Restored,
        ConnectionEvent::Refused { problem: problem() },
        ConnectionEvent::Insufficient { problem: problem() },
        ConnectionEvent::AiUserMissing { problem: problem() },
    ] {
        let connection = folded(vec![ConnectionEvent::Connected(details(1, "a")), cut(), late]);
        assert_eq!(connection.status, Status::Disconnected);
        assert!(!connection.is_connected() && !connection.may_call());
    }
    let events =
        vec![ConnectionEvent::Connected(details(1, "a")), cut(), ConnectionEvent::Connected(details(3, "b"))];
    let connection = folded(events);
    assert_eq!((connection.status, connection.generation), (Status::Active, 3));
    assert_eq!(connection.retired_secrets, ["a"]);
}

#[test]
fn terms_tell_the_tickets_what_holds() {
    let id = ConnectionId::new("acme").unwrap();
    let installation = InstallationId("home".to_owned());
    assert_eq!(Connection::default().terms(&id, &installation), None);
    let mut connection = folded(vec![
        ConnectionEvent::Connected(details(1, "a")),
        ConnectionEvent::ModeChanged { mode: Mode::Shadow, by: "olga".to_owned() },
        ConnectionEvent::Paused { by: "olga".to_owned() },
    ]);
    let terms = connection.terms(&id, &installation).unwrap();
    assert_eq!((terms.generation, terms.mode, terms.paused, terms.connected), (1, Mode::Shadow, true, true));
    connection.apply(&Recorded { sequence: 4, at: Time(9), event: cut() });
    let terms = connection.terms(&id, &installation).unwrap();
    assert_eq!((terms.generation, terms.connected), (2, false));
    assert_eq!(connection.clock, Time(1_000), "time does not go back");
}

const MADE: IntegrationId = IntegrationId(31);

fn form(address: &str) -> WebhookForm {
    WebhookForm {
        purpose: WebhookPurpose::Events,
        address_hash: address.to_owned(),
        rest_hash: String::new(),
        triggers: vec!["ticket-created".to_owned(), "ticket-message-created".to_owned()],
    }
}

fn installed() -> Connection {
    folded(vec![
        ConnectionEvent::Connected(details(1, "a")),
        ConnectionEvent::WebhookInstalled { integration: MADE, form: Some(form("to a")) },
    ])
}

fn seen(address: &str, secret: &str) -> WebhookSeen {
    WebhookSeen {
        active: true,
        address_hash: address.to_owned(),
        secret_hash: secret.to_owned(),
        rest_hash: format!("rest of {address}"),
        triggers: ["ticket-created", "ticket-message-created", "ticket-updated"].map(str::to_owned).to_vec(),
    }
}

fn rotated(to: &str, old_until: i64) -> ConnectionEvent {
    ConnectionEvent::WebhookSecretRotated {
        secret_hash: to.to_owned(),
        old_until: Time(old_until),
        by: "olga".to_owned(),
    }
}

struct Walk(Connection);

impl Walk {
    /// Looks, and folds what that changes; gives the name of the event.
    fn look(&mut self, seen: Option<&WebhookSeen>) -> Option<String> {
        let webhook = self.0.webhook(MADE).unwrap().clone();
        let look = self.0.judge_webhook(&webhook, seen);
        let event = self.0.on_webhook_look(MADE, &look)?;
        let name = serde_json::to_value(&event).unwrap()["type"].as_str().unwrap().to_owned();
        let sequence = self.0.sequence + 1;
        self.0.apply(&Recorded { sequence, at: Time(5_000), event });
        Some(name)
    }
}

// F-09: what was found is recorded once, until it is over.
#[test]
fn a_webhook_that_was_switched_off_deleted_or_changed_is_recorded_once() {
    let mut walk = Walk(installed());
    let (well, mut off, mut changed) = (seen("to a", "a"), seen("to a", "a"), seen("elsewhere", "x"));
    off.active = false;
    changed.triggers.retain(|trigger| trigger != "ticket-created");
    let id = ConnectionId::new("acme").unwrap();
    for (found, event, words) in [
        (Some(&well), None, None),
        (Some(&off), Some("webhook_switched_off"), Some("31 is switched off")),
        (Some(&off), None, Some("31 is switched off")),
        (Some(&well), Some("webhook_switched_on"), None),
        (None, Some("webhook_gone"), Some("31 was deleted in Gorgias")),
        (None, None, Some("31 was deleted in Gorgias")),
        (
            Some(&changed),
            Some("webhook_changed"),
            Some("it calls another address, and it is not called any more for ticket-created"),
        ),
        (Some(&changed), None, Some("changed by hand")),
        (Some(&well), Some("webhook_restored"), None),
    ] {
        assert_eq!(walk.look(found).as_deref(), event);
        let problem = walk.0.webhook_problem(&id);
        assert_eq!(problem.is_some(), words.is_some(), "{problem:?}");
        if let (Some(problem), Some(words)) = (problem, words) {
            assert!(problem.contains(words) && problem.contains("`polus webhook acme repair`"), "{problem}");
        }
    }
    assert_eq!(walk.0.webhook_off_last, Some(Time(5_000)));
    assert_eq!(walk.0.on_webhook_look(IntegrationId(99), &WebhookLook::Gone), None, "it is not ours");
}

// One that was changed and is off may be off because a person wanted it so: it is not switched on.
#[test]
fn a_changed_webhook_that_is_off_is_a_changed_one() {
    let connection = installed();
    let webhook = connection.webhook(MADE).unwrap();
    let found = WebhookSeen { active: false, ..seen("elsewhere", "x") };
    let look = connection.judge_webhook(webhook, Some(&found));
    let how = "it calls another address, and it is switched off".to_owned();
    assert_eq!(look, WebhookLook::Changed { how });
}

// One that was made before its form was recorded is known by the secret it calls with.
#[test]
fn a_webhook_without_a_recorded_form_is_known_by_its_secret() {
    let connection = folded(vec![
        ConnectionEvent::Connected(details(1, "a")),
        ConnectionEvent::WebhookInstalled { integration: MADE, form: None },
        rotated("b", 9_000),
    ]);
    let webhook = connection.webhook(MADE).unwrap();
    for (secret, expected) in [("b", "Stands"), ("a", "Outdated"), ("x", "Changed")] {
        let look = format!("{:?}", connection.judge_webhook(webhook, Some(&seen("anything", secret))));
        assert!(look.starts_with(expected), "{secret}: {look}");
    }
    let triggers = |name: &str| vec![name.to_owned()];
    assert_eq!(webhook.purpose(&triggers("ticket-assignment-updated")), WebhookPurpose::Assignment);
    assert_eq!(webhook.purpose(&triggers("ticket-created")), WebhookPurpose::Events);
}

// S-12, F-10: the secret before is taken until its time is up; then it is stale, and never unknown.
#[test]
fn a_rotation_leaves_the_old_secret_valid_for_a_while() {
    let lists = |connection: &Connection, now: i64| {
        let all = |hashes: Vec<&str>| hashes.join(" ");
        let now = Time(now);
        (all(connection.valid_secrets(now).collect()), all(connection.stale_secrets(now).collect()))
    };
    let told = |valid: &str, stale: &str| (valid.to_owned(), stale.to_owned());
    let mut connection = installed();
    let fold = |connection: &mut Connection, event| {
        let sequence = connection.sequence + 1;
        connection.apply(&Recorded { sequence, at: Time(2_000), event });
    };
    fold(&mut connection, rotated("b", 9_000));
    assert_eq!(lists(&connection, 8_999), told("b a", ""));
    assert_eq!(lists(&connection, 9_000), told("b", "a"));
    let outdated = connection.judge_webhook(connection.webhook(MADE).unwrap(), Some(&seen("to a", "a")));
    assert_eq!(outdated, WebhookLook::Outdated);
    fold(&mut connection, ConnectionEvent::WebhookUpdated { integration: MADE, form: form("to b") });
    let stands = connection.judge_webhook(connection.webhook(MADE).unwrap(), Some(&seen("to b", "b")));
    assert_eq!(stands, WebhookLook::Stands);
    // A rotation without an overlap ends all that came before it.
    fold(&mut connection, rotated("c", 2_000));
    assert_eq!(lists(&connection, 2_000), told("c", "b a"));
    // Saving anew changes nothing of it; a new connection retires all of them.
    fold(&mut connection, ConnectionEvent::Saved(details(1, "c")));
    assert_eq!(lists(&connection, 2_000), told("c", "b a"));
    fold(&mut connection, cut());
    fold(&mut connection, ConnectionEvent::Connected(details(3, "d")));
    assert_eq!(lists(&connection, 2_000), told("d", "b a c"));
    assert!(connection.webhooks.is_empty() && connection.old_secrets.is_empty());
}

// Gorgias took the new address, and its answer was lost: nobody changed anything.
#[test]
fn a_webhook_with_a_newer_secret_than_was_recorded_is_ours() {
    let mut connection = installed();
    let judged = |connection: &Connection, address: &str, secret: &str| {
        let look = connection.judge_webhook(connection.webhook(MADE).unwrap(), Some(&seen(address, secret)));
        format!("{look:?}")
    };
    let fold = |connection: &mut Connection, event| {
        let sequence = connection.sequence + 1;
        connection.apply(&Recorded { sequence, at: Time(2_000), event });
    };
    assert!(judged(&connection, "elsewhere", "a").starts_with("Changed"), "its form holds this secret");
    fold(&mut connection, rotated("b", 9_000));
    assert_eq!(judged(&connection, "to b", "b"), "Stands");
    assert!(judged(&connection, "elsewhere", "a").starts_with("Changed"));
    assert!(judged(&connection, "elsewhere", "x").starts_with("Changed"));
    fold(&mut connection, rotated("c", 9_000));
    assert_eq!(judged(&connection, "to b", "b"), "Outdated");
    assert_eq!(judged(&connection, "to c", "c"), "Stands");
    fold(&mut connection, ConnectionEvent::WebhookUpdated { integration: MADE, form: form("to c") });
    assert_eq!(judged(&connection, "to c", "c"), "Stands");
    for secret in ["a", "b", "c"] {
        assert!(judged(&connection, "elsewhere", secret).starts_with("Changed"), "{secret}");
    }
}

// Gorgias took an address with another host in it, and its answer was lost or we died: nobody changed anything by hand.
#[test]
fn a_webhook_whose_write_was_begun_is_ours() {
    let mut connection = installed();
    let judged = |connection: &Connection, address: &str| {
        connection.judge_webhook(connection.webhook(MADE).unwrap(), Some(&seen(address, "a")))
    };
    let fold = |connection: &mut Connection, event| {
        let sequence = connection.sequence + 1;
        connection.apply(&Recorded { sequence, at: Time(2_000), event });
    };
    let begun =
        |address: &str| ConnectionEvent::WebhookWriteStarted { integration: MADE, form: form(address) };
    assert!(matches!(judged(&connection, "elsewhere"), WebhookLook::Changed { .. }));
    fold(&mut connection, begun("elsewhere"));
    fold(&mut connection, begun("farther"));
    assert!(connection.has_begun(MADE, &form("farther")) && !connection.has_begun(MADE, &form("to a")));
    for address in ["to a", "elsewhere", "farther"] {
        assert_eq!(judged(&connection, address), WebhookLook::Stands, "{address}");
    }
    assert!(matches!(judged(&connection, "nowhere"), WebhookLook::Changed { .. }));
    fold(&mut connection, ConnectionEvent::WebhookUpdated { integration: MADE, form: form("farther") });
    assert_eq!(judged(&connection, "farther"), WebhookLook::Stands);
    for address in ["to a", "elsewhere"] {
        assert!(matches!(judged(&connection, address), WebhookLook::Changed { .. }), "{address}");
    }
}

// What Gorgias shows in the secret's place tells nothing; the rest of the address does. A secret of ours is none such.
#[test]
fn a_secret_that_is_not_shown_as_it_was_written_is_judged_by_the_rest() {
    let mut connection = installed();
    let judged = |connection: &Connection, address: &str, secret: &str, rest: &str| {
        let found = WebhookSeen { rest_hash: rest.to_owned(), ..seen(address, secret) };
        connection.judge_webhook(connection.webhook(MADE).unwrap(), Some(&found))
    };
    let fold = |connection: &mut Connection, event| {
        let sequence = connection.sequence + 1;
        connection.apply(&Recorded { sequence, at: Time(2_000), event });
    };
    let made = |address: &str| WebhookForm { rest_hash: "to".to_owned(), ..form(address) };
    let updated = |address| ConnectionEvent::WebhookUpdated { integration: MADE, form: made(address) };
    let is_changed = |look| matches!(look, WebhookLook::Changed { .. });
    assert!(is_changed(judged(&connection, "to ***", "***", "to")), "the rest was not recorded");
    fold(&mut connection, updated("to a"));
    assert_eq!(judged(&connection, "to ***", "***", "to"), WebhookLook::Masked);
    assert_eq!(judged(&connection, "to a", "***", "by"), WebhookLook::Masked, "it was taken so");
    assert!(is_changed(judged(&connection, "by ***", "***", "by")));
    fold(&mut connection, rotated("b", 9_000));
    // Whether it holds the new secret by now cannot be seen: it is written once more.
    assert_eq!(judged(&connection, "to ***", "***", "to"), WebhookLook::Outdated);
    fold(&mut connection, updated("to b"));
    assert_eq!(judged(&connection, "to ***", "***", "to"), WebhookLook::Masked);
    assert!(is_changed(judged(&connection, "to a again", "a", "to")), "put back by hand");
    assert_eq!(connection.on_webhook_look(MADE, &WebhookLook::Masked), None);
}

#[test]
fn a_removed_webhook_is_forgotten() {
    let mut connection = installed();
    connection.apply(&Recorded {
        sequence: 3,
        at: Time(1),
        event: ConnectionEvent::WebhookRemoved { integration: MADE },
    });
    assert!(connection.webhooks.is_empty());
}
