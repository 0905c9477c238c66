//! Waiting for a condition, with a deadline.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long anything may take that is not expected to take long. Far more than it does, because the machine may be
/// busy with other tests.
const USUALLY: Duration = Duration::from_secs(60);

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until `look` finds something.
#[track_caller]
pub fn until<T>(what: impl Debug, look: impl FnMut() -> Option<T>) -> T {
    until_within(USUALLY, what, look)
}

/// The same with a deadline of its own.
#[track_caller]
pub fn until_within<T>(deadline: Duration, what: impl Debug, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited {deadline:?} in vain for {what:?}");
        std::thread::sleep(LOOK_EVERY);
    }
}
