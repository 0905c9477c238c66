//! Checks a log after sled has opened it.
//!
//! What was written before the last opening is covered by checksums that sled compares when it reads. What
//! was written since is another matter: where a stretch of it is damaged, sled goes on behind the stretch as
//! if nothing had been there. So all of it is walked: positions without a gap, every hash, every link, and
//! the index, read in the way that reads do.

use std::collections::BTreeMap;

use super::heads::Head;
use super::layout::{Entry, Store, StoreError, damaged};
use super::mark::Marked;
use super::reading::record_of;
use crate::{Record, RecordHash, StreamName};

/// Checked at every opening, however little was written since the last.
const CHECKED_RECORDS_MIN: u64 = 1024;
/// Records read at once: at most 16 MiB in memory.
const CHUNK_RECORDS: usize = 1024;

/// What the walk saw of one stream.
struct Seen {
    first_sequence: u64,
    /// Link of the first record seen.
    first_previous: RecordHash,
    last: Head,
    /// Positions of the records seen, in order.
    positions: Vec<u64>,
}

/// Checks the tail against the mark and returns the mark of the log as it is now. Index entries that a group
/// without acknowledgement lacks are put in; the caller syncs them.
pub(super) fn check(store: &Store, marked: Marked) -> Result<Marked, StoreError> {
    let head = store.last_position()?;
    if head < marked.position {
        let reason = format!("the log ends at {head}, but position {} was written", marked.position);
        return Err(damaged(head + 1, reason));
    }
    let from = marked.checked.min(head.saturating_sub(CHECKED_RECORDS_MIN)) + 1;
    let (streams, last_hash) = walk(store, marked, from, head)?;
    for (stream, seen) in &streams {
        check_index(store, marked, stream, seen)?;
    }
    Ok(Marked { position: head, checked: head, hash: last_hash })
}

/// Walks the events and returns what it saw and the hash of the last one.
fn walk(
    store: &Store,
    marked: Marked,
    from: u64,
    head: u64,
) -> Result<(BTreeMap<StreamName, Seen>, RecordHash), StoreError> {
    let mut streams = BTreeMap::new();
    let mut last_hash = RecordHash::ZERO;
    let mut next = from;
    while next <= head {
        for record in store.events(next, head, CHUNK_RECORDS)? {
            if record.position == marked.position && record.hash != marked.hash {
                return Err(damaged(record.position, "the record is not the one that was written"));
            }
            last_hash = record.hash;
            next = record.position + 1;
            see(&mut streams, record)?;
        }
    }
    Ok((streams, last_hash))
}

fn see(streams: &mut BTreeMap<StreamName, Seen>, record: Record) -> Result<(), StoreError> {
    let last = Head { sequence: record.sequence, hash: record.hash };
    let Some(seen) = streams.get_mut(&record.stream) else {
        let seen = Seen {
            first_sequence: record.sequence,
            first_previous: record.previous,
            last,
            positions: vec![record.position],
        };
        streams.insert(record.stream, seen);
        return Ok(());
    };
    if record.sequence != seen.last.sequence + 1 || record.previous != seen.last.hash {
        let reason = format!(
            "sequence {} of {} does not link to sequence {}",
            record.sequence, record.stream, seen.last.sequence
        );
        return Err(damaged(record.position, reason));
    }
    seen.last = last;
    seen.positions.push(record.position);
    Ok(())
}

/// Compares the index with what the walk saw of a stream, and links the first record seen to the one before
/// it.
fn check_index(store: &Store, marked: Marked, stream: &StreamName, seen: &Seen) -> Result<(), StoreError> {
    let first_position = seen.positions.first().copied().unwrap_or_default();
    let before = match seen.first_sequence {
        0 => return Err(damaged(first_position, format!("{stream} has a record with sequence 0"))),
        first => first - 1,
    };
    // One more than there may be, to see what points past the end.
    let entries = store.entries(stream, before.max(1), seen.positions.len().saturating_add(2))?;
    let mut entries = entries.into_iter().peekable();

    let linked = match entries.peek() {
        _ if before == 0 => RecordHash::ZERO,
        Some(&entry) if entry.sequence == before && entry.position < first_position => {
            entries.next();
            record_of(store, stream, entry)?.hash
        }
        Some(_) | None => {
            return Err(damaged(first_position, format!("{stream} lacks sequence {before} in the index")));
        }
    };
    if linked != seen.first_previous {
        let reason = format!("sequence {} of {stream} does not link to the one before", seen.first_sequence);
        return Err(damaged(first_position, reason));
    }

    for (sequence, &position) in (seen.first_sequence..).zip(&seen.positions) {
        let wanted = Entry { sequence, position };
        if entries.peek().is_some_and(|entry| *entry == wanted) {
            entries.next();
        } else if entries.peek().is_none() && position > marked.position {
            store.insert_entry(stream, wanted)?;
        } else {
            return Err(damaged(position, format!("the index lacks sequence {sequence} of {stream}")));
        }
    }
    match entries.next() {
        None => Ok(()),
        Some(entry) => {
            let reason = format!("the index has sequence {} of {stream}, which is not there", entry.sequence);
            Err(damaged(entry.position, reason))
        }
    }
}
