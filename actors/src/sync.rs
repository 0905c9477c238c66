//! Catches up with Gorgias after a start, sweeps again and again for what no webhook told, and fetches the account's
//! history when it is asked to. Everything it finds goes into streams first; a crash repeats a page and loses nothing.
//!
//! ```text
//!   sync/sweep.rs    newest change first down to the watermark; what is news goes into the tickets' streams
//!   sync/heard.rs    which of the messages found so were told by no webhook
//!   sync/fill.rs     the back-fill: a page at a time, whenever no sweep is due
//!   sync/compare.rs  its end: what is kept against what Gorgias counts
//!   sync/keep.rs     the mirror: one stream for each ticket of the account
//! ```

mod compare;
mod fill;
mod heard;
mod keep;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler};
use polus_core::id::{Stream, TicketId};
use polus_core::sync::Sync;
use polus_core::sync::backfill::List;
use polus_core::time::Time;

use crate::World;
use crate::journal::{Journal, JournalError};
use crate::mail::Leave;
use crate::marks::Mark;
use crate::ticket::Tenant;
use compare::Comparing;
use fill::Attempt;
use heard::Found;

/// The actor that walks. It ends itself when the connection is cut or has another generation.
pub struct SyncActor {
    world: World,
    tenant: Rc<Tenant>,
}

impl SyncActor {
    /// A walker for this tenant; it begins when started.
    pub fn new(world: World, tenant: Rc<Tenant>) -> Self {
        Self { world, tenant }
    }
}

impl Actor for SyncActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        let (world, tenant) = (self.world.clone(), Rc::clone(&self.tenant));
        let walks = async move {
            match Walker::new(world, tenant) {
                Ok(mut walker) => walker.walk_for_ever().await,
                Err(error) => tracing::error!(%error, "the sync's stream has no name"),
            }
        };
        context.spawn(wrap_future(walks).map(|(), _: &mut Self, context: &mut Context<Self>| context.stop()));
    }
}

impl Handler<Leave> for SyncActor {
    type Result = ();

    fn handle(&mut self, _: Leave, context: &mut Self::Context) {
        context.stop();
    }
}

/// What the actor knows between its walks.
struct Walker {
    world: World,
    tenant: Rc<Tenant>,
    journal: Journal<Sync>,
    /// Tickets whose stream was told of a change, with that change: listings overlap, and nobody is told twice.
    told: BTreeMap<TicketId, Time>,
    /// Messages of customers that a sweep found and of which a webhook may still tell.
    found: Vec<Found>,
    /// Departures up to here, by Gorgias' clock, were looked at.
    departed_through: Option<Time>,
    /// Failures so far of the page that the back-fill wants next.
    attempt: Attempt,
    /// Cursors that the back-fill has followed since this actor began.
    followed: BTreeSet<(List, String)>,
    /// How often they led in a circle.
    circles: u32,
    comparing: Option<Comparing>,
}

impl Walker {
    fn new(world: World, tenant: Rc<Tenant>) -> Result<Self, JournalError> {
        let stream = Stream::Sync(tenant.id.clone());
        let (log, blobs, marks) = (world.log.clone(), world.blobs.clone(), world.marks.clone());
        let journal = Journal::new(&stream, Sync::default(), log, blobs, marks)?;
        Ok(Self {
            world,
            tenant,
            journal,
            told: BTreeMap::new(),
            found: Vec::new(),
            departed_through: None,
            attempt: Attempt::default(),
            followed: BTreeSet::new(),
            circles: 0,
            comparing: None,
        })
    }

    async fn walk_for_ever(&mut self) {
        let limits = self.world.limits;
        let mut tries = 0_u32;
        loop {
            let terms = self.tenant.terms.borrow().clone().filter(|terms| terms.connected);
            let Some(terms) = terms else { return };
            let pause = match self.sweep(&terms).await {
                Ok(()) => {
                    tries = 0;
                    limits.sweep_every
                }
                Err(problem) => {
                    self.world.marks.hit(Mark::WalkInterrupted);
                    tracing::warn!(connection = %self.tenant.id, problem, "catching up was interrupted and begins again");
                    self.say(format!("interrupted: {problem}"));
                    let pause = limits.retry_first.saturating_mul(2_u32.saturating_pow(tries.min(8)));
                    tries += 1;
                    pause.min(limits.retry_longest)
                }
            };
            let until = self.world.clock.monotonic() + pause;
            self.fill_until(until).await;
        }
    }

    /// What people see of the last walk.
    fn say(&self, words: String) {
        let sync = self.journal.machine().clone();
        self.world.board.change_connection(&self.tenant.id, |view| {
            view.catch_up = words;
            view.sync = sync;
        });
    }

    /// Shows what was folded.
    fn publish(&self) {
        let sync = self.journal.machine().clone();
        self.world.board.change_connection(&self.tenant.id, |view| view.sync = sync);
    }

    /// How long it is until then; none when it is past.
    fn time_until(&self, then: Duration) -> Option<Duration> {
        let now = self.world.clock.monotonic();
        (then > now).then(|| then - now)
    }
}
