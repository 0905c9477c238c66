//! Catching up with Gorgias: which tickets of a listing are news, and how far we are. The same shape as the other
//! machines: pure, and what it decides becomes events on the connection's own streams.

use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, TicketId};
use crate::ticket::Recorded;
use crate::time::Time;

/// Listings overlap by this much of Gorgias' time, because rows move while they are read.
pub const OVERLAP_MS: i64 = 5 * 60 * 1_000;

/// What can happen to the sync of a connection. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SyncEvent {
    /// All tickets that Gorgias changed up to `through` have been looked at.
    CaughtUp {
        /// By Gorgias' clock.
        through: Time,
        /// Tickets that were looked at.
        tickets: u32,
        /// Tickets that were news to us.
        found: u32,
        /// Generation of the connection.
        generation: u32,
    },
    /// A walk stopped before its end and will be made again.
    Interrupted {
        /// What went wrong.
        problem: String,
    },
}

/// Which connections there are. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// A connection of this name has streams of its own from now on.
    Opened {
        /// Its name.
        connection: ConnectionId,
    },
}

/// A delivery that named no ticket. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum InboxEvent {
    /// The body could not be read; its first 64 KiB are kept.
    Quarantined {
        /// What is wrong with it.
        problem: String,
        /// Its full size in bytes.
        bytes: u64,
        /// The kept part, as text with what is no UTF-8 replaced; personal.
        personal: QuarantinedBody,
    },
}

/// The kept part of a quarantined body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuarantinedBody {
    /// At most 64 KiB.
    pub body: String,
}

/// How far a connection's sync is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sync {
    /// Sequence of the last event folded.
    pub sequence: u64,
    /// Everything up to here, by Gorgias' clock, has been looked at.
    pub through: Option<Time>,
    /// How the last walk ended, if it did not reach its end.
    pub problem: Option<String>,
}

/// A ticket as a listing shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub ticket: TicketId,
    /// When Gorgias last changed it.
    pub updated_at: Time,
    /// Whether it is assigned to the AI user.
    pub ours: bool,
}

/// What one page of a newest-first listing means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTaken {
    /// Tickets to be looked at, oldest change first.
    pub news: Vec<Listed>,
    /// The walk has reached what is known.
    pub reached: bool,
}

impl Sync {
    /// Folds one event.
    pub fn apply(&mut self, recorded: &Recorded<SyncEvent>) {
        match &recorded.event {
            SyncEvent::CaughtUp { through, .. } => {
                self.through = Some(self.through.map_or(*through, |known| known.max(*through)));
                self.problem = None;
            }
            SyncEvent::Interrupted { problem } => self.problem = Some(problem.clone()),
        }
        self.sequence = recorded.sequence;
    }

    /// Takes a page that lists tickets newest change first. The walk ends at the first page whose oldest row lies
    /// before the watermark and its overlap; without a watermark it never ends early.
    pub fn take_page(&self, page: &[Listed]) -> PageTaken {
        let line = self.through.map(|through| Time(through.0 - OVERLAP_MS));
        let is_news = |listed: &&Listed| line.is_none_or(|line| listed.updated_at >= line);
        let mut news: Vec<Listed> = page.iter().filter(is_news).copied().collect();
        news.reverse();
        let oldest = page.iter().map(|listed| listed.updated_at).min();
        let reached = match (oldest, line) {
            (Some(oldest), Some(line)) => oldest < line,
            _ => false,
        };
        PageTaken { news, reached }
    }
}
