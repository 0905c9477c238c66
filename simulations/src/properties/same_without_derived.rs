//! Deleting what is derived changes nothing: started once more without its open-work list, a quiet program comes to the
//! same tickets, and does nothing at the desks.

use polus_core::ticket::Ticket;

use super::Findings;
use crate::history::{AccountHistory, Forgotten, History, TicketHistory, folded};

pub const NAME: &str = "the same without what is derived";

pub fn check(history: &History, findings: &mut Findings) {
    let Some(forgotten) = history.forgotten else { return };
    for (name, account) in &history.accounts {
        at_the_desk(account, forgotten, name.as_str(), findings);
    }
    for (name, _, ticket) in history.tickets() {
        in_the_log(ticket, forgotten, &format!("{name}/{}", ticket.id), findings);
    }
}

fn at_the_desk(account: &AccountHistory, forgotten: Forgotten, about: &str, findings: &mut Findings) {
    let since = account.requests.iter().filter(|request| request.at_ms > forgotten.at_ms);
    for request in since.filter(|request| request.method != "GET") {
        findings.broken(about, format!("{} {} at {}", request.method, request.path, request.at_ms));
    }
    let changed = account.audit.iter().filter(|event| event.created_us > forgotten.at_ms * 1_000);
    for event in changed {
        findings.broken(about, format!("{} of {}", event.kind, event.object_id));
    }
}

/// Facts that are heard again may be recorded again; what the ticket is may not change. A stream that does not fold is
/// found by "settled".
fn in_the_log(ticket: &TicketHistory, forgotten: Forgotten, about: &str, findings: &mut Findings) {
    let known = ticket.positions.iter().take_while(|position| **position <= forgotten.head).count();
    let before = folded(ticket.id, &ticket.events[..known]);
    if let (Ok(before), Ok(after)) = (&before, &ticket.folded)
        && told(before) != told(after)
    {
        let news = &ticket.events[known..];
        let names: Vec<&str> = news.iter().map(|recorded| recorded.event.name()).collect();
        findings.broken(about, format!("it is another after {}", names.join(", ")));
    }
}

/// What a ticket is, without how far its stream reaches.
fn told(ticket: &Ticket) -> String {
    let outcomes: Vec<_> = ticket.messages.iter().map(|(id, known)| (id, &known.outcome)).collect();
    let (phase, posted, announced) = (&ticket.phase, &ticket.posted, &ticket.announced);
    format!("{phase:?} {outcomes:?} {posted:?} {announced:?} {}", ticket.ours)
}
