//! Pages of the whole account, for keeping its history: tickets and messages as lists show them, and what left.

use serde::Deserialize;

use super::ticket::{WireMessage, WireTicket, read_message, ticket};
use super::{list, need};
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::{Branch, Leaf};
use crate::gorgias::refusal::Refusal;
use crate::gorgias::requests::MERGED_EVENT;
use crate::id::TicketId;
use crate::snapshot::Message;
use crate::sync::mirror::{Departure, ListedTicket};
use crate::time::Time;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows, in Gorgias' order.
    pub rows: Vec<T>,
    /// Leads to the next page; none at the end.
    pub next_cursor: Option<String>,
    /// Rows of the whole list, where Gorgias says so.
    pub total: Option<u64>,
}

/// A ticket that is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepartureListed {
    /// Which.
    pub ticket: TicketId,
    /// When it left, by Gorgias' clock.
    pub at: Time,
    /// How.
    pub departure: Departure,
}

/// Reads a page of tickets with all that a list shows of them.
pub fn listed_tickets(reply: &Reply) -> Result<Page<(TicketId, ListedTicket)>, Refusal> {
    page(reply, "a page of tickets", |wire: WireTicket| {
        let id = TicketId(need(wire.id.id(), "a listed ticket", "id")?);
        let count = wire.messages_count.count().map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Ok((id, listed(&wire, count)?))
    })
}

/// Reads a page of messages with the tickets they belong to.
pub fn listed_messages(reply: &Reply) -> Result<Page<(TicketId, Message)>, Refusal> {
    page(reply, "a page of messages", |wire: WireMessage| {
        let ticket = TicketId(need(wire.ticket_id.id(), "a listed message", "ticket_id")?);
        Ok((ticket, read_message(wire)?))
    })
}

/// Reads one ticket with its whole thread, as the lists would show it.
pub fn thread(reply: &Reply) -> Result<(ListedTicket, Vec<Message>), Refusal> {
    let messages = ticket(reply)?.messages;
    let wire: WireTicket = super::object(reply, "a ticket")?;
    let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    Ok((listed(&wire, Some(count))?, messages))
}

/// Reads a page of the events that tell which tickets were deleted or merged away.
pub fn departures(reply: &Reply) -> Result<Page<DepartureListed>, Refusal> {
    page(reply, "a page of events", |wire: WireEvent| {
        let into = wire.data.object().and_then(|data| data.into_ticket_id.id()).map(TicketId);
        let merged = wire.kind.text() == Some(MERGED_EVENT);
        Ok(DepartureListed {
            ticket: TicketId(need(wire.object_id.id(), "an event", "object_id")?),
            at: need(wire.created_datetime.time(), "an event", "created_datetime")?,
            departure: if merged { Departure::Merged { into } } else { Departure::Deleted },
        })
    })
}

fn page<T: serde::de::DeserializeOwned, R>(
    reply: &Reply,
    what: &str,
    read: impl Fn(T) -> Result<R, Refusal>,
) -> Result<Page<R>, Refusal> {
    let listed = list(reply, what, read)?;
    Ok(Page { rows: listed.rows, next_cursor: listed.next_cursor, total: listed.total })
}

/// What only a read of the ticket alone shows is left out, so that a read and a list tell the same.
fn listed(wire: &WireTicket, messages: Option<u32>) -> Result<ListedTicket, Refusal> {
    let mut fields = wire.fields("a listed ticket")?;
    fields.chat_conversation = None;
    fields.answerable.clear();
    Ok(ListedTicket {
        fields,
        created_at: wire.created_datetime.time(),
        priority: wire.priority.owned(),
        messages,
    })
}

/// An event of the account's feed. Which field of `data` names the ticket that took the messages is not documented; none
/// is as good as an unknown one.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireEvent {
    #[serde(rename = "type")]
    kind: Leaf,
    object_id: Leaf,
    created_datetime: Leaf,
    data: Branch<WireEventData>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireEventData {
    into_ticket_id: Leaf,
}
