//! What was written before the connection was made stays past: no public message of ours covers such a message, unless the
//! ticket came to the AI user since.

use polus_core::connection::ConnectionEvent;
use polus_core::ticket::Event;

use super::Findings;
use super::look::{generation_before, hands};
use crate::history::{AccountHistory, History};

pub const NAME: &str = "the past stays past";

/// A connection's beginning.
struct Made {
    /// Messages up to here are its past.
    go_live: i64,
    /// When it was recorded, milliseconds since 1970.
    at_ms: i64,
}

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        for recorded in &ticket.events {
            let Event::ReplyStarted(started) = &recorded.event else { continue };
            let generation = generation_before(ticket, recorded.sequence);
            let Some(made) = made(history, account, generation) else { continue };
            let past = started.messages.iter().find(|message| message.0 <= made.go_live);
            let Some(past) = past.filter(|_| started.effect.kind.is_public()) else { continue };
            if !came_since(account, ticket.id, &made) {
                let Made { go_live, at_ms } = made;
                let marker = &started.marker;
                let how = format!(
                    "{marker} answers message {past}; the connection of {at_ms} begins behind {go_live}"
                );
                findings.broken(format!("{name}/{}", ticket.id), how);
            }
        }
    }
}

/// How the connection of this generation began.
fn made(history: &History, account: &AccountHistory, generation: u32) -> Option<Made> {
    let events = account.connection.iter().zip(&account.connection_positions);
    let mut made = events.filter_map(|(recorded, position)| match &recorded.event {
        ConnectionEvent::Connected(details) if details.generation == generation => {
            Some(Made { go_live: details.go_live.0, at_ms: history.written_ms(*position) })
        }
        _ => None,
    });
    made.next()
}

/// Whether somebody gave the ticket to the AI user since.
fn came_since(account: &AccountHistory, ticket: i64, made: &Made) -> bool {
    let ai_user = Some(account.cast.ai_user);
    hands(account, ticket).any(|(at_us, to)| to == ai_user && at_us.div_euclid(1_000) >= made.at_ms)
}
