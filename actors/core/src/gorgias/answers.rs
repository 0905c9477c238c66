//! Every answer the product reads, into our own words. What we need and do not find is `Unreadable`, so that a
//! change at Gorgias shows; everything else may be null, missing or odd.

mod account;
mod listed;
mod mailboxes;
mod people;
mod ticket;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::call::Reply;
use super::lenient::{self, Branch, Leaf, Rows};
use super::refusal::Refusal;
pub use account::{
    Account, AccountSettings, Webhook, account, account_settings, created_integration, webhook, webhooks,
};
pub use listed::{DepartureListed, Page, departures, listed_messages, listed_tickets, thread};
pub use mailboxes::mailboxes;
pub use people::{User, created_customer, customer_at, user};
pub use ticket::{
    InboundListed, TicketListed, TicketPage, inbound_messages, messages, posted_message, ticket, tickets,
};

/// The outer form of every list.
struct Listed<T> {
    rows: Vec<T>,
    next_cursor: Option<String>,
    total: Option<u64>,
}

#[derive(Deserialize)]
#[serde(default, bound = "T: DeserializeOwned")]
struct WireList<T> {
    data: Rows<T>,
    meta: Branch<WireMeta>,
}

impl<T> Default for WireList<T> {
    fn default() -> Self {
        Self { data: Rows::default(), meta: Branch::default() }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireMeta {
    next_cursor: Leaf,
    total_resources: Leaf,
}

/// Reads a single object.
fn object<T: DeserializeOwned>(reply: &Reply, what: &str) -> Result<T, Refusal> {
    if reply.body.trim_ascii().is_empty() {
        return Err(Refusal::Unreadable(format!("the answer is empty where {what} was due")));
    }
    let branch = lenient::read(&reply.body).map_err(|_| Refusal::NotJson { status: reply.status })?;
    branch.into_object().ok_or_else(|| missing(what, "an object"))
}

/// Reads a list. A row that cannot be read spoils the page: passing over it would look like its absence.
fn list<T: DeserializeOwned, R>(
    reply: &Reply,
    what: &str,
    read: impl Fn(T) -> Result<R, Refusal>,
) -> Result<Listed<R>, Refusal> {
    let wire: WireList<T> = object(reply, what)?;
    let rows = rows(wire.data, what, read)?;
    let meta = wire.meta.object();
    let next_cursor = meta.and_then(|meta| meta.next_cursor.name());
    let total = meta.and_then(|meta| meta.total_resources.count());
    Ok(Listed { rows, next_cursor, total })
}

/// Reads every row, none passed over.
fn rows<T, R>(list: Rows<T>, what: &str, read: impl Fn(T) -> Result<R, Refusal>) -> Result<Vec<R>, Refusal> {
    let list = list.0.ok_or_else(|| missing(what, "a list"))?;
    list.into_iter()
        .map(|row| row.into_object().ok_or_else(|| missing(what, "an object in every row")).and_then(&read))
        .collect()
}

fn missing(what: &str, part: &str) -> Refusal {
    Refusal::Unreadable(format!("{what} came without {part}"))
}

/// Asks a leaf for what must be there.
fn need<T>(found: Option<T>, what: &str, part: &str) -> Result<T, Refusal> {
    found.ok_or_else(|| missing(what, part))
}

#[cfg(test)]
mod tests;
