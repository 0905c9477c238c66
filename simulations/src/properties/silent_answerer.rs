//! With an answerer that never answers, every accepted message ends with people, in silence, or with a text that needs no
//! answerer: none waits for ever, and none is answered.

use polus_core::ticket::event::Drafted;
use polus_core::ticket::state::Ending;
use polus_core::ticket::{EffectId, Event};

use super::Findings;
use crate::history::{History, TicketHistory};

pub const NAME: &str = "a silent answerer";

pub fn check(history: &History, findings: &mut Findings) {
    if !history.options.answerer.silent {
        return;
    }
    for (account, _, ticket) in history.tickets() {
        let about = format!("{account}/{}", ticket.id);
        for recorded in &ticket.events {
            if matches!(&recorded.event, Event::Drafted(drafted) if !is_fixed(drafted)) {
                findings.broken(&about, format!("an answer was drafted in event #{}", recorded.sequence));
            }
        }
        if history.flipped_of(account, ticket.id).is_none() {
            endings(ticket, &about, findings);
        }
    }
}

/// A ticket that somebody deleted or threw away ends its messages in silence, so that none is left out here. A stream
/// that does not fold is found by "settled".
fn endings(ticket: &TicketHistory, about: &str, findings: &mut Findings) {
    let Ok(folded) = &ticket.folded else { return };
    for (id, known) in &folded.messages {
        match known.outcome.as_ref().map(|outcome| &outcome.ending) {
            Some(Ending::Accepted) => findings.broken(about, format!("message {id} waits for ever")),
            Some(Ending::Answered(effect)) if !is_fixed_text(ticket, *effect) => {
                findings.broken(about, format!("message {id} was answered by {effect}"));
            }
            Some(Ending::Answered(_) | Ending::Ignored(_) | Ending::HandedOff) | None => {}
        }
    }
}

/// Whether no answerer was asked: a gate was closed, and the policy has a text of its own for that.
fn is_fixed(drafted: &Drafted) -> bool {
    let receipt = &drafted.receipt;
    receipt.answer.is_none() && receipt.gates.last().is_some_and(|last| !last.passed)
}

fn is_fixed_text(ticket: &TicketHistory, effect: EffectId) -> bool {
    let drafted = ticket.events.iter().find(|recorded| recorded.sequence == effect.sequence);
    drafted.is_some_and(|recorded| matches!(&recorded.event, Event::Drafted(drafted) if is_fixed(drafted)))
}
