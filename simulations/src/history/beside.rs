//! What was seen of a run beside the log and the desks: which webhooks were taken, where the network lied, what the
//! answerer gave, and what looking back at the log came to.

use std::collections::BTreeMap;

use polus_core::gorgias::webhook;
use polus_core::id::{ConnectionId, MessageId};
use polus_core::ticket::Ticket;

use crate::gorgias::webhooks::Delivery;

/// What was seen; empty where nobody looked.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The webhooks that were answered with 200, in that order.
    pub taken: Vec<Taken>,
    /// Where the network lied.
    pub lied: Lied,
    /// What the answerer gave.
    pub given: Vec<Given>,
    /// How many tickets of an account were in memory when all was quiet.
    pub residents: BTreeMap<ConnectionId, usize>,
    /// What reading every ticket's stream again came to.
    pub replayed: Option<Replayed>,
}

/// A webhook that was answered with 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The account it came from.
    pub account: ConnectionId,
    /// The ticket that it tells of, as the desk knows it.
    pub ticket: i64,
    /// When the call was made, milliseconds since 1970.
    pub begun_ms: i64,
    /// When it was answered, milliseconds since 1970.
    pub at_ms: i64,
    /// What its body tells: the trigger and the message; the problem, if nothing can be told from it.
    pub told: Result<(String, Option<MessageId>), String>,
}

/// Where the network lied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lied {
    /// Posts that lost their markers on the way, in that order.
    pub stripped: Vec<Stripped>,
    /// Reads of tickets that showed what an earlier one showed.
    pub stale: Vec<StaleRead>,
}

/// A post that lost its marker on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// The account.
    pub account: ConnectionId,
    /// The ticket it was posted on.
    pub ticket: i64,
    /// What it bore.
    pub marker: String,
    /// What it says.
    pub text: String,
    /// When it was sent, milliseconds since 1970.
    pub at_ms: i64,
}

/// A read of a ticket that showed what an earlier one showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleRead {
    /// The account.
    pub account: ConnectionId,
    /// The ticket.
    pub ticket: i64,
    /// When what it shows was true, milliseconds since 1970.
    pub as_of_ms: i64,
    /// When it was read, milliseconds since 1970.
    pub at_ms: i64,
}

/// An answer that the answerer gave. Each bears its number in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its number.
    pub number: u64,
    /// Whose customer asked.
    pub account: ConnectionId,
    /// The subject of the question.
    pub subject: Option<String>,
    /// The question.
    pub text: String,
    /// The answer.
    pub body: String,
    /// How sure it was, in thousandths.
    pub confidence_per_mille: u32,
}

/// What reading every ticket's stream again came to, the way the program reads it.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    /// Calls of the desks, questions to the answerer and records of the log before, and after it.
    pub counted: [(u64, u64, u64); 2],
    /// The tickets as they were folded; the problem, if one was not.
    pub tickets: BTreeMap<(ConnectionId, i64), Result<Ticket, String>>,
}

impl Taken {
    /// A call that was answered with 200 at that time.
    pub fn of(account: &ConnectionId, delivery: &Delivery, begun_ms: i64, at_ms: i64) -> Self {
        let query = delivery.url.split_once('?').map_or("", |(_, query)| query);
        let told = webhook::read(&delivery.body, query)
            .map(|heard| (heard.trigger.as_str().to_owned(), heard.message))
            .map_err(|problem| problem.to_string());
        Self { account: account.clone(), ticket: delivery.ticket, begun_ms, at_ms, told }
    }
}
