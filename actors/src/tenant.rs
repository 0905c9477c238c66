//! The supervisor of one connection: leads its life, starts its tickets' actors, restarts those that end, and lets
//! idle ones leave.
//!
//! `tenant/life.rs` is the connection's machine and its key, `tenant/watch.rs` what follows a refusal
//! and the looks at the webhooks, `tenant/children.rs` the tickets, `tenant/wishes.rs` what operators ask,
//! `tenant/connect.rs` the test of a key, `tenant/self_test.rs` the test of it all.

mod children;
mod connect;
mod life;
mod self_test;
mod watch;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use actix::fut::wrap_future;
use actix::{Actor, ActorFutureExt, Addr, AsyncContext, Context, Handler, Recipient, SpawnHandle};
use polus_core::id::{ConnectionId, TicketId};
use tokio::sync::Notify;

use crate::World;
use crate::journal::JournalError;
use crate::mail::{Leave, Restored, Settled};
use crate::marks::Mark;
use crate::sync::SyncActor;
use children::Child;
use self_test::Testing;

pub use connect::{Tested, test};
pub use life::{Life, SECRET_HEADER, secret_hash};
pub use self_test::SUBJECT;

/// Mailbox of a supervisor: far more than the children that may speak at once.
const MAILBOX: usize = 65_536;

/// The actor of one connection.
pub struct TenantSupervisor {
    life: Rc<Life>,
    children: BTreeMap<TicketId, Child>,
    /// Actors started so far.
    lives: u64,
    /// Tickets whose stream cannot be folded.
    quarantined: BTreeSet<TicketId>,
    /// Tickets whose actor ended because the log was busy, and is started again in a moment.
    resting: BTreeSet<TicketId>,
    settled: Recipient<Settled>,
    syncing: Option<Addr<SyncActor>>,
    /// What goes on by itself: following refusals, looking at the webhooks.
    watching: Vec<SpawnHandle>,
    /// The self-test that goes on.
    testing: Option<Testing>,
    /// The connection was saved: whether it works is to be looked at now.
    look_again: Rc<Notify>,
    /// The last child of a supervisor that is to stop has ended.
    emptied: Rc<Notify>,
}

impl TenantSupervisor {
    /// A supervisor of this connection; it begins when started.
    pub fn new(world: World, id: ConnectionId, settled: Recipient<Settled>) -> Result<Self, JournalError> {
        Ok(Self {
            life: Rc::new(Life::new(world, id)?),
            children: BTreeMap::new(),
            lives: 0,
            quarantined: BTreeSet::new(),
            resting: BTreeSet::new(),
            settled,
            syncing: None,
            watching: Vec::new(),
            testing: None,
            look_again: Rc::default(),
            emptied: Rc::default(),
        })
    }

    /// Walks through Gorgias' changes now, and again and again.
    fn sync(&mut self) {
        if self.life.tenant.stopping.get() {
            return;
        }
        if let Some(walk) = self.syncing.take() {
            // What it has walked is repeated at most; a walk under older terms is of no use.
            walk.do_send(Leave);
            self.life.world.marks.hit(Mark::WalkReplaced);
        }
        let walk = SyncActor::new(self.life.world.clone(), Rc::clone(&self.life.tenant));
        self.syncing = Some(walk.start());
    }

    fn begun(&mut self, begun: Result<bool, JournalError>, context: &mut Context<Self>) {
        match begun {
            Ok(_) => {
                self.watch(context);
                self.watch_webhooks(context);
                self.settle(context);
                self.show_again(context);
                let view = self.life.world.board.connection(&self.life.tenant.id);
                if view.is_some_and(|view| view.connection.may_call()) {
                    self.sync();
                }
            }
            Err(error) => cannot_be_read(&self.life, &error),
        }
    }
}

fn cannot_be_read(life: &Life, error: &JournalError) {
    let id = &life.tenant.id;
    let message = format!("connection {id} cannot be read: {error}");
    life.world.board.alarm(id.as_str(), message.clone(), life.world.clock.now());
    tracing::error!(connection = %id, "{message}");
}

/// Folds what is new in the connection's stream; a log that is busy now is asked again.
/// Returns whether anything was new.
async fn read(life: &Life) -> Result<bool, JournalError> {
    let limits = life.world.limits;
    let mut pause = limits.retry_first;
    loop {
        match life.begin().await {
            Err(error @ JournalError::Busy { .. }) => {
                life.world.marks.hit(Mark::ConnectionReadAgain);
                tracing::warn!(connection = %life.tenant.id, %error, "the connection is read again");
                life.world.clock.sleep(pause).await;
                pause = pause.saturating_mul(2).min(limits.retry_longest);
            }
            begun => return begun,
        }
    }
}

impl Actor for TenantSupervisor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        let life = Rc::clone(&self.life);
        *life.tenant.supervisor.borrow_mut() = Some(context.address().recipient());
        // Nothing is judged before the terms are known.
        let begun = async move { read(&life).await };
        context.wait(wrap_future(begun).map(|begun, actor: &mut Self, context: &mut Context<Self>| {
            actor.begun(begun, context);
        }));
    }
}

impl Handler<Restored> for TenantSupervisor {
    type Result = ();

    fn handle(&mut self, _: Restored, context: &mut Self::Context) {
        self.hold_self_test(context);
        self.wake_all();
        self.sync();
    }
}
