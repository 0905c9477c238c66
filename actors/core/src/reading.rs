//! What a message says, before any gate judges it: its new text without the history below it, whether a machine
//! sent it, and whether it asks for a person. Pure functions over text: nothing here reads a clock or does IO.
//!
//! ```text
//! text.rs        the new text of a message, from whichever form Gorgias gave
//! html.rs        HTML to plain lines, bounded
//! quotes.rs      cuts quoted history and signatures out of plain lines; its phrase lists are data
//! automated.rs   mail that no person wrote: auto-replies, lists, bounces, no-reply senders
//! human.rs       a request for a human, by a table of rules over normalised words
//! ```

pub mod automated;
mod html;
pub mod human;
mod quotes;
pub mod text;
