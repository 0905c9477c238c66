//! Values too large for a record, stored under the hash of their bytes. A record refers to one by its hash.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use crate::folder;

/// A store of values by content.
pub trait Blobs: Send + Sync {
    /// Stores `bytes` and returns their hash. Completion means the value is as durable as the store can make
    /// it. Storing the same bytes again changes nothing.
    fn put<'a>(&'a self, bytes: Vec<u8>) -> BoxFuture<'a, Result<BlobHash, BlobError>>;

    /// The value with this hash, checked against it.
    fn get<'a>(&'a self, hash: &'a BlobHash) -> BoxFuture<'a, Result<Vec<u8>, BlobError>>;
}

/// BLAKE3 of a blob's bytes. Shown and parsed as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub [u8; 32]);

/// Text that is no [`BlobHash`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no blob hash: it takes 64 lower-case hexadecimal digits")]
pub struct BadBlobHash(pub String);

/// Why a blob could not be stored or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// No blob has this hash.
    #[error("there is no blob {0}")]
    Missing(BlobHash),
    /// The stored bytes are not those that were put.
    #[error("the blob {0} was altered")]
    Corrupt(BlobHash),
    /// The disk is full; nothing was stored.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The disk does not answer.
    #[error("the blobs are not available: {0}")]
    Unavailable(String),
}

impl BlobHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl FromStr for BlobHash {
    type Err = BadBlobHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadBlobHash(text.to_owned());
        if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| bad())?;
        }
        Ok(Self(bytes))
    }
}

/// Blobs as files of one folder, each named by its hash.
///
/// File access runs on the caller's thread inside the returned future: blobs are rare and small enough (a few
/// hundred KiB) that a thread of their own is not worth it.
pub struct FileBlobs {
    folder: PathBuf,
    /// Makes the names of temporary files differ within the process.
    written: AtomicU64,
}

const TEMPORARY: &str = "tmp";

impl FileBlobs {
    /// Opens the folder, makes it when it is missing, and removes what an interrupted `put` left.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let folder = folder.into();
        prepare(&folder).map_err(unavailable)?;
        Ok(Self { folder, written: AtomicU64::new(0) })
    }

    fn put_now(&self, bytes: &[u8]) -> Result<BlobHash, BlobError> {
        let hash = BlobHash::of(bytes);
        let target = self.folder.join(hash.to_string());
        // A damaged file under this name is replaced.
        if fs::read(&target).is_ok_and(|stored| stored == bytes) {
            // The try that stored it may have ended before its name was durable.
            folder::sync(&self.folder).map_err(unavailable)?;
            return Ok(hash);
        }
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let temporary = self.folder.join(format!("{hash}.{}.{number}.{TEMPORARY}", std::process::id()));
        let stored = write_synced(&temporary, bytes)
            .and_then(|()| fs::rename(&temporary, &target))
            .and_then(|()| folder::sync(&self.folder));
        if let Err(error) = stored {
            if let Err(left) = fs::remove_file(&temporary)
                && left.kind() != ErrorKind::NotFound
            {
                tracing::warn!(file = %temporary.display(), error = %left, "a temporary blob file stays behind");
            }
            return Err(match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => BlobError::Full(error.to_string()),
                _ => unavailable(error),
            });
        }
        Ok(hash)
    }

    fn get_now(&self, hash: &BlobHash) -> Result<Vec<u8>, BlobError> {
        let bytes = fs::read(self.folder.join(hash.to_string())).map_err(|error| match error.kind() {
            ErrorKind::NotFound => BlobError::Missing(*hash),
            _ => unavailable(error),
        })?;
        if BlobHash::of(&bytes) == *hash { Ok(bytes) } else { Err(BlobError::Corrupt(*hash)) }
    }
}

impl Blobs for FileBlobs {
    fn put<'a>(&'a self, bytes: Vec<u8>) -> BoxFuture<'a, Result<BlobHash, BlobError>> {
        Box::pin(async move { self.put_now(&bytes) })
    }

    fn get<'a>(&'a self, hash: &'a BlobHash) -> BoxFuture<'a, Result<Vec<u8>, BlobError>> {
        Box::pin(async move { self.get_now(hash) })
    }
}

/// Blobs in memory, for tests.
#[derive(Default)]
pub struct MemoryBlobs {
    values: Mutex<BTreeMap<BlobHash, Vec<u8>>>,
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn values(&self) -> MutexGuard<'_, BTreeMap<BlobHash, Vec<u8>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blobs for MemoryBlobs {
    fn put<'a>(&'a self, bytes: Vec<u8>) -> BoxFuture<'a, Result<BlobHash, BlobError>> {
        Box::pin(async move {
            let hash = BlobHash::of(&bytes);
            self.values().insert(hash, bytes);
            Ok(hash)
        })
    }

    fn get<'a>(&'a self, hash: &'a BlobHash) -> BoxFuture<'a, Result<Vec<u8>, BlobError>> {
        Box::pin(async move { self.values().get(hash).cloned().ok_or(BlobError::Missing(*hash)) })
    }
}

fn prepare(folder: &Path) -> io::Result<()> {
    folder::create_synced(folder)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == TEMPORARY) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn unavailable(error: io::Error) -> BlobError {
    BlobError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use futures_util::FutureExt;

    fn put(blobs: &dyn Blobs, bytes: &[u8]) -> Result<BlobHash, BlobError> {
        blobs.put(bytes.to_vec()).now_or_never().unwrap()
    }

    fn get(blobs: &dyn Blobs, hash: BlobHash) -> Result<Vec<u8>, BlobError> {
        blobs.get(&hash).now_or_never().unwrap()
    }

    #[test]
    fn every_store_gives_back_what_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let files = FileBlobs::open(folder.path().join("deep/blobs")).unwrap();
        let stores: [&dyn Blobs; 2] = [&files, &MemoryBlobs::new()];
        for blobs in stores {
            let hash = put(blobs, b"hello").unwrap();
            assert_eq!(put(blobs, b"hello"), Ok(hash));
            assert_eq!(get(blobs, hash).unwrap(), b"hello");
            let other = BlobHash::of(b"other");
            assert_eq!(get(blobs, other), Err(BlobError::Missing(other)));
        }
    }

    #[test]
    fn an_altered_file_is_noticed_and_replaced_by_the_next_put() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FileBlobs::open(folder.path()).unwrap();
        let hash = put(&blobs, b"hello").unwrap();
        fs::write(folder.path().join(hash.to_string()), b"jello").unwrap();
        assert_eq!(get(&blobs, hash), Err(BlobError::Corrupt(hash)));
        assert_eq!(put(&blobs, b"hello"), Ok(hash));
        assert_eq!(get(&blobs, hash).unwrap(), b"hello");
    }

    #[test]
    fn opening_removes_what_an_interrupted_put_left() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join("abc.1.0.tmp");
        fs::write(&left, b"half").unwrap();
        FileBlobs::open(folder.path()).unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn a_hash_reads_back_from_its_text_and_other_text_is_refused() {
        let hash = BlobHash::of(b"hello");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for bad in ["", "00", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
            assert_eq!(bad.parse::<BlobHash>(), Err(BadBlobHash(bad.to_owned())));
        }
    }
}
