//! What a customer quotes: "your mail says 'reply human'" asks for nobody.

use crate::reading::phrases::tokens::Token;

/// A quotation longer than this, in bytes, is a stray mark.
const QUOTED_BYTES_MAX: usize = 300;

/// A message with fewer words outside its quotation marks is all quotation, and then it is meant.
const WORDS_OUTSIDE_MIN: usize = 3;

const MARKS: [(char, &[char]); 6] =
    [('"', &['"']), ('“', &['”', '“']), ('„', &['“', '”']), ('«', &['»']), ('「', &['」']), ('『', &['』'])];

/// For each word of `text` whether it is quoted.
pub(super) fn quoted(text: &str, tokens: &[Token]) -> Vec<bool> {
    let spans = spans(text);
    let mut next = spans.iter().peekable();
    let quoted: Vec<bool> = tokens
        .iter()
        .map(|token| {
            while next.next_if(|(_, end)| *end <= token.start).is_some() {}
            next.peek().is_some_and(|(start, _)| *start < token.start)
        })
        .collect();
    if quoted.iter().filter(|quoted| !**quoted).count() < WORDS_OUTSIDE_MIN {
        return vec![false; tokens.len()];
    }
    quoted
}

fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut open: Option<(usize, &[char])> = None;
    for (at, character) in text.char_indices() {
        let is_late = open.is_some_and(|(start, _)| at - start > QUOTED_BYTES_MAX);
        if is_late || text[at..].starts_with("\n\n") {
            open = None;
        }
        match open {
            Some((start, closing)) if closing.contains(&character) => {
                spans.push((start, at));
                open = None;
            }
            Some(_) => {}
            None => {
                open = MARKS
                    .iter()
                    .find(|(opening, _)| *opening == character)
                    .map(|(_, closing)| (at, *closing));
            }
        }
    }
    spans
}
