//! The end of a life: once it is ended, nothing that its actors hold answers any more, and nothing they do has an
//! effect. A crash needs this first, because dropping a runtime still runs every living actor once.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::world::{Clock, Helpdesk};
use polus_core::gorgias::{Call, CallError, Reply};
use polus_core::time::Time;
use polus_storage::{
    AppendError, Appended, Durability, EventLog, Expected, NewRecord, OpenEntry, OpenWork, OpenWorkError,
    ReadError, Record, StreamName, Tail, TailItem,
};

/// One life of the program. Clones are the same life.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<AtomicBool>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl Pulse {
    /// Ends the life.
    pub fn end(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    /// Whether the life lasts.
    pub fn beats(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Completes at once while the life lasts; never afterwards.
    pub async fn beat(&self) {
        if !self.beats() {
            pending::<()>().await;
        }
    }
}

/// A log as one life sees it.
pub struct FencedLog {
    log: Arc<dyn EventLog>,
    pulse: Pulse,
}

impl FencedLog {
    /// `log`, as long as the life lasts.
    pub fn new(log: Arc<dyn EventLog>, pulse: Pulse) -> Self {
        Self { log, pulse }
    }
}

impl EventLog for FencedLog {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            self.pulse.beat().await;
            let appended = self.log.append(stream, expected, records).await;
            self.pulse.beat().await;
            appended
        })
    }

    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>> {
        Box::pin(async move {
            self.pulse.beat().await;
            let read = self.log.read(stream, from, limit).await;
            self.pulse.beat().await;
            read
        })
    }

    fn tail(&self, from: u64) -> Box<dyn Tail> {
        Box::new(FencedTail { tail: self.log.tail(from), pulse: self.pulse.clone() })
    }

    fn streams<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<StreamName>, ReadError>> {
        Box::pin(async move {
            self.pulse.beat().await;
            self.log.streams(prefix).await
        })
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

struct FencedTail {
    tail: Box<dyn Tail>,
    pulse: Pulse,
}

impl Tail for FencedTail {
    fn next(&mut self) -> BoxFuture<'_, Result<TailItem, ReadError>> {
        Box::pin(async move {
            let item = self.tail.next().await;
            self.pulse.beat().await;
            item
        })
    }
}

/// A helpdesk as one life sees it.
pub struct FencedHelpdesk {
    helpdesk: Arc<dyn Helpdesk>,
    pulse: Pulse,
}

impl FencedHelpdesk {
    /// `helpdesk`, as long as the life lasts.
    pub fn new(helpdesk: Arc<dyn Helpdesk>, pulse: Pulse) -> Self {
        Self { helpdesk, pulse }
    }
}

impl Helpdesk for FencedHelpdesk {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>> {
        Box::pin(async move {
            self.pulse.beat().await;
            let answer = self.helpdesk.call(call).await;
            self.pulse.beat().await;
            answer
        })
    }
}

/// A clock as one life sees it.
pub struct FencedClock {
    clock: Arc<dyn Clock>,
    pulse: Pulse,
}

impl FencedClock {
    /// `clock`, as long as the life lasts.
    pub fn new(clock: Arc<dyn Clock>, pulse: Pulse) -> Self {
        Self { clock, pulse }
    }
}

impl Clock for FencedClock {
    fn now(&self) -> Time {
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (sleep, pulse) = (self.clock.sleep(duration), self.pulse.clone());
        Box::pin(async move {
            sleep.await;
            pulse.beat().await;
        })
    }
}

/// An open-work list as one life sees it: what a dead life still writes is lost.
pub struct FencedOpenWork {
    list: Arc<dyn OpenWork>,
    pulse: Pulse,
}

impl FencedOpenWork {
    /// `list`, as long as the life lasts.
    pub fn new(list: Arc<dyn OpenWork>, pulse: Pulse) -> Self {
        Self { list, pulse }
    }

    fn living(&self) -> Result<&dyn OpenWork, OpenWorkError> {
        match self.pulse.beats() {
            true => Ok(self.list.as_ref()),
            false => Err(OpenWorkError("this life of the program has ended".to_owned())),
        }
    }
}

impl OpenWork for FencedOpenWork {
    fn complete_up_to(&self) -> Result<u64, OpenWorkError> {
        self.living()?.complete_up_to()
    }

    fn note(&self, touched: &[(StreamName, u64)], complete_up_to: u64) -> Result<(), OpenWorkError> {
        self.living()?.note(touched, complete_up_to)
    }

    fn settle(
        &self,
        stream: &StreamName,
        sequence: u64,
        wake_at_ms: Option<i64>,
    ) -> Result<(), OpenWorkError> {
        self.living()?.settle(stream, sequence, wake_at_ms)
    }

    fn entries(&self) -> Result<Vec<OpenEntry>, OpenWorkError> {
        self.living()?.entries()
    }

    fn clear(&self) -> Result<(), OpenWorkError> {
        self.living()?.clear()
    }
}
