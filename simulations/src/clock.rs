//! Simulated time: tokio's paused time, which moves only when every task waits for it, so that a day takes as long as
//! its events. The program's clock may stand wrong; the world's never does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use polus_actors::world::Clock;
use polus_core::time::Time;
use tokio::time::Instant;

/// Time in the simulated world. Clones show the same time.
#[derive(Clone)]
pub struct SimulatedClock(Arc<Mutex<Origin>>);

struct Origin {
    /// When this life's runtime began, in that runtime's own time.
    began: Instant,
    /// What time it was then, in milliseconds since 1970.
    began_ms: i64,
    /// How wrong the program's clock stands.
    wrong_by_ms: i64,
}

impl SimulatedClock {
    /// A clock that shows `start_ms` (milliseconds since 1970) now. Must be made inside a runtime whose time is paused.
    pub fn new(start_ms: i64) -> Self {
        Self(Arc::new(Mutex::new(Origin { began: Instant::now(), began_ms: start_ms, wrong_by_ms: 0 })))
    }

    /// Now, as the world sees it; milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.with(|origin| Time(origin.began_ms).plus(origin.began.elapsed()).0)
    }

    /// Goes on from `now_ms` in another runtime, which must be the current one.
    pub fn go_on(&self, now_ms: i64) {
        self.with(|origin| {
            origin.began = Instant::now();
            origin.began_ms = now_ms;
        });
    }

    /// Lets the program's clock stand wrong by so many milliseconds from now on; 0 sets it right.
    pub fn set_wrong(&self, by_ms: i64) {
        self.with(|origin| origin.wrong_by_ms = by_ms);
    }

    fn with<T>(&self, look: impl FnOnce(&mut Origin) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The program's clock: its wall clock may stand wrong, its monotonic one begins anew with each life.
impl Clock for SimulatedClock {
    fn now(&self) -> Time {
        Time(self.now_ms() + self.with(|origin| origin.wrong_by_ms))
    }

    fn monotonic(&self) -> Duration {
        self.with(|origin| origin.began.elapsed())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}
