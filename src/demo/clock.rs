//! A clock that runs faster than the machine's, so that nobody has to sit through the waits of real life.

use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt};
use polus_actors::world::Clock;
use polus_core::time::Time;

use crate::world::SystemClock;

/// A [`Clock`] that begins at the machine's time and runs `speed` times as fast.
pub struct FastClock {
    began: Time,
    start: Instant,
    speed: u32,
}

impl FastClock {
    /// A clock that begins now. A speed of 0 counts as 1.
    pub fn new(speed: u32) -> Self {
        Self { began: SystemClock::new().now(), start: Instant::now(), speed: speed.max(1) }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Time {
        self.began.plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed().saturating_mul(self.speed)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration / self.speed).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleep_takes_its_length_on_this_clock_and_less_on_the_machine_s() {
        let clock = FastClock::new(50);
        let (here, there) = (clock.monotonic(), Instant::now());
        clock.sleep(Duration::from_secs(1)).await;
        assert!(clock.monotonic() - here >= Duration::from_secs(1));
        assert!(there.elapsed() >= Duration::from_millis(20));
        assert!(clock.now() > Time(0));
    }
}
