//! A day at the sample shop as data: who writes what and when, what goes wrong meanwhile, and how each ticket must end.
//! The demonstration plays it against the real program; nothing in here knows what plays it.
//!
//! ```text
//! story/cast.rs      the words of the data: a play, its steps, signs, acts, troubles, and its end
//! story/plays.rs     the plays themselves, a file for each sort under plays/
//! story/director.rs  lets the people act at the desk when their time or their sign has come
//! story/seen.rs      what the program's own log shows: the signs that steps wait for
//! story/ending.rs    how a ticket ended at the desk, and whether it is as it must be
//! story/source.rs    the article that a reply was taken from
//! story/days_off.rs  what the merchant sets when nobody will be there for two days
//! story/strangers.rs customers without a script, for after the story
//! ```
//!
//! Nothing waits for a time where it can wait for a sign: a step that must come between a draft and its post comes
//! then because the desk holds the calls back until it was done, on a fast machine and on a slow one.

mod cast;
mod days_off;
mod director;
mod ending;
mod plays;
mod seen;
mod source;
mod strangers;

pub use cast::{Act, Channel, End, LastReply, Moment, Play, Sign, Step, To, Trouble, When};
pub use days_off::days_off;
pub use director::{Director, StoryError, Told};
pub use ending::{Ending, Owner, Whereabouts, repeated_markers};
pub use plays::plays;
pub use seen::Seen;
pub use source::source_of;
pub use strangers::Strangers;
