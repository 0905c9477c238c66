//! After the mark of a handoff nothing follows but its own final reply, note, tags and reassignment, the posts at most
//! once each, until an operator gives the ticket back. Seen in the log, and at the desk.

use std::collections::BTreeMap;

use polus_core::ticket::{EffectKind, Event};

use super::look::{announcements, created_ms, placed};
use super::{Findings, rest};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "silent after a handoff";

/// What the AI user may do to a ticket that was handed off, as the audit log calls it.
const FOLLOW_UPS: [&str; 5] = [
    "ticket-tags-added",
    "ticket-assigned",
    "ticket-unassigned",
    "ticket-team-assigned",
    "ticket-team-unassigned",
];

/// The time after a mark, until the ticket was given back.
struct Silence {
    /// Sequence of the mark.
    mark: u64,
    /// When the mark reached the disk, milliseconds since 1970.
    from_ms: i64,
    /// When the ticket was given back.
    to_ms: i64,
}

impl Silence {
    /// What happened in the millisecond of the mark has no order to it, and counts as before.
    fn covers(&self, at_ms: i64) -> bool {
        self.from_ms < at_ms && at_ms < self.to_ms
    }
}

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        let about = format!("{name}/{}", ticket.id);
        in_the_log(ticket, &about, findings);
        for silence in silences(history, ticket) {
            let excused = rest::touches(history, name, account, ticket.id);
            posts(history, ticket, &silence, (&about, excused), findings);
            let bearer = account.cast.bearer(history.options.owners_key).user;
            acts(account, ticket, &silence, (&about, bearer), findings);
        }
    }
}

fn in_the_log(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
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

fn silences(history: &History, ticket: &TicketHistory) -> Vec<Silence> {
    let mut silences: Vec<Silence> = Vec::new();
    for (recorded, position) in placed(ticket) {
        let at_ms = history.written_ms(position);
        match &recorded.event {
            Event::HandedOff(_) => {
                silences.push(Silence { mark: recorded.sequence, from_ms: at_ms, to_ms: i64::MAX });
            }
            Event::Resumed { .. } => {
                if let Some(last) = silences.last_mut() {
                    last.to_ms = last.to_ms.min(at_ms);
                }
            }
            _ => {}
        }
    }
    silences
}

fn posts(
    history: &History,
    ticket: &TicketHistory,
    silence: &Silence,
    (about, excused): (&str, bool),
    findings: &mut Findings,
) {
    let announced = announcements(history, ticket);
    let mut follow_ups: BTreeMap<EffectKind, u32> = BTreeMap::new();
    for post in ticket.ours().chain(ticket.notes()).filter(|post| silence.covers(created_ms(post))) {
        let of_marker =
            announced.iter().find(|found| Some(&found.started.marker) == post.external_id.as_ref());
        // One without announcement is found by "announced" and "exactly once".
        let Some(behind) = of_marker else { continue };
        let effect = behind.started.effect;
        if effect.sequence == silence.mark {
            *follow_ups.entry(effect.kind).or_default() += 1;
        } else if !(excused && behind.sequence < silence.mark) {
            // Announced before the mark it may appear after it, if writes land too late to be found.
            let (id, at_ms, mark) = (post.id, created_ms(post), silence.mark);
            findings.broken(
                about,
                format!(
                    "{effect} appeared as message {id} at {at_ms}, after the mark #{mark} at {}",
                    silence.from_ms
                ),
            );
        }
    }
    for (kind, count) in follow_ups.into_iter().filter(|(_, count)| *count > 1) {
        // Counted as a double by "exactly once".
        if !excused {
            findings.broken(about, format!("{kind:?} of mark #{} appeared {count} times", silence.mark));
        }
    }
}

fn acts(
    account: &AccountHistory,
    ticket: &TicketHistory,
    silence: &Silence,
    (about, bearer): (&str, i64),
    findings: &mut Findings,
) {
    let ours = account.audit.iter().filter(|event| {
        event.user == Some(bearer)
            && event.object_type == "Ticket"
            && event.object_id == ticket.id
            && silence.covers(event.created_us.div_euclid(1_000))
    });
    for event in ours.filter(|event| !FOLLOW_UPS.contains(&event.kind.as_str())) {
        findings.broken(about, format!("the AI user did {} after mark #{}", event.kind, silence.mark));
    }
    let to_itself = super::look::hands(account, ticket.id).filter(|(at_us, to)| {
        *to == Some(account.cast.ai_user)
            && account.audit.iter().any(|event| event.created_us == *at_us && event.user == Some(bearer))
    });
    for (at_us, _) in to_itself.filter(|(at_us, _)| silence.covers(at_us.div_euclid(1_000))) {
        findings.broken(about, format!("the AI user took the ticket back at {}", at_us.div_euclid(1_000)));
    }
}
