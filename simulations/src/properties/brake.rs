//! The brake holds: while a connection is paused, no message of ours is announced, and nothing is written on a ticket.

use polus_core::connection::ConnectionEvent;
use polus_core::id::ConnectionId;

use super::Findings;
use super::look::{announcements, is_landing};
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
    for (name, account) in &history.accounts {
        writes(history, name, account, findings);
    }
}

/// Writes on tickets at the desk while the brake was on, whatever the log says of them.
fn writes(history: &History, name: &ConnectionId, account: &AccountHistory, findings: &mut Findings) {
    let pulled = pulled(history, account);
    let writes = account.requests.iter().filter(|request| {
        request.method != "GET" && request.path.starts_with("/api/tickets/") && !is_landing(request)
    });
    for write in writes {
        let braked = pulled.iter().find(|(from_ms, to_ms)| {
            from_ms.saturating_add(PULLED_WITHIN_MS) < write.at_ms && write.at_ms < *to_ms
        });
        if let Some((from_ms, _)) = braked {
            let since_ms = write.at_ms - from_ms;
            let how = format!(
                "{} {} was called {since_ms} ms after the brake was pulled",
                write.method, write.path
            );
            findings.broken(name, how);
        }
    }
}

/// From when to when the brake was on, milliseconds since 1970.
fn pulled(history: &History, account: &AccountHistory) -> Vec<(i64, i64)> {
    let mut pulled: Vec<(i64, i64)> = Vec::new();
    for (recorded, at) in account.connection.iter().zip(&account.connection_positions) {
        let at_ms = history.written_ms(*at);
        match (&recorded.event, pulled.last_mut()) {
            (ConnectionEvent::Paused { .. }, Some((_, i64::MAX))) => {}
            (ConnectionEvent::Paused { .. }, _) => pulled.push((at_ms, i64::MAX)),
            (ConnectionEvent::Resumed { .. }, Some((_, to_ms))) => *to_ms = (*to_ms).min(at_ms),
            _ => {}
        }
    }
    pulled
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
