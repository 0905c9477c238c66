//! Tickets whose actors left, in the order of their leaving: what bounds the views that the board keeps.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use polus_core::id::{ConnectionId, TicketId};

/// Views kept of tickets whose actors left: a few megabytes. Who lists tickets looks at the newest, and the log tells
/// of all others.
pub(super) const VIEWS_MAX: usize = 10_000;

type Key = (ConnectionId, TicketId);

/// Who left, each once, oldest first.
#[derive(Default)]
pub(super) struct Departed(Mutex<Order>);

#[derive(Default)]
struct Order {
    by_place: BTreeMap<u64, Key>,
    places: BTreeMap<Key, u64>,
    next_place: u64,
}

impl Departed {
    /// Somebody left. Returns who left the longest ago once there are too many, and forgets about it.
    pub(super) fn left(&self, key: Key) -> Option<Key> {
        let mut order = self.order();
        order.forget(&key);
        let place = order.next_place;
        order.next_place += 1;
        order.places.insert(key.clone(), place);
        order.by_place.insert(place, key);
        if order.by_place.len() <= VIEWS_MAX {
            return None;
        }
        let (_, oldest) = order.by_place.pop_first()?;
        order.places.remove(&oldest);
        Some(oldest)
    }

    /// Somebody is here again.
    pub(super) fn came_back(&self, key: &Key) {
        self.order().forget(key);
    }

    /// No code that can panic runs under the lock but that of the maps themselves.
    fn order(&self) -> MutexGuard<'_, Order> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Order {
    fn forget(&mut self, key: &Key) {
        if let Some(place) = self.places.remove(key) {
            self.by_place.remove(&place);
        }
    }
}
