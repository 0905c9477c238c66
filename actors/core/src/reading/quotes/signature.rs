//! Cuts what stands below a message's own words: the signature, the name below a closing, a telephone's own line.

use super::phrases::{CLOSINGS, DEVICES, PROGRAM_LINE_AROUND, PROGRAM_LINES};

/// How long a line a program adds may be, in bytes; a longer one is a sentence of the customer's.
const PROGRAM_LINE_BYTES_MAX: usize = 90;

/// How many words such a line may have.
const PROGRAM_LINE_WORDS_MAX: usize = 8;

/// How many lines of names may stand below a closing.
const NAME_LINES_MAX: usize = 4;

/// How many words a line of a name may have.
const NAME_WORDS_MAX: usize = 5;

/// `text` without what stands below a `--` line, below a closing, and without lines that a mail program adds. A line
/// that asks something is never cut.
pub(super) fn without_signature(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let last_question = lines.iter().rposition(|line| line.contains(['?', '？']));
    for (number, line) in lines.iter().enumerate() {
        let asks_below = last_question.is_some_and(|question| question >= number);
        let is_bar = matches!(*line, "--" | "\u{2014}" | "\u{2013}" | "__");
        if is_bar && kept.iter().any(|line| !line.is_empty()) && !asks_below {
            break;
        }
        if !is_program_line(line) {
            kept.push(line);
        }
    }
    trim_empty(&mut kept);
    if let Some((last, words)) = kept.last().and_then(|last| Some((*last, before_program_words(last)?))) {
        debug_assert!(last.starts_with(words));
        kept.pop();
        kept.push(words);
    }
    if let Some(closing) = closing_line(&kept) {
        kept.truncate(closing);
        trim_empty(&mut kept);
    }
    super::super::text::tidy(&kept.join("\n"))
}

fn trim_empty(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
}

/// The number of the closing line, if nothing but names stands below it and words stand above it.
fn closing_line(lines: &[&str]) -> Option<usize> {
    let mut names = 0;
    for (number, line) in lines.iter().enumerate().rev().filter(|(_, line)| !line.is_empty()) {
        if is_closing(line) {
            return (number > 0).then_some(number);
        }
        names += 1;
        if names > NAME_LINES_MAX || !is_name(line) {
            return None;
        }
    }
    None
}

/// A closing alone, or with a name behind its comma.
fn is_closing(line: &str) -> bool {
    const CLOSING_BYTES_MAX: usize = 80;
    if line.len() > CLOSING_BYTES_MAX {
        return false;
    }
    let bare = |words: &str| {
        words.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase().replace("ss", "ß")
    };
    let is_known = |words: &str| {
        let words = bare(words);
        CLOSINGS.iter().any(|closing| bare(closing) == words)
    };
    is_known(line)
        || line.split_once(',').is_some_and(|(closing, name)| is_known(closing) && is_name(name.trim()))
}

fn is_name(line: &str) -> bool {
    let words = line.split(' ').count();
    let is_part = |character: char| {
        character.is_alphabetic()
            || matches!(character, ' ' | '.' | '-' | '\'' | '\u{2019}' | ',' | '(' | ')' | '*')
    };
    words <= NAME_WORDS_MAX
        && line.starts_with(|character: char| character.is_uppercase() || !character.is_lowercase())
        && line.chars().all(is_part)
        && line.split(' ').filter(|word| word.starts_with(char::is_lowercase)).count() <= 1
        && !line.ends_with('.')
}

/// "Sent from my iPhone".
pub(super) fn is_program_line(line: &str) -> bool {
    let words = line.split(' ').count();
    if line.len() > PROGRAM_LINE_BYTES_MAX
        || words > PROGRAM_LINE_WORDS_MAX
        || line.contains(['?', '？', '!', ','])
    {
        return false;
    }
    let line = line.trim_matches(['*', '_', '[', ']', '-', ' ', '.']).to_lowercase();
    let (begins, ends) = PROGRAM_LINE_AROUND;
    let is_known = PROGRAM_LINES.iter().any(|start| line.starts_with(start))
        || (line.starts_with(begins) && line.ends_with(ends));
    is_known && DEVICES.iter().any(|device| line.contains(device))
}

/// What stands before program words that share a line with a sentence ("It broke. Sent from my iPhone").
fn before_program_words(line: &str) -> Option<&str> {
    let end = line.trim_end_matches('.').rfind(['.', '!', '?'])?;
    let (sentence, rest) = line.split_at_checked(end + 1)?;
    is_program_line(rest.trim_start()).then_some(sentence)
}
