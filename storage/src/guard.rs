//! Calls into sled, which panics on some damage: a panic comes back as an error.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a call into sled failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// sled returned an error.
    Sled(sled::Error),
    /// sled panicked; the text is the panic's message.
    Panicked(String),
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

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
