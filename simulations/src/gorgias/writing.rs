//! One more message in a ticket, whoever wrote it: what it does to the ticket, what it sets going.

use serde_json::{Map, json};

use super::Desk;
use super::records::{Message, Party, Status};
use super::webhooks::Trigger;

impl Message {
    /// A message not yet written: without id, ticket and time, which [`Desk::write`] gives it.
    pub(super) fn draft(sender: Party, channel: &str, via: &str) -> Self {
        Self {
            id: 0,
            ticket: 0,
            first_ticket: 0,
            message_id: None,
            external_id: None,
            public: true,
            channel: channel.to_owned(),
            via: via.to_owned(),
            source: None,
            sender,
            receiver: None,
            integration: None,
            rule: None,
            from_agent: matches!(sender, Party::User(_)),
            subject: None,
            body_text: None,
            body_html: None,
            stripped_text: None,
            stripped_html: None,
            stripped_signature: None,
            attachments: None,
            headers: Map::new(),
            meta: None,
            mentions: Vec::new(),
            created_us: 0,
            sent_us: None,
            failed_us: None,
            opened_us: None,
            last_sending_error: None,
        }
    }

    /// Whether the desk still has to send it: written here, for the customer, neither sent nor failed.
    pub(super) fn is_pending(&self) -> bool {
        self.from_agent && self.public && self.sent_us.is_none() && self.failed_us.is_none()
    }
}

impl Desk {
    /// Adds `draft` to a ticket that exists, and returns the message's id.
    ///
    /// A customer's message wakes and reopens the ticket. A public message of an agent is sent later, unless it says
    /// that it was sent already; it may move the assignment, as the account's settings say.
    pub(super) fn write(&mut self, now_ms: i64, ticket: i64, draft: Message, by: Option<i64>) -> i64 {
        let id = self.ids.message();
        let stamp = self.stamp(now_ms);
        let created_us = if draft.created_us == 0 { stamp } else { draft.created_us };
        let message = Message { id, ticket, first_ticket: ticket, created_us, ..draft };
        let (public, from_agent, pending) = (message.public, message.from_agent, message.is_pending());
        let by_api = message.via == "api";
        let writer = match message.sender {
            Party::User(user) => Some(user),
            Party::Customer(_) => None,
        };
        self.messages.insert(id, message);
        if let Some(record) = self.tickets.get_mut(&ticket) {
            record.messages.push(id);
            if public {
                record.last_message_us = Some(created_us);
                record.is_unread = !from_agent;
            }
            if public && !from_agent {
                record.last_received_us = Some(created_us);
            }
        }
        self.note(now_ms, "ticket-message-created", ("TicketMessage", id), by, json!({}));
        self.fire(Trigger::MessageCreated, ticket, Some(id), by);
        self.touch(now_ms, ticket, by);
        if public && !from_agent {
            self.set_snooze(now_ms, ticket, None, by);
            self.set_status(now_ms, ticket, Status::Open, by);
        }
        if pending {
            self.schedule_sending(now_ms, id);
            if by_api {
                self.machine_hears(now_ms, ticket);
            }
            self.reassign_on_reply(now_ms, ticket, writer);
        }
        id
    }

    fn reassign_on_reply(&mut self, now_ms: i64, ticket: i64, writer: Option<i64>) {
        let assigned = self.tickets.get(&ticket).is_some_and(|record| record.assignee_user.is_some());
        if assigned && self.settings.unassign_on_reply {
            self.set_assignee_user(now_ms, ticket, None, writer);
        } else if !assigned && self.settings.auto_assign_ticket_to_responding_agent {
            self.set_assignee_user(now_ms, ticket, writer, writer);
        }
    }
}
