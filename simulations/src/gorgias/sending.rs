//! Sending: a message is taken at once and sent later, or not. That the API said yes means nothing for delivery.

use serde_json::{Value, json};

use super::faults::between;
use super::records::{Message, Ticket};
use super::webhooks::Trigger;
use super::{Desk, Due};

impl Desk {
    pub(super) fn schedule_sending(&mut self, now_ms: i64, message: i64) {
        let delay_ms =
            between(self.luck.of("sending"), self.timings.sending_ms_min, self.timings.sending_ms_max);
        self.agenda.insert((now_ms.saturating_add(delay_ms), Due::Sending(message)));
    }

    /// Sends a message that still waits for it, or lets it fail.
    pub(super) fn finish_sending(&mut self, now_ms: i64, id: i64) {
        let Some(message) = self.messages.get(&id).filter(|message| message.is_pending()) else { return };
        let Some(ticket) = self.tickets.get(&message.ticket) else { return };
        let ticket_id = ticket.id;
        let mistake = self.mistake(ticket, message);
        let error = self.faults.for_sending(&mut self.luck, ticket_id).or(mistake);
        let stamp = self.stamp(now_ms);
        let domain = self.domain.clone();
        let Some(message) = self.messages.get_mut(&id) else { return };
        match error {
            None => {
                message.sent_us = Some(stamp);
                if message.channel == "email" {
                    message.message_id = Some(format!("<{domain}.{ticket_id}-{id}@mail.gorgias.example>"));
                }
            }
            Some(error) => {
                message.failed_us = Some(stamp);
                message.last_sending_error = Some(error);
                self.note(now_ms, "ticket-message-failed", ("TicketMessage", id), None, json!({}));
                self.fire(Trigger::MessageFailed, ticket_id, Some(id), None);
                self.touch(now_ms, ticket_id, None);
            }
        }
    }

    /// Why this message can't reach anybody, if so.
    fn mistake(&self, ticket: &Ticket, message: &Message) -> Option<String> {
        match message.channel.as_str() {
            "email" => {
                let from = address(message.source.as_ref(), "/from/address").unwrap_or_default();
                let known = self.integrations.values().any(|integration| {
                    matches!(integration.kind.as_str(), "email" | "gmail" | "outlook")
                        && integration.deactivated_us.is_none()
                        && integration
                            .address
                            .as_deref()
                            .is_some_and(|known| known.eq_ignore_ascii_case(from))
                });
                (!known).then(|| format!("No e-mail integration can send from '{from}'."))
            }
            "chat" => {
                let to = address(message.source.as_ref(), "/to/0/address").unwrap_or_default();
                let kind = address(message.source.as_ref(), "/type").unwrap_or_default();
                let visitor = self.visitor(ticket);
                let reaches = kind == "chat" && message.receiver.is_none() && visitor.as_deref() == Some(to);
                (!reaches).then(|| "Not delivered: no such visitor in the chat.".to_owned())
            }
            _ => None,
        }
    }

    /// The chat address of the ticket's customer: its conversation, or else the customer's chat channel.
    pub(super) fn visitor(&self, ticket: &Ticket) -> Option<String> {
        let conversation =
            ticket.meta.get("chat").and_then(|chat| chat.get("conversation_id")).and_then(Value::as_str);
        conversation.map(str::to_owned).or_else(|| {
            let customer = self.customers.get(&ticket.customer?)?;
            let channel = customer.channels.iter().find(|channel| channel.kind == "chat")?;
            Some(channel.address.clone())
        })
    }
}

fn address<'a>(source: Option<&'a Value>, pointer: &str) -> Option<&'a str> {
    source?.pointer(pointer)?.as_str()
}
