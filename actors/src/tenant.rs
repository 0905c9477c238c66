//! The supervisor of one connection: leads its life, starts its tickets' actors, restarts those that end, and lets
//! idle ones leave.

mod connect;
mod life;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{
    Actor, ActorFutureExt, ActorTryFutureExt, Addr, AsyncContext, Context, Handler, Message, Recipient,
    ResponseActFuture, ResponseFuture,
};
use polus_core::connection::Status;
use polus_core::id::{ConnectionId, TicketId};
use polus_core::time::Time;

use crate::World;
use crate::journal::JournalError;
use crate::mail::{
    ChangeConnection, Connect, Connected, Dirty, Disconnect, InstallWebhook, Quiet, Refused, TicketAct,
    UnderWay, Wake, WebhookSecret,
};
use crate::sync::SyncActor;
use crate::ticket::{Ended, Leave, Problem, TicketActor};
use crate::world::{Credentials, after};
pub use life::{Life, SECRET_HEADER, secret_hash};

/// Mailbox of a supervisor: far more than the children that may speak at once.
const MAILBOX: usize = 65_536;

/// How long a ticket's actor that ended stays down before it is started again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// From the supervisor: this ticket owes nothing before `wake_at`, folded to `sequence`.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub struct Settled {
    /// The connection.
    pub connection: ConnectionId,
    /// The ticket.
    pub ticket: TicketId,
    /// What was folded.
    pub sequence: u64,
    /// When it wants to be woken.
    pub wake_at: Option<Time>,
}

/// To a supervisor: test, and save if asked for.
#[derive(Message)]
#[rtype(result = "Result<Connected, Refused>")]
pub struct Save(pub Connect);

struct Child {
    address: Addr<TicketActor>,
    /// Up to which sequence its stream is known to reach.
    sequence: u64,
}

/// The actor of one connection.
pub struct TenantSupervisor {
    life: Rc<Life>,
    children: BTreeMap<TicketId, Child>,
    /// Tickets whose stream cannot be folded.
    quarantined: BTreeSet<TicketId>,
    settled: Recipient<Settled>,
    syncing: Option<Addr<SyncActor>>,
}

impl TenantSupervisor {
    /// A supervisor of this connection; it begins when started.
    pub fn new(world: World, id: ConnectionId, settled: Recipient<Settled>) -> Result<Self, JournalError> {
        let life = Rc::new(Life::new(world, id)?);
        let (children, quarantined) = (BTreeMap::new(), BTreeSet::new());
        Ok(Self { life, children, quarantined, settled, syncing: None })
    }

    /// Only tests what `connect` says; saves nothing.
    pub async fn test(world: &World, connect: &Connect) -> Result<Connected, Refused> {
        let credentials = credentials_of(connect);
        let tested = connect::test(world, connect, &credentials).await?;
        Ok(Connected {
            account: tested.account,
            ai_user: tested.ai_user_name,
            calls_left: tested.limit.map(|limit| (limit.limit.saturating_sub(limit.used), limit.limit)),
            warnings: tested.warnings,
            webhook_secret: None,
        })
    }

    fn child(&mut self, ticket: TicketId, sequence: u64, context: &mut Context<Self>) {
        if self.quarantined.contains(&ticket) {
            return;
        }
        let alive = self.children.get(&ticket).is_some_and(|child| child.address.connected());
        if !alive {
            let (world, tenant) = (self.life.world.clone(), Rc::clone(&self.life.tenant));
            let own = context.address();
            let actor = TicketActor::new(world, tenant, ticket, own.clone().recipient(), own.recipient());
            self.children.insert(ticket, Child { address: actor.start(), sequence });
            self.weigh();
        }
        if let Some(child) = self.children.get_mut(&ticket) {
            child.sequence = child.sequence.max(sequence);
            // A full mailbox holds a wake already, and the child reads its stream to the end.
            if let Err(actix::prelude::SendError::Closed(_)) = child.address.try_send(Wake { sequence }) {
                self.again(Dirty { ticket, sequence }, context);
            }
        }
    }

    fn again(&self, dirty: Dirty, context: &mut Context<Self>) {
        after(&self.life.world, context, RESTART_AFTER, move |actor: &mut Self, context| {
            actor.child(dirty.ticket, dirty.sequence, context);
        });
    }

    fn weigh(&self) {
        let crowded = self.children.len() > self.life.world.limits.resident_tickets_max;
        self.life.tenant.crowded.set(crowded);
    }

    /// The terms changed: every resident ticket looks again.
    fn wake_all(&self) {
        for child in self.children.values() {
            if let Err(error) = child.address.try_send(Wake { sequence: child.sequence }) {
                tracing::debug!(%error, "a ticket is leaving or has a wake already");
            }
        }
    }

    fn sync(&mut self) {
        let running = self.syncing.as_ref().is_some_and(Addr::connected);
        if !running {
            let walk = SyncActor::new(self.life.world.clone(), Rc::clone(&self.life.tenant));
            self.syncing = Some(walk.start());
        }
    }

    /// Leads the connection through refusals: one alarm, one cheap probe at a time, and back.
    fn watch(&self, context: &mut Context<Self>) {
        let life = Rc::clone(&self.life);
        let address = context.address();
        context.spawn(wrap_future(async move {
            loop {
                let (status, problem) = life.tenant.desk.trouble().await;
                if let Err(error) = life.refused(status, &problem).await {
                    tracing::error!(connection = %life.tenant.id, %error, "a refusal could not be recorded");
                }
                while is_down(&life.status().await) {
                    life.world.clock.sleep(life.world.limits.probe_every).await;
                    match life.probe().await {
                        Ok(true) => address.do_send(Restored),
                        Ok(false) => {}
                        Err(error) => tracing::debug!(connection = %life.tenant.id, %error, "still down"),
                    }
                }
            }
        }));
    }
}

fn is_down(status: &Status) -> bool {
    match status {
        Status::Refused { .. } | Status::Insufficient { .. } | Status::AiUserMissing { .. } => true,
        Status::Unverified | Status::Active | Status::Disconnected => false,
    }
}

fn credentials_of(connect: &Connect) -> Credentials {
    Credentials {
        email: connect.email.clone(),
        api_key: connect.api_key.clone(),
        webhook_secret: String::new().into(),
    }
}

impl Actor for TenantSupervisor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        let life = Rc::clone(&self.life);
        // Nothing is judged before the terms are known.
        context.wait(wrap_future(async move { life.begin().await }).map(
            |begun, actor: &mut Self, _: &mut Context<Self>| match begun {
                Ok(()) => actor.sync_if_active(),
                Err(error) => {
                    let id = &actor.life.tenant.id;
                    let message = format!("connection {id} cannot be read: {error}");
                    actor.life.world.board.alarm(id.as_str(), message.clone(), actor.life.world.clock.now());
                    tracing::error!(connection = %id, "{message}");
                }
            },
        ));
        self.watch(context);
    }
}

impl TenantSupervisor {
    fn sync_if_active(&mut self) {
        let view = self.life.world.board.connection(&self.life.tenant.id);
        if view.is_some_and(|view| view.connection.may_call()) {
            self.sync();
        }
    }
}

/// To itself: the connection works again.
#[derive(Message)]
#[rtype(result = "()")]
struct Restored;

impl Handler<Restored> for TenantSupervisor {
    type Result = ();

    fn handle(&mut self, _: Restored, _: &mut Self::Context) {
        self.wake_all();
        self.sync();
    }
}

impl Handler<Dirty> for TenantSupervisor {
    type Result = ();

    fn handle(&mut self, dirty: Dirty, context: &mut Self::Context) {
        self.child(dirty.ticket, dirty.sequence, context);
    }
}

impl Handler<Quiet> for TenantSupervisor {
    type Result = ();

    fn handle(&mut self, quiet: Quiet, context: &mut Self::Context) {
        let Some(child) = self.children.get(&quiet.ticket) else { return };
        if child.sequence > quiet.sequence {
            self.child(quiet.ticket, quiet.sequence, context);
            return;
        }
        child.address.do_send(Leave);
        self.children.remove(&quiet.ticket);
        self.weigh();
        self.settled.do_send(Settled {
            connection: self.life.tenant.id.clone(),
            ticket: quiet.ticket,
            sequence: quiet.sequence,
            wake_at: quiet.wake_at,
        });
    }
}

impl Handler<Ended> for TenantSupervisor {
    type Result = ();

    fn handle(&mut self, ended: Ended, context: &mut Self::Context) {
        let sequence = self.children.remove(&ended.ticket).map_or(0, |child| child.sequence);
        let about = format!("{}/{}", self.life.tenant.id, ended.ticket);
        match ended.problem {
            Problem::Unreadable(problem) => {
                self.quarantined.insert(ended.ticket);
                let message = format!(
                    "ticket {about} is put aside: {problem}. Run `polus replay {about} --check`; other tickets go on"
                );
                self.life.world.board.alarm(&about, message.clone(), self.life.world.clock.now());
                tracing::error!(ticket = about, "{message}");
            }
            Problem::Busy(problem) => {
                tracing::warn!(ticket = about, problem, "the log takes nothing now; trying again");
                self.again(Dirty { ticket: ended.ticket, sequence }, context);
            }
        }
    }
}

impl Handler<Save> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<Connected, Refused>>;

    fn handle(&mut self, Save(connect): Save, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        let saved = async move {
            let credentials = credentials_of(&connect);
            let tested = connect::test(&life.world, &connect, &credentials).await?;
            life.save(&connect, credentials, tested).await
        };
        Box::pin(wrap_future(saved).map_ok(|connected, actor: &mut Self, _| {
            actor.wake_all();
            actor.sync();
            connected
        }))
    }
}

impl Handler<Disconnect> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<(), Refused>>;

    fn handle(&mut self, wish: Disconnect, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        let done = async move { life.disconnect(&wish.by).await };
        Box::pin(wrap_future(done).map(|result, actor: &mut Self, _| {
            actor.wake_all();
            result
        }))
    }
}

impl Handler<ChangeConnection> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<(), Refused>>;

    fn handle(&mut self, wish: ChangeConnection, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        let done = async move { life.change(&wish.change, &wish.by).await };
        Box::pin(wrap_future(done).map(|result, actor: &mut Self, _| {
            actor.wake_all();
            result
        }))
    }
}

impl Handler<InstallWebhook> for TenantSupervisor {
    type Result = ResponseFuture<Result<(), Refused>>;

    fn handle(&mut self, wish: InstallWebhook, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.install_webhook(&wish.url).await })
    }
}

impl Handler<WebhookSecret> for TenantSupervisor {
    type Result = Result<secrecy::SecretString, Refused>;

    fn handle(&mut self, _: WebhookSecret, _: &mut Self::Context) -> Self::Result {
        self.life.webhook_secret()
    }
}

impl Handler<TicketAct> for TenantSupervisor {
    type Result = ResponseFuture<Result<UnderWay, Refused>>;

    fn handle(&mut self, act: TicketAct, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.act(&act).await })
    }
}
