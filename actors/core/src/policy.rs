//! What a merchant can set, and the terms a ticket is judged under: the connection as it stands, and its policy.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, CustomerId, InstallationId, MessageId, TeamId, UserId};

mod texts;

pub use texts::{ReplyFrame, Texts};

/// The rules of one connection. Versioned: every change is an event with the next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Counts the changes of this connection's policy, from 1.
    pub version: u32,
    /// How long a chat must be quiet before its messages are answered together, in milliseconds.
    pub quiet_chat_ms: u64,
    /// The same for e-mail and every other channel, in milliseconds.
    pub quiet_email_ms: u64,
    /// How long an accepted chat message may wait for its answer before a person gets it, in milliseconds.
    pub answer_within_chat_ms: u64,
    /// The same for e-mail and every other channel, in milliseconds.
    pub answer_within_email_ms: u64,
    /// The least confidence, in thousandths, at which an answer is sent.
    pub confidence_line_per_mille: u32,
    /// How often an answer is drafted anew because the customer added a message, before a person gets the ticket.
    pub redrafts_max: u32,
    /// Says at the end of each reply that an AI wrote it.
    pub disclosure: bool,
    /// Takes a message another app posted by the API for a person's.
    pub other_apps_are_people: bool,
    /// Tags put on a ticket that is handed off.
    pub handoff_tags: Vec<String>,
    /// What replies say around the answer.
    pub texts: Texts,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 1,
            quiet_chat_ms: 3_000,
            quiet_email_ms: 20_000,
            answer_within_chat_ms: 10 * 60 * 1_000,
            answer_within_email_ms: 24 * 60 * 60 * 1_000,
            confidence_line_per_mille: 600,
            redrafts_max: 3,
            disclosure: true,
            other_apps_are_people: true,
            handoff_tags: vec!["polus-handed-off".to_owned()],
            texts: Texts::default(),
        }
    }
}

impl Policy {
    /// How long the ticket must be quiet before it is answered.
    pub fn quiet(&self, channel: &str) -> Duration {
        Duration::from_millis(if channel == "chat" { self.quiet_chat_ms } else { self.quiet_email_ms })
    }

    /// How long an accepted message may wait for its answer.
    pub fn answer_within(&self, channel: &str) -> Duration {
        Duration::from_millis(if channel == "chat" {
            self.answer_within_chat_ms
        } else {
            self.answer_within_email_ms
        })
    }
}

/// What Polus may do on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Answers and hands off.
    #[default]
    Live,
    /// Writes its drafts as internal notes and does nothing else.
    Shadow,
    /// Does nothing.
    Off,
}

/// The terms a ticket is judged under: the connection as it stands, and its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// This data folder.
    pub installation: InstallationId,
    /// The connection.
    pub connection: ConnectionId,
    /// Raised by every connect and disconnect; a debt of an older one is never performed.
    pub generation: u32,
    /// Whether the connection is connected at all.
    pub connected: bool,
    /// What may be done.
    pub mode: Mode,
    /// The brake: nothing is posted while it is on.
    pub paused: bool,
    /// The user the AI acts as; only tickets assigned to it are touched.
    pub ai_user: UserId,
    /// The team that gets handed-off tickets.
    pub handoff_team: Option<TeamId>,
    /// The person who gets handed-off tickets.
    pub handoff_user: Option<UserId>,
    /// The highest message there was when the connection was made; older ones are history.
    pub go_live: MessageId,
    /// The policy in force.
    pub policy: Policy,
    /// Customers who want no AI.
    pub opted_out: Arc<BTreeSet<CustomerId>>,
}
