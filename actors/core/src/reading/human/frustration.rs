//! Signs of frustration, milder than anger (`sensitive.rs`): still waiting, asked before, going in circles. A shop may
//! switch this off.

use std::collections::BTreeSet;

use crate::reading::phrases::{Match, Reading, Section};
use crate::reading::text::BODY_BYTES_MAX;

/// A message with fewer different words is too short to tell a repetition from chance ("ok thanks").
const REPEATED_WORDS_MIN: usize = 4;

/// Two messages are the same question when so many of a hundred of their words are the same.
const SAME_WORDS_PERCENT_MIN: usize = 80;

/// The first words that show frustration, if any do.
pub fn shows_frustration(text: &str) -> Option<Match> {
    Reading::new(text, BODY_BYTES_MAX).first(Section::Frustration)
}

/// Whether `text` asks again what one of the `earlier` messages of the same customer asked, in nearly the same words.
pub fn repeats(text: &str, earlier: &[&str]) -> Option<Match> {
    let words = different_words(text);
    let is_repeated = words.len() >= REPEATED_WORDS_MIN
        && earlier.iter().any(|earlier| {
            let before = different_words(earlier);
            let same = words.intersection(&before).count();
            let all = words.union(&before).count();
            same * 100 >= all * SAME_WORDS_PERCENT_MIN
        });
    is_repeated.then(|| Match::new("asks the same again", text.trim()))
}

fn different_words(text: &str) -> BTreeSet<String> {
    Reading::new(text, BODY_BYTES_MAX).tokens.into_iter().map(|token| token.word).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_same_question_again_is_a_repetition() {
        let earlier = ["Hello!", "Where is my order 1234, please?"];
        assert!(repeats("where is my order 1234 PLEASE??", &earlier).is_some());
        assert!(repeats("Where is my order 1234?", &earlier).is_some());
        assert!(repeats("Where is my refund for the blue tin?", &earlier).is_none());
        assert!(repeats("Hello!", &earlier).is_none(), "too short to tell");
        assert!(repeats("Where is my order 1234?", &[]).is_none());
    }
}
