//! Exactly once: no message of a customer is covered by more than one public reply, on whatever tickets merges put it, and
//! no post is made twice or without its announcement. A double that the declared rest explains is counted instead, by what
//! lies behind it.

use std::collections::BTreeMap;

use polus_core::id::ConnectionId;
use polus_core::ticket::Event;

use super::Findings;
use super::rest::{self, Post};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "exactly once";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        posts(history, name, account, ticket, findings);
    }
    for (name, account) in &history.accounts {
        covered(history, name, account, findings);
    }
}

fn posts(
    history: &History,
    name: &ConnectionId,
    account: &AccountHistory,
    ticket: &TicketHistory,
    findings: &mut Findings,
) {
    let about = format!("{name}/{}", ticket.id);
    let all = rest::posts(history, name, ticket);
    let mut posts: BTreeMap<&str, Vec<&Post<'_>>> = BTreeMap::new();
    for post in &all {
        match post.marker {
            Some(marker) => posts.entry(marker).or_default().push(post),
            None => findings.broken(&about, format!("message {} of ours bears no marker", post.message.id)),
        }
    }
    for (marker, posts) in posts {
        let attempts = ticket.events.iter().filter(
            |recorded| matches!(&recorded.event, Event::ReplyStarted(started) if started.marker == marker),
        );
        let (attempts, count) = (attempts.count(), posts.len());
        if count > attempts {
            findings
                .broken(&about, format!("{marker} was announced {attempts} times and posted {count} times"));
        } else if count > 1 {
            match rest::cause(history, name, account, &posts) {
                Some(cause) => findings.doubled(cause, count as u64 - 1),
                None => findings.broken(&about, format!("{marker} was posted {count} times")),
            }
        }
    }
}

/// Which public posts at the desk cover which message.
fn covered(history: &History, name: &ConnectionId, account: &AccountHistory, findings: &mut Findings) {
    let all: Vec<Post<'_>> =
        account.tickets.values().flat_map(|ticket| rest::posts(history, name, ticket)).collect();
    let mut covered: BTreeMap<i64, Vec<&Post<'_>>> = BTreeMap::new();
    for post in all.iter().filter(|post| post.message.public) {
        let events =
            account.tickets.get(&post.ticket).map(|ticket| ticket.events.as_slice()).unwrap_or_default();
        let started = events.iter().find_map(|recorded| match &recorded.event {
            Event::ReplyStarted(started) if Some(started.marker.as_str()) == post.marker => Some(started),
            _ => None,
        });
        for message in started.map(|started| started.messages.as_slice()).unwrap_or_default() {
            covered.entry(message.0).or_default().push(post);
        }
    }
    for (message, posts) in covered {
        let mut markers: Vec<&str> = Vec::new();
        for marker in posts.iter().filter_map(|post| post.marker) {
            if !markers.contains(&marker) {
                markers.push(marker);
            }
        }
        if markers.len() < 2 {
            continue;
        }
        match rest::cause(history, name, account, &posts) {
            Some(cause) => findings.doubled(cause, markers.len() as u64 - 1),
            None => {
                let about = format!("{name}/{}", posts[0].ticket);
                findings
                    .broken(about, format!("message {message} was answered by {}", markers.join(" and ")));
            }
        }
    }
}
