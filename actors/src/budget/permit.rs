//! What somebody holds of a budget. Whatever happens to them, nothing is lost: what they hold goes back when it is
//! dropped.

use std::rc::Rc;

use polus_core::gorgias::CallLimit;
use tokio::sync::Notify;

use super::{Budget, Lane};

/// Permission for a number of calls. What was not spent goes back when it is dropped.
pub struct Permit {
    /// Calls left in it.
    pub calls: u32,
    /// The lane it was taken in.
    pub lane: Lane,
    pub(super) budget: Budget,
}

/// A call under way. Dropped when it was answered or called off.
pub struct UnderWay {
    budget: Budget,
    number: u64,
}

/// A place in the queue; leaves it when the wait ends, however it ends.
pub(super) struct Queued {
    pub(super) budget: Budget,
    pub(super) place: (Lane, u64),
    pub(super) turn: Rc<Notify>,
}

impl Permit {
    /// Spends one call, which is under way until the returned value is dropped.
    pub fn spend(&mut self) -> UnderWay {
        debug_assert!(self.calls > 0, "a permit is looked at before it is spent");
        self.calls = self.calls.saturating_sub(1);
        self.budget.made()
    }
}

impl UnderWay {
    pub(super) fn new(budget: Budget, number: u64) -> Self {
        Self { budget, number }
    }

    /// The call was answered, with what the server's header says.
    pub fn answered(self, limit: Option<CallLimit>) {
        if let Some(limit) = limit {
            self.budget.correct(self.number, limit, false);
        }
    }

    /// The call was refused as one too many, with what the server's header says.
    pub fn refused(self, limit: Option<CallLimit>) {
        if let Some(limit) = limit {
            self.budget.correct(self.number, limit, true);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.budget.state.borrow_mut();
        state.unspent = state.unspent.saturating_sub(self.calls);
        state.wake_first();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.budget.state.borrow_mut();
        state.under_way.remove(&self.number);
        state.wake_first();
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        let mut state = self.budget.state.borrow_mut();
        state.waiting.remove(&self.place);
        state.wake_first();
    }
}
