//! Looking back calls nobody and changes nothing: each stream read again tells the same ticket, step by step, and each
//! event written again is the same event.

use polus_core::codec::{self, Persisted};
use polus_core::id::TicketId;
use polus_core::replay::timeline;
use polus_core::ticket::{Recorded, Ticket};

use super::Findings;
use crate::history::{History, Replayed, TicketHistory};

pub const NAME: &str = "replay calls nobody";

/// The core has no world, so that what is checked here is that it needs none.
pub fn check(history: &History, findings: &mut Findings) {
    for (name, account) in &history.accounts {
        written_again(&account.connection, &format!("{name}/connection"), findings);
        for ticket in account.tickets.values() {
            let about = format!("{name}/{}", ticket.id);
            written_again(&ticket.events, &about, findings);
            read_again(ticket, &about, findings);
        }
    }
    if let Some(replayed) = &history.beside.replayed {
        replay(history, replayed, findings);
    }
}

/// Once more through the journal that the actors read with: it tells the same tickets, and meanwhile nobody was called and
/// nothing was written.
fn replay(history: &History, replayed: &Replayed, findings: &mut Findings) {
    let [before, after] = replayed.counted;
    if before != after {
        findings.broken("the log", format!("calls, questions and records went from {before:?} to {after:?}"));
    }
    for ((account, number), again) in &replayed.tickets {
        let known = history.accounts.get(account).and_then(|account| account.tickets.get(number));
        let Some(known) = known.filter(|_| history.flipped_of(account, *number).is_none()) else { continue };
        if known.folded.is_ok() && known.folded != *again {
            findings.broken(format!("{account}/{number}"), "a journal reads another ticket than it folds to");
        }
    }
}

fn written_again<E>(events: &[Recorded<E>], about: &str, findings: &mut Findings)
where
    E: Persisted + PartialEq,
{
    for recorded in events {
        let again = codec::encode(&recorded.event)
            .map_err(|error| error.to_string())
            .and_then(|body| codec::decode::<E>(codec::SCHEMA, &body).map_err(|error| error.to_string()));
        match again {
            Ok(event) if event == recorded.event => {}
            Ok(_) => findings.broken(about, format!("event #{} is read as another", recorded.sequence)),
            Err(problem) => findings.broken(about, format!("event #{}: {problem}", recorded.sequence)),
        }
    }
}

fn read_again(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let (told, illegal) = timeline(Ticket::new(TicketId(ticket.id)), &ticket.events);
    if let Some(illegal) = illegal {
        findings.broken(about, illegal.to_string());
    } else if told.steps.len() != ticket.events.len() {
        let (steps, events) = (told.steps.len(), ticket.events.len());
        findings.broken(about, format!("{steps} steps were told of {events} events"));
    } else if ticket.folded.as_ref() != Ok(&told.ticket) {
        findings.broken(about, "its timeline ends in another ticket than its stream folds to");
    }
}
