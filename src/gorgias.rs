//! The way to Gorgias over HTTP: one client a connection. It carries a `Call` of the core out and hands back the raw
//! answer; what either means is the core's affair.
//!
//! ```text
//! base_url.rs      where the API of an account is
//! credentials.rs   e-mail and key, as people paste them
//! client.rs        one call, with its limits
//! ```

mod base_url;
mod client;
mod credentials;

pub use base_url::{BaseUrl, GORGIAS_URL};
pub use client::{Client, Limits};
pub use credentials::Credentials;
