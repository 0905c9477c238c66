//! The office: one per process. It follows the log's tail, marks the streams it names as dirty and wakes their
//! tenants; it keeps what passivated tickets wait for, and the open-work list.
//!
//! ```text
//!   log tail ─► note (open-work list) ─► dirty ─► tenant ─► ticket
//!   ticket quiet ─► tenant ─► settle (open-work list), wake_at ─► dirty again in time
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{
    Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Context, Handler, MessageResult,
    ResponseActFuture, ResponseFuture, SpawnHandle, StreamHandler,
};
use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::sync::DirectoryEvent;
use polus_core::time::Time;
use polus_storage::{OpenState, ReadError, StreamName, TailItem};

use crate::World;
use crate::journal::{decode_record, stream_name};
use crate::mail::{
    ChangeConnection, Connect, Connected, Dirty, Disconnect, InstallWebhook, Refused, Shutdown, TicketAct,
    UnderWay, WebhookSecret,
};
use crate::tenant::{Save, Settled, TenantSupervisor};
use crate::world::after;

/// Mailbox of the office: far more than the tenants that may speak at once.
const MAILBOX: usize = 65_536;

/// Records noted in the open-work list at once.
const NOTED_AT_ONCE: usize = 512;

/// A record is noted at the latest this long after it was seen; until then a start sees it on the tail again.
const NOTED_WITHIN: Duration = Duration::from_millis(200);

/// A tenant whose mailbox was full is tried again after this long.
const DIRTY_AGAIN: Duration = Duration::from_millis(50);

/// The actor of the process.
pub struct Office {
    world: World,
    tenants: BTreeMap<ConnectionId, Addr<TenantSupervisor>>,
    /// Tickets that their tenant has not been told of yet, with the sequence their stream reaches.
    dirty: BTreeMap<(ConnectionId, TicketId), u64>,
    /// Passivated tickets by the time at which they want to be woken.
    asleep: BTreeSet<(Time, ConnectionId, TicketId)>,
    /// Records seen and not noted yet.
    unnoted: Vec<(StreamName, u64)>,
    position: u64,
    timers: Timers,
    ready: Option<tokio::sync::oneshot::Sender<Result<(), String>>>,
}

#[derive(Default)]
struct Timers {
    note: Option<SpawnHandle>,
    dirty: Option<SpawnHandle>,
    wake: Option<SpawnHandle>,
}

/// What a start found.
struct Opened {
    connections: Vec<ConnectionId>,
    open: Vec<(StreamName, OpenState)>,
    complete_up_to: u64,
}

impl Office {
    /// Starts the office in the current actix system. The receiver hears when everything up to now was looked at,
    /// or why it could not be.
    pub fn open(world: World) -> (Addr<Self>, tokio::sync::oneshot::Receiver<Result<(), String>>) {
        let (ready, opened) = tokio::sync::oneshot::channel();
        let office = Self {
            world,
            tenants: BTreeMap::new(),
            dirty: BTreeMap::new(),
            asleep: BTreeSet::new(),
            unnoted: Vec::new(),
            position: 0,
            timers: Timers::default(),
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
                    self.dirty.insert((connection, ticket), sequence);
                }
                OpenState::Asleep { wake_at_ms, .. } => {
                    self.asleep.insert((Time(wake_at_ms), connection, ticket));
                }
            }
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
        let told: Vec<(ConnectionId, TicketId)> = self
            .dirty
            .iter()
            .filter(|((connection, ticket), sequence)| match self.tenants.get(connection) {
                Some(tenant) => tenant.try_send(Dirty { ticket: *ticket, sequence: **sequence }).is_ok(),
                None => {
                    tracing::error!(%connection, %ticket, "a stream of a connection that the directory lacks");
                    true
                }
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in told {
            self.dirty.remove(&key);
        }
        if !self.dirty.is_empty() && self.timers.dirty.is_none() {
            self.timers.dirty =
                Some(after(&self.world, context, DIRTY_AGAIN, |office: &mut Self, context| {
                    office.timers.dirty = None;
                    office.tell_tenants(context);
                }));
        }
    }

    fn note_soon(&mut self, context: &mut Context<Self>) {
        if self.unnoted.len() >= NOTED_AT_ONCE {
            self.note();
        } else if self.timers.note.is_none() {
            self.timers.note = Some(after(&self.world, context, NOTED_WITHIN, |office: &mut Self, _| {
                office.timers.note = None;
                office.note();
            }));
        }
    }

    fn note(&mut self) {
        let touched = std::mem::take(&mut self.unnoted);
        if let Err(error) = self.world.open_work.note(&touched, self.position) {
            // The list stays complete up to its own position; a start takes the rest from the tail.
            tracing::warn!(%error, "the open-work list was not written");
            self.unnoted = touched;
        }
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
                self.dirty.entry((connection, ticket)).or_insert(0);
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
                if let Ok(Stream::Ticket(connection, ticket)) = record.stream.as_str().parse::<Stream>() {
                    let reach = self.dirty.entry((connection, ticket)).or_insert(0);
                    *reach = record.sequence.max(*reach);
                    self.unnoted.push((record.stream, record.sequence));
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
                let message = format!("the log cannot be followed: {error}");
                self.world.board.alarm("log", message.clone(), self.world.clock.now());
                tracing::error!("{message}");
            }
        }
    }

    fn finished(&mut self, _: &mut Self::Context) {
        // The office outlives its tail: operators still get answers while the log is down.
        tracing::error!("the tail of the log ended");
    }
}

impl Handler<Settled> for Office {
    type Result = ();

    fn handle(&mut self, settled: Settled, context: &mut Self::Context) {
        let Settled { connection, ticket, sequence, wake_at } = settled;
        if let Ok(stream) = stream_name(&Stream::Ticket(connection.clone(), ticket)) {
            // Its own records must be noted first, or the list would open it again for them.
            self.note();
            if let Err(error) = self.world.open_work.settle(&stream, sequence, wake_at.map(|at| at.0)) {
                tracing::warn!(%error, "the open-work list was not written");
            }
        }
        if let Some(at) = wake_at {
            self.asleep.insert((at, connection, ticket));
            self.arm_wake(context);
        }
    }
}

impl Handler<Connect> for Office {
    type Result = ResponseActFuture<Self, Result<Connected, Refused>>;

    fn handle(&mut self, connect: Connect, _: &mut Self::Context) -> Self::Result {
        let world = self.world.clone();
        let known = self.tenants.contains_key(&connect.connection);
        let tested = async move {
            let tested = TenantSupervisor::test(&world, &connect).await?;
            if connect.save && !known {
                enter(&world, &connect.connection).await.map_err(Refused::Storage)?;
            }
            Ok((connect, tested))
        };
        Box::pin(wrap_future(tested).then(|tested: Result<_, Refused>, office: &mut Self, context| {
            let saved = tested.map(|(connect, tested)| {
                let tenant = connect.save.then(|| office.tenant(&connect.connection, context)).flatten();
                (connect, tested, tenant)
            });
            wrap_future(async move {
                match saved? {
                    (connect, _, Some(tenant)) => send(&tenant, Save(connect)).await,
                    (_, tested, None) => Ok(tested),
                }
            })
        }))
    }
}

macro_rules! pass_on {
    ($($message:ty => $result:ty;)*) => {$(
        impl Handler<$message> for Office {
            type Result = ResponseFuture<Result<$result, Refused>>;

            fn handle(&mut self, message: $message, _: &mut Self::Context) -> Self::Result {
                let tenant = self.known(&message.connection);
                Box::pin(async move { send(&tenant?, message).await })
            }
        }
    )*};
}

pass_on! {
    Disconnect => ();
    ChangeConnection => ();
    InstallWebhook => ();
    WebhookSecret => secrecy::SecretString;
    TicketAct => UnderWay;
}

impl Handler<Shutdown> for Office {
    type Result = MessageResult<Shutdown>;

    fn handle(&mut self, _: Shutdown, context: &mut Self::Context) -> Self::Result {
        self.note();
        self.tenants.clear();
        context.stop();
        MessageResult(())
    }
}

async fn send<M, T>(tenant: &Addr<TenantSupervisor>, message: M) -> Result<T, Refused>
where
    M: actix::Message<Result = Result<T, Refused>> + Send + 'static,
    T: Send + 'static,
    TenantSupervisor: Handler<M>,
{
    match tenant.send(message).await {
        Ok(result) => result,
        Err(error) => Err(Refused::Outage(format!("the connection's supervisor does not answer: {error}"))),
    }
}

/// Reads the directory and the open-work list. A list that is ahead of the log belongs to another log.
async fn opened(world: &World) -> Result<Opened, String> {
    let name = stream_name(&Stream::Directory).map_err(|error| error.to_string())?;
    let mut connections = Vec::new();
    for record in world.log.read(&name, 1, usize::MAX).await.map_err(|error| error.to_string())? {
        let recorded =
            decode_record(world.blobs.as_ref(), &record).await.map_err(|error| error.to_string())?;
        let DirectoryEvent::Opened { connection } = recorded.event;
        if !connections.contains(&connection) {
            connections.push(connection);
        }
    }
    let list = &world.open_work;
    let mut complete_up_to = list.complete_up_to().map_err(|error| error.to_string())?;
    if complete_up_to > world.log.head() {
        tracing::warn!("the open-work list is ahead of the log; it is made anew");
        list.clear().map_err(|error| error.to_string())?;
        complete_up_to = 0;
    }
    let entries = list.entries().map_err(|error| error.to_string())?;
    let open = entries.into_iter().map(|entry| (entry.stream, entry.state)).collect();
    Ok(Opened { connections, open, complete_up_to })
}

/// Enters a new connection into the directory.
async fn enter(world: &World, connection: &ConnectionId) -> Result<(), String> {
    let event = DirectoryEvent::Opened { connection: connection.clone() };
    let now = world.clock.now();
    crate::journal::append_fact(world.log.as_ref(), world.blobs.as_ref(), &Stream::Directory, &event, now)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn tail_of(
    world: &World,
    from: u64,
) -> impl futures_util::Stream<Item = Result<TailItem, ReadError>> + use<> {
    let tail = world.log.tail(from);
    futures_util::stream::unfold(Some(tail), |tail| async move {
        let mut tail = tail?;
        let item = tail.next().await;
        let goes_on = item.is_ok();
        Some((item, goes_on.then_some(tail)))
    })
}
