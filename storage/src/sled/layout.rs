//! Where the records are in sled. Persisted; private to this backend.
//!
//! ```text
//! tree "events"   position                        → the record's bytes (record/bytes.rs)
//! tree "index"    stream's name, 0, sequence      → position
//! ```
//!
//! All numbers are eight bytes, big endian, so that byte order is number order. Names hold no byte below 33,
//! so a name's entries stand together, and names stand in their own byte order.
//!
//! Events are appended at the right edge of their tree, which is what sled does best. An event is always
//! inserted before its index entry, and sled recovers a prefix of what it was given: an index entry without
//! its event is damage; an event without its index entry is the mark of a group that was never acknowledged.

use std::fs::File;

use sled::{Batch, Db, IVec, Tree};

use crate::guard::{Failure, guarded};
use crate::{OpenError, ReadError, Record, StreamName};

/// sled's two trees, and the lock on the folder.
pub(super) struct Store {
    database: Db,
    events: Tree,
    index: Tree,
    /// After sled in the order of dropping: who gets the lock finds sled closed.
    _lock: File,
}

/// An index entry: sequence and position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub sequence: u64,
    pub position: u64,
}

/// Why the store could not answer.
#[derive(Debug)]
pub(super) enum StoreError {
    /// What is stored is damaged; sled itself is well.
    Damaged {
        /// Where; 0 when it has no position.
        position: u64,
        reason: String,
    },
    /// sled failed or panicked.
    Failed(Failure),
}

impl Store {
    /// Opens both trees.
    pub(super) fn new(database: Db, lock: File) -> Result<Self, StoreError> {
        let events = guarded(|| database.open_tree("events"))?;
        let index = guarded(|| database.open_tree("index"))?;
        Ok(Self { database, events, index, _lock: lock })
    }

    pub(super) fn insert_event(&self, position: u64, bytes: &[u8]) -> Result<(), Failure> {
        guarded(|| self.events.insert(position.to_be_bytes(), bytes)).map(drop)
    }

    /// Inserts several events so that after a crash all are there or none.
    pub(super) fn insert_events(&self, batch: Batch) -> Result<(), Failure> {
        guarded(|| self.events.apply_batch(batch))
    }

    pub(super) fn insert_entry(&self, stream: &StreamName, entry: Entry) -> Result<(), Failure> {
        let key = index_key(stream, entry.sequence);
        guarded(|| self.index.insert(key, &entry.position.to_be_bytes())).map(drop)
    }

    /// Hands all that was inserted to the system. Not durable yet: sled does not sync.
    pub(super) fn flush(&self) -> Result<(), Failure> {
        guarded(|| self.database.flush()).map(drop)
    }

    /// The position of the last event; 0 when there is none.
    pub(super) fn last_position(&self) -> Result<u64, StoreError> {
        let last = guarded(|| self.events.last())?;
        last.map_or(Ok(0), |(key, _)| number(&key, "the key of an event"))
    }

    /// The event at a position, which must be there.
    pub(super) fn event(&self, position: u64) -> Result<Record, StoreError> {
        let bytes = guarded(|| self.events.get(position.to_be_bytes()))?
            .ok_or_else(|| damaged(position, "the record is missing"))?;
        decode(position, &bytes)
    }

    /// The events from `from` to `to` without a gap, at most `limit`.
    pub(super) fn events(&self, from: u64, to: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        if from > to {
            return Ok(Vec::new());
        }
        let range = from.to_be_bytes()..=to.to_be_bytes();
        let pairs: Vec<(IVec, IVec)> = guarded(|| self.events.range(range).take(limit).collect())?;
        let wanted = usize::try_from(to - from).unwrap_or(usize::MAX).saturating_add(1).min(limit);
        let mut records = Vec::with_capacity(pairs.len());
        for (expected, (key, value)) in (from..).zip(&pairs) {
            if number(key, "the key of an event")? != expected {
                return Err(damaged(expected, "the record is missing"));
            }
            records.push(decode(expected, value)?);
        }
        if records.len() < wanted {
            return Err(damaged(from + records.len() as u64, "the record is missing"));
        }
        Ok(records)
    }

    /// The index entries of a stream from a sequence on, at most `limit`, in order.
    pub(super) fn entries(
        &self,
        stream: &StreamName,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let range = index_key(stream, from)..=index_key(stream, u64::MAX);
        let pairs: Vec<(IVec, IVec)> = guarded(|| self.index.range(range).take(limit).collect())?;
        pairs.iter().map(|(key, value)| entry(stream, key, value)).collect()
    }

    /// Whether a stream has any index entry: cheaper than to look for the last one.
    pub(super) fn has_stream(&self, stream: &StreamName) -> Result<bool, StoreError> {
        let before = index_key(stream, 0);
        let next = guarded(|| self.index.get_gt(&before))?;
        let name_bytes = stream.as_str().len() + 1;
        Ok(next.is_some_and(|(key, _)| key.starts_with(&before[..name_bytes])))
    }

    /// The last index entry of a stream.
    pub(super) fn last_entry(&self, stream: &StreamName) -> Result<Option<Entry>, StoreError> {
        let range = index_key(stream, 0)..=index_key(stream, u64::MAX);
        let last = guarded(|| self.index.range(range).next_back().transpose())?;
        last.map(|(key, value)| entry(stream, &key, &value)).transpose()
    }

    /// The first index entry whose key is at least `key`: its stream and its position.
    pub(super) fn first_stream_from(&self, key: &[u8]) -> Result<Option<(StreamName, Entry)>, StoreError> {
        let Some((key, value)) = guarded(|| self.index.range(key..).next().transpose())? else {
            return Ok(None);
        };
        let name_length = key.len().saturating_sub(9);
        let name = std::str::from_utf8(&key[..name_length]).ok().and_then(|name| StreamName::new(name).ok());
        let stream = name.ok_or_else(|| damaged(0, "an index entry names no proper stream"))?;
        let entry = entry(&stream, &key, &value)?;
        Ok(Some((stream, entry)))
    }

    pub(super) fn bytes_on_disk(&self) -> Result<u64, StoreError> {
        Ok(guarded(|| self.database.size_on_disk())?)
    }
}

fn index_key(stream: &StreamName, sequence: u64) -> Vec<u8> {
    let name = stream.as_str().as_bytes();
    let mut key = Vec::with_capacity(name.len() + 9);
    key.extend_from_slice(name);
    key.push(0);
    key.extend_from_slice(&sequence.to_be_bytes());
    key
}

fn entry(stream: &StreamName, key: &[u8], value: &[u8]) -> Result<Entry, StoreError> {
    let sequence = number(key.get(stream.as_str().len() + 1..).unwrap_or_default(), "an index key")?;
    Ok(Entry { sequence, position: number(value, "an index entry")? })
}

fn decode(position: u64, bytes: &[u8]) -> Result<Record, StoreError> {
    Record::from_bytes(position, bytes).map_err(|error| damaged(position, error))
}

fn number(bytes: &[u8], what: &str) -> Result<u64, StoreError> {
    let bytes =
        bytes.try_into().map_err(|_| damaged(0, format!("{what} has {} bytes, not 8", bytes.len())))?;
    Ok(u64::from_be_bytes(bytes))
}

/// Damage at a position (0 when it has none).
pub(super) fn damaged(position: u64, reason: impl ToString) -> StoreError {
    StoreError::Damaged { position, reason: reason.to_string() }
}

impl StoreError {
    /// What the opener is told.
    pub(super) fn on_open(self, folder: String) -> OpenError {
        match self {
            Self::Damaged { position, reason } => OpenError::Corrupt { folder, position, reason },
            Self::Failed(failure) if failure.is_corruption() => {
                OpenError::Corrupt { folder, position: 0, reason: failure.to_string() }
            }
            Self::Failed(failure) => OpenError::Unusable { folder, reason: failure.to_string() },
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged { position: 0, reason } => Self::Corrupt(reason),
            StoreError::Damaged { position, reason } => {
                Self::Corrupt(format!("position {position}: {reason}"))
            }
            StoreError::Failed(failure) if failure.is_corruption() => Self::Corrupt(failure.to_string()),
            StoreError::Failed(failure) => Self::Unavailable(failure.to_string()),
        }
    }
}
