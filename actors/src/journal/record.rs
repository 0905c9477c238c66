//! Events as records of the log: large bodies in the blobs, and names that tell a repeated append from a new one.

use polus_core::codec::{self, DecodeError, IN_BLOB, Persisted, SCHEMA};
use polus_core::id::Stream;
use polus_core::ticket::Recorded;
use polus_core::time::Time;
use polus_storage::{
    AppendError, Appended, BlobError, BlobHash, Blobs, EventLog, Expected, NewRecord, Record, RecordId,
    StreamName,
};

use super::JournalError;

/// Bodies larger than this go to the blobs; well below what a record may hold, so that several fit one append.
pub(super) const INLINE_BYTES_MAX: usize = 8 * 1024;

/// Why a record is no event.
#[derive(Debug, thiserror::Error)]
pub enum BadRecord {
    /// Its bytes are none.
    #[error("record {0}: {1}")]
    Decode(u64, DecodeError),
    /// The blob it refers to cannot be read.
    #[error("record {0}: {1}")]
    Blob(u64, BlobError),
    /// It refers to no blob.
    #[error("record {0} refers to a blob by {1} bytes, not by a hash")]
    Reference(u64, usize),
}

/// Appends a fact to the end of a stream, whatever stands there. Returns its sequence.
pub async fn append_fact<E: Persisted>(
    log: &dyn EventLog,
    blobs: &dyn Blobs,
    stream: &Stream,
    event: &E,
    now: Time,
) -> Result<u64, AppendError> {
    let name =
        StreamName::new(stream.to_string()).map_err(|bad| AppendError::Unavailable(bad.to_string()))?;
    let record = encode_record(blobs, &name, 0, event, now).await.map_err(AppendError::Unavailable)?;
    match log.append(&name, Expected::Any, vec![record]).await? {
        Appended::New { last_sequence, .. } | Appended::AlreadyThere { last_sequence } => Ok(last_sequence),
    }
}

/// The event of a record, fetched from the blobs if it is there.
pub async fn decode_record<E: Persisted>(
    blobs: &dyn Blobs,
    record: &Record,
) -> Result<Recorded<E>, BadRecord> {
    let sequence = record.sequence;
    let event = if record.schema & IN_BLOB == 0 {
        codec::decode(record.schema, &record.body)
    } else {
        let hash: [u8; 32] = record
            .body
            .as_slice()
            .try_into()
            .map_err(|_| BadRecord::Reference(sequence, record.body.len()))?;
        let body = blobs.get(&BlobHash(hash)).await.map_err(|error| BadRecord::Blob(sequence, error))?;
        codec::decode(record.schema, &body)
    };
    let event = event.map_err(|error| BadRecord::Decode(sequence, error))?;
    Ok(Recorded { sequence, at: Time(record.recorded_at_ms), event })
}

/// The name of a stream.
pub fn stream_name(stream: &Stream) -> Result<StreamName, JournalError> {
    StreamName::new(stream.to_string())
        .map_err(|bad| JournalError::Unreadable { stream: stream.to_string(), problem: bad.to_string() })
}

/// The record of an event. Its id names the stream, the place and the bytes, so that a repeated append is
/// recognised; a fact, which has no place of its own, says 0. An error says in words what the blobs or the codec refused.
pub(super) async fn encode_record<E: Persisted>(
    blobs: &dyn Blobs,
    stream: &StreamName,
    place: u64,
    event: &E,
    now: Time,
) -> Result<NewRecord, String> {
    let body = codec::encode(event).map_err(|error| error.to_string())?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(stream.as_str().as_bytes()).update(&place.to_be_bytes()).update(&body);
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    let (schema, body) = if body.len() > INLINE_BYTES_MAX {
        let hash = blobs.put(body).await.map_err(|error| error.to_string())?;
        (SCHEMA | IN_BLOB, hash.0.to_vec())
    } else {
        (SCHEMA, body)
    };
    Ok(NewRecord { id: RecordId(id), schema, recorded_at_ms: now.0, body })
}
