//! A ticket whose stream is damaged is put aside with an alarm: nothing is decided for it any more, and no other ticket
//! is put aside. That the others go on is what the other promises hold them to.

use polus_core::id::Stream;
use polus_core::ticket::Event;

use super::Findings;
use super::look::placed;
use crate::history::{History, TicketHistory};
use crate::log::Flipped;

pub const NAME: &str = "put aside";

pub fn check(history: &History, findings: &mut Findings) {
    if let Some(flipped) = &history.flipped
        && !history.put_aside.iter().any(|about| names(about, flipped))
    {
        findings.broken(&flipped.stream, "its stream is damaged, and no alarm tells of it in the end");
    }
    let undamaged = |about: &&String| !history.flipped.iter().any(|flipped| names(about, flipped));
    for about in history.put_aside.iter().filter(undamaged) {
        findings.broken(about, "it is put aside, and its stream is not damaged");
    }
    for (account, _, ticket) in history.tickets() {
        if let Some(flipped) = history.flipped_of(account, ticket.id) {
            nothing_decided(ticket, flipped, findings);
        }
    }
}

/// An alarm's subject is the account and the ticket.
fn names(about: &str, flipped: &Flipped) -> bool {
    match flipped.stream.as_str().parse() {
        Ok(Stream::Ticket(account, ticket)) => format!("{account}/{ticket}") == about,
        _ => false,
    }
}

/// What is heard may still be appended.
fn nothing_decided(ticket: &TicketHistory, flipped: &Flipped, findings: &mut Findings) {
    for (recorded, _) in placed(ticket).filter(|(_, position)| *position > flipped.head) {
        let is_fact = matches!(
            recorded.event,
            Event::Notified(_)
                | Event::SeenBySync(_)
                | Event::HandoffRequested { .. }
                | Event::Resumed { .. }
        );
        if !is_fact {
            let (name, sequence) = (recorded.event.name(), recorded.sequence);
            let how = format!("{name} (#{sequence}) followed after #{} was damaged", flipped.sequence);
            findings.broken(&flipped.stream, how);
        }
    }
}
