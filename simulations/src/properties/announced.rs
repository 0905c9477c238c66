//! Every message of ours was announced on the disk before it appeared at the desk, and every message that the log says is
//! posted is there.

use polus_core::id::MessageId;
use polus_core::ticket::{EffectId, Event};

use super::Findings;
use super::look::{announcements, behind, created_ms};
use crate::history::{History, TicketHistory};

pub const NAME: &str = "announced";

pub fn check(history: &History, findings: &mut Findings) {
    for (account, _, ticket) in history.tickets() {
        let about = format!("{account}/{}", ticket.id);
        before_the_post(history, ticket, &about, findings);
        is_there(history, ticket, &about, findings);
    }
}

fn before_the_post(history: &History, ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let announced = announcements(history, ticket);
    for post in ticket.ours().chain(ticket.notes()) {
        // One without a marker names no announcement; "exactly once" knows whether it may be there.
        let Some(marker) = &post.external_id else { continue };
        if behind(post, &announced).next().is_some() {
            continue;
        }
        let later = announced.iter().find(|announcement| announcement.started.marker == *marker);
        let how = match later {
            Some(later) => {
                format!("is there since {} and was announced at {}", created_ms(post), later.written_ms)
            }
            None => format!("is there since {} and was never announced", created_ms(post)),
        };
        findings.broken(about, format!("{marker} (message {}) {how}", post.id));
    }
}

fn is_there(history: &History, ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let mut announced: Option<(EffectId, &str)> = None;
    for recorded in &ticket.events {
        match &recorded.event {
            Event::ReplyStarted(started) => announced = Some((started.effect, &started.marker)),
            Event::ReplyPosted { effect, message, .. } => {
                let marker = announced.filter(|(of, _)| of == effect).map_or("", |(_, marker)| marker);
                if !stands(history, ticket, *message, marker) {
                    let number = message.map_or(String::new(), |message| format!(" as message {message}"));
                    let how = format!("{effect} was posted{number}, and {marker:?} is not at the desk");
                    findings.broken(about, how);
                }
            }
            _ => {}
        }
    }
}

/// A stripped marker leaves the number that Gorgias gave the message; where that was not heard, nothing names it.
fn stands(history: &History, ticket: &TicketHistory, message: Option<MessageId>, marker: &str) -> bool {
    let strips = history.options.lies.markers_stripped > 0;
    let carries = |found: &str| found == marker;
    match message {
        Some(id) => ticket
            .written
            .iter()
            .any(|post| post.id == id.0 && (strips || post.external_id.as_deref().is_some_and(carries))),
        None => strips || ticket.written.iter().any(|post| post.external_id.as_deref().is_some_and(carries)),
    }
}
