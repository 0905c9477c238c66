//! How a message ended: every judgement that covered it, the last one being in force.

use polus_core::id::{ConnectionId, MessageId, Stream, TicketId};
use polus_core::receipt::Receipt;
use polus_core::replay::spaced;
use polus_core::ticket::event::{Author, Event};
use polus_core::ticket::state::{Ending, Known};
use polus_core::ticket::{Recorded, Ticket};
use polus_core::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::HistoryError;
use super::agreement::ShadowShown;
use super::seen::Seen;
use super::written::{Written, written};

/// A message's end and the judgements that led to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "ticket": 501, "message": 9001, "author": "a customer",
    "ending": "it was answered by answer #4", "ended_by": 6,
    "judgements": [{
        "sequence": 4, "at": 1796032800000_i64, "event": "drafted", "decided": "an answer is ready", "replaces": [],
        "receipt": {
            "gates": [{"gate": "confidence", "input": "812 of 1000, the line is 600", "passed": true}],
            "policy_version": 3, "answer": {
                "answerer": "embedded retrieval (in English)", "knowledge_version": 2, "confidence_per_mille": 812,
                "passages": [{
                    "article": "returns", "heading": "Returns › Worn shoes", "score_milli": 7412,
                    "matched": ["worn", "shoes"], "used": true, "digest": "7c1f0be3a4d5e6f7"
                }],
                "cost_micros": 0
            }
        },
        "seen": {
            "subject": "A return", "text": "Can I return worn shoes?", "doubt": null,
            "passages": [{
                "article": "returns", "title": "Returns", "heading": "Returns › Worn shoes", "score_milli": 7412,
                "matched": ["worn", "shoes"], "used": true, "text": "Worn shoes cannot be returned.", "problem": null
            }]
        },
        "written": [{
            "effect": "answer #4", "text": "Hi Carl,\n\nWorn shoes cannot be returned.", "message": 9002,
            "fate": "it was posted as message 9002"
        }]
    }]
}))]
pub struct MessageReceipt {
    /// The connection.
    #[schema(value_type = String)]
    pub connection: ConnectionId,
    /// The ticket.
    #[schema(value_type = i64)]
    pub ticket: TicketId,
    /// The message.
    #[schema(value_type = i64)]
    pub message: MessageId,
    /// Who wrote it, in words.
    pub author: &'static str,
    /// How it ended, in words.
    pub ending: String,
    /// Sequence of the event that ended it; none when it waits or needs no judgement.
    pub ended_by: Option<u64>,
    /// The judgements, oldest first; the last one is in force.
    pub judgements: Vec<Judgement>,
    /// What people did where Polus acted in shadow only; none where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub shadow: Option<ShadowShown>,
}

/// One judgement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Judgement {
    /// Sequence of the event that holds it.
    pub sequence: u64,
    /// When, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub at: Time,
    /// The event's name.
    pub event: &'static str,
    /// What was decided, in words.
    pub decided: String,
    /// Sequences of the judgements it replaces.
    pub replaces: Vec<u64>,
    /// The gates in the order they were asked, the policy's version, and what the answerer found.
    #[schema(value_type = Object)]
    pub receipt: Receipt,
    /// What the answerer was given and what it looked at, word for word; none where it was not asked.
    pub seen: Option<Seen>,
    /// What was written because of it.
    pub written: Vec<Written>,
}

/// All of it but what the answerer saw and what people did in shadow mode.
pub(super) fn of(
    connection: &ConnectionId,
    ticket: &Ticket,
    events: &[Recorded<Event>],
    message: Option<MessageId>,
) -> Result<MessageReceipt, HistoryError> {
    let newest = || {
        let written = ticket.messages.iter().rev().find(|(_, known)| known.author == Author::Customer);
        written.map(|(id, _)| *id)
    };
    let stream = Stream::Ticket(connection.clone(), ticket.id).to_string();
    let Some(wanted) = message.or_else(newest) else {
        return Err(HistoryError::NothingWritten { stream, state: ticket.phase_name() });
    };
    let Some(known) = ticket.messages.get(&wanted) else {
        let known: Vec<String> = ticket.messages.keys().map(ToString::to_string).collect();
        return Err(HistoryError::NoMessage {
            stream,
            message: wanted,
            known: if known.is_empty() { "none yet".to_owned() } else { known.join(", ") },
        });
    };
    let judgements = events.iter().filter_map(|recorded| {
        let written = || written(recorded, events, ticket);
        judgement(recorded, wanted).map(|judgement| Judgement { written: written(), ..judgement })
    });
    Ok(MessageReceipt {
        connection: connection.clone(),
        ticket: ticket.id,
        message: wanted,
        author: author(known.author),
        ending: ending(known),
        ended_by: known.outcome.as_ref().map(|outcome| outcome.sequence),
        judgements: judgements.collect(),
        shadow: None,
    })
}

fn judgement(recorded: &Recorded<Event>, message: MessageId) -> Option<Judgement> {
    let covers = |messages: &[MessageId]| messages.contains(&message);
    let (decided, replaces, receipt) = match &recorded.event {
        Event::Ignored(ignored) if ignored.message == message => (
            format!("silence: {}{}", spaced(&ignored.reason), tagged(&ignored.tags)),
            ignored.replaces.into_iter().collect(),
            &ignored.receipt,
        ),
        Event::Accepted(accepted) if covers(&accepted.messages) => {
            ("to be answered".to_owned(), accepted.replaces.clone(), &accepted.receipt)
        }
        Event::Drafted(drafted) if covers(&drafted.messages) => {
            ("an answer is ready".to_owned(), Vec::new(), &drafted.receipt)
        }
        Event::HandedOff(mark) if covers(&mark.messages) => {
            (format!("handed off: {}", mark.reason.words()), mark.replaces.clone(), &mark.receipt)
        }
        _ => return None,
    };
    Some(Judgement {
        sequence: recorded.sequence,
        at: recorded.at,
        event: recorded.event.name(),
        decided,
        replaces,
        receipt: receipt.clone(),
        seen: None,
        written: Vec::new(),
    })
}

fn tagged(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { format!("; the ticket is to be tagged {}", tags.join(", ")) }
}

fn ending(known: &Known) -> String {
    match known.outcome.as_ref().map(|outcome| &outcome.ending) {
        Some(Ending::Accepted) => "it waits for its answer".to_owned(),
        Some(Ending::Answered(effect)) => format!("it was answered by {effect}"),
        Some(Ending::Ignored(reason)) => format!("it was met with silence: {}", spaced(reason)),
        Some(Ending::HandedOff) => "it went to people".to_owned(),
        None if known.author == Author::Customer => {
            "it was not judged: it is older than the connection, or waits for a read".to_owned()
        }
        None => "it needs no judgement: the shop's side wrote it".to_owned(),
    }
}

/// Who wrote a message, in words.
pub(super) fn author(author: Author) -> &'static str {
    match author {
        Author::Customer => "a customer",
        Author::Us => "this installation",
        Author::Stranger => "another installation",
        Author::Person => "a person of the shop",
        Author::Rule => "a rule of the account",
        Author::App => "another app",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// A ticket may be handed off before any message of a customer was read.
    #[test]
    fn a_ticket_without_a_message_is_told_in_words() {
        let connection = ConnectionId::new("acme").unwrap();
        let ticket = Ticket::new(TicketId(5));
        let problem = of(&connection, &ticket, &[], None).unwrap_err().to_string();
        assert!(problem.contains("no message of a customer is known on acme/ticket/5"), "{problem}");
        assert!(!problem.contains("message 0"), "{problem}");
        let problem = of(&connection, &ticket, &[], Some(MessageId(7))).unwrap_err().to_string();
        assert!(problem.contains("has no message 7; it has none yet"), "{problem}");
    }
}
