//! What a message says, before any gate judges it: its new text without the history below it, whether there is
//! anything to read, whether a machine sent it, whether it asks for anything, for a person, and in which language.
//! Pure functions over text, with tables for rules: nothing here reads a clock or does IO.
//!
//! ```text
//! text.rs        the new text of a message, from whichever form Gorgias gave
//! html.rs        HTML to plain lines, in one bounded pass
//! quotes.rs      cuts quoted history and signatures out of plain lines; its phrase lists are data
//! content.rs     words, only files, only signs, or nothing
//! automated.rs   mail that no person wrote: auto-replies, lists, bounces, notices, no-reply senders
//! courtesy.rs    thanks and goodbyes that ask for nothing
//! language.rs    the language of a text, where it is long enough to tell
//! human.rs       a request for a human, by a table of rules over normalised words
//! ```

pub mod automated;
pub mod content;
pub mod courtesy;
mod html;
pub mod human;
pub mod language;
mod quotes;
pub mod text;
