//! Text as the words that carry meaning: lower case, without the small words of the language, stemmed, without
//! accents, and words that mean the same as one term ("parcel" and "package").

use std::collections::{BTreeMap, BTreeSet};

use frostem::Stemmer;
use polus_core::policy::Language;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{composed, folded};
use super::language;
use super::lexicon::{self, Lexicon};
use super::synonyms::Synonyms;

mod japanese;

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
    language: Language,
    stemmer: Option<Stemmer>,
    small: BTreeSet<String>,
    own_stems: BTreeSet<String>,
    concepts: BTreeMap<String, String>,
    phrases: BTreeMap<String, Vec<Phrase>>,
    broader: BTreeMap<String, &'static str>,
    units_of_time: BTreeSet<String>,
    units_of_money: BTreeSet<String>,
    number_words: BTreeSet<String>,
}

/// Words that are one term; filed under the first of them.
struct Phrase {
    words: Vec<String>,
    term: String,
}

impl Words {
    /// For texts in `language`, in a shop with `synonyms` of its own.
    pub fn new(language: Language, synonyms: &Synonyms) -> Self {
        let lexicon = lexicon::of(language);
        let mut words = Self {
            language,
            stemmer: language::stems(language).map(Stemmer::new),
            small: set(lexicon.small_words),
            own_stems: set(lexicon.own_stems),
            concepts: BTreeMap::new(),
            phrases: BTreeMap::new(),
            broader: BTreeMap::new(),
            units_of_time: set(lexicon.units_of_time),
            units_of_money: set(lexicon.units_of_money),
            number_words: set(lexicon.number_words),
        };
        words.learn(lexicon);
        for group in synonyms.groups() {
            words.learn_group(group);
        }
        words
    }

    /// The language.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    fn learn(&mut self, lexicon: &Lexicon) {
        for (term, list) in lexicon.concepts {
            for word in list.split(' ') {
                self.concepts.insert(self.stem(word), (*term).to_owned());
                let bare = self.stem(&folded(word));
                self.concepts.entry(bare).or_insert_with(|| (*term).to_owned());
            }
        }
        for (phrase, term) in lexicon.phrases {
            self.learn_phrase(phrase, term);
        }
        for (term, list) in lexicon.broader {
            for name in list.split(' ') {
                self.broader.insert(name.to_owned(), term);
                self.broader.insert(self.stem(name), term);
            }
        }
    }

    fn learn_phrase(&mut self, phrase: &str, term: &str) {
        let words: Vec<String> = raw_words(phrase, self.language).iter().map(|word| folded(word)).collect();
        if let Some(first) = words.first() {
            let filed = self.phrases.entry(first.clone()).or_default();
            filed.push(Phrase { words, term: term.to_owned() });
        }
    }

    /// Makes the words of `group` one term: that of its first word.
    fn learn_group(&mut self, group: &[String]) {
        let own = |words: &Self, text: &str| match raw_words(text, words.language).as_slice() {
            [word] => words.term(word),
            several => several.iter().map(|word| folded(word)).collect::<Vec<_>>().join("-"),
        };
        let Some(term) = group.first().map(|first| own(self, first)) else { return };
        for text in group {
            match raw_words(text, self.language).as_slice() {
                [word] => {
                    self.small.remove(&folded(word));
                    self.concepts.insert(self.stem(word), term.clone());
                }
                _ => self.learn_phrase(text, &term),
            }
        }
        for phrases in self.phrases.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
    }

    /// The meaningful words of `text` in order, repeated ones included.
    pub fn of(&self, text: &str) -> Vec<Word> {
        if self.language == Language::Japanese {
            return self.of_japanese(text);
        }
        let raw = raw_words(text, self.language);
        let plain: Vec<String> = raw.iter().map(|word| folded(word)).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let (Some(word), Some(bare)) = (raw.get(at), plain.get(at)) {
            found.extend(self.measured(&plain, at));
            if let Some(phrase) = self.phrase_at(&plain, at) {
                let shown = raw.get(at..at + phrase.words.len()).unwrap_or_default().join(" ");
                let broader = self.broader.get(&phrase.term).map(|term| (*term).to_owned());
                found.push(Word { shown, term: phrase.term.clone(), broader });
                at += phrase.words.len();
                continue;
            }
            at += 1;
            if self.small.contains(bare) || (word.len() < 2 && !word.chars().all(char::is_numeric)) {
                continue;
            }
            found.push(self.word(word));
        }
        found
    }

    /// What `word` is compared by.
    pub(super) fn term(&self, word: &str) -> String {
        let stem = self.stem(word);
        self.concepts.get(&stem).cloned().unwrap_or(stem)
    }

    /// The term of `word` if the tables have one.
    pub(super) fn concept(&self, word: &str) -> Option<String> {
        self.concepts.get(&self.stem(word)).cloned()
    }

    /// Whether `word` carries no meaning.
    pub(super) fn is_small(&self, word: &str) -> bool {
        self.small.contains(&folded(word))
    }

    /// `word` as one that carries meaning.
    fn word(&self, word: &str) -> Word {
        let stem = self.stem(word);
        let broader = self.broader.get(&stem).map(|term| (*term).to_owned());
        let term = self.concepts.get(&stem).cloned().unwrap_or(stem);
        Word { shown: word.to_owned(), term, broader }
    }

    fn stem(&self, word: &str) -> String {
        let bare = folded(word);
        match &self.stemmer {
            Some(stemmer) if !self.own_stems.contains(&bare) => folded(&stemmer.stem(word)),
            Some(_) | None => bare,
        }
    }

    /// The question that a measure at `at` answers: "five working days" says how long, "4.90 euros" what it costs.
    fn measured(&self, plain: &[String], at: usize) -> Option<Word> {
        let word = plain.get(at)?;
        let before = at.checked_sub(1).and_then(|before| plain.get(before));
        let is_counted = before.is_some_and(|before| {
            before.starts_with(|first: char| first.is_ascii_digit()) || self.number_words.contains(before)
        });
        let term = if self.units_of_money.contains(word) {
            lexicon::COST
        } else if is_counted && self.units_of_time.contains(word) {
            lexicon::HOW_LONG
        } else {
            return None;
        };
        Some(Word { shown: word.clone(), term: term.to_owned(), broader: None })
    }

    /// The phrase that stands at `at`.
    fn phrase_at(&self, plain: &[String], at: usize) -> Option<&Phrase> {
        let first = plain.get(at)?;
        self.phrases.get(first)?.iter().find(|phrase| {
            plain.get(at..at + phrase.words.len()).is_some_and(|found| found == phrase.words.as_slice())
        })
    }
}

/// The words of a table, without accents.
fn set(list: &str) -> BTreeSet<String> {
    list.split(' ').filter(|word| !word.is_empty()).map(folded).collect()
}

/// The words of `text` in lower case, without apostrophes and what follows them in a possessive.
pub(super) fn raw_words(text: &str, language: Language) -> Vec<String> {
    let mut text = composed(text)
        .to_lowercase()
        .replace('\u{2019}', "'")
        .replace('€', " euros ")
        .replace('$', " dollars ")
        .replace('£', " pounds ");
    if language::parts_at_apostrophe(language) {
        text = text.replace('\'', " ");
    }
    text.unicode_words()
        .map(|word| word.strip_suffix("'s").unwrap_or(word).replace('\'', ""))
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn terms_in(language: Language, text: &str) -> Vec<String> {
        Words::new(language, &Synonyms::default()).of(text).into_iter().map(|word| word.term).collect()
    }

    fn terms(text: &str) -> Vec<String> {
        terms_in(Language::English, text)
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
    fn every_language_has_stems_synonyms_and_no_need_for_accents() {
        use Language::{Dutch, French, German, Italian, Japanese, Polish, Portuguese, Spanish, Swedish};
        let same = [
            (French, "les colis", "un paquet"),
            (French, "remboursée", "remboursement"),
            (Spanish, "los envíos", "envio"),
            (German, "Rücksendungen", "Retoure"),
            (German, "Größen", "Groessen"),
            (Italian, "le spedizioni", "la consegna"),
            (Portuguese, "devoluções", "devolucao"),
            (Dutch, "de pakketten", "een pakje"),
            (Polish, "wysyłka", "wysylki"),
            (Swedish, "leveranser", "frakten"),
            (Japanese, "送料はいくらですか", "配送の料金"),
        ];
        for (language, left, right) in same {
            let (left, right) = (terms_in(language, left), terms_in(language, right));
            assert!(!left.is_empty() && left.iter().any(|term| right.contains(term)), "{left:?} {right:?}");
        }
        for (language, text) in [
            (French, "Bonjour, merci"),
            (Spanish, "Hola, buenos días"),
            (German, "Guten Tag"),
            (Dutch, "Goedemorgen, hallo"),
            (Polish, "Dzień dobry"),
        ] {
            assert!(terms_in(language, text).len() <= 1, "{text}");
        }
    }

    #[test]
    fn a_country_knows_its_union() {
        let words = Words::new(Language::English, &Synonyms::default()).of("to Germany");
        assert_eq!(words[0].broader.as_deref(), Some("eu"));
        assert_eq!(terms("the European Union"), ["eu"]);
    }

    #[test]
    fn no_term_of_a_concept_is_a_small_word() {
        for language in Language::ALL {
            let small = set(lexicon::of(language).small_words);
            for (_, words) in lexicon::of(language).concepts {
                for word in words.split(' ') {
                    assert!(!small.contains(&folded(word)), "{}: {word}", language.name());
                }
            }
        }
    }

    #[test]
    fn the_shops_own_synonyms_join_words_and_phrases() {
        let groups = [["tent", "Rain Shelter"], ["hob", "stove"]];
        let groups: Vec<Vec<String>> = groups.iter().map(|group| group.map(str::to_owned).to_vec()).collect();
        let words = Words::new(Language::English, &groups.try_into().unwrap());
        let terms = |text: &str| words.of(text).into_iter().map(|word| word.term).collect::<Vec<_>>();
        assert_eq!(terms("my rain shelter"), terms("tents"));
        assert_eq!(terms("hobs"), terms("a stove"));
        assert_ne!(terms("rain"), terms("tent"));
    }
}
