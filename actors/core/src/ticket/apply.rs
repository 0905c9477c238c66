//! One match on (state, event). Facts are legal in every state; a decision that does not fit the state is a
//! corrupt log when replaying, and our own bug when live.

use super::effect::EffectId;
use super::event::{
    Accepted, Author, Drafted, Event, FollowUp, HandedOff, Hint, Ignored, Notified, ReplyStarted, SeenBySync, Standing,
    TicketRead,
};
use super::state::{
    Announced, Answering, DeliveryWatch, Ending, Gathering, Handoff, Known, Outcome, Phase, Ticket, Tries,
};
use super::{Recorded, delays};
use crate::id::MessageId;
use crate::snapshot::{Delivery, TicketFields};
use crate::time::Time;

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
        let illegal =
            |why| IllegalEvent { sequence: recorded.sequence, event: recorded.event.name(), why };
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
            Event::HandoffRequested { by } => self.handoff_requested = Some(by.clone()),
            Event::Resumed { .. } => self.resumed(),
            Event::TicketRead(read) => self.ticket_read(read, at)?,
            Event::ReadFailed { .. } => self.reading.failing = true,
            Event::TicketGone { .. } => self.gone(sequence),
            Event::MessageNotFound { message } => {
                self.reading.wanted.remove(message).ok_or("no notification named that message")?;
            }
            Event::GenerationChanged { generation } => self.generation_changed(*generation)?,
            Event::Ignored(ignored) => self.ignored(ignored, sequence)?,
            Event::Accepted(accepted) => self.accepted(accepted, sequence)?,
            Event::DraftFailed { effect, .. } => self.gathering_of(*effect)?.failing = true,
            Event::Drafted(drafted) => self.drafted(drafted, sequence)?,
            Event::DraftDropped { effect, .. } => self.draft_dropped(*effect)?,
            Event::ReplyStarted(started) => self.reply_started(started)?,
            Event::ReplyPosted { effect, message, .. } => self.reply_posted(*effect, *message, sequence, at)?,
            Event::ReplyUnclear { effect, .. } => {
                self.announced_of(*effect)?;
            }
            Event::ReplyNotSent { effect, .. } | Event::ReplyRejected { effect, .. } => {
                self.announced_of(*effect)?;
                self.announced = None;
            }
            Event::ReplyAbsent { effect, .. } => self.reply_absent(*effect)?,
            Event::ReplyAbandoned { effect, .. } => self.reply_abandoned(*effect)?,
            Event::DeliveryChecked { effect, delivery, again_at } => {
                self.delivery_checked(*effect, delivery, *again_at)?;
            }
            Event::TakenOver { by } => {
                if self.announced.is_some() || matches!(self.phase, Phase::HandedOff(_) | Phase::Gone) {
                    return Err("it cannot be taken over now");
                }
                self.phase = Phase::TakenOver { by: *by, left: !self.ours };
            }
            Event::TakeoverEnded => {
                let Phase::TakenOver { .. } = self.phase else { return Err("nobody has taken it over") };
                self.phase = Phase::Idle;
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
            Event::FollowUpSkipped { step, reason } => {
                self.open_follow_up(*step)?;
                let handoff = self.handoff_mut()?;
                handoff.open.remove(step);
                handoff.skipped.insert(*step, reason.clone());
            }
        }
        Ok(())
    }

    fn notified(&mut self, notified: &Notified, sequence: u64, at: Time) {
        if self.generation == 0 {
            self.generation = notified.generation;
        }
        if let Some(message) = notified.message
            && !notified.headers.is_empty()
            && !self.messages.contains_key(&message)
        {
            self.heard_headers.insert(message, notified.headers.clone());
        }
        if notified.standing != Standing::Current || matches!(self.phase, Phase::Gone) {
            return;
        }
        let about_sending = notified.trigger == "ticket-message-failed";
        if about_sending && notified.own_echo {
            for watch in &mut self.deliveries {
                watch.check_at = at;
            }
        }
        if notified.own_echo {
            return;
        }
        if notified.trigger == "ticket-assignment-updated" {
            self.assignment_heard = true;
        }
        let created = matches!(notified.trigger.as_str(), "ticket-message-created" | "ticket-created");
        if let Some(message) = notified.message
            && created
        {
            if self.messages.contains_key(&message) {
                return;
            }
            self.reading.wanted.entry(message).or_insert(0);
        }
        let due_at = match notified.assignee {
            Hint::Other(_) => at.plus(delays::LOW_PRIORITY_READ),
            Hint::Unknown | Hint::Nobody | Hint::AiUser => at,
        };
        self.ask_for_read(sequence, due_at);
    }

    fn seen_by_sync(&mut self, seen: &SeenBySync, sequence: u64, at: Time) {
        if self.generation == 0 {
            self.generation = seen.generation;
        }
        let known = self.fields.as_ref().map_or(Time::default(), |fields| fields.updated_at);
        if seen.updated_at > known && !matches!(self.phase, Phase::Gone) {
            let due_at = if seen.ours { at } else { at.plus(delays::LOW_PRIORITY_READ) };
            self.ask_for_read(sequence, due_at);
        }
    }

    fn ask_for_read(&mut self, sequence: u64, due_at: Time) {
        let owed = self.reading.asked > self.reading.paid;
        self.reading.due_at = if owed { self.reading.due_at.min(due_at) } else { due_at };
        self.reading.asked = sequence;
    }

    fn resumed(&mut self) {
        self.handoff_requested = None;
        self.delivery_failed = None;
        self.people_through = self.newest_message();
        self.foreign = false;
        match self.phase {
            Phase::HandedOff(_) | Phase::TakenOver { .. } => self.phase = Phase::Idle,
            Phase::Idle | Phase::Gathering(_) | Phase::Answering(_) | Phase::Gone => {}
        }
    }

    fn ticket_read(&mut self, read: &TicketRead, at: Time) -> Result<(), &'static str> {
        if read.messages.len() != read.personal.messages.len() {
            return Err("its messages and their personal parts differ in number");
        }
        self.reading.paid = self.reading.paid.max(read.as_of);
        self.reading.failing = false;
        self.assignment_heard = false;
        self.ours = read.ours;
        self.was_ours |= read.ours;
        if let Some(past) = read.handed_to_us {
            self.handed_to_us = Some(past);
            self.people_through = self.people_through.max(past);
        }
        if let Some(fields) = &read.fields {
            let mut fields: TicketFields = fields.clone();
            let old = self.fields.take().unwrap_or_default();
            fields.customer = read.personal.customer.clone().or(old.customer);
            fields.subject = read.personal.subject.clone().or(old.subject);
            self.fields = Some(fields);
        }
        for (new, personal) in read.messages.iter().zip(&read.personal.messages) {
            let mut message = new.message.clone();
            message.personal = personal.clone();
            if let Some(headers) = self.heard_headers.remove(&message.id) {
                message.headers.extend(headers);
            }
            self.reading.wanted.remove(&message.id);
            self.foreign |= new.merged_in || new.author == Author::Stranger;
            self.messages.insert(
                message.id,
                Known { author: new.author, merged_in: new.merged_in, message, outcome: None },
            );
        }
        for (id, delivery) in &read.deliveries {
            let known = self.messages.get_mut(id).ok_or("it changes a message that is not known")?;
            known.message.delivery = delivery.clone();
        }
        for id in &read.missing {
            let tries = self.reading.wanted.get_mut(id).ok_or("it lacks a message nobody named")?;
            *tries += 1;
            self.reading.due_at = at.plus(delays::missing_message(*tries));
        }
        if let Phase::TakenOver { left, .. } = &mut self.phase
            && !read.ours
        {
            *left = true;
        }
        Ok(())
    }

    fn gone(&mut self, sequence: u64) {
        self.reading.paid = sequence;
        self.reading.asked = self.reading.asked.min(sequence);
        self.reading.wanted.clear();
        self.deliveries.clear();
        self.phase = Phase::Gone;
    }

    fn generation_changed(&mut self, generation: u32) -> Result<(), &'static str> {
        if generation <= self.generation {
            return Err("the generation does not rise");
        }
        self.generation = generation;
        self.reading.paid = self.reading.paid.max(self.reading.asked);
        self.reading.wanted.clear();
        self.deliveries.clear();
        self.delivery_failed = None;
        self.handoff_requested = None;
        match &mut self.phase {
            Phase::Gathering(_) | Phase::Answering(_) => self.phase = Phase::Idle,
            Phase::HandedOff(handoff) => handoff.cancel("the connection was cut"),
            Phase::Idle | Phase::TakenOver { .. } | Phase::Gone => {}
        }
        Ok(())
    }

    fn ignored(&mut self, ignored: &Ignored, sequence: u64) -> Result<(), &'static str> {
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
        let messages = answering.messages.clone();
        self.clear_outcomes(&messages);
        self.phase = Phase::Idle;
        Ok(())
    }

    fn reply_started(&mut self, started: &ReplyStarted) -> Result<(), &'static str> {
        if self.announced.is_some() {
            return Err("another post has no outcome yet");
        }
        let tries = self.tries_mut(started.effect).ok_or("that post is not owed")?;
        tries.attempts += 1;
        if tries.attempts != started.attempt {
            return Err("its attempt does not follow");
        }
        self.announced = Some(Announced {
            effect: started.effect,
            attempt: started.attempt,
            marker: started.marker.clone(),
            messages: started.messages.clone(),
            give_up_at: started.give_up_at,
        });
        Ok(())
    }

    fn reply_posted(
        &mut self,
        effect: EffectId,
        message: Option<MessageId>,
        sequence: u64,
        at: Time,
    ) -> Result<(), &'static str> {
        let announced = self.announced_of(effect)?.clone();
        self.announced = None;
        self.posted.extend(message);
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

    fn reply_absent(&mut self, effect: EffectId) -> Result<(), &'static str> {
        self.announced_of(effect)?;
        self.announced = None;
        if let Some(tries) = self.tries_mut(effect) {
            tries.absent += 1;
        }
        Ok(())
    }

    fn reply_abandoned(&mut self, effect: EffectId) -> Result<(), &'static str> {
        if self.announced.as_ref().is_some_and(|announced| announced.effect == effect) {
            self.announced = None;
        }
        match &mut self.phase {
            Phase::Answering(answering) if answering.effect == effect => {
                let messages = answering.messages.clone();
                self.clear_outcomes(&messages);
                self.phase = Phase::Idle;
            }
            _ => {} // A follow-up is skipped by its own event; a ticket that moved on owes nothing more.
        }
        Ok(())
    }

    fn delivery_checked(
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

    fn handed_off(&mut self, handed_off: &HandedOff, sequence: u64, at: Time) -> Result<(), &'static str> {
        if self.announced.is_some() || matches!(self.phase, Phase::HandedOff(_) | Phase::Gone) {
            return Err("it cannot be handed off now");
        }
        self.set_outcome(&handed_off.messages, sequence, &Ending::HandedOff)?;
        self.handoff_requested = None;
        self.delivery_failed = None;
        self.phase = Phase::HandedOff(Box::new(Handoff::new(handed_off, sequence, at, self.newest_message())));
        Ok(())
    }

    fn set_outcome(&mut self, ids: &[MessageId], sequence: u64, ending: &Ending) -> Result<(), &'static str> {
        for id in ids {
            let known = self.messages.get_mut(id).ok_or("it judges a message that is not known")?;
            known.outcome = Some(Outcome { sequence, ending: ending.clone() });
        }
        Ok(())
    }

    fn clear_outcomes(&mut self, ids: &[MessageId]) {
        for id in ids {
            if let Some(known) = self.messages.get_mut(id) {
                known.outcome = None;
            }
        }
    }

    fn gathering_of(&mut self, effect: EffectId) -> Result<&mut Gathering, &'static str> {
        match &mut self.phase {
            Phase::Gathering(gathering) if gathering.sequence == effect.sequence => Ok(gathering),
            _ => Err("that draft is not owed"),
        }
    }

    fn announced_of(&self, effect: EffectId) -> Result<&Announced, &'static str> {
        self.announced.as_ref().filter(|announced| announced.effect == effect).ok_or("that post is not announced")
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
