//! The test's ticket as its stream tells: whether a webhook came, and what became of the customer's two messages.

use std::collections::BTreeMap;

use polus_core::id::{MessageId, TicketId};
use polus_core::receipt::Receipt;
use polus_core::replay::spaced;
use polus_core::ticket::event::{Author, FollowUp, Silence, Standing};
use polus_core::ticket::state::{Ending, Known};
use polus_core::ticket::{EffectKind, Event, IllegalEvent, Phase, Recorded, Ticket};

use crate::journal::Machine;

/// The folded ticket, and what it does not keep.
pub(super) struct Followed {
    ticket: Ticket,
    webhook_came: bool,
    /// Why messages were not answered, by the judgement in force.
    reasons: BTreeMap<MessageId, String>,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Became {
    /// It was answered.
    Answered,
    /// An answer was drafted as an internal note: the mode is shadow.
    Drafted,
    /// It went to people, with why. Whom the ticket is assigned to is settled where that was asked for.
    HandedOff(String),
    /// The mode is shadow, and people would have got it, with why.
    WouldBeHandedOff(String),
    /// It was met with silence, with why.
    Silence(String),
    /// The ticket is gone.
    Gone,
}

/// Which of the two messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// The question, which is the ticket's first.
    Question,
    /// The request for a person after it.
    Request,
}

impl Followed {
    pub fn new(ticket: TicketId) -> Self {
        Self { ticket: Ticket::new(ticket), webhook_came: false, reasons: BTreeMap::new() }
    }

    /// Whether a webhook told of the ticket. What a sweep found does not count.
    pub fn webhook_came(&self) -> bool {
        self.webhook_came
    }

    /// Where the conversation stands.
    pub fn stands(&self) -> &'static str {
        self.ticket.phase_name()
    }

    /// What became of a message; none while that is open. A ticket that is not seen to be assigned to the AI user yet may
    /// become so.
    pub fn became(&self, which: Which) -> Option<Became> {
        if matches!(self.ticket.phase, Phase::Gone) {
            return Some(Became::Gone);
        }
        let known = self.message(which)?;
        let reason = || self.reason(which).unwrap_or_default().to_owned();
        match &known.outcome.as_ref()?.ending {
            Ending::Accepted | Ending::Ignored(Silence::NotAssigned) => None,
            Ending::Answered(effect) if effect.kind == EffectKind::ShadowNote => Some(Became::Drafted),
            Ending::Answered(_) => Some(Became::Answered),
            Ending::Ignored(Silence::Shadow) => Some(Became::WouldBeHandedOff(reason())),
            Ending::Ignored(_) => Some(Became::Silence(reason())),
            Ending::HandedOff if which == Which::Request && self.waits_for_reassignment() => None,
            Ending::HandedOff => Some(Became::HandedOff(reason())),
        }
    }

    /// Why a message was not answered so far; none where nothing was decided against it.
    pub fn reason(&self, which: Which) -> Option<&str> {
        self.reasons.get(&self.message(which)?.message.id).map(String::as_str)
    }

    /// Why the reassignment was left out; none when it was not.
    pub fn reassignment_skipped(&self) -> Option<&str> {
        let Phase::HandedOff(handoff) = &self.ticket.phase else { return None };
        handoff.skipped.get(&FollowUp::Reassign).map(String::as_str)
    }

    fn message(&self, which: Which) -> Option<&Known> {
        let known = self.ticket.messages.values().map(Box::as_ref);
        let mut written = known.filter(|known| known.author == Author::Customer && !known.merged_in);
        match which {
            Which::Question => written.next(),
            Which::Request => written.nth(1),
        }
    }

    fn waits_for_reassignment(&self) -> bool {
        matches!(&self.ticket.phase, Phase::HandedOff(handoff) if handoff.open.contains(&FollowUp::Reassign))
    }
}

impl Machine for Followed {
    type Event = Event;

    fn sequence(&self) -> u64 {
        self.ticket.sequence
    }

    fn fold(&mut self, recorded: &Recorded<Event>) -> Result<(), IllegalEvent> {
        match &recorded.event {
            Event::Notified(notified) => {
                self.webhook_came |= notified.standing == Standing::Current && !notified.own_echo;
            }
            Event::Ignored(ignored) => {
                let reason = format!("{}{}", spaced(&ignored.reason), closed_gate(&ignored.receipt));
                self.reasons.insert(ignored.message, reason);
            }
            Event::HandedOff(mark) => {
                let reason = format!("{}{}", mark.reason.words(), closed_gate(&mark.receipt));
                self.reasons.extend(mark.messages.iter().map(|message| (*message, reason.clone())));
            }
            _ => {}
        }
        self.ticket.apply(recorded)
    }
}

/// The gate that was closed, and what it looked at.
fn closed_gate(receipt: &Receipt) -> String {
    let closed = receipt.gates.iter().rev().find(|result| !result.passed);
    closed.map_or_else(String::new, |result| format!(" (not so: {}; found: {})", result.gate, result.input))
}
