//! The whole program from outside, in one binary: real web servers, real clients, a real data folder, and the
//! simulated Gorgias over HTTP in place of the real one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agreement;
mod answer;
mod calibration;
mod cli;
mod connect;
mod demo;
mod doctor;
mod handoff;
mod installed;
mod knowledge;
mod log;
mod policy;
mod replay;
mod restart;
mod self_test;
mod simulations;
mod support;
mod sync;
mod tidy;
mod waiting;
mod webhook;
