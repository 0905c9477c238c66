//! How what people say becomes messages: customers and tickets made on first sight, the way in and the way back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Desk;
use super::people::{ActError, Letter, Written};
use super::records::{Customer, CustomerChannel, Message, Party, Role, Status, Ticket};

impl Desk {
    /// The user in whose name the account's own machines act.
    pub(super) fn bot_user(&self) -> Option<i64> {
        self.users.values().find(|user| user.role == Role::Bot).map(|user| user.id)
    }

    /// The customer with this address, made if there is none.
    pub(super) fn customer_with(&mut self, now_ms: i64, email: &str, name: &str) -> i64 {
        let known = self.customers.values().find(|customer| {
            customer.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email))
        });
        if let Some(known) = known {
            return known.id;
        }
        let id = self.ids.customer();
        let created_us = self.stamp(now_ms);
        let channels = [("email", email.to_owned()), ("chat", visitor_id(id))];
        let channels = channels
            .into_iter()
            .map(|(kind, address)| CustomerChannel {
                id: self.ids.channel(),
                kind: kind.to_owned(),
                address,
                created_us,
            })
            .collect();
        let customer = Customer {
            id,
            email: Some(email.to_owned()),
            name: Some(name.to_owned()),
            external_id: None,
            language: None,
            channels,
            note: None,
            integrations: BTreeMap::new(),
            created_us,
            updated_us: created_us,
        };
        self.customers.insert(id, customer);
        self.note(now_ms, "customer-created", ("Customer", id), None, json!({}));
        id
    }

    pub(super) fn blank_ticket(
        &mut self,
        now_ms: i64,
        channel: &str,
        customer: i64,
        subject: Option<String>,
    ) -> Ticket {
        let id = self.ids.ticket();
        let stamp = self.stamp(now_ms);
        let mut meta = Map::new();
        if channel == "chat" {
            meta.insert("chat".to_owned(), json!({"conversation_id": visitor_id(id)}));
        }
        Ticket {
            id,
            external_id: None,
            status: Status::Open,
            priority: "normal".to_owned(),
            channel: channel.to_owned(),
            via: if channel == "chat" { "gorgias_chat".to_owned() } else { channel.to_owned() },
            from_agent: false,
            spam: false,
            customer: Some(customer),
            assignee_user: None,
            assignee_team: None,
            language: Some("en".to_owned()),
            subject,
            meta,
            tags: BTreeSet::new(),
            custom_fields: BTreeMap::new(),
            messages: Vec::new(),
            answerable: true,
            is_unread: true,
            created_us: stamp,
            opened_us: None,
            last_received_us: None,
            last_message_us: None,
            updated_us: stamp,
            closed_us: None,
            trashed_us: None,
            snooze_us: None,
        }
    }

    pub(super) fn write_letter(&mut self, now_ms: i64, ticket: i64, customer: i64, letter: Letter) -> i64 {
        let (channel, subject) = self
            .tickets
            .get(&ticket)
            .map(|record| (record.channel.clone(), record.subject.clone()))
            .unwrap_or_default();
        let via = if channel == "chat" { "gorgias_chat".to_owned() } else { channel.clone() };
        let mut message = Message::draft(Party::Customer(customer), &channel, &via);
        let (integration, source) = self.way_in(&channel, customer, ticket);
        message.integration = integration;
        message.source = Some(source);
        message.subject = subject;
        message.body_html = Some(letter.html.unwrap_or_else(|| paragraph(&letter.text)));
        if channel == "email" {
            let stripped = letter.stripped_text.unwrap_or_else(|| letter.text.clone());
            message.stripped_html = Some(paragraph(&stripped));
            message.stripped_text = Some(stripped);
        }
        message.body_text = Some(letter.text);
        message.attachments = Some(letter.attachments);
        message.headers = letter.headers;
        let id = self.write(now_ms, ticket, message, None);
        if let Some(message) = self.messages.get_mut(&id).filter(|message| message.channel == "email") {
            let mail_id = format!("<in-{id}@mail.example.org>");
            message.headers.entry("Message-Id").or_insert_with(|| Value::String(mail_id.clone()));
            message.message_id = Some(mail_id);
        }
        id
    }

    pub(super) fn reply_by(
        &mut self,
        now_ms: i64,
        ticket: i64,
        sender: Party,
        via: &str,
        rule: Option<i64>,
        text: &str,
    ) -> Result<Written, ActError> {
        let record = self.known_ticket(ticket)?;
        let (channel, subject, customer) = (record.channel.clone(), record.subject.clone(), record.customer);
        self.act(now_ms, |desk| {
            let mut message = Message::draft(sender, &channel, via);
            let (integration, inbound) = desk.way_in(&channel, customer.unwrap_or_default(), ticket);
            message.integration = integration;
            message.source = Some(turned_round(&inbound));
            message.receiver = customer.map(Party::Customer).filter(|_| channel != "chat");
            message.subject = subject;
            message.rule = rule;
            message.body_text = Some(text.to_owned());
            message.body_html = Some(paragraph(text));
            let by = match sender {
                Party::User(user) => Some(user),
                Party::Customer(_) => None,
            };
            let message_id = desk.write(now_ms, ticket, message, by);
            Ok(Written { ticket_id: ticket, message_id })
        })
    }

    /// The integration a customer's message comes by, and its addresses.
    fn way_in(&self, channel: &str, customer: i64, ticket: i64) -> (Option<i64>, Value) {
        let wanted = if channel == "chat" { "gorgias_chat" } else { channel };
        let integration = self.integrations.values().find(|integration| integration.kind == wanted);
        let ours = integration.map(|one| json!({"name": one.name, "address": one.address}));
        let customer = self.customers.get(&customer);
        let name = customer.and_then(|customer| customer.name.clone());
        let address = if channel == "chat" {
            self.tickets.get(&ticket).and_then(|ticket| self.visitor(ticket))
        } else {
            customer.and_then(|customer| customer.email.clone())
        };
        let to: Vec<Value> = ours.into_iter().collect();
        let source = json!({"type": channel, "from": {"name": name, "address": address}, "to": to, "cc": [], "bcc": []});
        (integration.map(|integration| integration.id), source)
    }
}

fn visitor_id(number: i64) -> String {
    format!("visitor-{number:x}")
}

fn turned_round(inbound: &Value) -> Value {
    let to = vec![inbound["from"].clone()];
    json!({"type": inbound["type"], "from": inbound["to"][0], "to": to, "cc": [], "bcc": []})
}

pub(super) fn paragraph(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{}</p>", escaped.replace('\n', "<br>"))
}
