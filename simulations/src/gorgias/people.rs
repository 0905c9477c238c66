//! What people do at the desk without the API: customers write, agents answer, assign, close, merge and delete, admins
//! revoke keys. Each act leaves the same traces in the audit log and fires the same webhooks as the real thing.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::Desk;
use super::letters::paragraph;
use super::records::{ApiKey, Message, Party, Role, Settings, Status, Ticket};
use super::webhooks::Trigger;

/// Stands before the number of a key that is not its user's first one.
pub const KEY_NUMBER: char = '#';

/// What a customer writes, and where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Letter {
    /// The text.
    pub text: String,
    /// The text as HTML; made from the text if absent.
    pub html: Option<String>,
    /// The new part of the text, where the desk is to show it as different from the whole.
    pub stripped_text: Option<String>,
    /// Files, as the wire shows them (`url`, `name`, `size`, `content_type`).
    pub attachments: Vec<Value>,
    /// Mail headers, shown in webhooks.
    pub headers: Map<String, Value>,
}

impl Letter {
    /// Plain text and nothing else.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// A ticket that a customer begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewTicket {
    /// `email`, `chat`, or another channel's name.
    pub channel: String,
    /// The customer's address; a customer never seen is made.
    pub email: String,
    /// The customer's name.
    pub name: String,
    /// The subject; none for chats.
    pub subject: Option<String>,
    /// Tags it gets at once, by a rule for example.
    pub tags: Vec<String>,
    /// The user it is assigned to at once.
    pub assignee_user: Option<i64>,
    /// The first message.
    pub letter: Letter,
}

impl Default for NewTicket {
    fn default() -> Self {
        Self {
            channel: "email".to_owned(),
            email: "jo.customer@example.org".to_owned(),
            name: "Jo Customer".to_owned(),
            subject: None,
            tags: Vec::new(),
            assignee_user: None,
            letter: Letter::default(),
        }
    }
}

/// A message that was written, and its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The ticket's id.
    pub ticket_id: i64,
    /// The message's id.
    pub message_id: i64,
}

/// To whom a ticket goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// A user.
    User(i64),
    /// A team; the user stays.
    Team(i64),
    /// Nobody, neither user nor team.
    Nobody,
}

/// An act that names something the desk does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ActError {
    /// No such ticket.
    #[error("there is no ticket {0}")]
    UnknownTicket(i64),
    /// No such user.
    #[error("there is no user {0}")]
    UnknownUser(i64),
    /// The user is deactivated, and nothing can be assigned to it.
    #[error("user {0} is deactivated")]
    InactiveUser(i64),
    /// No such team.
    #[error("there is no team {0}")]
    UnknownTeam(i64),
    /// No such customer.
    #[error("there is no customer {0}")]
    UnknownCustomer(i64),
    /// The user has no API key.
    #[error("user {0} has no API key")]
    NoKey(i64),
    /// A ticket can't be merged into itself.
    #[error("ticket {0} can't be merged into itself")]
    SameTicket(i64),
}

impl Desk {
    /// A customer writes for the first time about something. To a deactivated user nothing is assigned.
    pub fn customer_begins(&mut self, now_ms: i64, new: NewTicket) -> Result<Written, ActError> {
        if let Some(user) = new.assignee_user {
            self.known_user(user)?;
        }
        self.act(now_ms, |desk| {
            let customer = desk.customer_with(now_ms, &new.email, &new.name);
            let ticket = desk.blank_ticket(now_ms, &new.channel, customer, new.subject.clone());
            let ticket_id = desk.open_ticket(now_ms, ticket, None);
            let message_id = desk.write_letter(now_ms, ticket_id, customer, new.letter);
            let tags = new.tags.iter().map(|name| desk.tag_named(now_ms, name)).collect();
            desk.set_tags(now_ms, ticket_id, tags, None);
            let assignee = new.assignee_user.filter(|user| desk.active_user(*user).is_ok());
            desk.set_assignee_user(now_ms, ticket_id, assignee, None);
            Ok(Written { ticket_id, message_id })
        })
    }

    /// The ticket's customer writes again; a closed or snoozed ticket opens.
    pub fn customer_writes(&mut self, now_ms: i64, ticket: i64, letter: Letter) -> Result<Written, ActError> {
        let customer = self.known_ticket(ticket)?.customer.ok_or(ActError::UnknownCustomer(0))?;
        self.act(now_ms, |desk| {
            let message_id = desk.write_letter(now_ms, ticket, customer, letter);
            Ok(Written { ticket_id: ticket, message_id })
        })
    }

    /// Somebody else than the ticket's customer writes on its thread, a person on copy for example; the ticket stays
    /// its customer's.
    pub fn other_writes(
        &mut self,
        now_ms: i64,
        ticket: i64,
        (name, email): (&str, &str),
        letter: Letter,
    ) -> Result<Written, ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            let other = desk.customer_with(now_ms, email, name);
            let message_id = desk.write_letter(now_ms, ticket, other, letter);
            Ok(Written { ticket_id: ticket, message_id })
        })
    }

    /// An agent answers in the helpdesk.
    pub fn agent_replies(
        &mut self,
        now_ms: i64,
        ticket: i64,
        user: i64,
        text: &str,
    ) -> Result<Written, ActError> {
        self.known_user(user)?;
        self.reply_by(now_ms, ticket, Party::User(user), "helpdesk", None, text)
    }

    /// An agent answers from a mail program, past the helpdesk's own pages.
    pub fn agent_replies_by_mail(
        &mut self,
        now_ms: i64,
        ticket: i64,
        user: i64,
        text: &str,
    ) -> Result<Written, ActError> {
        self.known_user(user)?;
        self.reply_by(now_ms, ticket, Party::User(user), "email", None, text)
    }

    /// A rule of the account answers, in the name of the bot user.
    pub fn rule_replies(
        &mut self,
        now_ms: i64,
        ticket: i64,
        rule: i64,
        text: &str,
    ) -> Result<Written, ActError> {
        let bot = self.bot_user().ok_or(ActError::UnknownUser(0))?;
        self.reply_by(now_ms, ticket, Party::User(bot), "rule", Some(rule), text)
    }

    /// An agent writes an internal note.
    pub fn agent_notes(
        &mut self,
        now_ms: i64,
        ticket: i64,
        user: i64,
        text: &str,
    ) -> Result<Written, ActError> {
        self.known_ticket(ticket)?;
        self.known_user(user)?;
        self.act(now_ms, |desk| {
            let mut note = Message::draft(Party::User(user), "internal-note", "helpdesk");
            note.public = false;
            note.source = Some(json!({"type": "internal-note"}));
            note.body_text = Some(text.to_owned());
            note.body_html = Some(paragraph(text));
            let message_id = desk.write(now_ms, ticket, note, Some(user));
            Ok(Written { ticket_id: ticket, message_id })
        })
    }

    /// Somebody gives the ticket to a user or a team, or takes it from everybody.
    pub fn assign(&mut self, now_ms: i64, ticket: i64, to: Assignee) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        match to {
            Assignee::User(user) => self.active_user(user)?,
            Assignee::Team(team) if !self.teams.contains_key(&team) => {
                return Err(ActError::UnknownTeam(team));
            }
            Assignee::Team(_) | Assignee::Nobody => {}
        }
        self.act(now_ms, |desk| {
            match to {
                Assignee::User(user) => desk.set_assignee_user(now_ms, ticket, Some(user), None),
                Assignee::Team(team) => desk.set_assignee_team(now_ms, ticket, Some(team), None),
                Assignee::Nobody => {
                    desk.set_assignee_user(now_ms, ticket, None, None);
                    desk.set_assignee_team(now_ms, ticket, None, None);
                }
            }
            Ok(())
        })
    }

    /// Somebody puts one more tag on the ticket.
    pub fn tag(&mut self, now_ms: i64, ticket: i64, name: &str) -> Result<(), ActError> {
        let tags = self.known_ticket(ticket)?.tags.clone();
        self.act(now_ms, |desk| {
            let tag = desk.tag_named(now_ms, name);
            desk.set_tags(now_ms, ticket, tags.into_iter().chain([tag]).collect(), None);
            Ok(())
        })
    }

    /// An admin deletes a team: its tickets are no team's, and nothing can be given to it any more.
    pub fn delete_team(&mut self, now_ms: i64, team: i64) -> Result<(), ActError> {
        if !self.teams.contains_key(&team) {
            return Err(ActError::UnknownTeam(team));
        }
        self.act(now_ms, |desk| {
            desk.teams.remove(&team);
            let of_team = desk.tickets.values().filter(|ticket| ticket.assignee_team == Some(team));
            let theirs: Vec<i64> = of_team.map(|ticket| ticket.id).collect();
            for ticket in theirs {
                desk.set_assignee_team(now_ms, ticket, None, None);
            }
            desk.note(now_ms, "team-deleted", ("Team", team), None, json!({}));
            Ok(())
        })
    }

    /// A machine of the account hands the ticket over to people: the trigger fires, nothing else changes.
    pub fn hand_over(&mut self, now_ms: i64, ticket: i64) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            desk.note(now_ms, "ticket-handed-over", ("Ticket", ticket), None, json!({}));
            desk.fire(Trigger::HandedOver, ticket, None, None);
            Ok(())
        })
    }

    /// Somebody closes the ticket.
    pub fn close(&mut self, now_ms: i64, ticket: i64) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            desk.set_status(now_ms, ticket, Status::Closed, None);
            Ok(())
        })
    }

    /// Somebody opens the ticket again.
    pub fn reopen(&mut self, now_ms: i64, ticket: i64) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            desk.set_status(now_ms, ticket, Status::Open, None);
            Ok(())
        })
    }

    /// Somebody closes the ticket until a time, milliseconds since 1970, at which it opens by itself.
    pub fn snooze(&mut self, now_ms: i64, ticket: i64, until_ms: i64) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            desk.set_status(now_ms, ticket, Status::Closed, None);
            desk.set_snooze(now_ms, ticket, Some(until_ms.saturating_mul(1000)), None);
            Ok(())
        })
    }

    /// Somebody merges one ticket into another; the first is gone afterwards.
    pub fn merge(&mut self, now_ms: i64, from: i64, into: i64) -> Result<(), ActError> {
        self.known_ticket(from)?;
        self.known_ticket(into)?;
        if from == into {
            return Err(ActError::SameTicket(from));
        }
        self.act(now_ms, |desk| {
            desk.merge_tickets(now_ms, from, into, None);
            Ok(())
        })
    }

    /// Somebody throws the ticket into the bin; it stays readable.
    pub fn trash(&mut self, now_ms: i64, ticket: i64) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            desk.set_trashed(now_ms, ticket, Some(now_ms.saturating_mul(1000)), None);
            Ok(())
        })
    }

    /// Somebody deletes the ticket for good.
    pub fn delete(&mut self, now_ms: i64, ticket: i64) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            desk.remove_ticket(now_ms, ticket, None);
            Ok(())
        })
    }

    /// The ticket's channel stops taking replies, or takes them again (social windows close after a time).
    pub fn set_answerable(&mut self, now_ms: i64, ticket: i64, answerable: bool) -> Result<(), ActError> {
        self.known_ticket(ticket)?;
        self.act(now_ms, |desk| {
            if let Some(record) = desk.tickets.get_mut(&ticket) {
                record.answerable = answerable;
            }
            desk.touch(now_ms, ticket, None);
            Ok(())
        })
    }

    /// An admin gives a user another role.
    pub fn change_role(&mut self, now_ms: i64, user: i64, role: Role) -> Result<(), ActError> {
        self.known_user(user)?;
        self.act(now_ms, |desk| {
            let stamp = desk.stamp(now_ms);
            if let Some(record) = desk.users.get_mut(&user) {
                record.role = role;
                record.updated_us = stamp;
            }
            desk.note(now_ms, "user-updated", ("User", user), None, json!({}));
            Ok(())
        })
    }

    /// An admin deactivates a user: the key stops working, and the user's tickets are nobody's.
    pub fn deactivate_user(&mut self, now_ms: i64, user: i64) -> Result<(), ActError> {
        self.known_user(user)?;
        self.act(now_ms, |desk| {
            let stamp = desk.stamp(now_ms);
            if let Some(record) = desk.users.get_mut(&user) {
                record.active = false;
                record.deactivated_us = Some(stamp);
                record.updated_us = stamp;
            }
            desk.note(now_ms, "user-deactivated", ("User", user), None, json!({}));
            let theirs: Vec<i64> = desk
                .tickets
                .values()
                .filter(|ticket| ticket.assignee_user == Some(user))
                .map(|ticket| ticket.id)
                .collect();
            for ticket in theirs {
                desk.set_assignee_user(now_ms, ticket, None, None);
            }
            Ok(())
        })
    }

    /// An admin activates a user again: the key works again, and the tickets stay whose they are.
    pub fn activate_user(&mut self, now_ms: i64, user: i64) -> Result<(), ActError> {
        self.known_user(user)?;
        self.act(now_ms, |desk| {
            let stamp = desk.stamp(now_ms);
            if let Some(record) = desk.users.get_mut(&user) {
                record.active = true;
                record.deactivated_us = None;
                record.updated_us = stamp;
            }
            desk.note(now_ms, "user-activated", ("User", user), None, json!({}));
            Ok(())
        })
    }

    /// An admin switches on again every webhook that was switched off.
    pub fn switch_webhooks_on(&mut self, now_ms: i64) -> Result<(), ActError> {
        self.act(now_ms, |desk| {
            let stamp = desk.stamp(now_ms);
            let off = desk.integrations.values_mut().filter(|one| one.deactivated_us.is_some());
            let mut switched = Vec::new();
            for integration in off {
                integration.deactivated_us = None;
                integration.failures_in_a_row = 0;
                integration.updated_us = stamp;
                switched.push(integration.id);
            }
            for id in switched {
                desk.note(now_ms, "integration-reactivated", ("Integration", id), None, json!({}));
            }
            Ok(())
        })
    }

    /// An admin revokes a user's API key.
    pub fn revoke_key(&mut self, user: i64) -> Result<(), ActError> {
        self.set_key_revoked(user, true)
    }

    /// The same key works again.
    pub fn restore_key(&mut self, user: i64) -> Result<(), ActError> {
        self.set_key_revoked(user, false)
    }

    /// The key that was made last for a user.
    pub fn newest_key(&self, user: i64) -> Option<&str> {
        self.users.get(&user)?.api_key.as_ref().map(|key| key.secret.as_str())
    }

    /// An admin makes one more key for a user, whose others stay as they are; the new one.
    pub fn add_key(&mut self, user: i64) -> Result<String, ActError> {
        let record = self.users.get_mut(&user).ok_or(ActError::UnknownUser(user))?;
        let before = record.api_key.take().ok_or(ActError::NoKey(user))?;
        record.former_keys.push(before);
        let secret = format!("key-of-{}{KEY_NUMBER}{}", record.email, record.former_keys.len() + 1);
        record.api_key = Some(ApiKey { secret: secret.clone(), revoked: false });
        Ok(secret)
    }

    /// An admin revokes the keys that a user had before this one.
    pub fn revoke_keys_before(&mut self, user: i64, secret: &str) -> Result<(), ActError> {
        let record = self.users.get_mut(&user).ok_or(ActError::UnknownUser(user))?;
        let before = record.former_keys.iter_mut().take_while(|key| key.secret != secret);
        before.for_each(|key| key.revoked = true);
        Ok(())
    }

    /// An agent corrects a customer's name and e-mail address.
    pub fn edit_customer(
        &mut self,
        now_ms: i64,
        customer: i64,
        name: &str,
        email: &str,
    ) -> Result<(), ActError> {
        if !self.customers.contains_key(&customer) {
            return Err(ActError::UnknownCustomer(customer));
        }
        self.act(now_ms, |desk| {
            let stamp = desk.stamp(now_ms);
            if let Some(record) = desk.customers.get_mut(&customer) {
                record.name = Some(name.to_owned());
                record.email = Some(email.to_owned());
                record.updated_us = stamp;
            }
            desk.note(now_ms, "customer-updated", ("Customer", customer), None, json!({}));
            let theirs: Vec<i64> = desk
                .tickets
                .values()
                .filter(|ticket| ticket.customer == Some(customer))
                .map(|ticket| ticket.id)
                .collect();
            for ticket in theirs {
                desk.note(now_ms, "ticket-customer-updated", ("Ticket", ticket), None, json!({}));
                desk.touch(now_ms, ticket, None);
            }
            Ok(())
        })
    }

    /// An admin changes the account's settings.
    pub fn change_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    pub(super) fn act<T>(
        &mut self,
        now_ms: i64,
        act: impl FnOnce(&mut Self) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        self.advance(now_ms);
        self.begin();
        let done = act(self);
        self.post_webhooks(now_ms);
        done
    }

    fn set_key_revoked(&mut self, user: i64, revoked: bool) -> Result<(), ActError> {
        let record = self.users.get_mut(&user).ok_or(ActError::UnknownUser(user))?;
        record.api_key.as_mut().ok_or(ActError::NoKey(user))?.revoked = revoked;
        Ok(())
    }

    pub(super) fn known_ticket(&self, ticket: i64) -> Result<&Ticket, ActError> {
        self.tickets.get(&ticket).ok_or(ActError::UnknownTicket(ticket))
    }

    fn active_user(&self, user: i64) -> Result<(), ActError> {
        match self.users.get(&user) {
            Some(record) if record.active => Ok(()),
            Some(_) => Err(ActError::InactiveUser(user)),
            None => Err(ActError::UnknownUser(user)),
        }
    }

    fn known_user(&self, user: i64) -> Result<(), ActError> {
        if self.users.contains_key(&user) { Ok(()) } else { Err(ActError::UnknownUser(user)) }
    }
}
