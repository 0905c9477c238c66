//! How sure the answerer is that a passage answers a question: an integer from 0 to 1000.
//!
//! ```text
//! missing   = 1000 × (rarity of the question's words that neither the passage nor its heading or title has)
//!                  ÷ (rarity of all the question's words)
//! coverage  = 1000 − missing × 4 ÷ 3, not below 0
//!             A word that no article knows is as rare as can be, so one unknown key word pulls this down most.
//!             Words of the story around the question count a fifth, together at most a quarter of the question,
//!             unknown ones among them nothing: people tell of grandmothers, and no article does.
//! evidence  = by how many words of the question stand together, in one sentence or in the heading or title above it:
//!             three or more: 1000 · two: 940 · one: 800; but 640, 680 and 500 if none of them stands in the heading
//!             or title, because words in passing ("away from coffee") are no sign that the passage is about them
//!             0 if only "how long" or "how much" was found: that is a sort of question, not its matter
//! sort      = 600 if a price or a length of time is asked for and the sentence with most words gives none, else 1000:
//!             a surcharge for roof boxes is not the price of a roof box
//! lead      = score of the passage − score of the best passage of another article, as a part of the former; it
//!             counts 35 percent if one word stands together, 15 if two do, 10 if more: the fewer, the likelier chance
//! length    = 1000 up to 12 meaningful words in the question, then 20 less for each, but not below 700:
//!             a long question seldom asks one thing
//! confidence = coverage × evidence × sort × lead × length, each ÷ 1000
//! ```
//!
//! The numbers were chosen by one half of the questions under tests/answers; tests/calibration.rs plays both halves
//! and shows what each line of confidence would bring.

use std::fmt;

/// What a confidence is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grounds {
    /// Rarity of the asked words that were found, in thousandths.
    pub found_milli: u64,
    /// Rarity of all asked words, in thousandths.
    pub asked_milli: u64,
    /// How many words of the question itself stand together: in one sentence, or in the heading or title above it.
    pub words_together: u32,
    /// Whether a price or a length of time is asked for, and none stands with the words it is asked of.
    pub is_sort_apart: bool,
    /// How many words of the question itself stand in the heading or the title.
    pub words_in_heading: u32,
    /// How many meaningful words the question itself has.
    pub words_asked: u32,
    /// The score of the passage, in thousandths.
    pub score_milli: u32,
    /// The score of the best passage of another article, in thousandths; 0 if there is none.
    pub score_next_milli: u32,
}

/// The factor of a passage that gives the sort of fact that is asked for, but of something else.
const SORT_APART: u32 = 600;

/// The factors of a confidence, each from 0 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reckoning {
    /// How much of the question the passage has.
    pub coverage: u32,
    /// How many words say so.
    pub evidence: u32,
    /// Whether the sort of fact that is asked for stands with the words it is asked of.
    pub sort: u32,
    /// How far the passage is ahead of other articles.
    pub lead: u32,
    /// Whether the question is short enough to be one.
    pub length: u32,
    /// What they were computed from.
    pub grounds: Grounds,
}

impl Reckoning {
    /// Weighs `grounds`.
    pub fn of(grounds: &Grounds) -> Self {
        if grounds.asked_milli == 0 || grounds.words_together == 0 || grounds.score_milli == 0 {
            return Self { grounds: *grounds, ..Self::default() };
        }
        let missing = 1_000 * grounds.asked_milli.saturating_sub(grounds.found_milli) / grounds.asked_milli;
        let lead = u64::from(grounds.score_milli.saturating_sub(grounds.score_next_milli));
        let lead_weight = match grounds.words_together {
            1 => 350,
            2 => 150,
            _ => 100,
        };
        let whole = |value: u64| u32::try_from(value.min(1_000)).unwrap_or(1_000);
        Self {
            coverage: whole(1_000_u64.saturating_sub(missing * 4 / 3)),
            evidence: match (grounds.words_together, grounds.words_in_heading) {
                (1, 0) => 500,
                (1, _) => 800,
                (2, 0) => 680,
                (2, _) => 940,
                (_, 0) => 640,
                (_, _) => 1_000,
            },
            sort: if grounds.is_sort_apart { SORT_APART } else { 1_000 },
            lead: whole(1_000 - lead_weight + lead_weight * lead / u64::from(grounds.score_milli)),
            length: whole(1_000 - (u64::from(grounds.words_asked.saturating_sub(12)) * 20).min(300)),
            grounds: *grounds,
        }
    }

    /// The confidence.
    pub fn per_mille(&self) -> u32 {
        [self.evidence, self.sort, self.lead, self.length]
            .iter()
            .fold(self.coverage, |value, factor| value * factor / 1_000)
    }
}

impl fmt::Display for Reckoning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { coverage, evidence, sort, lead, length, grounds: _ } = self;
        write!(
            formatter,
            "coverage {coverage}, evidence {evidence}, sort {sort}, lead {lead}, length {length}"
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const ALL_FOUND: Grounds = Grounds {
        found_milli: 6_000,
        asked_milli: 6_000,
        words_together: 3,
        is_sort_apart: false,
        words_in_heading: 1,
        words_asked: 3,
        score_milli: 9_000,
        score_next_milli: 0,
    };

    #[test]
    fn everything_found_and_no_rival_is_certain() {
        assert_eq!(Reckoning::of(&ALL_FOUND).per_mille(), 1_000);
    }

    #[test]
    fn each_ground_lowers_it() {
        let cases = [
            Grounds { asked_milli: 8_000, ..ALL_FOUND },
            Grounds { words_together: 2, ..ALL_FOUND },
            Grounds { is_sort_apart: true, ..ALL_FOUND },
            Grounds { words_in_heading: 0, ..ALL_FOUND },
            Grounds { words_asked: 20, ..ALL_FOUND },
            Grounds { score_next_milli: 8_000, ..ALL_FOUND },
        ];
        for grounds in cases {
            assert!((500..1_000).contains(&Reckoning::of(&grounds).per_mille()), "{grounds:?}");
        }
    }

    #[test]
    fn nothing_found_is_nothing() {
        assert_eq!(Reckoning::of(&Grounds::default()).per_mille(), 0);
        assert_eq!(Reckoning::of(&Grounds { words_together: 0, ..ALL_FOUND }).per_mille(), 0);
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
        assert!(Reckoning::of(&grounds).per_mille() <= 1_000);
    }
}
