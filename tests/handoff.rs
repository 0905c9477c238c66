//! From the AI to people: what the customer, the team and the log see, and that the AI stays silent afterwards.

use polus_simulations::gorgias::faults::{CallFault, Scripted};
use polus_simulations::gorgias::people::Assignee;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, ANSWERABLE_WORDS, CONNECTION, TestApp, UNANSWERABLE, until};

/// S-36, S-44, S-46, S-50: a last reply, a note with the reason and the question, a tag, the team.
#[test]
fn a_question_without_a_source_goes_to_the_team() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(UNANSWERABLE);
    let ticket = written.ticket_id;
    let state = app.wait_for_handoff(ticket);
    assert!(state["phase"]["reason"].as_str().unwrap().contains("no help article"), "{state:#}");
    let reply = app.wait_for_reply(ticket);
    assert!(reply.contains("passing it to a colleague"), "{reply}");
    let notes = app.shop.notes(ticket);
    assert_eq!(notes.len(), 1);
    let note = notes[0].body_text.clone().unwrap();
    assert!(note.contains("no help article") && note.contains(UNANSWERABLE), "{note}");
    assert!(note.contains("No passage of a help article was found to look at."), "{note}");
    assert_eq!(app.shop.assignees(ticket), (None, Some(app.shop.cast.team)));
    assert_eq!(tags(&app, ticket), ["polus-handed-off"]);
    assert_eq!(app.wait_for_ending(ticket, written.message_id), "it went to people");
}

/// F-39: the note is for the team, in its language; the last reply stays in the customer's.
#[test]
fn the_note_is_in_the_language_that_the_team_reads() {
    let app = TestApp::connected();
    app.good(&["policy", "set", CONNECTION, "handoff.note_language=fr"]);
    let ticket = app.shop.customer_asks("I want to talk to a human.").ticket_id;
    app.wait_for_handoff(ticket);
    let note = app.shop.notes(ticket)[0].body_text.clone().unwrap();
    let beginning = "Transmis par l'assistant IA : le client a demandé à parler à une personne.";
    assert!(note.starts_with(beginning) && note.contains("Langue : anglais."), "{note}");
    let reply = app.wait_for_reply(ticket);
    assert!(reply.contains("passing it to a colleague"), "{reply}");

    app.good(&["policy", "set", CONNECTION, "confidence=1000"]);
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
    let note = app.shop.notes(ticket)[0].body_text.clone().unwrap();
    let words = "Passages d'articles d'aide consultés, le meilleur d'abord :\n- Returning an item";
    assert!(note.contains(words) && note.contains("(returns), score "), "{note}");
}

/// S-47: the mark is durable before any outward step.
#[test]
fn the_mark_comes_before_every_step() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks("I want to talk to a human.").ticket_id;
    app.wait_for_handoff(ticket);
    let events: Vec<String> =
        app.replay(ticket).iter().map(|step| step["event"].as_str().unwrap().to_owned()).collect();
    let first = |name: &str| events.iter().position(|event| event == name);
    let mark = first("handed_off").expect("a mark");
    for step in ["reply_started", "reply_posted", "follow_up_done"] {
        assert!(first(step).is_none_or(|step| step > mark), "{events:?}");
    }
}

/// F-27: a person is asked for at once; the note says that there is no question yet.
#[test]
fn a_wish_for_a_person_is_a_handoff_at_once() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_chats("I want to talk to a human").ticket_id;
    let state = app.wait_for_handoff(ticket);
    assert!(state["phase"]["reason"].as_str().unwrap().contains("asked for a person"), "{state:#}");
    assert_eq!(app.count(ticket, "drafted"), 0, "nothing is drafted for it");
    assert!(app.shop.notes(ticket)[0].body_text.clone().unwrap().contains("No question given."));
    assert_eq!(app.shop.replies(ticket).len(), 1);
}

/// S-45, F-24: after the mark nothing on the ticket is answered, though it is on the AI user and after a restart.
#[test]
fn a_handed_off_ticket_is_never_answered_again() {
    let mut app = TestApp::connected();
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
    app.shop.assign(ticket, Assignee::User(app.shop.cast.ai_user));
    let second = app.shop.customer_writes(ticket, ANSWERABLE);
    app.expect_silence(ticket, second.message_id, "handed off");
    app.restart();
    let third = app.shop.customer_writes(ticket, ANSWERABLE);
    app.expect_silence(ticket, third.message_id, "handed off");
    assert_eq!(app.shop.replies(ticket).len(), 1, "{}", app.story(ticket));
    assert_eq!(app.shop.notes(ticket).len(), 1);
}

/// S-52: only an operator's explicit act gives the ticket back, and only what comes then is answered.
#[test]
fn an_operator_hands_off_and_gives_back() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    let act = |name: &str| {
        let path = format!("/connections/{CONNECTION}/tickets/{ticket}/{name}");
        app.api().call(Method::POST, &path, None).expect_status(202).json()
    };
    assert_eq!(act("handoff")["reply_announced"], false);
    app.wait_for_handoff(ticket);
    let silent = app.shop.customer_writes(ticket, "How much does the return label cost?");
    app.expect_silence(ticket, silent.message_id, "handed off");
    act("resume");
    app.shop.assign(ticket, Assignee::User(app.shop.cast.ai_user));
    app.wait_for_state(ticket, |state| state["state"] == "idle" && state["ours"] == true);
    let answered = app.shop.customer_writes(ticket, "How much does the return label cost?");
    assert!(app.wait_for_ending(ticket, answered.message_id).starts_with("it was answered"));
    let silent_still = app.explain(ticket, silent.message_id);
    assert!(silent_still["ending"].as_str().unwrap().contains("silence"), "{silent_still:#}");
}

/// Asked again while the handoff is under way, the operator hears which of its steps that is.
#[test]
fn a_second_wish_hears_how_far_the_first_has_come() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    app.wait_for_event(ticket, "reply_posted");
    let hand_off = || {
        let path = format!("/connections/{CONNECTION}/tickets/{ticket}/handoff");
        app.api().call(Method::POST, &path, None).expect_status(202).json()
    };
    // The first post vanishes, so that it stays under way for as long as a settlement takes.
    app.shop.plan(Scripted::post_on(ticket, CallFault::LostBeforeEffect));
    let first = hand_off();
    assert_eq!(first["reply_announced"], false);
    assert!(first["detail"].as_str().unwrap().contains("no reply is under way"), "{first}");
    app.wait_for_state(ticket, |state| state["announced"].is_object());
    let (second, under_way) = until("a wish while a post is under way", || {
        let second = hand_off();
        let path = format!("/connections/{CONNECTION}/tickets/{ticket}?at={}", second["sequence"]);
        let under_way = app.api().get(&path)["announced"]["effect"].as_str()?.to_owned();
        Some((second, under_way))
    });
    let (is_reply, words) = match under_way.split(" #").next().unwrap() {
        "final reply" => (true, "the last reply to the customer is on its way"),
        "handoff note" => (false, "the internal note for your team is on its way"),
        other => panic!("{other} is under way"),
    };
    assert_eq!(second["reply_announced"], is_reply, "{second}");
    assert!(second["detail"].as_str().unwrap().contains(words), "{second}");
    app.wait_for_handoff(ticket);
    let third = hand_off();
    assert!(third["detail"].as_str().unwrap().contains("handed off before"), "{third}");
    assert_eq!(app.shop.notes(ticket).len(), 1, "{}", app.story(ticket));
}

/// S-46: with nobody set to take it, the ticket leaves the AI user and gets its tag.
#[test]
fn without_a_team_the_ticket_is_unassigned_and_tagged() {
    let app = TestApp::here();
    let mut body = app.connect_body();
    body["handoff_team_id"] = Value::Null;
    app.connect_with(&body).expect_status(201);
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
    assert_eq!(app.shop.assignees(ticket), (None, None));
    assert_eq!(tags(&app, ticket), ["polus-handed-off"]);
}

/// S-46: a person and a team.
#[test]
fn a_person_can_be_set_to_take_it() {
    let app = TestApp::here();
    let person = app.shop.cast.agents[0];
    let mut body = app.connect_body();
    body["handoff_user_id"] = json!(person);
    app.connect_with(&body).expect_status(201);
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_handoff(ticket);
    assert_eq!(app.shop.assignees(ticket), (Some(person), Some(app.shop.cast.team)));
}

/// F-05: the reassignment fails for a time; it is tried again, and the AI stays silent meanwhile.
#[test]
fn a_reassignment_that_fails_is_tried_again() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    let path = format!("/api/tickets/{ticket}");
    for fault in [
        CallFault::TooManyRequests { retry_after_s: 1 },
        CallFault::ServerError { status: 500 },
        CallFault::BadGateway { after_effect: false },
    ] {
        app.shop.plan(Scripted::call("PUT", &path, fault));
    }
    let state = app.wait_for_handoff(ticket);
    assert_eq!(state["phase"]["skipped"], json!([]), "{}", app.story(ticket));
    assert_eq!(app.shop.assignees(ticket), (None, Some(app.shop.cast.team)));
    assert_eq!(app.shop.replies(ticket).len(), 1);
}

/// F-05, S-47: a reassignment that can never work ends, with an alarm, and the note is there for people.
#[test]
fn a_reassignment_that_cannot_work_raises_an_alarm() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    let path = format!("/api/tickets/{ticket}");
    for _ in 0..50 {
        app.shop.plan(Scripted::call("PUT", &path, CallFault::ServerError { status: 500 }));
    }
    let state = app.wait_for_handoff(ticket);
    let skipped = state["phase"]["skipped"].to_string();
    assert!(skipped.contains("reassign") && skipped.contains("given up"), "{skipped}");
    assert_eq!(app.shop.notes(ticket).len(), 1);
    until("an alarm about the ticket", || {
        let alarms = app.api().get("/alarms");
        alarms.to_string().contains(&ticket.to_string()).then_some(())
    });
    app.shop.desk().faults.script.clear();
    let later = app.shop.customer_writes(ticket, ANSWERABLE);
    app.expect_silence(ticket, later.message_id, "handed off");
}

/// Design, reply protocol 5: an answer that never arrives in two attempts is left to a person, its words in the note.
#[test]
fn an_answer_that_cannot_be_posted_is_left_in_the_note() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    for _ in 0..2 {
        app.shop.plan(Scripted::post_on(written.ticket_id, CallFault::LostBeforeEffect));
    }
    let state = app.wait_for_handoff(written.ticket_id);
    assert_eq!(app.count(written.ticket_id, "reply_started"), 3, "{}", app.story(written.ticket_id));
    assert!(app.shop.replies(written.ticket_id).is_empty(), "{state:#}");
    let note = app.shop.notes(written.ticket_id).remove(0).body_text.unwrap();
    assert!(note.contains(ANSWERABLE_WORDS), "{note}");
}

/// A person takes the ticket between the mark and the steps: what would interrupt is left out.
#[test]
fn a_person_who_is_there_already_is_not_interrupted() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(UNANSWERABLE);
    app.wait_for_event(written.ticket_id, "accepted");
    app.shop.human_replies(written.ticket_id, "I know this one.");
    app.wait_for_event(written.ticket_id, "taken_over");
    assert!(app.shop.replies(written.ticket_id).is_empty(), "{}", app.story(written.ticket_id));
    assert!(app.shop.notes(written.ticket_id).is_empty());
    assert_eq!(app.shop.assignees(written.ticket_id).0, Some(app.shop.cast.ai_user), "nobody moved it");
}

fn tags(app: &TestApp, ticket: i64) -> Vec<String> {
    app.shop.desk().tags_of(ticket).into_iter().map(str::to_owned).collect()
}
