//! Every webhook that was answered with 200 is in the log: between call and answer the log said that it has a record of its
//! own of it, in the stream of the ticket that it tells of, or in the account's inbox if nothing could be told from it.

use std::collections::{BTreeMap, BTreeSet};

use polus_core::id::{Stream, TicketId};
use polus_core::ticket::Event;

use super::Findings;
use crate::history::{History, Taken};
use crate::log::Acknowledged;

pub const NAME: &str = "every 200 is in the log";

/// Where nobody kept what the log said, nothing can be told of when a record was safe.
pub fn check(history: &History, findings: &mut Findings) {
    if history.acknowledged.is_empty() {
        return;
    }
    let mut acknowledged: BTreeMap<&str, Vec<&Acknowledged>> = BTreeMap::new();
    for said in &history.acknowledged {
        acknowledged.entry(said.stream.as_str()).or_default().push(said);
    }
    let mut used: BTreeSet<(&str, u64)> = BTreeSet::new();
    for taken in &history.beside.taken {
        let stream = match &taken.told {
            Ok(_) => Stream::Ticket(taken.account.clone(), TicketId(taken.ticket)),
            Err(_) => Stream::Inbox(taken.account.clone()),
        };
        let stream = stream.to_string();
        let of_stream = acknowledged.get(stream.as_str()).map(Vec::as_slice).unwrap_or_default();
        let from = of_stream.partition_point(|said| said.at_ms < taken.begun_ms);
        let record = of_stream[from..].iter().take_while(|said| said.at_ms <= taken.at_ms).find(|said| {
            !used.contains(&(said.stream.as_str(), said.sequence)) && tells(history, taken, said)
        });
        match record {
            Some(said) => {
                used.insert((said.stream.as_str(), said.sequence));
            }
            None => {
                let Taken { begun_ms, at_ms, told, .. } = taken;
                let how =
                    format!("{told:?} was answered with 200 at {at_ms}, and none is there since {begun_ms}");
                findings.broken(stream, how);
            }
        }
    }
}

/// Whether this record holds what the webhook told.
fn tells(history: &History, taken: &Taken, said: &Acknowledged) -> bool {
    let Ok((trigger, message)) = &taken.told else { return true };
    let ticket = history.accounts.get(&taken.account).and_then(|account| account.tickets.get(&taken.ticket));
    let place = usize::try_from(said.sequence.saturating_sub(1)).unwrap_or(usize::MAX);
    let event = ticket.and_then(|ticket| ticket.events.get(place)).map(|recorded| &recorded.event);
    matches!(event, Some(Event::Notified(notified)) if notified.trigger == *trigger && notified.message == *message)
}
