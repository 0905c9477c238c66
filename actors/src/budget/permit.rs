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
pub struct UnderWay(Budget);

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
        UnderWay(self.budget.clone())
    }
}

impl UnderWay {
    /// The call was answered, with what the server's header says.
    pub fn answered(self, limit: Option<CallLimit>) {
        if let Some(limit) = limit {
            self.0.correct(limit);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.budget.state.borrow_mut();
        state.outstanding = state.outstanding.saturating_sub(self.calls);
        state.used_milli = state.used_milli.saturating_sub(u64::from(self.calls) * 1_000);
        state.wake_first();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.0.state.borrow_mut();
        state.told = true;
        state.outstanding = state.outstanding.saturating_sub(1);
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
