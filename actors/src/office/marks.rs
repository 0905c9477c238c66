//! The dirty marks: tickets that their tenant has not been told of yet, oldest mark first, so that no busy tenant
//! keeps another waiting for ever.

use std::collections::{BTreeMap, VecDeque};

use polus_core::id::{ConnectionId, TicketId};

type Key = (ConnectionId, TicketId);

/// Marked tickets, each once, with the sequence their stream reaches.
#[derive(Default)]
pub(super) struct Marks {
    order: VecDeque<Key>,
    reach: BTreeMap<Key, u64>,
}

impl Marks {
    /// Marks a ticket whose stream reaches `sequence`; a marked one keeps its place.
    pub(super) fn mark(&mut self, connection: ConnectionId, ticket: TicketId, sequence: u64) {
        let key = (connection, ticket);
        if let Some(reach) = self.reach.get_mut(&key) {
            *reach = sequence.max(*reach);
            return;
        }
        self.reach.insert(key.clone(), sequence);
        self.order.push_back(key);
    }

    /// Takes the oldest mark.
    pub(super) fn take(&mut self) -> Option<(ConnectionId, TicketId, u64)> {
        let key = self.order.pop_front()?;
        let sequence = self.reach.remove(&key).unwrap_or_default();
        Some((key.0, key.1, sequence))
    }

    /// How many tickets are marked.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_oldest_mark_comes_first_once_and_with_the_farthest_reach() {
        let id = |name: &str| ConnectionId::new(name).unwrap();
        let mut marks = Marks::default();
        marks.mark(id("zeta"), TicketId(9), 3);
        marks.mark(id("acme"), TicketId(1), 1);
        marks.mark(id("zeta"), TicketId(9), 5);
        marks.mark(id("zeta"), TicketId(9), 4);
        assert_eq!(marks.len(), 2);
        assert_eq!(marks.take(), Some((id("zeta"), TicketId(9), 5)));
        marks.mark(id("zeta"), TicketId(9), 6);
        assert_eq!(marks.take(), Some((id("acme"), TicketId(1), 1)));
        assert_eq!(marks.take(), Some((id("zeta"), TicketId(9), 6)));
        assert_eq!(marks.take(), None);
    }
}
