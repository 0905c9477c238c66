//! A walk over a whole log that checks all it promises, on any backend.

use std::collections::BTreeMap;

use crate::{EventLog, ReadError, Record, RecordHash, StreamName, TailItem};

/// Records of a stream read at once.
const CHUNK_RECORDS: usize = 256;

/// A log without damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Records walked.
    pub records: u64,
    /// Streams they belong to.
    pub streams: u64,
}

/// The first break found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The log itself reports damage, or does not answer.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record is not where or what it should be.
    #[error("position {position}, sequence {sequence} of {stream}: {reason}")]
    Record {
        /// The record's position.
        position: u64,
        /// The record's stream.
        stream: StreamName,
        /// The record's sequence.
        sequence: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The tail ends before the head.
    #[error("the log has {head} records, but the tail ends after position {last}")]
    Short {
        /// The last durable position when the walk began.
        head: u64,
        /// The last position the tail gave.
        last: u64,
    },
    /// A stream read by its name is not the stream that the tail shows.
    #[error("the stream {stream} has {by_position} records by position, but {by_name} by its name")]
    Index {
        /// The stream.
        stream: StreamName,
        /// Records the tail gave.
        by_position: u64,
        /// Records the read gave.
        by_name: u64,
    },
}

struct End {
    sequence: u64,
    position: u64,
    hash: RecordHash,
}

/// Walks everything that is durable now: positions without a gap, every hash, every link, and each stream
/// once more by its name. Memory grows with the number of streams.
pub async fn verify(log: &dyn EventLog) -> Result<Verified, Break> {
    let head = log.head();
    let ends = walk_by_position(log, head).await?;
    let names = log.streams("").await?;
    for (stream, end) in &ends {
        if names.binary_search(stream).is_err() {
            let stream = stream.clone();
            return Err(Break::Index { stream, by_position: end.sequence, by_name: 0 });
        }
        walk_by_name(log, stream, end).await?;
    }
    for stream in names {
        if ends.contains_key(&stream) {
            continue;
        }
        let first = log.read(&stream, 1, 1).await?;
        // A stream that began after this walk did is no break.
        if first.first().is_none_or(|record| record.position <= head) {
            return Err(Break::Index { stream, by_position: 0, by_name: first.len() as u64 });
        }
    }
    Ok(Verified { records: head, streams: ends.len() as u64 })
}

async fn walk_by_position(log: &dyn EventLog, head: u64) -> Result<BTreeMap<StreamName, End>, Break> {
    let mut ends = BTreeMap::new();
    let mut tail = log.tail(1);
    let mut last = 0;
    while last < head {
        let record = match tail.next().await? {
            TailItem::Record(record) => record,
            TailItem::CaughtUp => return Err(Break::Short { head, last }),
        };
        last += 1;
        check(last, &record, ends.get(&record.stream))?;
        let end = End { sequence: record.sequence, position: record.position, hash: record.hash };
        ends.insert(record.stream, end);
    }
    Ok(ends)
}

fn check(position: u64, record: &Record, before: Option<&End>) -> Result<(), Break> {
    let (sequence, link) = before.map_or((0, RecordHash::ZERO), |end| (end.sequence, end.hash));
    let reason = if record.position != position {
        "a position is missing or given twice"
    } else if !record.matches_its_hash() {
        "the record does not match its hash"
    } else if record.sequence != sequence + 1 {
        "a sequence is missing or given twice"
    } else if record.previous != link {
        "the record does not link to the one before it"
    } else {
        return Ok(());
    };
    Err(Break::Record {
        position: record.position,
        stream: record.stream.clone(),
        sequence: record.sequence,
        reason,
    })
}

/// Reads a stream by its name up to the end that the tail showed. The links make equal ends equal streams.
async fn walk_by_name(log: &dyn EventLog, stream: &StreamName, end: &End) -> Result<(), Break> {
    let mut next = 1;
    while next <= end.sequence {
        let wanted = usize::try_from(end.sequence - next + 1).unwrap_or(usize::MAX).min(CHUNK_RECORDS);
        let records = log.read(stream, next, wanted).await?;
        let Some(last) = records.last() else { break };
        if last.sequence == end.sequence && (last.position != end.position || last.hash != end.hash) {
            return Err(Break::Record {
                position: last.position,
                stream: stream.clone(),
                sequence: last.sequence,
                reason: "the record read by its stream is not the one at its position",
            });
        }
        next = last.sequence + 1;
    }
    if next <= end.sequence {
        let stream = stream.clone();
        return Err(Break::Index { stream, by_position: end.sequence, by_name: next - 1 });
    }
    Ok(())
}
