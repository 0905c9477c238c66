//! Catches up with Gorgias after a start, sweeps again and again for what no webhook told, and fetches the account's
//! history when it is asked to. Everything it finds goes into streams first; a crash repeats a page and loses nothing.
//!
//! ```text
//!   sync/sweep.rs    newest change first down to the watermark; what is news goes into the tickets' streams
//!   sync/heard.rs    which of the messages found so were told by no webhook
//!   sync/fill.rs     the back-fill: a page at a time, whenever no sweep is due
//!   sync/compare.rs  what is kept against what Gorgias counts: at its end all of it, between sweeps what changed
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
use polus_core::id::{MessageId, Stream, TicketId};
use polus_core::sync::Sync;
use polus_core::time::Time;

use crate::World;
use crate::journal::{Journal, JournalError};
use crate::mail::Leave;
use crate::marks::Mark;
use crate::ticket::Tenant;
use fill::Fill;
use heard::Found;
pub(crate) use heard::about_silence;

/// Catching up may fail for so long before people are told: most outages are shorter.
const FAILS_AT_MOST: Duration = Duration::from_secs(5 * 60);

/// What the alarm about a connection that cannot catch up is called.
pub(crate) fn about_catching_up(connection: &str) -> String {
    format!("{connection}/sync")
}

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
    found: BTreeMap<MessageId, Found>,
    /// Those that were asked after, until the sweep that found them is on record.
    asked: BTreeSet<MessageId>,
    /// The messages written since they were last read to the end are still to be read. So they may be after a start:
    /// the log says how far the tickets were read without them.
    messages_owed: bool,
    /// What an earlier life of the program left to be compared was taken up.
    took_up: bool,
    /// Tickets that a sweep saw changed and that are to be compared, with how often that failed.
    changed: BTreeMap<TicketId, u32>,
    /// Those among them whose comparison failed since the last sweep that reached its end: what an outage keeps from being
    /// fetched is asked for again when it is over.
    put_off: BTreeMap<TicketId, u32>,
    /// When this walker was made.
    began: Time,
    /// Gorgias does not let us see what left, and that was said.
    blind_to_departures: bool,
    fill: Fill,
}

impl Walker {
    fn new(world: World, tenant: Rc<Tenant>) -> Result<Self, JournalError> {
        let stream = Stream::Sync(tenant.id.clone());
        let began = world.clock.now();
        let journal = Journal::of(&world, &stream, Sync::default())?;
        Ok(Self {
            world,
            tenant,
            journal,
            told: BTreeMap::new(),
            found: BTreeMap::new(),
            asked: BTreeSet::new(),
            messages_owed: true,
            took_up: false,
            changed: BTreeMap::new(),
            put_off: BTreeMap::new(),
            began,
            blind_to_departures: false,
            fill: Fill::default(),
        })
    }

    async fn walk_for_ever(&mut self) {
        let limits = self.world.limits;
        let mut tries = 0_u32;
        let mut fails_since: Option<Duration> = None;
        loop {
            let terms = self.tenant.terms.borrow().clone().filter(|terms| terms.connected);
            let Some(terms) = terms else { return };
            let pause = match self.sweep(&terms).await {
                Ok(()) => {
                    (tries, fails_since) = (0, None);
                    self.take_up_put_off();
                    self.world.board.end_alarm(&about_catching_up(self.tenant.id.as_str()));
                    limits.sweep_every
                }
                Err(problem) => {
                    self.world.marks.hit(Mark::WalkInterrupted);
                    tracing::warn!(connection = %self.tenant.id, problem, "catching up was interrupted and begins again");
                    let now = self.world.clock.monotonic();
                    if now.saturating_sub(*fails_since.get_or_insert(now)) >= FAILS_AT_MOST {
                        self.alarm_about_catching_up(&problem);
                    }
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

    /// A connection that was cut meanwhile has nothing to catch up with.
    fn alarm_about_catching_up(&self, problem: &str) {
        if self.tenant.terms.borrow().as_ref().is_none_or(|terms| !terms.connected) {
            return;
        }
        let message = format!(
            "connection {id}: catching up with Gorgias has failed for more than five minutes ({problem}); what no webhook tells \
             of is not found meanwhile. It is tried again by itself; `polus doctor {id}` shows what works",
            id = self.tenant.id
        );
        let about = about_catching_up(self.tenant.id.as_str());
        if self.world.board.alarm(&about, message.clone(), self.world.clock.now()) {
            tracing::error!(connection = %self.tenant.id, "{message}");
        }
    }

    /// What people see of the last walk.
    fn say(&self, words: String) {
        let sync = self.journal.machine().clone();
        self.world.board.change_connection(&self.tenant.id, |view| {
            view.catch_up = words;
            view.show_sync(sync);
        });
    }

    /// Shows what was folded.
    fn publish(&self) {
        let sync = self.journal.machine().clone();
        self.world.board.change_connection(&self.tenant.id, |view| view.show_sync(sync));
    }

    /// How long it is until then; none when it is past.
    fn time_until(&self, then: Duration) -> Option<Duration> {
        let now = self.world.clock.monotonic();
        (then > now).then(|| then - now)
    }
}
