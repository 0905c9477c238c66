//! Catches up with Gorgias after a start: walks the tickets newest change first down to the watermark, and puts what
//! is news into the tickets' streams. A crash repeats a page; nothing is lost by it.

use std::rc::Rc;

use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context};
use polus_core::gorgias::{answers, requests};
use polus_core::id::{Stream, UserId};
use polus_core::sync::{Listed, Sync, SyncEvent};
use polus_core::ticket::event::{Event, SeenBySync};
use polus_core::time::Time;

use crate::World;
use crate::budget::Lane;
use crate::journal::{Ending, Journal, append_fact, stream_name};
use crate::ticket::Tenant;

/// Rows of a page; the most that Gorgias gives.
const PAGE_ROWS: u8 = 100;

/// Pages of one walk. Gorgias' cursors could lead in a circle; a million tickets are no circle.
const PAGES_MAX: u32 = 10_000;

/// The actor of one walk. It ends itself when the walk has reached its end.
pub struct SyncActor {
    world: World,
    tenant: Rc<Tenant>,
}

impl SyncActor {
    /// A walk for this tenant; it begins when started.
    pub fn new(world: World, tenant: Rc<Tenant>) -> Self {
        Self { world, tenant }
    }
}

impl Actor for SyncActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        let walk = walk_until_done(self.world.clone(), Rc::clone(&self.tenant));
        context.spawn(wrap_future(walk).map(|(), _: &mut Self, context: &mut Context<Self>| context.stop()));
    }
}

/// What a walk found.
struct Walked {
    through: Time,
    tickets: u32,
    found: u32,
}

async fn walk_until_done(world: World, tenant: Rc<Tenant>) {
    let mut tries = 0_u32;
    loop {
        let problem = match walk(&world, &tenant).await {
            Ok(walked) => {
                let told = format!("caught up: {} tickets looked at, {} news", walked.tickets, walked.found);
                tracing::info!(connection = %tenant.id, tickets = walked.tickets, found = walked.found, "caught up with Gorgias");
                world.board.change_connection(&tenant.id, |view| view.catch_up = told);
                return;
            }
            Err(problem) => problem,
        };
        tracing::warn!(connection = %tenant.id, problem, "catching up was interrupted and begins again");
        world.board.change_connection(&tenant.id, |view| view.catch_up = format!("interrupted: {problem}"));
        let pause = world.limits.retry_first.saturating_mul(2_u32.saturating_pow(tries.min(8)));
        tries += 1;
        world.clock.sleep(pause.min(world.limits.retry_longest)).await;
    }
}

async fn walk(world: &World, tenant: &Tenant) -> Result<Walked, String> {
    let stream = Stream::Sync(tenant.id.clone());
    let mut journal = Journal::new(&stream, Sync::default(), world.log.clone(), world.blobs.clone())
        .map_err(|error| error.to_string())?;
    journal.catch_up().await.map_err(|error| error.to_string())?;
    let terms = tenant.terms.borrow().clone().ok_or("the connection was never made")?;
    let mut walked = Walked { through: Time::default(), tickets: 0, found: 0 };
    let first_time = journal.machine().through.is_none();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let (listed, next) = page(tenant, cursor.as_deref(), terms.ai_user).await?;
        let taken = journal.machine().take_page(&listed);
        walked.tickets += u32::try_from(listed.len()).unwrap_or(u32::MAX);
        walked.through = listed.iter().map(|l| l.updated_at).max().unwrap_or_default().max(walked.through);
        // What was there before the first connect is history: the first page tells where it ends.
        if !first_time {
            for news in &taken.news {
                walked.found += u32::from(tell_ticket(world, tenant, news, terms.generation).await?);
            }
        }
        if taken.reached || first_time || next.is_none() || next == cursor {
            let event = SyncEvent::CaughtUp {
                through: walked.through,
                tickets: walked.tickets,
                found: walked.found,
                generation: terms.generation,
            };
            return match journal.append(vec![event], world.clock.now()).await {
                Ok(Ending::New | Ending::AlreadyThere) => Ok(walked),
                Ok(Ending::Conflict) => Err("another walk came in between".to_owned()),
                Err(error) => Err(error.to_string()),
            };
        }
        cursor = next;
    }
    Err(format!("{PAGES_MAX} pages and no end"))
}

async fn page(
    tenant: &Tenant,
    cursor: Option<&str>,
    ai_user: UserId,
) -> Result<(Vec<Listed>, Option<String>), String> {
    let mut permit = tenant.desk.reserve(Lane::Reconcile, 1).await;
    let reply = tenant.desk.call(&mut permit, &requests::tickets(cursor, PAGE_ROWS)).await;
    let page = reply.and_then(|reply| answers::tickets(&reply)).map_err(|refusal| refusal.to_string())?;
    let listed = page.tickets.iter().map(|row| Listed {
        ticket: row.ticket,
        updated_at: row.updated_at,
        ours: row.assignee == Some(ai_user),
    });
    Ok((listed.collect(), page.next_cursor))
}

/// A ticket that is neither ours nor known concerns nobody here.
async fn tell_ticket(
    world: &World,
    tenant: &Tenant,
    listed: &Listed,
    generation: u32,
) -> Result<bool, String> {
    let stream = Stream::Ticket(tenant.id.clone(), listed.ticket);
    if !listed.ours {
        let name = stream_name(&stream).map_err(|error| error.to_string())?;
        let first = world.log.read(&name, 1, 1).await.map_err(|error| error.to_string())?;
        if first.is_empty() {
            return Ok(false);
        }
    }
    let fact = Event::SeenBySync(SeenBySync { updated_at: listed.updated_at, ours: listed.ours, generation });
    append_fact(world.log.as_ref(), world.blobs.as_ref(), &stream, &fact, world.clock.now())
        .await
        .map(|_| true)
        .map_err(|error| error.to_string())
}
