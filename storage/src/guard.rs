//! Calls into sled, which panics on some damage: a panic comes back as an error.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

/// How a call into sled failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// sled returned an error.
    Sled(sled::Error),
    /// sled panicked; the text is the panic's message.
    Panicked(String),
}

/// How often and how long to wait for a lock that may be about to go: half a second in all.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Tries again for a short while when the answer is that somebody holds a lock. A handle just closed may live on for
/// a moment: in a thread of sled, or in a child process that has not yet begun its program.
pub(crate) fn patiently<T>(mut attempt: impl FnMut() -> T, is_in_use: impl Fn(&T) -> bool) -> T {
    for _ in 1..LOCK_TRIES {
        let result = attempt();
        if !is_in_use(&result) {
            return result;
        }
        thread::sleep(LOCK_PAUSE);
    }
    attempt()
}

/// Opens a database.
pub(crate) fn open_database(config: &sled::Config) -> Result<sled::Db, Failure> {
    patiently(|| guarded(|| config.open()), |result| result.as_ref().is_err_and(Failure::is_in_use))
}

/// Runs `call` and turns a panic into an error.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, Failure> {
    caught(call).map_err(Failure::Panicked)?.map_err(Failure::Sled)
}

/// Runs `call` and returns the message of its panic, if it panics.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    // sled keeps no lock over a panic, and whoever sees the error stops using what was touched.
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| message(payload.as_ref()))
}

impl Failure {
    /// Whether another process, or another handle of this one, has the database open.
    pub(crate) fn is_in_use(&self) -> bool {
        // sled says so in the text alone.
        let Self::Sled(sled::Error::Io(error)) = self else { return false };
        error.to_string().contains("could not acquire lock")
    }

    /// Whether the stored bytes are to blame, not the system around them.
    pub(crate) fn is_corruption(&self) -> bool {
        matches!(
            self,
            Self::Panicked(_)
                | Self::Sled(
                    sled::Error::Corruption { .. }
                        | sled::Error::ReportableBug(_)
                        | sled::Error::CollectionNotFound(_)
                )
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sled(error) => write!(formatter, "sled: {error}"),
            Self::Panicked(message) => write!(formatter, "sled panicked: {message}"),
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without a message".to_owned())
}
