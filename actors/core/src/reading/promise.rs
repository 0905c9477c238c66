//! Whether an answer of ours promises a person: "I am transferring you to a colleague". Only a handoff brings one, so an
//! answer that says so without it would leave the customer waiting for nobody. What an article says of how people can be
//! reached ("our team answers within 24 hours", "contact our support") promises nothing.

use super::phrases::{Match, Reading, Section};
use super::text::BODY_BYTES_MAX;

/// The words by which an answer promises a person, if it does. In ten languages.
pub fn promises_a_person(answer: &str) -> Option<Match> {
    Reading::of_answer(answer, BODY_BYTES_MAX).first(Section::Promise)
}
