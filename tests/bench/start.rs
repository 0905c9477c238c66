//! From start to ready with 100,000 idle tickets of ten events, and the first message on one of them.
//!
//! Repeat it with `cargo bench --bench start`; about two minutes, most of them to fill the log. The start is compared
//! with one that folds every ticket, and the first message on a cold ticket with the next one on the same ticket.

mod support {
    pub mod fill;
    pub mod place;
    pub mod running;
    pub mod story;
    pub mod times;
    pub mod turns;
    pub mod watch;
    pub mod world;
}

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use polus_actors::World;
use polus_actors::journal::append_fact;
use polus_core::codec;
use polus_core::id::{MessageId, Stream, TicketId};
use polus_core::ticket::{Recorded, Ticket};
use polus_core::time::Time;
use polus_storage::{StreamName, TailItem};

use support::running::Running;
use support::story::{self, EVENTS};
use support::times::median_and_p99;
use support::turns::{ROUNDS, Turn, in_turns};
use support::watch::Watch;
use support::{fill, place, world};

const TICKETS: i64 = 100_000;

/// Tickets whose stories run side by side, so that the events of one lie far apart.
const SIDE_BY_SIDE: i64 = 10_000;

/// One ticket in so many wants to be woken at some later time; the others owe nothing at all.
const ASLEEP_EVERY: i64 = 100;

/// Messages on cold tickets in each turn.
const MESSAGES: i64 = 200;
const FOLDED_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
enum Start {
    /// As the program starts.
    Lazy,
    /// Every ticket is folded before anything else.
    FoldAll,
}

fn main() -> Result<()> {
    if !place::is_wanted() {
        return Ok(());
    }
    println!("{TICKETS} tickets of {EVENTS} events, medians of {ROUNDS} turns. {}.\n", place::machine()?);
    let folder = place::folder()?;
    let filled = Instant::now();
    fill(folder.path())?;
    println!("The log was filled in {:.0} s.\n", filled.elapsed().as_secs_f64());

    let mut nights = 0;
    let medians = in_turns(&[Start::Lazy, Start::FoldAll], |start| match start {
        Start::FoldAll => fold_all(folder.path()),
        Start::Lazy => {
            nights += 1;
            lazy(folder.path(), nights)
        }
    })?;
    let [lazy, all] = &medians[..] else { bail!("two contenders have two medians") };
    let start = |name: &str, turn: &Turn| {
        [name.to_owned(), format!("{:.3} s", turn.values[0]), format!("{:.1}", turn.foreign_cores)]
    };
    place::print_table(&[
        ["start to ready", "time", "others' cores, at most"].map(str::to_owned),
        start("tickets folded when needed", lazy),
        start("every ticket folded first", all),
    ]);
    println!();
    let message =
        |name: &str, p50: f64, p99: f64| [name.to_owned(), format!("{p50:.2} ms"), format!("{p99:.2} ms")];
    place::print_table(&[
        ["message, from append to folded", "p50", "p99"].map(str::to_owned),
        message("first on an idle ticket", lazy.values[1], lazy.values[2]),
        message("next on the same ticket", lazy.values[3], lazy.values[4]),
    ]);
    Ok(())
}

/// Fills the log with the same story for each ticket and settles each, as its actor would have done.
fn fill(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let world = world::open(folder)?;
    let story = fill::story(&world)?;
    runtime.block_on(async {
        world::connect(&world).await?;
        for first in (0..TICKETS).step_by(SIDE_BY_SIDE as usize) {
            let tickets = first + 1..=first + SIDE_BY_SIDE;
            fill::stories(&world, &story, tickets.clone()).await?;
            settle(&world, tickets)?;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    drop(world);
    // What was written since the last start is checked at the next one; the first such start belongs to no turn.
    drop(world::open(folder)?);
    Ok(())
}

fn settle(world: &World, tickets: std::ops::RangeInclusive<i64>) -> Result<()> {
    let names: Vec<StreamName> = tickets.clone().map(fill::stream_of).collect::<Result<_>>()?;
    let touched: Vec<(StreamName, u64)> = names.iter().map(|name| (name.clone(), EVENTS as u64)).collect();
    world.open_work.note(&touched, world.log.head())?;
    for (ticket, name) in tickets.zip(&names) {
        let wake_at_ms = (ticket % ASLEEP_EVERY == 0).then_some(i64::MAX / 2);
        world.open_work.settle(name, EVENTS as u64, wake_at_ms)?;
    }
    Ok(())
}

/// Opens everything and folds every ticket before it is ready.
fn fold_all(folder: &Path) -> Result<Turn> {
    let watch = Watch::begin()?;
    let world = world::open(folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let tickets = runtime.block_on(async {
        let mut tickets: BTreeMap<TicketId, Ticket> = BTreeMap::new();
        let mut tail = world.log.tail(1);
        loop {
            let record = match tail.next().await? {
                TailItem::Record(record) => record,
                TailItem::CaughtUp => return Ok::<_, anyhow::Error>(tickets),
            };
            if let Stream::Ticket(_, id) = record.stream.as_str().parse()? {
                let event = codec::decode(record.schema, &record.body)?;
                let at = Time(record.recorded_at_ms);
                let ticket = tickets.entry(id).or_insert_with(|| Ticket::new(id));
                ticket.apply(&Recorded { sequence: record.sequence, at, event })?;
            }
        }
    })?;
    let (ready, foreign_cores) = (watch.elapsed(), watch.foreign_cores()?);
    if tickets.len() as i64 != TICKETS {
        bail!("{} tickets were folded, not {TICKETS}", tickets.len());
    }
    Ok(Turn { values: vec![ready.as_secs_f64()], foreign_cores })
}

/// Starts as the program does, then sends messages to idle tickets. Measures the seconds until ready, and median and
/// 99th percentile of the first and of the next messages in milliseconds.
fn lazy(folder: &Path, night: i64) -> Result<Turn> {
    let watch = Watch::begin()?;
    let world = world::open(folder)?;
    let office = Running::start(&world)?;
    let ready = watch.elapsed();
    let foreign_cores = watch.foreign_cores()?;

    let first_ticket = night * MESSAGES;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut times = [Vec::new(), Vec::new()];
    for ticket in first_ticket..first_ticket + MESSAGES {
        for (times, place) in times.iter_mut().zip(1..) {
            times.push(runtime.block_on(message(&world, TicketId(ticket), place))?);
        }
    }
    office.stop()?;
    let mut values = vec![ready.as_secs_f64()];
    values.extend(times.iter_mut().flat_map(|times| median_and_p99(times)));
    Ok(Turn { values, foreign_cores })
}

/// Appends a webhook's fact and waits until the ticket's actor has folded it.
async fn message(world: &World, ticket: TicketId, place: i64) -> Result<Duration> {
    let account = world::account()?;
    let stream = Stream::Ticket(account.clone(), ticket);
    let event = story::notified(MessageId(ticket.0 * 100 + 50 + place), false);
    let asked = Instant::now();
    let (log, blobs) = (world.log.as_ref(), world.blobs.as_ref());
    let sequence = append_fact(log, blobs, &stream, &event, world.clock.now()).await?;
    while world.board.ticket(&account, ticket).is_none_or(|view| view.sequence < sequence) {
        if asked.elapsed() > FOLDED_WITHIN {
            bail!("ticket {ticket} was not folded to {sequence} within {FOLDED_WITHIN:?}");
        }
        thread::yield_now();
    }
    Ok(asked.elapsed())
}
