//! The log from outside: what every backend promises, and what the one on sled does when it is killed, when its disk
//! fails, and when its files are damaged.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "storage/backends.rs"]
mod backends;
