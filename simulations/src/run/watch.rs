//! What a run looks at while the program lives: what people see of the tickets, beside what the log folds to; and at its
//! end what reading everything again comes to.

use std::collections::BTreeMap;
use std::sync::Arc;

use polus_actors::journal::Journal;
use polus_actors::world::World;
use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::ticket::Ticket;
use polus_storage::{EventLog as _, StreamName};

use crate::answerer::SimulatedAnswerer;
use crate::history::{Replayed, events_of, folded};
use crate::log::SimulatedLog;
use crate::world::Stage;

/// Compares all that the tickets' actors have folded with what the log folds to. In the `quiet` they have folded all of it.
/// Says what differs.
pub(super) async fn glance(stage: &Stage, log: &SimulatedLog, world: &World, quiet: bool) -> Vec<String> {
    let mut seen = Vec::new();
    for ((account, number), view) in world.board.tickets() {
        let stream = Stream::Ticket(account, number).to_string();
        let Ok(name) = StreamName::new(stream.clone()) else { continue };
        let records = log.on_disk().read(&name, 1, usize::MAX).await.unwrap_or_default();
        let (reaches, sequence) = (records.len() as u64, view.sequence);
        let is_damaged = log.flipped().is_some_and(|flipped| flipped.stream == name);
        if quiet && reaches != sequence && !is_damaged {
            seen.push(format!("{stream} is shown at {sequence} when all is quiet, and reaches {reaches}"));
        }
        let upto = records.iter().take(usize::try_from(sequence).unwrap_or(usize::MAX));
        let Ok(events) = events_of(stage.blobs(), upto).await else { continue };
        match folded(number.0, &events) {
            Ok(ticket) if ticket.phase_name() != view.state => {
                let state = view.state;
                let folds_to = ticket.phase_name();
                seen.push(format!("{stream} is shown as {state:?} at {sequence}, and folds to {folds_to:?}"));
            }
            Ok(ticket) => {
                if let Some(live) = view.folded.filter(|live| **live != ticket) {
                    let (live, log) = difference(&live, &ticket);
                    seen.push(format!("{stream} is live {live:?} at {sequence}, and folds to {log:?}"));
                }
            }
            Err(problem) => seen.push(format!("{stream} does not fold: {problem}")),
        }
    }
    seen
}

/// Where two tickets begin to differ.
fn difference(live: &Ticket, log: &Ticket) -> (String, String) {
    let (live, log) = (format!("{live:?}"), format!("{log:?}"));
    let same = live.chars().zip(log.chars()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(40)).take(80).collect();
    (around(&live), around(&log))
}

/// How many tickets of each account are in memory.
pub(super) fn residents(world: &World) -> BTreeMap<ConnectionId, usize> {
    world.board.connections().into_iter().map(|(id, view)| (id, view.residents.count())).collect()
}

/// Reads every ticket's stream again with the journal that the actors read with.
pub(super) async fn replay(stage: &Stage, answerer: &SimulatedAnswerer) -> Replayed {
    let count = || (stage.network.calls(), answerer.asked(), stage.log.head());
    let before = count();
    let mut tickets = BTreeMap::new();
    for name in stage.log.streams("").await.unwrap_or_default() {
        let Ok(stream @ Stream::Ticket(..)) = name.as_str().parse::<Stream>() else { continue };
        let Stream::Ticket(account, number) = stream.clone() else { continue };
        let read = read_again(stage, &stream, number).await;
        tickets.insert((account, number.0), read);
    }
    Replayed { counted: [before, count()], tickets }
}

async fn read_again(stage: &Stage, stream: &Stream, number: TicketId) -> Result<Ticket, String> {
    let (log, blobs) = (Arc::clone(&stage.log), Arc::clone(&stage.blobs));
    let mut journal = Journal::new(stream, Ticket::new(number), log, blobs, Arc::default())
        .map_err(|error| error.to_string())?;
    journal.catch_up().await.map_err(|error| error.to_string())?;
    Ok(journal.machine().clone())
}
