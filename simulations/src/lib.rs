//! The simulated helpdesk and, around it, the simulated world: the cast that the agent plays against when nothing is real.
//!
//! - [`gorgias`]: a Gorgias that lives in memory. One pure desk without clock, randomness or sockets of its own, and
//!   two faces: plain calls in this process, and HTTP for a real client.

pub mod gorgias;
pub mod shop;
