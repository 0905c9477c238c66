//! Shadow mode held against what people did, from the note in the helpdesk to the table on the operator's screen.

use std::collections::BTreeSet;

use polus_simulations::gorgias::people::{Letter, NewTicket, Written};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, ANSWERABLE_WORDS, CONNECTION, Gave, TestApp, UNANSWERABLE, until};

/// S-55: people send one draft as it is, edit the next and write something else to the third; the fourth ticket would
/// have gone to them, and the fifth waits. The same table from the server and from the folder.
#[test]
fn what_people_did_with_the_drafts_is_one_table() {
    let mut app = in_shadow();
    let tickets: Vec<(Written, String)> = (0..4).map(|_| noted(&app, "returns")).collect();
    let to_people = begins(&app, UNANSWERABLE, "suppliers");
    app.expect_silence(to_people.ticket_id, to_people.message_id, "shadow");

    let draft = &tickets[0].1;
    answers(&app, &tickets[0].0, draft);
    answers(&app, &tickets[1].0, &draft.replace(ANSWERABLE_WORDS, "within 14 days"));
    answers(&app, &tickets[2].0, "Dear customer, we have just written to you by post about this.");
    answers(&app, &to_people, "I have asked our buyers for you.");

    let explained = |written: &Written| {
        let name = format!("{CONNECTION}/{}", written.ticket_id);
        app.good(&["explain", &name, &written.message_id.to_string()])
    };
    for (written, words) in [
        (&tickets[0].0, "later: the draft as it is\n"),
        (&tickets[1].0, "% of the words the same\n"),
        (&tickets[2].0, "later: different, "),
        (&tickets[3].0, "what people did: no person has answered yet\n"),
        (&to_people, "the ticket would have gone to people; a person answered\n"),
    ] {
        let told = explained(written);
        assert!(told.contains("\nwhat people did: ") && told.contains(words), "{words:?} is not in\n{told}");
    }
    assert!(explained(&tickets[1].0).contains("later: edited, "));

    let served = agreement(&app, &[]);
    let expected = json!({"sent_as_is": 1, "edited": 1, "different": 1, "handed_elsewhere": 0, "closed": 0,
        "overtaken": 0, "nothing_yet": 1});
    assert_eq!(served["over_all"]["drafts"], expected, "{served:#}");
    assert_eq!(served["over_all"]["would_hand_off"]["answered"], 1, "{served:#}");
    let rate =
        json!({"agreed": 2, "answered": 3, "per_mille": 667, "low_per_mille": 207, "high_per_mille": 939});
    assert_eq!(served["over_all"]["rate"], rate);
    let topics: Vec<_> = served["topics"].as_array().unwrap().iter().map(|row| &row["topic"]).collect();
    assert_eq!(topics, ["returns", "suppliers"]);
    assert_eq!(agreement(&app, &["--topic", "suppliers"])["over_all"]["drafts_total"], 0);
    assert_eq!(agreement(&app, &["--channel", "email"])["over_all"], served["over_all"]);
    assert_eq!(agreement(&app, &["--since", "2999-01-01"])["over_all"]["drafts_total"], 0);

    let table = app.good(&["agreement", CONNECTION]);
    let row = |name: &str| -> Vec<String> {
        let line = table.lines().find(|line| line.trim_start().starts_with(name));
        line.unwrap_or_else(|| panic!("{table}")).split_whitespace().map(str::to_owned).collect()
    };
    let counts =
        ["returns", "4", "1", "1", "1", "0", "0", "0", "1", "66.7", "%", "20.7", "to", "93.9", "0", "0"];
    assert_eq!(row("returns"), counts, "{table}");
    assert_eq!(row("suppliers"), ["suppliers", "0", "0", "0", "0", "0", "0", "0", "0", "-", "-", "1", "1"]);
    assert!(table.contains("AGREED is (as is + edited)"), "{table}");
    assert!(app.good(&["agreement", CONNECTION, "--by", "channel"]).contains("CHANNEL"));

    app.stop();
    assert_eq!(agreement(&app, &[]), served, "the folder says what the server said");
    assert_eq!(app.good(&["agreement", CONNECTION]), table);
}

/// Where nothing can be compared it says what to do, and what is not there is an error.
#[test]
fn before_any_draft_agreement_says_what_to_do() {
    let mut app = TestApp::connected();
    let told = app.good(&["agreement", CONNECTION]);
    assert!(told.contains("nothing to compare yet") && told.contains("`polus mode acme shadow`"), "{told}");
    let told = app.good(&["agreement", CONNECTION, "--topic", "returns"]);
    assert!(told.contains("with these limits"), "{told}");
    let answer = app.api().call(Method::GET, "/connections/acme/agreement?sinse=1", None);
    assert_eq!(answer.status, 400, "{}", answer.text);
    let unknown = |app: &TestApp| {
        let given = app.run(&["agreement", "nobody"]);
        assert_eq!(given.code(), 1, "{}", given.out());
        assert!(given.complaint().contains("nobody"), "{}", given.complaint());
    };
    unknown(&app);
    app.stop();
    unknown(&app);
}

/// The example in the description of the API has the fields of a real answer.
#[test]
fn the_described_example_of_agreement_is_a_real_answer() {
    let app = in_shadow();
    let (written, draft) = noted(&app, "returns");
    answers(&app, &written, &draft);
    let described = app.api().get("/openapi.json");
    let path = &described["paths"]["/api/v1/connections/{id}/agreement"]["get"];
    let example = &path["responses"]["200"]["content"]["application/json"]["example"];
    let real = app.api().get(&format!("/connections/{CONNECTION}/agreement"));
    assert_eq!(fields(example), fields(&real), "{example:#}\n{real:#}");
    for list in ["channels", "topics"] {
        assert_eq!(fields(&example[list][0]), fields(&real[list][0]));
    }
    for part in ["drafts", "would_hand_off", "rate"] {
        assert_eq!(fields(&example["over_all"][part]), fields(&real["over_all"][part]));
    }
}

fn in_shadow() -> TestApp {
    let app = TestApp::connected();
    let body = json!({"mode": "shadow"});
    app.api().call(Method::PUT, &format!("/connections/{CONNECTION}/mode"), Some(&body)).expect_status(200);
    app
}

/// A ticket of the AI user's with a tag.
fn begins(app: &TestApp, text: &str, tag: &str) -> Written {
    app.shop.customer_begins(NewTicket {
        subject: Some("A question".to_owned()),
        assignee_user: Some(app.shop.cast.ai_user),
        letter: Letter::of(text),
        tags: vec![tag.to_owned()],
        ..NewTicket::default()
    })
}

/// A ticket whose draft is a note, and the note's text.
fn noted(app: &TestApp, tag: &str) -> (Written, String) {
    let written = begins(app, ANSWERABLE, tag);
    app.wait_for_event(written.ticket_id, "reply_posted");
    let note = app.shop.notes(written.ticket_id).remove(0);
    (written, note.body_text.expect("a text"))
}

/// A person answers, and the program has read it.
fn answers(app: &TestApp, written: &Written, text: &str) {
    let answer = app.shop.human_replies(written.ticket_id, text);
    until(("the answer to be read", answer.message_id), || {
        let path = format!("/connections/{CONNECTION}/tickets/{}", written.ticket_id);
        let messages = app.api().get(&path)["messages"].clone();
        let is_read = |known: &Value| known["message"]["id"] == answer.message_id;
        messages.as_array()?.iter().any(is_read).then_some(())
    });
}

fn agreement(app: &TestApp, limits: &[&str]) -> Value {
    let told = app.good(&[&["agreement", CONNECTION, "--json"], limits].concat());
    serde_json::from_str(&told).unwrap()
}

fn fields(value: &Value) -> BTreeSet<&String> {
    value.as_object().unwrap_or_else(|| panic!("{value}")).keys().collect()
}
