//! Gorgias' wire JSON to and from our own words: its field names stand in these files and nowhere else in the
//! product. Nothing here does IO; the shell carries a `Call` out and hands back a `Reply`.
//!
//! ```text
//! call.rs       one request and its raw answer, or why there is none
//! refusal.rs    an answer that is no success, told apart
//! requests.rs   every request we make
//! answers.rs    every answer we read
//! webhook.rs    the body of a webhook, in whatever shape its owner gave it
//! lenient.rs    leaves and branches of JSON that never fail on an odd value
//! headers.rs    the mail headers that tell automated mail
//! ```

pub mod answers;
pub mod call;
mod headers;
mod lenient;
pub mod refusal;
pub mod requests;
pub mod webhook;

pub use call::{Call, CallError, CallLimit, Method, Reply};
pub use refusal::{ForbiddenCause, Refusal, judge};
