//! The body of a webhook. Its owner writes the template, so it may take any shape, and it is a hint at most: the
//! ticket is always read anew before anything is decided.
//!
//! ```text
//! {"ticket": {…}, "message": {…}}             the whole context; the hot path, read without keeping the rest
//! {"ticket_id": "5", "assignee": "None"}      a form, every leaf a string
//! [{"key": "ticket_id", "value": "5"}]        the same as a list of pairs
//! ticket_id=5                                 the same as a query or a urlencoded body
//! {"id": 5, "status": "open", …}              a bare ticket
//! ```

mod cut;
mod form;

pub use cut::read_beginning;

use std::collections::BTreeMap;
use std::fmt;

use super::lenient::{Branch, Leaf};
use crate::id::{MessageId, TicketId, UserId};

/// Longest name of an unknown trigger kept, in characters.
const TRIGGER_CHARACTERS_MAX: usize = 60;

/// What a webhook told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Why it was called. Named by the body or the query, else taken from the body's event, else inferred: a message
    /// that failed, a message, or any change.
    pub trigger: Trigger,
    /// The ticket it tells of.
    pub ticket: TicketId,
    /// The message it tells of.
    pub message: Option<MessageId>,
    /// Whom the ticket is assigned to.
    pub assignee: Hint<UserId>,
    /// The marker of the message, if a program of ours set it.
    pub marker: Option<String>,
    /// Headers that tell automated mail, lower-case names.
    pub headers: BTreeMap<String, String>,
    /// Domain prefix of the account it comes from.
    pub account_domain: Option<String>,
}

/// What a body says about something it need not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hint<T> {
    /// Nothing.
    #[default]
    Unknown,
    /// That there is none.
    Nobody,
    /// That it is this one.
    User(T),
}

/// Why a webhook is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A ticket was made.
    TicketCreated,
    /// A ticket changed in some way.
    TicketUpdated,
    /// A message was made, by whomever.
    MessageCreated,
    /// A message could not be sent.
    MessageFailed,
    /// A ticket woke from snoozing.
    SelfUnsnoozed,
    /// A ticket was assigned or unassigned.
    AssignmentUpdated,
    /// A ticket was opened or closed.
    StatusUpdated,
    /// Another automation handed a ticket over.
    HandedOver,
    /// A name we do not know.
    Other(String),
}

/// Why nothing can be told from a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not text.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// Neither JSON nor a urlencoded form.
    #[error("the body is neither JSON nor a urlencoded form: {0}")]
    NotAForm(String),
    /// Nothing in it says which ticket.
    #[error(
        "no ticket number: neither `ticket.id` nor `ticket_id` is in the body or the query; set \
         the body to {{{{context}}}}. Found: {found}"
    )]
    NoTicket {
        /// The names that were there, or that there were none.
        found: String,
    },
}

/// Reads a webhook's `body` and the `query` of the address it was sent to.
pub fn read(body: &[u8], query: &str) -> Result<Heard, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let form = if text.is_empty() { form::of_query(query)? } else { form::of_body(text)? };
    // The query may also hold the receiver's secret; only our own names are taken from it.
    let from_query = form::of_query(query)?;
    let ticket = form
        .ticket_number()
        .or_else(|| from_query.ticket_number())
        .ok_or_else(|| Unreadable::NoTicket { found: form::names_in(text) })?;
    let message = form.message_number().or_else(|| from_query.message_number());
    let is_failed = form.message.object().is_some_and(|message| message.failed_datetime.is_set());
    Ok(Heard {
        trigger: form
            .trigger_named()
            .or_else(|| from_query.trigger_named())
            .unwrap_or_else(|| inferred(message.is_some(), is_failed)),
        ticket: TicketId(ticket),
        message: message.map(MessageId),
        assignee: form.assignee_hint().or(from_query.assignee_hint()),
        marker: form.marker(),
        account_domain: form.domain(),
        headers: form.message.into_object().map(|message| message.headers.0).unwrap_or_default(),
    })
}

fn inferred(has_message: bool, is_failed: bool) -> Trigger {
    match (has_message, is_failed) {
        (true, true) => Trigger::MessageFailed,
        (true, false) => Trigger::MessageCreated,
        (false, _) => Trigger::TicketUpdated,
    }
}

impl<T> Hint<T> {
    /// This, or `other` where this says nothing. A number beats "nobody": templates render what they lack as null.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::User(user), _) | (_, Self::User(user)) => Self::User(user),
            (Self::Nobody, _) | (_, Self::Nobody) => Self::Nobody,
            (Self::Unknown, Self::Unknown) => Self::Unknown,
        }
    }
}

fn hint_of_leaf(leaf: &Leaf) -> Hint<UserId> {
    match leaf.id() {
        Some(id) => Hint::User(UserId(id)),
        None if leaf.says_nothing() => Hint::Nobody,
        None => Hint::Unknown,
    }
}

fn hint_of_branch(branch: &Branch<form::Numbered>) -> Hint<UserId> {
    match branch {
        Branch::Object(object) => hint_of_leaf(&object.id),
        Branch::Leaf(leaf) => hint_of_leaf(leaf),
    }
}

impl Trigger {
    /// The name as Gorgias spells it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::TicketCreated => "ticket-created",
            Self::TicketUpdated => "ticket-updated",
            Self::MessageCreated => "ticket-message-created",
            Self::MessageFailed => "ticket-message-failed",
            Self::SelfUnsnoozed => "ticket-self-unsnoozed",
            Self::AssignmentUpdated => "ticket-assignment-updated",
            Self::StatusUpdated => "ticket-status-updated",
            Self::HandedOver => "ticket-handed-over",
            Self::Other(name) => name,
        }
    }

    /// Reads a trigger's name, or that of the audit event behind it; underscores count as hyphens.
    pub fn named(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        match name.as_str() {
            "ticket-created" => Self::TicketCreated,
            "ticket-updated" => Self::TicketUpdated,
            "ticket-message-created" => Self::MessageCreated,
            "ticket-message-failed" => Self::MessageFailed,
            "ticket-self-unsnoozed" => Self::SelfUnsnoozed,
            "ticket-assignment-updated"
            | "ticket-assigned"
            | "ticket-unassigned"
            | "ticket-team-assigned" => Self::AssignmentUpdated,
            "ticket-status-updated" | "ticket-closed" | "ticket-reopened" => Self::StatusUpdated,
            "ticket-handed-over" => Self::HandedOver,
            _ => Self::Other(name.chars().take(TRIGGER_CHARACTERS_MAX).collect()),
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
