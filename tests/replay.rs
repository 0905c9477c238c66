//! `polus replay` and `polus explain`: against a running server and against a data folder, and that looking never
//! acts.

use serde_json::{Value, json};

use crate::support::{ANSWERABLE, CONNECTION, Gave, TestApp, UNANSWERABLE};

/// The timeline of a ticket, from the server and then from the folder: the same, to the byte.
#[test]
fn a_replay_is_the_same_from_server_and_folder() {
    let mut app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    app.wait_for_event(ticket, "reply_posted");
    app.stop();
    let name = name(ticket);
    let folder = app.good(&["replay", &name, "--json"]);
    let text = app.good(&["replay", &name]);
    let state = app.good(&["replay", &name, "--at", "2"]);
    assert_eq!(folder, app.good(&["replay", &name, "--json"]), "twice the same bytes");

    let steps: Value = serde_json::from_str(&folder).unwrap();
    let steps = steps["steps"].as_array().unwrap();
    for (sequence, step) in (1..).zip(steps) {
        assert_eq!(step["sequence"], sequence);
        assert!(text.contains(step["event"].as_str().unwrap()), "{text}");
        assert!(text.contains(step["told"].as_str().unwrap()), "{text}");
    }
    for event in ["notified", "ticket_read", "accepted", "drafted", "reply_started", "reply_posted"] {
        assert!(steps.iter().any(|step| step["event"] == event), "{event} is not in\n{text}");
    }

    app.shop.desk().faults.odds.webhook_lost = 1.0;
    app.start();
    let served: Value = serde_json::from_str(&app.good(&["replay", &name, "--json"])).unwrap();
    let served = served["steps"].as_array().unwrap();
    assert_eq!(&served[..steps.len()], steps, "a start may add to a log and never changes it");
    assert_eq!(app.good(&["replay", &name, "--at", "2"]), state);
}

/// S-19, S-59: why a message was answered, and why another was not, gate by gate.
#[test]
fn explain_tells_gates_sources_and_scores() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    app.wait_for_event(written.ticket_id, "reply_posted");
    let told = app.good(&["explain", &name(written.ticket_id)]);
    for words in [
        "it was answered",
        "passed   the ticket is assigned to the AI user\n",
        "passed   the ticket is open\n",
        "the answer is certain enough",
        "knowledge version 1",
        "Returning an item",
        "(returns), for the words:",
        " of 1000",
    ] {
        assert!(told.contains(words), "{words:?} is not in\n{told}");
    }

    let silent = app.shop.customer_begins(polus_simulations::gorgias::people::NewTicket {
        letter: polus_simulations::gorgias::people::Letter::of(ANSWERABLE),
        ..Default::default()
    });
    app.expect_silence(silent.ticket_id, silent.message_id, "not assigned");
    let told = app.good(&["explain", &name(silent.ticket_id), &silent.message_id.to_string()]);
    assert!(told.contains("stopped  the ticket is assigned to nobody, not to the AI user\n"), "{told}");
    let json = app.good(&["explain", &name(silent.ticket_id), "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["message"], silent.message_id);
}

/// I7: strict replays of an answered, a handed-off and a silent ticket find nothing.
#[test]
fn a_strict_replay_finds_nothing_wrong() {
    let mut app = TestApp::connected();
    let answered = app.shop.customer_asks(ANSWERABLE).ticket_id;
    let handed_off = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_event(answered, "reply_posted");
    app.wait_for_handoff(handed_off);
    let check = |app: &TestApp| {
        for ticket in [answered, handed_off] {
            let told = app.good(&["replay", &name(ticket), "--check"]);
            assert!(told.contains("is sound") && told.contains("every event legal"), "{told}");
            let json: Value =
                serde_json::from_str(&app.good(&["replay", &name(ticket), "--check", "--json"])).unwrap();
            assert_eq!(json["problems"], json!([]));
        }
    };
    check(&app);
    app.stop();
    check(&app);
}

/// Design 6 e: a replay has no world. A ticket that owes a reply is looked at, and nothing happens.
#[test]
fn looking_never_acts() {
    let mut app = TestApp::connected_program();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(written.ticket_id, "accepted");
    app.kill();
    let (calls, stats) = (app.shop.calls().len(), app.good(&["log", "stats", "--json"]));
    let told = app.good(&["replay", &name(written.ticket_id)]);
    assert!(told.contains("owed:"), "{told}");
    app.good(&["explain", &name(written.ticket_id)]);
    app.good(&["replay", &name(written.ticket_id), "--check"]);
    assert_eq!(app.shop.calls().len(), calls, "nobody was called");
    let records = |stats: &str| serde_json::from_str::<Value>(stats).unwrap()["records"].clone();
    assert_eq!(records(&app.good(&["log", "stats", "--json"])), records(&stats), "nothing was written");
    app.start();
    app.wait_for_reply(written.ticket_id);
}

/// What is not there is said, with exit code 1; what makes no sense is wrong use, 2.
#[test]
fn what_cannot_be_replayed_is_said() {
    let mut app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_event(ticket, "reply_posted");
    for is_running in [true, false] {
        if !is_running {
            app.stop();
        }
        for (arguments, code, words) in [
            (&["replay", "acme/12345"][..], 1, "nothing about acme/ticket/12345"),
            (&["replay", &name(ticket), "--at", "9999"], 1, "events, not 9999"),
            (&["explain", &name(ticket), "77"], 1, "no message 77"),
            (&["replay", "acme"], 2, "CONNECTION/TICKET"),
            (&["replay", "acme/x"], 2, "no ticket number"),
            (&["replay", "acme.gorgias.com/5"], 2, "give only the prefix"),
            (&["replay", &name(ticket), "--at", "1", "--check"], 2, "cannot be used with"),
        ] {
            let given = app.run(arguments);
            assert_eq!(given.code(), code, "{arguments:?}: {}{}", given.out(), given.complaint());
            assert!(given.complaint().contains(words), "{arguments:?}: {}", given.complaint());
        }
    }
}

fn name(ticket: i64) -> String {
    format!("{CONNECTION}/{ticket}")
}
