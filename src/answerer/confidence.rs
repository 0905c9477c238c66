//! How sure the answerer is that a passage answers a question: an integer from 0 to 1000.
//!
//! ```text
//! missing   = 1000 × (rarity of the question's words that neither the passage nor its heading or title has)
//!                  ÷ (rarity of all the question's words)
//! coverage  = 1000 − missing × 4 ÷ 3, not below 0
//!             A word that no article knows is as rare as can be, so one unknown key word pulls this down most.
//!             Words of the story around the question count a fifth, unknown ones among them nothing: people tell
//!             of grandmothers, and no article does.
//! evidence  = 3 or more words found: 1000 · two: 940 · one: 800; but 640, 680 and 500 if none of them stands in the
//!             heading or title, because words in passing ("away from coffee") are no sign that the passage is about
//!             them, and many of them are chance
//!             0 if only "how long" or "how much" was found: that is a sort of question, not its matter
//! margin    = 1000 × (score of the passage − score of the best passage of another article) ÷ score of the passage
//! length    = 1000 up to 12 meaningful words in the question, then 20 less for each, but not below 700:
//!             a long question seldom asks one thing
//! confidence = coverage × evidence × (900 + margin ÷ 10) × length, each ÷ 1000
//! ```

/// What a confidence is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grounds {
    /// Rarity of the asked words that were found, in thousandths.
    pub found_milli: u64,
    /// Rarity of all asked words, in thousandths.
    pub asked_milli: u64,
    /// How many words of the question itself were found.
    pub words_found: u32,
    /// How many of those stand in the heading or the title.
    pub words_in_heading: u32,
    /// How many meaningful words the question itself has.
    pub words_asked: u32,
    /// The score of the passage, in thousandths.
    pub score_milli: u32,
    /// The score of the best passage of another article, in thousandths; 0 if there is none.
    pub score_next_milli: u32,
}

/// The confidence on `grounds`, in per mille.
pub fn per_mille(grounds: &Grounds) -> u32 {
    if grounds.asked_milli == 0 || grounds.words_found == 0 || grounds.score_milli == 0 {
        return 0;
    }
    let missing = 1_000 * grounds.asked_milli.saturating_sub(grounds.found_milli) / grounds.asked_milli;
    let coverage = 1_000_u64.saturating_sub(missing * 4 / 3);
    let evidence: u64 = match (grounds.words_found, grounds.words_in_heading) {
        (1, 0) => 500,
        (1, _) => 800,
        (2, 0) => 680,
        (2, _) => 940,
        (_, 0) => 640,
        (_, _) => 1_000,
    };
    let lead = u64::from(grounds.score_milli.saturating_sub(grounds.score_next_milli));
    let margin = 1_000 * lead / u64::from(grounds.score_milli);
    let length = 1_000 - (u64::from(grounds.words_asked.saturating_sub(12)) * 20).min(300);
    let product =
        [evidence, 900 + margin / 10, length].iter().fold(coverage, |value, factor| value * factor / 1_000);
    u32::try_from(product).unwrap_or(0).min(1_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const ALL_FOUND: Grounds = Grounds {
        found_milli: 6_000,
        asked_milli: 6_000,
        words_found: 3,
        words_in_heading: 1,
        words_asked: 3,
        score_milli: 9_000,
        score_next_milli: 0,
    };

    #[test]
    fn everything_found_and_no_rival_is_certain() {
        assert_eq!(per_mille(&ALL_FOUND), 1_000);
    }

    #[test]
    fn each_ground_lowers_it() {
        let cases = [
            Grounds { asked_milli: 8_000, ..ALL_FOUND },
            Grounds { words_found: 2, ..ALL_FOUND },
            Grounds { words_in_heading: 0, ..ALL_FOUND },
            Grounds { words_asked: 20, ..ALL_FOUND },
            Grounds { score_next_milli: 8_000, ..ALL_FOUND },
        ];
        for grounds in cases {
            assert!((500..1_000).contains(&per_mille(&grounds)), "{grounds:?}");
        }
    }

    #[test]
    fn nothing_found_is_nothing() {
        assert_eq!(per_mille(&Grounds::default()), 0);
        assert_eq!(per_mille(&Grounds { words_found: 0, ..ALL_FOUND }), 0);
    }

    #[test]
    fn extremes_stay_within_bounds() {
        let grounds = Grounds {
            found_milli: u64::from(u32::MAX),
            asked_milli: 1,
            words_asked: u32::MAX,
            score_milli: u32::MAX,
            ..ALL_FOUND
        };
        assert!(per_mille(&grounds) <= 1_000);
    }
}
