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
    /// The log has stopped (shutting down, or poisoned by an earlier failure); nothing was written.
    #[error("the log is not available: {0}")]
    Unavailable(String),
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
