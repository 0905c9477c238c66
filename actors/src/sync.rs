//! Catches up with Gorgias after a start, and sweeps again and again for what no webhook told: walks the tickets newest
//! change first down to the watermark, and puts what is news into the tickets' streams. A crash repeats a page; nothing
//! is lost by it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler};
use polus_core::gorgias::{answers, requests};
use polus_core::id::{Stream, TicketId, UserId};
use polus_core::policy::Terms;
use polus_core::sync::{Listed, OVERLAP_MS, Sync, SyncEvent};
use polus_core::ticket::Ticket;
use polus_core::ticket::event::{Event, SeenBySync};
use polus_core::time::Time;

use crate::World;
use crate::budget::Lane;
use crate::journal::{Ending, Journal, JournalError, append_fact};
use crate::mail::Leave;
use crate::marks::Mark;
use crate::ticket::Tenant;

/// Pages of one walk; a million tickets.
const PAGES_MAX: u32 = 10_000;

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
        let walks = walk_for_ever(self.world.clone(), Rc::clone(&self.tenant));
        context.spawn(wrap_future(walks).map(|(), _: &mut Self, context: &mut Context<Self>| context.stop()));
    }
}

impl Handler<Leave> for SyncActor {
    type Result = ();

    fn handle(&mut self, _: Leave, context: &mut Self::Context) {
        context.stop();
    }
}

/// What a walk found.
struct Walked {
    through: Time,
    tickets: u32,
    found: u32,
}

/// Tickets whose stream was told of a change, with that change: listings overlap, and nobody is told twice.
type Told = BTreeMap<TicketId, Time>;

async fn walk_for_ever(world: World, tenant: Rc<Tenant>) {
    let mut told = Told::new();
    let mut tries = 0_u32;
    let limits = world.limits;
    loop {
        let terms = tenant.terms.borrow().clone().filter(|terms| terms.connected);
        let Some(terms) = terms else { return };
        let pause = match walk(&world, &tenant, &terms, &mut told).await {
            Ok(walked) => {
                tries = 0;
                let words = format!("caught up: {} tickets looked at, {} news", walked.tickets, walked.found);
                tracing::info!(connection = %tenant.id, tickets = walked.tickets, found = walked.found, "caught up with Gorgias");
                world.board.change_connection(&tenant.id, |view| view.catch_up = words);
                limits.sweep_every
            }
            Err(problem) => {
                world.marks.hit(Mark::WalkInterrupted);
                tracing::warn!(connection = %tenant.id, problem, "catching up was interrupted and begins again");
                world
                    .board
                    .change_connection(&tenant.id, |view| view.catch_up = format!("interrupted: {problem}"));
                let pause = limits.retry_first.saturating_mul(2_u32.saturating_pow(tries.min(8)));
                tries += 1;
                pause.min(limits.retry_longest)
            }
        };
        world.clock.sleep(pause).await;
    }
}

async fn walk(world: &World, tenant: &Tenant, terms: &Terms, told: &mut Told) -> Result<Walked, String> {
    let stream = Stream::Sync(tenant.id.clone());
    let (log, blobs, marks) = (world.log.clone(), world.blobs.clone(), world.marks.clone());
    let mut journal = Journal::new(&stream, Sync::default(), log, blobs, marks).map_err(|e| e.to_string())?;
    journal.catch_up().await.map_err(|error| error.to_string())?;
    let mut walked = Walked { through: Time::default(), tickets: 0, found: 0 };
    let known = journal.machine().through;
    let mut cursors: BTreeSet<String> = BTreeSet::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let (listed, next) = page(tenant, cursor.as_deref(), terms.ai_user).await?;
        // The page may have waited for hours behind a refused key.
        if tenant.terms.borrow().as_ref().is_none_or(|now| now.generation != terms.generation) {
            return Err("the connection was cut meanwhile".to_owned());
        }
        let taken = journal.machine().take_page(&listed);
        walked.tickets += u32::try_from(listed.len()).unwrap_or(u32::MAX);
        walked.through =
            listed.iter().map(|row| row.updated_at).max().unwrap_or_default().max(walked.through);
        // What was there before the first connect is history: the first page tells where it ends.
        if known.is_some() {
            for news in &taken.news {
                walked.found += u32::from(tell_ticket(world, tenant, news, terms.generation, told).await?);
            }
        }
        let Some(next) = next.filter(|_| !taken.reached && known.is_some()) else {
            let line = walked.through.0 - OVERLAP_MS;
            told.retain(|_, updated_at| updated_at.0 >= line);
            if known.is_none_or(|known| walked.through > known) {
                caught_up(world, &mut journal, &walked, terms.generation).await?;
            }
            return Ok(walked);
        };
        if !cursors.insert(next.clone()) {
            return Err("Gorgias' cursors lead in a circle".to_owned());
        }
        cursor = Some(next);
    }
    Err(format!("{PAGES_MAX} pages and no end"))
}

async fn caught_up(
    world: &World,
    journal: &mut Journal<Sync>,
    walked: &Walked,
    generation: u32,
) -> Result<(), String> {
    let Walked { through, tickets, found } = *walked;
    let event = SyncEvent::CaughtUp { through, tickets, found, generation };
    match journal.append(vec![event], world.clock.now()).await {
        Ok(Ending::New | Ending::AlreadyThere) => Ok(()),
        Ok(Ending::Conflict) => Err("another walk came in between".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

async fn page(
    tenant: &Tenant,
    cursor: Option<&str>,
    ai_user: UserId,
) -> Result<(Vec<Listed>, Option<String>), String> {
    let mut permit = tenant.desk.reserve(Lane::Reconcile, 1).await;
    let reply = tenant.desk.call(&mut permit, &requests::tickets(cursor)).await;
    let page = reply.and_then(|reply| answers::tickets(&reply)).map_err(|refusal| refusal.to_string())?;
    let listed = page.tickets.iter().map(|row| Listed {
        ticket: row.ticket,
        updated_at: row.updated_at,
        ours: row.assignee == Some(ai_user),
    });
    Ok((listed.collect(), page.next_cursor))
}

/// A ticket that is neither ours nor known concerns nobody here. Says whether the ticket was told.
async fn tell_ticket(
    world: &World,
    tenant: &Tenant,
    listed: &Listed,
    generation: u32,
    told: &mut Told,
) -> Result<bool, String> {
    if told.get(&listed.ticket).is_some_and(|updated_at| *updated_at >= listed.updated_at) {
        return Ok(false);
    }
    let stream = Stream::Ticket(tenant.id.clone(), listed.ticket);
    let ticket = Ticket::new(listed.ticket);
    let (log, blobs, marks) = (world.log.clone(), world.blobs.clone(), world.marks.clone());
    let mut journal = Journal::new(&stream, ticket, log, blobs, marks).map_err(|error| error.to_string())?;
    match journal.catch_up().await {
        Ok(_) => {}
        Err(JournalError::Busy { problem, .. }) => return Err(problem),
        // Its actor has put it aside and raised the alarm.
        Err(JournalError::Unreadable { .. }) => return Ok(false),
    }
    let known = journal.machine();
    if (!listed.ours && known.sequence == 0) || known.has_seen(listed.updated_at) {
        return Ok(false);
    }
    let fact = Event::SeenBySync(SeenBySync { updated_at: listed.updated_at, ours: listed.ours, generation });
    append_fact(world.log.as_ref(), world.blobs.as_ref(), &stream, &fact, world.clock.now())
        .await
        .map_err(|error| error.to_string())?;
    world.marks.hit(Mark::WalkFoundNews);
    told.insert(listed.ticket, listed.updated_at);
    Ok(true)
}
