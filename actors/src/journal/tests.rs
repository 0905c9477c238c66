//! A journal against a log whose next answer is arranged.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Mutex;

use futures_util::future::BoxFuture;
use polus_core::codec::IN_BLOB;
use polus_core::id::{ConnectionId, MessageId, TicketId};
use polus_core::ticket::event::{Hint, Notified, Standing};
use polus_storage::{Durability, MemoryBlobs, MemoryLog, Record, Tail};

use super::record::INLINE_BYTES_MAX;
use super::*;

/// What the next append comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Works,
    UnclearThere,
    UnclearNotThere,
    Overloaded,
}

struct Arranged {
    log: MemoryLog,
    next: Mutex<Next>,
}

impl EventLog for Arranged {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            let next = std::mem::replace(&mut *self.next.lock().unwrap(), Next::Works);
            match next {
                Next::Works => self.log.append(stream, expected, records).await,
                Next::Overloaded => Err(AppendError::Overloaded { waiting: 9 }),
                Next::UnclearNotThere => Err(AppendError::Unclear("lost".to_owned())),
                Next::UnclearThere => {
                    self.log.append(stream, expected, records).await?;
                    Err(AppendError::Unclear("lost".to_owned()))
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

struct Scene {
    log: Arc<Arranged>,
    blobs: Arc<MemoryBlobs>,
    stream: Stream,
}

impl Scene {
    fn new() -> Self {
        let log = Arc::new(Arranged { log: MemoryLog::new(), next: Mutex::new(Next::Works) });
        let stream = Stream::Ticket(ConnectionId::new("acme").unwrap(), TicketId(5));
        Self { log, blobs: Arc::new(MemoryBlobs::new()), stream }
    }

    fn journal(&self) -> Journal<Ticket> {
        let (log, blobs) = (Arc::clone(&self.log) as _, Arc::clone(&self.blobs) as _);
        Journal::new(&self.stream, Ticket::new(TicketId(5)), log, blobs, Arc::default()).unwrap()
    }

    fn next(&self, next: Next) {
        *self.log.next.lock().unwrap() = next;
    }

    async fn fact(&self, event: &Event) -> u64 {
        append_fact(self.log.as_ref(), self.blobs.as_ref(), &self.stream, event, Time(1)).await.unwrap()
    }
}

fn heard(message: i64) -> Event {
    Event::Notified(Notified {
        trigger: "ticket-message-created".to_owned(),
        message: Some(MessageId(message)),
        assignee: Hint::AiUser,
        own_echo: false,
        generation: 1,
        standing: Standing::Current,
        headers: Default::default(),
    })
}

fn failed(problem: &str) -> Event {
    Event::ReadFailed { problem: problem.to_owned() }
}

#[tokio::test]
async fn an_append_at_the_end_is_new_and_folded() {
    let scene = Scene::new();
    scene.fact(&heard(1)).await;
    let mut journal = scene.journal();
    assert!(journal.catch_up().await.unwrap());
    assert!(!journal.catch_up().await.unwrap());
    assert_eq!(journal.append(vec![failed("a"), failed("b")], Time(2)).await.unwrap(), Ending::New);
    assert_eq!(journal.machine().sequence, 3);
    assert_eq!(journal.machine().clock, Time(2));
    let mut other = scene.journal();
    other.catch_up().await.unwrap();
    assert_eq!(other.machine(), journal.machine());
}

#[tokio::test]
async fn facts_in_between_are_a_conflict_and_are_folded() {
    let scene = Scene::new();
    let mut journal = scene.journal();
    scene.fact(&heard(1)).await;
    assert_eq!(journal.append(vec![failed("a")], Time(2)).await.unwrap(), Ending::Conflict);
    assert_eq!(journal.machine().sequence, 1);
    assert_eq!(journal.append(vec![failed("a")], Time(2)).await.unwrap(), Ending::New);
}

#[tokio::test]
async fn the_same_decision_of_another_is_there_already_and_no_leave_to_act() {
    let scene = Scene::new();
    let (mut one, mut other) = (scene.journal(), scene.journal());
    assert_eq!(one.append(vec![failed("a")], Time(2)).await.unwrap(), Ending::New);
    assert_eq!(other.append(vec![failed("a")], Time(3)).await.unwrap(), Ending::AlreadyThere);
    assert_eq!(other.machine(), one.machine());
}

#[tokio::test]
async fn an_append_of_unknown_fate_is_never_new() {
    let scene = Scene::new();
    let mut journal = scene.journal();
    scene.next(Next::UnclearThere);
    assert_eq!(journal.append(vec![failed("a")], Time(2)).await.unwrap(), Ending::AlreadyThere);
    assert_eq!(journal.machine().sequence, 1);
    scene.next(Next::UnclearNotThere);
    assert_eq!(journal.append(vec![failed("b")], Time(2)).await.unwrap(), Ending::Conflict);
    assert_eq!(journal.machine().sequence, 1);
    scene.fact(&heard(1)).await;
    scene.next(Next::UnclearNotThere);
    assert_eq!(journal.append(vec![failed("b")], Time(2)).await.unwrap(), Ending::Conflict);
    assert_eq!(journal.machine().sequence, 2);
}

#[tokio::test]
async fn an_overloaded_log_is_busy_and_nothing_is_folded() {
    let scene = Scene::new();
    let mut journal = scene.journal();
    scene.next(Next::Overloaded);
    let error = journal.append(vec![failed("a")], Time(2)).await.unwrap_err();
    assert!(matches!(error, JournalError::Busy { .. }), "{error}");
    assert_eq!(journal.machine().sequence, 0);
}

#[tokio::test]
async fn a_large_body_goes_to_the_blobs_and_comes_back() {
    let scene = Scene::new();
    let mut journal = scene.journal();
    let large = failed(&"x".repeat(INLINE_BYTES_MAX));
    assert_eq!(journal.append(vec![large.clone(), failed("b")], Time(2)).await.unwrap(), Ending::New);
    let name = stream_name(&scene.stream).unwrap();
    let records = scene.log.read(&name, 1, 10).await.unwrap();
    assert_eq!(records[0].schema & IN_BLOB, IN_BLOB);
    assert_eq!(records[0].body.len(), 32);
    let recorded: Recorded<Event> = decode_record(scene.blobs.as_ref(), &records[0]).await.unwrap();
    assert_eq!(recorded.event, large);
    let mut other = scene.journal();
    other.catch_up().await.unwrap();
    assert_eq!(other.machine().sequence, 2);
}

#[tokio::test]
async fn a_missing_blob_puts_the_stream_aside() {
    let scene = Scene::new();
    scene.journal().append(vec![failed(&"x".repeat(INLINE_BYTES_MAX))], Time(2)).await.unwrap();
    let (log, blobs) = (Arc::clone(&scene.log) as _, Arc::new(MemoryBlobs::new()) as _);
    let mut journal =
        Journal::new(&scene.stream, Ticket::new(TicketId(5)), log, blobs, Arc::default()).unwrap();
    let error = journal.catch_up().await.unwrap_err();
    assert!(matches!(error, JournalError::Unreadable { .. }), "{error}");
}

#[tokio::test]
async fn more_records_than_a_page_are_all_folded() {
    let scene = Scene::new();
    for message in 1..=(PAGE as i64 + 3) {
        scene.fact(&heard(message)).await;
    }
    let mut journal = scene.journal();
    journal.catch_up().await.unwrap();
    assert_eq!(journal.machine().sequence, PAGE as u64 + 3);
}
