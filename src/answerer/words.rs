//! Text as the words that carry meaning: lower case, without the small words of the language, stemmed, and words
//! that mean the same as one term ("parcel" and "package").

use std::collections::{BTreeMap, BTreeSet};

use frostem::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

use super::lexicon;

/// A language whose small words and stems are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
}

/// A word that carries meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it was written, in lower case.
    pub shown: String,
    /// What it is compared by.
    pub term: String,
    /// A term that includes it: a country's is its union.
    pub broader: Option<String>,
}

impl Word {
    /// Whether it only says what sort of answer is wanted (how, how long, how much), or is a bare number.
    pub fn is_sort_of_question(&self) -> bool {
        matches!(self.term.as_str(), lexicon::HOW_TO | lexicon::HOW_LONG | lexicon::COST)
            || self.term.chars().all(char::is_numeric)
    }

    /// Whether it says nothing about the matter, not even the sort of fact that is wanted.
    pub fn is_how_to(&self) -> bool {
        self.term == lexicon::HOW_TO
    }
}

/// Finds the words of texts in one language.
pub struct Words {
    stemmer: Stemmer,
    small: BTreeSet<&'static str>,
    concepts: BTreeMap<String, &'static str>,
    broader: BTreeMap<String, &'static str>,
}

impl Words {
    /// For texts in `language`.
    pub fn new(language: Language) -> Self {
        let Language::English = language;
        let stemmer = Stemmer::new(Algorithm::English);
        let mut words = Self {
            stemmer,
            small: lexicon::SMALL_WORDS.iter().copied().collect(),
            concepts: BTreeMap::new(),
            broader: BTreeMap::new(),
        };
        for concept in lexicon::CONCEPTS {
            for word in concept.iter().skip(1) {
                words.concepts.insert(words.stem(word), concept.first().copied().unwrap_or_default());
            }
        }
        for (narrow, broad) in lexicon::BROADER {
            words.broader.insert(words.stem(narrow), broad);
        }
        words
    }

    /// The meaningful words of `text` in order, repeated ones included.
    pub fn of(&self, text: &str) -> Vec<Word> {
        let raw = raw_words(text);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(word) = raw.get(at) {
            if let Some((phrase, term)) = phrase_at(&raw, at) {
                found.extend(measured(&raw, at));
                found.push(Word { shown: phrase.join(" "), term: term.to_owned(), broader: None });
                at += phrase.len();
                continue;
            }
            at += 1;
            found.extend(measured(&raw, at - 1));
            if self.small.contains(word.as_str()) || (word.len() < 2 && !word.chars().all(char::is_numeric)) {
                continue;
            }
            let stem = self.stem(word);
            let broader = self.broader.get(&stem).map(|term| (*term).to_owned());
            let term = self.concepts.get(&stem).map_or(stem, |term| (*term).to_owned());
            found.push(Word { shown: word.clone(), term, broader });
        }
        found
    }

    fn stem(&self, word: &str) -> String {
        match lexicon::OWN_STEMS.iter().find(|(own, _)| *own == word) {
            Some((_, stem)) => (*stem).to_owned(),
            None => self.stemmer.stem(word).into_owned(),
        }
    }
}

/// The question that a measure at `at` answers: "five working days" says how long, "4.90 euros" what it costs.
fn measured(raw: &[String], at: usize) -> Option<Word> {
    let word = raw.get(at)?.as_str();
    let before = at.checked_sub(1).and_then(|before| raw.get(before));
    let is_counted = before.is_some_and(|before| {
        before.starts_with(|first: char| first.is_ascii_digit())
            || lexicon::NUMBER_WORDS.contains(&before.as_str())
    });
    let term = match word {
        _ if lexicon::UNITS_OF_MONEY.contains(&word) => lexicon::COST,
        _ if is_counted && lexicon::UNITS_OF_TIME.contains(&word) => lexicon::HOW_LONG,
        _ => return None,
    };
    Some(Word { shown: word.to_owned(), term: term.to_owned(), broader: None })
}

/// The words of `text` in lower case, without apostrophes and what follows them in a possessive.
pub(super) fn raw_words(text: &str) -> Vec<String> {
    text.replace('€', " euros ")
        .replace('$', " dollars ")
        .replace('£', " pounds ")
        .unicode_words()
        .map(|word| word.to_lowercase().replace('\u{2019}', "'"))
        .map(|word| word.strip_suffix("'s").map_or(word.clone(), str::to_owned).replace('\'', ""))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The phrase that stands at `at` and the term it is compared by.
fn phrase_at(raw: &[String], at: usize) -> Option<(&'static [&'static str], &'static str)> {
    lexicon::PHRASES.iter().copied().find(|(phrase, _)| {
        phrase
            .iter()
            .enumerate()
            .all(|(offset, word)| raw.get(at + offset).is_some_and(|found| found == word))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        Words::new(Language::English).of(text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn small_words_go_and_stems_stay() {
        assert_eq!(terms("Hello, could you please tell me about the teapots?"), ["teapot"]);
        assert_eq!(terms("Hi there! Thanks."), Vec::<String>::new());
        assert_eq!(terms("The customer's customs"), ["customer", "duty"]);
    }

    #[test]
    fn words_that_mean_the_same_are_one_term() {
        assert_eq!(terms("package"), terms("parcels"));
        assert_eq!(terms("My money back"), terms("refunds"));
        assert_eq!(terms("How much is it"), terms("the price"));
        assert_eq!(terms("promo code"), terms("coupon code"));
    }

    #[test]
    fn a_country_knows_its_union() {
        let words = Words::new(Language::English).of("to Germany");
        assert_eq!(words[0].broader.as_deref(), Some("eu"));
        assert_eq!(terms("the European Union"), ["eu"]);
    }

    #[test]
    fn no_term_of_a_concept_is_a_small_word() {
        for concept in lexicon::CONCEPTS {
            for word in concept.iter().skip(1) {
                assert!(!lexicon::SMALL_WORDS.contains(word), "{word}");
            }
        }
    }
}
