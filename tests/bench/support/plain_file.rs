//! What the log is compared with: a plain file behind the same queue, the same groups and one `fdatasync` for each.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use tokio::sync::oneshot;

/// As many as the log lets wait, and takes into one group.
const WAITING_MAX: usize = 4096;
const GROUP_RECORDS_MAX: usize = 256;

struct Request {
    stream: String,
    body: Vec<u8>,
    answer: oneshot::Sender<Result<u64, io::ErrorKind>>,
}

/// A growing file. It checks nothing and finds nothing again: the least that a durable append can cost.
pub struct PlainFile {
    requests: Option<SyncSender<Request>>,
    writer: Option<JoinHandle<()>>,
}

impl PlainFile {
    /// Makes the file.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create_new(path).with_context(|| path.display().to_string())?;
        let (requests, queue) = sync_channel(WAITING_MAX);
        let writer = thread::Builder::new().spawn(move || write(file, &queue))?;
        Ok(Self { requests: Some(requests), writer: Some(writer) })
    }

    /// Appends; durable when it returns.
    pub async fn append(&self, stream: String, body: Vec<u8>) -> Result<u64> {
        let (answer, answered) = oneshot::channel();
        let requests = self.requests.as_ref().context("the file is closed")?;
        requests.try_send(Request { stream, body, answer }).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(answered.await?.map_err(io::Error::from)?)
    }
}

impl Drop for PlainFile {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            eprintln!("the writer of the plain file panicked");
        }
    }
}

fn write(mut file: File, queue: &Receiver<Request>) {
    let mut position = 0_u64;
    let mut bytes = Vec::new();
    let mut answers = Vec::new();
    while let Ok(first) = queue.recv() {
        let mut next = Some(first);
        while let Some(request) = next {
            position += 1;
            bytes.extend_from_slice(&position.to_be_bytes());
            for part in [request.stream.as_bytes(), &request.body] {
                bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
                bytes.extend_from_slice(part);
            }
            answers.push((request.answer, position));
            next = if answers.len() < GROUP_RECORDS_MAX { queue.try_recv().ok() } else { None };
        }
        let durable = file.write_all(&bytes).and_then(|()| file.sync_data()).map_err(|error| error.kind());
        bytes.clear();
        for (answer, position) in answers.drain(..) {
            if answer.send(durable.map(|()| position)).is_err() {
                // The appender is gone and needs no answer.
            }
        }
    }
}
