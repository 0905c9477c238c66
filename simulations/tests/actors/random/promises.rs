//! What must hold of a day once it is over and quiet, seen from the desk and from the log.

use std::collections::BTreeMap;

use polus_core::ticket::state::{Ending, Phase};
use polus_core::ticket::{Event, Recorded, Ticket};

use super::Day;
use crate::actors::stage::{Play, Said};

/// A message of a person is seen by a fence read that began at most so long before the announcement: the read's
/// freshness, its slowest answer, and the log's.
const FENCE_MS: i64 = 9_000;

/// Where a ticket ended.
#[derive(Debug, PartialEq, Eq)]
pub struct End {
    ticket: i64,
    replies: Vec<String>,
    notes: usize,
    phase: &'static str,
}

pub async fn end(play: &Play) -> Vec<End> {
    let mut ends = Vec::new();
    for ticket in play.tickets() {
        let phase = play.folded(ticket).await.phase_name();
        ends.push(End { ticket, replies: play.replies(ticket), notes: play.notes(ticket).len(), phase });
    }
    ends
}

/// The promises that were broken, and how many posts were made twice by writes that landed very late.
pub async fn broken(play: &Play, day: &Day) -> (Vec<String>, usize) {
    let mut broken = Vec::new();
    let mut repeated = 0;
    for ticket in play.tickets() {
        let events = play.events(ticket).await;
        let folded = play.folded(ticket).await;
        let said = play.said(ticket);
        let mut found = Vec::new();
        repeated += once(&events, &said, day, &mut found);
        none_lost(play, ticket, &folded, &mut found);
        silent_after_handoff(&events, &mut found);
        silent_after_people(play, day, ticket, &events, &said, &mut found);
        if !folded.agenda().is_empty() {
            found.push(format!("it still owes {:?}", folded.agenda()));
        }
        if !found.is_empty() {
            let told = play.told(ticket).await;
            broken.extend(found.into_iter().map(|what| format!("ticket {ticket}: {what}")));
            broken.push(told);
        }
    }
    (broken, repeated)
}

/// No message of a customer is covered by two public posts, and no post lacks its announcement.
fn once(events: &[Recorded<Event>], said: &[Said], day: &Day, found: &mut Vec<String>) -> usize {
    let mut posts: BTreeMap<&str, usize> = BTreeMap::new();
    for post in said {
        *posts.entry(post.marker.as_str()).or_default() += 1;
    }
    let mut covered: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    let mut repeated = 0;
    for (marker, count) in posts {
        let started = events.iter().find_map(|recorded| match &recorded.event {
            Event::ReplyStarted(started) if started.marker == marker => Some(started),
            _ => None,
        });
        let Some(started) = started else {
            found.push(format!("{marker} was posted without an announcement"));
            continue;
        };
        for message in &started.messages {
            covered.entry(message.0).or_default().push(marker);
        }
        if count > 1 && day.lands_very_late {
            repeated += count - 1;
        } else if count > 1 {
            found.push(format!("{marker} was posted {count} times"));
        }
    }
    for (message, markers) in covered {
        if markers.len() > 1 {
            found.push(format!("message {message} was answered by {markers:?}"));
        }
    }
    repeated
}

/// Each message of a customer has its outcome, on every ticket that concerned us.
fn none_lost(play: &Play, ticket: i64, folded: &Ticket, found: &mut Vec<String>) {
    if folded.sequence == 0 && !play.is_ours(ticket) {
        return;
    }
    for heard in play.heard(ticket).into_iter().filter(|heard| heard.by_customer) {
        let known = folded.messages.values().find(|known| known.message.id.0 == heard.id);
        match known.map(|known| known.outcome.as_ref().map(|outcome| &outcome.ending)) {
            None => found.push(format!("message {} is not known", heard.id)),
            Some(None) => found.push(format!("message {} has no outcome", heard.id)),
            Some(Some(Ending::Accepted)) => found.push(format!("message {} still waits", heard.id)),
            Some(Some(Ending::Answered(_) | Ending::Ignored(_) | Ending::HandedOff)) => {}
        }
    }
    if matches!(folded.phase, Phase::Gone) {
        found.push("it is taken for gone".to_owned());
    }
}

/// After the mark of a handoff nothing is announced but its follow-ups, each once at a time.
fn silent_after_handoff(events: &[Recorded<Event>], found: &mut Vec<String>) {
    let mut mark = None;
    for recorded in events {
        match &recorded.event {
            Event::HandedOff(_) => mark = Some(recorded.sequence),
            Event::ReplyStarted(started) if mark.is_some_and(|mark| started.effect.sequence != mark) => {
                found.push(format!("{} was announced after the handoff", started.effect));
            }
            _ => {}
        }
    }
}

/// No public post was announced after a person had written, unless the ticket came back to us in between. A read that
/// shows the ticket as newly ours together with what people wrote cannot tell which came first: that counts as before.
fn silent_after_people(
    play: &Play,
    day: &Day,
    ticket: i64,
    events: &[Recorded<Event>],
    said: &[Said],
    found: &mut Vec<String>,
) {
    let none = Vec::new();
    let taken_for_handed = events.iter().filter_map(|recorded| match &recorded.event {
        Event::TicketRead(read) => read.handed_to_us,
        _ => None,
    });
    let taken_for_handed = taken_for_handed.max().unwrap_or_default();
    let came_back = day.handed_to_us_ms.get(&ticket).unwrap_or(&none);
    for post in said {
        let announced = events.iter().rev().find_map(|recorded| match &recorded.event {
            Event::ReplyStarted(started) if started.marker == post.marker => Some(recorded.at.0),
            _ => None,
        });
        let Some(announced_ms) = announced else { continue };
        for heard in
            play.heard(ticket).into_iter().filter(|heard| heard.by_person && heard.id > taken_for_handed.0)
        {
            let before = heard.id < post.id && heard.at_ms < announced_ms - FENCE_MS;
            let back = came_back.iter().any(|at| *at >= heard.at_ms && *at <= post.at_ms);
            if before && !back {
                found.push(format!("{} was posted after a person's message {}", post.marker, heard.id));
            }
        }
    }
}
