//! One match on (state, event). Facts are legal in every state; a decision that does not fit the state is a
//! corrupt log when replaying, and our own bug when live.
//!
//! Here: the match, judgements and handoffs. `apply/facts.rs`: what was heard. `apply/reads.rs`: what reads showed.
//! `apply/posts.rs`: the reply protocol. `apply/tags.rs`: tags of automated mail.

use super::Recorded;
use super::effect::EffectId;
use super::event::{Accepted, Drafted, Event, FollowUp, HandedOff, Ignored, Silence, TakeoverSign};
use super::state::{Answering, Ending, Gathering, Handoff, Outcome, Phase, Ticket, Tries};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::policy::NoteWords;
use crate::time::Time;

mod facts;
mod posts;
mod reads;
mod tags;

/// An event that does not fit the state it meets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {sequence} ({event}) does not fit the state: {why}")]
pub struct IllegalEvent {
    /// Its sequence.
    pub sequence: u64,
    /// Its name.
    pub event: &'static str,
    /// What does not fit.
    pub why: &'static str,
}

impl Ticket {
    /// Folds one event. Replay and live both come through here.
    pub fn apply(&mut self, recorded: &Recorded<Event>) -> Result<(), IllegalEvent> {
        let illegal = |why| IllegalEvent { sequence: recorded.sequence, event: recorded.event.name(), why };
        if recorded.sequence != self.sequence + 1 {
            return Err(illegal("its sequence does not follow"));
        }
        let sequence = recorded.sequence;
        let clock = self.clock.max(recorded.at);
        self.fold(&recorded.event, sequence, clock).map_err(illegal)?;
        self.sequence = sequence;
        self.clock = clock;
        Ok(())
    }

    fn fold(&mut self, event: &Event, sequence: u64, at: Time) -> Result<(), &'static str> {
        match event {
            Event::Notified(notified) => self.notified(notified, sequence, at),
            Event::SeenBySync(seen) => self.seen_by_sync(seen, sequence, at),
            Event::HandoffRequested { by } => self.handoff_asked_for(by, sequence, at),
            Event::Resumed { .. } => self.resumed(),
            Event::TicketRead(read) => self.ticket_read(read, at)?,
            Event::ReadFailed { .. } => self.reading.failing = true,
            Event::TicketGone { .. } => self.gone(sequence),
            Event::MessageNotFound { message } => {
                self.reading.wanted.remove(message).ok_or("no notification named that message")?;
                self.reading.heard_at.remove(message);
            }
            Event::GenerationChanged { generation } => self.generation_changed(*generation, sequence)?,
            Event::Ignored(ignored) => self.ignored(ignored, sequence)?,
            Event::Accepted(accepted) => self.accepted(accepted, sequence)?,
            Event::DraftFailed { effect, .. } => self.gathering_of(*effect)?.failing = true,
            Event::Drafted(drafted) => self.drafted(drafted, sequence)?,
            Event::DraftDropped { effect, .. } => self.draft_dropped(*effect)?,
            Event::ReplyStarted(started) => self.reply_started(started)?,
            Event::ReplyPosted { effect, message, .. } => {
                self.reply_posted(*effect, *message, sequence, at)?
            }
            Event::ReplyUnclear { effect, .. } => self.announced_of(*effect).map(|_| ())?,
            Event::ReplyNotSent { effect, .. } | Event::ReplyRejected { effect, .. } => {
                self.announced_of(*effect)?;
                self.announced = None;
            }
            Event::ReplyAbsent { effect, .. } => self.reply_absent(*effect)?,
            Event::ReplyAbandoned { effect, .. } => self.reply_abandoned(*effect)?,
            Event::DeliveryChecked { effect, delivery, again_at } => {
                self.delivery_checked(*effect, delivery, *again_at)?;
            }
            Event::TakenOver { by } => self.taken_over(*by)?,
            Event::TakeoverEnded => {
                let Phase::TakenOver { .. } = self.phase else { return Err("nobody has taken it over") };
                self.give_back(Silence::TakenOver);
            }
            Event::HandedOff(handed_off) => self.handed_off(handed_off, sequence, at)?,
            Event::FollowUpDone { step } => {
                self.open_follow_up(*step)?;
                self.handoff_mut()?.open.remove(step);
            }
            Event::FollowUpFailed { step, .. } => {
                self.open_follow_up(*step)?;
                self.handoff_mut()?.failing.insert(*step);
            }
            Event::Rerouted { to_user, to_team, .. } => {
                self.open_follow_up(FollowUp::Reassign)?;
                let handoff = self.handoff_mut()?;
                (handoff.to_user, handoff.to_team) = (*to_user, *to_team);
                handoff.rerouted = true;
                handoff.failing.remove(&FollowUp::Reassign);
            }
            Event::FollowUpSkipped { step, reason } => self.follow_up_skipped(*step, reason)?,
            Event::TagsDone { effect } | Event::TagsSkipped { effect, .. } => {
                self.open_tags(*effect)?.open = false;
            }
            Event::TagsFailed { effect, .. } => self.open_tags(*effect)?.failing = true,
        }
        Ok(())
    }

    fn ignored(&mut self, ignored: &Ignored, sequence: u64) -> Result<(), &'static str> {
        if !ignored.tags.is_empty() {
            self.owe_tags(&ignored.tags, sequence)?;
        }
        self.set_outcome(&[ignored.message], sequence, &Ending::Ignored(ignored.reason))?;
        if let Phase::Gathering(gathering) = &mut self.phase {
            gathering.messages.retain(|id| *id != ignored.message);
            if gathering.messages.is_empty() {
                self.phase = Phase::Idle;
            }
        }
        Ok(())
    }

    fn accepted(&mut self, accepted: &Accepted, sequence: u64) -> Result<(), &'static str> {
        if !matches!(self.phase, Phase::Idle | Phase::Gathering(_)) {
            return Err("the ticket accepts nothing now");
        }
        self.set_outcome(&accepted.added, sequence, &Ending::Accepted)?;
        self.phase = Phase::Gathering(Gathering {
            sequence,
            messages: accepted.messages.clone(),
            quiet_until: accepted.quiet_until,
            answer_by: accepted.answer_by,
            since: accepted.since,
            redrafts: accepted.redrafts,
            failing: false,
        });
        Ok(())
    }

    fn drafted(&mut self, drafted: &Drafted, sequence: u64) -> Result<(), &'static str> {
        let gathering = self.gathering_of(drafted.draft)?;
        let answering = Answering {
            effect: EffectId { kind: drafted.kind, sequence },
            messages: drafted.messages.clone(),
            text: drafted.personal.text.clone(),
            looked_at: drafted.receipt.answer.as_ref().map_or(Vec::new(), |answer| answer.passages.clone()),
            not_before: gathering.quiet_until,
            answer_by: drafted.answer_by,
            since: gathering.since,
            redrafts: gathering.redrafts,
            tries: Tries::default(),
        };
        self.phase = Phase::Answering(answering);
        Ok(())
    }

    fn draft_dropped(&mut self, effect: EffectId) -> Result<(), &'static str> {
        if self.announced.is_some() {
            return Err("a reply is announced");
        }
        let Phase::Answering(answering) = &self.phase else { return Err("no answer waits") };
        if answering.effect != effect {
            return Err("another answer waits");
        }
        self.phase = Phase::Idle; // Its messages stay accepted, wait for nothing, and so are judged again.
        Ok(())
    }

    fn taken_over(&mut self, by: TakeoverSign) -> Result<(), &'static str> {
        if self.announced.is_some() || matches!(self.phase, Phase::HandedOff(_) | Phase::Gone) {
            return Err("it cannot be taken over now");
        }
        self.phase = Phase::TakenOver { by, left: !self.ours };
        Ok(())
    }

    fn handed_off(&mut self, handed_off: &HandedOff, sequence: u64, at: Time) -> Result<(), &'static str> {
        if self.announced.is_some() || matches!(self.phase, Phase::HandedOff(_) | Phase::Gone) {
            return Err("it cannot be handed off now");
        }
        self.set_outcome(&handed_off.messages, sequence, &Ending::HandedOff)?;
        self.handoff_requested = None;
        self.delivery_failed = None;
        #[cfg(feature = "planted")]
        if planted::is(Bug::ForgetHandoffMark) {
            self.phase = Phase::Idle;
            return Ok(());
        }
        self.phase =
            Phase::HandedOff(Box::new(Handoff::new(handed_off, sequence, at, self.newest_message())));
        Ok(())
    }

    fn follow_up_skipped(&mut self, step: FollowUp, reason: &str) -> Result<(), &'static str> {
        self.open_follow_up(step)?;
        let handoff = self.handoff_mut()?;
        handoff.open.remove(&step);
        handoff.skipped.insert(step, reason.to_owned());
        if step == FollowUp::Reply && handoff.open.contains(&FollowUp::Note) {
            let untold = NoteWords::of(handoff.note_language).customer_untold(reason);
            handoff.note_text.push_str(&format!("\n\n{untold}"));
        }
        Ok(())
    }

    fn set_outcome(&mut self, ids: &[MessageId], sequence: u64, ending: &Ending) -> Result<(), &'static str> {
        for id in ids {
            let known = self.messages.get_mut(id).ok_or("it judges a message that is not known")?;
            known.outcome = Some(Outcome { sequence, ending: ending.clone() });
        }
        Ok(())
    }

    fn gathering_of(&mut self, effect: EffectId) -> Result<&mut Gathering, &'static str> {
        match &mut self.phase {
            Phase::Gathering(gathering) if gathering.sequence == effect.sequence => Ok(gathering),
            _ => Err("that draft is not owed"),
        }
    }

    fn open_follow_up(&self, step: FollowUp) -> Result<(), &'static str> {
        match &self.phase {
            Phase::HandedOff(handoff) if handoff.open.contains(&step) => Ok(()),
            _ => Err("that follow-up is not open"),
        }
    }

    fn handoff_mut(&mut self) -> Result<&mut Handoff, &'static str> {
        match &mut self.phase {
            Phase::HandedOff(handoff) => Ok(handoff),
            _ => Err("it was not handed off"),
        }
    }
}
