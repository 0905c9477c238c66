//! The open-work list: which streams may still have something to do. Derived from the log, never synced; it
//! may name too many streams, never too few, and can be thrown away at any time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::StreamName;

mod sled;

pub use self::sled::SledOpenWork;

/// The list. A stream is on it from the moment one of its records is noted until its actor says that it owes
/// nothing. Streams with a record after [`OpenWork::complete_up_to`] are open whatever the list says. When
/// that position is past the head of the log (a restored backup), the list belongs to another log: clear it.
pub trait OpenWork: Send + Sync {
    /// The position of the log up to which every record was noted; 0 for an empty list.
    fn complete_up_to(&self) -> Result<u64, OpenWorkError>;

    /// Marks each stream as open at (at least) the sequence beside it and moves the position, both or
    /// neither. The position never goes back. A stream already settled at that sequence or a later one stays
    /// settled if the list still knows it.
    fn note(&self, touched: &[(StreamName, u64)], complete_up_to: u64) -> Result<(), OpenWorkError>;

    /// The stream was folded up to `sequence` and owes nothing before `wake_at_ms` (milliseconds since 1970);
    /// with `None` it owes nothing at all and leaves the list. Ignored when a later sequence was noted.
    fn settle(
        &self,
        stream: &StreamName,
        sequence: u64,
        wake_at_ms: Option<i64>,
    ) -> Result<(), OpenWorkError>;

    /// All entries, in byte order of the streams' names.
    fn entries(&self) -> Result<Vec<OpenEntry>, OpenWorkError>;

    /// Throws everything away; complete up to 0 afterwards.
    fn clear(&self) -> Result<(), OpenWorkError>;
}

/// One stream of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEntry {
    /// The stream.
    pub stream: StreamName,
    /// Whether it may act now or at a later time.
    pub state: OpenState,
}

/// What the list knows of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenState {
    /// It may have something to do now.
    Open {
        /// The last sequence noted.
        sequence: u64,
    },
    /// It has nothing to do before a point in time.
    Asleep {
        /// The sequence up to which it was folded.
        sequence: u64,
        /// When to fold it again, in milliseconds since 1970.
        wake_at_ms: i64,
    },
}

/// The list could not be read or written. It is derived: the way out is to begin a new one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the open-work list is not available: {0}")]
pub struct OpenWorkError(pub String);

/// The state after a record with `sequence` was noted.
fn noted(before: Option<OpenState>, sequence: u64) -> OpenState {
    match before {
        Some(OpenState::Asleep { sequence: folded, wake_at_ms }) if folded >= sequence => {
            OpenState::Asleep { sequence: folded, wake_at_ms }
        }
        Some(OpenState::Open { sequence: known }) => OpenState::Open { sequence: known.max(sequence) },
        Some(OpenState::Asleep { .. }) | None => OpenState::Open { sequence },
    }
}

/// The state after the stream was settled at `sequence`; `None` means that it leaves the list.
fn settled(before: Option<OpenState>, sequence: u64, wake_at_ms: Option<i64>) -> Option<OpenState> {
    match before {
        Some(OpenState::Open { sequence: known } | OpenState::Asleep { sequence: known, .. })
            if known > sequence =>
        {
            before
        }
        Some(_) | None => wake_at_ms.map(|wake_at_ms| OpenState::Asleep { sequence, wake_at_ms }),
    }
}

/// The list in memory, for tests and simulations.
#[derive(Default)]
pub struct MemoryOpenWork {
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    complete_up_to: u64,
    streams: BTreeMap<StreamName, OpenState>,
}

impl MemoryOpenWork {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenWork for MemoryOpenWork {
    fn complete_up_to(&self) -> Result<u64, OpenWorkError> {
        Ok(self.list().complete_up_to)
    }

    fn note(&self, touched: &[(StreamName, u64)], complete_up_to: u64) -> Result<(), OpenWorkError> {
        let mut list = self.list();
        for (stream, sequence) in touched {
            let state = noted(list.streams.get(stream).copied(), *sequence);
            list.streams.insert(stream.clone(), state);
        }
        list.complete_up_to = list.complete_up_to.max(complete_up_to);
        Ok(())
    }

    fn settle(
        &self,
        stream: &StreamName,
        sequence: u64,
        wake_at_ms: Option<i64>,
    ) -> Result<(), OpenWorkError> {
        let mut list = self.list();
        match settled(list.streams.get(stream).copied(), sequence, wake_at_ms) {
            Some(state) => list.streams.insert(stream.clone(), state),
            None => list.streams.remove(stream),
        };
        Ok(())
    }

    fn entries(&self) -> Result<Vec<OpenEntry>, OpenWorkError> {
        let list = self.list();
        Ok(list
            .streams
            .iter()
            .map(|(stream, state)| OpenEntry { stream: stream.clone(), state: *state })
            .collect())
    }

    fn clear(&self) -> Result<(), OpenWorkError> {
        *self.list() = List::default();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn both(check: impl Fn(&dyn OpenWork)) {
        let folder = tempfile::tempdir().unwrap();
        check(&MemoryOpenWork::new());
        check(&SledOpenWork::open(folder.path().join("derived")).unwrap());
    }

    fn stream(name: &str) -> StreamName {
        StreamName::new(name).unwrap()
    }

    fn states(work: &dyn OpenWork) -> Vec<(String, OpenState)> {
        let entries = work.entries().unwrap();
        entries.into_iter().map(|entry| (entry.stream.to_string(), entry.state)).collect()
    }

    #[test]
    fn noted_streams_are_open_at_their_highest_sequence() {
        both(|work| {
            work.note(&[(stream("b"), 1), (stream("a"), 4)], 5).unwrap();
            work.note(&[(stream("a"), 2)], 3).unwrap();
            let open = |sequence| OpenState::Open { sequence };
            assert_eq!(states(work), [("a".into(), open(4)), ("b".into(), open(1))]);
            assert_eq!(work.complete_up_to(), Ok(5));
        });
    }

    #[test]
    fn a_settled_stream_leaves_or_sleeps() {
        both(|work| {
            work.note(&[(stream("a"), 2), (stream("b"), 2)], 4).unwrap();
            work.settle(&stream("a"), 2, None).unwrap();
            work.settle(&stream("b"), 3, Some(77)).unwrap();
            work.settle(&stream("c"), 1, Some(9)).unwrap();
            let asleep = |sequence, wake_at_ms| OpenState::Asleep { sequence, wake_at_ms };
            assert_eq!(states(work), [("b".into(), asleep(3, 77)), ("c".into(), asleep(1, 9))]);
        });
    }

    #[test]
    fn settling_an_older_sequence_is_ignored() {
        both(|work| {
            work.note(&[(stream("a"), 5)], 5).unwrap();
            work.settle(&stream("a"), 4, None).unwrap();
            assert_eq!(states(work), [("a".into(), OpenState::Open { sequence: 5 })]);
            work.settle(&stream("a"), 6, Some(1)).unwrap();
            work.settle(&stream("a"), 5, None).unwrap();
            assert_eq!(states(work), [("a".into(), OpenState::Asleep { sequence: 6, wake_at_ms: 1 })]);
        });
    }

    #[test]
    fn a_later_record_wakes_a_sleeper_and_a_late_note_of_an_earlier_one_does_not() {
        both(|work| {
            work.settle(&stream("a"), 5, Some(100)).unwrap();
            work.note(&[(stream("a"), 5)], 5).unwrap();
            assert_eq!(states(work), [("a".into(), OpenState::Asleep { sequence: 5, wake_at_ms: 100 })]);
            work.note(&[(stream("a"), 6)], 6).unwrap();
            assert_eq!(states(work), [("a".into(), OpenState::Open { sequence: 6 })]);
        });
    }

    #[test]
    fn clearing_throws_all_away() {
        both(|work| {
            work.note(&[(stream("a"), 5)], 5).unwrap();
            work.clear().unwrap();
            assert_eq!(states(work), []);
            assert_eq!(work.complete_up_to(), Ok(0));
            work.note(&[(stream("b"), 1)], 1).unwrap();
            assert_eq!(states(work).len(), 1);
        });
    }
}
