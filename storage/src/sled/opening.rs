//! Opens the folder of a log: takes the lock, opens sled, has the tail checked, and makes the names durable.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::layout::{Store, StoreError};
use super::mark::{Mark, Marked};
use super::{SledOptions, recovery};
use crate::guard::{open_database, patiently};
use crate::record::STORED_BYTES_MAX;
use crate::{OpenError, folder};

/// A leaf that is larger than a quarter of a segment goes to a file that sled never syncs. A leaf holds up to
/// 17 records of 16 KiB and their headers, so this is the smallest power of two that is safe.
const SEGMENT_BYTES: usize = 2 * 1024 * 1024;
const _: () = assert!(SEGMENT_BYTES >= 4 * 17 * STORED_BYTES_MAX);

/// What an opened folder gives.
pub(super) struct Opened {
    pub store: Store,
    /// The last position.
    pub head: u64,
    /// Our own handle of sled's file, to sync it.
    pub database_file: File,
    pub mark: Mark,
}

/// Opens the log's folder and makes it when it is missing. Everything that is there is durable when this returns.
pub(super) fn open(path: &Path, options: &SledOptions) -> Result<Opened, OpenError> {
    let unusable = |error: io::Error| OpenError::Unusable {
        folder: path.display().to_string(),
        reason: error.to_string(),
    };
    folder::create_synced(path).map_err(unusable)?;
    let lock = take_lock(path)?;
    let (mut mark, marked) = Mark::open(&path.join("head")).map_err(unusable)?;
    let sled_folder = path.join("sled");
    let database_path = sled_folder.join("db");
    let is_new = !database_path.exists();
    let marked = match marked {
        Some(marked) if is_new && marked.position > 0 => {
            return Err(corrupt(path, marked.position, "sled's file is missing"));
        }
        Some(marked) => Some(marked),
        None if is_new => {
            // Before the first record, so that a log with records always has its mark.
            mark.write(Marked::EMPTY).and_then(|()| mark.sync()).map_err(unusable)?;
            folder::sync(path).map_err(unusable)?;
            Some(Marked::EMPTY)
        }
        None => None,
    };
    if is_new {
        // An earlier try may have made the folder and ended before its name was durable.
        folder::sync_above(path).map_err(unusable)?;
    }

    let store = open_sled(path, &sled_folder, lock, options)?;
    let database_file = File::options().read(true).write(true).open(&database_path).map_err(unusable)?;
    let on_open = |error: StoreError| error.on_open(path.display().to_string());
    let Some(marked) = marked else {
        return Err(corrupt(path, 0, "the file `head` is damaged or missing"));
    };
    let recovered = recovery::check(&store, marked).map_err(on_open)?;

    store.flush().map_err(|failure| on_open(failure.into()))?;
    options.disk.sync(&database_file).map_err(unusable)?;
    for synced in [&sled_folder, path] {
        folder::sync(synced).map_err(unusable)?;
    }
    mark.write(recovered).and_then(|()| mark.sync()).map_err(unusable)?;
    Ok(Opened { store, head: recovered.position, database_file, mark })
}

fn take_lock(path: &Path) -> Result<File, OpenError> {
    let folder = path.display().to_string();
    let opened = File::options().write(true).create(true).truncate(false).open(path.join("lock"));
    let file =
        opened.map_err(|error| OpenError::Unusable { folder: folder.clone(), reason: error.to_string() })?;
    let is_in_use = |result: &Result<(), TryLockError>| matches!(result, Err(TryLockError::WouldBlock));
    match patiently(|| file.try_lock(), is_in_use) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder }),
        Err(TryLockError::Error(error)) => Err(OpenError::Unusable { folder, reason: error.to_string() }),
    }
}

fn open_sled(path: &Path, sled_folder: &Path, lock: File, options: &SledOptions) -> Result<Store, OpenError> {
    let folder = path.display().to_string();
    folder::create_synced(sled_folder)
        .map_err(|error| OpenError::Unusable { folder: folder.clone(), reason: error.to_string() })?;
    let config = sled::Config::new()
        .path(sled_folder)
        .cache_capacity(options.cache_bytes)
        .flush_every_ms(None)
        .segment_size(SEGMENT_BYTES)
        .use_compression(false);
    match open_database(&config) {
        Ok(database) => Store::new(database, lock).map_err(|error| error.on_open(folder)),
        Err(failure) if failure.is_in_use() => Err(OpenError::InUse { folder }),
        Err(failure) => Err(StoreError::Failed(failure).on_open(folder)),
    }
}

pub(super) fn corrupt(path: &Path, position: u64, reason: &str) -> OpenError {
    OpenError::Corrupt { folder: path.display().to_string(), position, reason: reason.into() }
}
