//! Nothing is announced while anything is unread: the read behind an announcement covers all that the ticket had heard by
//! then, and shows every message it was told of. A fact that came between the two makes the read one too old.

use polus_core::id::TicketId;
use polus_core::ticket::{Event, Ticket};

use super::Findings;
use crate::history::{History, TicketHistory};

pub const NAME: &str = "nothing unread";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, _, ticket) in history.tickets() {
        announcements(ticket, &format!("{name}/{}", ticket.id), findings);
    }
}

fn announcements(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let mut stood = Ticket::new(TicketId(ticket.id));
    for recorded in &ticket.events {
        if let Event::ReplyStarted(started) = &recorded.event
            && stood.reading.is_owed()
        {
            let (marker, reading) = (&started.marker, &stood.reading);
            let how = format!(
                "{marker} was announced at {} after a read as of {}, when {} was unread and {:?} looked for",
                recorded.sequence,
                reading.paid,
                reading.asked,
                reading.wanted.keys().collect::<Vec<_>>()
            );
            findings.broken(about, how);
        }
        if stood.apply(recorded).is_err() {
            return; // It is "replay calls nobody" that tells.
        }
    }
}
