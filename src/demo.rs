//! A demonstration that needs nothing but this machine: the real server with its log and its actors on one side, the
//! simulated Gorgias with a sample shop's customers on the other, HTTP between them, and a clock that runs faster than
//! the machine's. Nothing leaves the machine.
//!
//! ```text
//!  stage.rs ── plays the story: lets people act, kills the program and starts it again, waits for quiet
//!    ├─ gorgias.rs    the simulated Gorgias on a thread of its own, which the crash does not touch
//!    ├─ program.rs    the real server on a thread of its own; crash and stop
//!    │    └─ feed.rs     its log, record by record, to those who watch
//!    ├─ admin.rs      what the merchant does through the program's admin API
//!    ├─ clock.rs      the clock of both
//!    ├─ lines.rs      an event as a line for people
//!    └─ report.rs     every ticket: what was expected, what happened
//! ```

mod admin;
mod clock;
mod feed;
mod gorgias;
mod lines;
mod program;
mod report;
mod stage;
#[cfg(test)]
mod tests;

pub use report::Report;
pub use stage::{Stage, Staged};

/// How much faster than the machine's the demonstration's clock runs: half a minute of waiting takes 1.5 seconds.
pub const SPEED: u32 = 20;

/// The domain of the simulated account.
pub const DOMAIN: &str = "demo";

/// The number of the first ticket.
pub const FIRST_TICKET: i64 = 1001;
