//! The ticket machine. A ticket is a pure value, and three functions say everything about it:
//!
//! - [`Ticket::decide`]: which events follow from an input. Changes nothing.
//! - [`Ticket::apply`]: what an event makes of the ticket. The only place where its state changes.
//! - [`Ticket::agenda`]: what it owes the outside, from state alone; recovery is a replay, then the live path.
//!
//! ```text
//!            notified                 quiet             draft              fence, announce, post
//!   Idle ───────────────► read ► Gathering ───────► (answerer) ► Answering ─────────────────────► Idle
//!     │                            │  │                             │
//!     │  person writes / assigned elsewhere                         │ no source, asked for a person,
//!     ├──────────► TakenOver ◄─────┴──┼─────────────────────────────┤ late, rejected, unsettled, …
//!     │   ▲ handed back │             ▼                             ▼
//!     └───┴─────────────┘         HandedOff ◄───────────────────────┘
//!                                  reply ► note ► tags ► reassign; then silence until an operator resumes
//! ```
//!
//! event.rs says what can happen, state.rs what a ticket is, effect.rs what it can ask of the world, input.rs what
//! its actor can tell it.

mod agenda;
mod apply;
mod decide;
pub mod delays;
pub mod effect;
pub mod event;
mod gates;
mod handoff;
pub mod input;
mod judge;
mod look;
mod plan;
mod read;
mod reply;
mod saying;
pub mod state;
mod tags;
mod words;

pub use apply::IllegalEvent;
pub use effect::{Act, Agenda, Debt, EffectId, EffectKind};
pub use event::Event;
pub use input::Input;
pub use state::{Phase, Ticket};
pub use words::NO_REQUEST;

use crate::time::Time;

/// An event with its place in the stream and the time at which it was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<E> {
    /// Its place in the stream, from 1.
    pub sequence: u64,
    /// When it was appended, by the appender's clock.
    pub at: Time,
    /// The event.
    pub event: E,
}
