//! All passages of the shop's articles, searchable by words. The index explains itself: every passage found says
//! which words found it and how much each counted. Built once, then only read.

use std::collections::{BTreeMap, BTreeSet};

use super::article::Article;
use super::bm25::{Bm25, Document};
use super::passages::{self, Passage};
use super::words::{Language, Word, Words};

/// What a passage counts if it has only the wider name of a word ("European Union" for "Germany").
const BROADER_WEIGHT: f64 = 0.8;

/// What "how do I" counts: enough to choose between two passages of an article, not enough to choose the article.
const HOW_TO_WEIGHT: f64 = 0.6;

/// The passages of a set of articles.
pub struct Index {
    words: Words,
    passages: Vec<Passage>,
    bm25: Bm25,
}

/// A word of the question that a passage has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordScore {
    /// The word as the question has it.
    pub word: String,
    /// What it adds to the score, in thousandths.
    pub score_milli: u32,
}

/// A passage that was found.
#[derive(Debug, Clone)]
pub struct Scored<'a> {
    /// The passage.
    pub passage: &'a Passage,
    /// The sum of `matched`, in thousandths; comparable within one search only.
    pub score_milli: u32,
    /// The words that found it, the weightiest first.
    pub matched: Vec<WordScore>,
}

/// A word of a question and how much it matters, from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) word: Word,
    pub(super) weight: f64,
}

impl Index {
    /// Cuts and counts `articles`. The order of `articles` does not matter.
    pub fn build(articles: &[Article]) -> Self {
        let words = Words::new(Language::English);
        let mut passages: Vec<Passage> = articles.iter().flat_map(passages::passages).collect();
        passages
            .sort_by(|left, right| (&left.article_id, left.number).cmp(&(&right.article_id, right.number)));
        let terms = |text: &str| words.of(text).into_iter().map(|word| word.term).collect::<Vec<_>>();
        let documents: Vec<Document> = passages
            .iter()
            .map(|passage| Document {
                // A title such as "Shipping times and costs" promises costs somewhere, not in every passage.
                title: words
                    .of(&passage.title)
                    .into_iter()
                    .filter(|word| !word.is_sort_of_question())
                    .map(|word| word.term)
                    .collect(),
                // What stands right below the title has the title for its heading.
                heading: terms(if passage.heading.is_empty() { &passage.title } else { &passage.heading }),
                body: passage.lines.iter().flat_map(|line| terms(&line.text)).collect(),
            })
            .collect();
        let bm25 = Bm25::new(&documents);
        Self { words, passages, bm25 }
    }

    /// The distinct meaningful words of `text`, each with `weight`.
    pub(super) fn asked(&self, text: &str, weight: f64) -> Vec<Asked> {
        let mut seen = BTreeSet::new();
        self.words
            .of(text)
            .into_iter()
            .filter(|word| seen.insert(word.term.clone()))
            .map(|word| Asked {
                weight: if word.is_how_to() { weight * HOW_TO_WEIGHT } else { weight },
                word,
            })
            .collect()
    }

    /// Every passage that has a word of `asked`, the best first; equal scores are ordered by article id and passage
    /// number.
    pub(super) fn rank(&self, asked: &[Asked]) -> Vec<Scored<'_>> {
        let mut by_passage: BTreeMap<usize, Vec<WordScore>> = BTreeMap::new();
        for Asked { word, weight } in asked {
            let broader = word.broader.as_deref();
            let holders: BTreeSet<usize> = self
                .bm25
                .holders(&word.term)
                .chain(broader.into_iter().flat_map(|term| self.bm25.holders(term)))
                .collect();
            for number in holders {
                let wide = broader.map_or(0.0, |term| self.bm25.score(term, number) * BROADER_WEIGHT);
                let score = self.bm25.score(&word.term, number).max(wide) * weight;
                let score_milli = milli(score);
                if score_milli > 0 {
                    by_passage
                        .entry(number)
                        .or_default()
                        .push(WordScore { word: word.shown.clone(), score_milli });
                }
            }
        }
        let mut found: Vec<Scored<'_>> = by_passage
            .into_iter()
            .filter_map(|(number, mut matched)| {
                matched.sort_by(|left, right| {
                    right.score_milli.cmp(&left.score_milli).then(left.word.cmp(&right.word))
                });
                let score_milli =
                    matched.iter().fold(0_u32, |sum, word| sum.saturating_add(word.score_milli));
                self.passages.get(number).map(|passage| Scored { passage, score_milli, matched })
            })
            .collect();
        found.sort_by(|left, right| {
            let place = |scored: &Scored<'_>| (scored.passage.article_id.clone(), scored.passage.number);
            right.score_milli.cmp(&left.score_milli).then_with(|| place(left).cmp(&place(right)))
        });
        found
    }

    /// How much `word` says, in thousandths: the rarer it is in the articles, the more. A word with a wider name
    /// that is known is no rarer than that name.
    pub(super) fn rarity_milli(&self, word: &Word) -> u32 {
        let own = self.bm25.rarity(&word.term);
        let rarity = match word.broader.as_deref() {
            Some(broader) if self.is_known_term(broader) => own.min(self.bm25.rarity(broader)),
            Some(_) | None => own,
        };
        milli(rarity)
    }

    /// Whether any article has `word`, or its wider name.
    pub(super) fn is_known(&self, word: &Word) -> bool {
        self.is_known_term(&word.term) || word.broader.as_deref().is_some_and(|term| self.is_known_term(term))
    }

    /// Which of `asked` stand in `text`.
    pub(super) fn present<'a>(&self, asked: &'a [Asked], text: &str) -> Vec<&'a Asked> {
        let terms: BTreeSet<String> = self.words.of(text).into_iter().map(|word| word.term).collect();
        asked
            .iter()
            .filter(|asked| {
                terms.contains(&asked.word.term)
                    || asked.word.broader.as_ref().is_some_and(|term| terms.contains(term))
            })
            .collect()
    }

    fn is_known_term(&self, term: &str) -> bool {
        self.bm25.holders(term).next().is_some()
    }
}

/// A score in thousandths, rounded.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped to what fits")]
fn milli(score: f64) -> u32 {
    (score * 1_000.0).round().clamp(0.0, 1e9) as u32
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn articles() -> Vec<Article> {
        [
            ("b", "# Shipping\n\n## How long it takes\n\nThree days to Norway."),
            ("a", "# Returns\n\nReturn it within 30 days."),
            ("c", "# Same\n\nThe zebra."),
            ("d", "# Same\n\nThe zebra."),
        ]
        .iter()
        .map(|(id, markdown)| Article::parse(*id, markdown).unwrap())
        .collect()
    }

    #[test]
    fn a_search_says_which_words_found_a_passage() {
        let index = Index::build(&articles());
        let found = index.rank(&index.asked("How long does delivery to Norway take?", 1.0));
        assert_eq!(found[0].passage.article_id, "b");
        let words: Vec<_> = found[0].matched.iter().map(|word| word.word.as_str()).collect();
        assert_eq!(words, ["delivery", "how long", "norway"]);
        assert_eq!(found[0].score_milli, found[0].matched.iter().map(|word| word.score_milli).sum::<u32>());
        assert!(index.rank(&index.asked("giraffe", 1.0)).is_empty());
    }

    #[test]
    fn equal_scores_are_ordered_by_article_and_the_order_given_does_not_matter() {
        let mut reversed = articles();
        reversed.reverse();
        for articles in [articles(), reversed] {
            let index = Index::build(&articles);
            let ids: Vec<_> = index
                .rank(&index.asked("zebra", 1.0))
                .iter()
                .map(|found| found.passage.article_id.clone())
                .collect();
            assert_eq!(ids, ["c", "d"]);
        }
    }
}
