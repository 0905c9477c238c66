//! The log from outside: what every backend promises, and what the one on sled does when it is killed, when
//! its disk fails, and when its files are damaged.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "storage/backends.rs"]
mod backends;
#[path = "storage/damage.rs"]
mod damage;
#[path = "storage/derived.rs"]
mod derived;
#[path = "storage/failures.rs"]
mod failures;
#[path = "storage/kill.rs"]
mod kill;
#[path = "storage/support.rs"]
mod support;
#[path = "storage/syncs.rs"]
mod syncs;
