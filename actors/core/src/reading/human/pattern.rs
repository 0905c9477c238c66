//! A rule's pattern and how it meets a sentence. A pattern is written as words with gaps between them:
//!
//! ```text
//! talk        this word; a comma is a word too
//! ?me         this word or nothing
//! PERSON      any phrase of the list with this name in lexicon.rs, also misspelt
//! STRONG|WEAK a phrase of one of these
//! _           any number of words that only fill ("a real, live")
//! _3          up to three words of any kind
//! END         matches no word; what follows here must not turn the person into a thing ("human hair")
//! ^ and $     the start and the end of the sentence
//! ```

use super::lexicon;
use super::words::{PAUSE, Sentence};

/// How many filling words in a row are looked at.
const FILL_WORDS_MAX: usize = 8;

/// One pattern, read from its written form.
pub(super) struct Pattern {
    parts: Vec<Part>,
}

enum Part {
    OneOf { choices: Vec<Choice>, optional: bool },
    Fill,
    Gap(usize),
    End,
    SentenceStart,
    SentenceEnd,
}

enum Choice {
    Word(&'static str),
    List(&'static [&'static str]),
}

impl Pattern {
    pub(super) fn parse(written: &'static str) -> Self {
        Self { parts: written.split(' ').map(Part::parse).collect() }
    }

    /// Where a match that begins at `start` ends; the words that matched lie between.
    pub(super) fn end_of_match(&self, sentence: &Sentence<'_>, start: usize) -> Option<usize> {
        end_of(&self.parts, sentence, start)
    }
}

impl Part {
    fn parse(written: &'static str) -> Self {
        match written {
            "END" => return Self::End,
            "^" => return Self::SentenceStart,
            "$" => return Self::SentenceEnd,
            "_" => return Self::Fill,
            _ => {}
        }
        if let Some(count) = written.strip_prefix('_').and_then(|count| count.parse().ok()) {
            return Self::Gap(count);
        }
        let (optional, choices) = match written.strip_prefix('?') {
            Some(choices) => (true, choices),
            None => (false, written),
        };
        let choices = choices.split('|').map(|choice| match lexicon::list(choice) {
            Some(list) => Choice::List(list),
            None => Choice::Word(choice),
        });
        Self::OneOf { choices: choices.collect(), optional }
    }
}

fn end_of(parts: &[Part], sentence: &Sentence<'_>, at: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(at) };
    match part {
        Part::SentenceStart => (at == 0).then(|| end_of(rest, sentence, at)).flatten(),
        Part::SentenceEnd => (at == sentence.len()).then(|| end_of(rest, sentence, at)).flatten(),
        Part::End => may_end_at(sentence, at).then(|| end_of(rest, sentence, at)).flatten(),
        Part::Gap(count) => (0..=*count)
            .take_while(|skipped| at + skipped <= sentence.len())
            .find_map(|skipped| end_of(rest, sentence, at + skipped)),
        Part::Fill => {
            let filling = (0..FILL_WORDS_MAX)
                .take_while(|offset| {
                    sentence.word(at + offset).is_some_and(|word| lexicon::FILL.contains(&word))
                })
                .count();
            // The longest filling first, so that a match shows all its words.
            (0..=filling).rev().find_map(|skipped| end_of(rest, sentence, at + skipped))
        }
        Part::OneOf { choices, optional } => choices
            .iter()
            .flat_map(|choice| choice.ends(sentence, at))
            .find_map(|end| end_of(rest, sentence, end))
            .or_else(|| if *optional { end_of(rest, sentence, at) } else { None }),
    }
}

impl Choice {
    /// Where each phrase that stands at `at` ends, the longest first.
    fn ends(&self, sentence: &Sentence<'_>, at: usize) -> Vec<usize> {
        let mut ends = match self {
            Self::Word(word) => {
                if sentence.word(at) == Some(word) {
                    vec![at + 1]
                } else {
                    Vec::new()
                }
            }
            Self::List(list) => list.iter().filter_map(|phrase| phrase_end(sentence, at, phrase)).collect(),
        };
        ends.sort_unstable_by(|left, right| right.cmp(left));
        ends.dedup();
        ends
    }
}

fn phrase_end(sentence: &Sentence<'_>, at: usize, phrase: &str) -> Option<usize> {
    let mut end = at;
    for wanted in phrase.split(' ') {
        if !is_spelling_of(sentence.word(end)?, wanted) {
            return None;
        }
        end += 1;
    }
    Some(end)
}

/// Whether a person may end at `at`: the sentence ends, pauses, or goes on with a word that follows people.
fn may_end_at(sentence: &Sentence<'_>, at: usize) -> bool {
    sentence.word(at).is_none_or(|word| word == PAUSE || lexicon::AFTER_PERSON.contains(&word))
}

/// How many bytes longer than a word its misspelling may be: two letters of up to four bytes.
const LONGER_MAX: usize = 8;

/// Whether `written` is `wanted`, give or take what a hurried typist does: one wrong, missing, doubled or swapped
/// letter in a word of five to eight letters, two in a longer one, two swapped letters in a word of four.
fn is_spelling_of(written: &str, wanted: &str) -> bool {
    if written == wanted {
        return true;
    }
    let length = wanted.len();
    // No slip makes a word that much longer; without a bound one endless word would be taken apart for each entry.
    if length < 4
        || written.len() > length + LONGER_MAX
        || written.as_bytes().first() != wanted.as_bytes().first()
        || lexicon::OTHER_WORDS.contains(&written)
    {
        return false;
    }
    if length == 4 {
        return is_swapped(written, wanted);
    }
    let edits_max = if length > 8 { 2 } else { 1 };
    edits(written, wanted, edits_max) <= edits_max
}

/// Whether two neighbouring letters of `wanted` are swapped in `written` and nothing else differs.
fn is_swapped(written: &str, wanted: &str) -> bool {
    let written: Vec<char> = written.chars().collect();
    (1..written.len()).any(|at| {
        let mut swapped = written.clone();
        swapped.swap(at - 1, at);
        swapped.iter().copied().eq(wanted.chars())
    })
}

/// The number of letters to add, drop, change or swap with a neighbour to make one word of the other; anything above
/// `edits_max` is given as one more.
fn edits(left: &str, right: &str, edits_max: usize) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().abs_diff(right.len()) > edits_max {
        return edits_max + 1;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column + 1) + 1).min(at(&current, column) + 1);
            best = best.min(at(&last, column) + usize::from(letter != other));
            let swapped = row > 0
                && column > 0
                && left.get(row - 1) == Some(other)
                && right.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(edits_max + 1)
}
