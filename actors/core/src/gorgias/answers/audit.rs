//! The account's audit log: the one feed of changes that Gorgias keeps.

use serde::Deserialize;

use super::{list, need};
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::Leaf;
use crate::gorgias::refusal::Refusal;
use crate::id::UserId;
use crate::time::Time;

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its number.
    pub id: i64,
    /// What happened, for example `ticket-merged`; over a hundred kinds exist.
    pub kind: String,
    /// Sort of thing it happened to, for example `Ticket` or `TicketMessage`.
    pub object_kind: String,
    /// Number of that thing. A message's entry does not tell its ticket.
    pub object: Option<i64>,
    /// Who did it; `None` for a machine.
    pub user: Option<UserId>,
    /// When, by Gorgias' clock.
    pub at: Time,
}

/// A page of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// Its rows, in Gorgias' order.
    pub events: Vec<AuditEvent>,
    /// Leads to the next page; `None` at the end.
    pub next_cursor: Option<String>,
}

/// Reads a page of the audit log.
pub fn events(reply: &Reply) -> Result<AuditPage, Refusal> {
    let page = list(reply, "a page of events", |wire: WireEvent| {
        Ok(AuditEvent {
            id: need(wire.id.id(), "an event", "id")?,
            kind: need(wire.kind.owned(), "an event", "type")?,
            object_kind: wire.object_type.owned().unwrap_or_default(),
            object: wire.object_id.id(),
            user: wire.user_id.id().map(UserId),
            at: need(wire.created_datetime.time(), "an event", "created_datetime")?,
        })
    })?;
    Ok(AuditPage { events: page.rows, next_cursor: page.next_cursor })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireEvent {
    id: Leaf,
    #[serde(rename = "type")]
    kind: Leaf,
    object_type: Leaf,
    object_id: Leaf,
    user_id: Leaf,
    created_datetime: Leaf,
}
