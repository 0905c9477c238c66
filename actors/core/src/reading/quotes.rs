//! Cuts quoted history and signatures out of tidied plain lines. What mail programs write around a quote is a table,
//! `quotes/phrases.rs`. Lines that stand between quoted ones are answers to them, and stay.

mod phrases;
mod signature;

use phrases::{
    FORM_FIELDS, FROM_FIELDS, GREETINGS, OTHER_FIELDS, REPLY_ABOVE, SEPARATORS, SEPARATORS_ALONE, WROTE,
    WROTE_BEGINS,
};

/// What is left of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    /// The writer's own lines.
    pub(super) text: String,
    /// Whether own lines stand between quoted ones: answers to single questions.
    pub(super) answers_between: bool,
}

/// How many lines an attribution may be wrapped over.
const ATTRIBUTION_LINES_MAX: usize = 4;

/// How long an attribution may be, in bytes; a longer one is a sentence of the customer's.
const ATTRIBUTION_BYTES_MAX: usize = 400;

/// How many lines a header block is looked at for.
const HEADER_LINES_MAX: usize = 7;

/// A quoted line at least so long, in bytes, may have been wrapped, its rest having lost the mark.
const WRAPPED_BYTES_MIN: usize = 60;

/// `text` without quoted history, signature and program lines.
pub(super) fn without_history(text: &str) -> Cut {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut number = 0;
    let mut seen_quote = false;
    let mut own_after_quote = false;
    let mut answers_between = false;
    while let Some(line) = lines.get(number).copied() {
        if is_quoted(line) {
            (seen_quote, answers_between) = (true, answers_between || own_after_quote);
            number += 1;
            continue;
        }
        if is_separator(&lines, number) || starts_header_block(&lines, number) {
            break;
        }
        if let Some(after) = attribution_end(&lines, number) {
            match quote_after(&lines, after) {
                Some(quote) => number = quote,
                None => break,
            }
            continue;
        }
        if !is_rest_of_wrapped_quote(&lines, number) {
            own_after_quote |= seen_quote && !line.is_empty() && !signature::is_program_line(line);
            kept.push(line);
        }
        number += 1;
    }
    let text = signature::without_signature(&super::text::tidy(&kept.join("\n")));
    Cut { text, answers_between }
}

/// Whether `text` is no more than a greeting: "Hi there,".
pub(super) fn is_only_greeting(text: &str) -> bool {
    const GREETING_WORDS_MAX: usize = 4;
    let lower = text.to_lowercase();
    let mut words =
        lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next().is_some_and(|first| GREETINGS.contains(&first))
        && words.count() < GREETING_WORDS_MAX
        && !text.contains(['?', '？', '\n'])
}

/// A mark of quoting, unless it is the beginning of a face such as `>:(`.
fn is_quoted(line: &str) -> bool {
    line.strip_prefix(['>', '＞']).is_some_and(|rest| !rest.starts_with([':', '_', '.']))
}

/// Dashes around one of [`SEPARATORS`], a helpdesk's line, or a rule of underscores above a header block.
fn is_separator(lines: &[&str], number: usize) -> bool {
    let Some(line) = lines.get(number).filter(|line| line.len() <= ATTRIBUTION_BYTES_MAX) else {
        return false;
    };
    let lower = line.to_lowercase().replace('\u{2019}', "'");
    let has_marks = ["--", "__", "##", "==", "**", "––"].iter().any(|marks| lower.starts_with(marks));
    let words = lower.trim_matches(|character: char| !character.is_alphanumeric() && character != ':').trim();
    if words.is_empty() {
        const RULE_BYTES_MIN: usize = 8;
        return line.starts_with('_')
            && line.len() >= RULE_BYTES_MIN
            && (number + 1..number + 3).any(|next| starts_header_block(lines, next));
    }
    (has_marks && SEPARATORS.contains(&words))
        || SEPARATORS_ALONE.contains(&lower.trim())
        || (has_marks && REPLY_ABOVE.iter().any(|phrase| lower.contains(phrase)))
}

/// Whether the fields of an older mail stand here. Two of them suffice when one holds an address.
fn starts_header_block(lines: &[&str], number: usize) -> bool {
    let block = || lines.iter().skip(number).take(HEADER_LINES_MAX).take_while(|line| !line.is_empty());
    if !lines.get(number).is_some_and(|line| is_field(line, FROM_FIELDS) || is_field(line, OTHER_FIELDS)) {
        return false;
    }
    if block().any(|line| is_field(line, FORM_FIELDS)) {
        return false;
    }
    let names_sender = block().any(|line| is_field(line, FROM_FIELDS));
    let others = block().filter(|line| is_field(line, OTHER_FIELDS)).count();
    names_sender && (others >= 2 || (others == 1 && block().any(|line| line.contains('@'))))
}

fn is_field(line: &str, fields: &[&str]) -> bool {
    const FIELD_BYTES_MAX: usize = 40;
    let Some(end) = line.find([':', '：']).filter(|end| *end <= FIELD_BYTES_MAX) else { return false };
    let name = line.get(..end).unwrap_or_default().trim_matches(['*', '_', ' ', '\u{A0}']).to_lowercase();
    fields.contains(&name.as_str())
}

/// The number of the line after an attribution that starts at `number`, if one does. A mail program's attribution
/// carries an address, or a date and a time; a sentence of the customer's seldom does, so it needs a quote below.
fn attribution_end(lines: &[&str], number: usize) -> Option<usize> {
    let first = lines.get(number)?;
    if first.len() > ATTRIBUTION_BYTES_MAX {
        return None;
    }
    let first = first.to_lowercase();
    let begins = first.starts_with(|character: char| character.is_ascii_digit())
        || WROTE_BEGINS.iter().any(|begin| first.starts_with(begin));
    let mut joined = String::new();
    for count in 0..ATTRIBUTION_LINES_MAX {
        let line = lines.get(number + count)?;
        // Without a known beginning only a line that is whole in itself is an attribution.
        if line.is_empty() || joined.len() + line.len() > ATTRIBUTION_BYTES_MAX || (count > 0 && !begins) {
            return None;
        }
        joined.push_str(&line.to_lowercase());
        if is_attribution(&joined, begins, || quote_after(lines, number + count + 1).is_some()) {
            return Some(number + count + 1);
        }
        joined.push(' ');
    }
    None
}

fn is_attribution(joined: &str, begins: bool, quote_follows: impl Fn() -> bool) -> bool {
    let Some(words) = joined.trim_end_matches(['*', '_', ' ']).strip_suffix([':', '：']) else {
        return false;
    };
    let has_address = words.contains('@');
    let has_verb = WROTE.iter().any(|verb| has_words(words, verb));
    let has_time = has_date(words) && has_clock(words);
    match has_verb {
        // The end of the list of a customer's own question may well end in a colon.
        true if begins => has_address || has_time || quote_follows(),
        true => has_address || quote_follows(),
        false => has_address && has_time && words.trim_end().ends_with(['>', ')']),
    }
}

/// Whether `text` holds `words`, with no letter at either side of them; Japanese has no such bounds.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|after| after.chars().next());
        let is_bound = |beside: Option<char>| !beside.is_some_and(char::is_alphanumeric);
        !words.is_ascii() && words.chars().any(|character| character > '\u{3000}')
            || (is_bound(before) && is_bound(after))
    })
}

/// A year of four digits, or a short date such as `3/11/25`.
fn has_date(words: &str) -> bool {
    words.split(|character: char| !character.is_ascii_digit()).any(|digits| digits.len() == 4)
        || words.split(' ').any(|word| word.matches(['/', '.', '-']).count() >= 2 && starts_with_digit(word))
}

fn has_clock(words: &str) -> bool {
    words.split(' ').any(|word| {
        let word = word.trim_matches(|character: char| !character.is_alphanumeric());
        starts_with_digit(word)
            && word
                .split([':', '.', 'h'])
                .nth(1)
                .is_some_and(|minutes| minutes.len() >= 2 && starts_with_digit(minutes))
    })
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|character: char| character.is_ascii_digit())
}

/// The number of the first line at or after `number` that is marked as a quote, if only empty lines lie between.
fn quote_after(lines: &[&str], number: usize) -> Option<usize> {
    let (offset, line) = lines.iter().skip(number).enumerate().find(|(_, line)| !line.is_empty())?;
    is_quoted(line).then_some(number + offset)
}

/// Whether a line without a mark is the end of the long quoted line above it, which some program wrapped.
fn is_rest_of_wrapped_quote(lines: &[&str], number: usize) -> bool {
    let before = number.checked_sub(1).and_then(|before| lines.get(before)).copied().unwrap_or_default();
    let after = lines.get(number + 1).copied().unwrap_or_default();
    lines.get(number).is_some_and(|line| line.starts_with(char::is_lowercase) && !line.contains('?'))
        && is_quoted(before)
        && before.len() >= WRAPPED_BYTES_MIN
        && is_quoted(after)
}
