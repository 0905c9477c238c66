//! Tickets in memory: how fast a log is folded, and what a resident idle ticket costs.
//!
//! Repeat it with `cargo bench --bench fold`; about two minutes. Folding is compared with only reading the same bytes
//! as JSON. Memory is that of a process with the actors of idle tickets less that of one that did the same appends
//! without actors.

mod support {
    pub mod fill;
    pub mod place;
    pub mod running;
    pub mod story;
    pub mod turns;
    pub mod watch;
    pub mod world;
}

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use polus_actors::World;
use polus_actors::journal::append_fact;
use polus_core::codec;
use polus_core::id::{MessageId, Stream, TicketId};
use polus_core::ticket::{Recorded, Ticket};

use support::running::Running;
use support::story::EVENTS;
use support::turns::{ROUNDS, Turn, in_turns};
use support::watch::Watch;
use support::{fill, place, story, world};

/// Tickets that are folded in a turn.
const FOLDED: usize = 20_000;

/// Tickets that are resident at once.
const RESIDENT: i64 = 20_000;

/// Set for the processes whose memory is measured: with actors or without.
const PART: &str = "POLUS_BENCH_PART";

const FOLDED_WITHIN: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
enum Contender {
    ReadJson,
    Fold,
}

fn main() -> Result<()> {
    if let Some(part) = std::env::var_os(PART) {
        println!("{}", resident_bytes(part == "actors")?);
        return Ok(());
    }
    if !place::is_wanted() {
        return Ok(());
    }
    println!("{FOLDED} tickets of {EVENTS} events, medians of {ROUNDS} turns. {}.\n", place::machine()?);
    let folder = place::folder()?;
    let bodies: Vec<Vec<u8>> = fill::story(&world::open(folder.path())?)?
        .iter()
        .map(|recorded| codec::encode(&recorded.event))
        .collect::<Result<_, _>>()?;
    let medians = in_turns(&[Contender::ReadJson, Contender::Fold], |contender| turn(contender, &bodies))?;
    let [json, fold] = &medians[..] else { bail!("two contenders have two medians") };
    place::print_table(&[
        ["events folded", "per s", "ratio", "others' cores, at most"].map(str::to_owned),
        row("read as JSON only", json, json),
        row("decoded and folded", fold, json),
    ]);
    println!();
    let with = part("actors")?;
    let without = part("alone")?;
    let each = (with - without) / RESIDENT as f64;
    place::print_table(&[
        ["resident tickets", "memory with actors", "without", "for each"].map(str::to_owned),
        [
            RESIDENT.to_string(),
            format!("{:.1} MB", with / 1e6),
            format!("{:.1} MB", without / 1e6),
            format!("{each:.0} bytes"),
        ],
    ]);
    Ok(())
}

fn row(name: &str, turn: &Turn, baseline: &Turn) -> [String; 4] {
    [
        name.to_owned(),
        format!("{:.0}", turn.values[0]),
        format!("{:.2}", turn.values[0] / baseline.values[0]),
        format!("{:.1}", turn.foreign_cores),
    ]
}

fn turn(contender: Contender, bodies: &[Vec<u8>]) -> Result<Turn> {
    let watch = Watch::begin()?;
    let mut events = 0_u64;
    for number in 0..FOLDED {
        let mut ticket = Ticket::new(TicketId(number as i64 + 1));
        for (body, sequence) in bodies.iter().zip(1..) {
            match contender {
                Contender::ReadJson => {
                    std::hint::black_box(serde_json::from_slice::<serde_json::Value>(body)?);
                }
                Contender::Fold => {
                    let event = codec::decode(codec::SCHEMA, body)?;
                    let at = polus_core::time::Time(1_800_000_000_000);
                    ticket.apply(&Recorded { sequence, at, event })?;
                }
            }
            events += 1;
        }
        std::hint::black_box(ticket);
    }
    let per_second = events as f64 / watch.elapsed().as_secs_f64();
    Ok(Turn { values: vec![per_second], foreign_cores: watch.foreign_cores()? })
}

/// Bytes of memory of a process that did this part.
fn part(name: &str) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?).env(PART, name).output()?;
    if !output.status.success() {
        bail!("the process {name:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout)?.trim().parse().context("the bytes of a process")
}

/// Fills a log, lets something happen on every ticket, with the actors there or not, and looks at the memory in use.
fn resident_bytes(with_actors: bool) -> Result<u64> {
    let folder = place::folder()?;
    let world = world::open(folder.path())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let story = fill::story(&world)?;
    runtime.block_on(async {
        world::connect(&world).await?;
        fill::stories(&world, &story, 1..=RESIDENT).await
    })?;
    // What is on no list is not folded at the start: the news below wakes each.
    world.open_work.note(&[], world.log.head())?;
    let office = with_actors.then(|| Running::start(&world)).transpose()?;
    let mut last = 0;
    for ticket in 1..=RESIDENT {
        last = runtime.block_on(tell(&world, TicketId(ticket)))?;
    }
    let asked = Instant::now();
    while with_actors && !all_folded(&world, last)? {
        if asked.elapsed() > FOLDED_WITHIN {
            bail!("not every ticket was folded within {FOLDED_WITHIN:?}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    let bytes = memory_in_use()?;
    if let Some(office) = office {
        office.stop()?;
    }
    Ok(bytes)
}

/// What nothing follows from: the ticket is folded, and idle.
async fn tell(world: &World, ticket: TicketId) -> Result<u64> {
    let stream = Stream::Ticket(world::account()?, ticket);
    let event = story::notified(MessageId(ticket.0 * 100 + 50), true);
    let (log, blobs) = (world.log.as_ref(), world.blobs.as_ref());
    Ok(append_fact(log, blobs, &stream, &event, world.clock.now()).await?)
}

/// Whether each ticket's actor has folded its news.
fn all_folded(world: &World, sequence: u64) -> Result<bool> {
    let account = world::account()?;
    let folded = |ticket| world.board.ticket(&account, ticket).is_some_and(|view| view.sequence >= sequence);
    Ok((1..=RESIDENT).all(|ticket| folded(TicketId(ticket))))
}

/// Pages of this process that are its own: memory in use that no file backs.
fn memory_in_use() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/status").context("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("RssAnon")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().context("RssAnon's kilobytes")?;
    Ok(kilobytes * 1024)
}
