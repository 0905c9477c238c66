//! The calls an account allows, shared by all its tickets: one leaky bucket, corrected by the server's own header,
//! with lanes; and the breaker that holds all lanes while calls are of no use.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use polus_core::gorgias::CallLimit;
use tokio::sync::Notify;

use crate::world::{Clock, Limits};

/// Who goes first when calls are short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Reading for and posting an answer.
    Reply,
    /// A handoff's follow-ups.
    Handoff,
    /// Reads that nobody waits for, and settling.
    Reconcile,
    /// History.
    BackFill,
}

/// Failures in a row at which the breaker opens.
const FAILURES_MAX: u32 = 5;
/// How long it stays open the first time; then twice as long each time.
const OPEN_FIRST: Duration = Duration::from_secs(2);
/// And at most this long.
const OPEN_LONGEST: Duration = Duration::from_secs(60);

/// The budget of one account. A cheap handle; all clones share it.
#[derive(Clone)]
pub struct Budget {
    state: Rc<RefCell<State>>,
    changed: Rc<Notify>,
    clock: Arc<dyn Clock>,
}

struct State {
    /// Thousandths of calls in the bucket.
    used_milli: u64,
    /// Thousandths of calls the bucket takes.
    limit_milli: u64,
    /// Thousandths of calls that leak in a second.
    leak_milli: u64,
    /// When `used_milli` was right.
    at: Duration,
    /// Nothing goes before this time.
    held_until: Duration,
    /// Nothing goes at all: no key, or a refused one.
    shut: bool,
    failures: u32,
    waiting: BTreeMap<(Lane, u64), u32>,
    next_place: u64,
}

/// Permission for a number of calls.
#[derive(Debug)]
pub struct Permit {
    /// Calls left in it.
    pub calls: u32,
    /// The lane it was taken in.
    pub lane: Lane,
}

impl Budget {
    /// A budget as [`Limits`] assume it, until the first answer tells.
    pub fn new(limits: &Limits, clock: Arc<dyn Clock>) -> Self {
        let state = State {
            used_milli: 0,
            limit_milli: u64::from(limits.calls_in_bucket) * 1_000,
            leak_milli: u64::from(limits.calls_per_kilosecond),
            at: clock.monotonic(),
            held_until: Duration::ZERO,
            shut: true,
            failures: 0,
            waiting: BTreeMap::new(),
            next_place: 0,
        };
        Self { state: Rc::new(RefCell::new(state)), changed: Rc::new(Notify::new()), clock }
    }

    /// Waits for `calls` calls at once. Lanes in their order, first come first served within a lane.
    pub async fn take(&self, lane: Lane, calls: u32) -> Permit {
        let place = self.queue(lane, calls);
        let queued = Queued { budget: self.clone(), place };
        loop {
            let changed = self.changed.notified();
            match self.try_take(place, calls) {
                Turn::Granted => {
                    drop(queued);
                    return Permit { calls, lane };
                }
                Turn::In(wait) => {
                    tokio::select! {
                        biased;
                        () = changed => {}
                        () = self.clock.sleep(wait) => {}
                    }
                }
                Turn::Behind => changed.await,
            }
        }
    }

    /// Lets calls go, or holds them all.
    pub fn shut(&self, shut: bool) {
        let mut state = self.state.borrow_mut();
        state.shut = shut;
        if !shut {
            state.failures = 0;
            state.held_until = Duration::ZERO;
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Takes over what the server's header says.
    pub fn correct(&self, limit: CallLimit) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        state.limit_milli = u64::from(limit.limit.max(1)) * 1_000;
        state.used_milli = u64::from(limit.used) * 1_000;
        state.at = now;
        // The documented pace: the whole allowance in twenty seconds.
        state.leak_milli = (state.limit_milli / 20).max(1);
    }

    /// A call was refused as one too many: nothing goes for `wait`.
    pub fn hold(&self, wait: Duration) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        state.held_until = state.held_until.max(now + wait);
        drop(state);
        self.changed.notify_waiters();
    }

    /// A call was answered.
    pub fn succeeded(&self) {
        self.state.borrow_mut().failures = 0;
    }

    /// A call was not answered, or the far side had trouble of its own. Enough of them open the breaker: nothing
    /// goes for a while, then the next call is the trial.
    pub fn failed(&self) {
        let mut state = self.state.borrow_mut();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES_MAX {
            let doublings = (state.failures - FAILURES_MAX).min(6);
            let open = (OPEN_FIRST * 2_u32.pow(doublings)).min(OPEN_LONGEST);
            state.held_until = state.held_until.max(self.clock.monotonic() + open);
        }
    }

    /// Calls used now, and the allowance.
    pub fn level(&self) -> (u32, u32) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        state.leak(now);
        let whole = |milli: u64| u32::try_from(milli.div_ceil(1_000)).unwrap_or(u32::MAX);
        (whole(state.used_milli), whole(state.limit_milli))
    }

    fn queue(&self, lane: Lane, calls: u32) -> (Lane, u64) {
        let mut state = self.state.borrow_mut();
        let place = (lane, state.next_place);
        state.next_place += 1;
        state.waiting.insert(place, calls);
        place
    }

    fn try_take(&self, place: (Lane, u64), calls: u32) -> Turn {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        if state.shut || state.waiting.first_key_value().is_none_or(|(first, _)| *first != place) {
            return Turn::Behind;
        }
        if state.held_until > now {
            return Turn::In(state.held_until - now);
        }
        state.leak(now);
        let wanted = u64::from(calls) * 1_000;
        let after = state.used_milli + wanted;
        // An allowance smaller than the wish is waited for empty rather than for ever.
        if after > state.limit_milli && state.used_milli > 0 {
            let excess = (after - state.limit_milli).min(state.used_milli);
            let wait_ms = (excess * 1_000).div_ceil(state.leak_milli.max(1));
            return Turn::In(Duration::from_millis(wait_ms.max(1)));
        }
        state.used_milli = after;
        Turn::Granted
    }
}

enum Turn {
    Granted,
    In(Duration),
    Behind,
}

/// A place in the queue; leaves it when the wait ends, however it ends.
struct Queued {
    budget: Budget,
    place: (Lane, u64),
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.budget.state.borrow_mut().waiting.remove(&self.place);
        self.budget.changed.notify_waiters();
    }
}

impl State {
    fn leak(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at);
        let leaked = passed.as_millis().saturating_mul(u128::from(self.leak_milli)) / 1_000;
        if leaked > 0 {
            self.used_milli = self.used_milli.saturating_sub(u64::try_from(leaked).unwrap_or(u64::MAX));
            self.at = now;
        }
    }
}
