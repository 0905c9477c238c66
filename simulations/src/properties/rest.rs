//! The declared rest: three things against which no marker helps. A write lands after the looks that settle it, a marker
//! is stripped on the way, or a look is shown an older thread. What a run did so, and on which ticket, the network and the
//! desk remember; a double that none of the three explains on its own ticket is a broken promise.

use std::collections::BTreeSet;

use polus_core::id::ConnectionId;

use super::look::{calls, created_ms, is_landing};
use crate::gorgias::records::Message;
use crate::gorgias::wire::Travel;
use crate::history::{AccountHistory, History, StaleRead, Stripped, TicketHistory};
use crate::options::LATE_MS;

/// What lies behind a double.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// One of the posts landed too late to be found.
    LandedLate,
    /// One of the posts lost its marker on the way.
    MarkerStripped,
    /// A look between the posts was shown a thread from before.
    StaleRead,
}

/// A message of ours at the desk.
pub struct Post<'a> {
    /// The message.
    pub message: &'a Message,
    /// The ticket it was written on.
    pub ticket: i64,
    /// The marker it was sent with; none if no post of ours is known that lost one.
    pub marker: Option<&'a str>,
    /// It lost the marker on the way.
    stripped: bool,
}

/// The messages of ours that were written on a ticket, with the markers that they were sent with.
pub fn posts<'a>(history: &'a History, name: &ConnectionId, ticket: &'a TicketHistory) -> Vec<Post<'a>> {
    let mut used = BTreeSet::new();
    let mut posts = Vec::new();
    for message in ticket.ours().chain(ticket.notes()) {
        let (marker, stripped) = match &message.external_id {
            Some(marker) => (Some(marker.as_str()), false),
            None => (lost_marker(history, name, ticket.id, message, &mut used), true),
        };
        posts.push(Post { message, ticket: ticket.id, marker, stripped });
    }
    posts
}

/// The marker that a message without one was sent with: that of the newest stripped post of this text before it.
fn lost_marker<'a>(
    history: &'a History,
    name: &ConnectionId,
    ticket: i64,
    message: &Message,
    used: &mut BTreeSet<usize>,
) -> Option<&'a str> {
    let stripped = history.beside.lied.stripped.iter().enumerate().rev();
    let (place, found) =
        stripped.filter(|(_, stripped)| is_of(stripped, name, ticket)).find(|(place, found)| {
            !used.contains(place)
                && found.at_ms <= created_ms(message)
                && message.body_text.as_deref() == Some(found.text.as_str())
        })?;
    used.insert(place);
    Some(found.marker.as_str())
}

fn is_of(stripped: &Stripped, name: &ConnectionId, ticket: i64) -> bool {
    stripped.account == *name && stripped.ticket == ticket
}

/// What explains that all these posts are there, if anything does.
pub fn cause(
    history: &History,
    name: &ConnectionId,
    account: &AccountHistory,
    posts: &[&Post<'_>],
) -> Option<Cause> {
    if posts.iter().any(|post| landed_late(account, post)) {
        return Some(Cause::LandedLate);
    }
    if posts.iter().any(|post| post.stripped) {
        return Some(Cause::MarkerStripped);
    }
    let first_ms = posts.iter().map(|post| created_ms(post.message)).min()?;
    let last_ms = posts.iter().map(|post| created_ms(post.message)).max()?;
    let tickets: BTreeSet<i64> = posts.iter().flat_map(|post| merged_with(account, post.ticket)).collect();
    let hid = |read: &&StaleRead| {
        read.account == *name
            && tickets.contains(&read.ticket)
            && read.as_of_ms <= first_ms
            && (first_ms..=last_ms).contains(&read.at_ms)
    };
    history.beside.lied.stale.iter().find(hid).map(|_| Cause::StaleRead)
}

/// Whether a post landed after the looks that settle it.
fn landed_late(account: &AccountHistory, post: &Post<'_>) -> bool {
    let at_ms = created_ms(post.message);
    late_landings(account, post.ticket).any(|landed_ms| landed_ms == at_ms)
}

/// When posts on this ticket landed that were asked for too long before; milliseconds since 1970.
fn late_landings(account: &AccountHistory, ticket: i64) -> impl Iterator<Item = i64> {
    calls(account, "POST", &format!("/api/tickets/{ticket}/messages")).filter_map(|request| {
        match request.travel {
            Travel::LateEffect { lands_at_ms }
                if !is_landing(request) && lands_at_ms - request.at_ms > LATE_MS =>
            {
                Some(lands_at_ms)
            }
            _ => None,
        }
    })
}

/// Whether any of the three happened on this ticket, or on one that a merge joined to it.
pub fn touches(history: &History, name: &ConnectionId, account: &AccountHistory, ticket: i64) -> bool {
    if !history.options.allows_doubles() {
        return false;
    }
    merged_with(account, ticket).into_iter().any(|ticket| {
        is_shown_older(history, name, ticket)
            || history.beside.lied.stripped.iter().any(|stripped| is_of(stripped, name, ticket))
            || late_landings(account, ticket).next().is_some()
    })
}

/// Whether a read of this ticket showed an older thread.
pub fn is_shown_older(history: &History, name: &ConnectionId, ticket: i64) -> bool {
    history.beside.lied.stale.iter().any(|read| read.account == *name && read.ticket == ticket)
}

/// The ticket, and those that merges joined to it.
pub fn merged_with(account: &AccountHistory, ticket: i64) -> BTreeSet<i64> {
    let merges: Vec<(i64, i64)> = account
        .audit
        .iter()
        .filter(|event| event.kind == "ticket-merged")
        .filter_map(|event| Some((event.object_id, event.data["into_ticket_id"].as_i64()?)))
        .collect();
    let mut joined = BTreeSet::from([ticket]);
    loop {
        let before = joined.len();
        for (from, into) in &merges {
            if joined.contains(from) || joined.contains(into) {
                joined.extend([*from, *into]);
            }
        }
        if joined.len() == before {
            return joined;
        }
    }
}
