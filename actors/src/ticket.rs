//! A ticket's actor: the thin shell that joins its machine to the world.
//!
//! ```text
//!        wake, timer, outcome
//!               │
//!   catch up ─► decide ─► append at the exact sequence ─► apply ─► agenda ─► start what is owed
//!      ▲                        │ conflict                                        │
//!      └────────────────────────┴──────────────── outcome is an input ◄───────────┘
//! ```
//!
//! The actor takes mail and has a life; `shell.rs` is the loop; `flights.rs` what is under way.

mod flights;
mod shell;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Recipient};
use polus_core::id::{ConnectionId, TicketId};
use polus_core::policy::Terms;
use tokio::sync::Notify;

use crate::World;
use crate::desk::Desk;
use crate::mail::{ChangeConnection, Ended, Leave, Quiet, Wake};
use crate::world::Knowledge;

pub use shell::Shell;

/// What all tickets of a tenant share. Written by the supervisor alone.
pub struct Tenant {
    /// The connection.
    pub id: ConnectionId,
    /// The terms in force; none before the connection was ever made.
    pub terms: RefCell<Option<Rc<Terms>>>,
    /// The help articles in force.
    pub knowledge: RefCell<Arc<Knowledge>>,
    /// Gorgias, behind the budget.
    pub desk: Desk,
    /// More tickets are resident than should be: idle ones leave at once.
    pub crowded: Cell<bool>,
    /// The program is to stop: nothing is begun any more.
    pub stopping: Cell<bool>,
    /// From when on, by the monotonic clock, a look at a ticket proves that its announced post is absent. A ticket that
    /// posted nothing in this life of the program is not in it.
    pub provable: RefCell<BTreeMap<TicketId, Duration>>,
    /// Who records what a ticket finds out about its customer; none before the supervisor has started.
    pub supervisor: RefCell<Option<Recipient<ChangeConnection>>>,
    /// An operator asked for a back-fill or stopped one.
    pub sync_asked: Notify,
}

/// The actor of one ticket.
pub struct TicketActor {
    shell: Option<Shell>,
    mail: Rc<Mail>,
    ticket: TicketId,
    life: u64,
    ended: Recipient<Ended>,
}

/// What the actor tells its loop.
#[derive(Default)]
pub struct Mail {
    /// The number of the last wake that came.
    pub heard: Cell<u64>,
    /// Something came.
    pub came: Notify,
}

impl TicketActor {
    /// The actor number `life` for `ticket`; it begins when started.
    pub fn new(
        world: World,
        tenant: Rc<Tenant>,
        ticket: TicketId,
        life: u64,
        quiet: Recipient<Quiet>,
        ended: Recipient<Ended>,
    ) -> Self {
        let mail = Rc::new(Mail::default());
        let shell = Shell::new(world, tenant, ticket, Rc::clone(&mail), quiet);
        Self { shell: Some(shell), mail, ticket, life, ended }
    }
}

impl Actor for TicketActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        let Some(shell) = self.shell.take() else { return };
        context.spawn(wrap_future(shell.run()).map(
            |problem, actor: &mut Self, context: &mut Context<Self>| {
                // The supervisor's mailbox is far larger than its number of children; `do_send` cannot be refused.
                actor.ended.do_send(Ended { ticket: actor.ticket, life: actor.life, problem });
                context.stop();
            },
        ));
    }
}

impl Handler<Wake> for TicketActor {
    type Result = ();

    fn handle(&mut self, wake: Wake, _: &mut Self::Context) {
        self.mail.heard.set(self.mail.heard.get().max(wake.number));
        self.mail.came.notify_one();
    }
}

impl Handler<Leave> for TicketActor {
    type Result = ();

    fn handle(&mut self, _: Leave, context: &mut Self::Context) {
        context.stop();
    }
}
