//! The supervisor's tickets: started when their stream has news, woken, let go when they are idle, started again when
//! they ended against their will.

use std::rc::Rc;
use std::time::Duration;

use actix::{Actor, Addr, AsyncContext, Context, Handler};
use polus_core::id::TicketId;

use super::TenantSupervisor;
use crate::mail::{Dirty, Ended, Leave, Problem, Quiet, Settled, Wake};
use crate::marks::Mark;
use crate::ticket::TicketActor;
use crate::world::after;

/// How long a ticket's actor that ended stays down before it is started again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// A ticket's actor as its supervisor knows it.
pub(super) struct Child {
    address: Addr<TicketActor>,
    /// Which of the supervisor's actors this is: what an earlier one of the same ticket says is not about it.
    life: u64,
    /// Up to which sequence its stream is known to reach.
    sequence: u64,
    /// How many wakes were sent to it.
    wakes: u64,
}

impl Child {
    /// A full mailbox holds a wake already; whoever is gone is found out by the next sign of its stream.
    fn wake(&mut self) {
        self.wakes += 1;
        if let Err(error) = self.address.try_send(Wake { number: self.wakes }) {
            tracing::debug!(%error, "a ticket is leaving or has a wake already");
        }
    }
}

impl TenantSupervisor {
    /// Wakes the ticket's actor, starting one if there is none.
    pub(super) fn child(&mut self, ticket: TicketId, sequence: u64, context: &mut Context<Self>) {
        if self.life.tenant.stopping.get()
            || self.quarantined.contains(&ticket)
            || self.resting.contains(&ticket)
        {
            return; // What is not begun stays on the open-work list; what rests is begun soon.
        }
        let alive = self.children.get(&ticket).is_some_and(|child| child.address.connected());
        if !alive {
            self.lives += 1;
            let (world, tenant) = (self.life.world.clone(), Rc::clone(&self.life.tenant));
            let own = context.address();
            let actor =
                TicketActor::new(world, tenant, ticket, self.lives, own.clone().recipient(), own.recipient());
            let child = Child { address: actor.start(), life: self.lives, sequence, wakes: 0 };
            self.children.insert(ticket, child);
            self.weigh();
        }
        if let Some(child) = self.children.get_mut(&ticket) {
            child.sequence = child.sequence.max(sequence);
            child.wake();
        }
    }

    /// The terms changed: every resident ticket looks again.
    pub(super) fn wake_all(&mut self) {
        for child in self.children.values_mut() {
            child.wake();
        }
    }

    fn gone(&mut self, ticket: TicketId) {
        self.children.remove(&ticket);
        self.weigh();
        self.life.world.board.ticket_left(&self.life.tenant.id, ticket);
    }

    fn weigh(&self) {
        let crowded = self.children.len() > self.life.world.limits.resident_tickets_max;
        self.life.tenant.crowded.set(crowded);
        if let Some(view) = self.life.world.board.connection(&self.life.tenant.id) {
            view.residents.are(self.children.len());
        }
    }

    fn put_aside(&mut self, ticket: TicketId, problem: &str) {
        let about = format!("{}/{ticket}", self.life.tenant.id);
        self.quarantined.insert(ticket);
        let message = format!(
            "ticket {about} is put aside: {problem}. Run `polus replay {about} --check`; other tickets go on"
        );
        self.life.world.board.alarm(&about, message.clone(), self.life.world.clock.now());
        tracing::error!(ticket = about, "{message}");
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
        if child.sequence > quiet.sequence || child.wakes > quiet.heard {
            self.life.world.marks.hit(Mark::KeptByNews);
            self.child(quiet.ticket, quiet.sequence, context);
            return;
        }
        // Asked for by the child itself, once: it waits for nothing but this or a wake.
        child.address.do_send(Leave);
        self.gone(quiet.ticket);
        // One for each child that leaves; the office's mailbox is far larger than that.
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
        let ticket = ended.ticket;
        let Some(sequence) =
            self.children.get(&ticket).filter(|child| child.life == ended.life).map(|child| child.sequence)
        else {
            return; // Another has taken its place.
        };
        self.gone(ticket);
        if self.children.is_empty() && self.life.tenant.stopping.get() {
            self.emptied.notify_one();
        }
        match ended.problem {
            None => {}
            Some(Problem::Unreadable(problem)) => self.put_aside(ticket, &problem),
            Some(Problem::Busy(problem)) => {
                tracing::warn!(connection = %self.life.tenant.id, %ticket, problem, "the log takes nothing now; trying again");
                self.resting.insert(ticket);
                after(&self.life.world, context, RESTART_AFTER, move |actor: &mut Self, context| {
                    actor.life.world.marks.hit(Mark::ChildRestarted);
                    actor.resting.remove(&ticket);
                    actor.child(ticket, sequence, context);
                });
            }
        }
    }
}
