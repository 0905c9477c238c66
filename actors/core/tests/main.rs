//! The core from outside: every promise of the ticket machine as a story, a few thousand stories drawn from a seed,
//! and the bytes that must be readable for ever.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agreement;
mod codec;
mod connection;
mod delivery;
mod expiry;
mod gates;
mod generation;
mod handoff;
mod modes;
mod note;
mod policy;
mod random;

mod reading;
mod reading_sets;
mod replay;
mod reply_protocol;
mod said;
mod sets;
mod support;
mod sync;
mod tags;
mod takeover;
