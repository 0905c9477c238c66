//! Events to bytes and back, for ever. A record's schema number says which version wrote it; every version ever
//! written is read by lifting it, step by step, to the newest.
//!
//! The numbers and shapes here are persisted. `tests/golden` holds a file for each event of each version.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::connection::ConnectionEvent;
use crate::sync::mirror::MirrorEvent;
use crate::sync::{DirectoryEvent, InboxEvent, SyncEvent};
use crate::ticket::Event;

/// The version that is written now.
pub const SCHEMA: u16 = 1;

/// Set in a record's schema number when its body is not the event but the hash of a blob that holds it.
pub const IN_BLOB: u16 = 0x8000;

/// Bytes that are no event of this program.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A newer program wrote it.
    #[error("it was written with schema {found}; this program reads up to {newest}. Use the newer program")]
    FromTheFuture {
        /// Its schema number.
        found: u16,
        /// The newest this program knows.
        newest: u16,
    },
    /// No program ever wrote such a schema.
    #[error("it bears schema 0, which no version of this program writes")]
    NoSchema,
    /// It is no JSON of an event.
    #[error("it is no event of schema {schema}: {problem}")]
    Malformed {
        /// Its schema number.
        schema: u16,
        /// What does not fit.
        problem: serde_json::Error,
    },
}

/// A kind of event that a stream holds.
pub trait Persisted: Serialize + DeserializeOwned {
    /// Lifts an event from `schema` to the one after it. There has been one schema only, so nothing is lifted yet; the
    /// first change of a shape begins a match on `schema`, whose arms stay for ever.
    fn lift(_schema: u16, event: Value) -> Value {
        event
    }
}

impl Persisted for Event {}
impl Persisted for ConnectionEvent {}
impl Persisted for SyncEvent {}
impl Persisted for MirrorEvent {}
impl Persisted for DirectoryEvent {}
impl Persisted for InboxEvent {}

/// The bytes of an event, in the newest schema.
pub fn encode<E: Persisted>(event: &E) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(event)
}

/// The event in `body`, whichever schema it was written with.
pub fn decode<E: Persisted>(schema: u16, body: &[u8]) -> Result<E, DecodeError> {
    let schema = schema & !IN_BLOB;
    let malformed = |problem| DecodeError::Malformed { schema, problem };
    if schema == SCHEMA {
        return serde_json::from_slice(body).map_err(malformed);
    }
    if schema == 0 {
        return Err(DecodeError::NoSchema);
    }
    if schema > SCHEMA {
        return Err(DecodeError::FromTheFuture { found: schema, newest: SCHEMA });
    }
    let mut event: Value = serde_json::from_slice(body).map_err(malformed)?;
    for step in schema..SCHEMA {
        event = E::lift(step, event);
    }
    serde_json::from_value(event).map_err(malformed)
}
