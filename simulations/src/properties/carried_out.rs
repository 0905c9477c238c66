//! What the log says was done to a ticket was done at the desk: tags that are said to be there are, a ticket that is said to
//! be given to people was taken from the AI user, and one that was handed off does not end up with it.

use polus_core::ticket::event::FollowUp;
use polus_core::ticket::{EffectId, Event};

use super::Findings;
use super::look::{hands, placed, was_ours};
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "what is said is done";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        let about = format!("{name}/{}", ticket.id);
        tags(ticket, &about, findings);
        reassignments(history, account, ticket, &about, findings);
    }
}

/// Nobody takes tags off a ticket, so those that were put there are there in the end.
fn tags(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    if !ticket.is_listed {
        return;
    }
    for recorded in &ticket.events {
        let wanted = match &recorded.event {
            Event::FollowUpDone { step: FollowUp::Tags } => tags_of_the_mark(ticket, recorded.sequence),
            Event::TagsDone { effect } => tags_of_effect(ticket, *effect),
            _ => continue,
        };
        for tag in wanted.iter().filter(|tag| !ticket.tags.contains(*tag)) {
            let how = format!("#{} says that the tag {tag} is there, and it is not", recorded.sequence);
            findings.broken(about, how);
        }
    }
}

fn tags_of_the_mark(ticket: &TicketHistory, before: u64) -> &[String] {
    let marks = ticket.events.iter().take_while(|recorded| recorded.sequence < before);
    let tags = marks.filter_map(|recorded| match &recorded.event {
        Event::HandedOff(mark) => Some(mark.tags.as_slice()),
        _ => None,
    });
    tags.last().unwrap_or_default()
}

fn tags_of_effect(ticket: &TicketHistory, effect: EffectId) -> &[String] {
    let mut events = ticket.events.iter().filter(|recorded| recorded.sequence == effect.sequence);
    events
        .find_map(|recorded| match &recorded.event {
            Event::Ignored(ignored) => Some(ignored.tags.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}

/// The place of the last mark, while nobody has given the ticket back.
struct Mark {
    from_ms: i64,
    /// When the log says that people have it.
    done_ms: Option<i64>,
}

fn reassignments(
    history: &History,
    account: &AccountHistory,
    ticket: &TicketHistory,
    about: &str,
    findings: &mut Findings,
) {
    let mut mark: Option<Mark> = None;
    for (recorded, position) in placed(ticket) {
        let at_ms = history.written_ms(position);
        match (&recorded.event, &mut mark) {
            (Event::HandedOff(_), _) => mark = Some(Mark { from_ms: at_ms, done_ms: None }),
            (Event::Resumed { .. }, _) => mark = None,
            (Event::FollowUpDone { step: FollowUp::Reassign }, Some(mark)) => {
                mark.done_ms = Some(at_ms);
                if always_ours(account, ticket, mark.from_ms, at_ms) {
                    let how =
                        format!("#{} says that people have it, and the AI user has it", recorded.sequence);
                    findings.broken(about, how);
                }
            }
            _ => {}
        }
    }
    let Some(Mark { from_ms, done_ms: Some(_) }) = mark else { return };
    let ai_user = Some(account.cast.ai_user);
    let given_since =
        hands(account, ticket.id).any(|(at_us, to)| to == ai_user && at_us.div_euclid(1_000) >= from_ms);
    if ticket.is_listed && ticket.assignee == ai_user && !given_since {
        findings.broken(about, "it was handed off and given to people, and the AI user has it in the end");
    }
}

/// Whether the ticket was the AI user's from one time to another, without a moment at which it was not; milliseconds.
pub fn always_ours(account: &AccountHistory, ticket: &TicketHistory, from_ms: i64, to_ms: i64) -> bool {
    let ai_user = Some(account.cast.ai_user);
    let mut meanwhile =
        hands(account, ticket.id).filter(|(at_us, _)| (from_ms..=to_ms).contains(&at_us.div_euclid(1_000)));
    let first = hands(account, ticket.id).filter(|(at_us, _)| at_us.div_euclid(1_000) < from_ms).last();
    let began_ours = match first {
        Some((_, to)) => to == ai_user,
        None => was_ours(account, ticket.id, from_ms),
    };
    began_ours && meanwhile.all(|(_, to)| to == ai_user)
}
