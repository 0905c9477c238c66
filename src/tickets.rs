//! What a connection's tickets tell of it: whether one ever came to the AI user, and which wait for a person. For the
//! doctor, `polus waiting` and the admin API.

use polus_actors::board::Board;
use polus_actors::tenant::SUBJECT;
use polus_core::id::{ConnectionId, TicketId, UserId};
use polus_core::ticket::event::{Author, HandoffReason};
use polus_core::ticket::{Phase, Ticket};
use polus_core::time::Time;

use crate::history::{History, HistoryError};

/// Tickets that are looked at, newest first: a look must not read a log of years.
const LOOKED_AT_MAX: usize = 2_000;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tickets {
    /// How many the log knows.
    pub known: usize,
    /// How many of them were looked at.
    pub looked_at: usize,
    /// How many of those could not be read, so that nothing else here speaks of them.
    pub unread: usize,
    /// What is wrong with the first of them.
    pub problem: Option<String>,
    /// How many of them were made by self-tests.
    pub self_tests: usize,
    /// One of the others was assigned to the AI user at some time: a self-test assigns its own, which tells nothing of the
    /// account's rules.
    pub ever_ours: bool,
    /// Those that wait for a person, the one that waits longest first.
    pub waiting: Vec<Waiting>,
}

/// A ticket that was handed off and that no person has touched since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub ticket: TicketId,
    /// When it was handed off.
    pub since: Time,
    /// Why.
    pub reason: HandoffReason,
}

impl Tickets {
    /// Looks at the newest tickets of a connection. One whose log cannot be read is counted as unread, and the others
    /// go on. Fails only where the log cannot even tell which tickets there are.
    pub async fn of(
        history: &History,
        board: &Board,
        connection: &ConnectionId,
    ) -> Result<Self, HistoryError> {
        let all = history.tickets(connection).await?;
        let details = board.connection(connection).and_then(|view| view.connection.details.clone());
        let ai_user = details.map(|details| details.ai_user);
        let mut found = Self { known: all.len(), ..Self::default() };
        for ticket in all.into_iter().rev().take(LOOKED_AT_MAX) {
            found.looked_at += 1;
            let shown = board.ticket(connection, ticket);
            if found.ever_ours && shown.is_some_and(|view| view.state != "handed off") {
                continue; // Nothing more is to be learnt from it, so that it need not be folded.
            }
            match history.ticket(connection, ticket, None).await {
                Ok((folded, _)) => {
                    let is_self_test = is_self_test(&folded);
                    found.self_tests += usize::from(is_self_test);
                    found.ever_ours |= folded.was_ours && !is_self_test;
                    found.waiting.extend(waiting(&folded, ai_user));
                }
                Err(error) => {
                    found.unread += 1;
                    found.problem.get_or_insert_with(|| error.to_string());
                }
            }
        }
        found.waiting.sort_by_key(|waiting| (waiting.since, waiting.ticket));
        Ok(found)
    }
}

fn is_self_test(ticket: &Ticket) -> bool {
    let subject = ticket.fields.as_ref().and_then(|fields| fields.subject.as_deref());
    subject == Some(SUBJECT)
}

/// The ticket, if it waits for a person: it was handed off and is open, no person has written since, and none has it
/// but the one it was handed to.
fn waiting(ticket: &Ticket, ai_user: Option<UserId>) -> Option<Waiting> {
    let Phase::HandedOff(handoff) = &ticket.phase else { return None };
    let fields = ticket.fields.as_ref();
    let is_open = fields.is_none_or(|fields| !fields.closed && !fields.trashed && !fields.spam);
    let is_answered = ticket
        .messages
        .range(handoff.known_through..)
        .skip_while(|(id, _)| **id == handoff.known_through)
        .any(|(_, known)| known.author == Author::Person && known.message.public);
    let assignee = fields.and_then(|fields| fields.assignee);
    let is_taken = assignee.is_some() && assignee != ai_user && assignee != handoff.to_user;
    let reason = handoff.reason.clone();
    (is_open && !is_answered && !is_taken).then_some(Waiting { ticket: ticket.id, since: handoff.at, reason })
}
