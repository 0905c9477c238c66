//! The whole log from outside, on every backend.
