//! What a merchant can set, and the terms a ticket is judged under: the connection as it stands, and its policy.
//!
//! ```text
//! handoff.rs    when a ticket goes to people: presets or switches, and the fallback
//! topics.rs     which topics are the AI's, by tag
//! channels.rs   a mode for each channel
//! hours.rs      office hours: zone, week, holidays; office time between two points
//! limits.rs     the bound on replies
//! texts.rs      what replies say, in the ten languages of language.rs; wording.rs holds the built-in texts
//! note.rs       what the note of a handoff says, in the same languages
//! settings.rs   each of these by key and value, checked
//! cause.rs      what a handoff comes down to
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, CustomerId, InstallationId, MessageId, TeamId, UserId};
use crate::time::Time;

mod cause;
mod channels;
mod handoff;
pub mod hours;
mod language;
mod limits;
mod note;
mod settings;
mod template;
mod texts;
mod topics;
mod wording;

pub use cause::Cause;
pub use channels::{Channels, OTHER_CHANNELS};
pub use handoff::{Handoff, HandoffRules, OnFrustration, OnRequest, PRESET_MAX, USUAL_PRESET};
pub use hours::Hours;
pub use language::Language;
pub use limits::Limits;
pub(crate) use note::{NoteWords, untold};
pub use settings::{BadSetting, Field};
pub use texts::{ReplyFrame, TEXT_LETTERS_MAX, TextKey, Texts, TextsIn};
pub use topics::{Topic, Topics};

/// The rules of one connection. Versioned: every change is an event with the next version. Persisted: a field that
/// was added later is left out while it has its default, and has it where it is missing.
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
    /// The shop's name as texts say it; empty when it was not set.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub shop: String,
    /// When a ticket goes to people.
    #[serde(skip_serializing_if = "is_default")]
    pub handoff: Handoff,
    /// Which topics are the AI's.
    #[serde(skip_serializing_if = "is_default")]
    pub topics: Topics,
    /// Modes of single channels.
    #[serde(skip_serializing_if = "is_default")]
    pub channels: Channels,
    /// When people are there.
    #[serde(skip_serializing_if = "is_default")]
    pub hours: Hours,
    /// How many replies a ticket may get.
    #[serde(skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// An article in another language than the customer's may answer, in its own language; else a person does.
    #[serde(skip_serializing_if = "is_default")]
    pub answer_in_article_language: bool,
    /// Groups of words that mean the same in this shop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<Vec<String>>,
    /// Thanks are answered with a line; else they are met with silence.
    #[serde(skip_serializing_if = "is_default")]
    pub courtesy_replies: bool,
    /// A message that a rule of the account has replied to is left alone.
    #[serde(skip_serializing_if = "is_default")]
    pub skip_if_rule_replied: bool,
    /// Tags put on a ticket that holds nothing but automated mail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub automated_tags: Vec<String>,
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
            shop: String::new(),
            handoff: Handoff::default(),
            topics: Topics::default(),
            channels: Channels::default(),
            hours: Hours::default(),
            limits: Limits::default(),
            answer_in_article_language: false,
            synonyms: Vec::new(),
            courtesy_replies: false,
            skip_if_rule_replied: false,
            automated_tags: Vec::new(),
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

    /// The mode on a channel of a connection in mode `connection`.
    pub fn mode_of(&self, channel: &str, connection: Mode) -> Mode {
        self.channels.mode_of(channel, connection)
    }

    /// When a ticket goes to people, whichever way it was set.
    pub fn handoff_rules(&self) -> HandoffRules {
        self.handoff.rules()
    }

    /// Its texts in a language. For the tag of any language:
    /// `policy.texts_for(Language::from_tag(tag).unwrap_or_default())`.
    pub fn texts_for(&self, language: Language) -> TextsIn<'_> {
        TextsIn { policy: self, language }
    }

    /// When a ticket that was handed off at `since` is to be told of as not picked up: after so much office time;
    /// none when that was switched off, or no office time is in sight.
    pub fn pick_up_due(&self, since: Time) -> Option<Time> {
        self.hours.after_open_time(since, self.handoff.pick_up_within()?)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
