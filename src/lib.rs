//! The program as a library, so that its tests and benchmarks can use its parts. What they do not use is private, and
//! the compiler finds what nobody uses.
//!
//! ```text
//! cli.rs        commands, a file each under cli/
//! server.rs     starts and stops everything
//! world.rs      where the parts meet: the real World
//! web.rs        webhooks, admin API, health and metrics, under web/
//! history.rs    a ticket's stream read back for people
//! config.rs     settings and where each comes from
//! data.rs       the data folder and its secrets
//! vault.rs      credentials at rest, encrypted
//! demo.rs       the server and a simulated Gorgias play a day at a sample shop
//! gorgias.rs    the way to Gorgias over HTTP
//! answerer.rs   answers from the shop's own articles
//! telemetry.rs  the program's own log lines and metrics
//! knowledge.rs  help articles on their way in
//! doctor.rs     what is wrong, and what to do about it, under doctor/
//! tickets.rs    which tickets wait for a person
//! counted.rs   a number with its word, in the singular or the plural
//! shell.rs      words of a command that is printed
//! asked.rs      what the answerer would say, and whether it would be sent
//! gates.rs      the gates of a receipt as sentences
//! durable.rs    small private files that survive a power cut
//! alerts.rs     alarms posted elsewhere
//! ```

mod alerts;
mod answerer;
mod asked;
pub mod cli;
pub mod config;
mod counted;
mod data;
mod demo;
mod doctor;
mod durable;
mod gates;
mod gorgias;
mod history;
mod knowledge;
pub mod server;
mod shell;
mod telemetry;
mod tickets;
mod vault;
mod web;
pub mod world;
