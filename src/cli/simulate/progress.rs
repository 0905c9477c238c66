//! A line of progress that is written over again and again, where a person looks: on a terminal, beside no JSON.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// So long a line stands at least.
const STANDS: Duration = Duration::from_millis(200);

/// The line.
pub(super) struct Progress {
    shows: bool,
    began: Instant,
    next: Duration,
}

impl Progress {
    /// Of something that began then.
    pub fn new(json: bool, began: Instant) -> Self {
        Self { shows: !json && std::io::stderr().is_terminal(), began, next: Duration::ZERO }
    }

    /// Shows how far it is, which `tell` says of the milliseconds of wall time so far. Not every line is shown.
    pub fn show(&mut self, tell: impl FnOnce(u64) -> String) {
        let wall = self.began.elapsed();
        if self.shows && wall >= self.next {
            self.next = wall + STANDS;
            self.write(&tell(u64::try_from(wall.as_millis()).unwrap_or(u64::MAX)));
        }
    }

    /// Nothing is left of it.
    pub fn clear(&self) {
        if self.shows {
            self.write("");
        }
    }

    /// Shows how far it is for as long as `work` takes.
    pub fn beside<T>(mut self, tell: impl Fn(u64) -> String + Send, work: impl FnOnce() -> T) -> T {
        if !self.shows {
            return work();
        }
        thread::scope(|scope| {
            let (done, over) = mpsc::channel::<()>();
            scope.spawn(move || {
                while matches!(over.recv_timeout(STANDS), Err(RecvTimeoutError::Timeout)) {
                    self.show(&tell);
                }
                self.clear();
            });
            let result = work();
            drop(done);
            result
        })
    }

    /// A terminal that is gone sees no progress, and that is no failure of the runs.
    fn write(&self, text: &str) {
        drop(write!(std::io::stderr().lock(), "\r\u{1b}[K{text}"));
    }
}
