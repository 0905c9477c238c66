//! What an append may be and where it goes: the rules that every backend shares.

use crate::error::{AppendError, BadAppend};
use crate::{Expected, NewRecord, RECORD_BYTES_MAX};

/// The most records one append may hold: it must fit one commit group.
pub const APPEND_RECORDS_MAX: usize = 256;

/// The most bytes the bodies of one append may have together: one append must not hold up the others for
/// long.
pub const APPEND_BYTES_MAX: usize = 1024 * 1024;

/// Refuses an append that no log takes. Every backend calls this first.
pub fn check_append(records: &[NewRecord]) -> Result<(), AppendError> {
    if records.is_empty() {
        return Err(AppendError::Malformed(BadAppend::Empty));
    }
    if records.len() > APPEND_RECORDS_MAX {
        let problem = BadAppend::TooManyRecords { count: records.len(), max: APPEND_RECORDS_MAX };
        return Err(AppendError::Malformed(problem));
    }
    if let Some(large) = records.iter().find(|record| record.body.len() > RECORD_BYTES_MAX) {
        return Err(AppendError::TooLarge { size: large.body.len(), max: RECORD_BYTES_MAX });
    }
    let size: usize = records.iter().map(|record| record.body.len()).sum();
    if size > APPEND_BYTES_MAX {
        return Err(AppendError::Malformed(BadAppend::TooManyBytes { size, max: APPEND_BYTES_MAX }));
    }
    Ok(())
}

/// Where an append stands against the stream's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// It goes to the end of the stream.
    Append,
    /// An earlier try of it succeeded and ended at this sequence.
    AlreadyThere {
        /// Sequence of the last record of the earlier try.
        last_sequence: u64,
    },
    /// The stream does not end where the appender thought.
    Conflict,
}

/// Judges an append of `count` records to a stream that ends at `actual`. `same_ids(n)` says whether the
/// records after sequence `n` carry the ids of the append; it is asked only when that many records stand
/// there.
pub fn place<E>(
    expected: Expected,
    actual: u64,
    count: usize,
    same_ids: impl FnOnce(u64) -> Result<bool, E>,
) -> Result<Placement, E> {
    let after = match expected {
        Expected::Any => return Ok(Placement::Append),
        Expected::Exact(after) if after == actual => return Ok(Placement::Append),
        Expected::Exact(after) => after,
    };
    let last_sequence = after.saturating_add(count as u64);
    if last_sequence <= actual && same_ids(after)? {
        return Ok(Placement::AlreadyThere { last_sequence });
    }
    Ok(Placement::Conflict)
}
