//! Nothing is lost: once all is calm, every message of a customer that came after the connection was made, on a ticket
//! that concerned us, has exactly one current outcome, with a receipt. A ticket with a damaged stream waits for a person.

use polus_core::ticket::Event;
use polus_core::ticket::state::{Ending, Outcome};

use super::Findings;
use crate::history::{AccountHistory, History, TicketHistory};

pub const NAME: &str = "nothing lost";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, account, ticket) in history.tickets() {
        let damaged = history.flipped_of(name, ticket.id).is_some();
        if ticket.at_desk && !damaged && concerned_us(account, ticket) {
            outcomes(account, ticket, &format!("{name}/{}", ticket.id), findings);
        }
    }
}

/// A ticket concerns us once a webhook of it was taken in, or it is ours in the end.
fn concerned_us(account: &AccountHistory, ticket: &TicketHistory) -> bool {
    !ticket.taken_ms.is_empty() || ticket.assignee == Some(account.cast.ai_user)
}

fn outcomes(account: &AccountHistory, ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let Ok(folded) = &ticket.folded else { return };
    for heard in ticket.heard().filter(|heard| heard.id > account.go_live) {
        let known = folded.messages.values().find(|known| known.message.id.0 == heard.id);
        let outcome = match known {
            None => {
                findings.broken(about, format!("message {} is not known", heard.id));
                continue;
            }
            Some(known) => known.outcome.as_ref(),
        };
        match outcome {
            None => findings.broken(about, format!("message {} has no outcome", heard.id)),
            Some(Outcome { ending: Ending::Accepted, .. }) => {
                findings.broken(about, format!("message {} still waits", heard.id));
            }
            Some(outcome) => receipt(ticket, heard.id, outcome, about, findings),
        }
    }
}

fn receipt(ticket: &TicketHistory, message: i64, outcome: &Outcome, about: &str, findings: &mut Findings) {
    // An answer's receipt stands where it was drafted.
    let sequence = match outcome.ending {
        Ending::Answered(effect) => effect.sequence,
        Ending::Accepted | Ending::Ignored(_) | Ending::HandedOff => outcome.sequence,
    };
    let event = ticket.events.iter().find(|recorded| recorded.sequence == sequence);
    let has_receipt = event.is_some_and(|recorded| match &recorded.event {
        Event::Ignored(ignored) => ignored.message.0 == message,
        Event::Accepted(accepted) => accepted.messages.iter().any(|id| id.0 == message),
        Event::Drafted(drafted) => drafted.messages.iter().any(|id| id.0 == message),
        Event::HandedOff(handed) => handed.messages.iter().any(|id| id.0 == message),
        _ => false,
    });
    if !has_receipt {
        let what = event.map_or("nothing", |recorded| recorded.event.name());
        findings.broken(
            about,
            format!("the outcome of message {message} rests on {what}, which has no receipt of it"),
        );
    }
}
