//! What the tests share: a disk that can be held, failed and filled, and short ways to append.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use polus_storage::{
    AppendError, Appended, Disk, EventLog, Expected, NewRecord, RealDisk, RecordId, SledLog, SledOptions,
    StreamName,
};

/// A disk under the test's control. Syncs pass until [`TestDisk::hold`] is called.
#[derive(Default)]
pub struct TestDisk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    started: usize,
    finished: usize,
    held: bool,
    /// Syncs that may pass although the disk is held.
    allowed: usize,
    failure: Option<Failure>,
    full: bool,
    /// What the file held at the end of the last sync.
    synced: Vec<u8>,
}

#[derive(Clone, Copy)]
pub enum Failure {
    Error(io::ErrorKind),
    Panic,
}

impl TestDisk {
    /// Holds every sync until it is allowed. Dropping the hold, also by a failed assertion, lets all pass.
    pub fn hold(&self) -> Hold<'_> {
        self.state.lock().unwrap().held = true;
        Hold(self)
    }

    /// Lets `count` more syncs pass.
    pub fn allow(&self, count: usize) {
        self.state.lock().unwrap().allowed += count;
        self.changed.notify_all();
    }

    /// Every sync from now on fails.
    pub fn fail(&self, failure: Failure) {
        self.state.lock().unwrap().failure = Some(failure);
    }

    pub fn set_full(&self, full: bool) {
        self.state.lock().unwrap().full = full;
    }

    pub fn started(&self) -> usize {
        self.state.lock().unwrap().started
    }

    pub fn finished(&self) -> usize {
        self.state.lock().unwrap().finished
    }

    /// Blocks until this many syncs have begun since the start.
    pub fn wait_for_start(&self, count: usize) {
        let state = self.state.lock().unwrap();
        let limit = Duration::from_secs(30);
        let (state, waited) =
            self.changed.wait_timeout_while(state, limit, |state| state.started < count).unwrap();
        drop(state);
        assert!(!waited.timed_out(), "no sync began");
    }

    /// Whether the file held these bytes when it was last synced.
    pub fn synced(&self, bytes: &[u8]) -> bool {
        let state = self.state.lock().unwrap();
        state.synced.windows(bytes.len()).any(|window| window == bytes)
    }
}

pub struct Hold<'a>(&'a TestDisk);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().held = false;
        self.0.changed.notify_all();
    }
}

impl Disk for TestDisk {
    fn sync(&self, file: &File) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.started += 1;
        self.changed.notify_all();
        let mut state = self.changed.wait_while(state, |state| state.held && state.allowed == 0).unwrap();
        state.allowed = state.allowed.saturating_sub(1);
        match state.failure {
            Some(Failure::Error(kind)) => return Err(kind.into()),
            Some(Failure::Panic) => {
                drop(state);
                panic!("the disk of this test panics");
            }
            None => {}
        }
        let mut content = Vec::new();
        let mut reader = file;
        reader.seek(SeekFrom::Start(0))?;
        reader.read_to_end(&mut content)?;
        state.synced = content;
        state.finished += 1;
        RealDisk.sync(file)
    }

    fn free_bytes(&self, _folder: &Path) -> io::Result<u64> {
        Ok(if self.state.lock().unwrap().full { 1024 } else { u64::MAX })
    }
}

/// A log on a [`TestDisk`].
pub fn open_on(folder: &Path, disk: &Arc<TestDisk>) -> SledLog {
    let disk: Arc<TestDisk> = Arc::clone(disk);
    SledLog::open(folder, SledOptions { disk, waiting_max: 2, ..small() }).unwrap()
}

/// Options for logs of which a test opens many.
pub fn small() -> SledOptions {
    SledOptions { cache_bytes: 4 * 1024 * 1024, ..SledOptions::default() }
}

pub fn name(text: &str) -> StreamName {
    StreamName::new(text).unwrap()
}

pub fn record(number: u64, body: impl Into<Vec<u8>>) -> NewRecord {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    NewRecord { id: RecordId(id), schema: 1, recorded_at_ms: 1_000, body: body.into() }
}

/// Appends one record anywhere.
pub async fn append(log: &SledLog, stream: &str, number: u64) -> Result<Appended, AppendError> {
    log.append(&name(stream), Expected::Any, vec![record(number, format!("body {number}"))]).await
}
