//! The log on sled 0.34: one writer thread, one commit group after another, one `fdatasync` for each group.
//!
//! ```text
//! append ──▶ bounded queue ──▶ writer thread: takes what is queued, up to 256 records
//!                                │  checks each append against its stream's end, inserts it
//!                                │  flush (sled hands its bytes to the system)
//!                                │  fdatasync on our own handle of sled's file: now they are durable
//!                                │  notes the new head in the file `head`
//!                                ▼
//!                              publishes the head to readers and tails, answers every append of the group
//! ```
//!
//! The folder of a log, persisted:
//!
//! ```text
//! lock     held while a process uses the folder
//! head     the last position known to be durable, see mark.rs
//! sled/    sled's files, see layout.rs
//! ```
//!
//! A failed flush or sync, or a panic of sled while writing, poisons the log: what sled holds in memory may
//! then differ from what is on disk, so no append succeeds any more. Nothing is ever overwritten or deleted.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use futures_util::future::{BoxFuture, pending};
use tokio::sync::{oneshot, watch};

use crate::placement::check_append;
use crate::{
    AppendError, Appended, Durability, EventLog, Expected, NewRecord, OpenError, ReadError, Record,
    StreamName, Tail,
};

mod disk;
mod heads;
mod layout;
mod look;
mod mark;
mod opening;
mod reading;
mod recovery;
mod tail;
mod writer;

pub use disk::{Disk, RealDisk};
pub use look::look;

use layout::Store;
use opening::Opened;
use writer::{Request, Writer};

/// How a log on sled is opened.
#[derive(Clone)]
pub struct SledOptions {
    /// Bytes that sled may keep in its cache; 128 MiB by default. No hard bound: measured use is two to three
    /// times as much.
    pub cache_bytes: u64,
    /// While the disk has fewer free bytes than this, appends are answered `Full`; 64 MiB by default. Room
    /// for what sled writes beside the records.
    pub free_bytes_min: u64,
    /// Appends that may wait for the writer before `Overloaded`; 4096 by default.
    pub waiting_max: usize,
    /// What syncs the file and knows the free space; tests put faults here.
    pub disk: Arc<dyn Disk>,
}

impl Default for SledOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 128 * 1024 * 1024,
            free_bytes_min: 64 * 1024 * 1024,
            waiting_max: 4096,
            disk: Arc::new(RealDisk),
        }
    }
}

/// An [`EventLog`] in a folder. Reads run on the caller's thread inside the returned future: they are served
/// from memory or the page cache, mostly within microseconds. An append goes to the writer when its future is
/// first polled; dropping the future later does not take it back.
pub struct SledLog {
    store: Arc<Store>,
    shared: Arc<Shared>,
    waiting_max: usize,
    /// Taken when the log closes: the writer ends once the queue is empty and has no sender.
    requests: Option<SyncSender<Request>>,
    writer: Option<JoinHandle<()>>,
}

/// What the writer tells everybody else.
struct Shared {
    /// The last durable position; readers look no further.
    published: watch::Sender<u64>,
    /// Why the log takes no appends any more.
    poison: watch::Sender<Option<String>>,
}

/// Sizes of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SledStats {
    /// Durable records.
    pub records: u64,
    /// Bytes of sled's files.
    pub bytes_on_disk: u64,
}

impl SledLog {
    /// Opens the log in `folder`, makes it when it is missing, and checks everything written since it was
    /// last opened, at least the last 1024 records. Blocks; the time grows with what was written since.
    pub fn open(folder: impl AsRef<Path>, options: SledOptions) -> Result<Self, OpenError> {
        let folder = folder.as_ref();
        let Opened { store, head, database_file, mark } = opening::open(folder, &options)?;
        let store = Arc::new(store);
        let shared =
            Arc::new(Shared { published: watch::Sender::new(head), poison: watch::Sender::new(None) });
        let (requests, queue) = sync_channel(options.waiting_max.max(1));
        let writer = Writer::new(
            Arc::clone(&store),
            Arc::clone(&shared),
            writer::Files { folder: folder.to_owned(), database: database_file, mark },
            &options,
            head,
        );
        let writer = thread::Builder::new()
            .name("log writer".into())
            .spawn(move || writer.run(&queue))
            .map_err(|error| OpenError::Unusable {
                folder: folder.display().to_string(),
                reason: format!("its writer thread does not start: {error}"),
            })?;
        Ok(Self {
            store,
            shared,
            waiting_max: options.waiting_max.max(1),
            requests: Some(requests),
            writer: Some(writer),
        })
    }

    /// Sizes, for people.
    pub fn stats(&self) -> Result<SledStats, ReadError> {
        Ok(SledStats { records: self.head(), bytes_on_disk: self.store.bytes_on_disk()? })
    }

    /// Answers every append that is waiting, then closes the files. Blocks until that is done, as dropping
    /// the log does. An error tells why the log was poisoned.
    pub fn close(mut self) -> Result<(), AppendError> {
        self.stop();
        match &*self.shared.poison.borrow() {
            None => Ok(()),
            Some(reason) => Err(AppendError::Unavailable(reason.clone())),
        }
    }

    fn stop(&mut self) {
        self.requests = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            // Every panic inside a group is caught, so this is one of our own between two groups.
            self.shared.poison("the writer panicked".into());
        }
    }

    fn submit(
        &self,
        stream: &StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> Result<oneshot::Receiver<Result<Appended, AppendError>>, AppendError> {
        if let Some(reason) = &*self.shared.poison.borrow() {
            return Err(AppendError::Unavailable(reason.clone()));
        }
        let closed = || AppendError::Unavailable("the log is closed".into());
        let (answer, answered) = oneshot::channel();
        let request = Request { stream: stream.clone(), expected, records, answer };
        match self.requests.as_ref().ok_or_else(closed)?.try_send(request) {
            Ok(()) => Ok(answered),
            Err(TrySendError::Full(_)) => Err(AppendError::Overloaded { waiting: self.waiting_max }),
            Err(TrySendError::Disconnected(_)) => Err(closed()),
        }
    }
}

impl Drop for SledLog {
    fn drop(&mut self) {
        self.stop();
    }
}

impl EventLog for SledLog {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            check_append(&records)?;
            let answered = self.submit(stream, expected, records)?.await;
            answered
                .unwrap_or_else(|_| Err(AppendError::Unclear("the writer ended before it answered".into())))
        })
    }

    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>> {
        Box::pin(async move { reading::read(&self.store, &self.shared.published, stream, from, limit) })
    }

    fn tail(&self, from: u64) -> Box<dyn Tail> {
        Box::new(tail::SledTail::new(&self.store, self.shared.published.subscribe(), from))
    }

    fn streams<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<StreamName>, ReadError>> {
        Box::pin(async move { reading::streams(&self.store, self.head(), prefix) })
    }

    fn head(&self) -> u64 {
        *self.shared.published.borrow()
    }

    fn durability(&self) -> Durability {
        Durability::Fsync
    }

    fn poisoned(&self) -> BoxFuture<'_, String> {
        let mut poison = self.shared.poison.subscribe();
        Box::pin(async move {
            let reason = poison.wait_for(Option::is_some).await.ok().and_then(|reason| reason.clone());
            match reason {
                Some(reason) => reason,
                // The sender lives as long as the log that this future borrows.
                None => pending().await,
            }
        })
    }
}

impl Shared {
    /// Stops the log for good. The first reason stays.
    fn poison(&self, reason: String) {
        self.poison.send_if_modified(|poison| {
            let first = poison.is_none();
            if first {
                tracing::error!(reason, "the log is poisoned and takes no more appends");
                *poison = Some(reason);
            }
            first
        });
    }
}
