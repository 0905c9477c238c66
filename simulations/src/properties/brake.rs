//! The brake holds: while a connection is paused, no message of ours is announced.

use polus_core::connection::ConnectionEvent;

use super::Findings;
use super::look::announcements;
use crate::history::{AccountHistory, History};

pub const NAME: &str = "the brake holds";

/// An announcement may be on its way to the disk when the brake is pulled, and the disk may not say at once that it was:
/// so long after it, milliseconds, none may appear.
const PULLED_WITHIN_MS: i64 = 15_000;

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        for announcement in announcements(history, ticket) {
            let Some(paused_at) = paused_before(account, announcement.position) else { continue };
            let since_ms = announcement.written_ms - history.written_ms(paused_at);
            if since_ms > PULLED_WITHIN_MS {
                let effect = announcement.started.effect;
                findings.broken(
                    format!("{name}/{}", ticket.id),
                    format!("{effect} was announced {since_ms} ms after the brake was pulled"),
                );
            }
        }
    }
}

/// The position at which the connection was paused, if it still was at this position.
fn paused_before(account: &AccountHistory, position: u64) -> Option<u64> {
    let events = account.connection.iter().zip(&account.connection_positions);
    events.take_while(|(_, at)| **at < position).fold(None, |paused, (recorded, at)| match &recorded.event {
        ConnectionEvent::Paused { .. } => paused.or(Some(*at)),
        ConnectionEvent::Resumed { .. } => None,
        _ => paused,
    })
}
