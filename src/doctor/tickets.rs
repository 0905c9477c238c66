//! What a connection's tickets tell of it: whether one ever came to the AI user, and which wait for a person.

use polus_actors::board::Board;
use polus_core::id::{ConnectionId, TicketId};
use polus_core::ticket::event::Author;
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
    /// One of them was assigned to the AI user at some time.
    pub ever_ours: bool,
    /// Those that were handed off and that no person has touched since.
    pub waiting: usize,
    /// The one of these that waits longest, and since when.
    pub oldest: Option<(Time, TicketId)>,
}

impl Tickets {
    /// Looks at the newest tickets of a connection.
    pub async fn of(
        history: &History,
        board: &Board,
        connection: &ConnectionId,
    ) -> Result<Self, HistoryError> {
        let all = history.tickets(connection).await?;
        let mut found = Self { known: all.len(), ..Self::default() };
        for ticket in all.into_iter().rev().take(LOOKED_AT_MAX) {
            found.looked_at += 1;
            let shown = board.ticket(connection, ticket);
            if found.ever_ours && shown.is_some_and(|view| view.state != "handed off") {
                continue; // Nothing more is to be learnt from it, so that it need not be folded.
            }
            let (folded, _) = history.ticket(connection, ticket, None).await?;
            found.learn(&folded);
        }
        Ok(found)
    }

    fn learn(&mut self, ticket: &Ticket) {
        self.ever_ours |= ticket.was_ours;
        if let Some(since) = waits_since(ticket) {
            self.waiting += 1;
            self.oldest = self.oldest.min(Some((since, ticket.id))).or(Some((since, ticket.id)));
        }
    }
}

/// Since when a ticket waits for a person: it was handed off, is open, and no person has written since.
fn waits_since(ticket: &Ticket) -> Option<Time> {
    let Phase::HandedOff(handoff) = &ticket.phase else { return None };
    let is_open =
        ticket.fields.as_ref().is_none_or(|fields| !fields.closed && !fields.trashed && !fields.spam);
    let mut later =
        ticket.messages.range(handoff.known_through..).skip_while(|(id, _)| **id == handoff.known_through);
    let is_touched = later.any(|(_, known)| known.author == Author::Person);
    (is_open && !is_touched).then_some(handoff.at)
}
