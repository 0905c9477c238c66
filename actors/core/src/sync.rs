//! Catching up with Gorgias: which tickets of a listing are news, and how far we are. The same shape as the other
//! machines: pure, and what it decides becomes events on the connection's own streams.
//!
//! `sync/backfill.rs` is the fetching of the whole history, `sync/missed.rs` what webhooks did not tell, and
//! `sync/mirror.rs` one ticket of the account as it is kept here.

pub mod backfill;
pub mod mirror;
pub mod missed;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, MessageId, TicketId};
use crate::ticket::Recorded;
use crate::time::Time;
use backfill::{Backfill, Ended, List, PageKept, Stage};
use mirror::Mismatch;
use missed::{Missed, MissedMessage};

/// Runs of the back-fill that are remembered, the newest last.
pub const RUNS_MAX: usize = 20;

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
        /// Messages of customers that were not known from an earlier walk.
        #[serde(default)]
        inbound: u32,
        /// The highest message there was; none when no message was looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        newest_message: Option<MessageId>,
        /// Tickets that changed and are still to be compared with what is kept of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        uncompared: Vec<TicketId>,
    },
    /// A walk stopped before its end and will be made again.
    Interrupted {
        /// What went wrong.
        problem: String,
    },
    /// All tickets that were deleted or merged away up to `through` have been looked at.
    DeparturesSeen {
        /// By Gorgias' clock.
        through: Time,
    },
    /// Messages of customers that a walk found and of which no webhook told within the time that webhooks take.
    WebhooksMissed {
        /// Which.
        messages: Vec<MissedMessage>,
    },
    /// All tickets and messages are to be fetched, newest first.
    BackfillStarted {
        /// Nothing that was last changed before this time, by Gorgias' clock; none for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Time>,
        /// Who asked.
        by: String,
    },
    /// A page of a back-fill was fetched and what it holds is kept.
    PageKept(PageKept),
    /// Gorgias does not take the cursor any more: the list is read from its beginning again, over what is kept.
    CursorLost {
        /// Which list.
        list: List,
        /// With what words.
        problem: String,
    },
    /// A back-fill ended.
    BackfillEnded {
        /// How.
        ended: Ended,
        /// Tickets of which not as many messages are kept as Gorgias counts, at most [`mirror::MISMATCHES_MAX`] of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mismatches: Vec<Mismatch>,
        /// How many such tickets there are.
        #[serde(default)]
        mismatched: u32,
        /// Calls that the comparison took.
        #[serde(default)]
        calls: u32,
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
    /// When the last walk that found something reached its end, by our clock.
    pub caught_up_at: Option<Time>,
    /// The highest message a walk has looked at.
    pub newest_message: Option<MessageId>,
    /// Departures up to here, by Gorgias' clock, have been looked at.
    pub departed_through: Option<Time>,
    /// Tickets that were still to be compared with what is kept of them at the end of the last walk that found something.
    pub uncompared: Vec<TicketId>,
    /// What webhooks told and did not tell lately.
    pub missed: Missed,
    /// The back-fills, the newest last.
    pub runs: VecDeque<Backfill>,
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
            SyncEvent::CaughtUp { through, inbound, newest_message, uncompared, .. } => {
                self.uncompared.clone_from(uncompared);
                self.through = Some(self.through.map_or(*through, |known| known.max(*through)));
                self.newest_message = self.newest_message.max(*newest_message);
                self.caught_up_at = Some(recorded.at);
                self.problem = None;
                self.missed.heard(recorded.at, *inbound);
            }
            SyncEvent::Interrupted { problem } => self.problem = Some(problem.clone()),
            SyncEvent::DeparturesSeen { through } => {
                self.departed_through = self.departed_through.max(Some(*through));
            }
            SyncEvent::WebhooksMissed { messages } => self.missed.missed(recorded.at, messages),
            SyncEvent::BackfillStarted { since, by } => {
                // What left before is in none of the lists that are fetched from now on. A change dated in the future does
                // not hide what leaves until then.
                let before = self.through.map(|through| through.min(recorded.at));
                self.departed_through = self.departed_through.or(before);
                self.runs.push_back(Backfill::new(recorded.sequence, recorded.at, *since, by.clone()));
                if self.runs.len() > RUNS_MAX {
                    self.runs.pop_front();
                }
            }
            SyncEvent::PageKept(page) => self.in_run(|run| run.kept(page, recorded.at)),
            SyncEvent::CursorLost { list, problem } => self.in_run(|run| run.begin_anew(*list, problem)),
            SyncEvent::BackfillEnded { ended, mismatches, mismatched, calls } => self.in_run(|run| {
                run.calls += u64::from(*calls);
                run.end(recorded.at, ended, mismatches, *mismatched);
            }),
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

    /// The back-fill that was asked for last, ended or not.
    pub fn last_run(&self) -> Option<&Backfill> {
        self.runs.back()
    }

    /// The back-fill that is under way.
    pub fn running(&self) -> Option<&Backfill> {
        self.last_run().filter(|run| !matches!(run.stage, Stage::Ended(_)))
    }

    /// Whether the account's tickets are kept here: from the first back-fill on, for as long as there is none that was
    /// stopped before its end.
    pub fn keeps_mirror(&self) -> bool {
        self.last_run().is_some_and(|run| match &run.stage {
            Stage::Reading | Stage::Comparing | Stage::Ended(Ended::Complete | Ended::Failed { .. }) => true,
            Stage::Ended(Ended::Stopped { .. }) => false,
        })
    }

    fn in_run(&mut self, change: impl FnOnce(&mut Backfill)) {
        // What a walker recorded after an operator stopped the run changes nothing.
        if let Some(run) = self.runs.back_mut().filter(|run| !matches!(run.stage, Stage::Ended(_))) {
            change(run);
        }
    }
}
