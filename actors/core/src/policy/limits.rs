//! The bound on replies: however a loop hides, a ticket gets at most so many of them in so much time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// How many replies a ticket may get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// At most so many replies per ticket within the window, whatever headers say.
    pub replies_max: u32,
    /// The window, in hours.
    pub replies_window_hours: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { replies_max: 6, replies_window_hours: 24 }
    }
}

impl Limits {
    /// The window.
    pub fn replies_window(&self) -> Duration {
        Duration::from_secs(u64::from(self.replies_window_hours) * 60 * 60)
    }

    /// How many replies a ticket may get at `now` that got replies at the given times, by the same clock.
    pub fn replies_left(&self, replies: impl IntoIterator<Item = Time>, now: Time) -> u32 {
        let window = self.replies_window();
        let recent = replies.into_iter().filter(|reply| now.since(*reply) < window).count();
        self.replies_max.saturating_sub(u32::try_from(recent).unwrap_or(u32::MAX))
    }
}
