//! The judgement of a ticket: what a cut connection cancels, takeover, handed back, wishes, every message that needs
//! an outcome, expiry. Runs at the end of every decision and finds nothing to say when asked again.

use super::delays;
use super::event::{
    Accepted, Author, DropReason, Event, FollowUp, HandoffReason, Ignored, Silence, TakeoverSign,
};
use super::gates::Verdict;
use super::plan::Plan;
use super::state::{Ending, Phase};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::policy::{Mode, untold};
use crate::receipt::{Gate, GateResult, Receipt};

impl Plan<'_> {
    /// Judges the ticket as it stands. Nothing is judged while an announced post has no outcome, but that a newer
    /// generation cancels what an older one owed.
    pub(super) fn judge(&mut self) {
        #[cfg(feature = "planted")]
        if planted::is(Bug::AnswerOlderGeneration) && !self.terms.connected {
            return;
        }
        self.cancel_older_generation();
        if self.ticket.announced.is_some() {
            return;
        }
        self.judge_takeover();
        self.judge_requests();
        self.drop_what_no_longer_stands();
        self.judge_messages();
        self.judge_tags();
        self.judge_expiry();
    }

    /// What an announced post covers keeps its outcome until the post has one.
    pub(super) fn cancel_older_generation(&mut self) {
        let adopts = self.ticket.generation == 0;
        if self.ticket.sequence == 0 || self.terms.generation <= self.ticket.generation {
            return;
        }
        self.push(Event::GenerationChanged { generation: self.terms.generation });
        #[cfg(feature = "planted")]
        if planted::is(Bug::AnswerOlderGeneration) {
            return;
        }
        let announced =
            self.ticket.announced.as_ref().map_or(Vec::new(), |announced| announced.messages.clone());
        let accepted = self.ticket.messages.values().filter(|known| !adopts && known.is_accepted());
        let cut: Vec<MessageId> =
            accepted.map(|known| known.message.id).filter(|id| !announced.contains(id)).collect();
        self.ignore_cut(&cut);
    }

    /// Silence for messages whose answer the connection's end cancelled.
    pub(super) fn ignore_cut(&mut self, cut: &[MessageId]) {
        for id in cut {
            let input = "the connection was cut meanwhile".to_owned();
            let receipt = self.receipt(vec![GateResult { gate: Gate::Connected, input, passed: false }]);
            self.ignore(*id, Silence::Disconnected, receipt);
        }
    }

    fn judge_takeover(&mut self) {
        #[cfg(feature = "planted")]
        if planted::is(Bug::IgnoreTakeover) {
            return;
        }
        match &self.ticket.phase {
            Phase::TakenOver { left: true, .. } if self.ticket.ours => self.push(Event::TakeoverEnded),
            Phase::Idle | Phase::Gathering(_) | Phase::Answering(_) => {}
            Phase::TakenOver { .. } | Phase::HandedOff(_) | Phase::Gone => return,
        }
        let past = self.ticket.people_through.max(self.terms.go_live);
        let assignee = self.ticket.fields.as_ref().and_then(|fields| fields.assignee);
        let sign = match (self.ticket.person_wrote_after(past), assignee) {
            (Some(message), _) if self.ticket.was_ours => Some(TakeoverSign::Message(message)),
            (_, Some(user)) if self.ticket.was_ours && !self.ticket.ours => {
                Some(TakeoverSign::Assignee(user))
            }
            _ => None,
        };
        let Some(by) = sign else { return };
        if let Phase::Answering(answering) = &self.ticket.phase {
            let effect = answering.effect;
            self.push(Event::DraftDropped { effect, reason: DropReason::TakenOver });
        }
        self.push(Event::TakenOver { by });
    }

    /// An operator's wish, a failed delivery, a message that cannot be found: people must have the ticket.
    fn judge_requests(&mut self) {
        let lost: Vec<MessageId> = self
            .ticket
            .reading
            .wanted
            .iter()
            .filter(|(_, tries)| **tries >= delays::MISSING_READS_MAX)
            .map(|(id, _)| *id)
            .collect();
        let was_lost = !lost.is_empty();
        for message in lost {
            self.push(Event::MessageNotFound { message });
        }
        if matches!(self.ticket.phase, Phase::HandedOff(_) | Phase::Gone) {
            return;
        }
        let live = self.mode() == Mode::Live;
        let looked_at = self.ticket.fields.is_some();
        if let Some(by) = self.ticket.handoff_requested.clone().filter(|_| looked_at) {
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::Operator, self.waiting(), receipt, &by);
        } else if let Some((effect, problem)) = self.ticket.delivery_failed.clone().filter(|_| live) {
            let answered = self.ticket.messages.values();
            let mut covered: Vec<MessageId> = answered
                .filter(|known| {
                    known.outcome.as_ref().is_some_and(|outcome| outcome.ending == Ending::Answered(effect))
                })
                .map(|known| known.message.id)
                .collect();
            covered.extend(self.waiting());
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::DeliveryFailed, covered, receipt, &problem);
        } else if was_lost && self.ticket.ours && !matches!(self.ticket.phase, Phase::TakenOver { .. }) {
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::MessageNotFound, self.waiting(), receipt, "");
        }
    }

    /// Accepted messages whose ticket changed under them.
    fn drop_what_no_longer_stands(&mut self) {
        for id in self.waiting() {
            let mut receipt = self.receipt(Vec::new());
            let Some(silence) = self.closed_for(id, &mut receipt) else { continue };
            if let Phase::Answering(answering) = &self.ticket.phase {
                let effect = answering.effect;
                self.push(Event::DraftDropped { effect, reason: silence.drop_reason() });
                return; // Its messages wait for nothing now and are judged below.
            }
            self.ignore(id, silence, receipt);
        }
        self.drop_what_changed();
        let waiting = self.waiting();
        if self.ticket.foreign && !waiting.is_empty() {
            let input = "messages came in by a merge or from another installation".to_owned();
            let receipt = self.receipt(vec![GateResult { gate: Gate::OwnThread, input, passed: false }]);
            self.hand_off(HandoffReason::ForeignThread, waiting, receipt, "");
        }
    }

    fn drop_what_changed(&mut self) {
        for id in self.waiting() {
            let mut receipt = self.receipt(Vec::new());
            let Some(verdict) = self.changed_meanwhile(id, &mut receipt) else { continue };
            if let Phase::Answering(answering) = &self.ticket.phase {
                let effect = answering.effect;
                self.push(Event::DraftDropped { effect, reason: DropReason::TicketChanged });
                return; // Its messages wait for nothing now and are judged below.
            }
            match verdict {
                Verdict::Silent(silence) => self.ignore(id, silence, receipt),
                Verdict::Person(reason) => {
                    self.hand_off(reason, self.waiting(), receipt, "");
                    return;
                }
                Verdict::Answer | Verdict::Fixed(_) => {}
            }
        }
    }

    fn judge_messages(&mut self) {
        let mut accepted: Vec<MessageId> = Vec::new();
        let mut fixed = None;
        let mut asks = false;
        let mut to_people: Option<(HandoffReason, Receipt)> = None;
        let mut refusal: Option<GateResult> = None;
        let mut newest_receipt = None;
        for id in self.candidates() {
            let mut receipt = self.receipt(Vec::new());
            match self.verdict(id, &mut receipt) {
                #[cfg(feature = "planted")]
                Verdict::Silent(Silence::AutomatedMail) if planted::is(Bug::SilentGate) => {}
                Verdict::Silent(silence) => self.ignore(id, silence, receipt),
                Verdict::Person(reason) => {
                    accepted.push(id);
                    let mut gates = receipt.gates.iter();
                    let refused = gates.find(|result| result.gate == Gate::LetsAiAnswer && !result.passed);
                    refusal = refusal.or(refused.cloned());
                    if to_people.as_ref().is_none_or(|(graver, _)| reason.rank() < graver.rank()) {
                        to_people = Some((reason, receipt));
                    }
                }
                Verdict::Answer => {
                    accepted.push(id);
                    newest_receipt = Some(receipt);
                    asks = true;
                }
                Verdict::Fixed(text) => {
                    accepted.push(id);
                    newest_receipt = Some(receipt);
                    fixed = Some(text);
                }
            }
        }
        if let Some((reason, mut receipt)) = to_people {
            // Whatever the handoff is told with, the customer's wish is on record.
            if let Some(refusal) = refusal.filter(|refusal| !receipt.gates.contains(refusal)) {
                receipt.gates.insert(0, refusal);
            }
            let mut covered = self.waiting();
            covered.extend(accepted.iter().filter(|id| !covered.contains(id)).copied().collect::<Vec<_>>());
            self.hand_off(reason, covered, receipt, "");
        } else if let Some(receipt) = newest_receipt {
            // Beside a question, thanks or a wish for a person need no reply of their own: the answer comes first.
            let fixed =
                fixed.filter(|_| !asks && self.waiting().iter().all(|id| self.is_answered_by_a_text(*id)));
            self.accept(accepted, receipt.clone());
            if let Some(text) = fixed {
                self.answer_with(text, receipt);
            }
        }
    }

    /// Whether a message that waits wants nothing but one of the fixed texts.
    fn is_answered_by_a_text(&self, id: MessageId) -> bool {
        let mut receipt = self.receipt(Vec::new());
        matches!(self.verdict(id, &mut receipt), Verdict::Fixed(_))
    }

    /// Messages of customers that need an outcome, or a new one: because the ticket came to the AI user, or because
    /// the answer they waited for was dropped.
    pub(super) fn candidates(&self) -> Vec<MessageId> {
        let ticket = &self.ticket;
        let newest_from_shop = ticket.newest_from_shop();
        let waiting = self.waiting();
        let handed_to_us = ticket.ours && ticket.handed_to_us.is_some();
        let go_live = self.terms.go_live;
        #[cfg(feature = "planted")]
        let go_live = if planted::is(Bug::ForgetGoLive) { MessageId(0) } else { go_live };
        let customers = ticket.messages.values().filter(|known| known.author == Author::Customer);
        let needs = customers.filter(|known| {
            let id = known.message.id;
            match known.outcome.as_ref().map(|outcome| &outcome.ending) {
                None => id > go_live || (handed_to_us && id > newest_from_shop),
                Some(Ending::Ignored(Silence::NotAssigned)) => handed_to_us && id > newest_from_shop,
                Some(Ending::Accepted) => !waiting.contains(&id),
                Some(Ending::Answered(_) | Ending::Ignored(_) | Ending::HandedOff) => false,
            }
        });
        needs.map(|known| known.message.id).collect()
    }

    /// Begins or widens the gathering of messages; a draft that the new ones overtook is dropped.
    fn accept(&mut self, accepted: Vec<MessageId>, receipt: Receipt) {
        let (before, since, redrafts) = match &self.ticket.phase {
            Phase::Gathering(gathering) => (gathering.messages.clone(), gathering.since, gathering.redrafts),
            Phase::Answering(answering) => {
                (answering.messages.clone(), answering.since, answering.redrafts + 1)
            }
            Phase::Idle => (Vec::new(), self.now, 0),
            Phase::TakenOver { .. } | Phase::HandedOff(_) | Phase::Gone => return,
        };
        let added: Vec<MessageId> = accepted.into_iter().filter(|id| !before.contains(id)).collect();
        let mut messages = before;
        messages.extend(&added);
        messages.sort_unstable();
        if let Phase::Answering(answering) = &self.ticket.phase {
            let effect = answering.effect;
            self.push(Event::DraftDropped { effect, reason: DropReason::NewMessage });
            if redrafts > self.terms.policy.redrafts_max {
                self.hand_off(HandoffReason::KeptChanging, messages, receipt, "");
                return;
            }
        }
        let channel = self.ticket.channel();
        let (quiet, within) = (self.terms.policy.quiet(channel), self.terms.policy.answer_within(channel));
        let replaces = self.replaced(&added);
        self.push(Event::Accepted(Accepted {
            messages,
            added,
            replaces,
            since,
            redrafts,
            quiet_until: self.now.plus(quiet).min(since.plus(quiet * delays::QUIET_TIMES_MAX)),
            answer_by: since.plus(within),
            receipt,
        }));
    }

    fn judge_expiry(&mut self) {
        #[cfg(feature = "planted")]
        if planted::is(Bug::WaitForEver) {
            return;
        }
        match &self.ticket.phase {
            Phase::Gathering(gathering) if gathering.answer_by <= self.now => self.hand_off_late(),
            Phase::Answering(answering) if answering.answer_by <= self.now => self.hand_off_late(),
            Phase::HandedOff(handoff)
                if handoff.reply_by <= self.now && handoff.open.contains(&FollowUp::Reply) =>
            {
                let reason = untold::TOO_LATE.to_owned();
                self.push(Event::FollowUpSkipped { step: FollowUp::Reply, reason });
            }
            _ => {}
        }
    }

    fn hand_off_late(&mut self) {
        let receipt = self.receipt(Vec::new());
        self.hand_off(HandoffReason::TooLate, self.waiting(), receipt, "");
    }

    /// Messages that were accepted and wait.
    pub(super) fn waiting(&self) -> Vec<MessageId> {
        match &self.ticket.phase {
            Phase::Gathering(gathering) => gathering.messages.clone(),
            Phase::Answering(answering) => answering.messages.clone(),
            Phase::Idle | Phase::TakenOver { .. } | Phase::HandedOff(_) | Phase::Gone => Vec::new(),
        }
    }

    pub(super) fn ignore(&mut self, message: MessageId, reason: Silence, receipt: Receipt) {
        let replaces = self.replaced(&[message]).first().copied();
        let tags = self.tags_for(message, reason);
        self.push(Event::Ignored(Ignored { message, reason, replaces, tags, receipt }));
    }

    /// The outcomes that a new outcome of these messages replaces.
    pub(super) fn replaced(&self, ids: &[MessageId]) -> Vec<u64> {
        let known = ids.iter().filter_map(|id| self.ticket.messages.get(id));
        let mut sequences: Vec<u64> =
            known.filter_map(|known| known.outcome.as_ref()).map(|outcome| outcome.sequence).collect();
        sequences.sort_unstable();
        sequences.dedup();
        sequences
    }
}
