//! A ticket's log as a timeline for people: the same fold, event by event. It has no world, so looking can never
//! act.

use serde::Serialize;

use crate::ticket::effect::Act;
use crate::ticket::event::{Event, TakeoverSign};
use crate::ticket::{IllegalEvent, Recorded, Ticket};
use crate::time::Time;

mod words;

pub use words::spaced;

/// One step of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The event's place in the stream.
    pub sequence: u64,
    /// When it was recorded, in milliseconds since 1970.
    pub at: Time,
    /// Its name.
    pub event: &'static str,
    /// What it says, in words.
    pub told: String,
    /// Where the conversation stands after it.
    pub state: &'static str,
    /// What is owed after it, and why.
    pub owed: Vec<Owed>,
}

/// A debt, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// What.
    pub effect: String,
    /// Not before this time, in milliseconds since 1970.
    pub not_before: Time,
    /// Why.
    pub reason: &'static str,
}

/// A timeline, and the ticket at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The steps.
    pub steps: Vec<Step>,
    /// The ticket after the last step.
    pub ticket: Ticket,
}

/// Folds `events` onto `ticket` and tells each step. Ends at the first event that does not fit its state.
pub fn timeline(mut ticket: Ticket, events: &[Recorded<Event>]) -> (Timeline, Option<IllegalEvent>) {
    let mut steps = Vec::with_capacity(events.len());
    for recorded in events {
        if let Err(illegal) = ticket.apply(recorded) {
            return (Timeline { steps, ticket }, Some(illegal));
        }
        steps.push(Step {
            sequence: recorded.sequence,
            at: recorded.at,
            event: recorded.event.name(),
            told: words::tell(&recorded.event),
            state: ticket.phase_name(),
            owed: owed(&ticket),
        });
    }
    (Timeline { steps, ticket }, None)
}

fn owed(ticket: &Ticket) -> Vec<Owed> {
    let debts = ticket.agenda().debts;
    let told = debts.iter().map(|debt| Owed {
        effect: match debt.act {
            Act::Perform => debt.id.to_string(),
            Act::Settle { attempt } => format!("settle {} (attempt {attempt})", debt.id),
        },
        not_before: debt.not_before,
        reason: debt.reason,
    });
    told.collect()
}

impl TakeoverSign {
    /// The sign in words.
    pub fn words(&self) -> String {
        match self {
            Self::Message(message) => format!("a person wrote message {message}"),
            Self::Assignee(user) => format!("it was assigned to user {user}"),
        }
    }
}
