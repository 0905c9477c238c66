//! The connection machine: what a call's refusal does to it, and what a disconnect leaves.

use polus_core::connection::{Connection, ConnectionEvent, Details, Status};
use polus_core::id::{ConnectionId, InstallationId, MessageId, UserId};
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
