//! Tests of every shape a webhook's body is known to take.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use serde_json::json;

/// A body that tells no more than the ticket.
fn heard(trigger: Trigger, ticket: i64) -> Heard {
    Heard {
        trigger,
        ticket: TicketId(ticket),
        message: None,
        assignee: Hint::Unknown,
        marker: None,
        headers: BTreeMap::new(),
        account_domain: None,
    }
}

fn context_of_a_message() -> serde_json::Value {
    json!({
        "ticket": {
            "id": 501002003, "account": {"domain": "acme"}, "status": "open", "channel": "email", "meta": null,
            "assignee_user": {"id": 41, "name": "Ana"}, "assignee_user_id": 41,
            "customer": {"id": 700100, "integrations": {"1": {"orders": [[[{"id": 1}]]]}}},
            "messages": [{"id": 880001, "external_id": "polus:of-another-message"}],
        },
        "message": {
            "id": 880001, "ticket_id": 501002003, "message_id": "<k1@mail.example.org>", "public": true,
            "external_id": "polus:i:501002003:9:abcdef01", "from_agent": false, "failed_datetime": null,
            "headers": {"Message-Id": "<k1@mail.example.org>", "Auto-Submitted": "auto-replied"},
            "body_text": "Hi \"there\"\n\u{1F600}",
        },
    })
}

fn heard_of_a_message() -> Heard {
    Heard {
        message: Some(MessageId(880001)),
        assignee: Hint::User(UserId(41)),
        marker: Some("polus:i:501002003:9:abcdef01".into()),
        headers: BTreeMap::from([("auto-submitted".to_owned(), "auto-replied".to_owned())]),
        account_domain: Some("acme".into()),
        ..heard(Trigger::MessageCreated, 501002003)
    }
}

#[test]
fn the_whole_context() {
    let context = context_of_a_message();
    for body in [
        context.to_string(),
        serde_json::to_string_pretty(&context).unwrap(),
        format!("\u{feff}  {context}\n"),
        json!(context.to_string()).to_string(),
        json!({"context": context}).to_string(),
        json!({"context": context.to_string()}).to_string(),
        json!({"ticket": context["ticket"].to_string(), "message": context["message"].to_string()})
            .to_string(),
        json!([
            {"key": "ticket", "value": context["ticket"].to_string()},
            {"key": "message", "value": context["message"]},
            {"key": "empty"},
        ])
        .to_string(),
    ] {
        assert_eq!(read(body.as_bytes(), "").unwrap(), heard_of_a_message(), "{body}");
    }
}

#[test]
fn a_context_without_a_message() {
    let body = json!({"ticket": {
        "id": 5, "status": "closed", "assignee_user": null, "assignee_user_id": null, "messages": [],
    }});
    let expected = Heard { assignee: Hint::Nobody, ..heard(Trigger::TicketUpdated, 5) };
    assert_eq!(read(body.to_string().as_bytes(), ""), Ok(expected));
}

#[test]
fn forms_whose_leaves_are_strings() {
    let form = Heard {
        message: Some(MessageId(880001)),
        assignee: Hint::Nobody,
        ..heard(Trigger::MessageCreated, 5)
    };
    let object = json!({
        "trigger": "ticket-message-created", "ticket_id": "5", "message_id": "880001", "channel": "chat",
        "from_agent": "False", "public": "True", "assignee": "None", "body_text": "Hello?",
        "sender": "{\"id\": 700100}",
    });
    let pairs: Vec<_> =
        object.as_object().unwrap().iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    let encoded = "trigger=ticket_message_created&ticket_id=5&message_id=880001&from_agent=False&public=True\
                   &assignee=None&body_text=a%3Db%26c";
    for body in [object.to_string(), json!(pairs).to_string(), encoded.to_owned()] {
        assert_eq!(read(body.as_bytes(), "secret=x"), Ok(form.clone()), "{body}");
    }
    assert_eq!(read(b"", encoded), Ok(form));
}

#[test]
fn small_forms_and_what_they_tell() {
    let bare = |ticket| heard(Trigger::TicketUpdated, ticket);
    let assigned = |hint| Heard { assignee: hint, ..bare(5) };
    let with_message = |trigger| Heard { message: Some(MessageId(8)), ..heard(trigger, 5) };
    for (body, query, expected) in [
        ("", "ticket_id=501002003", bare(501002003)),
        ("", "?secret=%zz%2&ticket_id=%35+", bare(5)),
        ("  \n", "trigger=ticket-closed&ticket_id=5", heard(Trigger::StatusUpdated, 5)),
        ("{}", "ticket_id=5", bare(5)),
        (r#"{"ticket_id":5}"#, "ticket_id=6", bare(5)),
        (r#"{"ticket_id":"5"}"#, "trigger=ticket-handed-over", heard(Trigger::HandedOver, 5)),
        (r#"{"ticket":5}"#, "", bare(5)),
        (r#"{"ticket":"5"}"#, "", bare(5)),
        (r#"{"ticket":{"id":"5"},"message":null}"#, "", bare(5)),
        (r#"{"ticket":{"id":"5"},"message":{"id":null}}"#, "", bare(5)),
        (r#"{"message":{"id":8,"ticket_id":5}}"#, "", with_message(Trigger::MessageCreated)),
        (r#"{"ticket_id":5,"message_id":"<a@b>"}"#, "", bare(5)),
        (r#"{"ticket_id":4,"ticket_id":5}"#, "", bare(5)),
        (r#"{"ticket":{"id":5,"id":5}}"#, "", bare(5)),
        (
            r#"{"ticket_id":5,"message":{"id":8,"failed_datetime":"2026-01-01T00:00:00"}}"#,
            "",
            with_message(Trigger::MessageFailed),
        ),
        (r#"{"ticket_id":5,"event":{"type":"ticket-assigned"}}"#, "", heard(Trigger::AssignmentUpdated, 5)),
        (r#"{"ticket_id":5,"event":"ticket-created"}"#, "", heard(Trigger::TicketCreated, 5)),
        (r#"{"ticket_id":5,"trigger":"Else"}"#, "", heard(Trigger::Other("else".into()), 5)),
        (r#"{"ticket_id":5,"trigger":"None"}"#, "", bare(5)),
        (r#"{"id":5,"status":"open","assignee_user_id":"41"}"#, "", assigned(Hint::User(UserId(41)))),
        (r#"{"ticket_id":5,"assignee_user_id":null}"#, "", assigned(Hint::Nobody)),
        (r#"{"ticket_id":5,"assignee_user_id":""}"#, "", assigned(Hint::Unknown)),
        (r#"{"ticket_id":5,"assignee":"41"}"#, "", assigned(Hint::User(UserId(41)))),
        (r#"{"ticket_id":5,"assignee":"{\"id\": 41}"}"#, "", assigned(Hint::User(UserId(41)))),
        (r#"{"ticket":{"id":5,"assignee_user":{"id":null}}}"#, "", assigned(Hint::Nobody)),
        (
            r#"{"ticket":{"id":5,"assignee_user":null,"assignee_user_id":41}}"#,
            "",
            assigned(Hint::User(UserId(41))),
        ),
        (
            r#"{"ticket_id":5,"external_id":"polus:x"}"#,
            "",
            Heard { marker: Some("polus:x".into()), ..bare(5) },
        ),
        (r#"{"ticket_id":5,"external_id":"other:polus:x"}"#, "", bare(5)),
        (
            r#"{"ticket_id":5,"account_domain":"acme"}"#,
            "",
            Heard { account_domain: Some("acme".into()), ..bare(5) },
        ),
    ] {
        assert_eq!(read(body.as_bytes(), query), Ok(expected), "{body} ? {query}");
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let deep = "[".repeat(100_000);
    let deep_value = format!("{{\"ticket_id\":{}", "{\"a\":".repeat(100_000));
    for (body, says) in [
        (b"\xff\xfe".to_vec(), "not UTF-8"),
        (b"{\"ticket_id\":5".to_vec(), "ends too early at line 1"),
        (b"{ticket_id:5}".to_vec(), "is broken"),
        (b"<html a=b>".to_vec(), "neither"),
        (b"hello".to_vec(), "neither"),
        (b"\"hello\"".to_vec(), "a single text"),
        (b"null".to_vec(), "neither"),
        (b"[1]".to_vec(), "unexpected shape"),
        (deep.into_bytes(), ""),
        (deep_value.into_bytes(), "ends too early"),
        (Vec::new(), "an empty body"),
        (b"{}".to_vec(), "an empty object"),
        (br#"{"subject":"secret words","id":7}"#.to_vec(), "Found: id, subject"),
        (br#"{"ticket_id":"None","ticket":{"id":0}}"#.to_vec(), "Found: ticket, ticket_id"),
        (br#"{"ticket_id":"j***n"}"#.to_vec(), "no ticket number"),
        (b"a=b".to_vec(), "no named fields"),
    ] {
        let error = read(&body, "token=hidden").unwrap_err().to_string();
        assert!(
            error.contains(says),
            "{error} for {:?}",
            String::from_utf8_lossy(&body[..body.len().min(40)])
        );
        assert!(!error.contains("secret words") && !error.contains("hidden"), "{error}");
    }
}

#[test]
fn depth_that_is_passed_over_does_no_harm() {
    let depth = 50_000;
    let body = format!("{{\"odd\":{}{},\"ticket_id\":5}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read(body.as_bytes(), ""), Ok(heard(Trigger::TicketUpdated, 5)));
}

#[test]
fn triggers_keep_their_names() {
    for name in [
        "ticket-created",
        "ticket-updated",
        "ticket-message-created",
        "ticket-message-failed",
        "ticket-self-unsnoozed",
        "ticket-assignment-updated",
        "ticket-status-updated",
        "ticket-handed-over",
        "something-new",
    ] {
        assert_eq!(Trigger::named(name).as_str(), name);
    }
}
