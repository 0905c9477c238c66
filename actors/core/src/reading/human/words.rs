//! A message as the English rules see it: sentences of plain words, with a mark for each pause. Which words those are
//! is settled in `phrases/tokens.rs`, for these rules and for all others.

use crate::reading::phrases::tokens::{Break, Token, shown};

/// The mark that stands for a comma, a bracket or a dash between words.
pub(super) const PAUSE: &str = ",";

/// Words that begin a new clause, so a negation before them does not reach what follows.
const CLAUSE_STARTS: &[&str] = &[PAUSE, "but", "and", "so", "because", "then", "or"];

/// The words of one sentence, with pauses.
pub(super) struct Sentence<'tokens> {
    words: Vec<&'tokens str>,
    /// The token of each word; a pause has that of the word before it.
    tokens: Vec<&'tokens Token>,
}

/// The sentences of a message; a single line end does not end one, because mail programs wrap lines.
pub(super) fn sentences(tokens: &[Token]) -> Vec<Sentence<'_>> {
    split(tokens, Break::Sentence)
}

/// The lines and sentences of a message, whichever ends first.
pub(super) fn lines(tokens: &[Token]) -> Vec<Sentence<'_>> {
    split(tokens, Break::Line)
}

fn split(tokens: &[Token], end: Break) -> Vec<Sentence<'_>> {
    tokens
        .split_inclusive(|token| token.after >= end)
        .map(|tokens| {
            let mut sentence = Sentence { words: Vec::new(), tokens: Vec::new() };
            for token in tokens {
                sentence.words.push(&token.word);
                sentence.tokens.push(token);
                if token.pause && token.after < end {
                    sentence.words.push(PAUSE);
                    sentence.tokens.push(token);
                }
            }
            sentence
        })
        .collect()
}

impl Sentence<'_> {
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at).copied()
    }

    /// How many words, pauses not counted.
    pub(super) fn word_count(&self) -> usize {
        self.words.iter().filter(|word| **word != PAUSE).count()
    }

    /// Whether the words of `phrase` stand at `at`, exactly.
    pub(super) fn has_phrase(&self, at: usize, phrase: &str) -> bool {
        phrase.split(' ').enumerate().all(|(offset, word)| self.word(at + offset) == Some(word))
    }

    /// Whether the words of `phrase` stand right before `at`.
    pub(super) fn has_phrase_before(&self, at: usize, phrase: &str) -> bool {
        at.checked_sub(phrase.split(' ').count()).is_some_and(|start| self.has_phrase(start, phrase))
    }

    /// Where the clause that holds `at` begins.
    pub(super) fn clause_start(&self, at: usize) -> usize {
        (0..at)
            .rev()
            .find(|before| self.word(*before).is_some_and(|word| CLAUSE_STARTS.contains(&word)))
            .map_or(0, |before| before + 1)
    }

    /// The words from `start` to `end` of `text`, as the customer wrote them.
    pub(super) fn shown(&self, text: &str, start: usize, end: usize) -> String {
        let tokens: Vec<Token> =
            self.tokens.get(start..end).unwrap_or_default().iter().map(|token| (*token).clone()).collect();
        shown(text, &tokens)
    }
}
