//! Cuts quoted history and signatures out of tidied plain lines. What a mail program writes above a quote differs by
//! language: the phrases are lists, so a language is added by adding lines to them.

/// A line that names the writer of what follows: it starts with one of `opens` and ends with one of `closes`.
struct Attribution {
    opens: &'static str,
    closes: &'static str,
}

/// "On Mon, 3 Nov 2025, Shop wrote:"
const ATTRIBUTIONS: &[Attribution] = &[Attribution { opens: "on ", closes: "wrote:" }];

/// Lines that separate new words from old ones, without their dashes, in lower case.
const SEPARATORS: &[&str] = &[
    "original message",
    "forwarded message",
    "original appointment",
    "reply above this line",
    "begin forwarded message:",
];

/// The first field of a header block that some mail programs put above a quote.
const HEADER_FIRST: &[&str] = &["from:"];

/// Fields of which one must follow soon, or the first one was only a word of the customer's.
const HEADER_NEXT: &[&str] = &["sent:", "date:", "to:", "subject:", "cc:", "reply-to:"];

/// How many lines after the first field another one must come.
const HEADER_NEXT_LINES: usize = 3;

/// How many lines an attribution may be wrapped over.
const ATTRIBUTION_LINES_MAX: usize = 3;

/// Starts of lines that a telephone or mail program adds by itself, in lower case.
const PROGRAM_LINES: &[&str] = &[
    "sent from my ",
    "sent from mail for windows",
    "sent from outlook",
    "sent from yahoo mail",
    "sent from samsung",
    "sent from proton",
    "sent via ",
    "sent with proton",
    "get outlook for ",
    "get bluemail for ",
    "typed on my ",
];

/// How long a line a program adds may be, in bytes; a longer one is a sentence of the customer's.
const PROGRAM_LINE_BYTES_MAX: usize = 60;

/// `text` without quoted history, the signature and program lines.
pub(super) fn without_history(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut number = 0;
    while let Some(line) = lines.get(number).copied() {
        if is_quoted(line) {
            number += 1;
            continue;
        }
        if is_separator(line) || starts_header_block(&lines, number) {
            break;
        }
        if let Some(after) = attribution_end(&lines, number) {
            match quote_after(&lines, after) {
                Some(quote) => number = quote,
                None => break,
            }
            continue;
        }
        kept.push(line);
        number += 1;
    }
    without_signature(&super::text::tidy(&kept.join("\n")))
}

/// `text` without what stands below a `--` line, and without lines that a mail program adds by itself.
pub(super) fn without_signature(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines() {
        if line == "--" && !kept.is_empty() {
            break;
        }
        kept.push(line);
    }
    while let Some(last) = kept.last().copied() {
        if last.is_empty() || is_program_line(last) {
            kept.pop();
            continue;
        }
        if let Some(words) = before_program_words(last) {
            kept.pop();
            kept.push(words);
        }
        break;
    }
    kept.join("\n")
}

fn is_quoted(line: &str) -> bool {
    line.starts_with('>')
}

/// A line of dashes or underscores around one of [`SEPARATORS`], or a rule of underscores above a header block.
fn is_separator(line: &str) -> bool {
    let words =
        line.trim_matches(|character: char| !character.is_alphanumeric() && character != ':').to_lowercase();
    let has_dashes = line.starts_with("--") || line.starts_with("__") || line.starts_with("##");
    if words.is_empty() {
        return line.starts_with("________");
    }
    SEPARATORS.iter().any(|separator| words == *separator && (has_dashes || separator.ends_with(':')))
}

fn starts_header_block(lines: &[&str], number: usize) -> bool {
    let field_of = |line: &str| line.trim_start_matches(['*', ' ']).replace(":*", ":").to_lowercase();
    let starts_with_any = |line: &str, fields: &[&str]| fields.iter().any(|field| line.starts_with(field));
    let Some(first) = lines.get(number) else { return false };
    if !starts_with_any(&field_of(first), HEADER_FIRST) {
        return false;
    }
    lines
        .iter()
        .skip(number + 1)
        .take(HEADER_NEXT_LINES)
        .any(|line| starts_with_any(&field_of(line), HEADER_NEXT))
}

/// The number of the line after an attribution that starts at `number`, if one does. A mail program's attribution
/// always carries an address or a date, hence a digit or an `@`; a sentence of the customer's seldom does both.
fn attribution_end(lines: &[&str], number: usize) -> Option<usize> {
    let mut joined = String::new();
    for count in 0..ATTRIBUTION_LINES_MAX {
        let line = lines.get(number + count)?;
        if line.is_empty() {
            return None;
        }
        joined.push_str(&line.to_lowercase());
        let known = ATTRIBUTIONS
            .iter()
            .any(|attribution| joined.starts_with(attribution.opens) && joined.ends_with(attribution.closes));
        let dated = joined.contains('@') || joined.chars().any(|character| character.is_ascii_digit());
        if known && (dated || quote_after(lines, number + count + 1).is_some()) {
            return Some(number + count + 1);
        }
        joined.push(' ');
    }
    None
}

/// The number of the first line at or after `number` that is marked as a quote, if only empty lines lie between.
fn quote_after(lines: &[&str], number: usize) -> Option<usize> {
    let (offset, line) = lines.iter().skip(number).enumerate().find(|(_, line)| !line.is_empty())?;
    is_quoted(line).then_some(number + offset)
}

fn is_program_line(line: &str) -> bool {
    let line = line.to_lowercase();
    line.len() <= PROGRAM_LINE_BYTES_MAX && PROGRAM_LINES.iter().any(|start| line.starts_with(start))
}

/// What stands before program words that share a line with a sentence ("It broke. Sent from my iPhone").
fn before_program_words(line: &str) -> Option<&str> {
    let end = line.rfind(['.', '!', '?'])?;
    let (sentence, rest) = line.split_at_checked(end + 1)?;
    is_program_line(rest.trim_start()).then_some(sentence)
}
