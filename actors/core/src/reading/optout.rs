//! Whether a customer wants no machine to answer, now and on later tickets: "never let an AI answer me". More than a
//! request for a person, which holds for one conversation (`human.rs`).

use super::phrases::{Match, Reading, Section};
use super::text::BODY_BYTES_MAX;

/// The words by which a customer refuses answers from a machine, if they do.
pub fn refuses_machines(text: &str) -> Option<Match> {
    Reading::new(text, BODY_BYTES_MAX).first(Section::OptOut)
}
