//! A customer, a ticket that is written in the customer's name, and its removal: what the self-test asks of Gorgias.

use serde_json::{Value, json};

use super::reply::html;
use super::{get, pair, send};
use crate::gorgias::call::{Call, Method};
use crate::id::{CustomerId, TicketId, UserId};

/// A message in a customer's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerMessage {
    /// The customer, who must be known to Gorgias before anything can be written in that name.
    pub customer: CustomerId,
    /// The customer's address, to which the answer goes.
    pub email: String,
    /// The shop's mailbox that it came to; none where none is known.
    pub mailbox: Option<String>,
    /// The ticket's subject.
    pub subject: String,
    /// What is said, plain; an empty line parts paragraphs.
    pub text: String,
}

impl CustomerMessage {
    /// The channel that it goes by.
    ///
    /// An answer takes the way back of its customer's last message. By e-mail it needs an address of the shop to come from,
    /// which must be a mailbox that is connected to Gorgias, and that is the address which the customer's message went to:
    /// so a message goes by e-mail where a mailbox is known. `api` is one of the two channels on which Gorgias takes an answer
    /// that names no way at all; it stands on the ticket then, and no e-mail goes out.
    pub fn channel(&self) -> &'static str {
        if self.mailbox.is_some() { "email" } else { "api" }
    }
}

/// The customers who have this address: one at most.
pub fn customers_at(email: &str) -> Call {
    let mut call = get("/api/customers");
    call.query.push(pair("email", email));
    call
}

/// Creates a customer; refused where one has the address.
pub fn create_customer(email: &str) -> Call {
    send(Method::Post, "/api/customers", json!({ "email": email }))
}

/// Creates a ticket with one message of its customer, and assigns it.
pub fn create_ticket(message: &CustomerMessage, assignee: UserId) -> Call {
    let body = json!({
        "via": "api",
        "channel": message.channel(),
        "from_agent": false,
        "subject": message.subject,
        "customer": { "id": message.customer.0 },
        "assignee_user": { "id": assignee.0 },
        "messages": [message_body(message)],
    });
    send(Method::Post, "/api/tickets", body)
}

/// Adds a message of the customer to a ticket.
pub fn post_as_customer(ticket: TicketId, message: &CustomerMessage) -> Call {
    send(Method::Post, format!("/api/tickets/{ticket}/messages"), message_body(message))
}

/// Deletes a ticket for good.
pub fn delete_ticket(ticket: TicketId) -> Call {
    Call { method: Method::Delete, ..get(format!("/api/tickets/{ticket}")) }
}

/// Closes a ticket.
pub fn close_ticket(ticket: TicketId) -> Call {
    send(Method::Put, format!("/api/tickets/{ticket}"), json!({ "status": "closed" }))
}

/// Bears no `external_id`: by that we know our own replies. Gorgias takes no receiver on a customer's message.
fn message_body(message: &CustomerMessage) -> Value {
    let mut body = json!({
        "channel": message.channel(),
        "via": "api",
        "from_agent": false,
        "public": true,
        "sender": { "id": message.customer.0 },
        "subject": message.subject,
        "body_text": message.text,
        "body_html": html(&message.text),
    });
    if let Some(mailbox) = &message.mailbox {
        body["source"] = json!({
            "type": "email",
            "from": { "address": message.email },
            "to": [{ "address": mailbox }],
        });
    }
    body
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::{ReplyRoute, reply_route};
    use super::*;
    use crate::gorgias::{Reply, answers};
    use crate::snapshot::Address;

    fn message(mailbox: Option<&str>) -> CustomerMessage {
        CustomerMessage {
            customer: CustomerId(5),
            email: "olga@shop.example".into(),
            mailbox: mailbox.map(str::to_owned),
            subject: "A test".into(),
            text: "Hello <you>".into(),
        }
    }

    /// The ticket as Gorgias shows it once it was created.
    fn created(message: &CustomerMessage) -> crate::snapshot::TicketSnapshot {
        let body = create_ticket(message, UserId(7)).body.unwrap();
        let mut written = body["messages"][0].clone();
        written["id"] = json!(88);
        written["created_datetime"] = json!("2026-01-01T00:00:00+00:00");
        let shown = json!({
            "id": 501, "status": "open", "updated_datetime": "2026-01-01T00:00:00+00:00",
            "channel": body["channel"], "assignee_user": body["assignee_user"],
            "customer": {"id": body["customer"]["id"], "email": message.email}, "messages": [written],
        });
        answers::ticket(&Reply::new(201, shown.to_string())).unwrap()
    }

    #[test]
    fn an_answer_goes_from_the_mailbox_to_the_customer() {
        let snapshot = created(&message(Some("help@shop.example")));
        assert_eq!(snapshot.fields.assignee, Some(UserId(7)));
        let address = |address: &str| Address { name: None, address: address.to_owned() };
        let expected =
            ReplyRoute::Email { from: address("help@shop.example"), to: address("olga@shop.example") };
        assert_eq!(reply_route(&snapshot.messages[0], &snapshot.fields), Ok(expected));
        assert_eq!(snapshot.messages[0].personal.text, "Hello <you>");
        assert_eq!(snapshot.messages[0].external_id, None);
        assert!(snapshot.fields.is_from_customer(&snapshot.messages[0]).0);
    }

    #[test]
    fn without_a_mailbox_an_answer_needs_no_way() {
        let snapshot = created(&message(None));
        let expected = ReplyRoute::Mirrored { channel: "api".into(), source: None, integration: None };
        assert_eq!(reply_route(&snapshot.messages[0], &snapshot.fields), Ok(expected));
    }

    #[test]
    fn requests_are_what_gorgias_asks_for() {
        let shown = |call: &Call| format!("{} {}", call.method.as_str(), call.path);
        let call = post_as_customer(TicketId(501), &message(Some("help@shop.example")));
        assert_eq!(shown(&call), "POST /api/tickets/501/messages");
        let body = call.body.unwrap();
        assert_eq!((&body["from_agent"], &body["receiver"]), (&json!(false), &Value::Null));
        assert_eq!(body["source"]["to"][0]["address"], "help@shop.example");
        let call = customers_at("olga@shop.example");
        assert_eq!(
            (shown(&call), call.query),
            ("GET /api/customers".into(), vec![pair("email", "olga@shop.example")])
        );
        let call = create_customer("olga@shop.example");
        assert_eq!(
            (shown(&call), call.body),
            ("POST /api/customers".into(), Some(json!({"email": "olga@shop.example"})))
        );
        assert_eq!(shown(&delete_ticket(TicketId(501))), "DELETE /api/tickets/501");
        assert_eq!(delete_ticket(TicketId(501)).body, None);
        let close = close_ticket(TicketId(501));
        assert_eq!(
            (shown(&close), close.body),
            ("PUT /api/tickets/501".into(), Some(json!({"status": "closed"})))
        );
    }
}
