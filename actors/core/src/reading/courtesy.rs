//! Thanks and goodbyes that ask for nothing. A message counts only when every word of it belongs to the vocabulary of
//! one language (`courtesy/words.rs`), so an unknown word means that something else is said: silence to a question is
//! worse than one answer too many.

mod words;

use super::text::beginning;
use words::{DENIED, JAPANESE, JAPANESE_CORE, NAMES_AFTER, SIGNS, VOCABULARIES, Vocabulary};

/// A message that needs no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Courtesy {
    /// The words of thanks, leave or consent that it is made of.
    pub matched: String,
}

/// How long such a message may be, in bytes and in words.
const TEXT_BYTES_MAX: usize = 400;
const WORDS_MAX: usize = 40;

/// How many names may be spoken to or signed with.
const NAMES_MAX: usize = 3;

/// How many words a phrase of the vocabulary may have.
const PHRASE_WORDS_MAX: usize = 6;

/// Whether a new text is nothing but thanks, a goodbye or consent, and asks for nothing. A bare yes or no answers a
/// question that was asked, so it is no courtesy.
pub fn courtesy(text: &str) -> Option<Courtesy> {
    if text.len() > TEXT_BYTES_MAX
        || text.contains(['?', '\u{FF1F}'])
        || text.chars().any(|c| c.is_ascii_digit())
    {
        return None;
    }
    let words = words_of(text);
    if words.is_empty() {
        return only_signs(text);
    }
    if words.len() > WORDS_MAX {
        return None;
    }
    if let Some(courtesy) = japanese(text) {
        return Some(courtesy);
    }
    let joined = words.iter().map(|word| word.plain.as_str()).collect::<Vec<_>>().join(" ");
    if DENIED.iter().any(|phrase| format!(" {joined} ").contains(&format!(" {phrase} "))) {
        return None;
    }
    VOCABULARIES.iter().find_map(|vocabulary| covered(&words, vocabulary))
}

struct Word {
    plain: String,
    is_capital: bool,
    /// Whether a full stop, a mark or a line end stands before it.
    begins: bool,
}

fn words_of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut begins = true;
    let lower = |word: &str| word.to_lowercase().replace('\u{2019}', "'");
    for piece in beginning(text, TEXT_BYTES_MAX)
        .split_inclusive([' ', '\n', '\t', ',', '.', '!', ';', ':', '-', '\u{A0}'])
    {
        let bare = piece.trim_matches(|character: char| !character.is_alphanumeric());
        if !bare.is_empty() {
            words.push(Word { plain: lower(bare), is_capital: bare.starts_with(char::is_uppercase), begins });
            begins = false;
        }
        begins |= piece.ends_with(['.', '!', ';', ':', '\n']);
    }
    words
}

/// Whether phrases of one vocabulary, and names, cover every word; and by which core phrases.
fn covered(words: &[Word], vocabulary: &Vocabulary) -> Option<Courtesy> {
    let mut core: Vec<String> = Vec::new();
    let mut names = 0;
    let mut at = 0;
    while at < words.len() {
        let longest = (1..=PHRASE_WORDS_MAX.min(words.len() - at)).rev().find_map(|count| {
            let phrase = words
                .iter()
                .skip(at)
                .take(count)
                .map(|word| word.plain.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            let is_core = vocabulary.core.contains(&phrase.as_str());
            (is_core || vocabulary.others.contains(&phrase.as_str())).then_some((count, phrase, is_core))
        });
        match longest {
            Some((count, phrase, is_core)) => {
                if is_core {
                    core.push(phrase);
                }
                at += count;
            }
            None if names < NAMES_MAX && is_name(words, at) => {
                names += 1;
                at += 1;
            }
            None => return None,
        }
    }
    (!core.is_empty()).then(|| Courtesy { matched: format!("{}: {}", vocabulary.language, core.join(", ")) })
}

/// A word with a capital, right behind one after which a name is spoken: "thanks Anna", "hi Bo".
fn is_name(words: &[Word], at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| word.is_capital) else { return false };
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let is_after = before.is_some_and(|before| NAMES_AFTER.contains(&before.plain.as_str()));
    is_after && (!word.begins || at + 1 == words.len())
}

/// A text of nothing but signs of thanks or consent.
fn only_signs(text: &str) -> Option<Courtesy> {
    let signs: String = text.chars().filter(|character| SIGNS.contains(character)).collect();
    let is_joint = |character: char| {
        character.is_whitespace()
            || matches!(
                character,
                '\u{FE0F}' | '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}' | '!' | '.' | ')' | ':'
            )
    };
    let is_whole = text.chars().all(|character| SIGNS.contains(&character) || is_joint(character));
    (!signs.is_empty() && is_whole).then(|| Courtesy { matched: format!("signs: {signs}") })
}

/// Japanese has no spaces: its phrases are taken out, the longest first, until nothing is left.
fn japanese(text: &str) -> Option<Courtesy> {
    let matched: Vec<&str> = JAPANESE_CORE.iter().copied().filter(|phrase| text.contains(phrase)).collect();
    if matched.is_empty() {
        return None;
    }
    let mut rest = text.to_owned();
    for phrase in JAPANESE_CORE.iter().chain(JAPANESE) {
        rest = rest.replace(phrase, " ");
    }
    let is_empty = !rest.chars().any(char::is_alphanumeric);
    is_empty.then(|| Courtesy { matched: format!("Japanese: {}", matched.join(", ")) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_words_that_told_are_shown() {
        assert_eq!(courtesy("Ok, thanks Anna!").unwrap().matched, "English: ok, thanks");
        assert_eq!(courtesy("\u{1F44D}\u{1F3FD}").unwrap().matched, "signs: \u{1F44D}");
    }

    #[test]
    fn every_unknown_word_may_be_a_question() {
        for text in
            ["thanks but", "thanks refund", "ok send it", "Thanks Anna Where Is It", "", " ", "?", "thanks 2"]
        {
            assert_eq!(courtesy(text), None, "{text:?}");
        }
        assert_eq!(courtesy(&"thanks ".repeat(1_000)), None);
    }

    #[test]
    fn phrases_are_found_whatever_their_length() {
        for vocabulary in VOCABULARIES {
            for phrase in vocabulary.core.iter().chain(vocabulary.others) {
                assert!(phrase.split(' ').count() <= PHRASE_WORDS_MAX, "{phrase}");
                assert_eq!(words_of(phrase).len(), phrase.split(' ').count(), "{phrase}");
                assert_eq!(phrase.to_lowercase(), **phrase);
            }
        }
    }
}
