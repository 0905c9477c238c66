//! The open-work list never names too few: whenever a life of the program ends, every ticket that owes something is named
//! by it, or has a record past the position up to which it is complete; and what sleeps on it sleeps exactly until the time
//! that the log folds to.

use std::collections::BTreeMap;

use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::ticket::Ticket;
use polus_storage::{OpenState, StreamName};

use super::Findings;
use super::look::placed;
use crate::history::{History, LifeEnd};

pub const NAME: &str = "open work";

/// A ticket's stream as far as it reached when a life ended.
struct Reached {
    ticket: Ticket,
    position: u64,
    /// A stream that does not fold is put aside; it stays on the list, and what it owes nobody knows.
    folds: bool,
    sequence: u64,
}

pub fn check(history: &History, findings: &mut Findings) {
    let mut reached: BTreeMap<(&ConnectionId, i64), Reached> = BTreeMap::new();
    for end in &history.ends {
        for (name, _, ticket) in history.tickets() {
            let stream = reached.entry((name, ticket.id)).or_insert_with(|| Reached {
                ticket: Ticket::new(TicketId(ticket.id)),
                position: 0,
                folds: true,
                sequence: 0,
            });
            let done = usize::try_from(stream.sequence).unwrap_or(usize::MAX);
            for (recorded, position) in placed(ticket).skip(done).take_while(|(_, at)| *at <= end.head) {
                stream.folds &= stream.ticket.apply(recorded).is_ok();
                stream.position = position;
                stream.sequence = recorded.sequence;
            }
            if stream.sequence > 0 {
                named(name, ticket.id, stream, end, findings);
            }
        }
    }
}

fn named(name: &ConnectionId, number: i64, reached: &Reached, end: &LifeEnd, findings: &mut Findings) {
    if reached.position > end.complete_up_to {
        return; // A start sees it on the log's tail.
    }
    let Ok(stream) = StreamName::new(Stream::Ticket(name.clone(), TicketId(number)).to_string()) else {
        return;
    };
    let (sequence, at_ms) = (reached.sequence, end.at_ms);
    let agenda = reached.ticket.agenda();
    let debts = agenda.debts.iter().map(|debt| debt.not_before.0);
    let owed_ms = debts.chain(agenda.wake_at.map(|(at, _)| at.0)).min();
    match end.open_work.iter().find(|entry| entry.stream == stream).map(|entry| entry.state) {
        Some(OpenState::Open { sequence: noted }) if noted > sequence => {
            findings.broken(stream, format!("it is open at #{noted} at {at_ms}, and reaches #{sequence}"));
        }
        Some(OpenState::Open { .. }) => {}
        Some(OpenState::Asleep { sequence: folded, .. }) if folded < sequence => {
            findings.broken(stream, format!("it sleeps at #{folded} at {at_ms}, and reaches #{sequence}"));
        }
        Some(OpenState::Asleep { wake_at_ms, .. }) => {
            if reached.folds && owed_ms != Some(wake_at_ms) {
                findings.broken(
                    stream,
                    format!("it sleeps until {wake_at_ms} at {at_ms}, and owes {:?}", agenda.debts),
                );
            }
        }
        None => {
            let settled = end.settled.get(&stream).copied().unwrap_or_default();
            if settled < sequence {
                let how =
                    format!("it is not named at {at_ms}: settled up to #{settled}, it reaches #{sequence}");
                findings.broken(stream, how);
            } else if reached.folds && owed_ms.is_some() {
                findings.broken(stream, format!("it is not named at {at_ms}, and owes {:?}", agenda.debts));
            }
        }
    }
}
