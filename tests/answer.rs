//! From a customer's message to the reply on the ticket, by e-mail and by chat, and every reason not to answer.

use polus_simulations::gorgias::faults::{CallFault, Scripted, WebhookFault};
use polus_simulations::gorgias::people::{Assignee, Letter, NewTicket};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, ANSWERABLE_WORDS, CONNECTION, TestApp, until};

/// S-31, S-32: one reply, by the AI user, in the thread and on the channel the customer used, with our marker.
#[test]
fn an_email_is_answered_in_its_thread() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    let text = app.wait_for_reply(written.ticket_id);
    assert!(text.contains(ANSWERABLE_WORDS), "{text}");
    assert!(text.starts_with("Hi Jo,"), "{text}");
    assert!(text.contains("AI assistant"), "{text}");

    let reply = app.shop.replies(written.ticket_id).remove(0);
    assert_eq!((reply.channel.as_str(), reply.from_agent), ("email", true));
    let marker = reply.external_id.expect("a marker");
    assert!(marker.starts_with("polus:") && marker.contains(&format!(":{}:", written.ticket_id)), "{marker}");
    let source = reply.source.expect("addresses");
    assert_eq!(source["to"][0]["address"], "jo.customer@example.org");
    assert_eq!(source["from"]["address"], app.shop.cast.email_address);
    assert_eq!(reply.integration, Some(app.shop.cast.email_integration));
    assert_eq!(app.shop.assignees(written.ticket_id).0, Some(app.shop.cast.ai_user), "it stays with the AI");
    assert_ended_answered(&app, written.ticket_id, written.message_id);
}

/// S-33: how long the customer waited is told where machines look, and where people do.
#[test]
fn the_time_that_an_answer_took_is_counted() {
    let app = TestApp::connected();
    let half = || {
        let shown: Value = serde_json::from_str(&app.good(&["connections", "--json"])).unwrap();
        shown["connections"][0]["reply_p50_ms"].clone()
    };
    assert_eq!(half(), Value::Null);
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    let line = format!("polus_reply_seconds_count{{connection=\"{CONNECTION}\"}} 1");
    until("the time of the answer", || {
        let metrics = app.api().try_send(Method::GET, "/metrics", None).unwrap().text;
        metrics.lines().any(|found| found == line).then_some(())
    });
    assert!(half().as_u64().is_some_and(|ms| ms > 0), "{}", half());
    assert!(app.good(&["connections"]).contains("ANSWERS"));
}

/// S-31: a chat is answered in the chat.
#[test]
fn a_chat_is_answered_in_the_chat() {
    let app = TestApp::connected();
    let written = app.shop.customer_chats(ANSWERABLE);
    let text = app.wait_for_reply(written.ticket_id);
    assert!(text.contains(ANSWERABLE_WORDS), "{text}");
    let reply = app.shop.replies(written.ticket_id).remove(0);
    assert_eq!((reply.channel.as_str(), reply.from_agent), ("chat", true));
    let visitor =
        app.shop.desk().ticket(written.ticket_id).expect("a ticket").meta["chat"]["conversation_id"].clone();
    assert_eq!(reply.source.expect("addresses")["to"][0]["address"], visitor);
}

/// F-11: messages in quick succession get one reply that covers both.
#[test]
fn two_messages_in_a_row_get_one_reply() {
    let app = TestApp::connected();
    let first = app.shop.customer_asks("Hello, I have some tea at home.");
    let second = app.shop.customer_writes(first.ticket_id, ANSWERABLE);
    app.wait_for_reply(first.ticket_id);
    for message in [first.message_id, second.message_id] {
        assert_ended_answered(&app, first.ticket_id, message);
    }
    assert_eq!(app.shop.replies(first.ticket_id).len(), 1);
}

/// S-29: a later question on the ticket gets a reply of its own, without a second greeting.
#[test]
fn a_conversation_goes_on() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    app.shop.customer_writes(ticket, "How much does the return label cost?");
    let texts = app.wait_for_replies(ticket, 2);
    assert!(texts[1].contains("3.90"), "{}", texts[1]);
    assert!(!texts[1].starts_with("Hi"), "{}", texts[1]);
}

/// F-01, S-26: the same webhook many times is one reply.
#[test]
fn a_webhook_that_comes_again_changes_nothing() {
    let app = TestApp::connected();
    app.shop.desk().faults.odds.webhook_twice = 1.0;
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(written.ticket_id);
    let body =
        json!({"ticket": {"id": written.ticket_id}, "message": {"id": written.message_id}}).to_string();
    let (api, url) = (app.api(), app.webhook_url());
    for _ in 0..10 {
        assert_eq!(api.hook(&url, &[], body.as_bytes()).unwrap().status, 200);
    }
    // A later message shows that all of them were looked at.
    let later = app.shop.customer_writes(written.ticket_id, "How much does the return label cost?");
    assert_ended_answered(&app, written.ticket_id, later.message_id);
    assert_eq!(app.shop.replies(written.ticket_id).len(), 2, "{}", app.story(written.ticket_id));
}

/// S-18, S-19: a ticket of nobody and a ticket of a person are left alone, and that is recorded.
#[test]
fn only_tickets_of_the_ai_user_are_answered() {
    let app = TestApp::connected();
    for assignee in [None, Some(app.shop.cast.agents[0])] {
        let new =
            NewTicket { assignee_user: assignee, letter: Letter::of(ANSWERABLE), ..NewTicket::default() };
        let written = app.shop.customer_begins(new);
        app.expect_silence(written.ticket_id, written.message_id, "not assigned");
        assert!(app.shop.replies(written.ticket_id).is_empty());
    }
}

/// S-20: a ticket that comes to the AI user later is answered then, once.
#[test]
fn a_ticket_assigned_afterwards_is_answered() {
    let app = TestApp::connected();
    let new = NewTicket { letter: Letter::of(ANSWERABLE), ..NewTicket::default() };
    let written = app.shop.customer_begins(new);
    app.expect_silence(written.ticket_id, written.message_id, "not assigned");
    app.shop.assign(written.ticket_id, Assignee::User(app.shop.cast.ai_user));
    app.wait_for_reply(written.ticket_id);
    assert_ended_answered(&app, written.ticket_id, written.message_id);
    let receipt = app.explain(written.ticket_id, written.message_id);
    let judgements = receipt["judgements"].as_array().unwrap();
    let silence = &judgements[0]["sequence"];
    assert!(judgements.iter().any(|later| later["replaces"][0] == *silence), "{receipt:#}");
}

/// F-06, S-21: a person answers while the reply waits; the reply is never sent.
#[test]
fn a_person_who_answers_first_is_not_interrupted() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(written.ticket_id, "accepted");
    app.shop.human_replies(written.ticket_id, "I have it.");
    app.wait_for_event(written.ticket_id, "taken_over");
    let later = app.shop.customer_writes(written.ticket_id, ANSWERABLE);
    app.expect_silence(written.ticket_id, later.message_id, "taken over");
    assert!(app.shop.replies(written.ticket_id).is_empty(), "{}", app.story(written.ticket_id));
}

/// F-08: handed back to the AI, only what the customer writes from then on is answered.
#[test]
fn a_ticket_handed_back_goes_on_with_what_comes_then() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    app.shop.assign(ticket, Assignee::User(app.shop.cast.agents[0]));
    app.wait_for_event(ticket, "taken_over");
    let meanwhile = app.shop.customer_writes(ticket, "Is there a label?");
    app.expect_silence(ticket, meanwhile.message_id, "taken over");
    app.shop.assign(ticket, Assignee::User(app.shop.cast.ai_user));
    app.wait_for_event(ticket, "takeover_ended");
    let after = app.shop.customer_writes(ticket, "How much does the return label cost?");
    assert_ended_answered(&app, ticket, after.message_id);
    assert_eq!(app.shop.replies(ticket).len(), 2, "{}", app.story(ticket));
}

/// F-13, F-15: a machine's mail is never answered.
#[test]
fn automated_mail_is_met_with_silence() {
    let app = TestApp::connected();
    let away = Letter {
        headers: json!({"Auto-Submitted": "auto-replied"}).as_object().unwrap().clone(),
        ..Letter::of("I am out of the office until Monday.")
    };
    let daemon = Letter::of("Your message could not be delivered.");
    for (email, letter) in [("jo.customer@example.org", away), ("mailer-daemon@example.org", daemon)] {
        let new = NewTicket {
            email: email.to_owned(),
            assignee_user: Some(app.shop.cast.ai_user),
            letter,
            ..NewTicket::default()
        };
        let written = app.shop.customer_begins(new);
        app.expect_silence(written.ticket_id, written.message_id, "automated mail");
        assert!(app.shop.replies(written.ticket_id).is_empty());
    }
}

/// S-24, F-18: somebody else on the thread is not the customer, and gets no answer.
#[test]
fn somebody_on_copy_is_not_answered() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    let now_ms = app.shop.pace.now_ms();
    let letter = Letter::of("How much does the return label cost?");
    let other =
        app.shop.desk().other_writes(now_ms, ticket, ("Sam Courier", "sam@courier.example"), letter).unwrap();
    app.expect_silence(ticket, other.message_id, "wrong sender");
    assert_eq!(app.shop.replies(ticket).len(), 1, "{}", app.story(ticket));
}

/// F-22, F-23: a ticket merged into another is left alone, and the other, which holds both threads, goes to a person.
#[test]
fn a_merged_thread_goes_to_a_person() {
    let app = TestApp::connected();
    let kept = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(kept);
    let away = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(away);
    app.shop.desk().merge(app.shop.pace.now_ms(), away, kept).unwrap();
    let later = app.shop.customer_writes(kept, "How much does the return label cost?");
    let state = app.wait_for_handoff(kept);
    assert!(state["phase"]["reason"].as_str().unwrap().contains("merged"), "{state:#}");
    assert_eq!(app.wait_for_ending(kept, later.message_id), "it went to people");
    assert_eq!(app.shop.replies(kept).len(), 2, "the two from before and no third: {}", app.story(kept));
}

/// S-22, S-23: what the shop's side writes never triggers an answer.
#[test]
fn notes_and_rules_trigger_nothing() {
    let app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    let (now_ms, agent) = (app.shop.pace.now_ms(), app.shop.cast.agents[0]);
    let note = app.shop.desk().agent_notes(now_ms, ticket, agent, "How many days to return tea?").unwrap();
    let rule = app.shop.desk().rule_replies(now_ms, ticket, 5, "We got your message.").unwrap();
    app.wait_for_state(ticket, |state| knows(state, note.message_id) && knows(state, rule.message_id));
    let later = app.shop.customer_writes(ticket, "How much does the return label cost?");
    assert_ended_answered(&app, ticket, later.message_id);
    assert_eq!(app.shop.replies(ticket).len(), 2, "{}", app.story(ticket));
}

/// F-02: the post succeeds and its answer is lost; our marker in the thread settles it.
#[test]
fn a_lost_answer_is_settled_by_the_marker() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.shop.plan(Scripted::post_on(written.ticket_id, CallFault::LostAfterEffect));
    let told = app.wait_for_event(written.ticket_id, "reply_posted");
    assert!(told.contains("its marker in the thread"), "{told}");
    assert_eq!(app.shop.replies(written.ticket_id).len(), 1);
}

/// F-02: the post never arrived; it is made once more with the same words.
#[test]
fn a_lost_post_is_made_once_more() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.shop.plan(Scripted::post_on(written.ticket_id, CallFault::LostBeforeEffect));
    app.wait_for_reply(written.ticket_id);
    app.wait_for_event(written.ticket_id, "reply_posted");
    assert_eq!(app.count(written.ticket_id, "drafted"), 1, "{}", app.story(written.ticket_id));
    assert_eq!(app.count(written.ticket_id, "reply_started"), 2, "{}", app.story(written.ticket_id));
    assert_eq!(app.shop.replies(written.ticket_id).len(), 1);
}

/// F-02: a write that lands after its caller gave up is found, not repeated.
#[test]
fn a_post_that_lands_late_is_found() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.shop.plan(Scripted::post_on(written.ticket_id, CallFault::LandsLate { after_ms: 25_000 }));
    let told = app.wait_for_event(written.ticket_id, "reply_posted");
    assert!(told.contains("its marker in the thread"), "{told}");
    assert_eq!(app.shop.replies(written.ticket_id).len(), 1);
    assert_eq!(app.count(written.ticket_id, "reply_started"), 1);
}

/// F-45: a reply that cannot be delivered goes to a person.
#[test]
fn a_failed_delivery_goes_to_a_person() {
    let app = TestApp::connected();
    let written = app.shop.customer_asks(ANSWERABLE);
    app.shop.plan(Scripted::sending_fails(written.ticket_id, "550 no such mailbox"));
    let state = app.wait_for_handoff(written.ticket_id);
    assert!(state["phase"]["reason"].as_str().unwrap().contains("could not be delivered"), "{state:#}");
    assert_eq!(app.shop.assignees(written.ticket_id).1, Some(app.shop.cast.team));
    assert_eq!(app.shop.replies(written.ticket_id).len(), 1, "nothing more goes to a dead mailbox");
}

/// F-09 in small: a webhook that never comes is made good by the next one, which names another message.
#[test]
fn a_message_whose_webhook_was_lost_is_answered_with_the_next() {
    let app = TestApp::connected();
    let first = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_reply(first.ticket_id);
    app.shop.plan(Scripted::Webhook {
        ticket: Some(first.ticket_id),
        trigger: Some("ticket-message-created".to_owned()),
        fault: WebhookFault::Lost,
    });
    let lost = app.shop.customer_writes(first.ticket_id, "How much does the return label cost?");
    let heard = app.shop.customer_writes(first.ticket_id, "I mean for tea.");
    for message in [lost.message_id, heard.message_id] {
        assert_ended_answered(&app, first.ticket_id, message);
    }
    assert_eq!(app.shop.replies(first.ticket_id).len(), 2, "{}", app.story(first.ticket_id));
}

/// The brake: nothing is posted while it is on, and what waited goes on afterwards.
#[test]
fn the_brake_holds_a_reply_until_it_is_released() {
    let app = TestApp::connected();
    let path = |act: &str| format!("/connections/{CONNECTION}/{act}");
    app.api().call(reqwest::Method::POST, &path("pause"), None).expect_status(200);
    let written = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(written.ticket_id, "drafted");
    assert!(app.shop.replies(written.ticket_id).is_empty());
    assert_eq!(app.count(written.ticket_id, "reply_started"), 0);
    app.api().call(reqwest::Method::POST, &path("resume"), None).expect_status(200);
    app.wait_for_reply(written.ticket_id);
}

/// Shadow: the draft is an internal note, the customer sees nothing, the ticket stays where it is.
#[test]
fn shadow_writes_its_drafts_as_notes() {
    let app = TestApp::connected();
    let body = json!({"mode": "shadow"});
    app.api()
        .call(reqwest::Method::PUT, &format!("/connections/{CONNECTION}/mode"), Some(&body))
        .expect_status(200);
    let written = app.shop.customer_asks(ANSWERABLE);
    let note = crate::support::until("a note", || app.shop.notes(written.ticket_id).pop());
    assert!(note.body_text.unwrap().contains(ANSWERABLE_WORDS));
    app.wait_for_event(written.ticket_id, "reply_posted");
    assert!(app.shop.replies(written.ticket_id).is_empty());
    assert_eq!(app.shop.assignees(written.ticket_id).0, Some(app.shop.cast.ai_user));
}

/// What was there before the connection is history and is not answered.
#[test]
fn old_messages_are_not_answered() {
    let app = TestApp::here_with_tickets(5);
    let old = app.shop.cast.tickets[0];
    app.shop.assign(old, Assignee::User(app.shop.cast.ai_user));
    app.connect();
    let later = app.shop.customer_writes(old, ANSWERABLE);
    assert_ended_answered(&app, old, later.message_id);
    let first = app.shop.desk().thread(old)[0].id;
    assert_eq!(app.explain(old, first)["judgements"], Value::Array(Vec::new()));
}

fn assert_ended_answered(app: &TestApp, ticket: i64, message: i64) {
    let ending = app.wait_for_ending(ticket, message);
    assert!(ending.starts_with("it was answered by answer"), "{ending}\n{}", app.story(ticket));
}

fn knows(state: &Value, message: i64) -> bool {
    let messages = state["messages"].as_array().expect("messages");
    messages.iter().any(|known| known["message"]["id"] == message)
}
