//! Everything a ticket can ask of the outside world. Nothing else ever leaves it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{InstallationId, TicketId};
use crate::time::Time;

/// Names one effect for ever: what it is, and the sequence of the event that made it owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EffectId {
    /// What.
    pub kind: EffectKind,
    /// Sequence of the event that made it owed.
    pub sequence: u64,
}

/// The kinds of effects. The names are persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// Read the ticket. One coalesced debt a ticket; its sequence is 0.
    Read,
    /// Ask the answerer.
    Draft,
    /// Post the answer.
    Answer,
    /// Post the answer as an internal note, because the mode is shadow.
    ShadowNote,
    /// Post the last reply of a handoff.
    FinalReply,
    /// Post the internal note of a handoff.
    HandoffNote,
    /// Put the handoff's tags on the ticket.
    Tags,
    /// Give the ticket to the people who take handoffs.
    Reassign,
    /// See whether a posted reply was sent.
    CheckDelivery,
    /// Put the tags of automated mail on the ticket.
    MailTags,
}

impl EffectKind {
    /// Whether this posts a message, and so runs through the reply protocol.
    pub fn is_post(self) -> bool {
        match self {
            Self::Answer | Self::ShadowNote | Self::FinalReply | Self::HandoffNote => true,
            Self::Read | Self::Draft | Self::Tags | Self::Reassign | Self::CheckDelivery | Self::MailTags => {
                false
            }
        }
    }

    /// Whether the customer sees it.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Answer | Self::FinalReply)
    }
}

/// A debt: an effect, and from when on it is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// Names it.
    pub id: EffectId,
    /// What to do.
    pub act: Act,
    /// Not before this time.
    pub not_before: Time,
    /// Why it is owed, for people.
    pub reason: &'static str,
}

/// What to do about a debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Perform it.
    Perform,
    /// It was announced and its fate is unknown: find out by reading the thread, never by doing it again.
    Settle {
        /// Which attempt.
        attempt: u32,
    },
}

/// What a ticket owes, and when it wants to be woken next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agenda {
    /// The debts, in the order they should be started.
    pub debts: Vec<Debt>,
    /// The next time at which something else than a debt falls due by time alone, with the reason. Apart from the debts:
    /// a draft that is long under way must not hide when it will be too late.
    pub wake_at: Option<(Time, &'static str)>,
}

/// What the markers of this program begin with, whichever installation set them. Stands in Gorgias for ever.
pub const MARKER_START: &str = "polus:";

/// The marker that an outgoing message carries in Gorgias' `external_id`.
pub fn marker(installation: &InstallationId, ticket: TicketId, effect: EffectId, text: &str) -> String {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("{}{}:{}", marker_start(installation, ticket), effect.sequence, &hash.as_str()[..8])
}

/// What the markers of one ticket's messages begin with.
pub(super) fn marker_start(installation: &InstallationId, ticket: TicketId) -> String {
    format!("{MARKER_START}{installation}:{ticket}:")
}

/// Whose message a marker tells it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerOf {
    /// This installation wrote it.
    Us,
    /// Another installation of this program wrote it.
    Stranger,
    /// No marker of this program.
    Nobody,
}

/// Reads a message's marker.
pub fn marker_of(installation: &InstallationId, external_id: Option<&str>) -> MarkerOf {
    match external_id.and_then(|id| id.strip_prefix(MARKER_START)).and_then(|rest| rest.split(':').next()) {
        Some(name) if name == installation.0 => MarkerOf::Us,
        Some(_) => MarkerOf::Stranger,
        None => MarkerOf::Nobody,
    }
}

impl fmt::Display for EffectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            EffectKind::Read => "read",
            EffectKind::Draft => "draft",
            EffectKind::Answer => "answer",
            EffectKind::ShadowNote => "shadow note",
            EffectKind::FinalReply => "final reply",
            EffectKind::HandoffNote => "handoff note",
            EffectKind::Tags => "tags",
            EffectKind::Reassign => "reassignment",
            EffectKind::CheckDelivery => "delivery check",
            EffectKind::MailTags => "tags of automated mail",
        };
        match self.kind {
            EffectKind::Read => formatter.write_str(kind),
            _ => write!(formatter, "{kind} #{}", self.sequence),
        }
    }
}
