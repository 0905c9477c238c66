//! What people see: written by actors, read by the web. Look-ups only; nothing iterates it inside an actor. What it
//! lacks of a ticket is read back from the log.
//!
//! `board/departed.rs` says which views of tickets are dropped, `board/replies.rs` counts how long answers take,
//! `board/addresses.rs` tells what came where, `board/self_test.rs` how a self-test goes.

mod addresses;
mod departed;
mod replies;
mod self_test;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use polus_core::connection::Connection;
use polus_core::id::{ConnectionId, TicketId};
use polus_core::policy::Cause;
use polus_core::sync::Sync;
use polus_core::ticket::Ticket;
use polus_core::time::Time;

pub use addresses::{Addresses, Brought};
use departed::Departed;
pub use replies::{ReplyTimes, STEP_ENDS_S};
pub use self_test::{SelfTest, SelfTestState, SelfTestStep, StepEnded};

/// The read model.
#[derive(Default)]
pub struct Board {
    connections: DashMap<ConnectionId, Arc<ConnectionView>>,
    tickets: DashMap<(ConnectionId, TicketId), TicketView>,
    departed: Departed,
    alarms: DashMap<String, Alarm>,
    counters: Counters,
    watched: AtomicBool,
}

/// A connection as people see it.
#[derive(Debug, Clone, Default)]
pub struct ConnectionView {
    /// The folded machine.
    pub connection: Connection,
    /// When the last webhook was heard that was acted on.
    pub last_webhook: LastHeard,
    /// How long customers waited for their answers.
    pub replies: ReplyTimes,
    /// What each address of the webhook brought last.
    pub addresses: Addresses,
    /// Calls of the account's allowance that are used now.
    pub calls_used: u32,
    /// The account's allowance.
    pub calls_limit: u32,
    /// When Gorgias last took the key, since the start.
    pub key_worked: LastHeard,
    /// What the catch-up after the start is doing, in words.
    pub catch_up: String,
    /// The folded sync: walks, back-fills, and what webhooks missed.
    pub sync: Sync,
    /// The last self-test since the start.
    pub self_test: Option<SelfTest>,
    /// How many of its tickets are in memory.
    pub residents: Residents,
}

impl ConnectionView {
    /// Shows the folded sync, unless more of it is shown already: a walker may not have read yet what an operator asked.
    pub fn show_sync(&mut self, sync: Sync) {
        if sync.sequence >= self.sync.sequence {
            self.sync = sync;
        }
    }
}

/// When something was last heard. All copies of a view share it: webhooks come by the thousand, and noting one must
/// not copy a whole connection.
#[derive(Debug, Clone)]
pub struct LastHeard(Arc<AtomicI64>);

/// How many tickets are in memory. All copies of a view share it.
#[derive(Debug, Clone, Default)]
pub struct Residents(Arc<AtomicUsize>);

impl Residents {
    /// From now on so many.
    pub fn are(&self, count: usize) {
        self.0.store(count, Ordering::Relaxed);
    }

    /// So many now.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A ticket as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketView {
    /// Where the conversation stands.
    pub state: &'static str,
    /// Sequence of the last event folded.
    pub sequence: u64,
    /// A post is under way or its outcome is not known.
    pub announced: bool,
    /// When it last changed.
    pub changed: Time,
    /// All that its actor has folded; only where somebody watches for it.
    pub folded: Option<Arc<Ticket>>,
}

/// Something a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What it is about, for example a connection or a ticket.
    pub about: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Since when.
    pub since: Time,
}

/// Totals since the start.
#[derive(Default)]
pub struct Counters {
    counts: [AtomicU64; Count::ALL.len()],
    /// By cause, in the order of [`Cause::ALL`].
    handoffs: [AtomicU64; Cause::ALL.len()],
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Webhooks made durable.
    Webhooks,
    /// Bodies kept as unreadable.
    Quarantined,
    /// Calls made to Gorgias.
    Calls,
    /// Calls that Gorgias refused as too many.
    Throttled,
    /// Answers posted.
    Answers,
    /// Messages met with silence.
    Silences,
    /// Posts whose fate was unknown for a time.
    Unclear,
}

impl Count {
    /// All of them, in the order in which they are stored.
    pub const ALL: [Self; 7] = [
        Self::Webhooks,
        Self::Quarantined,
        Self::Calls,
        Self::Throttled,
        Self::Answers,
        Self::Silences,
        Self::Unclear,
    ];

    /// Its name, as metrics spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webhooks => "webhooks",
            Self::Quarantined => "quarantined",
            Self::Calls => "calls",
            Self::Throttled => "throttled_calls",
            Self::Answers => "answers",
            Self::Silences => "silences",
            Self::Unclear => "unclear_posts",
        }
    }
}

impl LastHeard {
    const NEVER: i64 = i64::MIN;

    /// Something was heard.
    pub fn heard(&self, at: Time) {
        self.0.fetch_max(at.0, Ordering::Relaxed);
    }

    /// When; none since the start.
    pub fn at(&self) -> Option<Time> {
        Some(self.0.load(Ordering::Relaxed)).filter(|at| *at != Self::NEVER).map(Time)
    }
}

impl Default for LastHeard {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(Self::NEVER)))
    }
}

impl Board {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection, if there is one by that name.
    pub fn connection(&self, id: &ConnectionId) -> Option<Arc<ConnectionView>> {
        self.connections.get(id).map(|view| Arc::clone(&view))
    }

    /// Changes what people see of a connection; makes it when it is new.
    pub fn change_connection(&self, id: &ConnectionId, change: impl FnOnce(&mut ConnectionView)) {
        let mut entry = self.connections.entry(id.clone()).or_default();
        change(Arc::make_mut(&mut entry));
    }

    /// All connections, by name. For the web.
    #[expect(clippy::disallowed_methods, reason = "for the web, sorted before it is used")]
    pub fn connections(&self) -> BTreeMap<ConnectionId, Arc<ConnectionView>> {
        self.connections.iter().map(|entry| (entry.key().clone(), Arc::clone(entry.value()))).collect()
    }

    /// From now on the views of tickets hold all that their actors have folded: for whoever compares it with the log.
    pub fn watch(&self) {
        self.watched.store(true, Ordering::Relaxed);
    }

    /// Whether somebody watches for what is folded.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Shows a ticket whose actor is here.
    pub fn show_ticket(&self, connection: &ConnectionId, ticket: TicketId, view: TicketView) {
        let key = (connection.clone(), ticket);
        self.departed.came_back(&key);
        self.tickets.insert(key, view);
    }

    /// The actor of a ticket left: its view stays until many others have left after it. One with an unsettled post
    /// stays for as long as the post is: the ticket comes back to settle it.
    pub fn ticket_left(&self, connection: &ConnectionId, ticket: TicketId) {
        let key = (connection.clone(), ticket);
        let may_go = self.tickets.get(&key).is_some_and(|view| !view.announced);
        if may_go && let Some(oldest) = self.departed.left(key) {
            self.tickets.remove(&oldest);
        }
    }

    /// A ticket, if its actor is here or left not long ago.
    pub fn ticket(&self, connection: &ConnectionId, ticket: TicketId) -> Option<TicketView> {
        self.tickets.get(&(connection.clone(), ticket)).map(|view| view.clone())
    }

    /// All tickets that are shown, by connection and number. For whoever watches.
    #[expect(clippy::disallowed_methods, reason = "for whoever watches, sorted before it is used")]
    pub fn tickets(&self) -> BTreeMap<(ConnectionId, TicketId), TicketView> {
        self.tickets.iter().map(|entry| (entry.key().clone(), entry.value().clone())).collect()
    }

    /// Raises an alarm; one that stands already keeps its beginning. Returns whether it is new.
    pub fn alarm(&self, about: &str, message: String, since: Time) -> bool {
        let fresh = !self.alarms.contains_key(about);
        let mut entry = self.alarms.entry(about.to_owned()).or_insert_with(|| Alarm {
            about: about.to_owned(),
            message: String::new(),
            since,
        });
        entry.message = message;
        fresh
    }

    /// Ends an alarm.
    pub fn end_alarm(&self, about: &str) {
        self.alarms.remove(about);
    }

    /// All alarms, by what they are about. For the web.
    #[expect(clippy::disallowed_methods, reason = "for the web, sorted before it is used")]
    pub fn alarms(&self) -> Vec<Alarm> {
        let by_name: BTreeMap<String, Alarm> =
            self.alarms.iter().map(|entry| (entry.key().clone(), entry.value().clone())).collect();
        by_name.into_values().collect()
    }

    /// Counts one.
    pub fn count(&self, what: Count) {
        self.counters.counts[what as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many were counted since the start.
    pub fn counted(&self, what: Count) -> u64 {
        self.counters.counts[what as usize].load(Ordering::Relaxed)
    }

    /// Counts an answer of a connection, which came so long after the customer's newest message was heard of.
    pub fn answered(&self, connection: &ConnectionId, after: Duration) {
        if let Some(view) = self.connection(connection) {
            view.replies.took(after);
        }
    }

    /// Counts a ticket that was handed off.
    pub fn handed_off(&self, cause: Cause) {
        self.counters.handoffs[cause as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How many tickets were handed off for this cause since the start.
    pub fn handoffs(&self, cause: Cause) -> u64 {
        self.counters.handoffs[cause as usize].load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests;
