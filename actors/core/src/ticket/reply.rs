//! The reply protocol as decisions: the fence that announces a post or drops it, and every way a post can end.

use super::delays;
use super::effect::{EffectId, EffectKind, marker};
use super::event::{DropReason, Event, FollowUp, HandoffReason, KnownBy, ReplyStarted, Silence};
use super::input::{PostOutcome, ReadOutcome, SettleOutcome};
use super::plan::Plan;
use super::state::{Announced, DeliveryWatch, Phase};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::policy::untold;
use crate::snapshot::{Delivery, TicketSnapshot};

impl Plan<'_> {
    /// The read just before a post or a reassignment. A post is announced only when all that was true when it was
    /// decided is still true; the same append holds what the read showed. A read older than what is known, or one
    /// that lacks what a notification told, proves nothing: the fence is to be passed anew.
    pub(super) fn fence(
        &mut self,
        effect: EffectId,
        as_of: u64,
        read: Option<&TicketSnapshot>,
        conflicts: u32,
        no_route: Option<&str>,
    ) {
        if self.ticket.announced.is_some() {
            return;
        }
        #[cfg(feature = "planted")]
        if planted::is(Bug::SkipFence) && effect.kind.is_post() {
            return self.announce(effect);
        }
        let mut proven = read.map_or(!effect.kind.is_public(), |snapshot| !self.is_older(snapshot));
        if let Some(snapshot) = read {
            self.observe(as_of, snapshot);
            proven &= !self.ticket.reading.is_owed();
        }
        #[cfg(feature = "planted")]
        if planted::is(Bug::FenceAndStartApart) {
            proven = read.is_some();
        }
        self.judge();
        if !self.ticket.agenda().debts.iter().any(|debt| debt.id == effect) {
            return;
        }
        if let Some(step) = effect.kind.follow_up()
            && let Some(reason) = self.follow_up_is_off(step, no_route)
        {
            self.push(Event::FollowUpSkipped { step, reason });
            return;
        }
        if effect.kind == EffectKind::Answer && conflicts >= delays::CONFLICTS_MAX {
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::TooManyConflicts, self.waiting(), receipt, "");
            return;
        }
        if let (EffectKind::Answer, Some(problem)) = (effect.kind, no_route) {
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::NotAnswerable, self.waiting(), receipt, problem);
            return;
        }
        if self.mode_changed(effect.kind) {
            self.push(Event::DraftDropped { effect, reason: DropReason::ModeChanged });
            return;
        }
        let paused = self.terms.paused;
        #[cfg(feature = "planted")]
        let paused = paused && !planted::is(Bug::IgnoreTheBrake);
        if proven && !paused && self.terms.connected && effect.kind.is_post() {
            self.announce(effect);
        }
    }

    fn announce(&mut self, effect: EffectId) {
        let (Some(text), Some(tries)) = (self.ticket.post_text(effect), self.ticket.tries(effect)) else {
            return;
        };
        let started = ReplyStarted {
            effect,
            attempt: tries.attempts + 1,
            marker: marker(&self.terms.installation, self.ticket.id, effect, text),
            messages: self.ticket.post_messages(effect).to_vec(),
            give_up_at: self.now.plus(delays::POST_PATIENCE),
        };
        self.push(Event::ReplyStarted(started));
    }

    fn mode_changed(&self, kind: EffectKind) -> bool {
        match kind {
            EffectKind::Answer => self.mode() != crate::policy::Mode::Live,
            EffectKind::ShadowNote => self.mode() != crate::policy::Mode::Shadow,
            _ => false,
        }
    }

    /// Gorgias' answer to a post, or none.
    pub(super) fn posted(&mut self, effect: EffectId, outcome: &PostOutcome) {
        let Some(announced) = self.ticket.announced.clone() else { return };
        if announced.effect != effect {
            return;
        }
        match outcome {
            PostOutcome::Posted(message) => {
                self.push(Event::ReplyPosted { effect, message: *message, known_by: KnownBy::Response });
            }
            PostOutcome::NotSent(problem) => {
                self.push(Event::ReplyNotSent { effect, problem: problem.clone() });
                self.end_if_cut(&announced);
            }
            #[cfg(feature = "planted")]
            PostOutcome::Unclear(problem) if planted::is(Bug::RetryWithoutReadBack) => {
                self.push(Event::ReplyNotSent { effect, problem: problem.clone() });
            }
            PostOutcome::Unclear(problem) => {
                self.push(Event::ReplyUnclear { effect, problem: problem.clone() });
            }
            PostOutcome::Rejected(problem) => {
                self.push(Event::ReplyRejected { effect, problem: problem.clone() });
                self.cancel_older_generation();
                if !self.end_if_cut(&announced) {
                    self.give_up_post(effect, problem);
                }
            }
        }
    }

    /// What reading the thread told of an announced post.
    pub(super) fn settled(&mut self, effect: EffectId, as_of: u64, outcome: &SettleOutcome) {
        let Some(announced) = self.ticket.announced.clone() else { return };
        if announced.effect != effect {
            return;
        }
        let too_early = self.now < announced.give_up_at.plus(delays::SETTLE_AFTER);
        #[cfg(feature = "planted")]
        let too_early = too_early && !planted::is(Bug::SettleAtOnce);
        match outcome {
            SettleOutcome::Found(message, snapshot) => {
                let message = Some(*message);
                self.push(Event::ReplyPosted { effect, message, known_by: KnownBy::Marker });
                self.observe(as_of, snapshot);
            }
            SettleOutcome::Absent(_) if too_early => {} // A write may still land.
            SettleOutcome::Absent(snapshot) => {
                self.push(Event::ReplyAbsent { effect, attempt: announced.attempt });
                self.cancel_older_generation();
                let tries = self.ticket.tries(effect);
                if tries.is_some_and(|tries| tries.absent >= delays::ABSENT_MAX) {
                    self.abandon(effect, as_of, snapshot, &announced.messages);
                } else {
                    self.end_if_cut(&announced);
                    self.observe(as_of, snapshot);
                }
            }
            SettleOutcome::Gone(problem) => {
                let reason = format!("the ticket is gone: {problem}");
                self.push(Event::ReplyAbandoned { effect, reason });
                self.push(Event::TicketGone { problem: problem.clone() });
            }
            SettleOutcome::Unknown(_) => {}
        }
    }

    /// Ends an answer that the connection's end cancelled while it was announced. Says whether it did.
    fn end_if_cut(&mut self, announced: &Announced) -> bool {
        let effect = announced.effect;
        let cut = effect.kind.follow_up().is_none() && self.ticket.tries(effect).is_none();
        if cut {
            self.ignore_cut(&announced.messages);
        }
        cut
    }

    /// A post that Gorgias refused.
    fn give_up_post(&mut self, effect: EffectId, problem: &str) {
        let waiting = self.waiting();
        match effect.kind.follow_up() {
            Some(step) => self.skip_if_open(effect, step, problem),
            None if effect.kind == EffectKind::ShadowNote => {
                self.push(Event::ReplyAbandoned { effect, reason: problem.to_owned() });
                self.ignore_in_shadow(&waiting);
            }
            None => {
                let receipt = self.receipt(Vec::new());
                self.hand_off(HandoffReason::Rejected, waiting, receipt, problem);
            }
        }
    }

    /// A post that was announced as often as it may be. It may reach the customer yet, so that no other public
    /// message may follow it.
    fn abandon(&mut self, effect: EffectId, as_of: u64, snapshot: &TicketSnapshot, messages: &[MessageId]) {
        let text = self.ticket.post_text(effect).unwrap_or_default().to_owned();
        self.push(Event::ReplyAbandoned { effect, reason: untold::TWICE_ABSENT.to_owned() });
        self.observe(as_of, snapshot);
        match effect.kind.follow_up() {
            Some(step) => self.skip_if_open(effect, step, untold::TWICE_ABSENT),
            None if effect.kind == EffectKind::ShadowNote => self.ignore_in_shadow(messages),
            None => {
                let receipt = self.receipt(Vec::new());
                self.hand_off(HandoffReason::Unsettled, messages.to_vec(), receipt, &text);
            }
        }
    }

    fn skip_if_open(&mut self, effect: EffectId, step: FollowUp, detail: &str) {
        if let Phase::HandedOff(handoff) = &self.ticket.phase
            && handoff.sequence == effect.sequence
            && handoff.open.contains(&step)
        {
            self.push(Event::FollowUpSkipped { step, reason: detail.to_owned() });
        }
    }

    /// In shadow mode nothing goes to people: a draft that could not be noted leaves silence.
    fn ignore_in_shadow(&mut self, messages: &[MessageId]) {
        for id in messages {
            let receipt = self.receipt(Vec::new());
            self.ignore(*id, Silence::Shadow, receipt);
        }
    }

    /// Whether Gorgias sent a posted reply.
    pub(super) fn delivery(&mut self, effect: EffectId, as_of: u64, outcome: &ReadOutcome) {
        if self.ticket.announced.is_some() {
            return; // Nothing is read meanwhile; the look stays owed.
        }
        let watch = self.ticket.deliveries.iter().find(|watch| watch.effect == effect).cloned();
        self.read(as_of, outcome);
        let (Some(watch), ReadOutcome::Ticket(snapshot)) = (watch, outcome) else { return };
        let delivery = watch.delivery_in(snapshot);
        let looks = usize::try_from(watch.checks).unwrap_or(usize::MAX).saturating_add(1);
        let again_at = match delivery {
            Delivery::Sent | Delivery::Failed(_) => None,
            Delivery::Pending => delays::DELIVERY_CHECKS.get(looks).map(|wait| self.now.plus(*wait)),
        };
        self.push(Event::DeliveryChecked { effect, delivery, again_at });
    }
}

impl DeliveryWatch {
    fn delivery_in(&self, snapshot: &TicketSnapshot) -> Delivery {
        let is_it = |message: &&crate::snapshot::Message| {
            Some(message.id) == self.message || message.external_id.as_deref() == Some(self.marker.as_str())
        };
        snapshot.messages.iter().find(is_it).map_or(Delivery::Pending, |message| message.delivery.clone())
    }
}
