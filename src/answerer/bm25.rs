//! BM25, the ranking by words: a word counts more the rarer it is and the oftener a passage has it, with less and
//! less gain, and long passages do not win by length. Words in headings and titles count more than once.

use std::collections::{BTreeMap, BTreeSet};

/// How soon a repeated word stops to matter.
const SATURATION: f64 = 1.2;

/// How much a passage's length matters, from 0 to 1.
const LENGTH_WEIGHT: f64 = 0.4;

/// What one word in a heading counts, in words of the body.
const HEADING_WEIGHT: f64 = 3.0;

/// What one word in the title counts, in words of the body.
const TITLE_WEIGHT: f64 = 2.0;

/// What a word in the title adds on top, in rarities. It does not wear off as repetition does: among passages that
/// repeat the words of the question, the one whose article is about them wins.
const TITLE_BONUS: f64 = 0.2;

/// The words of one passage, by where they stand.
pub(super) struct Document {
    pub(super) title: Vec<String>,
    pub(super) heading: Vec<String>,
    pub(super) body: Vec<String>,
}

/// Counted words of all passages.
pub(super) struct Bm25 {
    postings: BTreeMap<String, BTreeMap<usize, f64>>,
    titles: Vec<BTreeSet<String>>,
    lengths: Vec<f64>,
    length_mean: f64,
}

impl Bm25 {
    /// Counts `documents`; a document's place in the slice is its number.
    pub(super) fn new(documents: &[Document]) -> Self {
        let mut postings: BTreeMap<String, BTreeMap<usize, f64>> = BTreeMap::new();
        let mut lengths = Vec::with_capacity(documents.len());
        for (number, document) in documents.iter().enumerate() {
            let fields =
                [(&document.title, TITLE_WEIGHT), (&document.heading, HEADING_WEIGHT), (&document.body, 1.0)];
            for (words, weight) in fields {
                for word in words {
                    *postings.entry(word.clone()).or_default().entry(number).or_default() += weight;
                }
            }
            lengths.push(count(document.body.len() + document.heading.len()));
        }
        let length_mean = lengths.iter().sum::<f64>() / count(lengths.len().max(1));
        let titles = documents.iter().map(|document| document.title.iter().cloned().collect()).collect();
        Self { postings, titles, lengths, length_mean: length_mean.max(1.0) }
    }

    /// The numbers of the passages that have `term`.
    pub(super) fn holders(&self, term: &str) -> impl Iterator<Item = usize> + '_ {
        self.postings.get(term).into_iter().flat_map(|holders| holders.keys().copied())
    }

    /// How rare `term` is; a term that no passage has is the rarest.
    pub(super) fn rarity(&self, term: &str) -> f64 {
        let total = count(self.lengths.len());
        let holders = count(self.postings.get(term).map_or(0, BTreeMap::len));
        (1.0 + (total - holders + 0.5) / (holders + 0.5)).ln()
    }

    /// What `term` adds to the score of passage `number`.
    pub(super) fn score(&self, term: &str, number: usize) -> f64 {
        let Some(times) = self.postings.get(term).and_then(|holders| holders.get(&number)).copied() else {
            return 0.0;
        };
        let length = self.lengths.get(number).copied().unwrap_or(self.length_mean);
        let damping = SATURATION * (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / self.length_mean);
        let bonus =
            if self.titles.get(number).is_some_and(|title| title.contains(term)) { TITLE_BONUS } else { 0.0 };
        self.rarity(term) * (bonus + times * (SATURATION + 1.0) / (times + damping))
    }
}

/// A count as a number to divide by; exact up to 2 to the 32nd.
fn count(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn body(words: &str) -> Document {
        Document {
            title: Vec::new(),
            heading: Vec::new(),
            body: words.split(' ').map(str::to_owned).collect(),
        }
    }

    #[test]
    fn rare_words_and_headings_count_more() {
        let mut documents = vec![body("tea green"), body("tea black"), body("tea rare"), body("cup")];
        documents[3].heading = vec!["tea".to_owned()];
        let bm25 = Bm25::new(&documents);
        assert!(bm25.rarity("rare") > bm25.rarity("tea"));
        assert!(bm25.rarity("unknown") > bm25.rarity("rare"));
        assert!(bm25.score("tea", 3) > bm25.score("tea", 0));
        assert!(bm25.score("rare", 0).abs() < f64::EPSILON);
        assert_eq!(bm25.holders("rare").collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn nothing_counted_is_no_error() {
        let bm25 = Bm25::new(&[]);
        assert!(bm25.score("tea", 0).abs() < f64::EPSILON);
        assert!(bm25.rarity("tea") > 0.0);
    }
}
