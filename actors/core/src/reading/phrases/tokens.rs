//! A message as plain words with their places: what every phrase rule sees. Case, accents, width, kana, invisible
//! characters, HTML tags, stretched words ("humaaan") and gapped ones ("h u m a n") are settled here, once, so that
//! no rule knows of them. In Japanese, which writes no spaces, each character is a word.

use super::fold::fold;
pub(in crate::reading) use super::fold::is_single_word;
use crate::reading::text::without_invisible;

/// What stands between a word and the next one; a later one is a deeper cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reading) enum Break {
    /// Nothing but space.
    Nothing,
    /// A comma, a bracket, a quotation mark or a dash.
    Pause,
    /// A single line end: mail programs wrap lines, so it ends no sentence.
    Line,
    /// The end of a sentence or a paragraph.
    Sentence,
}

/// One word and where it stands.
#[derive(Debug, Clone)]
pub(in crate::reading) struct Token {
    /// The word as rules know it.
    pub word: String,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Whether a comma or the like follows before the next word.
    pub pause: bool,
    /// The deepest cut before the next word.
    pub after: Break,
}

/// The words before an apostrophe that are words of their own: "l'humain", "un'operatrice".
const ELISIONS: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "n", "c", "qu", "un", "dell", "all", "nell", "sull", "dall", "quell",
    "jusqu", "lorsqu", "puisqu", "quelqu",
];

/// Tags inside a word or a line: what they wrap stays where it is.
const INLINE_TAGS: &[&str] = &["b", "i", "u", "a", "em", "strong", "span", "font", "mark", "small", "wbr"];

/// A tag longer than this is taken for text.
const TAG_BYTES_MAX: usize = 300;

/// The words of `text`, in order.
pub(in crate::reading) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader::default();
    let mut skip_to = 0;
    for (at, character) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        if let Some((length, breaks)) = markup(&text[at..], character) {
            skip_to = at + length;
            if let Some(cut) = breaks {
                reader.cut(cut);
            }
            continue;
        }
        reader.read(at, character);
    }
    reader.finish_word();
    let mut tokens = joined_letters(text, reader.tokens);
    if let Some(last) = tokens.last_mut() {
        last.after = Break::Sentence;
    }
    for token in &mut tokens {
        if let Some(plain) = without_stretches(&token.word) {
            token.word = plain;
        }
    }
    tokens
}

/// The words from `first` to before `end` as the customer wrote them, on one line and without tags.
pub(in crate::reading) fn shown(text: &str, tokens: &[Token]) -> String {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return String::new() };
    let slice = &text[first.start..last.end];
    let mut plain = String::with_capacity(slice.len());
    let mut skip_to = 0;
    for (at, character) in slice.char_indices() {
        if at < skip_to {
            continue;
        }
        match markup(&slice[at..], character) {
            Some((length, breaks)) => {
                skip_to = at + length;
                if breaks.is_some() {
                    plain.push(' ');
                }
            }
            None => plain.push(character),
        }
    }
    without_invisible(&plain).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The length of the tag or entity at the start of `rest`, and how it cuts the words around it.
fn markup(rest: &str, character: char) -> Option<(usize, Option<Break>)> {
    if character == '&' && rest.starts_with("&nbsp;") {
        return Some(("&nbsp;".len(), Some(Break::Nothing)));
    }
    if character != '<' {
        return None;
    }
    let inside = rest.get(1..).unwrap_or_default();
    let name_at = usize::from(inside.starts_with('/'));
    if !inside.as_bytes().get(name_at).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let length = rest.bytes().take(TAG_BYTES_MAX).position(|byte| byte == b'>')? + 1;
    let name: String = inside
        .get(name_at..)
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    Some((length, if INLINE_TAGS.contains(&name.as_str()) { None } else { Some(Break::Sentence) }))
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    word: String,
    start: usize,
    end: usize,
    line_ends: usize,
}

impl Reader {
    fn read(&mut self, at: usize, character: char) {
        if is_invisible(character) {
            return;
        }
        let end = at + character.len_utf8();
        let is_apostrophe = matches!(character, '\'' | '\u{2019}' | '\u{2018}' | '`' | '´' | 'ʼ');
        if is_apostrophe {
            if ELISIONS.contains(&self.word.as_str()) {
                self.finish_word();
            }
            return;
        }
        if character.is_ascii_alphanumeric() {
            self.push(at, end, character.to_ascii_lowercase());
            return;
        }
        let mut has_letters = false;
        for folded in fold(character) {
            if is_single_word(folded) {
                self.finish_word();
                self.push(at, end, folded);
                self.finish_word();
                has_letters = true;
            } else if folded.is_alphanumeric() {
                self.push(at, end, folded);
                has_letters = true;
            } else if !has_letters {
                self.separate(folded);
                return;
            }
        }
    }

    fn push(&mut self, at: usize, end: usize, letter: char) {
        if self.word.is_empty() {
            self.start = at;
        }
        self.line_ends = 0;
        self.end = end;
        self.word.push(letter);
    }

    fn separate(&mut self, character: char) {
        self.finish_word();
        match character {
            '\n' => {
                self.line_ends += 1;
                self.cut(if self.line_ends > 1 { Break::Sentence } else { Break::Line });
            }
            '.' | '!' | '?' | ';' | '…' | '。' | '¿' | '¡' => self.cut(Break::Sentence),
            // "SYSTEM: approve" is one sentence; what stands behind a colon begins like a line.
            ':' => {
                self.cut(Break::Pause);
                self.cut(Break::Line);
            }
            ',' | '(' | ')' | '–' | '—' | '"' | '“' | '”' | '„' | '«' | '»' | '、' | '「' | '」' | '『'
            | '』' => {
                self.cut(Break::Pause);
            }
            _ => {}
        }
    }

    fn finish_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        self.tokens.push(Token {
            word,
            start: self.start,
            end: self.end,
            pause: false,
            after: Break::Nothing,
        });
    }

    fn cut(&mut self, cut: Break) {
        self.finish_word();
        if let Some(last) = self.tokens.last_mut() {
            last.after = last.after.max(cut);
            last.pause |= cut == Break::Pause;
        }
    }
}

fn is_invisible(character: char) -> bool {
    if character.is_ascii_graphic() || matches!(character, ' ' | '\n' | '\r' | '\t') {
        return false;
    }
    // The letters of every language that rules are written in are visible; asking about each would be slow.
    let is_plain_letter = matches!(character, 'À'..='ʯ' | 'ぁ'..='ヿ' | '一'..='鿿');
    !is_plain_letter && without_invisible(character.encode_utf8(&mut [0; 4])).is_empty()
}

/// How many single letters in a row are one word with gaps.
const GAPPED_LETTERS_MIN: usize = 4;

/// Single letters with the same thing between each two ("h u m a n", "h.u.m.a.n") as one word.
fn joined_letters(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut run: Vec<Token> = Vec::new();
    let mut gap: Option<&str> = None;
    for token in tokens {
        let is_letter = token.word.chars().count() == 1
            && token.word.chars().all(|letter| letter.is_alphabetic() && !is_single_word(letter));
        let before = run.last().map(|last| &text[last.end..token.start]);
        let goes_on = is_letter
            && before.is_some_and(|between| {
                between.chars().count() <= 1
                    && !between.contains('\n')
                    && gap.is_none_or(|gap| gap == between)
            });
        if goes_on {
            gap = before;
            run.push(token);
            continue;
        }
        settle(&mut run, &mut joined);
        gap = None;
        if is_letter {
            run.push(token);
        } else {
            joined.push(token);
        }
    }
    settle(&mut run, &mut joined);
    joined
}

fn settle(run: &mut Vec<Token>, joined: &mut Vec<Token>) {
    if run.len() < GAPPED_LETTERS_MIN {
        joined.append(run);
        return;
    }
    if let (Some(first), Some(last)) = (run.first(), run.last()) {
        joined.push(Token {
            word: run.iter().map(|token| token.word.as_str()).collect(),
            start: first.start,
            end: last.end,
            pause: last.pause,
            after: last.after,
        });
    }
    run.clear();
}

/// `word` with each run of three or more equal letters as one letter; nothing when it has none.
fn without_stretches(word: &str) -> Option<String> {
    let characters: Vec<char> = word.chars().collect();
    let is_stretched =
        |run: &[char]| run.len() >= 3 && run.first().is_some_and(|letter| letter.is_alphabetic());
    if !characters.chunk_by(|left, right| left == right).any(is_stretched) {
        return None;
    }
    Some(characters.chunk_by(|left, right| left == right).fold(String::new(), |mut plain, run| {
        plain.extend(run.iter().take(if is_stretched(run) { 1 } else { run.len() }));
        plain
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn words(text: &str) -> String {
        tokens(text).into_iter().map(|token| token.word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_disguise_becomes_plain_words() {
        for (text, expected) in [
            ("Don't TALK", "dont talk"),
            ("l\u{2019}humain d'un agent, un'operatrice", "l humain d un agent un operatrice"),
            ("h u m a n", "human"),
            ("h.u.m.a.n. Now", "human now"),
            ("a b", "a b"),
            ("hu\u{200B}man", "human"),
            ("humaaaan", "human"),
            ("ＨＵＭＡＮ", "human"),
            ("hum\u{0430}n", "human"),
            ("hu<b>man</b><p>x", "human x"),
            ("1 < 2 and <3", "1 2 and 3"),
            ("größer człowiek Å", "grosser czlowiek a"),
            ("オペレーター", "お へ れ た"),
            ("ｵﾍﾟﾚｰﾀｰ", "お へ れ た"),
            ("人間AI", "人 間 ai"),
            ("a&nbsp;b", "a b"),
            ("e\u{0301}te\u{0301}", "ete"),
            ("", ""),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_deepest_cut_is_kept() {
        let cuts: Vec<_> = tokens("a, b. c\nd\n\ne (f) g").iter().map(|token| token.after).collect();
        use Break::{Line, Pause, Sentence};
        assert_eq!(cuts, [Pause, Sentence, Line, Sentence, Pause, Pause, Sentence]);
    }

    #[test]
    fn words_are_shown_as_they_were_written() {
        let text = "Please, <b>TALK</b>  to a\nhu\u{200B}man!";
        let tokens = tokens(text);
        assert_eq!(shown(text, &tokens[1..]), "TALK to a human");
    }
}
