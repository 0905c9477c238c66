//! What a ticket owes the outside, from its state alone. A restart derives the same debts from the same log.

use super::delays;
use super::effect::{Act, Agenda, Debt, EffectId, EffectKind};
use super::event::FollowUp;
use super::state::{Handoff, Phase, Ticket};
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::time::Time;

impl Ticket {
    /// The debts in the order they should be started, and the next time at which time alone changes something else.
    pub fn agenda(&self) -> Agenda {
        let mut agenda = Agenda::default();
        match &self.announced {
            // Nothing else is read or done meanwhile: until it is settled, an unmarked message of the AI user
            // could be this very post.
            Some(announced) => agenda.debts.push(Debt {
                id: announced.effect,
                act: Act::Settle { attempt: announced.attempt },
                not_before: announced.give_up_at.plus(delays::SETTLE_AFTER),
                reason: "a post was announced and has no outcome",
            }),
            None => {
                self.reads_owed(&mut agenda);
                self.phase_owes(&mut agenda);
                if let Some(owed) = self.mail_tags.as_ref().filter(|owed| owed.open) {
                    agenda.owe(owed.effect, Time::default(), "the tags of automated mail wait to be set");
                }
            }
        }
        #[cfg(feature = "planted")]
        if planted::is(Bug::SettleAtOnce) && self.announced.is_some() {
            agenda.debts.iter_mut().for_each(|debt| debt.not_before = Time::default());
        }
        agenda
    }

    fn reads_owed(&self, agenda: &mut Agenda) {
        if self.reading.is_owed() {
            let id = EffectId { kind: EffectKind::Read, sequence: 0 };
            agenda.owe(id, self.reading.due_at, "a notification wants the ticket read");
        }
        for watch in &self.deliveries {
            let id = EffectId { kind: EffectKind::CheckDelivery, sequence: watch.effect.sequence };
            agenda.owe(id, watch.check_at, "was the reply sent?");
        }
    }

    fn phase_owes(&self, agenda: &mut Agenda) {
        match &self.phase {
            Phase::Gathering(gathering) => {
                let id = EffectId { kind: EffectKind::Draft, sequence: gathering.sequence };
                agenda.owe(id, gathering.quiet_until, "accepted messages wait for an answer");
                agenda.wake(gathering.answer_by, "the answer would be too late");
            }
            Phase::Answering(answering) => {
                // While a message that a notification named is looked for, no fence can pass.
                let looking = !self.reading.wanted.is_empty();
                let from = if looking { self.reading.due_at } else { Time::default() };
                agenda.owe(answering.effect, from.max(answering.not_before), "an answer waits to be posted");
                agenda.wake(answering.answer_by, "the answer would be too late");
            }
            Phase::HandedOff(handoff) => handoff.owes(agenda),
            Phase::Idle | Phase::TakenOver { .. } | Phase::Gone => {}
        }
    }
}

impl Handoff {
    /// One follow-up at a time, in their order.
    fn owes(&self, agenda: &mut Agenda) {
        let Some(step) = self.open.first() else { return };
        let id = EffectId { kind: step.effect(), sequence: self.sequence };
        let reason = match step {
            FollowUp::Reply => "the handoff's final reply waits to be posted",
            FollowUp::Note => "the handoff's note waits to be posted",
            FollowUp::Tags => "the handoff's tags wait to be set",
            FollowUp::Reassign => "the ticket waits to be reassigned",
        };
        agenda.owe(id, Time::default(), reason);
        if *step == FollowUp::Reply {
            agenda.wake(self.reply_by, "the handoff's final reply would be too late");
        }
    }
}

impl Agenda {
    fn owe(&mut self, id: EffectId, not_before: Time, reason: &'static str) {
        self.debts.push(Debt { id, act: Act::Perform, not_before, reason });
    }

    fn wake(&mut self, at: Time, reason: &'static str) {
        self.wake_at = Some(self.wake_at.map_or((at, reason), |earlier| earlier.min((at, reason))));
    }

    /// Whether there is nothing to do and nothing to wait for.
    pub fn is_empty(&self) -> bool {
        self.debts.is_empty() && self.wake_at.is_none()
    }
}
