//! The simulated disk under the log. It promises what the real log promises and no more: what was acknowledged survives,
//! what was not may or may not; an append may be slow, refused, or of unknown fate; a sync that failed ends the program.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryFutureExt as _};
use polus_core::id::Stream;
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_storage::{
    AppendError, Appended, Durability, EventLog, Expected, MemoryLog, NewRecord, Placement, ReadError,
    Record, RecordId, StreamName, Tail, TailItem, check_append,
};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::clock::SimulatedClock;
use crate::dice::{Dice, Luck};
use crate::doom::{About, Doom, Moment};
use crate::trace::{RECORD, Trace};

mod flipped;
mod tail;

pub use flipped::Flipped;
use tail::BreakingTail;

/// An append that takes so long is told; milliseconds.
const SLOW_TOLD_MS: u64 = 100;

/// What is told of it.
const SLOW: &str = "the append takes";

/// Whether what was told of the disk is only that it was slow.
pub(crate) fn is_slow(told: &str) -> bool {
    told.contains(SLOW)
}

/// What goes wrong with the disk. Probabilities in millionths, each drawn once an append or read if nothing else is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiskTrouble {
    /// The longest an append takes, milliseconds.
    pub slow_ms_max: u32,
    /// Too many appends wait; nothing is appended, and the log says so.
    pub overloaded: u32,
    /// The disk is full; nothing is appended, and the log says so.
    pub full: u32,
    /// It is appended, and its fate is said to be unknown.
    pub unclear_there: u32,
    /// It is not appended, and its fate is said to be unknown.
    pub unclear_not_there: u32,
    /// The sync fails: the fate of the append is unknown, and the log takes nothing more until the program starts anew.
    pub sync_fails: u32,
    /// A read fails.
    pub unreadable: u32,
    /// A list of the streams cannot be read.
    pub unlisted: u32,
    /// Following the log breaks off before a record: whoever follows must begin anew behind the last one.
    pub breaks_off: u32,
    /// A bit flips in the index of a ticket. Drawn between two lives of the program, and at most one in a run.
    pub flipped: u32,
}

/// A record that the log said it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// Where it is over all streams; none when the log said only that it was there already.
    pub position: Option<u64>,
    /// Its stream.
    pub stream: StreamName,
    /// Its place there.
    pub sequence: u64,
    /// Its name.
    pub id: RecordId,
    /// BLAKE3 of its body.
    pub body: [u8; 32],
    /// When it said so, by the world's time if that is kept; milliseconds since 1970.
    pub at_ms: i64,
}

/// An [`EventLog`] whose appends take simulated time, and whose disk has trouble.
pub struct SimulatedLog {
    kept: MemoryLog,
    doom: Doom,
    state: Arc<Mutex<State>>,
    poison: watch::Sender<Option<String>>,
}

struct State {
    luck: Luck,
    trouble: DiskTrouble,
    /// When the last append that was asked for will be written: one writer, in order.
    busy_until: Option<Instant>,
    /// Appends that are neither written nor given up, in order.
    waiting: BTreeMap<u64, Waiting>,
    asked: u64,
    /// What was written when the sync failed: nobody is shown it before the program starts anew.
    unsynced: Option<Append>,
    flipped: Option<Flipped>,
    struck: BTreeMap<&'static str, u64>,
    acknowledged: Vec<Acknowledged>,
    /// The world's time, and when each record reached the disk, in the order of positions.
    clock: Option<SimulatedClock>,
    /// Who is told what goes wrong.
    trace: Option<Arc<Trace>>,
    written_ms: Vec<i64>,
}

impl State {
    fn strikes(&mut self, name: &'static str, per_million: impl Fn(&DiskTrouble) -> u32) -> bool {
        let strikes = self.luck.of(name).strikes(per_million(&self.trouble));
        if strikes {
            *self.struck.entry(name).or_default() += 1;
        }
        strikes
    }
}

type Append = (StreamName, Expected, Vec<NewRecord>);

/// An append in the writer's queue.
struct Waiting {
    append: Append,
    /// Its asker went away; it keeps its place.
    left: bool,
}

impl SimulatedLog {
    /// An empty log without trouble.
    pub fn new(dice: Dice, doom: Doom) -> Self {
        let state = State {
            luck: dice.into(),
            trouble: DiskTrouble::default(),
            busy_until: None,
            waiting: BTreeMap::new(),
            asked: 0,
            unsynced: None,
            flipped: None,
            struck: BTreeMap::new(),
            acknowledged: Vec::new(),
            clock: None,
            trace: None,
            written_ms: Vec::new(),
        };
        let (state, poison) = (Arc::new(Mutex::new(state)), watch::Sender::new(None));
        Self { kept: MemoryLog::new(), doom, state, poison }
    }

    /// From now on the disk has this trouble.
    pub fn set_trouble(&self, trouble: DiskTrouble) {
        self.lock().trouble = trouble;
    }

    /// How often what went wrong.
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.lock().struck.clone()
    }

    /// From now on it keeps the world's time of what reaches the disk; the records bear the program's.
    pub fn keep_time(&self, clock: SimulatedClock) {
        self.lock().clock = Some(clock);
    }

    /// From now on what goes wrong is told there, with the world's time if that is kept.
    pub fn tell(&self, trace: Arc<Trace>) {
        self.lock().trace = Some(trace);
    }

    /// When each record reached the disk, in the order of positions; milliseconds since 1970.
    pub fn written_ms(&self) -> Vec<i64> {
        self.lock().written_ms.clone()
    }

    /// What it said it has, in that order.
    pub fn acknowledged(&self) -> Vec<Acknowledged> {
        self.lock().acknowledged.clone()
    }

    /// What is on the disk, without trouble or delay: for those who look from outside.
    pub fn on_disk(&self) -> &MemoryLog {
        &self.kept
    }

    /// The program died: of the appends under way some reached the disk, never one without those before it. The log can
    /// be opened again.
    pub async fn crash(&self) {
        let under_way: Vec<Append> = {
            let mut state = self.lock();
            let waiting = std::mem::take(&mut state.waiting).into_values().map(|waiting| waiting.append);
            state.unsynced.take().into_iter().chain(waiting).collect()
        };
        for append in under_way {
            if self.lock().luck.of("cut").one_in(2) {
                break;
            }
            // An append that does not fit any more was not going to succeed either.
            drop(self.put(append).await);
        }
        #[cfg(feature = "planted")]
        self.lose_what_was_not_synced();
        self.stamp();
        self.lock().busy_until = None;
        self.poison.send_replace(None);
    }

    /// Time passed while the program is down, and a bit may have flipped. Says what it damaged.
    pub async fn age(&self, dice: &mut Dice) -> Option<Flipped> {
        let per_million = self.lock().trouble.flipped;
        if self.flipped().is_some() || !dice.strikes(per_million) {
            return None;
        }
        let flipped = Flipped::drawn(&self.kept, dice).await?;
        let mut state = self.lock();
        *state.struck.entry("bit_flipped").or_default() += 1;
        state.flipped = Some(flipped.clone());
        Some(flipped)
    }

    /// A bit flips in the index of this stream, at this record.
    pub fn damage(&self, stream: StreamName, sequence: u64) {
        let head = self.kept.head();
        self.lock().flipped = Some(Flipped { stream, sequence, head });
    }

    /// What a flipped bit damaged so far.
    pub fn flipped(&self) -> Option<Flipped> {
        self.lock().flipped.clone()
    }

    #[cfg(feature = "planted")]
    fn lose_what_was_not_synced(&self) {
        if planted::is(Bug::AcknowledgeBeforeSync) {
            let lost = self.lock().luck.of("not_synced").between(1, 4);
            self.kept.forget_newest(usize::try_from(lost).unwrap_or(1));
        }
        if planted::is(Bug::BreakTheChain) {
            self.kept.break_newest_link();
        }
    }

    /// Keeps the time of what reached the disk just now, and tells of it.
    fn stamp(&self) {
        let length = usize::try_from(self.kept.head()).unwrap_or(usize::MAX);
        let mut state = self.lock();
        let Some(now_ms) = state.clock.as_ref().map(SimulatedClock::now_ms) else { return };
        let before = state.written_ms.len() as u64;
        state.written_ms.resize(length, now_ms);
        let Some(trace) = state.trace.clone() else { return };
        drop(state);
        let mut tail = self.kept.tail(before + 1);
        // What is in memory is there at once.
        while let Some(Ok(TailItem::Record(record))) = tail.next().now_or_never() {
            trace.note(now_ms, RECORD, &[record.stream.as_str().as_bytes(), &record.hash.0]);
        }
    }

    /// Keeps what an append was answered with.
    fn acknowledge(&self, stream: &StreamName, appended: Appended, asked: Vec<(RecordId, [u8; 32])>) {
        let (last, position) = match appended {
            Appended::New { last_sequence, position, .. } => (last_sequence, Some(position)),
            Appended::AlreadyThere { last_sequence } => (last_sequence, None),
        };
        let mut state = self.lock();
        let at_ms = state.clock.as_ref().map(SimulatedClock::now_ms).unwrap_or_default();
        for (before_last, (id, body)) in asked.into_iter().rev().enumerate() {
            let back = before_last as u64;
            state.acknowledged.push(Acknowledged {
                position: position.map(|position| position - back),
                stream: stream.clone(),
                sequence: last - back,
                id,
                body,
                at_ms,
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Queues an append and says how long it takes.
    fn queue(&self, append: Append) -> (u64, Option<Instant>) {
        let stream = append.0.clone();
        let mut state = self.lock();
        let slow_ms_max = u64::from(state.trouble.slow_ms_max);
        let takes_ms = state.luck.of("slow").below(slow_ms_max + 1);
        let now = Instant::now();
        let done = state.busy_until.map_or(now, |until| until.max(now)) + Duration::from_millis(takes_ms);
        state.busy_until = Some(done);
        state.asked += 1;
        let number = state.asked;
        state.waiting.insert(number, Waiting { append, left: false });
        drop(state);
        if takes_ms >= SLOW_TOLD_MS {
            *self.lock().struck.entry("append_slow").or_default() += 1;
            self.told(&stream, &format!("{SLOW} {takes_ms} ms"));
        }
        (number, (done > now).then_some(done))
    }

    /// Tells what goes wrong with a stream.
    fn told(&self, stream: &StreamName, what: &str) {
        let state = self.lock();
        if let (Some(trace), Some(clock)) = (&state.trace, &state.clock) {
            trace.note(clock.now_ms(), "disk", &[stream.as_str().as_bytes(), what.as_bytes()]);
        }
    }

    fn strikes(&self, name: &'static str, per_million: impl Fn(&DiskTrouble) -> u32) -> bool {
        self.lock().strikes(name, per_million)
    }

    fn struck_by(&self, name: &'static str) {
        *self.lock().struck.entry(name).or_default() += 1;
    }

    fn not_poisoned(&self) -> Result<(), AppendError> {
        self.poison.borrow().clone().map_or(Ok(()), |reason| Err(AppendError::Unavailable(reason)))
    }

    async fn write(&self, append: Append) -> Result<Appended, AppendError> {
        // The sync may have failed while this one waited.
        self.not_poisoned()?;
        self.not_damaged(&append).await?;
        let placement = self.placed(&append).await?;
        let writes = placement == Placement::Append;
        // Each is drawn, and the first that strikes is taken: one that is switched off leaves the rest as they are.
        let (full, lost, unclear, unsynced) = {
            let mut state = self.lock();
            let State { luck, trouble, .. } = &mut *state;
            (
                luck.of("disk_full").strikes(trouble.full) && writes,
                luck.of("append_lost").strikes(trouble.unclear_not_there),
                luck.of("append_unclear").strikes(trouble.unclear_there),
                luck.of("sync_failed").strikes(trouble.sync_fails) && writes,
            )
        };
        if full {
            self.struck_by("disk_full");
            self.told(&append.0, "the disk is full: nothing is written");
            return Err(AppendError::Full("0 bytes are free".to_owned()));
        }
        if lost {
            self.struck_by("append_lost");
            self.told(&append.0, "the append is lost, and its fate is said to be unknown");
            return Err(AppendError::Unclear("lost on the way there".to_owned()));
        }
        if placement == Placement::Conflict {
            return self.put(append).await;
        }
        if !unclear && unsynced {
            self.struck_by("sync_failed");
            let reason = "the disk did not sync".to_owned();
            self.told(&append.0, "the disk does not sync: the log takes nothing more in this life");
            self.lock().unsynced = Some(append);
            self.poison.send_replace(Some(reason.clone()));
            return Err(AppendError::Unclear(reason));
        }
        let stream = append.0.clone();
        let appended = self.put(append).await?;
        if unclear {
            self.struck_by("append_unclear");
            self.told(&stream, "the append is written, and its fate is said to be unknown");
            return Err(AppendError::Unclear("lost on the way back".to_owned()));
        }
        Ok(appended)
    }

    /// Where an append will go, without writing it.
    async fn placed(&self, (stream, expected, records): &Append) -> Result<Placement, AppendError> {
        let Expected::Exact(after) = *expected else { return Ok(Placement::Append) };
        let read = |from, limit| self.kept.read(stream, from, limit).map_err(unread);
        let there = read(after.saturating_add(1), records.len()).await?;
        if there.is_empty() {
            let reaches = after == 0 || !read(after, 1).await?.is_empty();
            return Ok(if reaches { Placement::Append } else { Placement::Conflict });
        }
        let ids = records.iter().map(|record| record.id);
        Ok(if there.iter().map(|record| record.id).eq(ids) {
            Placement::AlreadyThere { last_sequence: after + there.len() as u64 }
        } else {
            Placement::Conflict
        })
    }

    /// Whether an append can be placed without coming by damage.
    async fn not_damaged(&self, (stream, expected, records): &Append) -> Result<(), AppendError> {
        let Some(flipped) = self.flipped() else { return Ok(()) };
        let met = flipped.met_by_append(&self.kept, stream, *expected, records.len()).await;
        let Some(problem) = met else { return Ok(()) };
        self.told(stream, "nothing can be appended: a bit of its index flipped");
        Err(AppendError::Corrupt(problem))
    }

    /// Puts an append on the disk.
    async fn put(&self, append: Append) -> Result<Appended, AppendError> {
        self.not_damaged(&append).await?;
        let (stream, expected, records) = append;
        let appended = self.kept.append(&stream, expected, records).await;
        self.stamp();
        appended
    }

    /// Puts on the disk what is first in the queue and has no asker any more. After a failed sync it waits for the
    /// crash, which knows what became of it.
    fn put_left(&self) {
        while self.not_poisoned().is_ok() {
            let mut state = self.lock();
            let Some(first) = state.waiting.first_entry().filter(|first| first.get().left) else { return };
            let append = first.remove().append;
            drop(state);
            // Nobody is there to hear how it went.
            drop(self.put(append).now_or_never());
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ticket that a stream is of.
fn about(stream: &StreamName) -> Option<About> {
    match stream.as_str().parse() {
        Ok(Stream::Ticket(connection, ticket)) => Some((connection, ticket)),
        _ => None,
    }
}

fn unread(error: ReadError) -> AppendError {
    match error {
        ReadError::Corrupt(problem) => AppendError::Corrupt(problem),
        ReadError::Unavailable(problem) => AppendError::Unavailable(problem),
    }
}

/// An append that was asked for. The writer goes on with it in its turn when its asker goes away.
struct UnderWay<'a> {
    log: &'a SimulatedLog,
    number: u64,
}

impl UnderWay<'_> {
    fn take(&self) -> Option<Append> {
        self.log.lock().waiting.remove(&self.number).map(|waiting| waiting.append)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(waiting) = self.log.lock().waiting.get_mut(&self.number) {
            waiting.left = true;
        }
        self.log.put_left();
    }
}

impl EventLog for SimulatedLog {
    fn append<'a>(
        &'a self,
        stream: &'a StreamName,
        expected: Expected,
        records: Vec<NewRecord>,
    ) -> BoxFuture<'a, Result<Appended, AppendError>> {
        Box::pin(async move {
            check_append(&records)?;
            self.not_poisoned()?;
            if self.strikes("log_overloaded", |trouble| trouble.overloaded) {
                self.told(stream, "the append is refused: too many wait");
                return Err(AppendError::Overloaded { waiting: 1 });
            }
            let (number, done) = self.queue((stream.clone(), expected, records));
            if self.doom.strikes(Moment::BeforeAppend, || about(stream)) {
                pending::<()>().await;
            }
            let under_way = UnderWay { log: self, number };
            if let Some(done) = done {
                tokio::time::sleep_until(done).await;
            }
            let Some(append) = under_way.take() else {
                // The life that asked for it is over.
                return pending().await;
            };
            let asked =
                append.2.iter().map(|record| (record.id, *blake3::hash(&record.body).as_bytes())).collect();
            let written = self.write(append).await;
            if written.is_ok() && self.doom.strikes(Moment::AfterAppend, || about(stream)) {
                pending::<()>().await;
            }
            if let Ok(appended) = written {
                self.acknowledge(stream, appended, asked);
            }
            written
        })
    }

    fn read<'a>(
        &'a self,
        stream: &'a StreamName,
        from: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Record>, ReadError>> {
        Box::pin(async move {
            if self.strikes("log_unreadable", |trouble| trouble.unreadable) {
                self.told(stream, "it cannot be read: the disk does not answer");
                return Err(ReadError::Unavailable("the disk does not answer".to_owned()));
            }
            if let Some(problem) = self.flipped().and_then(|flipped| flipped.met_by_read(stream, from, limit))
            {
                self.told(stream, "it cannot be read: a bit of its index flipped");
                return Err(ReadError::Corrupt(problem));
            }
            self.kept.read(stream, from, limit).await
        })
    }

    fn tail(&self, from: u64) -> Box<dyn Tail> {
        Box::new(BreakingTail { kept: self.kept.tail(from), state: Arc::clone(&self.state) })
    }

    fn streams<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<StreamName>, ReadError>> {
        Box::pin(async move {
            if self.strikes("log_unlisted", |trouble| trouble.unlisted) {
                return Err(ReadError::Unavailable("the disk does not answer".to_owned()));
            }
            self.kept.streams(prefix).await
        })
    }

    fn head(&self) -> u64 {
        self.kept.head()
    }

    fn durability(&self) -> Durability {
        Durability::Fsync
    }

    fn poisoned(&self) -> BoxFuture<'_, String> {
        let mut poison = self.poison.subscribe();
        Box::pin(async move {
            loop {
                let reason = poison.borrow_and_update().clone();
                if let Some(reason) = reason {
                    return reason;
                }
                if poison.changed().await.is_err() {
                    return pending().await;
                }
            }
        })
    }
}
