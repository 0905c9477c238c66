//! What the simulated world promises, seen from outside, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actors;
mod desk;
mod log;
mod marks;
mod meta;
mod regressions;
mod scenarios;
mod shrinking;
