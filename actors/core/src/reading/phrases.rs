//! Rules over plain words, in ten languages: what asks for a person, what must never be left to a machine, what
//! shows frustration, and what an answer of ours must not promise. The rules are data (`phrases/rules/`, one file a language), this file finds them in a text.
//!
//! ```text
//! tokens.rs     the text as plain words with their places; all disguises end there, letter by letter in fold.rs
//! notation.rs   how a rule is written, and how the files are read
//! vocabulary.rs every word the rules know, misspelt ones too
//! rules/*       the rules
//! ```
//!
//! One pass over the words: each word calls up only the rules that begin with it, and a rule looks at a bounded
//! number of words behind it, so the work grows with the length of the text and no faster.

mod fold;
mod notation;
#[cfg(test)]
mod tests;
pub(in crate::reading) mod tokens;
mod vocabulary;

use std::ops::Range;

use super::text::beginning;
pub(in crate::reading) use notation::Section;
use notation::{Kind, PROMISES, Part, RULES, Rule, Rules};
use tokens::{Break, Token, shown, tokens};

/// How many characters of a customer's words an explanation shows.
const WORDS_SHOWN_MAX: usize = 160;

/// What was found in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What the rule finds, in words for a person: `asks to talk to a person`.
    pub rule: &'static str,
    /// The words it was found in, as the customer wrote them.
    pub words: String,
}

impl Match {
    /// A match of `rule` in `words`, which are shown up to a bound.
    pub(in crate::reading) fn new(rule: &'static str, words: &str) -> Self {
        Self { rule, words: words.chars().take(WORDS_SHOWN_MAX).collect() }
    }
}

impl std::fmt::Display for Match {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: \"{}\"", self.rule, self.words)
    }
}

/// A match and where it is.
#[derive(Debug, Clone)]
pub(in crate::reading) struct Found {
    pub section: Section,
    pub rule: &'static str,
    /// The words it covers.
    pub at: Range<usize>,
}

/// A message, cut into words once for every question that is asked of it.
pub(in crate::reading) struct Reading<'text> {
    text: &'text str,
    rules: &'static Rules,
    pub tokens: Vec<Token>,
    symbols: Vec<Vec<usize>>,
}

impl<'text> Reading<'text> {
    /// Reads at most `bytes_max` bytes of a customer's words.
    pub fn new(text: &'text str, bytes_max: usize) -> Self {
        Self::by(&RULES, text, bytes_max)
    }

    /// Reads at most `bytes_max` bytes of an answer of ours, for [`Section::Promise`] alone.
    pub fn of_answer(text: &'text str, bytes_max: usize) -> Self {
        Self::by(&PROMISES, text, bytes_max)
    }

    fn by(rules: &'static Rules, text: &'text str, bytes_max: usize) -> Self {
        let text = beginning(text, bytes_max);
        let tokens = tokens(text);
        let symbols = rules.vocabulary.symbols(&tokens);
        Self { text, rules, tokens, symbols }
    }

    /// Everything that the rules of `sections` find, in the order of the text.
    pub fn find(&self, sections: &[Section]) -> Vec<Found> {
        let mut found: Vec<(&'static Rule, Range<usize>)> = Vec::new();
        for (start, symbols) in self.symbols.iter().enumerate() {
            let mut tried: Vec<usize> = symbols
                .iter()
                .filter_map(|symbol| self.rules.starts.get(*symbol))
                .flatten()
                .copied()
                .filter(|rule| {
                    self.rules.rules.get(*rule).is_some_and(|rule| sections.contains(&rule.section))
                })
                .collect();
            tried.sort_unstable();
            tried.dedup();
            for rule in tried.into_iter().filter_map(|rule| self.rules.rules.get(rule)) {
                if let Some(end) = self.end_of(&rule.parts, start, start) {
                    found.push((rule, start..end));
                }
            }
        }
        let mut excepted: Vec<Vec<Section>> = vec![Vec::new(); self.tokens.len()];
        for (rule, at) in found.iter().filter(|(rule, _)| rule.kind == Kind::Exception) {
            for covered in excepted.get_mut(at.clone()).into_iter().flatten() {
                if !covered.contains(&rule.section) {
                    covered.push(rule.section);
                }
            }
        }
        let is_excepted = |rule: &Rule, at: &Range<usize>| {
            let mut covered = excepted.get(at.clone()).into_iter().flatten();
            rule.kind == Kind::Usual && covered.any(|sections| sections.contains(&rule.section))
        };
        found
            .into_iter()
            .filter(|(rule, at)| rule.kind != Kind::Exception && !is_excepted(rule, at))
            .map(|(rule, at)| Found { section: rule.section, rule: &rule.name, at })
            .collect()
    }

    /// The words at `at`, as the customer wrote them, with the rule that found them.
    pub fn explain(&self, found: &Found) -> Match {
        Match::new(found.rule, &shown(self.text, self.tokens.get(found.at.clone()).unwrap_or_default()))
    }

    /// The first thing that the rules of `section` find.
    pub fn first(&self, section: Section) -> Option<Match> {
        self.find(&[section]).first().map(|found| self.explain(found))
    }

    /// Where a match of `parts` at `at` ends; the match began at `from`.
    fn end_of(&self, parts: &[Part], from: usize, at: usize) -> Option<usize> {
        let Some((part, rest)) = parts.split_first() else { return Some(at) };
        match part {
            Part::Start => self.is_line_start(at).then(|| self.end_of(rest, from, at)).flatten(),
            Part::End => (at > from && self.is_line_start(at)).then(|| self.end_of(rest, from, at)).flatten(),
            Part::Gap { words_max, over_pauses } => (0..=*words_max)
                .take_while(|skipped| self.reaches(at, *skipped, *over_pauses))
                .find_map(|skipped| self.end_of(rest, from, at + skipped)),
            Part::OneOf { phrases, optional, or_end } => phrases
                .iter()
                .filter_map(|phrase| self.end_of_phrase(phrase, from, at))
                .find_map(|end| self.end_of(rest, from, end))
                .or_else(|| {
                    let is_end = *or_end && at > from && self.is_line_start(at);
                    if *optional || is_end { self.end_of(rest, from, at) } else { None }
                }),
        }
    }

    fn end_of_phrase(&self, phrase: &[usize], from: usize, at: usize) -> Option<usize> {
        for (word, symbol) in (at..).zip(phrase) {
            let leaves_sentence = word > from && self.cut_before(word) == Break::Sentence;
            if leaves_sentence || !self.symbols.get(word)?.contains(symbol) {
                return None;
            }
        }
        Some(at + phrase.len())
    }

    /// Whether a gap at `at` may skip `skipped` words. It stays in its sentence, and in its clause if pauses end it;
    /// a sentence may end right behind it, so that a rule can ask for that end.
    fn reaches(&self, at: usize, skipped: usize, over_pauses: bool) -> bool {
        let end = at + skipped;
        end <= self.tokens.len()
            && (at..=end).all(|word| {
                let is_pause = word
                    .checked_sub(1)
                    .and_then(|before| self.tokens.get(before))
                    .is_some_and(|token| token.pause);
                match self.cut_before(word) {
                    Break::Sentence => word == end,
                    _ => over_pauses || !is_pause,
                }
            })
    }

    /// Whether a line or a sentence begins at `word`, or the text ends there.
    fn is_line_start(&self, word: usize) -> bool {
        self.cut_before(word) >= Break::Line
    }

    /// What stands before `word`.
    fn cut_before(&self, word: usize) -> Break {
        word.checked_sub(1)
            .and_then(|before| self.tokens.get(before))
            .map_or(Break::Sentence, |token| token.after)
    }
}
