//! What more than one promise asks of a run: which announcement is behind a post, and how things stood at a time.

use polus_core::connection::ConnectionEvent;
use polus_core::policy::Policy;
use polus_core::ticket::event::ReplyStarted;
use polus_core::ticket::{Event, Recorded};

use crate::gorgias::records::Message;
use crate::gorgias::wire::{RequestRecord, Travel};
use crate::history::{AccountHistory, History, TicketHistory};

/// The announcement of a post, as it stands in the log.
pub struct Announcement<'a> {
    /// Its place in the ticket's stream.
    pub sequence: u64,
    /// Its place in the log.
    pub position: u64,
    /// When it reached the disk, milliseconds since 1970.
    pub written_ms: i64,
    /// What it says.
    pub started: &'a ReplyStarted,
}

/// A ticket's events with their places in the log.
pub fn placed(ticket: &TicketHistory) -> impl Iterator<Item = (&Recorded<Event>, u64)> {
    ticket.events.iter().zip(ticket.positions.iter().copied())
}

/// All announcements of a ticket, oldest first.
pub fn announcements<'a>(history: &History, ticket: &'a TicketHistory) -> Vec<Announcement<'a>> {
    let started = placed(ticket).filter_map(|(recorded, position)| match &recorded.event {
        Event::ReplyStarted(started) => Some(Announcement {
            sequence: recorded.sequence,
            position,
            written_ms: history.written_ms(position),
            started,
        }),
        _ => None,
    });
    started.collect()
}

/// The announcements that a post at the desk can rest on: of its marker, and on the disk when it appeared. More than one
/// where an attempt was repeated.
pub fn behind<'a, 'b>(
    post: &'b Message,
    announced: &'b [Announcement<'a>],
) -> impl Iterator<Item = &'b Announcement<'a>> {
    announced.iter().filter(move |announcement| {
        Some(announcement.started.marker.as_str()) == post.external_id.as_deref()
            && announcement.written_ms <= created_ms(post)
    })
}

/// When a message appeared at the desk, milliseconds since 1970.
pub fn created_ms(message: &Message) -> i64 {
    message.created_us.div_euclid(1_000)
}

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Its generation.
    pub generation: u32,
    /// Whether it is connected.
    pub connected: bool,
    /// Messages up to here are its past.
    pub go_live: i64,
}

/// How the connection stood for a record at this position of the log.
pub fn standing(account: &AccountHistory, position: u64) -> Standing {
    let mut standing = Standing::default();
    let events = account.connection.iter().zip(&account.connection_positions);
    for (recorded, _) in events.take_while(|(_, at)| **at < position) {
        match &recorded.event {
            ConnectionEvent::Connected(details) | ConnectionEvent::Saved(details) => {
                let (generation, go_live) = (details.generation, details.go_live.0);
                standing = Standing { generation, connected: true, go_live };
            }
            ConnectionEvent::Disconnected { generation, .. } => {
                standing = Standing { generation: *generation, connected: false, ..standing };
            }
            _ => {}
        }
    }
    standing
}

/// The generation that the ticket's debts belong to, before this event. The first fact that bears one tells it.
pub fn generation_before(ticket: &TicketHistory, sequence: u64) -> u32 {
    let before = ticket.events.iter().take_while(|recorded| recorded.sequence < sequence);
    before.fold(0, |generation, recorded| match &recorded.event {
        Event::Notified(notified) if generation == 0 => notified.generation,
        Event::SeenBySync(seen) if generation == 0 => seen.generation,
        Event::GenerationChanged { generation } => *generation,
        _ => generation,
    })
}

/// When a ticket changed hands at the desk, and to whom: microseconds since 1970.
pub fn hands(account: &AccountHistory, ticket: i64) -> impl Iterator<Item = (i64, Option<i64>)> {
    let of_ticket =
        account.audit.iter().filter(move |event| event.object_type == "Ticket" && event.object_id == ticket);
    of_ticket.filter_map(|event| match event.kind.as_str() {
        "ticket-assigned" => Some((event.created_us, event.data["assignee_user_id"].as_i64())),
        "ticket-unassigned" => Some((event.created_us, None)),
        _ => None,
    })
}

/// Whether the ticket was the AI user's at some moment of this millisecond: what happened within it has no order.
pub fn was_ours(account: &AccountHistory, ticket: i64, at_ms: i64) -> bool {
    let ai_user = Some(account.cast.ai_user);
    let before = hands(account, ticket).filter(|(at_us, _)| at_us.div_euclid(1_000) < at_ms).last();
    before.is_some_and(|(_, to)| to == ai_user)
        || hands(account, ticket).any(|(at_us, to)| at_us.div_euclid(1_000) == at_ms && to == ai_user)
}

/// Calls of an account's desk, oldest first. A slash at the end of their path does not count.
pub fn calls<'a>(
    account: &'a AccountHistory,
    method: &'a str,
    path: &str,
) -> impl Iterator<Item = &'a RequestRecord> + use<'a> {
    let path = path.to_owned();
    account
        .requests
        .iter()
        .filter(move |request| request.method == method && request.path.trim_end_matches('/') == path)
}

/// When the program had the answer to a call, if it got one that it could read; milliseconds since 1970.
pub fn answered_ms(request: &RequestRecord) -> Option<i64> {
    if let Some(journey) = request.journey {
        return journey.seen_ms;
    }
    match request.travel {
        Travel::Normal | Travel::Bare => Some(request.at_ms + ON_THE_WAY_MS),
        Travel::Slow { ms } => Some(request.at_ms + ms),
        Travel::LostBeforeEffect
        | Travel::LostAfterEffect
        | Travel::LateEffect { .. }
        | Travel::Html502
        | Travel::Truncated => None,
    }
}

/// When the program made a call, milliseconds since 1970.
pub fn asked_ms(request: &RequestRecord) -> i64 {
    request.journey.map_or(request.at_ms - ON_THE_WAY_MS, |journey| journey.asked_ms)
}

/// How long an answer travels where nobody kept the time.
pub const ON_THE_WAY_MS: i64 = 100;

/// Whether this is not the call but its late effect.
pub fn is_landing(request: &RequestRecord) -> bool {
    matches!(request.travel, Travel::LateEffect { lands_at_ms } if lands_at_ms == request.at_ms)
}

/// The policy of this version; the one from before any was set, if none bears it.
pub fn policy(account: &AccountHistory, version: u32) -> Policy {
    let set = account.connection.iter().rev().find_map(|recorded| match &recorded.event {
        ConnectionEvent::PolicyChanged { policy, .. } if policy.version == version => {
            Some((**policy).clone())
        }
        _ => None,
    });
    set.unwrap_or_default()
}
