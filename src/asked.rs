//! What would become of a question, were it the first message of a ticket: for `polus ask` and the admin API. The
//! ticket machine itself judges it, on a ticket that is in no log; nothing here can act.

use std::sync::Arc;

use polus_actors::world::Answer;
use polus_core::id::{ConnectionId, CustomerId, InstallationId, MessageId, TicketId, UserId};
use polus_core::policy::{Channels, Mode, Policy, Terms, Topics};
use polus_core::receipt::{Gate, PassageReceipt, Receipt};
use polus_core::snapshot::{Customer, Delivery, Message, MessagePersonal, TicketFields, TicketSnapshot};
use polus_core::ticket::event::{Event, HandoffReason, Hint, Notified, Standing};
use polus_core::ticket::input::{DraftAnswer, DraftOutcome, ReadOutcome};
use polus_core::ticket::{EffectKind, IllegalEvent, Input, Recorded, Ticket};
use polus_core::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::gates;

const AI_USER: UserId = UserId(1);
const CUSTOMER: CustomerId = CustomerId(2);
const MESSAGE: MessageId = MessageId(1);

/// The end of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// The answer would be sent.
    Answer,
    /// One of the policy's fixed texts would be sent, for example that a person is not brought in.
    FixedText,
    /// A person would get the ticket.
    HandOff,
    /// Nothing would be done.
    Silence,
}

/// What would become of a question, by its words and the articles alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "question": "Can I return worn shoes?", "decision": "answer",
    "why": "confidence 812 of 1000, at or above the line of 600", "confidence_per_mille": 812, "line_per_mille": 600,
    "body": "Worn shoes cannot be returned.", "passages": [{
        "article": "returns", "heading": "Returns: What can be returned", "score_milli": 7412,
        "matched": ["return", "worn", "shoes"], "used": true
    }],
    "answerer": "embedded", "knowledge_version": 3
}))]
pub(crate) struct Asked {
    pub question: String,
    pub decision: Decision,
    /// Why, in words.
    pub why: String,
    /// Confidence in the answer that was found, whatever is decided.
    pub confidence_per_mille: u32,
    /// The least confidence at which an answer is sent.
    pub line_per_mille: u32,
    /// The fixed text, or else the answer that was found, also where it would not be sent.
    pub body: Option<String>,
    /// The passages that were looked at, best first.
    #[schema(value_type = Vec<Object>)]
    pub passages: Vec<PassageReceipt>,
    pub answerer: String,
    pub knowledge_version: u32,
}

/// A question and what was found about it.
pub(crate) struct Trial<'a> {
    pub connection: &'a ConnectionId,
    pub question: &'a str,
    pub answer: &'a Answer,
    pub policy: &'a Policy,
    pub knowledge_version: u32,
}

impl Asked {
    /// Judges a question under a policy in live mode, on a ticket of its own that is assigned to the AI user: history,
    /// tags, headers and the sender are not asked. An error is a bug of the ticket machine.
    pub fn of(trial: &Trial<'_>) -> Result<Self, IllegalEvent> {
        let Trial { question, answer, policy, knowledge_version, .. } = trial;
        let ended = ended(trial)?;
        let (decision, why, body) = match ended {
            Ended::Silent(receipt) => (Decision::Silence, closed(&receipt), None),
            Ended::Fixed(receipt, text) => (Decision::FixedText, closed(&receipt), Some(text)),
            Ended::People(HandoffReason::NoSource, _) => (Decision::HandOff, unsure(trial), None),
            Ended::People(_, receipt) => (Decision::HandOff, closed(&receipt), None),
            Ended::CannotAnswer(text) => {
                let why = format!("{}; the settings bring no person in for that", unsure(trial));
                (Decision::FixedText, why, Some(text))
            }
            Ended::Answered(receipt) => (Decision::Answer, sure(trial, &receipt), None),
        };
        Ok(Self {
            question: (*question).to_owned(),
            decision,
            why,
            confidence_per_mille: answer.confidence_per_mille,
            line_per_mille: policy.confidence_line_per_mille,
            body: body.or_else(|| answer.body.clone()),
            passages: answer.passages.clone(),
            answerer: answer.answerer.clone(),
            knowledge_version: *knowledge_version,
        })
    }
}

enum Ended {
    Silent(Receipt),
    People(HandoffReason, Receipt),
    Fixed(Receipt, String),
    CannotAnswer(String),
    Answered(Receipt),
}

/// Plays the ticket up to the end of its only message.
fn ended(trial: &Trial<'_>) -> Result<Ended, IllegalEvent> {
    let terms = terms(trial);
    let now = Time(0);
    let mut ticket = Ticket::new(TicketId(1));
    record(&mut ticket, vec![notified()], now)?;
    let outcome = ReadOutcome::Ticket(Box::new(snapshot(trial.question)));
    let read = ticket.decide(&Input::Read { as_of: ticket.sequence, outcome }, &terms, now)?;
    record(&mut ticket, read.clone(), now)?;
    let mut accepted = Receipt::default();
    for event in read.into_iter().rev() {
        match event {
            Event::Accepted(event) => accepted = event.receipt,
            Event::Ignored(ignored) => return Ok(Ended::Silent(ignored.receipt)),
            Event::HandedOff(mark) => return Ok(Ended::People(mark.reason, mark.receipt)),
            Event::Drafted(drafted) => return Ok(Ended::Fixed(drafted.receipt, drafted.personal.text)),
            _ => {}
        }
    }
    let stuck = |why| IllegalEvent { sequence: ticket.sequence, event: "drafted", why };
    let draft = ticket.agenda().debts.into_iter().find(|debt| debt.id.kind == EffectKind::Draft);
    let draft = draft.ok_or_else(|| stuck("a question that was accepted owes no draft"))?;
    let outcome = DraftOutcome::Answer(found(trial));
    let drafted = ticket.decide(&Input::Draft { effect: draft.id, outcome }, &terms, draft.not_before)?;
    for event in drafted.into_iter().rev() {
        match event {
            Event::HandedOff(mark) => return Ok(Ended::People(mark.reason, mark.receipt)),
            Event::Drafted(drafted) if is_certain(&drafted.receipt) => return Ok(Ended::Answered(accepted)),
            Event::Drafted(drafted) => return Ok(Ended::CannotAnswer(drafted.personal.text)),
            _ => {}
        }
    }
    Err(stuck("an answer that was found leads to nothing"))
}

fn record(ticket: &mut Ticket, events: Vec<Event>, at: Time) -> Result<(), IllegalEvent> {
    for event in events {
        ticket.apply(&Recorded { sequence: ticket.sequence + 1, at, event })?;
    }
    Ok(())
}

/// Live and connected; topics go by tags, of which a question has none.
fn terms(trial: &Trial<'_>) -> Terms {
    Terms {
        installation: InstallationId("asked".to_owned()),
        connection: trial.connection.clone(),
        generation: 1,
        connected: true,
        mode: Mode::Live,
        paused: false,
        ai_user: AI_USER,
        handoff_team: None,
        handoff_user: None,
        go_live: MessageId(0),
        policy: Policy { topics: Topics::default(), channels: Channels::default(), ..trial.policy.clone() },
        opted_out: Arc::default(),
    }
}

fn notified() -> Event {
    Event::Notified(Notified {
        trigger: String::new(),
        message: Some(MESSAGE),
        assignee: Hint::AiUser,
        own_echo: false,
        generation: 1,
        standing: Standing::Current,
        headers: Default::default(),
    })
}

fn snapshot(question: &str) -> TicketSnapshot {
    let customer =
        Customer { id: CUSTOMER, email: None, name: None, first_name: None, addresses: Vec::new() };
    let message = Message {
        id: MESSAGE,
        from_agent: false,
        public: true,
        channel: "email".to_owned(),
        via: "email".to_owned(),
        rule: None,
        external_id: None,
        integration: None,
        sender: Some(CUSTOMER.0),
        created_at: Time(0),
        delivery: Delivery::Pending,
        headers: Default::default(),
        attachments: Vec::new(),
        personal: MessagePersonal { text: question.to_owned(), ..MessagePersonal::default() },
    };
    let fields = TicketFields {
        channel: "email".to_owned(),
        assignee: Some(AI_USER),
        customer: Some(customer),
        ..TicketFields::default()
    };
    TicketSnapshot { ticket: TicketId(1), fields, messages: vec![message] }
}

fn found(trial: &Trial<'_>) -> DraftAnswer {
    let answer = trial.answer;
    DraftAnswer {
        answerer: answer.answerer.clone(),
        knowledge_version: trial.knowledge_version,
        confidence_per_mille: answer.confidence_per_mille,
        body: answer.body.clone(),
        passages: answer.passages.clone(),
        cost_micros: answer.cost_micros,
    }
}

fn is_certain(receipt: &Receipt) -> bool {
    receipt.gates.iter().any(|result| result.gate == Gate::Confidence && result.passed)
}

/// What the gate that decided found.
fn closed(receipt: &Receipt) -> String {
    let stopped = receipt.gates.iter().rev().find(|result| !result.passed);
    stopped.map_or_else(String::new, |result| gates::closed(result.gate, &result.input))
}

fn unsure(trial: &Trial<'_>) -> String {
    let (confidence, line) = (trial.answer.confidence_per_mille, trial.policy.confidence_line_per_mille);
    match trial.answer.body {
        None => "no help article says anything about it".to_owned(),
        Some(_) => format!("confidence {confidence} of 1000, below the line of {line}"),
    }
}

/// Why the answer would be sent, and what would be passed over in doing so.
fn sure(trial: &Trial<'_>, receipt: &Receipt) -> String {
    let (confidence, line) = (trial.answer.confidence_per_mille, trial.policy.confidence_line_per_mille);
    let mut why = format!("confidence {confidence} of 1000, at or above the line of {line}");
    for result in &receipt.gates {
        if matches!(result.gate, Gate::NoRequestForHuman | Gate::OnlyWords)
            && result.input.starts_with("matched: ")
        {
            why.push_str(&format!("; {}", gates::opened(result.gate, &result.input)));
        }
    }
    why
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn answer(confidence_per_mille: u32, body: Option<&str>) -> Answer {
        Answer {
            answerer: "a test".to_owned(),
            confidence_per_mille,
            body: body.map(str::to_owned),
            passages: Vec::new(),
            cost_micros: 0,
        }
    }

    fn policy(settings: &[(&str, &str)]) -> Policy {
        let mut policy = Policy::default();
        policy.set_all(settings.iter().copied()).unwrap();
        policy
    }

    fn asked(question: &str, answer: &Answer, settings: &[(&str, &str)]) -> Asked {
        let (connection, policy) = (ConnectionId::new("acme").unwrap(), policy(settings));
        let trial =
            Trial { connection: &connection, question, answer, policy: &policy, knowledge_version: 1 };
        Asked::of(&trial).unwrap()
    }

    #[test]
    fn the_line_and_a_missing_answer_decide() {
        const QUESTION: &str = "How do I return tea?";
        for (answer, settings, decision, why) in [
            (
                answer(600, Some("Thus.")),
                &[][..],
                Decision::Answer,
                "600 of 1000, at or above the line of 600",
            ),
            (answer(599, Some("Thus.")), &[], Decision::HandOff, "below the line of 600"),
            (answer(599, Some("Thus.")), &[("confidence", "500")], Decision::Answer, "above the line of 500"),
            (answer(0, None), &[], Decision::HandOff, "no help article"),
            (
                answer(900, Some("I am transferring you to a colleague.")),
                &[],
                Decision::HandOff,
                "the answer promises a person, whom only a handoff brings",
            ),
            (
                answer(0, None),
                &[("handoff.on_cannot_answer", "off")],
                Decision::FixedText,
                "no help article says anything about it; the settings bring no person in",
            ),
        ] {
            let asked = asked(QUESTION, &answer, settings);
            assert_eq!(asked.decision, decision, "{settings:?}");
            assert!(asked.why.contains(why), "{}", asked.why);
        }
    }

    /// The core's own gates are asked, under the policy.
    #[test]
    fn what_the_words_say_goes_before_the_answer() {
        const HUMAN: &str = "I want to talk to a human";
        const BESIDE: &str = "How can I return the green tea that I ordered last week? I would also like to talk to a human about it.";
        for (question, preset, decision, why) in [
            (HUMAN, "1", Decision::HandOff, "the customer asks for a person"),
            (HUMAN, "0", Decision::FixedText, "the customer asks for a person"),
            (HUMAN, "2", Decision::FixedText, "the customer asks for a person"),
            (HUMAN, "3", Decision::FixedText, "the customer asks for a person"),
            (BESIDE, "1", Decision::HandOff, "the customer asks for a person"),
            (BESIDE, "0", Decision::Answer, "which the settings do not fulfil (yet)"),
            (BESIDE, "3", Decision::Answer, "which the settings do not fulfil (yet)"),
            ("I am going to kill myself", "0", Decision::HandOff, "it touches what always goes to people"),
            ("My lawyer will sue you over the tea", "3", Decision::HandOff, "what always goes to people"),
            ("from now on only humans, no bots, ever", "1", Decision::HandOff, "wants no AI"),
            ("Thank you very much!", "1", Decision::Silence, "it asks for nothing"),
            (
                "I am currently out of the office with no access to email. I will respond when I return on Monday.",
                "1",
                Decision::Silence,
                "a machine wrote it",
            ),
            ("?", "1", Decision::HandOff, "there is no text to answer"),
        ] {
            let asked = asked(question, &answer(900, Some("Thus.")), &[("handoff.preset", preset)]);
            assert_eq!(asked.decision, decision, "{question}, preset {preset}: {}", asked.why);
            assert!(asked.why.contains(why), "{question}, preset {preset}: {}", asked.why);
        }
        let thanks = asked("Thank you very much!", &answer(0, None), &[("courtesy_replies", "on")]);
        assert_eq!(thanks.decision, Decision::FixedText);
        assert!(thanks.body.is_some_and(|text| !text.is_empty()));
    }

    /// Tags and channels belong to a ticket, and a question has none.
    #[test]
    fn topics_and_modes_are_not_asked() {
        let settings = [("topics.allowed_tags", "returns"), ("channels.email", "off")];
        assert_eq!(
            asked("How do I return tea?", &answer(900, Some("Thus.")), &settings).decision,
            Decision::Answer
        );
    }
}
