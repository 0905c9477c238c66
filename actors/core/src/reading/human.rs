//! Whether a customer asks for a human. English rules over normalised words: the rules and word lists are tables in
//! `human/rules.rs` and `human/lexicon.rs`, this file joins them with what cancels a match (a negation, a story
//! about yesterday, somebody at the post office).
//!
//! A rule missed leaves a customer with a machine; a rule too many hands a ticket to a person who would rather not
//! have it. The second is cheaper, so a doubtful plea ("can someone call me back?") counts as a request.

mod lexicon;
mod pattern;
mod rules;
#[cfg(test)]
mod tests;
mod words;

use super::text::beginning;
use pattern::Pattern;
use rules::{Cancels, RULES};
use words::Sentence;

/// A request for a human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanRequest {
    /// Which rule found it and in which words: `asks to talk to a person: "talk to a human"`.
    pub matched: String,
}

/// How much of a message is looked at, in bytes: a request hidden behind more than this is not one.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// A message of at most so many words may be a bare "agent" or "customer service".
const BARE_WORDS_MAX: usize = 6;

/// The first request for a human in the new text of a message, if there is one.
pub fn asks_for_human(text: &str) -> Option<HumanRequest> {
    let text = beginning(text, TEXT_BYTES_MAX);
    let sentences = words::sentences(text);
    let patterns: Vec<_> = RULES.iter().map(|rule| (rule, Pattern::parse(rule.pattern))).collect();
    for sentence in &sentences {
        for (rule, pattern) in &patterns {
            if let Some(found) = first_match(sentence, pattern, rule.cancels) {
                return Some(HumanRequest { matched: format!("{}: \"{found}\"", rule.name) });
            }
        }
    }
    bare_request(text)
}

fn first_match(sentence: &Sentence, pattern: &Pattern, cancels: Cancels) -> Option<String> {
    (0..sentence.len()).find_map(|start| {
        let end = pattern.end_of_match(sentence, start)?;
        let cancelled = match cancels {
            Cancels::Never => false,
            Cancels::Denied => is_denied(sentence, start),
            Cancels::DeniedOrPast => {
                is_denied(sentence, start) || is_past(sentence, start) || is_elsewhere(sentence, end)
            }
        };
        (!cancelled).then(|| sentence.shown(start, end))
    })
}

/// A line or sentence that names a person and nothing else: "HUMAN!!!", "live agent please". In a long message only
/// an emphatic one counts, because a signature has such lines too ("Sales Representative").
fn bare_request(text: &str) -> Option<HumanRequest> {
    let lines = words::lines(text);
    let is_short = lines.iter().map(Sentence::word_count).sum::<usize>() <= BARE_WORDS_MAX;
    let bare = Pattern::parse(rules::BARE);
    let emphatic = Pattern::parse(rules::BARE_EMPHATIC);
    lines.iter().find_map(|line| {
        let end = if is_short { bare.end_of_match(line, 0) } else { None }
            .or_else(|| emphatic.end_of_match(line, 0))?;
        Some(HumanRequest { matched: format!("names nothing but a person: \"{}\"", line.shown(0, end)) })
    })
}

/// How many words before a match a negation can reach over.
const DENIAL_WORDS_MAX: usize = 7;

/// Whether words before `start`, in the same clause, deny what follows: "I don't need to talk to …".
fn is_denied(sentence: &Sentence, start: usize) -> bool {
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
fn is_past(sentence: &Sentence, start: usize) -> bool {
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
fn is_elsewhere(sentence: &Sentence, end: usize) -> bool {
    sentence.word(end).is_some_and(|word| matches!(word, "at" | "from" | "in" | "of"))
        && (end + 1..end + ELSEWHERE_WORDS_MAX)
            .filter_map(|at| sentence.word(at))
            .any(|word| lexicon::ELSEWHERE.contains(&word))
}
