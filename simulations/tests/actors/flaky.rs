//! A log that has trouble: appends that are refused, whose fate is unknown, or that take their time; reads that fail. What
//! is kept beside it may be out of reach as well.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::world::{Credentials, Vault, VaultError};
use polus_core::id::ConnectionId;
use polus_storage::{
    AppendError, Appended, BlobError, BlobHash, Blobs, Durability, EventLog, Expected, NewRecord, ReadError,
    Record, StreamName, Tail,
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// How often of a thousand times what happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Nothing is appended, and it says so.
    pub overloaded: u64,
    /// It is appended, and its fate is said to be unknown.
    pub unclear_there: u64,
    /// It is not appended, and its fate is said to be unknown.
    pub unclear_not_there: u64,
    /// Nothing is read.
    pub unreadable: u64,
    /// This stream alone is never read.
    pub silent: Option<&'static str>,
    /// The longest an append takes, milliseconds.
    pub slow_ms: u64,
    /// No blob is read, and no key.
    pub nothing_kept_is_read: bool,
}

pub struct FlakyLog {
    log: Arc<dyn EventLog>,
    dice: Mutex<ChaCha8Rng>,
    trouble: Mutex<Trouble>,
    reads: Mutex<u64>,
}

impl FlakyLog {
    pub fn new(log: Arc<dyn EventLog>, seed: u64) -> Self {
        let dice = Mutex::new(ChaCha8Rng::seed_from_u64(seed));
        Self { log, dice, trouble: Mutex::default(), reads: Mutex::default() }
    }

    pub fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
    }

    /// How often it was read.
    pub fn reads(&self) -> u64 {
        *self.reads.lock().unwrap()
    }

    fn below(&self, bound: u64) -> u64 {
        self.dice.lock().unwrap().next_u64() % bound
    }

    fn strikes(&self, per_mille: u64) -> bool {
        per_mille > 0 && self.below(1_000) < per_mille
    }
}

impl EventLog for FlakyLog {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            let trouble = *self.trouble.lock().unwrap();
            if trouble.slow_ms > 0 {
                tokio::time::sleep(Duration::from_millis(self.below(trouble.slow_ms + 1))).await;
            }
            if self.strikes(trouble.overloaded) {
                return Err(AppendError::Overloaded { waiting: 1 });
            }
            if self.strikes(trouble.unclear_not_there) {
                return Err(AppendError::Unclear("lost on the way there".to_owned()));
            }
            let appended = self.log.append(stream, expected, records).await;
            if appended.is_ok() && self.strikes(trouble.unclear_there) {
                return Err(AppendError::Unclear("lost on the way back".to_owned()));
            }
            appended
        })
    }

    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>> {
        *self.reads.lock().unwrap() += 1;
        Box::pin(async move {
            let trouble = *self.trouble.lock().unwrap();
            if self.strikes(trouble.unreadable) || trouble.silent == Some(stream.as_str()) {
                return Err(ReadError::Unavailable("the disk does not answer".to_owned()));
            }
            self.log.read(stream, from, limit).await
        })
    }

    fn tail(&self, from: u64) -> Box<dyn Tail> {
        self.log.tail(from)
    }

    fn streams<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<StreamName>, ReadError>> {
        self.log.streams(prefix)
    }

    fn head(&self) -> u64 {
        self.log.head()
    }

    fn durability(&self) -> Durability {
        self.log.durability()
    }

    fn poisoned(&self) -> BoxFuture<'_, String> {
        self.log.poisoned()
    }
}

/// Blobs on the disk that the log is on, and the vault beside them.
pub struct FlakyDisk<T: ?Sized> {
    pub kept: Arc<T>,
    pub log: Arc<FlakyLog>,
}

impl<T: ?Sized> FlakyDisk<T> {
    fn is_read(&self) -> bool {
        !self.log.trouble.lock().unwrap().nothing_kept_is_read
    }
}

impl Blobs for FlakyDisk<dyn Blobs> {
    fn put<'a>(&'a self, bytes: Vec<u8>) -> BoxFuture<'a, Result<BlobHash, BlobError>> {
        self.kept.put(bytes)
    }

    fn get<'a>(&'a self, hash: &'a BlobHash) -> BoxFuture<'a, Result<Vec<u8>, BlobError>> {
        if self.is_read() {
            return self.kept.get(hash);
        }
        Box::pin(async { Err(BlobError::Unavailable("the disk does not answer".to_owned())) })
    }
}

impl Vault for FlakyDisk<dyn Vault> {
    fn seal(&self, connection: &ConnectionId, credentials: &Credentials) -> Result<(), VaultError> {
        self.kept.seal(connection, credentials)
    }

    fn open(&self, connection: &ConnectionId) -> Result<Option<Credentials>, VaultError> {
        if self.is_read() {
            return self.kept.open(connection);
        }
        Err(VaultError("the disk does not answer".to_owned()))
    }

    fn erase(&self, connection: &ConnectionId) -> Result<(), VaultError> {
        self.kept.erase(connection)
    }
}
