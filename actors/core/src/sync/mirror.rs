//! One ticket of the account as it is kept here: what the lists and reads of Gorgias told of it, folded from a stream of
//! its own. Read-only: nothing is ever decided or posted from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, TicketId};
use crate::snapshot::{Customer, Message, MessagePersonal, TicketFields};
use crate::ticket::Recorded;
use crate::time::Time;

/// Tickets that differ which a back-fill names one by one; of more only the number is kept.
pub const MISMATCHES_MAX: usize = 100;

/// Messages in one event: a thread of five hundred becomes several events.
pub const MESSAGES_AT_ONCE: usize = 50;

/// What can happen to a kept ticket. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MirrorEvent {
    /// Gorgias told something of it that was not known.
    Kept(Kept),
    /// Gorgias no longer has it.
    Left {
        /// How it left.
        departure: Departure,
    },
}

/// What was not known. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// All of it but the messages, when that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Box<ListedTicket>>,
    /// Messages that are new or have changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
    /// Messages that a read of the whole thread no longer showed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<MessageId>,
    /// What of it is personal.
    #[serde(skip_serializing_if = "KeptPersonal::is_empty")]
    pub personal: KeptPersonal,
}

/// The personal part of what was not known, taken out of the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptPersonal {
    /// The ticket's customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The ticket's subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Of each message, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<MessagePersonal>,
}

impl KeptPersonal {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Kept {
    fn split(ticket: Option<&ListedTicket>, messages: &[&Message], gone: Vec<MessageId>) -> Self {
        let mut personal = KeptPersonal::default();
        let ticket = ticket.map(|ticket| {
            let mut ticket = ticket.clone();
            personal.customer = ticket.fields.customer.take();
            personal.subject = ticket.fields.subject.take();
            Box::new(ticket)
        });
        let mut kept = Vec::with_capacity(messages.len());
        for message in messages {
            let mut message = (*message).clone();
            personal.messages.push(std::mem::take(&mut message.personal));
            kept.push(message);
        }
        Self { ticket, messages: kept, gone, personal }
    }

    fn whole_ticket(&self) -> Option<ListedTicket> {
        let mut ticket = (**self.ticket.as_ref()?).clone();
        ticket.fields.customer.clone_from(&self.personal.customer);
        ticket.fields.subject.clone_from(&self.personal.subject);
        Some(ticket)
    }

    fn whole_messages(&self) -> impl Iterator<Item = Message> {
        let personal =
            self.personal.messages.iter().cloned().chain(std::iter::repeat(MessagePersonal::default()));
        self.messages.iter().zip(personal).map(|(message, personal)| Message { personal, ..message.clone() })
    }
}

/// A ticket as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListedTicket {
    /// What every read shows.
    pub fields: TicketFields,
    /// When it was opened, by Gorgias' clock; may lie in the future or after its closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Time>,
    /// Its priority, where the account uses them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// How many messages Gorgias counts on it; none when it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<u32>,
}

/// How a ticket left Gorgias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Departure {
    /// It was deleted for good, or a read found nothing.
    Deleted,
    /// Its messages went to another ticket.
    Merged {
        /// Which; none when Gorgias does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        into: Option<TicketId>,
    },
}

/// A ticket of which not as many messages are kept as Gorgias counts. Persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// Which.
    pub ticket: TicketId,
    /// How many Gorgias counts; none when it was never listed.
    pub counted: Option<u32>,
    /// How many are kept.
    pub kept: u32,
}

/// A kept ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MirroredTicket {
    /// Sequence of the last event folded.
    pub sequence: u64,
    /// All but the messages; none when only messages were listed.
    pub ticket: Option<ListedTicket>,
    /// Its messages.
    pub messages: BTreeMap<MessageId, Message>,
    /// It left Gorgias.
    pub departure: Option<Departure>,
}

impl MirroredTicket {
    /// Folds one event.
    pub fn apply(&mut self, recorded: &Recorded<MirrorEvent>) {
        match &recorded.event {
            MirrorEvent::Kept(kept) => {
                if let Some(ticket) = kept.whole_ticket() {
                    self.ticket = Some(ticket);
                    self.departure = None;
                }
                self.messages.extend(kept.whole_messages().map(|message| (message.id, message)));
                for gone in &kept.gone {
                    self.messages.remove(gone);
                }
            }
            MirrorEvent::Left { departure } => self.departure = Some(*departure),
        }
        self.sequence = recorded.sequence;
    }

    /// What a list told that is not kept yet; nothing when all of it is. An older listing never overwrites a newer one.
    /// Only one that shows a change since brings a ticket back that left.
    pub fn news(&self, ticket: Option<&ListedTicket>, messages: &[Message]) -> Vec<MirrorEvent> {
        let changed = |listed: &ListedTicket| {
            self.ticket.as_ref().is_none_or(|known| listed.fields.updated_at > known.fields.updated_at)
        };
        if self.departure.is_some() && !ticket.is_some_and(changed) {
            return Vec::new();
        }
        let ticket = ticket.filter(|listed| match &self.ticket {
            None => true,
            Some(known) => listed.fields.updated_at >= known.fields.updated_at && *listed != known,
        });
        let messages: Vec<&Message> =
            messages.iter().filter(|message| self.messages.get(&message.id) != Some(message)).collect();
        events(ticket, &messages, Vec::new())
    }

    /// What a read of the whole thread told, which also shows which messages are gone. A list shows a ticket's other
    /// parts in fewer words, so that they are taken from the thread only when it is newer.
    pub fn news_of_thread(&self, ticket: &ListedTicket, thread: &[Message]) -> Vec<MirrorEvent> {
        let shown: BTreeSet<MessageId> = thread.iter().map(|message| message.id).collect();
        let gone = self.messages.keys().filter(|id| !shown.contains(id)).copied().collect();
        let messages: Vec<&Message> =
            thread.iter().filter(|message| self.messages.get(&message.id) != Some(message)).collect();
        let newer = |known: &ListedTicket| ticket.fields.updated_at > known.fields.updated_at;
        events(Some(ticket).filter(|_| self.ticket.as_ref().is_none_or(newer)), &messages, gone)
    }

    /// How what is kept differs from what Gorgias counts, if it does. What has left Gorgias is not counted there.
    pub fn mismatch(&self, id: TicketId) -> Option<Mismatch> {
        if self.departure.is_some() || self.sequence == 0 {
            return None;
        }
        let kept = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        let counted = match &self.ticket {
            Some(ticket) => Some(ticket.messages?),
            None => None,
        };
        (counted != Some(kept)).then_some(Mismatch { ticket: id, counted, kept })
    }
}

/// The events that tell this, none longer than [`MESSAGES_AT_ONCE`] messages.
fn events(ticket: Option<&ListedTicket>, messages: &[&Message], gone: Vec<MessageId>) -> Vec<MirrorEvent> {
    let mut parts = messages.chunks(MESSAGES_AT_ONCE);
    let first = Kept::split(ticket, parts.next().unwrap_or_default(), gone);
    if first == Kept::default() {
        return Vec::new();
    }
    let rest = parts.map(|part| Kept::split(None, part, Vec::new()));
    std::iter::once(first).chain(rest).map(MirrorEvent::Kept).collect()
}
