//! The calls an account allows, shared by all its tickets: one leaky bucket, corrected by the server's own header,
//! with lanes; and the breaker that holds all lanes while calls are of no use.
//!
//! `budget/permit.rs` is what somebody holds of it: a place in the queue, a permit, a call under way.

mod permit;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use polus_core::gorgias::CallLimit;
use polus_core::time::Time;
use tokio::sync::Notify;

use crate::marks::{Mark, Marks};
use crate::world::{Clock, Limits};
use permit::Queued;
pub use permit::{Permit, UnderWay};

/// Who goes first when calls are short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What people wait for at a screen, and the probe of a key that was refused. Only room is waited for: a desk that is
    /// shut or held back does not stop them.
    Operator,
    /// Reading for and posting an answer.
    Reply,
    /// A handoff's follow-ups.
    Handoff,
    /// Reads that nobody waits for, and settling.
    Reconcile,
    /// The account's history. It leaves a quarter of the allowance to everybody else, other programs among them.
    Backfill,
}

/// Failures in a row at which the breaker opens.
const FAILURES_MAX: u32 = 5;
/// How long it stays open the first time; then twice as long each time.
const OPEN_FIRST: Duration = Duration::from_secs(2);
/// And at most this long.
const OPEN_LONGEST: Duration = Duration::from_secs(60);
/// A wait that a server asks for is obeyed up to this long: the whole allowance comes back in twenty seconds.
const HELD_LONGEST: Duration = Duration::from_secs(5 * 60);

/// The budget of one account. A cheap handle; all clones share it.
#[derive(Clone)]
pub struct Budget {
    state: Rc<RefCell<State>>,
    clock: Arc<dyn Clock>,
    marks: Arc<Marks>,
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
    /// An answer since the desk was opened told how much of the allowance is used, by whomever.
    told: bool,
    /// Calls that were permitted and neither made nor given back yet.
    unspent: u32,
    /// Calls made so far; each bears the number of those before it.
    made: u64,
    /// Calls that were made and are neither answered nor called off yet, each with how many were under way when it was made.
    under_way: BTreeMap<u64, u64>,
    /// The first call that may tell what is used: what an earlier one was told is older than what is known.
    news_from: u64,
    /// Those who wait, in their order. Only the first is ever woken.
    waiting: BTreeMap<(Lane, u64), Rc<Notify>>,
    next_place: u64,
}

impl Budget {
    /// A budget as [`Limits`] assume it and all of it used, until the first answer tells.
    pub fn new(limits: &Limits, clock: Arc<dyn Clock>, marks: Arc<Marks>) -> Self {
        let state = State {
            // What went before may have used all of it; the first answer tells.
            used_milli: u64::from(limits.calls_in_bucket) * 1_000,
            limit_milli: u64::from(limits.calls_in_bucket) * 1_000,
            leak_milli: u64::from(limits.calls_per_kilosecond),
            at: clock.monotonic(),
            held_until: Duration::ZERO,
            shut: true,
            failures: 0,
            told: false,
            unspent: 0,
            made: 0,
            under_way: BTreeMap::new(),
            news_from: 0,
            waiting: BTreeMap::new(),
            next_place: 0,
        };
        Self { state: Rc::new(RefCell::new(state)), clock, marks }
    }

    /// Waits for `calls` calls at once. Lanes in their order, first come first served within a lane.
    pub async fn take(&self, lane: Lane, calls: u32) -> Permit {
        let queued = self.queue(lane);
        loop {
            match self.try_take(queued.place, calls) {
                Turn::Granted => return Permit { calls, lane, budget: self.clone() },
                Turn::In(wait) => {
                    tokio::select! {
                        biased;
                        () = queued.turn.notified() => {}
                        () = self.clock.sleep(wait) => {}
                    }
                }
                Turn::Behind => queued.turn.notified().await,
            }
        }
    }

    /// Lets calls go, perhaps with another key: one at a time until an answer tells how much of the allowance is left. A
    /// wait that was asked for stands all the same.
    pub fn open(&self) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        state.leak(now);
        state.shut = false;
        state.failures = 0;
        state.told = false;
        // What was asked with another key says nothing about this one, which may have used all of it.
        state.news_from = state.made;
        state.used_milli = state.used_milli.max(state.limit_milli);
        state.wake_first();
    }

    /// Lets calls go again with the same key.
    pub fn go_on(&self) {
        let mut state = self.state.borrow_mut();
        state.shut = false;
        state.wake_first();
    }

    /// Holds all calls but the operator's.
    pub fn shut(&self) {
        self.state.borrow_mut().shut = true;
    }

    /// Whether a call with a permit in hand may go now.
    pub fn lets_go(&self) -> bool {
        let state = self.state.borrow();
        !state.shut && state.held_until <= self.clock.monotonic()
    }

    /// A call was refused as one too many: nothing goes for `wait`.
    pub fn hold(&self, wait: Duration) {
        self.marks.hit(Mark::BudgetHeld);
        let until = self.clock.monotonic() + wait.min(HELD_LONGEST);
        let mut state = self.state.borrow_mut();
        state.held_until = state.held_until.max(until);
    }

    /// A call was answered as it should be, with or without the header that tells what is used.
    pub fn succeeded(&self) {
        let mut state = self.state.borrow_mut();
        if state.failures >= FAILURES_MAX {
            self.marks.hit(Mark::BreakerClosed);
        }
        state.failures = 0;
        state.told = true;
        state.wake_first();
    }

    /// A call was not answered, or the far side had trouble of its own. Enough of them open the breaker: nothing
    /// goes for a while, then one call at a time is the trial.
    pub fn failed(&self) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES_MAX {
            self.marks.hit(Mark::BreakerOpened);
            let doublings = (state.failures - FAILURES_MAX).min(6);
            let open = (OPEN_FIRST * 2_u32.pow(doublings)).min(OPEN_LONGEST);
            state.held_until = state.held_until.max(now + open);
        }
    }

    /// Now, by the clock of who calls on this budget.
    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// A rare branch was taken by who calls on this budget.
    pub(crate) fn mark(&self, mark: Mark) {
        self.marks.hit(mark);
    }

    /// Calls used or promised now, and the allowance.
    pub fn level(&self) -> (u32, u32) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        state.leak(now);
        let whole = |milli: u64| u32::try_from(milli.div_ceil(1_000)).unwrap_or(u32::MAX);
        let used_milli = state.used_milli + u64::from(state.unspent) * 1_000;
        (whole(used_milli), whole(state.limit_milli))
    }

    fn made(&self) -> UnderWay {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        let number = state.made;
        state.made += 1;
        let beside = state.under_way.len() as u64;
        state.under_way.insert(number, beside);
        state.unspent = state.unspent.saturating_sub(1);
        state.leak(now);
        state.used_milli += 1_000;
        state.wake_first();
        UnderWay::new(self.clone(), number)
    }

    /// Corrects our own count by what the server's header says in the answer to this call, unless a later call was told
    /// already. The server had not seen the calls that were made after it. Those beside it may have overtaken it on the
    /// way or been overtaken, so that with or without them the count lies between two bounds; where our own lies between
    /// them it stands. Above them, calls were lost on the way; below them, others call too. A refusal as one too many
    /// lowers nothing: what it says of room was counted elsewhere.
    fn correct(&self, number: u64, limit: CallLimit, refused: bool) {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        if number < state.news_from {
            self.marks.hit(Mark::OldNewsOfBudget);
            return;
        }
        state.leak(now);
        state.news_from = number + 1;
        state.told |= !refused;
        let later = state.made - state.news_from;
        let unanswered = state.under_way.range(..number).count() as u64;
        let beside = state.under_way.get(&number).copied().unwrap_or_default().max(unanswered);
        let seen = u64::from(limit.used) + later;
        let (least, most) = ((seen + unanswered) * 1_000, (seen + beside) * 1_000);
        let told_milli = u64::from(limit.limit.max(1)) * 1_000;
        state.limit_milli = if refused { state.limit_milli.min(told_milli) } else { told_milli };
        let most = if refused { most.max(state.used_milli) } else { most };
        state.used_milli = state.used_milli.clamp(least, most);
        // The documented pace: the whole allowance in twenty seconds.
        state.leak_milli = (state.limit_milli / 20).max(1);
    }

    fn queue(&self, lane: Lane) -> Queued {
        let mut state = self.state.borrow_mut();
        let (place, turn) = ((lane, state.next_place), Rc::new(Notify::new()));
        state.next_place += 1;
        state.waiting.insert(place, Rc::clone(&turn));
        Queued { budget: self.clone(), place, turn }
    }

    fn try_take(&self, place: (Lane, u64), calls: u32) -> Turn {
        let now = self.clock.monotonic();
        let mut state = self.state.borrow_mut();
        if state.waiting.first_key_value().is_none_or(|(first, _)| *first != place) {
            return Turn::Behind;
        }
        if place.0 != Lane::Operator {
            if state.shut {
                return Turn::Behind;
            }
            if state.held_until > now {
                return Turn::In(state.held_until - now);
            }
            let alone = !state.told || state.failures >= FAILURES_MAX;
            if alone && (state.unspent > 0 || !state.under_way.is_empty()) {
                return Turn::Behind; // The answer of the call under way wakes the first in the queue.
            }
        }
        state.leak(now);
        let promised = u64::from(state.unspent) * 1_000;
        let after = state.used_milli + promised + u64::from(calls) * 1_000;
        let room_milli = match place.0 {
            Lane::Backfill => state.limit_milli / 4 * 3,
            Lane::Operator | Lane::Reply | Lane::Handoff | Lane::Reconcile => state.limit_milli,
        };
        // An allowance smaller than the wish is waited for empty rather than for ever.
        if after > room_milli && state.used_milli + promised > 0 {
            self.marks.hit(Mark::BudgetWaited);
            let excess = (after - room_milli).min(state.used_milli);
            if excess == 0 {
                return Turn::Behind; // All is promised; who spends it or gives it back wakes the first in the queue.
            }
            let wait_ms = (excess * 1_000).div_ceil(state.leak_milli.max(1));
            return Turn::In(Duration::from_millis(wait_ms.max(1)));
        }
        state.unspent += calls;
        Turn::Granted
    }
}

enum Turn {
    Granted,
    In(Duration),
    Behind,
}

impl State {
    fn leak(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at);
        let whole_ms = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        let leaked = whole_ms.saturating_mul(self.leak_milli) / 1_000;
        if leaked > 0 {
            self.used_milli = self.used_milli.saturating_sub(leaked);
            self.at += Duration::from_millis(whole_ms);
        }
    }

    fn wake_first(&self) {
        if let Some((_, turn)) = self.waiting.first_key_value() {
            turn.notify_one();
        }
    }
}

#[cfg(test)]
mod tests;
