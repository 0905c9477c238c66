//! The gates of one message, in their order. What the first closed gate found is the outcome's receipt.

use super::event::{Author, DropReason, HandoffReason, Silence};
use super::plan::Plan;
use super::state::{Known, Phase};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::policy::{Mode, TextKey};
use crate::reading::automated;
use crate::receipt::{Gate, GateResult, Receipt};

/// What the gates say of one message.
pub(super) enum Verdict {
    /// Every gate is open.
    Answer,
    /// Silence, and why.
    Silent(Silence),
    /// A person must have it, and why.
    Person(HandoffReason),
    /// A fixed text answers it.
    Fixed(TextKey),
}

impl Plan<'_> {
    /// Every gate, up to the first closed one.
    pub(super) fn verdict(&self, id: MessageId, receipt: &mut Receipt) -> Verdict {
        let closed = self.closed_for(id, receipt);
        let Some(known) = self.ticket.messages.get(&id) else { return Verdict::Silent(Silence::TicketGone) };
        if let Some(silence) = closed {
            self.note_refusal(known, silence, receipt);
            return Verdict::Silent(silence);
        }
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
        let thread =
            if foreign { "messages came in by a merge or from another installation" } else { "its own" };
        if !ask(Gate::OwnThread, thread.to_owned(), !foreign) {
            return Verdict::Person(HandoffReason::ForeignThread);
        }
        self.what_it_says(known, &mut ask)
    }

    /// The first closed gate of those that look at the ticket rather than at the message's words.
    pub(super) fn closed_for(&self, id: MessageId, receipt: &mut Receipt) -> Option<Silence> {
        let ticket = &self.ticket;
        let fields = ticket.fields.clone().unwrap_or_default();
        let present = !matches!(ticket.phase, Phase::Gone) && !fields.trashed && !fields.spam;
        let others = ticket.messages.values().rev();
        let answered = others
            .take_while(|known| known.message.id > id)
            .any(|known| known.message.public && matches!(known.author, Author::Person | Author::App));
        let assignee = match (ticket.ours, fields.assignee) {
            (true, _) => "to the AI user".to_owned(),
            (false, Some(user)) => format!("to user {user}"),
            (false, None) => "to nobody".to_owned(),
        };
        let mode = format!("{:?}", self.mode()).to_lowercase();
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let (to_people, is_with_people) = self.is_with_people(id);
        let not = |silence| is_with_people != Some(silence);
        let gates = [
            (Gate::Connected, word(self.terms.connected), self.terms.connected, Silence::Disconnected),
            (Gate::Mode, mode, self.mode() != Mode::Off, Silence::ModeOff),
            (Gate::Present, word(present), present, Silence::TicketGone),
            (Gate::NotHandedOff, to_people.to_owned(), not(Silence::HandedOff), Silence::HandedOff),
            (Gate::NotTakenOver, to_people.to_owned(), not(Silence::TakenOver), Silence::TakenOver),
            (Gate::Assigned, assignee, ticket.ours, Silence::NotAssigned),
            (Gate::Open, format!("closed: {}", word(fields.closed)), !fields.closed, Silence::Closed),
            (
                Gate::Unanswered,
                format!("answered by the shop: {}", word(answered)),
                !answered,
                Silence::Answered,
            ),
        ];
        for (which, input, passed, silence) in gates {
            receipt.gates.push(GateResult { gate: which, input, passed });
            if !passed {
                return Some(silence);
            }
        }
        None
    }

    /// Whether a message is people's to answer, in words and as the silence it is met with.
    fn is_with_people(&self, id: MessageId) -> (&'static str, Option<Silence>) {
        match (&self.ticket.phase, self.ticket.given_back) {
            (Phase::HandedOff(_), _) => ("it was handed off", Some(Silence::HandedOff)),
            (Phase::TakenOver { .. }, _) => ("a person took it over", Some(Silence::TakenOver)),
            (_, Some((through, silence))) if id <= through => {
                ("written before the ticket was given back", Some(silence))
            }
            _ => ("no person has it", None),
        }
    }

    /// Whether a message is from the ticket's customer, and what tells.
    pub(super) fn is_from_customer(&self, known: &Known) -> (bool, &'static str) {
        #[cfg(feature = "planted")]
        if planted::is(Bug::AnswerAnybody) || planted::is(Bug::AnswerOwnEcho) {
            return (true, "nobody looked");
        }
        match &self.ticket.fields {
            Some(fields) => fields.is_from_customer(&known.message),
            None => (false, "the ticket names no customer"),
        }
    }

    pub(super) fn receipt(&self, gates: Vec<GateResult>) -> Receipt {
        Receipt { gates, policy_version: self.terms.policy.version, answer: None }
    }
}

impl Silence {
    pub(super) fn drop_reason(self) -> DropReason {
        match self {
            Self::NotAssigned => DropReason::NotAssigned,
            Self::TakenOver => DropReason::TakenOver,
            Self::Closed => DropReason::Closed,
            Self::TicketGone => DropReason::TicketGone,
            Self::Answered => DropReason::Answered,
            Self::Shadow => DropReason::Shadow,
            Self::Disconnected | Self::ModeOff | Self::HandedOff => DropReason::ModeChanged,
            Self::WrongSender | Self::AutomatedMail | Self::NothingAsked | Self::RuleReplied => {
                DropReason::NewMessage
            }
        }
    }
}
