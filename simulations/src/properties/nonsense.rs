//! What an answerer says with certainty and no customer may read is not said: an empty text, one without end, and the
//! promise of a person, which is a handoff and not an answer.

use polus_core::receipt::Gate;
use polus_core::ticket::Event;

use super::Findings;
use crate::answerer::{ENDLESS, NUMBERED, PROMISE};
use crate::history::{History, TicketHistory};

pub const NAME: &str = "no nonsense";

pub fn check(history: &History, findings: &mut Findings) {
    for (name, _, ticket) in history.tickets() {
        let about = format!("{name}/{}", ticket.id);
        for post in ticket.ours() {
            let text = post.body_text.as_deref().unwrap_or_default();
            for nonsense in [ENDLESS, PROMISE].into_iter().filter(|nonsense| text.contains(nonsense)) {
                findings.broken(&about, format!("message {} says {nonsense:?}", post.id));
            }
        }
        // Only where empty answers come do all others bear the mark of one that is not.
        if history.options.answerer.blank > 0 {
            for sequence in empty_answers(ticket) {
                findings
                    .broken(&about, format!("#{sequence} drafts an answer without a word of the answerer's"));
            }
        }
    }
}

/// The drafts that passed for certain and hold nothing of what the answerer says.
fn empty_answers(ticket: &TicketHistory) -> impl Iterator<Item = u64> + '_ {
    ticket.events.iter().filter_map(|recorded| {
        let Event::Drafted(drafted) = &recorded.event else { return None };
        let certain = drafted.receipt.gates.iter().any(|gate| gate.gate == Gate::Confidence && gate.passed);
        (certain && !drafted.personal.text.contains(NUMBERED)).then_some(recorded.sequence)
    })
}
