//! Errors of the log: one enum per operation, each with the facts a person needs.

/// Why an append failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The stream does not end where the appender thought; nothing was written.
    #[error("the stream ends at sequence {actual}, not where this append expected")]
    Conflict {
        /// The stream's last sequence.
        actual: u64,
    },
    /// The fate of the append is unknown: read the stream back before doing anything else.
    #[error("the fate of the append is unknown: {0}")]
    Unclear(String),
    /// Too many appends are waiting; nothing was written. Try again later.
    #[error("the log is overloaded: {waiting} appends are waiting")]
    Overloaded {
        /// Length of the queue.
        waiting: usize,
    },
    /// The disk is full; nothing was written.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The log is damaged.
    #[error("the log is corrupt: {0}")]
    Corrupt(String),
    /// A record is larger than the log takes; nothing was written.
    #[error("a record of {size} bytes is larger than the {max} bytes the log takes")]
    TooLarge {
        /// Size of the body in bytes.
        size: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// The append itself cannot be taken; nothing was written. A mistake of the appender.
    #[error("the append cannot be taken: {0}")]
    Malformed(BadAppend),
    /// The log has stopped (shutting down, or poisoned by an earlier failure); nothing was written.
    #[error("the log is not available: {0}")]
    Unavailable(String),
}

/// What is wrong with the shape of an append.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAppend {
    /// It holds no record.
    #[error("it holds no record")]
    Empty,
    /// It holds too many records.
    #[error("{count} records are more than the {max} one append may hold")]
    TooManyRecords {
        /// Records in the append.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// Its bodies are too large together.
    #[error("bodies of {size} bytes together are more than the {max} one append may hold")]
    TooManyBytes {
        /// Bytes of all bodies.
        size: usize,
        /// The limit.
        max: usize,
    },
}

/// Why a log could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The address of the log is neither `sled:PATH` nor `memory:`.
    #[error("{0:?} is no address of a log: use sled:PATH or memory:")]
    BadAddress(String),
    /// Another process (or another log of this one) holds the folder.
    #[error("the log in {folder} is in use by another process")]
    InUse {
        /// The folder of the log.
        folder: String,
    },
    /// What is stored is damaged.
    #[error("the log in {folder} is corrupt at position {position}: {reason}")]
    Corrupt {
        /// The folder of the log.
        folder: String,
        /// The first position known to be damaged; 0 when the damage has no position.
        position: u64,
        /// What is wrong there.
        reason: String,
    },
    /// The folder cannot be made, read or written.
    #[error("the log in {folder} cannot be opened: {reason}")]
    Unusable {
        /// The folder of the log.
        folder: String,
        /// What the system said.
        reason: String,
    },
}

/// Why a read failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A record is missing, was altered, or does not link to the one before it.
    #[error("the log is corrupt: {0}")]
    Corrupt(String),
    /// The log has stopped or the disk does not answer.
    #[error("the log is not available: {0}")]
    Unavailable(String),
}
