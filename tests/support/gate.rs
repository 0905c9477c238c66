//! A log with a gate before its appends: open, held, or refusing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use polus_storage::{
    AppendError, Appended, Durability, EventLog, Expected, NewRecord, ReadError, Record, StreamName, Tail,
};
use tokio::sync::watch;

/// The gate. Copies stand before the same log.
#[derive(Clone)]
pub struct Gate {
    position: Arc<watch::Sender<Position>>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Open,
    Held,
    Refusing,
}

impl Gate {
    /// An open one.
    pub fn open() -> Self {
        Self { position: Arc::new(watch::Sender::new(Position::Open)), waiting: Arc::default() }
    }

    /// Lets appends through again.
    pub fn release(&self) {
        self.position.send_replace(Position::Open);
    }

    /// Appends wait.
    pub fn hold(&self) {
        self.position.send_replace(Position::Held);
    }

    /// Appends fail as they do on a full disk.
    pub fn refuse(&self) {
        self.position.send_replace(Position::Refusing);
    }

    /// How many appends wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// The log behind this gate.
    pub fn before(&self, log: Arc<dyn EventLog>) -> Arc<dyn EventLog> {
        Arc::new(Gated { gate: self.clone(), log })
    }
}

struct Gated {
    gate: Gate,
    log: Arc<dyn EventLog>,
}

impl EventLog for Gated {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            let mut position = self.gate.position.subscribe();
            self.gate.waiting.fetch_add(1, Ordering::SeqCst);
            let passed =
                position.wait_for(|position| *position != Position::Held).await.map(|position| *position);
            self.gate.waiting.fetch_sub(1, Ordering::SeqCst);
            match passed {
                Ok(Position::Refusing) => Err(AppendError::Full("no space left on device".to_owned())),
                Ok(Position::Open | Position::Held) | Err(_) => {
                    self.log.append(stream, expected, records).await
                }
            }
        })
    }

    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>> {
        self.log.read(stream, from, limit)
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
