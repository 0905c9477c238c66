//! The writer: the only thread that writes to sled. See the drawing in `sled.rs`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use sled::Batch;
use tokio::sync::oneshot;

use super::disk::Disk;
use super::heads::{Head, Heads};
use super::layout::{Entry, Store, StoreError, damaged};
use super::mark::{Mark, Marked};
use super::reading::record_of;
use super::{Shared, SledOptions};
use crate::guard::{Failure, caught};
use crate::placement::{Placement, place};
use crate::record::encode;
use crate::{APPEND_RECORDS_MAX, AppendError, Appended, Expected, NewRecord, RecordHash, StreamName};

/// The most records of one commit group. Above about 128 a larger group brings nothing but latency; the
/// largest append must fit.
pub(super) const GROUP_RECORDS_MAX: usize = 256;
const _: () = assert!(GROUP_RECORDS_MAX >= APPEND_RECORDS_MAX);

/// The free space is looked up once in this many groups or bytes, far less than the reserve it guards.
const GROUPS_PER_LOOK: u32 = 64;
const BYTES_PER_LOOK: usize = 1024 * 1024;

type Answer = Result<Appended, AppendError>;

/// An append on its way to the writer.
pub(super) struct Request {
    pub stream: StreamName,
    pub expected: Expected,
    pub records: Vec<NewRecord>,
    pub answer: oneshot::Sender<Answer>,
}

/// The files the writer owns.
pub(super) struct Files {
    pub folder: PathBuf,
    /// Our own handle of sled's file.
    pub database: File,
    pub mark: Mark,
}

/// The state of the writer thread.
pub(super) struct Writer {
    store: Arc<Store>,
    shared: Arc<Shared>,
    files: Files,
    disk: Arc<dyn Disk>,
    space: Space,
    heads: Heads,
    /// The last position inserted, durable or not.
    last_position: u64,
    /// Hash of the record there; zero until this writer wrote one.
    last_hash: RecordHash,
    /// The last position when the log was opened.
    checked: u64,
    /// A record's bytes, kept to save the allocation.
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(
        store: Arc<Store>,
        shared: Arc<Shared>,
        files: Files,
        options: &SledOptions,
        head: u64,
    ) -> Self {
        Self {
            store,
            shared,
            files,
            disk: Arc::clone(&options.disk),
            space: Space::new(options.free_bytes_min),
            heads: Heads::default(),
            last_position: head,
            last_hash: RecordHash::ZERO,
            checked: head,
            bytes: Vec::new(),
        }
    }

    /// Commits group after group until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Receiver<Request>) {
        let mut left_over = None;
        while let Some(first) = left_over.take().or_else(|| queue.recv().ok()) {
            let mut records = first.records.len();
            let mut group = vec![first];
            while records < GROUP_RECORDS_MAX {
                let Ok(request) = queue.try_recv() else { break };
                records += request.records.len();
                if records > GROUP_RECORDS_MAX {
                    left_over = Some(request);
                    break;
                }
                group.push(request);
            }
            self.commit(group);
        }
        if let Err(error) = self.files.mark.sync() {
            tracing::warn!(%error, "the mark of the log's head could not be synced");
        }
    }

    fn commit(&mut self, group: Vec<Request>) {
        let poisoned = self.shared.poison.borrow().clone();
        if let Some(reason) = poisoned {
            for request in group {
                answer(request.answer, Err(AppendError::Unavailable(reason.clone())));
            }
            return;
        }
        let mut waiting = Vec::with_capacity(group.len());
        let mut answers = Vec::with_capacity(group.len());
        let written = caught(|| {
            for request in group {
                // First, so that a panic below leaves nobody without an answer.
                waiting.push(request.answer);
                answers.push(self.append(&request.stream, request.expected, request.records)?);
            }
            self.make_durable()
        });
        let failure = match written {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure),
            Err(panic) => Some(Fatal(format!("the writer panicked: {panic}"))),
        };
        if let Some(Fatal(reason)) = failure {
            self.shared.poison(reason.clone());
            for sender in waiting {
                answer(sender, Err(AppendError::Unclear(reason.clone())));
            }
            return;
        }
        for (sender, result) in waiting.into_iter().zip(answers) {
            answer(sender, result);
        }
    }

    /// Inserts one append. Its answer holds once the group is durable: it may rest on records of the same
    /// group.
    fn append(
        &mut self,
        stream: &StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> Result<Answer, Fatal> {
        let head = match self.head_of(stream) {
            Ok(head) => head,
            Err(error) => return corrupt_or_fatal(error),
        };
        let placement =
            place(expected, head.sequence, records.len(), |after| self.same_ids(stream, after, &records));
        match placement {
            Ok(Placement::Append) => {}
            Ok(Placement::AlreadyThere { last_sequence }) => {
                return Ok(Ok(Appended::AlreadyThere { last_sequence }));
            }
            Ok(Placement::Conflict) => return Ok(Err(AppendError::Conflict { actual: head.sequence })),
            Err(error) => return corrupt_or_fatal(error),
        }
        if let Err(full) = self.space.look(self.disk.as_ref(), &self.files.folder) {
            return Ok(Err(AppendError::Full(full)));
        }
        let last = self.insert(stream, head, &records)?;
        Ok(Ok(Appended::New {
            first_sequence: head.sequence + 1,
            last_sequence: last.sequence,
            position: self.last_position,
        }))
    }

    fn insert(&mut self, stream: &StreamName, head: Head, records: &[NewRecord]) -> Result<Head, Fatal> {
        let first_position = self.last_position + 1;
        let mut last = head;
        // A batch takes a lock of the whole process, so a single record goes without.
        let mut batch = (records.len() > 1).then(Batch::default);
        for record in records {
            last.sequence += 1;
            last.hash = encode(&mut self.bytes, stream, last.sequence, last.hash, record);
            self.last_position += 1;
            self.space.written(self.bytes.len());
            match &mut batch {
                Some(batch) => batch.insert(&self.last_position.to_be_bytes(), self.bytes.as_slice()),
                None => self.store.insert_event(self.last_position, &self.bytes)?,
            }
        }
        if let Some(batch) = batch {
            self.store.insert_events(batch)?;
        }
        for (position, sequence) in (first_position..=self.last_position).zip(head.sequence + 1..) {
            self.store.insert_entry(stream, Entry { sequence, position })?;
        }
        self.last_hash = last.hash;
        self.heads.set(stream, last);
        Ok(last)
    }

    fn make_durable(&mut self) -> Result<(), Fatal> {
        if self.last_position == *self.shared.published.borrow() {
            return Ok(());
        }
        self.store.flush()?;
        let unsynced = |error: std::io::Error| Fatal(format!("the group could not be made durable: {error}"));
        self.disk.sync(&self.files.database).map_err(unsynced)?;
        let marked = Marked { position: self.last_position, checked: self.checked, hash: self.last_hash };
        self.files.mark.write(marked).map_err(unsynced)?;
        self.shared.published.send_replace(self.last_position);
        self.space.committed();
        Ok(())
    }

    fn head_of(&mut self, stream: &StreamName) -> Result<Head, StoreError> {
        if let Some(head) = self.heads.get(stream) {
            return Ok(head);
        }
        let last = if self.store.has_stream(stream)? { self.store.last_entry(stream)? } else { None };
        let head = match last {
            None => Head::NONE,
            Some(entry) if entry.position > self.last_position => {
                return Err(damaged(entry.position, "an index entry points past the end of the log"));
            }
            Some(entry) => {
                let record = record_of(&self.store, stream, entry)?;
                Head { sequence: record.sequence, hash: record.hash }
            }
        };
        self.heads.set(stream, head);
        Ok(head)
    }

    /// Whether the records after sequence `after` have the ids of `records`.
    fn same_ids(&self, stream: &StreamName, after: u64, records: &[NewRecord]) -> Result<bool, StoreError> {
        let entries = self.store.entries(stream, after + 1, records.len())?;
        if entries.len() < records.len() {
            return Err(damaged(0, format!("{stream} lacks records after sequence {after}")));
        }
        for (entry, record) in entries.into_iter().zip(records) {
            if record_of(&self.store, stream, entry)?.id != record.id {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Something after which nothing may be written any more.
struct Fatal(String);

impl From<Failure> for Fatal {
    fn from(failure: Failure) -> Self {
        Self(failure.to_string())
    }
}

/// Damage that was found concerns one append; a failure of sled concerns all.
fn corrupt_or_fatal(error: StoreError) -> Result<Answer, Fatal> {
    match error {
        StoreError::Damaged { position, reason } => {
            Ok(Err(AppendError::Corrupt(format!("position {position}: {reason}"))))
        }
        StoreError::Failed(failure) => Err(failure.into()),
    }
}

fn answer(sender: oneshot::Sender<Answer>, answer: Answer) {
    // The appender may have gone away; its append stands.
    drop(sender.send(answer));
}

/// Watches the free space, so that a full disk is met before sled meets it.
struct Space {
    free_bytes_min: u64,
    /// Since the last look; a look is due when either is used up or the disk was full.
    groups: u32,
    bytes: usize,
    full: bool,
}

impl Space {
    fn new(free_bytes_min: u64) -> Self {
        Self { free_bytes_min, groups: 0, bytes: 0, full: true }
    }

    /// Whether there is room; if not, why.
    fn look(&mut self, disk: &dyn Disk, folder: &Path) -> Result<(), String> {
        if !self.full && self.groups < GROUPS_PER_LOOK && self.bytes < BYTES_PER_LOOK {
            return Ok(());
        }
        self.full = true;
        let free = disk.free_bytes(folder).map_err(|error| format!("the free space is unknown: {error}"))?;
        if free < self.free_bytes_min {
            return Err(format!("{free} bytes are free, fewer than the reserve of {}", self.free_bytes_min));
        }
        *self = Self::new(self.free_bytes_min);
        self.full = false;
        Ok(())
    }

    fn written(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    fn committed(&mut self) {
        self.groups += 1;
    }
}
