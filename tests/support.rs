//! The vocabulary of these tests: a shop whose Gorgias is simulated, the program that works for it, and the verbs of
//! everybody who takes part.
//!
//! ```text
//!  Shop ── the simulated Gorgias over HTTP, on a thread of its own      support/shop.rs
//!    ▲ calls    │ webhooks
//!    │          ▼
//!  TestApp ── the program, in one of two forms                          support/app.rs
//!    ├─ Here:    the library's server on a thread, time ten times as fast   support/here.rs, support/pace.rs
//!    └─ Program: the real binary as a child process, for kills and signals  support/program.rs
//!    ▲
//!  Api ── a client of the admin API                                     support/api.rs
//!  Gate ── a log that can be made to wait or to refuse                  support/gate.rs
//! ```
//!
//! Waiting is always for a condition, with a deadline: `support/waiting.rs`.

mod api;
mod app;
mod gate;
mod here;
mod pace;
mod program;
mod shop;
mod waiting;

pub use api::{Answer, Api};
pub use app::{CONNECTION, TestApp};
pub use gate::Gate;
pub use pace::Pace;
pub use program::{Gave, Program, ended, polus};
pub use shop::{ANSWERABLE, ANSWERABLE_WORDS, Shop, UNANSWERABLE};
pub use waiting::{until, until_within};
