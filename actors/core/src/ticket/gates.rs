//! The judgement of a ticket: takeover, handed back, expiry, and every message that has no outcome yet through
//! the gates, in their order. What the first closed gate found is the outcome's receipt.

use super::delays;
use super::event::{
    Accepted, Author, DropReason, Event, FollowUp, HandoffReason, Ignored, Silence, TakeoverSign,
};
use super::plan::Plan;
use super::state::{Ending, Known, Phase};
use crate::id::MessageId;
use crate::policy::Mode;
use crate::reading::{automated, human};
use crate::receipt::{Gate, GateResult, Receipt};

/// What the gates say of one message.
enum Verdict {
    /// Every gate is open.
    Answer,
    /// Silence, and why.
    Silent(Silence),
    /// A person must have it, and why.
    Person(HandoffReason),
}

impl Plan<'_> {
    /// Judges the ticket as it stands. Nothing is judged while an announced post has no outcome, but that a newer
    /// generation cancels what an older one owed.
    pub(super) fn judge(&mut self) {
        self.cancel_older_generation();
        if self.ticket.announced.is_some() {
            return;
        }
        self.judge_takeover();
        self.judge_requests();
        self.drop_what_no_longer_stands();
        self.judge_messages();
        self.judge_expiry();
    }

    fn cancel_older_generation(&mut self) {
        if self.ticket.generation == 0 || self.terms.generation <= self.ticket.generation {
            return;
        }
        self.push(Event::GenerationChanged { generation: self.terms.generation });
        let announced = self.ticket.announced.as_ref().map_or(Vec::new(), |announced| announced.messages.clone());
        let accepted = self.ticket.messages.values().filter(|known| known.is_accepted());
        let cut: Vec<MessageId> =
            accepted.map(|known| known.message.id).filter(|id| !announced.contains(id)).collect();
        for id in cut {
            let receipt = self.receipt(vec![gate(Gate::Connected, "the connection was cut meanwhile", false)]);
            self.ignore(id, Silence::Disconnected, receipt);
        }
    }

    fn judge_takeover(&mut self) {
        match &self.ticket.phase {
            Phase::TakenOver { left: true, .. } if self.ticket.ours => self.push(Event::TakeoverEnded),
            Phase::Idle | Phase::Gathering(_) | Phase::Answering(_) => {}
            Phase::TakenOver { .. } | Phase::HandedOff(_) | Phase::Gone => return,
        }
        let past = self.ticket.people_through.max(self.terms.go_live);
        let assignee = self.ticket.fields.as_ref().and_then(|fields| fields.assignee);
        let sign = match (self.ticket.person_wrote_after(past), assignee) {
            (Some(message), _) if self.ticket.was_ours => Some(TakeoverSign::Message(message)),
            (_, Some(user)) if self.ticket.was_ours && !self.ticket.ours => Some(TakeoverSign::Assignee(user)),
            _ => None,
        };
        if let Some(by) = sign {
            self.push(Event::TakenOver { by });
        }
    }

    /// An operator's wish, a failed delivery, a message that cannot be found: people must have the ticket.
    fn judge_requests(&mut self) {
        let lost: Vec<MessageId> = self.ticket.reading.wanted.iter()
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
        if let Some(by) = self.ticket.handoff_requested.clone() {
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::Operator, self.waiting(), receipt, &format!("{by} asked for it."));
        } else if let Some((effect, problem)) = self.ticket.delivery_failed.clone() {
            let answered = self.ticket.messages.values();
            let covered = answered
                .filter(|known| known.outcome.as_ref().is_some_and(|o| o.ending == Ending::Answered(effect)))
                .map(|known| known.message.id)
                .collect();
            let receipt = self.receipt(Vec::new());
            self.hand_off(HandoffReason::DeliveryFailed, covered, receipt, &problem);
        } else if was_lost && self.ticket.ours && !matches!(self.ticket.phase, Phase::TakenOver { .. }) {
            let receipt = self.receipt(Vec::new());
            let detail = "Gorgias told of a message that it does not show.";
            self.hand_off(HandoffReason::MessageNotFound, self.waiting(), receipt, detail);
        }
    }

    /// Accepted messages whose ticket changed under them.
    fn drop_what_no_longer_stands(&mut self) {
        let covered = match &self.ticket.phase {
            Phase::Gathering(gathering) => gathering.messages.clone(),
            Phase::Answering(answering) => answering.messages.clone(),
            Phase::TakenOver { .. } => {
                let accepted = self.ticket.messages.values().filter(|known| known.is_accepted());
                accepted.map(|known| known.message.id).collect()
            }
            Phase::Idle | Phase::HandedOff(_) | Phase::Gone => return,
        };
        for id in covered {
            let mut receipt = self.receipt(Vec::new());
            let Some(silence) = self.closed_for(id, &mut receipt) else { continue };
            if let Phase::Answering(answering) = &self.ticket.phase {
                let effect = answering.effect;
                self.push(Event::DraftDropped { effect, reason: silence.drop_reason() });
                return; // Its messages have no outcome now and are judged below.
            }
            self.ignore(id, silence, receipt);
        }
    }

    fn judge_messages(&mut self) {
        let mut accepted: Vec<MessageId> = Vec::new();
        let mut to_people: Option<(HandoffReason, Receipt)> = None;
        let mut newest_receipt = None;
        for id in self.candidates() {
            let mut receipt = self.receipt(Vec::new());
            match self.verdict(id, &mut receipt) {
                Verdict::Silent(silence) => self.ignore(id, silence, receipt),
                Verdict::Person(reason) => {
                    accepted.push(id);
                    to_people.get_or_insert((reason, receipt));
                }
                Verdict::Answer => {
                    accepted.push(id);
                    newest_receipt = Some(receipt);
                }
            }
        }
        if let Some((reason, receipt)) = to_people {
            let mut covered = self.waiting();
            covered.extend(accepted.iter().filter(|id| !covered.contains(id)).copied().collect::<Vec<_>>());
            self.hand_off(reason, covered, receipt, "");
        } else if let Some(receipt) = newest_receipt {
            self.accept(accepted, receipt);
        }
    }

    /// Messages of customers that need an outcome, or a new one because the ticket came to the AI user.
    fn candidates(&self) -> Vec<MessageId> {
        let ticket = &self.ticket;
        let newest_from_shop = ticket.newest_from_shop();
        let needs = |known: &&Known| {
            let id = known.message.id;
            let came_to_us = ticket.ours && ticket.handed_to_us.is_some() && id > newest_from_shop;
            match known.outcome.as_ref().map(|outcome| &outcome.ending) {
                None => id > self.terms.go_live || came_to_us,
                Some(Ending::Ignored(Silence::NotAssigned)) => ticket.ours && id > newest_from_shop,
                Some(_) => false,
            }
        };
        let customers = ticket.messages.values().filter(|known| known.author == Author::Customer);
        customers.filter(needs).map(|known| known.message.id).collect()
    }

    fn verdict(&self, id: MessageId, receipt: &mut Receipt) -> Verdict {
        if let Some(silence) = self.closed_for(id, receipt) {
            return Verdict::Silent(silence);
        }
        let Some(known) = self.ticket.messages.get(&id) else { return Verdict::Silent(Silence::TicketGone) };
        let mut ask = |which, input: String, passed| {
            receipt.gates.push(GateResult { gate: which, input, passed });
            passed
        };
        let (is_customer, who) = self.is_from_customer(known);
        if !ask(Gate::FromCustomer, who.to_owned(), is_customer) {
            return Verdict::Silent(Silence::WrongSender);
        }
        let personal = &known.message.personal;
        let machine = automated::automated(
            known.message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            personal.sender_email.as_deref(),
            personal.subject.as_deref(),
            Some(&personal.text),
        );
        let found = machine.as_ref().map_or("nothing tells of a machine", |mail| mail.matched.as_str());
        if !ask(Gate::NotAutomated, found.to_owned(), machine.is_none()) {
            return Verdict::Silent(Silence::AutomatedMail);
        }
        let foreign = self.ticket.foreign;
        let thread = if foreign { "messages came in by a merge or from another installation" } else { "its own" };
        if !ask(Gate::OwnThread, thread.to_owned(), !foreign) {
            return Verdict::Person(HandoffReason::ForeignThread);
        }
        let text = known.message.personal.text.trim();
        let shape = format!("{} characters, {} files", text.chars().count(), known.message.attachments.len());
        if !ask(Gate::HasText, shape, !text.is_empty()) {
            return Verdict::Person(HandoffReason::NoText);
        }
        let asked = human::asks_for_human(text);
        let found = asked.as_ref().map_or("no request found".to_owned(), |a| format!("matched: {}", a.matched));
        if !ask(Gate::NoRequestForHuman, found, asked.is_none()) {
            return Verdict::Person(HandoffReason::AskedForHuman);
        }
        Verdict::Answer
    }

    /// The first closed gate of those that look at the ticket rather than at the message's words.
    fn closed_for(&self, id: MessageId, receipt: &mut Receipt) -> Option<Silence> {
        let ticket = &self.ticket;
        let fields = ticket.fields.clone().unwrap_or_default();
        let present = !matches!(ticket.phase, Phase::Gone) && !fields.trashed && !fields.spam;
        let handed_off = matches!(ticket.phase, Phase::HandedOff(_));
        let taken_over = matches!(ticket.phase, Phase::TakenOver { .. });
        let others = ticket.messages.values().rev();
        let answered = others
            .take_while(|known| known.message.id > id)
            .any(|known| known.message.public && known.author != Author::Us && known.author.answers());
        let assignee = match (ticket.ours, fields.assignee) {
            (true, _) => "to the AI user".to_owned(),
            (false, Some(user)) => format!("to user {user}"),
            (false, None) => "to nobody".to_owned(),
        };
        let mode = format!("{:?}", self.terms.mode).to_lowercase();
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let gates = [
            (Gate::Connected, word(self.terms.connected), self.terms.connected, Silence::Disconnected),
            (Gate::Mode, mode, self.terms.mode != Mode::Off, Silence::ModeOff),
            (Gate::Present, word(present), present, Silence::TicketGone),
            (Gate::NotHandedOff, format!("handed off: {}", word(handed_off)), !handed_off, Silence::HandedOff),
            (Gate::NotTakenOver, format!("taken over: {}", word(taken_over)), !taken_over, Silence::TakenOver),
            (Gate::Assigned, assignee, ticket.ours, Silence::NotAssigned),
            (Gate::Open, format!("closed: {}", word(fields.closed)), !fields.closed, Silence::Closed),
            (Gate::Unanswered, format!("answered by the shop: {}", word(answered)), !answered, Silence::Answered),
        ];
        for (which, input, passed, silence) in gates {
            receipt.gates.push(GateResult { gate: which, input, passed });
            if !passed {
                return Some(silence);
            }
        }
        None
    }

    /// Gorgias' own identity of the customer, or one of the customer's addresses.
    fn is_from_customer(&self, known: &Known) -> (bool, &'static str) {
        let customer = self.ticket.fields.as_ref().and_then(|fields| fields.customer.as_ref());
        let Some(customer) = customer else { return (false, "the ticket names no customer") };
        if known.message.sender == Some(customer.id.0) {
            return (true, "the sender is the ticket's customer");
        }
        let Some(sender) = known.message.personal.sender_email.as_deref() else {
            return (false, "the sender is not the ticket's customer and has no address");
        };
        let same = |address: &str| address.trim().to_lowercase() == sender.trim().to_lowercase();
        let addresses = customer.addresses.iter().map(|channel| channel.address.as_str());
        match customer.email.as_deref().into_iter().chain(addresses).any(same) {
            true => (true, "the sender's address is one of the customer's"),
            false => (false, "the sender's address is none of the customer's"),
        }
    }

    /// Begins or widens the gathering of messages; a draft that the new ones overtook is dropped.
    fn accept(&mut self, added: Vec<MessageId>, receipt: Receipt) {
        let policy = &self.terms.policy;
        let (mut messages, since, redrafts) = match &self.ticket.phase {
            Phase::Gathering(gathering) => (gathering.messages.clone(), gathering.since, gathering.redrafts),
            Phase::Answering(answering) => {
                let (effect, since) = (answering.effect, answering.since);
                let (messages, redrafts) = (answering.messages.clone(), answering.redrafts + 1);
                self.push(Event::DraftDropped { effect, reason: DropReason::NewMessage });
                if redrafts > policy.redrafts_max {
                    let mut all = messages;
                    all.extend(added);
                    self.hand_off(HandoffReason::KeptChanging, all, receipt, "");
                    return;
                }
                (messages, since, redrafts)
            }
            Phase::Idle => (Vec::new(), self.now, 0),
            Phase::TakenOver { .. } | Phase::HandedOff(_) | Phase::Gone => return,
        };
        messages.extend(added.iter().filter(|id| !messages.contains(id)).copied().collect::<Vec<_>>());
        messages.sort_unstable();
        let added: Vec<MessageId> =
            messages.iter().filter(|id| !self.ticket.messages[id].is_accepted()).copied().collect();
        let channel = self.ticket.channel();
        let quiet = policy.quiet(channel);
        let replaces = self.replaced(&added);
        self.push(Event::Accepted(Accepted {
            quiet_until: self.now.plus(quiet).min(since.plus(quiet * delays::QUIET_TIMES_MAX)),
            answer_by: since.plus(policy.answer_within(channel)),
            messages,
            added,
            replaces,
            since,
            redrafts,
            receipt,
        }));
    }

    fn judge_expiry(&mut self) {
        match &self.ticket.phase {
            Phase::Gathering(gathering) if gathering.answer_by <= self.now => self.hand_off_late(),
            Phase::Answering(answering) if answering.answer_by <= self.now => self.hand_off_late(),
            Phase::HandedOff(handoff)
                if handoff.reply_by <= self.now && handoff.open.contains(&FollowUp::Reply) =>
            {
                let reason = "it could not be posted in time".to_owned();
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

    pub(super) fn receipt(&self, gates: Vec<GateResult>) -> Receipt {
        Receipt { gates, policy_version: self.terms.policy.version, answer: None }
    }

    pub(super) fn ignore(&mut self, message: MessageId, reason: Silence, receipt: Receipt) {
        let replaces = self.replaced(&[message]).first().copied();
        self.push(Event::Ignored(Ignored { message, reason, replaces, receipt }));
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

fn gate(gate: Gate, input: &str, passed: bool) -> GateResult {
    GateResult { gate, input: input.to_owned(), passed }
}

impl Known {
    fn is_accepted(&self) -> bool {
        self.outcome.as_ref().is_some_and(|outcome| outcome.ending == Ending::Accepted)
    }
}

impl Silence {
    fn drop_reason(self) -> DropReason {
        match self {
            Self::NotAssigned | Self::TakenOver => DropReason::NotAssigned,
            Self::Closed => DropReason::Closed,
            Self::TicketGone => DropReason::TicketGone,
            Self::Answered => DropReason::Answered,
            Self::Disconnected | Self::ModeOff | Self::Shadow | Self::HandedOff => DropReason::ModeChanged,
            Self::WrongSender | Self::AutomatedMail => DropReason::NewMessage,
        }
    }
}
