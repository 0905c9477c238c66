//! All passages of the shop's articles in one language, searchable by words. The index explains itself: every passage
//! found says which words found it and how much each counted. Built once, then only read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use polus_core::policy::Language;
use unicode_segmentation::UnicodeSegmentation;

use super::article::Article;
use super::bm25::{Bm25, Document};
use super::fold::folded;
use super::language;
use super::passages::{self, Passage};
use super::spelling;
use super::words::{Word, Words, raw_words};

/// What a passage counts if it has only the wider name of a word ("European Union" for "Germany").
const BROADER_WEIGHT: f64 = 0.8;

/// What "how do I" counts: enough to choose between two passages of an article, not enough to choose the article.
const HOW_TO_WEIGHT: f64 = 0.6;

/// What the words of the question that stand together in one sentence add, as a share of what each counts. Among
/// passages that have the same words the one that says them in one breath wins.
const TOGETHER_BONUS: f64 = 0.3;

/// Of how many passages, the best by their words alone, the sentences are looked at.
const READ_BY_LINE: usize = 50;

/// The passages of a set of articles in one language.
pub struct Index {
    words: Words,
    passages: Vec<Passage>,
    /// The terms of each line of each passage.
    lines: Vec<Vec<BTreeSet<String>>>,
    bm25: Bm25,
    /// Every word of the articles as it is written there, without accents, and its term.
    written: BTreeMap<String, String>,
    /// The terms that the compounds among them are made of.
    compounds: BTreeMap<String, [String; 2]>,
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
    /// Cuts and counts `articles`, whose language is that of `words`. Their order does not matter.
    pub fn build(articles: &[&Article], words: Words) -> Self {
        let mut passages: Vec<Passage> =
            articles.iter().flat_map(|article| passages::passages(article)).collect();
        passages
            .sort_by(|left, right| (&left.article_id, left.number).cmp(&(&right.article_id, right.number)));
        let written = written(&passages, &words);
        let mut index = Self {
            words,
            passages,
            lines: Vec::new(),
            bm25: Bm25::new(&[]),
            written,
            compounds: BTreeMap::new(),
        };
        if language::has_compounds(index.language()) {
            let parts = |word: &String| Some((word.clone(), index.parts(word)?));
            index.compounds = index.written.keys().filter_map(parts).collect();
        }
        let documents: Vec<Document> = index.passages.iter().map(|passage| index.document(passage)).collect();
        index.bm25 = Bm25::new(&documents);
        index.lines = index.passages.iter().map(|passage| index.terms_of_lines(passage)).collect();
        index
    }

    fn document(&self, passage: &Passage) -> Document {
        // A title such as "Shipping times and costs" promises costs somewhere, not in every passage.
        let title = self.words_of(&passage.title).into_iter().filter(|word| !word.is_sort_of_question());
        // What stands right below the title has the title for its heading.
        let heading = if passage.heading.is_empty() { &passage.title } else { &passage.heading };
        let terms = |text: &str| self.words_of(text).into_iter().map(|word| word.term).collect::<Vec<_>>();
        Document {
            title: title.map(|word| word.term).collect(),
            heading: terms(heading),
            body: passage.lines.iter().flat_map(|line| terms(&line.text)).collect(),
        }
    }

    /// The language of the articles.
    pub(super) fn language(&self) -> Language {
        self.words.language()
    }

    /// The meaningful words of a text of the articles, and what its compounds are made of.
    fn words_of(&self, text: &str) -> Vec<Word> {
        let mut found = self.words.of(text);
        if !self.compounds.is_empty() {
            let parts: Vec<Word> = found
                .iter()
                .filter_map(|word| {
                    self.compounds.get(&folded(&word.shown)).map(|parts| as_words(word, parts))
                })
                .flatten()
                .collect();
            found.extend(parts);
        }
        found
    }

    /// The terms that a compound is made of, if the articles or the tables have its parts.
    fn parts(&self, compound: &str) -> Option<[String; 2]> {
        let known = |part: &str| {
            let bare = folded(part);
            self.written.get(&bare).cloned().or_else(|| self.words.concept(&bare))
        };
        spelling::parts(compound, known)
    }

    /// The distinct meaningful words of `text`, each with `weight`.
    pub(super) fn asked(&self, text: &str, weight: f64) -> Vec<Asked> {
        let words = self.words.of(&self.mended(text)).into_iter();
        distinct(words.flat_map(|word| self.taken_apart(word)).collect(), weight)
    }

    /// The same for a text in another language than the articles'.
    pub(super) fn asked_in(&self, words: &Words, text: &str, weight: f64) -> Vec<Asked> {
        distinct(words.of(text), weight)
    }

    /// `text` with each word that nobody knows as the articles write it, if that is but a slip away.
    fn mended(&self, text: &str) -> String {
        text.split_word_bounds().map(|part| self.mended_part(part)).collect()
    }

    /// The same for what stands between two bounds: a word, two that an apostrophe joins, or none.
    fn mended_part<'a>(&self, part: &'a str) -> Cow<'a, str> {
        if !part.contains(char::is_alphanumeric) {
            return Cow::Borrowed(part);
        }
        let mut is_mended = false;
        let mut words = raw_words(part, self.language());
        for word in &mut words {
            let bare = folded(word);
            if self.words.is_small(word)
                || self.written.contains_key(&bare)
                || self.is_known_term(&self.words.term(word))
            {
                continue;
            }
            if let Some(meant) = self.meant(&bare) {
                meant.clone_into(word);
                is_mended = true;
            }
        }
        if is_mended { Cow::Owned(words.join(" ")) } else { Cow::Borrowed(part) }
    }

    /// The word that `bare` is a slip of; `None` if it could be several.
    fn meant(&self, bare: &str) -> Option<&str> {
        let first: String = bare.chars().take(1).collect();
        let near = self.written.range(first.clone()..).take_while(|(other, _)| other.starts_with(&first));
        let near: Vec<(&String, &String)> =
            near.filter(|(other, _)| spelling::is_slip(bare, other)).collect();
        let (meant, term) = near.first()?;
        near.iter().all(|(_, other)| other == term).then_some(meant.as_str())
    }

    /// The parts of a compound that no article has.
    fn taken_apart(&self, word: Word) -> Vec<Word> {
        if !language::has_compounds(self.language()) || self.is_known(&word) || word.is_sort_of_question() {
            return vec![word];
        }
        match self.parts(&folded(&word.shown)) {
            Some(parts) if parts.iter().all(|part| self.is_known_term(part)) => as_words(&word, &parts),
            Some(_) | None => vec![word],
        }
    }

    fn terms_of_lines(&self, passage: &Passage) -> Vec<BTreeSet<String>> {
        let terms = |text: &str| self.words_of(text).into_iter().map(|word| word.term).collect();
        passage.lines.iter().map(|line| terms(&line.text)).collect()
    }

    /// Every passage that has a word of `asked`, the best first; equal scores are ordered by article id and passage
    /// number.
    pub(super) fn rank(&self, asked: &[Asked]) -> Vec<Scored<'_>> {
        let mut by_passage: BTreeMap<usize, Vec<(&Word, f64)>> = BTreeMap::new();
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
                by_passage.entry(number).or_default().push((word, score));
            }
        }
        let plain = |words: &[(&Word, f64)]| words.iter().map(|(_, score)| score).sum::<f64>();
        let mut by_score: Vec<(usize, Vec<(&Word, f64)>)> = by_passage.into_iter().collect();
        // Stable: passages of equal score stay in the order of their numbers.
        by_score.sort_by(|(_, left), (_, right)| plain(right).total_cmp(&plain(left)));
        let mut found: Vec<Scored<'_>> = by_score
            .iter()
            .enumerate()
            .filter_map(|(place, (number, words))| {
                let fullest = if place < READ_BY_LINE { self.fullest_line(*number, words) } else { None };
                let matched = matched(words, fullest);
                let score_milli =
                    matched.iter().fold(0_u32, |sum, word| sum.saturating_add(word.score_milli));
                self.passages.get(*number).map(|passage| Scored { passage, score_milli, matched })
            })
            .collect();
        found.sort_by(|left, right| {
            let place = |scored: &Scored<'_>| (scored.passage.article_id.clone(), scored.passage.number);
            right.score_milli.cmp(&left.score_milli).then_with(|| place(left).cmp(&place(right)))
        });
        found
    }

    /// The terms of the line of passage `number` that has most of `words`.
    fn fullest_line(&self, number: usize, words: &[(&Word, f64)]) -> Option<&BTreeSet<String>> {
        let sum = |line: &BTreeSet<String>| -> f64 {
            words.iter().filter(|(word, _)| stands_in(word, line)).map(|(_, score)| score).sum()
        };
        let lines = self.lines.get(number)?.iter().map(|line| (line, sum(line)));
        lines.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(line, _)| line)
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
        let terms: BTreeSet<String> = self.words_of(text).into_iter().map(|word| word.term).collect();
        asked.iter().filter(|asked| stands_in(&asked.word, &terms)).collect()
    }

    fn is_known_term(&self, term: &str) -> bool {
        self.bm25.holders(term).next().is_some()
    }
}

/// What each of `words` adds to the score of a passage, the weightiest first; more for those of its `fullest` line.
fn matched(words: &[(&Word, f64)], fullest: Option<&BTreeSet<String>>) -> Vec<WordScore> {
    let mut matched: Vec<WordScore> = words
        .iter()
        .map(|(word, score)| {
            let is_together = fullest.is_some_and(|line| stands_in(word, line));
            let bonus = if is_together { TOGETHER_BONUS } else { 0.0 };
            WordScore { word: word.shown.clone(), score_milli: milli(score * (1.0 + bonus)) }
        })
        .filter(|word| word.score_milli > 0)
        .collect();
    matched.sort_by(|left, right| right.score_milli.cmp(&left.score_milli).then(left.word.cmp(&right.word)));
    matched
}

/// The `parts` of `word` as words, but for the one that stands for the whole already.
fn as_words(word: &Word, parts: &[String; 2]) -> Vec<Word> {
    let parts = parts.iter().filter(|term| **term != word.term);
    parts.map(|term| Word { shown: word.shown.clone(), term: term.clone(), broader: None }).collect()
}

fn stands_in(word: &Word, terms: &BTreeSet<String>) -> bool {
    terms.contains(&word.term) || word.broader.as_ref().is_some_and(|term| terms.contains(term))
}

/// Each of `words` once, with `weight`.
fn distinct(words: Vec<Word>, weight: f64) -> Vec<Asked> {
    let mut seen = BTreeSet::new();
    words
        .into_iter()
        .filter(|word| seen.insert(word.term.clone()))
        .map(|word| Asked { weight: if word.is_how_to() { weight * HOW_TO_WEIGHT } else { weight }, word })
        .collect()
}

/// Every word of `passages` that carries meaning, and its term.
fn written(passages: &[Passage], words: &Words) -> BTreeMap<String, String> {
    let texts = passages.iter().flat_map(|passage| {
        let lines = passage.lines.iter().map(|line| line.text.as_str());
        lines.chain([passage.title.as_str(), passage.heading.as_str()])
    });
    let raw = texts.flat_map(|text| raw_words(text, words.language()));
    let carrying = raw.filter(|word| !words.is_small(word) && word.chars().any(char::is_alphabetic));
    carrying.map(|word| (folded(&word), words.term(&word))).collect()
}

/// A score in thousandths, rounded.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped to what fits")]
fn milli(score: f64) -> u32 {
    (score * 1_000.0).round().clamp(0.0, 1e9) as u32
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::synonyms::Synonyms;
    use super::*;

    impl Index {
        pub(in crate::answerer) fn of_english(articles: &[Article]) -> Self {
            let articles: Vec<&Article> = articles.iter().collect();
            Self::build(&articles, Words::new(Language::English, &Synonyms::default()))
        }
    }

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
        let index = Index::of_english(&articles());
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
            let index = Index::of_english(&articles);
            let ids: Vec<_> = index
                .rank(&index.asked("zebra", 1.0))
                .iter()
                .map(|found| found.passage.article_id.clone())
                .collect();
            assert_eq!(ids, ["c", "d"]);
        }
    }

    /// A word that holds another with a slip is not that word.
    #[test]
    fn only_the_word_with_the_slip_is_mended() {
        let article = Article::parse("a", "# Cover\n\nThe warranty lasts for two years.").unwrap();
        let index = Index::of_english(&[article]);
        assert_eq!(index.mended("Is Unwaranty a WARANTY?"), "Is Unwaranty a warranty?");
        assert_eq!(index.mended("What's the warranty?"), "What's the warranty?");
    }
}
