//! The simulated helpdesk and, around it, the simulated world: the cast that the agent plays against when nothing is real.
//!
//! - [`gorgias`]: a Gorgias that lives in memory. One pure desk without clock, randomness or sockets of its own, and
//!   two faces: plain calls in this process, and HTTP for a real client.
//! - [`story`]: a day at that shop as data, and who plays it.
//! - [`shop`]: the help articles of a sample shop.
//! - [`fence`]: the end of a life of the program, so that a crash is a crash.
//! - [`world`]: the simulated world around the real actors, the twin of the program's own.
//! - [`run`]: one run in it, drawn from a seed ([`options`], [`plan`]) and held against the promises ([`properties`]).
//! - [`batch`], [`report`]: many runs and what they came to. [`shrink`], [`telling`], [`regressions`]: a failing one made
//!   small, told, and kept. [`meta`]: whether a seed is the same run twice.

pub mod answerer;
pub mod batch;
pub mod clock;
pub mod courier;
pub mod dice;
pub mod doom;
pub mod fence;
pub mod gorgias;
pub mod helpdesk;
pub mod history;
pub mod log;
pub mod long;
pub mod marks;
pub mod merchant;
pub mod meta;
pub mod options;
mod panics;
pub mod people;
pub mod plan;
pub mod properties;
pub mod regressions;
pub mod report;
pub mod run;
pub mod scenarios;
pub mod shop;
pub mod shrink;
pub mod story;
pub mod telling;
pub mod trace;
pub mod world;
