//! What can be told of a log without opening it: opening checks its end, and writes what that found.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::mark::Mark;
use super::opening::corrupt;
use crate::OpenError;

/// How many records the log in `folder` knows to be durable. Makes and changes nothing, and reads no record: a log that
/// passes may still be damaged inside.
pub fn look(folder: &Path) -> Result<u64, OpenError> {
    let unusable = |error: io::Error| OpenError::Unusable {
        folder: folder.display().to_string(),
        reason: error.to_string(),
    };
    let lock = found(File::open(folder.join("lock"))).map_err(unusable)?;
    match lock.as_ref().map(File::try_lock_shared) {
        None | Some(Ok(())) => {}
        Some(Err(TryLockError::WouldBlock)) => {
            return Err(OpenError::InUse { folder: folder.display().to_string() });
        }
        Some(Err(TryLockError::Error(error))) => return Err(unusable(error)),
    }
    let has_database = folder.join("sled").join("db").try_exists().map_err(unusable)?;
    let marked = found(Mark::read(&folder.join("head"))).map_err(unusable)?.flatten();
    match marked {
        Some(marked) if marked.position > 0 && !has_database => {
            Err(corrupt(folder, marked.position, "sled's file is missing"))
        }
        Some(marked) => Ok(marked.position),
        None if has_database => Err(corrupt(folder, 0, "the file `head` is damaged or missing")),
        None => Ok(0),
    }
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
