//! Which sentences of a message ask something. A customer tells a story and asks at the end of it: the answer must
//! fit the question, the story only helps to find it.

use polus_core::policy::Language;

use super::fold::{folded, lists};
use super::lexicon;
use super::passages::sentences;
use super::words::raw_words;

/// How much of a message is looked at, in bytes.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// A message, parted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asks {
    /// The sentences that ask.
    pub(super) questions: Vec<String>,
    /// All others.
    pub(super) story: String,
}

/// Parts `text` into what asks and what tells; `says_something` tells whether a sentence has any meaningful word,
/// `names_matter` whether it names something that articles speak of.
pub(super) fn asks(
    text: &str,
    language: Language,
    says_something: impl Fn(&str) -> bool,
    names_matter: impl Fn(&str) -> bool,
) -> Asks {
    let mut questions = Vec::new();
    let mut story = Vec::new();
    for paragraph in beginning(text).replace("\r\n", "\n").split("\n\n") {
        for sentence in sentences(&paragraph.split_whitespace().collect::<Vec<_>>().join(" ")) {
            if is_asking(&sentence, language) && says_something(&sentence) {
                questions.extend(parted(&sentence, language, &names_matter))
            } else {
                story.push(sentence)
            }
        }
    }
    Asks { questions, story: story.join(" ") }
}

fn is_asking(sentence: &str, language: Language) -> bool {
    if sentence.contains(['?', '？', '¿']) {
        return true;
    }
    let lexicon = lexicon::of(language);
    if language == Language::Japanese {
        return lexicon.question_phrases.iter().any(|phrase| sentence.contains(phrase));
    }
    let words: Vec<String> = raw_words(sentence, language).iter().map(|word| folded(word)).collect();
    let first = words.iter().find(|word| !lists(lexicon.before_question, word));
    let joined = format!(" {} ", words.join(" "));
    first.is_some_and(|word| lists(lexicon.question_starts, word))
        || lexicon.question_phrases.iter().any(|phrase| joined.contains(&format!(" {} ", folded(phrase))))
}

/// Words that join two questions in one sentence, in any of the languages.
const JOINING: &[&str] = &["and", "und", "et", "y", "e", "en", "i", "och"];

/// `sentence` cut where a second question begins ("… and can I …"), if each part names a matter of its own.
fn parted(sentence: &str, language: Language, says_something: &impl Fn(&str) -> bool) -> Vec<String> {
    let starts = lexicon::of(language).question_starts;
    let pieces: Vec<&str> = sentence.split(' ').collect();
    let bare = |at: usize| {
        pieces.get(at).map(|piece| folded(piece.trim_matches(|letter: char| !letter.is_alphanumeric())))
    };
    for at in 1..pieces.len().saturating_sub(1) {
        let is_joint = bare(at).is_some_and(|word| JOINING.contains(&word.as_str()))
            && bare(at + 1).is_some_and(|word| lists(starts, &word));
        let (before, behind) = pieces.split_at(at);
        let (before, behind) = (before.join(" "), behind.get(1..).unwrap_or_default().join(" "));
        if is_joint && says_something(&before) && says_something(&behind) {
            return vec![before, behind];
        }
    }
    vec![sentence.to_owned()]
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn questions_are_told_from_the_story() {
        let text =
            "Hi there!\nI bought a pot. It is lovely. How do I clean\nit? And can I use soap\n\nBest, Ann";
        let asks = asks(text, Language::English, |sentence| sentence.len() > 6, |_| true);
        assert_eq!(asks.questions, ["How do I clean it?", "And can I use soap"]);
        assert_eq!(asks.story, "Hi there! I bought a pot. It is lovely. Best, Ann");
    }

    #[test]
    fn two_questions_in_a_sentence_are_parted_if_each_names_a_matter() {
        let asks = |text| asks(text, Language::English, |_| true, |part| part.contains("pot")).questions;
        assert_eq!(
            asks("How heavy is the pot, and can I clean the pot?"),
            ["How heavy is the pot,", "can I clean the pot?"]
        );
        assert_eq!(asks("How heavy is the pot and is it red?"), ["How heavy is the pot and is it red?"]);
        assert_eq!(asks("A pot and a pot?"), ["A pot and a pot?"]);
    }
}
