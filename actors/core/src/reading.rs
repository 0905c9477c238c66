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
//! phrases.rs     rules over plain words in ten languages, which the files below ask
//! human.rs       a request for a human; in human/frustration.rs the signs of frustration
//! sensitive.rs   what always goes to a person: harm, threats, lawyers, chargebacks, card numbers, rage
//! optout.rs      the wish that no machine answers, now or ever
//! promise.rs     an answer of ours that promises a person, which only a handoff brings
//! instructions.rs  orders to the machine inside a customer's words: flagged, never followed
//! ```

pub mod automated;
pub mod content;
pub mod courtesy;
mod html;
pub mod human;
pub mod instructions;
pub mod language;
pub mod optout;
pub mod phrases;
pub mod promise;
mod quotes;
pub mod sensitive;
pub mod text;
