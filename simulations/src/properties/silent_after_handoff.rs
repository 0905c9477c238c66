//! After the mark of a handoff nothing is announced but its own reply and note, until an operator gives the ticket back.

use polus_core::ticket::Event;

use super::Findings;
use crate::history::{History, TicketHistory};

pub const NAME: &str = "silent after a handoff";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, _, ticket) in history.tickets() {
        announcements(ticket, &format!("{account}/{}", ticket.id), findings);
    }
}

fn announcements(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let mut mark = None;
    for recorded in &ticket.events {
        match &recorded.event {
            Event::HandedOff(_) => mark = Some(recorded.sequence),
            Event::Resumed { .. } => mark = None,
            Event::ReplyStarted(started) if mark.is_some_and(|mark| started.effect.sequence != mark) => {
                findings.broken(about, format!("{} was announced after the handoff", started.effect));
            }
            _ => {}
        }
    }
}
