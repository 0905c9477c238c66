//! The bytes of every event, for ever: one golden file for each, and one whole history for each release.
//!
//! A shape that changes fails here. If it was meant to, raise `codec::SCHEMA`, teach `Persisted::lift` the step, keep
//! the old files, and write the new ones: `POLUS_GOLDEN=write cargo test -p polus-core --test core codec`.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use polus_core::codec::{self, DecodeError, IN_BLOB, Persisted, SCHEMA};
use polus_core::ticket::{Event, Recorded, Ticket};
use polus_core::time::Time;
use serde_json::Value;

use crate::support::{Story, TICKET, refold};

mod samples;

const HOW: &str = "if this change is meant, raise codec::SCHEMA, add the step to Persisted::lift and run \
                   POLUS_GOLDEN=write cargo test -p polus-core --test core codec";

#[test]
fn every_ticket_event_keeps_its_bytes() {
    let samples = samples::ticket();
    for event in &samples {
        check("", event);
        let tag = serde_json::to_value(event).unwrap()["type"].clone();
        assert_eq!(tag, event.name(), "the tag is the event's name");
    }
    covers_all(samples.iter().map(samples::ticket_place), samples::TICKET_EVENTS);
}

#[test]
fn every_connection_sync_and_inbox_event_keeps_its_bytes() {
    let connection = samples::connection();
    connection.iter().for_each(|event| check("connection_", event));
    covers_all(connection.iter().map(samples::connection_place), samples::CONNECTION_EVENTS);
    let sync = samples::sync();
    sync.iter().for_each(|event| check("sync_", event));
    covers_all(sync.iter().map(samples::sync_place), samples::SYNC_EVENTS);
    let mirror = samples::mirror();
    mirror.iter().for_each(|event| check("mirror_", event));
    covers_all(mirror.iter().map(samples::mirror_place), samples::MIRROR_EVENTS);
    check("inbox_", &samples::inbox());
}

#[test]
fn no_golden_file_is_left_without_its_event() {
    let names = |prefix: &str, tags: Vec<Value>| {
        let named = |event: &Value| format!("{prefix}{}.json", event["type"].as_str().unwrap());
        tags.iter().map(named).collect::<BTreeSet<String>>()
    };
    let values = |events: &[Event]| events.iter().map(|e| serde_json::to_value(e).unwrap()).collect();
    let mut expected = names("", values(&samples::ticket()));
    let connection = samples::connection();
    let connection = connection.iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    expected.extend(names("connection_", connection));
    let sync = samples::sync().iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    expected.extend(names("sync_", sync));
    let mirror = samples::mirror().iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    expected.extend(names("mirror_", mirror));
    expected.extend(names("inbox_", vec![serde_json::to_value(samples::inbox()).unwrap()]));
    let files = fs::read_dir(golden("v1")).unwrap();
    let found: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, expected, "{HOW}");
}

#[test]
fn the_history_of_the_first_release_folds_to_what_it_did() {
    let path = golden("history-v0.1.0.jsonl");
    if writing() {
        fs::write(&path, lines_of(&samples::history().log)).unwrap();
    }
    let text = fs::read_to_string(&path).expect("the history is there");
    let log: Vec<Recorded<Event>> = text.lines().map(recorded).collect();
    let summary = summary_of(&log);
    let expected = golden("history-v0.1.0.summary.txt");
    if writing() {
        fs::write(&expected, &summary).unwrap();
    }
    let expected = fs::read_to_string(expected).expect("the summary is there");
    assert_eq!(summary, expected, "an old log folds to another state than it did");
    assert_eq!(lines_of(&log), text, "{HOW}");
}

#[test]
fn bytes_of_other_versions_are_told_apart() {
    let (story, _) = Story::asked("Where is my parcel?");
    let event = &story.log[0].event;
    let bytes = codec::encode(event).unwrap();
    let decoded: Event = codec::decode(SCHEMA | IN_BLOB, &bytes).unwrap();
    assert_eq!(decoded, *event, "where the body lies is not its shape");
    let newer = codec::decode::<Event>(SCHEMA + 1, &bytes);
    assert!(matches!(newer, Err(DecodeError::FromTheFuture { newest: SCHEMA, .. })));
    assert!(matches!(codec::decode::<Event>(0, &bytes), Err(DecodeError::NoSchema)));
    let malformed = codec::decode::<Event>(SCHEMA, b"{\"type\":\"notified\"}");
    assert!(matches!(malformed, Err(DecodeError::Malformed { schema: SCHEMA, .. })));
    assert!(codec::decode::<Event>(SCHEMA, b"{\"type\":\"unheard_of\"}").is_err());
}

#[test]
fn a_field_that_a_later_version_added_does_not_hinder() {
    let bytes = br#"{"type":"resumed","by":"olga","added_later":5}"#;
    let event: Event = codec::decode(SCHEMA, bytes).unwrap();
    assert_eq!(event, Event::Resumed { by: "olga".to_owned() });
}

/// Personal data of an event stands in one sub-object, so that sealing it touches one place.
#[test]
fn what_a_customer_wrote_stands_only_under_personal() {
    for event in samples::ticket() {
        let mut value = serde_json::to_value(&event).unwrap();
        value.as_object_mut().unwrap().remove("personal");
        let rest = value.to_string();
        for secret in ["carl@example.com", "Carl", "Where is my parcel"] {
            assert!(!rest.contains(secret), "{}: {secret} in {rest}", event.name());
        }
    }
}

fn check<E: Persisted + PartialEq + Debug>(prefix: &str, event: &E) {
    let bytes = codec::encode(event).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    let path = golden("v1").join(format!("{prefix}{}.json", value["type"].as_str().unwrap()));
    if writing() {
        fs::write(&path, &bytes).unwrap();
    }
    let stored = fs::read(&path).unwrap_or_else(|_| panic!("{} is missing; {HOW}", path.display()));
    let read: E = codec::decode(1, &stored).unwrap();
    assert_eq!(read, *event, "{} reads as something else; {HOW}", path.display());
    let (stored, bytes) = (String::from_utf8(stored).unwrap(), String::from_utf8(bytes).unwrap());
    assert_eq!(stored, bytes, "{}: {HOW}", path.display());
}

fn covers_all(places: impl Iterator<Item = usize>, count: usize) {
    let found: BTreeSet<usize> = places.collect();
    assert_eq!(found, (0..count).collect(), "each event has its sample");
}

fn lines_of(log: &[Recorded<Event>]) -> String {
    let line = |recorded: &Recorded<Event>| {
        let event = String::from_utf8(codec::encode(&recorded.event).unwrap()).unwrap();
        format!("{{\"sequence\":{},\"at\":{},\"event\":{event}}}\n", recorded.sequence, recorded.at.0)
    };
    log.iter().map(line).collect()
}

fn recorded(line: &str) -> Recorded<Event> {
    let value: Value = serde_json::from_str(line).unwrap();
    let event = codec::decode(1, value["event"].to_string().as_bytes()).unwrap();
    Recorded { sequence: value["sequence"].as_u64().unwrap(), at: Time(value["at"].as_i64().unwrap()), event }
}

fn summary_of(log: &[Recorded<Event>]) -> String {
    let mut lines = String::new();
    let mut ticket = Ticket::new(TICKET);
    for recorded in log {
        ticket.apply(recorded).unwrap();
        let owed: Vec<String> = ticket.agenda().debts.iter().map(|debt| debt.id.to_string()).collect();
        let (name, phase) = (recorded.event.name(), ticket.phase_name());
        lines.push_str(&format!("{} {name}: {phase}; owed: {}\n", recorded.sequence, owed.join(", ")));
    }
    for (id, known) in &refold(log).messages {
        let ending = known.outcome.as_ref().map(|outcome| (&outcome.ending, outcome.sequence));
        lines.push_str(&format!("message {id} by {:?}: {ending:?}\n", known.author));
    }
    lines
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn writing() -> bool {
    std::env::var("POLUS_GOLDEN").is_ok_and(|value| value == "write")
}
