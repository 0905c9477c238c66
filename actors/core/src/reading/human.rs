//! Whether a customer asks for a human, in ten languages. English has rules of its own, with spelling and negation:
//! tables in `human/rules.rs` and `human/lexicon.rs`, which this file joins with what cancels a match (a negation, a
//! story about yesterday, somebody at the post office). The other languages, and what those tables leave out, are
//! rules of `phrases.rs`. What a customer quotes asks for nobody.
//!
//! A rule missed leaves a customer with a machine; a rule too many hands a ticket to a person who would rather not
//! have it. The second is cheaper, so a doubtful plea ("can someone call me back?") counts as a request.

pub mod frustration;
mod lexicon;
mod pattern;
mod quoted;
mod rules;
#[cfg(test)]
mod tests;
mod words;

use std::sync::LazyLock;

use super::phrases::tokens::{Token, is_single_word};
use super::phrases::{Match, Reading, Section};
use super::text::BODY_BYTES_MAX;
use pattern::Pattern;
use rules::{Cancels, RULES, Rule};
use words::Sentence;

/// A request for a human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanRequest {
    /// Which rule found it and in which words of the customer's: `asks to talk to a person: "Talk to a HUMAN"`.
    pub matched: String,
}

/// How much of the beginning and of the end of a message the English tables look at, in bytes; they are slower than
/// the other rules, which look at all of it.
const TABLES_BYTES_MAX: usize = 16 * 1024;

/// A message of at most so many words may be a bare "agent" or "customer service".
const BARE_WORDS_MAX: usize = 6;

/// How many characters of a language without spaces count as a word.
const CHARACTERS_PER_WORD: usize = 3;

/// The first request for a human in the new text of a message, if there is one.
pub fn asks_for_human(text: &str) -> Option<HumanRequest> {
    let reading = Reading::new(text, BODY_BYTES_MAX);
    let quoted = quoted::quoted(text, &reading.tokens);
    let own: Vec<Token> = reading
        .tokens
        .iter()
        .zip(&quoted)
        .filter(|(token, quoted)| {
            let is_near_an_end =
                token.start < TABLES_BYTES_MAX || token.start + TABLES_BYTES_MAX > text.len();
            !**quoted && is_near_an_end
        })
        .map(|(token, _)| token.clone())
        .collect();
    by_tables(text, &own)
        .or_else(|| by_phrases(&reading, &quoted))
        .map(|found| HumanRequest { matched: found.to_string() })
}

fn by_tables(text: &str, own: &[Token]) -> Option<Match> {
    for sentence in &words::sentences(own) {
        for (rule, pattern) in PATTERNS.iter() {
            if let Some((start, end)) = first_match(sentence, pattern, rule.cancels) {
                return Some(Match::new(rule.name, &sentence.shown(text, start, end)));
            }
        }
    }
    bare_request(text, own)
}

fn by_phrases(reading: &Reading<'_>, quoted: &[bool]) -> Option<Match> {
    let single = reading.tokens.iter().filter(|token| token.word.chars().all(is_single_word)).count();
    let words = reading.tokens.len() - single + single.div_ceil(CHARACTERS_PER_WORD);
    let both = [Section::Request, Section::Bare];
    let sections = if words <= BARE_WORDS_MAX { &both[..] } else { &both[..1] };
    let found = reading.find(sections);
    found
        .iter()
        .find(|found| !quoted.get(found.at.clone()).unwrap_or_default().contains(&true))
        .map(|found| reading.explain(found))
}

static PATTERNS: LazyLock<Vec<(&'static Rule, Pattern)>> =
    LazyLock::new(|| RULES.iter().map(|rule| (rule, Pattern::parse(rule.pattern))).collect());

fn first_match(sentence: &Sentence<'_>, pattern: &Pattern, cancels: Cancels) -> Option<(usize, usize)> {
    (0..sentence.len()).find_map(|start| {
        let end = pattern.end_of_match(sentence, start)?;
        let cancelled = match cancels {
            Cancels::Never => false,
            Cancels::Denied => is_denied(sentence, start),
            Cancels::DeniedOrPast => {
                is_denied(sentence, start) || is_past(sentence, start) || is_elsewhere(sentence, end)
            }
        };
        (!cancelled).then_some((start, end))
    })
}

/// A line or sentence that names a person and nothing else: "HUMAN!!!", "live agent please". In a long message only
/// an emphatic one counts, because a signature has such lines too ("Sales Representative").
fn bare_request(text: &str, own: &[Token]) -> Option<Match> {
    let lines = words::lines(own);
    let is_short = lines.iter().map(Sentence::word_count).sum::<usize>() <= BARE_WORDS_MAX;
    let bare = Pattern::parse(rules::BARE);
    let emphatic = Pattern::parse(rules::BARE_EMPHATIC);
    lines.iter().find_map(|line| {
        let end = if is_short { bare.end_of_match(line, 0) } else { None }
            .or_else(|| emphatic.end_of_match(line, 0))?;
        Some(Match::new("names nothing but a person", &line.shown(text, 0, end)))
    })
}

/// How many words before a match a negation can reach over.
const DENIAL_WORDS_MAX: usize = 7;

/// Whether words before `start`, in the same clause, deny what follows: "I don't need to talk to …".
fn is_denied(sentence: &Sentence<'_>, start: usize) -> bool {
    let clause = sentence.clause_start(start).max(start.saturating_sub(DENIAL_WORDS_MAX));
    (clause..start).any(|at| {
        lexicon::DENIALS.iter().any(|phrase| sentence.has_phrase(at, phrase))
            && !lexicon::NOT_DENIALS.iter().any(|phrase| sentence.has_phrase(at, phrase))
            && !lexicon::NOT_DENIALS_BEFORE.iter().any(|phrase| sentence.has_phrase_before(at, phrase))
    })
}

/// How many words before a match a story about the past can begin.
const PAST_WORDS_MAX: usize = 5;

/// Whether the match tells of a talk that took place: "after speaking with an agent", "was able to talk to someone".
fn is_past(sentence: &Sentence<'_>, start: usize) -> bool {
    let is_going_on = sentence.word(start).is_some_and(|word| word.ends_with("ing"));
    if is_going_on
        && start > 0
        && sentence.word(start - 1).is_some_and(|word| lexicon::PAST_BEFORE_ING.contains(&word))
    {
        return true;
    }
    (start.saturating_sub(PAST_WORDS_MAX)..start)
        .any(|at| lexicon::PAST.iter().any(|phrase| sentence.has_phrase(at, phrase)))
}

/// How many words after a match name where the person sits.
const ELSEWHERE_WORDS_MAX: usize = 6;

/// Whether the person asked for is somebody else's: "talk to someone at the post office".
fn is_elsewhere(sentence: &Sentence<'_>, end: usize) -> bool {
    sentence.word(end).is_some_and(|word| matches!(word, "at" | "from" | "in" | "of"))
        && (end + 1..end + ELSEWHERE_WORDS_MAX)
            .filter_map(|at| sentence.word(at))
            .any(|word| lexicon::ELSEWHERE.contains(&word))
}
