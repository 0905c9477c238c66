//! The reply protocol: announced, posted or not, settled, delivered or not.

use super::super::delays;
use super::super::effect::EffectId;
use super::super::event::ReplyStarted;
use super::super::state::{Announced, DeliveryWatch, Ending, Phase, Ticket};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::snapshot::Delivery;
use crate::time::Time;

impl Ticket {
    pub(super) fn reply_started(&mut self, started: &ReplyStarted) -> Result<(), &'static str> {
        if self.announced.is_some() {
            return Err("another post has no outcome yet");
        }
        let tries = self.tries_mut(started.effect).ok_or("that post is not owed")?;
        if started.attempt != tries.attempts + 1 {
            return Err("its attempt does not follow");
        }
        tries.attempts = started.attempt;
        self.announced = Some(Announced {
            effect: started.effect,
            attempt: started.attempt,
            marker: started.marker.clone(),
            messages: started.messages.clone(),
            give_up_at: started.give_up_at,
        });
        Ok(())
    }

    pub(super) fn reply_posted(
        &mut self,
        effect: EffectId,
        message: Option<MessageId>,
        sequence: u64,
        at: Time,
    ) -> Result<(), &'static str> {
        let announced = self.announced_of(effect)?.clone();
        self.announced = None;
        if let Some(message) = message {
            self.posted.insert(message, effect);
        }
        if effect.kind.is_public() {
            self.deliveries.push(DeliveryWatch {
                effect,
                message,
                marker: announced.marker,
                check_at: at.plus(delays::DELIVERY_CHECKS[0]),
                checks: 0,
            });
        }
        match (&mut self.phase, effect.kind.follow_up()) {
            (Phase::Answering(answering), None) if answering.effect == effect => {
                self.phase = Phase::Idle;
            }
            #[cfg(feature = "planted")]
            (Phase::HandedOff(handoff), Some(_))
                if planted::is(Bug::FollowUpTwice) && handoff.note_tries.attempts == 1 => {}
            (Phase::HandedOff(handoff), Some(step)) if handoff.sequence == effect.sequence => {
                handoff.open.remove(&step);
            }
            _ => {} // The ticket moved on while the post was under way (an operator's act, a deletion).
        }
        if effect.kind.follow_up().is_none() {
            self.set_outcome(&announced.messages, sequence, &Ending::Answered(effect))?;
        }
        Ok(())
    }

    pub(super) fn reply_absent(&mut self, effect: EffectId) -> Result<(), &'static str> {
        self.announced_of(effect)?;
        self.announced = None;
        if let Some(tries) = self.tries_mut(effect) {
            tries.absent += 1;
        }
        Ok(())
    }

    pub(super) fn reply_abandoned(&mut self, effect: EffectId) -> Result<(), &'static str> {
        if self.announced.as_ref().is_some_and(|announced| announced.effect == effect) {
            self.announced = None;
        }
        if matches!(&self.phase, Phase::Answering(answering) if answering.effect == effect) {
            self.phase = Phase::Idle; // A follow-up is left out by its own event.
        }
        Ok(())
    }

    pub(super) fn delivery_checked(
        &mut self,
        effect: EffectId,
        delivery: &Delivery,
        again_at: Option<Time>,
    ) -> Result<(), &'static str> {
        let place = self.deliveries.iter().position(|watch| watch.effect == effect);
        let place = place.ok_or("the sending of that reply is not watched")?;
        match again_at {
            Some(check_at) => {
                self.deliveries[place].check_at = check_at;
                self.deliveries[place].checks += 1;
            }
            None => {
                self.deliveries.remove(place);
            }
        }
        if let Delivery::Failed(problem) = delivery
            && !matches!(self.phase, Phase::HandedOff(_))
        {
            self.delivery_failed = Some((effect, problem.clone()));
        }
        Ok(())
    }

    pub(super) fn announced_of(&self, effect: EffectId) -> Result<&Announced, &'static str> {
        self.announced
            .as_ref()
            .filter(|announced| announced.effect == effect)
            .ok_or("that post is not announced")
    }
}
