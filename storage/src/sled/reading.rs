//! Reads of a log on sled: one stream, or the names of streams. Only durable records are shown.

use tokio::sync::watch;

use super::layout::{Entry, Store, StoreError, damaged};
use super::writer::GROUP_RECORDS_MAX;
use crate::{ReadError, Record, RecordHash, StreamName};

/// See [`crate::EventLog::read`].
pub(super) fn read(
    store: &Store,
    published: &watch::Sender<u64>,
    stream: &StreamName,
    from: u64,
    limit: usize,
) -> Result<Vec<Record>, ReadError> {
    let head = *published.borrow();
    let from = from.max(1);
    // One more in front, for the link of the first.
    let before = from - 1;
    let mut entries = store.entries(stream, before.max(1), limit.saturating_add(usize::from(before > 0)))?;
    let durable = entries.iter().take_while(|entry| entry.position <= head).count();
    check_end(published, entries.get(durable))?;
    entries.truncate(durable);

    let mut records = Vec::with_capacity(entries.len());
    let mut link = if before == 0 { Some((0, RecordHash::ZERO)) } else { None };
    for entry in entries {
        let record = record_of(store, stream, entry)?;
        check_link(&record, link, before.max(1))?;
        link = Some((record.sequence, record.hash));
        if record.sequence >= from {
            records.push(record);
        }
    }
    Ok(records)
}

/// See [`crate::EventLog::streams`].
pub(super) fn streams(store: &Store, head: u64, prefix: &str) -> Result<Vec<StreamName>, ReadError> {
    let mut names = Vec::new();
    let mut key = prefix.as_bytes().to_vec();
    while let Some((stream, entry)) = store.first_stream_from(&key)? {
        if !stream.as_str().starts_with(prefix) {
            break;
        }
        if entry.sequence != 1 {
            let reason = format!("the stream {stream} begins at sequence {}", entry.sequence);
            return Err(damaged(entry.position, reason).into());
        }
        // All keys of this stream go on with a zero byte, those of any later one with a larger byte.
        key.clear();
        key.extend_from_slice(stream.as_str().as_bytes());
        key.push(1);
        if entry.position <= head {
            names.push(stream);
        }
    }
    Ok(names)
}

/// The record an index entry points to.
pub(super) fn record_of(store: &Store, stream: &StreamName, entry: Entry) -> Result<Record, StoreError> {
    let record = store.event(entry.position)?;
    if record.stream != *stream || record.sequence != entry.sequence {
        let reason = format!(
            "the index has sequence {} of {stream} here, but the record is sequence {} of {}",
            entry.sequence, record.sequence, record.stream
        );
        return Err(damaged(entry.position, reason));
    }
    Ok(record)
}

/// Entries past the head belong to the group that is being written, or to nothing.
fn check_end(published: &watch::Sender<u64>, entry: Option<&Entry>) -> Result<(), StoreError> {
    let Some(entry) = entry else { return Ok(()) };
    // Read anew: the writer may have gone on since.
    let end = *published.borrow() + GROUP_RECORDS_MAX as u64;
    if entry.position > end {
        return Err(damaged(entry.position, "an index entry points past the end of the log"));
    }
    Ok(())
}

/// `link` is the sequence and hash of the record before; `None` for the first that was asked for, which must
/// have the sequence `first`.
fn check_link(record: &Record, link: Option<(u64, RecordHash)>, first: u64) -> Result<(), StoreError> {
    let expected = link.map_or(first, |(sequence, _)| sequence + 1);
    if record.sequence != expected {
        let reason = format!("{} lacks sequence {expected} before {}", record.stream, record.sequence);
        return Err(damaged(record.position, reason));
    }
    if link.is_some_and(|(_, hash)| hash != record.previous) {
        let reason =
            format!("sequence {} of {} does not link to the one before", record.sequence, record.stream);
        return Err(damaged(record.position, reason));
    }
    Ok(())
}
