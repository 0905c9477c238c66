//! What Polus decides. Nothing here does IO, reads a clock, draws randomness or waits: time is an argument, and
//! the same log folds to the same state for ever.
//!
//! ```text
//! id.rs, time.rs   names of things, points in time
//! snapshot.rs      what one read of Gorgias showed, in our words
//! ticket.rs        the ticket machine: decide, apply, agenda   (start here)
//! connection.rs    the connection machine, the same shape
//! sync.rs          catching up with Gorgias: what is news, how far we are
//! policy.rs        what a merchant can set
//! receipt.rs       why a message ended as it did, gate by gate
//! reading.rs       what a message says: its new text, automated mail, a request for a human
//! gorgias.rs       Gorgias' wire JSON to and from the types above; its field names stand nowhere else
//! codec.rs         events to bytes and back, for ever
//! replay.rs        a ticket's log as a timeline for people
//! agreement.rs     shadow mode held against what people did
//! ```

pub mod agreement;
pub mod codec;
pub mod connection;
pub mod gorgias;
pub mod id;
#[cfg(feature = "planted")]
pub mod planted;
pub mod policy;
pub mod reading;
pub mod receipt;
pub mod replay;
pub mod snapshot;
pub mod sync;
pub mod ticket;
pub mod time;
