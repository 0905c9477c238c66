//! The office: one per process. It follows the log's tail, marks the streams it names as dirty and wakes their
//! tenants; it keeps what passivated tickets wait for, and the open-work list.
//!
//! ```text
//!   log tail ─► note (open-work list) ─► dirty ─► tenant ─► ticket
//!   ticket quiet ─► tenant ─► settle (open-work list), wake_at ─► dirty again in time
//! ```
//!
//! `office/start.rs` is what a start looks at, `office/marks.rs` the dirty marks, `office/wishes.rs` what operators ask.

mod marks;
mod start;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{Actor, ActorFutureExt, Addr, AsyncContext, Context, Handler, SpawnHandle, StreamHandler};
use polus_core::id::{ConnectionId, Stream, TicketId};
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_core::time::Time;
use polus_storage::{OpenState, ReadError, StreamName, TailItem};

use crate::World;
use crate::journal::stream_name;
use crate::mail::{Dirty, Refused, Settled};
use crate::marks::Mark;
use crate::tenant::TenantSupervisor;
use crate::world::after;
use marks::Marks;
use start::{Opened, opened, tail_of};

/// Mailbox of the office: far more than the tenants that may speak at once.
const MAILBOX: usize = 65_536;

/// Records noted in the open-work list at once.
const NOTED_AT_ONCE: usize = 512;

/// A record is noted at the latest this long after it was seen; until then a start sees it on the tail again.
const NOTED_WITHIN: Duration = Duration::from_millis(200);

/// A list that could not be written is tried again after this long.
const NOTED_AGAIN: Duration = Duration::from_secs(5);

/// A tail that broke off is taken up again after this long.
const FOLLOWED_AGAIN: Duration = Duration::from_secs(5);

/// What the alarm about the log's tail is called.
const ABOUT_THE_LOG: &str = "log";

/// Tenants are told of at most [`TOLD_AT_ONCE`] tickets within this time, and one whose mailbox was full is told again
/// after it.
const TOLD_WITHIN: Duration = Duration::from_millis(50);

/// A thousand tickets a second are far more than Gorgias lets anybody read, and few enough that waking them takes no
/// time from the webhooks of a storm.
const TOLD_AT_ONCE: usize = 50;

/// The actor of the process.
pub struct Office {
    world: World,
    tenants: BTreeMap<ConnectionId, Addr<TenantSupervisor>>,
    dirty: Marks,
    told: Told,
    /// Passivated tickets by the time at which they want to be woken.
    asleep: BTreeSet<(Time, ConnectionId, TicketId)>,
    /// The same, by ticket: each sleeps once.
    sleeper: BTreeMap<(ConnectionId, TicketId), Time>,
    /// Streams whose records were seen and not noted yet, with the last of them.
    unnoted: BTreeMap<StreamName, u64>,
    position: u64,
    timers: Timers,
    /// The program is to stop: nobody is woken any more.
    stopping: bool,
    ready: Option<tokio::sync::oneshot::Sender<Result<(), String>>>,
}

#[derive(Default)]
struct Timers {
    note: Option<SpawnHandle>,
    dirty: Option<SpawnHandle>,
    wake: Option<SpawnHandle>,
}

/// How many tickets tenants were told of in the stretch of time that began then.
#[derive(Default)]
struct Told {
    since: Time,
    count: usize,
}

impl Told {
    /// How many more may be told of.
    fn room(&mut self, now: Time) -> usize {
        // A clock that was set back must not keep everybody waiting until it has caught up.
        if now < self.since || now.since(self.since) >= TOLD_WITHIN {
            *self = Self { since: now, count: 0 };
        }
        TOLD_AT_ONCE - self.count
    }
}

impl Office {
    /// Starts the office in the current actix system. The receiver hears when everything up to now was looked at,
    /// or why it could not be.
    pub fn open(world: World) -> (Addr<Self>, tokio::sync::oneshot::Receiver<Result<(), String>>) {
        let (ready, opened) = tokio::sync::oneshot::channel();
        let office = Self {
            world,
            tenants: BTreeMap::new(),
            dirty: Marks::default(),
            told: Told::default(),
            asleep: BTreeSet::new(),
            sleeper: BTreeMap::new(),
            unnoted: BTreeMap::new(),
            position: 0,
            timers: Timers::default(),
            stopping: false,
            ready: Some(ready),
        };
        (office.start(), opened)
    }

    fn begin(&mut self, opened: Opened, context: &mut Context<Self>) {
        for connection in opened.connections {
            self.tenant(&connection, context);
        }
        for (stream, state) in opened.open {
            let Ok(Stream::Ticket(connection, ticket)) = stream.as_str().parse() else { continue };
            match state {
                OpenState::Open { sequence } => {
                    self.world.marks.hit(Mark::OpenAtStart);
                    self.dirty.mark(connection, ticket, sequence);
                }
                #[cfg(feature = "planted")]
                OpenState::Asleep { .. } if planted::is(Bug::LoseTimersOnRestart) => {}
                OpenState::Asleep { wake_at_ms, .. } => {
                    self.world.marks.hit(Mark::SleptOverStart);
                    self.lay_to_sleep(Time(wake_at_ms), connection, ticket);
                }
            }
        }
        if opened.complete_up_to == 0 && self.world.log.head() > 0 {
            self.world.marks.hit(Mark::StartedWithoutList);
        }
        self.position = opened.complete_up_to;
        context.add_stream(tail_of(&self.world, opened.complete_up_to + 1));
        self.tell_tenants(context);
        self.arm_wake(context);
    }

    fn tenant(&mut self, id: &ConnectionId, context: &mut Context<Self>) -> Option<Addr<TenantSupervisor>> {
        if let Some(address) = self.tenants.get(id) {
            return Some(address.clone());
        }
        let settled = context.address().recipient();
        match TenantSupervisor::new(self.world.clone(), id.clone(), settled) {
            Ok(supervisor) => {
                let address = supervisor.start();
                self.tenants.insert(id.clone(), address.clone());
                Some(address)
            }
            Err(error) => {
                tracing::error!(connection = %id, %error, "the connection cannot be supervised");
                None
            }
        }
    }

    fn known(&self, id: &ConnectionId) -> Result<Addr<TenantSupervisor>, Refused> {
        self.tenants.get(id).cloned().ok_or_else(|| Refused::UnknownConnection(id.to_string()))
    }

    /// Tells tenants of their dirty tickets. A full mailbox leaves the mark standing.
    fn tell_tenants(&mut self, context: &mut Context<Self>) {
        if self.stopping {
            return;
        }
        for _ in 0..self.told.room(self.world.clock.now()).min(self.dirty.len()) {
            let Some((connection, ticket, sequence)) = self.dirty.take() else { break };
            self.told.count += 1;
            match self.tenants.get(&connection) {
                Some(tenant) if tenant.try_send(Dirty { ticket, sequence }).is_ok() => {}
                Some(_) => self.dirty.mark(connection, ticket, sequence),
                None => {
                    tracing::error!(%connection, %ticket, "a stream of a connection that the directory lacks");
                }
            }
        }
        if self.dirty.len() > 0 && self.timers.dirty.is_none() {
            self.world.marks.hit(Mark::ToldLater);
            self.timers.dirty =
                Some(after(&self.world, context, TOLD_WITHIN, |office: &mut Self, context| {
                    office.timers.dirty = None;
                    office.tell_tenants(context);
                }));
        }
    }

    fn note_soon(&mut self, context: &mut Context<Self>) {
        if self.timers.note.is_some() {
            return;
        }
        let many = self.unnoted.len() >= NOTED_AT_ONCE;
        if many && self.note() {
            return;
        }
        let wait = if many { NOTED_AGAIN } else { NOTED_WITHIN };
        self.timers.note = Some(after(&self.world, context, wait, |office: &mut Self, context| {
            office.timers.note = None;
            if !office.note() {
                office.note_soon(context);
            }
        }));
    }

    /// Says whether the list was written. Until it is, it stays complete up to its own position, and a start takes the
    /// rest from the tail.
    fn note(&mut self) -> bool {
        let touched: Vec<(StreamName, u64)> =
            self.unnoted.iter().map(|(stream, sequence)| (stream.clone(), *sequence)).collect();
        #[cfg(feature = "planted")]
        let touched = if planted::is(Bug::ForgetOpenWork) { Vec::new() } else { touched };
        match self.world.open_work.note(&touched, self.position) {
            Ok(()) => {
                self.unnoted.clear();
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the open-work list was not written");
                false
            }
        }
    }

    fn lay_to_sleep(&mut self, at: Time, connection: ConnectionId, ticket: TicketId) {
        if let Some(earlier) = self.sleeper.insert((connection.clone(), ticket), at) {
            self.asleep.remove(&(earlier, connection.clone(), ticket));
        }
        self.asleep.insert((at, connection, ticket));
    }

    fn arm_wake(&mut self, context: &mut Context<Self>) {
        if let Some(timer) = self.timers.wake.take() {
            context.cancel_future(timer);
        }
        let Some((at, _, _)) = self.asleep.first() else { return };
        let wait = at.since(self.world.clock.now());
        self.timers.wake = Some(after(&self.world, context, wait, |office: &mut Self, context| {
            office.timers.wake = None;
            office.wake_due(context);
        }));
    }

    fn wake_due(&mut self, context: &mut Context<Self>) {
        let now = self.world.clock.now();
        while let Some((at, _, _)) = self.asleep.first()
            && *at <= now
        {
            if let Some((_, connection, ticket)) = self.asleep.pop_first() {
                self.world.marks.hit(Mark::SleeperWoken);
                self.sleeper.remove(&(connection.clone(), ticket));
                self.dirty.mark(connection, ticket, 0);
            }
        }
        self.tell_tenants(context);
        self.arm_wake(context);
    }
}

impl Actor for Office {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        let world = self.world.clone();
        context.wait(wrap_future(async move { opened(&world).await }).map(
            |opened, office: &mut Self, context: &mut Context<Self>| match opened {
                Ok(opened) => office.begin(opened, context),
                Err(problem) => {
                    tracing::error!(problem, "the office cannot open");
                    if let Some(ready) = office.ready.take() {
                        // A starter that is gone needs no answer.
                        drop(ready.send(Err(problem)));
                    }
                }
            },
        ));
    }
}

impl StreamHandler<Result<TailItem, ReadError>> for Office {
    fn handle(&mut self, item: Result<TailItem, ReadError>, context: &mut Self::Context) {
        match item {
            Ok(TailItem::Record(record)) => {
                self.position = record.position;
                self.world.board.end_alarm(ABOUT_THE_LOG);
                if let Ok(Stream::Ticket(connection, ticket)) = record.stream.as_str().parse::<Stream>() {
                    self.dirty.mark(connection, ticket, record.sequence);
                    self.unnoted.insert(record.stream, record.sequence);
                    self.tell_tenants(context);
                }
                self.note_soon(context);
            }
            Ok(TailItem::CaughtUp) => {
                if let Some(ready) = self.ready.take() {
                    // A starter that is gone needs no answer.
                    drop(ready.send(Ok(())));
                }
            }
            Err(error) => {
                let message = format!("the log cannot be followed: {error}; it is tried again");
                self.world.board.alarm(ABOUT_THE_LOG, message.clone(), self.world.clock.now());
                tracing::error!("{message}");
                after(&self.world, context, FOLLOWED_AGAIN, |office: &mut Self, context| {
                    context.add_stream(tail_of(&office.world, office.position + 1));
                });
            }
        }
    }

    fn finished(&mut self, _: &mut Self::Context) {
        // The office outlives its tail, which is taken up again.
        tracing::debug!("the tail of the log broke off");
    }
}

impl Handler<Settled> for Office {
    type Result = ();

    fn handle(&mut self, settled: Settled, context: &mut Self::Context) {
        let Settled { connection, ticket, sequence, wake_at } = settled;
        if let Ok(stream) = stream_name(&Stream::Ticket(connection.clone(), ticket)) {
            // Its own records must be noted first, or the list would open it again for them.
            if !self.unnoted.is_empty() {
                self.note();
            }
            if let Err(error) = self.world.open_work.settle(&stream, sequence, wake_at.map(|at| at.0)) {
                tracing::warn!(%error, "the open-work list was not written");
            }
        }
        if let Some(at) = wake_at {
            self.lay_to_sleep(at, connection, ticket);
            self.arm_wake(context);
        }
    }
}
