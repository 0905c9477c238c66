//! `polus replay` and `polus explain`: against a running server and against a data folder, and that looking never
//! acts.

use serde_json::{Value, json};

use crate::support::{ANSWERABLE, ANSWERABLE_WORDS, CONNECTION, Gave, TestApp, UNANSWERABLE};

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

/// S-59: just what the AI saw for an answer and wrote, from the API, the server and the folder alike, although the
/// article was changed since.
#[test]
fn explain_shows_what_the_ai_saw_and_wrote() {
    let mut app = TestApp::connected();
    let asked = app.shop.customer_asks(ANSWERABLE);
    let (ticket, message) = (asked.ticket_id, asked.message_id);
    let reply = app.wait_for_reply(ticket);
    app.wait_for_event(ticket, "reply_posted");
    app.good(&["knowledge", "remove", CONNECTION, "returns"]);

    let served = app.explain(ticket, message);
    let judgements = served["judgements"].as_array().unwrap();
    let drafted = judgements.iter().find(|judgement| judgement["event"] == "drafted").unwrap();
    let seen = &drafted["seen"];
    assert_eq!((&seen["subject"], &seen["text"]), (&json!("A question"), &json!(ANSWERABLE)));
    assert_eq!(seen["doubt"], Value::Null);
    let passages = seen["passages"].as_array().unwrap();
    let receipts = drafted["receipt"]["answer"]["passages"].as_array().unwrap();
    assert_eq!(passages.len(), receipts.len());
    for (passage, receipt) in passages.iter().zip(receipts) {
        for field in ["article", "heading", "score_milli", "matched", "used"] {
            assert_eq!(passage[field], receipt[field]);
        }
        assert_eq!(passage["problem"], Value::Null, "{passage:#}");
        let place = passage["heading"].as_str().unwrap();
        assert!(place.starts_with(passage["title"].as_str().unwrap()), "{passage:#}");
    }
    let used = passages.iter().find(|passage| passage["used"] == true).unwrap();
    let text = used["text"].as_str().unwrap();
    assert!(text.contains(ANSWERABLE_WORDS) && used["article"] == "returns", "{used:#}");
    let posted = app.shop.replies(ticket)[0].id;
    let written = &drafted["written"][0];
    assert_eq!((&written["text"], &written["message"]), (&json!(reply), &json!(posted)));
    assert_eq!(written["fate"], format!("it was posted as message {posted}"));

    let (name, message) = (name(ticket), message.to_string());
    let told = app.good(&["explain", &name, &message]);
    for line in reply.lines().chain([ANSWERABLE, "    subject: A question"]) {
        assert!(told.contains(line), "{line:?} is not in\n{told}");
    }
    let whole = app.good(&["explain", &name, &message, "--full"]);
    for line in passages.iter().flat_map(|passage| passage["text"].as_str().unwrap().lines()) {
        assert!(whole.contains(line), "{line:?} is not in\n{whole}");
    }
    assert!(whole.len() > told.len() && told.contains(" …\n") && told.contains("--full shows"), "{told}");
    let json = |app: &TestApp| -> Value {
        serde_json::from_str(&app.good(&["explain", &name, &message, "--json"])).unwrap()
    };
    assert_eq!(json(&app), served);
    app.stop();
    assert_eq!(json(&app), served, "a folder tells what a server does");
    assert_eq!(app.good(&["explain", &name, &message, "--full"]), whole);
}

/// S-59: the same for a question that went to people.
#[test]
fn explain_shows_what_was_asked_and_told_at_a_handoff() {
    let app = TestApp::connected();
    let asked = app.shop.customer_asks(UNANSWERABLE);
    app.wait_for_handoff(asked.ticket_id);
    let told = app.explain(asked.ticket_id, asked.message_id);
    let mark = told["judgements"].as_array().unwrap().last().unwrap();
    assert_eq!((&mark["event"], &mark["seen"]["text"]), (&json!("handed_off"), &json!(UNANSWERABLE)));
    let (reply, note) = (&app.shop.replies(asked.ticket_id)[0], &app.shop.notes(asked.ticket_id)[0]);
    let fate = |id: i64| format!("it was posted as message {id}");
    assert_eq!(
        mark["written"],
        json!([
            {"effect": "final reply #".to_owned() + &mark["sequence"].to_string(), "text": reply.body_text,
                "message": reply.id, "fate": fate(reply.id)},
            {"effect": "handoff note #".to_owned() + &mark["sequence"].to_string(), "text": note.body_text,
                "message": note.id, "fate": fate(note.id)},
        ])
    );
    assert!(told["judgements"][0]["seen"].is_null(), "nobody was asked when it was accepted: {told:#}");
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
