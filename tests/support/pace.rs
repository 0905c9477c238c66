//! How fast time passes for the shop and the program: as on the wall, or ten times as fast. Never faster, because the
//! five seconds from a fence to its post must still hold a synced write on a busy machine.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use polus_actors::world::Clock;
use polus_core::time::Time;

/// A clock that both sides share. Copies tell the same time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    began: Instant,
    began_ms: i64,
    times: u32,
}

impl Pace {
    /// As on the wall.
    pub fn real() -> Self {
        Self::of(1)
    }

    /// Ten times as fast.
    pub fn fast() -> Self {
        Self::of(10)
    }

    fn of(times: u32) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        let began_ms = i64::try_from(since.as_millis()).expect("a time that fits");
        Self { began: Instant::now(), began_ms, times }
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.began_ms + i64::try_from(self.monotonic().as_millis()).expect("a time that fits")
    }
}

impl Clock for Pace {
    fn now(&self) -> Time {
        Time(self.now_ms())
    }

    fn monotonic(&self) -> Duration {
        self.began.elapsed() * self.times
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration / self.times))
    }
}
