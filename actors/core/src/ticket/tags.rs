//! Tags on tickets that hold nothing but automated mail, where the merchant wants them: set at most once, and only while
//! the ticket is the AI user's and nobody but machines wrote on it.

use super::effect::EffectId;
use super::event::{Author, Event, Silence};
use super::input::FollowUpOutcome;
use super::plan::Plan;
use super::state::{Ending, Phase};
use crate::id::MessageId;
use crate::policy::Mode;

impl Plan<'_> {
    /// The tags that the ticket is to get because this message is met with this silence.
    pub(super) fn tags_for(&self, message: MessageId, reason: Silence) -> Vec<String> {
        let tags = &self.terms.policy.automated_tags;
        if reason != Silence::AutomatedMail || tags.is_empty() || self.ticket.mail_tags.is_some() {
            return Vec::new();
        }
        // What is judged together with it may turn out to be a machine's too; see `judge_tags`.
        let mut pending = self.candidates();
        pending.push(message);
        if self.tags_are_off(&pending).is_none() { tags.clone() } else { Vec::new() }
    }

    /// Leaves out what is owed and may no longer be done.
    pub(super) fn judge_tags(&mut self) {
        let Some(owed) = self.ticket.mail_tags.as_ref().filter(|owed| owed.open) else { return };
        let effect = owed.effect;
        if let Some(reason) = self.tags_are_off(&[]) {
            self.push(Event::TagsSkipped { effect, reason: reason.to_owned() });
        }
    }

    /// Why the tags may not be set, if they may not. `pending`: messages that are not looked at.
    fn tags_are_off(&self, pending: &[MessageId]) -> Option<&'static str> {
        let ticket = &self.ticket;
        match ticket.phase {
            Phase::Idle => {}
            Phase::Gathering(_) | Phase::Answering(_) if !pending.is_empty() => {}
            Phase::Gathering(_) | Phase::Answering(_) => return Some("a customer has written too"),
            Phase::TakenOver { .. } => return Some("a person works on the ticket"),
            Phase::HandedOff(_) => return Some("the ticket was handed off"),
            Phase::Gone => return Some("the ticket is gone"),
        }
        if self.mode() != Mode::Live {
            return Some("the mode is not live");
        }
        if !ticket.ours {
            return Some("the ticket is not assigned to the AI user");
        }
        if ticket.person_wrote_after(MessageId(0)).is_some() {
            return Some("a person has written");
        }
        let put_away = ticket.fields.as_ref().is_some_and(|fields| fields.trashed || fields.spam);
        if put_away {
            return Some("the ticket was put away");
        }
        let automated = Ending::Ignored(Silence::AutomatedMail);
        let by_customers = ticket.messages.values().filter(|known| known.author == Author::Customer);
        let mut looked_at = by_customers.filter(|known| !pending.contains(&known.message.id));
        let all = looked_at.all(|known| known.outcome.as_ref().is_some_and(|end| end.ending == automated));
        (!all).then_some("a customer has written too")
    }

    /// What came of putting the tags on the ticket.
    pub(super) fn tagged(&mut self, effect: EffectId, outcome: &FollowUpOutcome) {
        let owed = self.ticket.mail_tags.as_ref().filter(|owed| owed.open && owed.effect == effect);
        let Some(failing) = owed.map(|owed| owed.failing) else { return };
        match outcome {
            FollowUpOutcome::Done => self.push(Event::TagsDone { effect }),
            FollowUpOutcome::Failed(problem) if !failing => {
                self.push(Event::TagsFailed { effect, problem: problem.clone() });
            }
            FollowUpOutcome::Failed(_) => {}
            FollowUpOutcome::GivenUp(problem) => {
                self.push(Event::TagsSkipped { effect, reason: format!("given up: {problem}") });
            }
        }
    }
}
