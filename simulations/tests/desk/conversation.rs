//! Messages through the API: who may write what to whom, and what becomes of it later.

use polus_simulations::gorgias::faults::Scripted;
use serde_json::{Value, json};

use super::{Stage, complaints};

#[test]
fn a_mail_is_taken_at_once_and_sent_later() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let reply = stage.mail_reply(ticket, "On its way");
    let taken = stage.post_message(ticket, &reply);
    assert_eq!(taken.status, 201, "{:?}", taken.json());
    let taken = taken.json().unwrap();
    assert_eq!((&taken["sent_datetime"], &taken["external_id"]), (&Value::Null, &json!("our-key")));
    assert_eq!(taken["integration_id"].as_i64(), Some(stage.cast.email_integration));
    let path = format!("/api/tickets/{ticket}/messages/{}", taken["id"]);
    stage.wait(stage.desk.timings.sending_ms_min - 1);
    assert_eq!(stage.read(&path)["sent_datetime"], Value::Null);
    stage.wait(stage.desk.timings.sending_ms_max);
    let sent = stage.read(&path);
    assert!(sent["sent_datetime"].is_string() && sent["message_id"].is_string());
    assert_eq!(sent["failed_datetime"], Value::Null);
}

#[test]
fn the_sending_fails_from_a_foreign_address_or_by_script() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let mut reply = stage.mail_reply(ticket, "On its way");
    reply["source"]["from"]["address"] = json!("robin@acme.example");
    check_fails(&mut stage, ticket, &reply, "robin@acme.example");
    let reply = stage.mail_reply(ticket, "On its way");
    stage.desk.faults.plan(Scripted::sending_fails(ticket, "mailbox full"));
    check_fails(&mut stage, ticket, &reply, "mailbox full");
    let list = stage.read("/api/tickets");
    assert_eq!(list["data"][0]["last_sent_message_not_delivered"], true);

    let message = stage.desk.thread(ticket).last().unwrap().id;
    let again = json!({"channel": "email", "from_agent": true, "via": "api"});
    let request = polus_simulations::gorgias::wire::WireRequest::new(
        "PUT",
        &format!("/api/tickets/{ticket}/messages/{message}"),
    );
    let retried = stage.handle(&request.with_query("action", "retry").with_json(&again)).response;
    assert_eq!(retried.status, 202);
    stage.wait(stage.desk.timings.sending_ms_max);
    assert!(stage.desk.message(message).unwrap().sent_us.is_some());
}

#[test]
fn a_chat_message_reaches_only_its_visitor() {
    let mut stage = Stage::empty();
    let ticket = stage.chat("Hello?").ticket_id;
    let good = stage.chat_reply(ticket, "Hello!");
    let sent = stage.post_message(ticket, &good).json().unwrap();
    stage.wait(stage.desk.timings.sending_ms_max);
    assert!(stage.desk.message(sent["id"].as_i64().unwrap()).unwrap().sent_us.is_some());

    let mut to_another = good.clone();
    to_another["source"]["to"][0]["address"] = json!("somebody");
    check_fails(&mut stage, ticket, &to_another, "Not delivered");
    let mut with_receiver = good;
    with_receiver["receiver"] = json!({"id": stage.desk.ticket(ticket).unwrap().customer});
    check_fails(&mut stage, ticket, &with_receiver, "Not delivered");
}

#[test]
fn senders_and_receivers_follow_the_rules() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let customer = stage.desk.ticket(ticket).unwrap().customer.unwrap();
    let user = stage.cast.ai_user;
    let good = stage.mail_reply(ticket, "On its way");
    let cases = [
        (json!({"sender": {"id": customer}}), "sender"),
        (json!({"sender": {"email": "nobody@acme.example"}}), "sender"),
        (json!({"receiver": {"id": user}}), "receiver"),
        (json!({"source": null}), "source"),
        (json!({"source": {"type": "email", "from": {"address": "help@acme.example"}, "to": []}}), "source"),
        (json!({"from_agent": false, "sender": {"id": customer}}), "receiver"),
        (json!({"public": false}), "receiver"),
        (
            json!({"channel": "internal-note", "from_agent": false, "receiver": null, "sender": {"id": customer}}),
            "from_agent",
        ),
        (json!({"via": "gorgias_chat"}), "via"),
        (json!({"external_id": "x".repeat(256)}), "external_id"),
        (json!({"idempotency_key": "1"}), "idempotency_key"),
    ];
    for (change, field) in cases {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(complaints(&stage.post_message(ticket, &body)), [field], "{change}");
    }
    let missing = stage.post_message(ticket, &json!({"body_text": "x", "sender": {"id": user}}));
    assert_eq!(complaints(&missing), ["channel", "from_agent", "sender", "via"]);
    assert_eq!(stage.desk.thread(ticket).len(), 1);
}

#[test]
fn a_note_stays_inside_and_a_nameless_message_is_the_bots() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let note = json!({"channel": "internal-note", "via": "api", "from_agent": true, "public": false,
                      "sender": {"id": stage.cast.ai_user}, "body_text": "Asked the warehouse"});
    let note = stage.post_message(ticket, &note).json().unwrap();
    stage.wait(60_000);
    let note = stage.read(&format!("/api/tickets/{ticket}/messages/{}", note["id"]));
    assert_eq!((&note["public"], &note["sent_datetime"]), (&json!(false), &Value::Null));

    let mut nameless = stage.mail_reply(ticket, "On its way");
    nameless.as_object_mut().unwrap().remove("sender");
    let written = stage.post_message(ticket, &nameless).json().unwrap();
    assert_eq!(written["sender"]["id"].as_i64(), Some(stage.cast.bot));
}

#[test]
fn an_import_is_never_sent() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    stage.desk.settings.unassign_on_reply = true;
    let mut import = stage.mail_reply(ticket, "Long ago");
    import["sent_datetime"] = json!("2026-11-19T08:00:00");
    import["source"]["from"]["address"] = json!("old@acme.example");
    let id = stage.post_message(ticket, &import).json().unwrap()["id"].as_i64().unwrap();
    stage.wait(60_000);
    let message = stage.desk.message(id).unwrap();
    assert_eq!((message.failed_us, message.sent_us.is_some()), (None, true));
    assert!(stage.desk.ticket(ticket).unwrap().assignee_user.is_some());
}

#[test]
fn messages_are_listed_newest_first_everywhere() {
    let mut stage = Stage::empty();
    let first = stage.mail("One");
    let reply = stage.mail_reply(first.ticket_id, "Two");
    let second = stage.post_message(first.ticket_id, &reply).json().unwrap()["id"].as_i64().unwrap();
    stage.chat("elsewhere");
    for path in ["/api/messages?ticket_id={}", "/api/tickets/{}/messages"] {
        let list = stage.read(&path.replace("{}", &first.ticket_id.to_string()));
        let ids: Vec<i64> =
            list["data"].as_array().unwrap().iter().map(|message| message["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, [second, first.message_id], "{path}");
    }
    assert_eq!(complaints(&stage.get("/api/messages?external_id=our-key")), ["external_id"]);
    assert_eq!(stage.get(&format!("/api/tickets/{}/messages/{second}", first.ticket_id + 1)).status, 404);
}

#[test]
fn a_reply_unassigns_when_the_account_says_so() {
    let mut stage = Stage::empty();
    let ticket = stage.mail("Where is it?").ticket_id;
    let reply = stage.mail_reply(ticket, "On its way");
    stage.post_message(ticket, &reply);
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_user, Some(stage.cast.ai_user));
    stage.desk.settings.unassign_on_reply = true;
    stage.post_message(ticket, &reply);
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_user, None);
    stage.desk.settings.unassign_on_reply = false;
    stage.desk.settings.auto_assign_ticket_to_responding_agent = true;
    stage.post_message(ticket, &reply);
    assert_eq!(stage.desk.ticket(ticket).unwrap().assignee_user, Some(stage.cast.ai_user));
}

fn check_fails(stage: &mut Stage, ticket: i64, body: &Value, why: &str) {
    let taken = stage.post_message(ticket, body);
    assert_eq!(taken.status, 201, "{:?}", taken.json());
    stage.wait(stage.desk.timings.sending_ms_max);
    let path = format!("/api/tickets/{ticket}/messages/{}", taken.json().unwrap()["id"]);
    let failed = stage.read(&path);
    assert!(failed["failed_datetime"].is_string() && failed["sent_datetime"].is_null(), "{failed}");
    assert!(failed["last_sending_error"]["error"].as_str().unwrap().contains(why), "{failed}");
    let event = stage.read("/api/events?types=ticket-message-failed&limit=1");
    assert_eq!(event["data"][0]["object_id"], failed["id"]);
}
