//! One stream and the machine folded from it: catch up, append at the exact sequence, and what an unclear append
//! came to.
//!
//! `journal/record.rs` turns events into records and back, and appends facts, for which no machine is needed.

mod record;

use std::sync::Arc;
#[cfg(feature = "planted")]
use std::time::Duration;

use polus_core::codec::Persisted;
use polus_core::connection::{Connection, ConnectionEvent};
use polus_core::id::{ConnectionId, Stream, TicketId};
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_core::sync::mirror::{MirrorEvent, MirroredTicket};
use polus_core::sync::{Sync, SyncEvent};
use polus_core::ticket::{Event, IllegalEvent, Recorded, Ticket};
use polus_core::time::Time;
use polus_storage::{
    AppendError, Appended, BlobError, Blobs, EventLog, Expected, NewRecord, ReadError, RecordId, StreamName,
};

use crate::World;
use crate::marks::{Mark, Marks};
use record::encode_record;
pub use record::{BadRecord, append_fact, decode_record, stream_name};

/// Records read at a time.
const PAGE: usize = 256;

/// A machine that folds events.
pub trait Machine {
    /// Its events.
    type Event: Persisted + Clone;
    /// Sequence of the last event folded.
    fn sequence(&self) -> u64;
    /// Folds one event.
    fn fold(&mut self, recorded: &Recorded<Self::Event>) -> Result<(), IllegalEvent>;
}

/// A stream's machine, as far as it was read, and the way to append to it.
pub struct Journal<M> {
    name: StreamName,
    log: Arc<dyn EventLog>,
    blobs: Arc<dyn Blobs>,
    marks: Arc<Marks>,
    machine: M,
}

/// Why a journal cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The stream cannot be folded: damaged, or written by a newer program. Only this stream is affected.
    #[error("{stream}: {problem}")]
    Unreadable {
        /// The stream.
        stream: String,
        /// What is wrong.
        problem: String,
    },
    /// The log takes nothing now; trying again later may help.
    #[error("{stream}: {problem}")]
    Busy {
        /// The stream.
        stream: String,
        /// What is wrong.
        problem: String,
    },
}

/// How an append at the exact sequence ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Appended by this call, and folded. Only this permits an act that cannot be repeated.
    New,
    /// An earlier try of the same append stands there already, and is folded now. Whoever made it may have acted.
    AlreadyThere,
    /// Facts arrived in between; they are folded now and nothing was appended.
    Conflict,
}

impl<M: Machine> Journal<M> {
    /// A journal of `stream` from the beginning; nothing is read yet.
    pub fn new(
        stream: &Stream,
        machine: M,
        log: Arc<dyn EventLog>,
        blobs: Arc<dyn Blobs>,
        marks: Arc<Marks>,
    ) -> Result<Self, JournalError> {
        let name = stream_name(stream)?;
        Ok(Self { name, log, blobs, marks, machine })
    }

    /// The same in this world's log.
    pub fn of(world: &World, stream: &Stream, machine: M) -> Result<Self, JournalError> {
        Self::new(stream, machine, world.log.clone(), world.blobs.clone(), world.marks.clone())
    }

    /// The machine as far as it is folded.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// Folds what was appended since. Returns whether anything was.
    pub async fn catch_up(&mut self) -> Result<bool, JournalError> {
        let before = self.machine.sequence();
        loop {
            let from = self.machine.sequence() + 1;
            #[cfg(feature = "planted")]
            let from = if planted::is(Bug::ApplyTwice) { self.machine.sequence().max(1) } else { from };
            let records =
                self.log.read(&self.name, from, PAGE).await.map_err(|error| self.read_error(error))?;
            let full = records.len() == PAGE;
            for record in records {
                let recorded =
                    decode_record(self.blobs.as_ref(), &record).await.map_err(|bad| self.bad_record(&bad))?;
                self.machine.fold(&recorded).map_err(|error| self.unreadable(error))?;
            }
            if !full {
                return Ok(self.machine.sequence() > before);
            }
        }
    }

    /// Appends `events` right after what is folded, all or none, and folds them.
    pub async fn append(&mut self, events: Vec<M::Event>, now: Time) -> Result<Ending, JournalError> {
        let sequence = self.machine.sequence();
        let records = self.encode(&events, sequence, now).await?;
        let ids: Vec<RecordId> = records.iter().map(|record| record.id).collect();
        let expected = Expected::Exact(sequence);
        #[cfg(feature = "planted")]
        let expected = if planted::is(Bug::IgnoreExpectedSequence) { Expected::Any } else { expected };
        match self.log.append(&self.name, expected, records).await {
            Ok(Appended::New { .. }) => {
                #[cfg(feature = "planted")]
                let now =
                    if planted::is(Bug::FoldAtAnotherTime) { now.plus(Duration::from_secs(1)) } else { now };
                for (place, event) in (sequence + 1..).zip(events) {
                    let recorded = Recorded { sequence: place, at: now, event };
                    self.machine.fold(&recorded).map_err(|error| self.unreadable(error))?;
                }
                Ok(Ending::New)
            }
            Ok(Appended::AlreadyThere { .. }) => {
                self.catch_up().await?;
                Ok(Ending::AlreadyThere)
            }
            Err(AppendError::Conflict { .. }) => {
                self.marks.hit(Mark::AppendOvertaken);
                self.catch_up().await?;
                Ok(Ending::Conflict)
            }
            Err(AppendError::Unclear(_)) => self.settle(sequence, &ids).await,
            Err(error) => Err(self.append_error(&error)),
        }
    }

    /// An append of unknown fate: what stands in its place tells.
    async fn settle(&mut self, sequence: u64, ids: &[RecordId]) -> Result<Ending, JournalError> {
        let there = self
            .log
            .read(&self.name, sequence + 1, ids.len())
            .await
            .map_err(|error| self.read_error(error))?;
        let ours = there.len() == ids.len() && there.iter().map(|record| record.id).eq(ids.iter().copied());
        self.marks.hit(if ours { Mark::UnclearAppendThere } else { Mark::UnclearAppendNotThere });
        self.catch_up().await?;
        Ok(if ours { Ending::AlreadyThere } else { Ending::Conflict })
    }

    async fn encode(
        &self,
        events: &[M::Event],
        sequence: u64,
        now: Time,
    ) -> Result<Vec<NewRecord>, JournalError> {
        let mut records = Vec::with_capacity(events.len());
        for (place, event) in (sequence + 1..).zip(events) {
            records.push(
                encode_record(self.blobs.as_ref(), &self.name, place, event, now)
                    .await
                    .map_err(|problem| JournalError::Busy { stream: self.name.to_string(), problem })?,
            );
        }
        Ok(records)
    }

    fn read_error(&self, error: ReadError) -> JournalError {
        let stream = self.name.to_string();
        match error {
            ReadError::Corrupt(problem) => JournalError::Unreadable { stream, problem },
            ReadError::Unavailable(problem) => JournalError::Busy { stream, problem },
        }
    }

    /// Blobs that do not answer now may do so later; a record that is no event stays none.
    fn bad_record(&self, bad: &BadRecord) -> JournalError {
        let (stream, problem) = (self.name.to_string(), bad.to_string());
        match bad {
            BadRecord::Blob(_, BlobError::Full(_) | BlobError::Unavailable(_)) => {
                JournalError::Busy { stream, problem }
            }
            BadRecord::Blob(_, BlobError::Missing(_) | BlobError::Corrupt(_))
            | BadRecord::Decode(..)
            | BadRecord::Reference(..) => JournalError::Unreadable { stream, problem },
        }
    }

    fn append_error(&self, error: &AppendError) -> JournalError {
        let (stream, problem) = (self.name.to_string(), error.to_string());
        match error {
            AppendError::Corrupt(_) | AppendError::TooLarge { .. } | AppendError::Malformed(_) => {
                JournalError::Unreadable { stream, problem }
            }
            AppendError::Conflict { .. }
            | AppendError::Unclear(_)
            | AppendError::Overloaded { .. }
            | AppendError::Full(_)
            | AppendError::Unavailable(_) => JournalError::Busy { stream, problem },
        }
    }

    fn unreadable(&self, problem: impl ToString) -> JournalError {
        JournalError::Unreadable { stream: self.name.to_string(), problem: problem.to_string() }
    }
}

/// The tickets of a connection that are kept, by number.
pub async fn mirrored_tickets(
    log: &dyn EventLog,
    connection: &ConnectionId,
) -> Result<Vec<TicketId>, ReadError> {
    let streams = log.streams(&format!("{connection}/mirror/")).await?;
    let ids = streams.iter().filter_map(|name| match name.as_str().parse() {
        Ok(Stream::Mirror(_, ticket)) => Some(ticket),
        Ok(
            Stream::Directory
            | Stream::Ticket(..)
            | Stream::Connection(_)
            | Stream::Sync(_)
            | Stream::Inbox(_),
        )
        | Err(_) => None,
    });
    let mut ids: Vec<TicketId> = ids.collect();
    ids.sort_unstable();
    Ok(ids)
}

impl Machine for Ticket {
    type Event = Event;

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn fold(&mut self, recorded: &Recorded<Event>) -> Result<(), IllegalEvent> {
        self.apply(recorded)
    }
}

impl Machine for Connection {
    type Event = ConnectionEvent;

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn fold(&mut self, recorded: &Recorded<ConnectionEvent>) -> Result<(), IllegalEvent> {
        self.apply(recorded);
        Ok(())
    }
}

impl Machine for Sync {
    type Event = SyncEvent;

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn fold(&mut self, recorded: &Recorded<SyncEvent>) -> Result<(), IllegalEvent> {
        self.apply(recorded);
        Ok(())
    }
}

impl Machine for MirroredTicket {
    type Event = MirrorEvent;

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn fold(&mut self, recorded: &Recorded<MirrorEvent>) -> Result<(), IllegalEvent> {
        self.apply(recorded);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
