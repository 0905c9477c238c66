//! The event log: streams, sequence numbers and bytes. It knows nothing of tickets.
//!
//! ```text
//! lib.rs        the trait EventLog and what its completion promises
//! record.rs     what is stored: records, their hash chain, their bytes
//! error.rs      one enum per operation
//! memory.rs     EventLog in memory, for tests
//! sled.rs       EventLog on sled with group commit and one fdatasync per group
//! blobs.rs      content-addressed values too large for a record
//! open_work.rs  which streams may still have something to do (derived, never synced)
//! open.rs       "sled:PATH" or "memory:" to a log
//! conformance.rs  one suite that every backend passes
//! ```
//!
//! Nothing here reads the clock: the time of a record is an argument of the append.

use futures_util::future::BoxFuture;

mod blobs;
pub mod conformance;
mod error;
mod folder;
mod guard;
mod memory;
mod open;
mod open_work;
mod placement;
mod record;
mod sled;
mod verify;

pub use self::sled::{Disk, RealDisk, SledLog, SledOptions, SledStats, look};
pub use blobs::{BadBlobHash, BlobError, BlobHash, Blobs, FileBlobs, MemoryBlobs};
pub use error::{AppendError, BadAppend, OpenError, ReadError};
pub use memory::MemoryLog;
pub use open::{LogAddress, open};
pub use open_work::{MemoryOpenWork, OpenEntry, OpenState, OpenWork, OpenWorkError, SledOpenWork};
pub use placement::{APPEND_BYTES_MAX, APPEND_RECORDS_MAX, Placement, check_append, place};
pub use record::{
    BadRecord, BadStreamName, NewRecord, RECORD_BYTES_MAX, Record, RecordHash, RecordId, StreamName,
};
pub use verify::{Break, Verified, verify};

/// An append-only log of streams. Within a stream, sequence numbers are 1, 2, 3 … without gaps; over all
/// streams, positions are 1, 2, 3 … without gaps, in the one order every reader sees.
pub trait EventLog: Send + Sync {
    /// Appends `records` to the end of `stream`, all or none.
    ///
    /// `Ok(Appended::New)` means: the records are on disk and survive `kill -9` and, as far as the disk
    /// honours `fdatasync`, a power cut. An append that was never answered may or may not have happened.
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>>;

    /// The records of `stream` with a sequence of at least `from`, oldest first, at most `limit` of them.
    /// Every record's hash and its link to the one before it are checked; a break is `Corrupt`. Includes
    /// every append that was answered before this call.
    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>>;

    /// All records with a position of at least `from`, in order: first those there are, then, once
    /// [`TailItem::CaughtUp`] was given, each new one when it is durable. Dropping the tail ends it.
    fn tail(&self, from: u64) -> Box<dyn Tail>;

    /// The names of all streams that begin with `prefix`, in byte order.
    fn streams<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<StreamName>, ReadError>>;

    /// The position of the last durable record; 0 for an empty log.
    fn head(&self) -> u64;

    /// What an answered append survives.
    fn durability(&self) -> Durability;

    /// Resolves when the log can take no more appends for good (a failed sync, a panic of the engine), with
    /// the reason. The process must then exit with code 1: what it holds in memory may not be what is on
    /// disk.
    fn poisoned(&self) -> BoxFuture<'_, String>;
}

/// What the appender believes about the end of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Append wherever the stream ends (facts heard from outside).
    Any,
    /// The stream's last sequence is exactly this one; 0 for a stream that does not exist yet (decisions).
    Exact(u64),
}

/// The two good ends of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The records were appended by this call. Only this permits an act that cannot be repeated.
    New {
        /// Sequence of the first record of this append.
        first_sequence: u64,
        /// Sequence of the last record of this append.
        last_sequence: u64,
        /// Position of the last record of this append.
        position: u64,
    },
    /// Records with the same ids stand at exactly the expected place already: an earlier try of the same
    /// append succeeded. Whoever made that try may have acted on it.
    AlreadyThere {
        /// Sequence of the last record of the earlier append.
        last_sequence: u64,
    },
}

/// What a completed append survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: the log lives in memory.
    Memory,
    /// The end of the process and, as far as the disk honours `fdatasync`, of the machine's power.
    Fsync,
}

/// A reader that follows the log. See [`EventLog::tail`].
pub trait Tail: Send {
    /// The next item; waits when there is none yet. Cancel-safe: a dropped call loses nothing.
    fn next(&mut self) -> BoxFuture<'_, Result<TailItem, ReadError>>;
}

/// One item of a tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailItem {
    /// A record, in order of position.
    Record(Record),
    /// All that was durable when the tail was asked has been given. Given once.
    CaughtUp,
}
