//! How long customers wait for their answers, on one connection, since the start: counted in steps, so that a year of
//! answers takes no more room than one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper ends of the steps, in seconds. What takes longer than the last is counted beyond it.
pub const STEP_ENDS_S: [u32; 20] =
    [1, 2, 3, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 300, 600, 1_800, 3_600, 14_400, 86_400];

/// Times from a customer's message to its answer. A cheap handle; all clones share it.
#[derive(Debug, Clone, Default)]
pub struct ReplyTimes(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    steps: [AtomicU64; STEP_ENDS_S.len() + 1],
    sum_ms: AtomicU64,
}

impl ReplyTimes {
    /// An answer came so long after the customer's newest message was heard of here.
    pub fn took(&self, after: Duration) {
        let ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        let step = STEP_ENDS_S.iter().take_while(|end| u64::from(**end) * 1_000 < ms).count();
        if let Some(count) = self.0.steps.get(step) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.0.sum_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// How many answers fell into each step, and last those beyond all of them.
    pub fn steps(&self) -> Vec<u64> {
        self.0.steps.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }

    /// All times together.
    pub fn sum(&self) -> Duration {
        Duration::from_millis(self.0.sum_ms.load(Ordering::Relaxed))
    }

    /// The end of the step within which so many of a hundred answers came: an upper bound. None before the first answer,
    /// and where it lies beyond the last step.
    pub fn within(&self, of_hundred: u64) -> Option<Duration> {
        let steps = self.steps();
        let count: u64 = steps.iter().sum();
        let wanted = (count * of_hundred).div_ceil(100).max(1);
        let mut reached = 0;
        let ends = STEP_ENDS_S.iter().zip(&steps);
        let end = ends.into_iter().find(|(_, count)| {
            reached += **count;
            reached >= wanted
        });
        end.map(|(seconds, _)| Duration::from_secs(u64::from(*seconds)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_step_of_the_median_and_of_the_ninety_fifth_are_told() {
        let times = ReplyTimes::default();
        assert_eq!((times.within(50), times.within(95)), (None, None));
        let seconds = |count| Some(Duration::from_secs(count));
        times.took(Duration::from_millis(20_000));
        assert_eq!((times.within(50), times.within(95)), (seconds(20), seconds(20)));
        for _ in 0..17 {
            times.took(Duration::from_millis(20_001));
        }
        times.took(Duration::from_secs(100));
        times.took(Duration::from_secs(90_000));
        assert_eq!((times.within(50), times.within(95)), (seconds(25), seconds(120)));
        assert_eq!(times.within(100), None, "beyond the last step nothing is told");
        assert_eq!(times.steps().iter().sum::<u64>(), 20);
        assert_eq!(times.sum(), Duration::from_millis(20_000 + 17 * 20_001 + 100_000 + 90_000_000));
    }
}
