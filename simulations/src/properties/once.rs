//! Exactly once: no message of a customer is covered by more than one public reply, on whatever tickets merges put it, and
//! no post is made twice or without its announcement. Where a run's writes land too late to be found, or its network lies,
//! doubles are counted instead.

use std::collections::BTreeMap;

use polus_core::ticket::Event;

use super::Findings;
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "exactly once";

pub fn check(history: &History, findings: &mut Findings) {
    let allows_doubles = history.options.allows_doubles();
    for (account, _, ticket) in history.tickets() {
        let about = format!("{account}/{}", ticket.id);
        posts(ticket, allows_doubles, &about, findings);
    }
    for (name, account) in &history.accounts {
        covered(account, allows_doubles, name.as_str(), findings);
    }
}

fn posts(ticket: &TicketHistory, allows_doubles: bool, about: &str, findings: &mut Findings) {
    let mut posts: BTreeMap<&str, u64> = BTreeMap::new();
    for post in ticket.ours().chain(ticket.notes()) {
        match &post.external_id {
            Some(marker) => *posts.entry(marker.as_str()).or_default() += 1,
            None if allows_doubles => {}
            None => findings.broken(about, format!("message {} of ours bears no marker", post.id)),
        }
    }
    for (marker, count) in posts {
        let attempts = ticket.events.iter().filter(
            |recorded| matches!(&recorded.event, Event::ReplyStarted(started) if started.marker == marker),
        );
        let attempts = attempts.count() as u64;
        if count > attempts {
            findings
                .broken(about, format!("{marker} was announced {attempts} times and posted {count} times"));
        } else if count > 1 && allows_doubles {
            findings.doubles += count - 1;
        } else if count > 1 {
            findings.broken(about, format!("{marker} was posted {count} times"));
        }
    }
}

/// Which public posts at the desk cover which message.
fn covered(account: &AccountHistory, allows_doubles: bool, name: &str, findings: &mut Findings) {
    let mut covered: BTreeMap<i64, (i64, Vec<&str>)> = BTreeMap::new();
    let tickets = account.tickets.values();
    for (ticket, post) in tickets.flat_map(|ticket| ticket.ours().map(move |post| (ticket, post))) {
        let Some(marker) = post.external_id.as_deref() else { continue };
        let started = ticket.events.iter().find_map(|recorded| match &recorded.event {
            Event::ReplyStarted(started) if started.marker == marker => Some(started),
            _ => None,
        });
        for message in started.map(|started| started.messages.as_slice()).unwrap_or_default() {
            let (_, markers) = covered.entry(message.0).or_insert_with(|| (ticket.id, Vec::new()));
            if !markers.contains(&marker) {
                markers.push(marker);
            }
        }
    }
    let twice = covered.into_iter().filter(|(_, (_, markers))| markers.len() > 1);
    for (message, (ticket, markers)) in twice {
        if allows_doubles {
            findings.doubles += markers.len() as u64 - 1;
        } else {
            let about = format!("{name}/{ticket}");
            findings.broken(about, format!("message {message} was answered by {}", markers.join(" and ")));
        }
    }
}
