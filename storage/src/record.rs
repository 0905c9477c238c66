//! What the log stores: records, linked in each stream by the hash of the record before.

use std::fmt;

mod bytes;

pub use bytes::BadRecord;
pub(crate) use bytes::{STORED_BYTES_MAX, encode};

/// The largest body of a record in bytes. Larger values go to the blobs and are referred to by hash.
pub const RECORD_BYTES_MAX: usize = 16 * 1024;

/// The longest name of a stream in bytes. Persisted in one byte, and part of every index key.
pub(crate) const NAME_BYTES_MAX: usize = 200;

/// A stream's name, for example `acme/ticket/501`: 1 to 200 bytes of printable ASCII without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(String);

/// A stream name that breaks the rules of [`StreamName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no stream name: it takes 1 to {NAME_BYTES_MAX} printable ASCII characters")]
pub struct BadStreamName(pub String);

impl StreamName {
    /// Checks and takes a name.
    pub fn new(name: impl Into<String>) -> Result<Self, BadStreamName> {
        let name = name.into();
        let fits =
            (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(name)) } else { Err(BadStreamName(name)) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Names an append's record so that a repeated append is recognised. Chosen by the appender,
/// deterministically.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 16]);

/// BLAKE3 over a stored record, its link to the one before included, cut to 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordHash(pub [u8; 16]);

impl RecordHash {
    /// What the first record of a stream is linked to.
    pub const ZERO: Self = Self([0; 16]);
}

/// A record to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// Names the record for [`crate::Appended::AlreadyThere`].
    pub id: RecordId,
    /// Version of the schema of `body`, for the reader.
    pub schema: u16,
    /// When the appender wrote it, in milliseconds since 1970, by the appender's clock.
    pub recorded_at_ms: i64,
    /// The bytes, at most [`RECORD_BYTES_MAX`].
    pub body: Vec<u8>,
}

impl NewRecord {
    /// The record this becomes at `sequence` of `stream`, after the record whose hash is `previous`.
    pub fn chain(self, position: u64, stream: StreamName, sequence: u64, previous: RecordHash) -> Record {
        let mut bytes = Vec::new();
        let hash = encode(&mut bytes, &stream, sequence, previous, &self);
        Record {
            position,
            stream,
            sequence,
            id: self.id,
            schema: self.schema,
            recorded_at_ms: self.recorded_at_ms,
            previous,
            hash,
            body: self.body,
        }
    }
}

/// A stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place over all streams, from 1.
    pub position: u64,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream, from 1.
    pub sequence: u64,
    /// As given in [`NewRecord::id`].
    pub id: RecordId,
    /// As given in [`NewRecord::schema`].
    pub schema: u16,
    /// As given in [`NewRecord::recorded_at_ms`].
    pub recorded_at_ms: i64,
    /// Hash of the record before it in the stream.
    pub previous: RecordHash,
    /// Hash of this record.
    pub hash: RecordHash,
    /// As given in [`NewRecord::body`].
    pub body: Vec<u8>,
}
