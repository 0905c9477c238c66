//! The log in memory, for tests: the same answers as a log on disk, and nothing survives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, pending};
use tokio::sync::watch;

use crate::placement::{Placement, check_append, place};
use crate::{
    AppendError, Appended, Durability, EventLog, Expected, NewRecord, ReadError, Record, RecordHash,
    StreamName, Tail, TailItem,
};

/// An [`EventLog`] that lives as long as the value.
pub struct MemoryLog {
    state: Arc<Mutex<State>>,
    head: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    /// The record with position `n` is at `n - 1`.
    records: Vec<Record>,
    /// The positions of each stream's records; sequence `n` is at `n - 1`.
    streams: BTreeMap<StreamName, Vec<u64>>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self { state: Arc::default(), head: watch::Sender::new(0) }
    }

    /// Forgets the newest records, as a log would that acknowledged them too early.
    #[cfg(feature = "planted")]
    pub fn forget_newest(&self, records: usize) {
        let mut state = lock(&self.state);
        for _ in 0..records {
            let Some(record) = state.records.pop() else { break };
            if let Some(positions) = state.streams.get_mut(&record.stream) {
                positions.pop();
            }
        }
        self.head.send_replace(state.records.len() as u64);
    }

    /// Makes the newest record follow another than the one before it.
    #[cfg(feature = "planted")]
    pub fn break_newest_link(&self) {
        if let Some(record) = lock(&self.state).records.last_mut() {
            record.previous = RecordHash([1; 16]);
        }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

impl EventLog for MemoryLog {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            check_append(&records)?;
            let mut state = lock(&self.state);
            let appended = state.append(stream, expected, records)?;
            // Published under the lock, so that the head never goes back.
            self.head.send_replace(state.records.len() as u64);
            Ok(appended)
        })
    }

    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>> {
        Box::pin(async move { Ok(lock(&self.state).read(stream, from, limit)) })
    }

    fn tail(&self, from: u64) -> Box<dyn Tail> {
        let head = self.head.subscribe();
        let caught_up_at = *head.borrow();
        Box::new(MemoryTail {
            state: Arc::clone(&self.state),
            head,
            next: from.max(1),
            caught_up_at: Some(caught_up_at),
        })
    }

    fn streams<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<StreamName>, ReadError>> {
        Box::pin(async move {
            let state = lock(&self.state);
            let names = state.streams.keys().filter(|name| name.as_str().starts_with(prefix));
            Ok(names.cloned().collect())
        })
    }

    fn head(&self) -> u64 {
        *self.head.borrow()
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }

    fn poisoned(&self) -> BoxFuture<'_, String> {
        // Nothing in it can fail.
        Box::pin(pending())
    }
}

impl State {
    fn append(
        &mut self,
        stream: &StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> Result<Appended, AppendError> {
        let actual = self.streams.get(stream).map_or(0, |positions| positions.len() as u64);
        let same_ids = |after: u64| {
            let there = self.read(stream, after + 1, records.len());
            Ok(there.iter().map(|record| record.id).eq(records.iter().map(|record| record.id)))
        };
        match place(expected, actual, records.len(), same_ids)? {
            Placement::Append => {}
            Placement::AlreadyThere { last_sequence } => return Ok(Appended::AlreadyThere { last_sequence }),
            Placement::Conflict => return Err(AppendError::Conflict { actual }),
        }
        let mut previous = self.last_hash(stream);
        let mut sequence = actual;
        for record in records {
            sequence += 1;
            let position = self.records.len() as u64 + 1;
            let record = record.chain(position, stream.clone(), sequence, previous);
            previous = record.hash;
            self.records.push(record);
            self.streams.entry(stream.clone()).or_default().push(position);
        }
        Ok(Appended::New {
            first_sequence: actual + 1,
            last_sequence: sequence,
            position: self.records.len() as u64,
        })
    }

    fn read(&self, stream: &StreamName, from: u64, limit: usize) -> Vec<Record> {
        let Some(positions) = self.streams.get(stream) else { return Vec::new() };
        let before = usize::try_from(from.saturating_sub(1)).unwrap_or(usize::MAX);
        positions.iter().skip(before).take(limit).filter_map(|position| self.at(*position)).cloned().collect()
    }

    fn last_hash(&self, stream: &StreamName) -> RecordHash {
        let last = self.streams.get(stream).and_then(|positions| positions.last());
        last.and_then(|position| self.at(*position)).map_or(RecordHash::ZERO, |record| record.hash)
    }

    fn at(&self, position: u64) -> Option<&Record> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        self.records.get(index)
    }
}

struct MemoryTail {
    state: Arc<Mutex<State>>,
    head: watch::Receiver<u64>,
    next: u64,
    /// The head when the tail was asked; taken when [`TailItem::CaughtUp`] is given.
    caught_up_at: Option<u64>,
}

impl Tail for MemoryTail {
    fn next(&mut self) -> BoxFuture<'_, Result<TailItem, ReadError>> {
        Box::pin(async move {
            loop {
                if self.caught_up_at.is_some_and(|end| self.next > end) {
                    self.caught_up_at = None;
                    return Ok(TailItem::CaughtUp);
                }
                let record = lock(&self.state).at(self.next).cloned();
                if let Some(record) = record {
                    self.next += 1;
                    return Ok(TailItem::Record(record));
                }
                let changed = self.head.changed().await;
                changed.map_err(|_| ReadError::Unavailable("the log was closed".into()))?;
            }
        })
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
