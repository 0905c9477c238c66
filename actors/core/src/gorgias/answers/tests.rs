//! Tests of every answer, in plain and in odd shapes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};

use super::*;
use crate::id::{CustomerId, IntegrationId, MessageId, TeamId, TicketId, UserId};
use crate::snapshot::{Address, Attachment, ChannelAddress, Customer, Delivery, Message, Source};
use crate::time::Time;

const AT: &str = "2025-02-07T09:55:18.820000+00:00";
const AT_TIME: Time = Time(1_738_922_118_820);

fn message(body: &Value) -> Result<Message, Refusal> {
    messages(&reply(&json!({ "data": [body] }))).map(|mut messages| messages.remove(0))
}

fn reply(body: &Value) -> Reply {
    Reply::new(200, body.to_string())
}

fn full_message() -> Value {
    json!({
        "id": 880001, "ticket_id": 501, "uri": "/api/tickets/501/messages/880001/", "message_id": "<k1@x>",
        "external_id": null, "public": true, "channel": "email", "via": "email", "rule_id": null,
        "source": {"type": "email", "from": {"name": "Mia Q", "address": "mia@example.org"},
                   "to": [{"name": "", "address": "help@acme.example"}, {"address": ""}], "cc": [], "extra": {"x": 1}},
        "sender": {"id": 700100, "email": "mia@example.org", "name": null, "firstname": "Mia", "lastname": "Q"},
        "receiver": null, "integration_id": 3301, "from_agent": false, "intents": [],
        "subject": "Where is order 1042?", "body_text": "Hi, where is it?", "body_html": "<p>Hi, where is it?</p>",
        "stripped_text": "Hi, where is it?", "stripped_html": null, "stripped_signature": null,
        "attachments": [{"url": "https://x/y", "name": "a.png", "content_type": "image/png", "size": "12"},
                        {"size": null}],
        "headers": {"Precedence": "bulk", "Received": "by x"}, "actions": null, "meta": {"current_page": "x"},
        "created_datetime": AT, "sent_datetime": AT, "failed_datetime": null, "last_sending_error": null,
        "is_retriable": true,
    })
}

fn full_ticket() -> Value {
    json!({
        "id": 501, "uri": "/api/tickets/501/", "status": "open", "channel": "email", "via": "email", "spam": false,
        "subject": "Where is order 1042?", "language": "en", "meta": {"chat": {"conversation_id": 77}},
        "tags": [{"id": 1, "name": "vip", "decoration": {}}, {"id": 2, "name": "Vip"}, {"id": 3, "name": null}],
        "assignee_user": {"id": 41, "email": "ana@acme.example", "firstname": ""}, "assignee_user_id": 41,
        "assignee_team": null, "assignee_team_id": 9,
        "customer": {
            "id": 700100, "email": "mia@example.org", "name": "Mia Q", "firstname": "Mia", "lastname": "Q",
            "channels": [
                {"type": "email", "address": "mia@example.org", "deleted_datetime": null},
                {"type": "email", "address": "old@example.org", "deleted_datetime": AT},
                {"type": "phone", "address": 4930},
            ],
            "integrations": {"1": {"orders": [{"id": 1, "deep": [[["x"]]]}]}}, "customer": null,
        },
        "messages": [full_message()],
        "reply_options": {"email": {"answerable": true}, "sms": {"answerable": false}, "odd": null, "odder": {}},
        "created_datetime": AT, "updated_datetime": AT, "trashed_datetime": null, "snooze_datetime": null,
    })
}

fn changed(mut json: Value, path: &str, value: Value) -> Value {
    *json.pointer_mut(path).expect("the path is there") = value;
    json
}

fn without(mut json: Value, key: &str) -> Value {
    json.as_object_mut().unwrap().remove(key).expect("the key is there");
    json
}

#[test]
fn a_full_ticket() {
    let snapshot = ticket(&reply(&full_ticket())).unwrap();
    let fields = &snapshot.fields;
    assert_eq!((snapshot.ticket, fields.updated_at), (TicketId(501), AT_TIME));
    assert_eq!(
        (fields.closed, fields.trashed, fields.spam, fields.channel.as_str()),
        (false, false, false, "email")
    );
    assert_eq!((fields.assignee, fields.team), (Some(UserId(41)), Some(TeamId(9))));
    assert_eq!(fields.tags, ["Vip", "vip"].map(str::to_owned).into());
    assert_eq!(fields.chat_conversation.as_deref(), Some("77"));
    assert_eq!(fields.answerable, [("email".to_owned(), true), ("sms".to_owned(), false)].into());
    assert_eq!(
        (fields.language.as_deref(), fields.subject.as_deref()),
        (Some("en"), Some("Where is order 1042?"))
    );
    let address =
        |channel: &str, address: &str| ChannelAddress { channel: channel.into(), address: address.into() };
    let customer = Customer {
        id: CustomerId(700100),
        email: Some("mia@example.org".into()),
        name: Some("Mia Q".into()),
        first_name: Some("Mia".into()),
        addresses: vec![address("email", "mia@example.org"), address("phone", "4930")],
    };
    assert_eq!(fields.customer, Some(customer));
    assert_eq!(snapshot.messages, [message(&full_message()).unwrap()]);
}

#[test]
fn a_full_message() {
    let message = message(&full_message()).unwrap();
    assert_eq!((message.id, message.from_agent, message.public), (MessageId(880001), false, true));
    assert_eq!((message.channel.as_str(), message.via.as_str(), message.rule), ("email", "email", None));
    assert_eq!((message.integration, message.sender), (Some(IntegrationId(3301)), Some(700100)));
    assert_eq!((message.created_at, message.external_id), (AT_TIME, None));
    assert_eq!(
        message.delivery,
        Delivery::Pending,
        "an inbound message has no delivery, whatever its datetimes"
    );
    assert_eq!(message.headers, [("precedence".to_owned(), "bulk".to_owned())].into());
    let unknown = Attachment { content_type: "application/octet-stream".into(), bytes: None };
    assert_eq!(
        message.attachments,
        [Attachment { content_type: "image/png".into(), bytes: Some(12) }, unknown]
    );
    let personal = &message.personal;
    assert_eq!(personal.text, "Hi, where is it?");
    assert_eq!(personal.sender_name.as_deref(), Some("Mia Q"));
    let address = |name: Option<&str>, address: &str| Address {
        name: name.map(str::to_owned),
        address: address.into(),
    };
    let source = Source {
        kind: "email".into(),
        from: Some(address(Some("Mia Q"), "mia@example.org")),
        to: vec![address(None, "help@acme.example")],
    };
    assert_eq!(personal.source, Some(source));
}

#[test]
fn the_least_a_ticket_and_a_message_may_hold() {
    let least = json!({
        "id": "501", "status": "odd", "assignee_user": null, "updated_datetime": "2025-02-07 09:55:18.820",
        "messages": [{"id": "7", "created_datetime": "2025-02-07T09:55:18"}],
    });
    let snapshot = ticket(&reply(&least)).unwrap();
    assert_eq!(
        (snapshot.fields.updated_at, snapshot.fields.assignee, snapshot.fields.closed),
        (AT_TIME, None, false)
    );
    assert_eq!(snapshot.messages[0].created_at, Time(1_738_922_118_000));
    assert!(snapshot.messages[0].public && !snapshot.messages[0].from_agent);
    // Every field we could do without, null or of another kind: never an error.
    let needed = ["id", "status", "updated_datetime", "messages"];
    for (what, sample) in [("ticket", full_ticket()), ("message", full_message())] {
        for (key, _) in sample.as_object().unwrap() {
            for odd in [
                json!(null),
                json!(""),
                json!(7.5),
                json!([[1]]),
                json!({"a": [1]}),
                json!("odd"),
                json!(true),
            ] {
                if needed.contains(&key.as_str()) || key == "created_datetime" {
                    continue;
                }
                let body = changed(sample.clone(), &format!("/{key}"), odd);
                let read =
                    if what == "ticket" { ticket(&reply(&body)).map(drop) } else { message(&body).map(drop) };
                assert_eq!(read, Ok(()), "{what} {body}");
            }
        }
    }
}

#[test]
fn what_is_needed_is_missed_by_name() {
    let bare_assignee = without(without(full_ticket(), "assignee_user"), "assignee_user_id");
    for (body, says) in [
        (changed(full_ticket(), "/id", json!(null)), "id"),
        (without(full_ticket(), "status"), "status"),
        (changed(full_ticket(), "/updated_datetime", json!("soon")), "updated_datetime"),
        (without(full_ticket(), "messages"), "a list"),
        (changed(full_ticket(), "/messages", json!(null)), "a list"),
        (changed(full_ticket(), "/messages/0", json!(null)), "an object in every row"),
        (changed(full_ticket(), "/messages/0/id", json!("x")), "a message came without id"),
        (changed(full_ticket(), "/messages/0/created_datetime", json!(null)), "created_datetime"),
        (bare_assignee.clone(), "assignee_user"),
        (json!([full_ticket()]), "an object"),
    ] {
        let Err(Refusal::Unreadable(text)) = ticket(&reply(&body)) else { panic!("read {body}") };
        assert!(text.contains(says), "{text:?} does not name {says:?}");
    }
    let mut flat = bare_assignee;
    flat["assignee_user_id"] = json!("41");
    assert_eq!(ticket(&reply(&flat)).unwrap().fields.assignee, Some(UserId(41)));
}

#[test]
fn what_is_no_json_is_told_from_what_is_not_ours() {
    for (body, expected) in [
        ("<html></html>", Refusal::NotJson { status: 200 }),
        (r#"{"id": 5"#, Refusal::NotJson { status: 200 }),
        ("", Refusal::Unreadable("the answer is empty where a ticket was due".into())),
    ] {
        assert_eq!(ticket(&Reply::new(200, body)), Err(expected), "{body}");
    }
}

#[test]
fn the_thread_is_sorted_and_each_message_stands_once() {
    let row = |id: i64| changed(full_message(), "/id", json!(id));
    let body = changed(full_ticket(), "/messages", json!([row(9), row(7), row(9), row(8)]));
    let numbers: Vec<i64> =
        ticket(&reply(&body)).unwrap().messages.iter().map(|message| message.id.0).collect();
    assert_eq!(numbers, [7, 8, 9]);
}

#[test]
fn who_wrote_a_message_and_who_sees_it() {
    for (changes, from_agent, public) in [
        (json!({"from_agent": true}), true, true),
        (json!({"from_agent": "True", "public": "False"}), true, false),
        (json!({"channel": "internal-note"}), false, false),
        (json!({"source": {"type": "internal-note"}}), false, false),
        (json!({"from_agent": null}), false, true),
        (json!({"from_agent": null, "public": false}), true, false),
        (json!({"from_agent": null, "via": "helpdesk"}), true, true),
        (json!({"from_agent": null, "via": "rule"}), true, true),
        (json!({"from_agent": null, "receiver": {"id": 7}}), true, true),
        (json!({"from_agent": null, "public": null}), false, true),
    ] {
        let mut body = full_message();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let message = message(&body).unwrap();
        assert_eq!((message.from_agent, message.public), (from_agent, public), "{changes}");
    }
}

#[test]
fn how_far_the_sending_is() {
    let later = "2025-02-07T10:00:00";
    let failed = |text: &str| Delivery::Failed(text.to_owned());
    for (sent, failed_at, error, expected) in [
        (json!(null), json!(null), json!(null), Delivery::Pending),
        (json!(AT), json!(null), json!(null), Delivery::Sent),
        (json!(null), json!(AT), json!({"error": "no mailbox"}), failed("no mailbox")),
        (json!(null), json!(AT), json!("no mailbox"), failed("no mailbox")),
        (json!(null), json!(AT), json!(null), failed("no reason given")),
        (json!(AT), json!(AT), json!({"error": ""}), failed("no reason given")),
        (json!(AT), json!(later), json!("again"), failed("again")),
        (json!(later), json!(AT), json!("before"), Delivery::Sent),
        (json!(AT), json!("odd"), json!("?"), failed("?")),
    ] {
        let mut body = changed(full_message(), "/from_agent", json!(true));
        body["sent_datetime"] = sent.clone();
        body["failed_datetime"] = failed_at.clone();
        body["last_sending_error"] = error.clone();
        let delivery = message(&body).unwrap().delivery;
        // A failure whose time cannot be read is still a failure.
        assert_eq!(delivery, expected, "{sent} {failed_at} {error}");
        body["public"] = json!(false);
        assert_eq!(message(&body).unwrap().delivery, Delivery::Pending, "a note is not sent");
    }
}

#[test]
fn the_text_falls_back_from_stripped_to_whole() {
    let mut body = full_message();
    for (key, expected) in [
        ("stripped_text", "Hi, where is it?"),
        ("body_text", "Hi, where is it?"),
        ("body_html", "Hi, where is it?"),
        ("subject", ""),
    ] {
        assert_eq!(message(&body).unwrap().personal.text, if key == "subject" { "" } else { expected });
        body[key] = json!(null);
    }
}

#[test]
fn a_posted_message_may_come_back_empty() {
    for (body, expected) in [
        ("", Ok(None)),
        (" \n", Ok(None)),
        (r#"{"id": 8}"#, Ok(Some(MessageId(8)))),
        (r#"{"id": "8", "sent_datetime": null}"#, Ok(Some(MessageId(8)))),
        ("{}", Err(Refusal::Unreadable("a posted message came without id".into()))),
        ("[]", Err(Refusal::Unreadable("a posted message came without an object".into()))),
        ("<html>", Err(Refusal::NotJson { status: 200 })),
    ] {
        assert_eq!(posted_message(&Reply::new(200, body)), expected, "{body}");
    }
}

#[test]
fn a_page_of_tickets_and_its_cursor() {
    let row = json!({
        "id": 501, "status": "closed", "updated_datetime": AT, "created_datetime": "2030-01-01T00:00:00",
        "messages_count": "3", "assignee_user": {"id": 41}, "spam": true, "trashed_datetime": AT, "channel": "chat",
    });
    let listed =
        TicketListed { ticket: TicketId(501), updated_at: AT_TIME, assignee: Some(UserId(41)), closed: true };
    for (meta, cursor) in [
        (json!({"next_cursor": "abc==", "prev_cursor": null}), Some("abc==")),
        (json!({"next_cursor": null}), None),
        (json!({"next_cursor": ""}), None),
        (json!({}), None),
        (json!(null), None),
    ] {
        let page = tickets(&reply(&json!({"object": "list", "data": [row], "meta": meta}))).unwrap();
        assert_eq!((page.tickets, page.next_cursor.as_deref()), (vec![listed.clone()], cursor), "{meta}");
    }
    let least = json!({"data": [{"id": 5, "updated_datetime": AT}]});
    let of_nobody = TicketListed { ticket: TicketId(5), updated_at: AT_TIME, assignee: None, closed: false };
    assert_eq!(tickets(&reply(&least)).unwrap().tickets, [of_nobody]);
    for bad in
        [json!({"data": null}), json!({}), json!({"data": [5]}), json!({"data": [{"id": 5}]}), json!([])]
    {
        assert!(matches!(tickets(&reply(&bad)), Err(Refusal::Unreadable(_))), "{bad}");
    }
}

#[test]
fn a_customer_by_address() {
    let page = json!({"data": [{"id": 699, "email": "ann@example.org"}, {"id": 700, "email": "Jo@example.org"}, {"id": 701}]});
    assert_eq!(customer_at(&reply(&page), "jo@example.org").unwrap(), Some(CustomerId(700)));
    assert_eq!(customer_at(&reply(&page), "mia@example.org").unwrap(), None);
    assert_eq!(customer_at(&reply(&json!({"data": []})), "jo@example.org").unwrap(), None);
    assert_eq!(created_customer(&reply(&json!({"id": 702}))).unwrap(), CustomerId(702));
    assert!(created_customer(&reply(&json!({"email": "jo@example.org"}))).is_err());
}

#[test]
fn users_by_what_is_known_of_them() {
    let base = |name: &str| User {
        id: UserId(7),
        name: name.into(),
        email: Some("ana@acme.example".into()),
        active: true,
        role: Some("bot".into()),
    };
    let json =
        json!({"id": 7, "name": "Ana", "email": "ana@acme.example", "active": true, "role": {"name": "bot"}});
    for (changes, expected) in [
        (json!({}), base("Ana")),
        (json!({"name": "", "firstname": "A", "lastname": "B"}), base("A B")),
        (json!({"name": null, "firstname": "", "lastname": ""}), base("ana@acme.example")),
        (json!({"active": false}), User { active: false, ..base("Ana") }),
        (json!({"active": null, "deactivated_datetime": AT}), User { active: false, ..base("Ana") }),
        (json!({"active": null}), base("Ana")),
        (json!({"role": "bot"}), base("Ana")),
        (json!({"role": null}), User { role: None, ..base("Ana") }),
    ] {
        let mut body = json.clone();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        assert_eq!(user(&reply(&body)), Ok(expected), "{changes}");
    }
    assert!(matches!(user(&reply(&json!({"name": "Ana"}))), Err(Refusal::Unreadable(_))));
}

#[test]
fn the_account_and_its_settings() {
    let settings = json!([
        {"id": 1, "type": "ticket-assignment", "data": {"unassign_on_reply": "True"}},
        {"id": 2, "type": "auto-merge", "data": {"tickets": {"enabled": false, "merging_window_days": 5}}},
        {"id": 3, "type": "default-integration", "data": {"email": 3301}},
        {"id": 4, "type": "business-hours", "data": [1]},
        {"id": 5, "type": null},
    ]);
    let expected = AccountSettings { unassign_on_reply: Some(true), auto_merge: Some(false) };
    let whole = json!({"domain": "acme", "deactivated_datetime": null, "settings": settings, "status": {}});
    let read = account(&reply(&whole)).unwrap();
    assert_eq!(read, Account { domain: "acme".into(), settings: expected });
    assert_eq!(account_settings(&reply(&json!({"data": settings}))), Ok(expected));
    let bare = account(&reply(&json!({"domain": "acme"}))).unwrap();
    assert_eq!(bare.settings, AccountSettings::default());
    assert!(matches!(account(&reply(&json!({}))), Err(Refusal::Unreadable(_))));
    assert!(matches!(account_settings(&reply(&json!({}))), Err(Refusal::Unreadable(_))));
}

#[test]
fn a_created_webhook_has_a_number() {
    let webhook = json!({"id": 12, "name": "Polus", "type": "http", "http": {"triggers": {}}});
    assert_eq!(created_integration(&reply(&webhook)), Ok(IntegrationId(12)));
    assert!(matches!(created_integration(&reply(&json!({"id": null}))), Err(Refusal::Unreadable(_))));
}

#[test]
fn a_webhook_has_an_address_and_may_be_switched_off() {
    let shown = |switched_off: Value, triggers: Value| {
        let http = json!({"url": "https://polus.example/hook", "triggers": triggers});
        webhook(&reply(
            &json!({"id": 12, "name": "Ours", "http": http, "deactivated_datetime": switched_off}),
        ))
    };
    let url = "https://polus.example/hook".to_owned();
    let on = Webhook { name: Some("Ours".to_owned()), url, active: true, triggers: Vec::new() };
    assert_eq!(shown(Value::Null, json!({})), Ok(on.clone()));
    let off = json!("2026-11-20T08:00:00");
    assert_eq!(shown(off, Value::Null), Ok(Webhook { active: false, ..on.clone() }));
    let triggers = json!({"ticket-created": true, "ticket-updated": false, "ticket-handed-over": "True"});
    let named = ["ticket-created", "ticket-handed-over"].map(str::to_owned).to_vec();
    assert_eq!(shown(Value::Null, triggers), Ok(Webhook { triggers: named, ..on }));
    assert!(matches!(webhook(&reply(&json!({"id": 12, "http": null}))), Err(Refusal::Unreadable(_))));
}

#[test]
fn listed_webhooks_have_their_numbers() {
    let row = |id: Value, url: Value| json!({"id": id, "type": "http", "http": {"url": url}});
    let rows = |rows: Vec<Value>| webhooks(&reply(&json!({ "data": rows })));
    let listed = rows(vec![row(json!(12), json!("https://polus.example/a")), row(json!(13), Value::Null)]);
    let listed: Vec<(IntegrationId, String)> =
        listed.unwrap().into_iter().map(|(id, webhook)| (id, webhook.url)).collect();
    assert_eq!(listed, [(IntegrationId(12), "https://polus.example/a".to_owned())]);
    assert!(matches!(rows(vec![row(Value::Null, json!("https://b"))]), Err(Refusal::Unreadable(_))));
}

#[test]
fn only_what_customers_wrote_is_listed_as_inbound() {
    let (mut reply_of_ours, mut note) = (full_message(), full_message());
    reply_of_ours["from_agent"] = json!(true);
    note["public"] = json!(false);
    let page = reply(&json!({ "data": [reply_of_ours, full_message(), note] }));
    let expected = InboundListed { ticket: TicketId(501), message: MessageId(880001), created_at: AT_TIME };
    assert_eq!(inbound_messages(&page), Ok(vec![expected]));
    let mut lost = full_message();
    lost["ticket_id"] = Value::Null;
    assert!(matches!(inbound_messages(&reply(&json!({ "data": [lost] }))), Err(Refusal::Unreadable(_))));
}
