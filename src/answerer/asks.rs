//! Which sentences of a message ask something. A customer tells a story and asks at the end of it: the answer must
//! fit the question, the story only helps to find it.

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

/// Parts `text` into what asks and what tells; `says_something` tells whether a sentence has any meaningful word.
pub(super) fn asks(text: &str, says_something: impl Fn(&str) -> bool) -> Asks {
    let mut questions = Vec::new();
    let mut story = Vec::new();
    for paragraph in beginning(text).replace("\r\n", "\n").split("\n\n") {
        for sentence in sentences(&paragraph.split_whitespace().collect::<Vec<_>>().join(" ")) {
            if is_asking(&sentence) && says_something(&sentence) {
                questions.push(sentence)
            } else {
                story.push(sentence)
            }
        }
    }
    Asks { questions, story: story.join(" ") }
}

/// Words that may stand before a question's first word.
const BEFORE_QUESTION: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "dear",
    "team",
    "there",
    "ok",
    "okay",
    "and",
    "also",
    "so",
    "but",
    "then",
    "please",
    "kallias",
    "good",
    "morning",
    "afternoon",
    "evening",
    "just",
    "quick",
    "question",
    "sorry",
    "thanks",
    "well",
    "all",
    "everyone",
];

/// First words of sentences that ask, though their writer may leave out the question mark.
const QUESTION_STARTS: &[&str] = &[
    "how", "what", "whats", "when", "where", "wheres", "which", "who", "why", "can", "could", "do", "does",
    "did", "is", "are", "will", "would", "may", "should", "am", "has", "have",
];

/// Phrases anywhere in a sentence by which it asks.
const QUESTION_PHRASES: &[&str] = &[
    "want to know",
    "like to know",
    "need to know",
    "let me know",
    "tell me",
    "wondering",
    "wonder if",
    "explain",
    "looking for",
    "i want",
    "i need",
    "i would like",
    "id like",
    "we want",
    "we would like",
    "please",
    "not sure",
    "how to",
    "how do",
    "dont know",
    "question about",
];

fn is_asking(sentence: &str) -> bool {
    if sentence.contains('?') {
        return true;
    }
    let words = raw_words(sentence);
    let first = words.iter().find(|word| !BEFORE_QUESTION.contains(&word.as_str()));
    let joined = format!(" {} ", words.join(" "));
    first.is_some_and(|word| QUESTION_STARTS.contains(&word.as_str()))
        || QUESTION_PHRASES.iter().any(|phrase| joined.contains(&format!(" {phrase} ")))
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
        let asks = asks(text, |sentence| sentence.len() > 6);
        assert_eq!(asks.questions, ["How do I clean it?", "And can I use soap"]);
        assert_eq!(asks.story, "Hi there! I bought a pot. It is lovely. Best, Ann");
    }
}
