//! What no help article can answer, however well its words fit: where this one order is, and acts that somebody must
//! do. Such a message keeps its confidence below the line.

use polus_core::policy::Language;

use super::fold::{folded, lists};
use super::lexicon;
use super::passages::sentences;
use super::words::raw_words;

/// Why a message that names a number is held back.
const NUMBER: &str = "names an order or another number, and articles know no orders";

/// Why a message is held back that asks how one order stands.
const STATUS: &str = "asks how one order stands, which no article knows";

/// Why a message is held back that wants something done.
const ACT: &str = "asks for an act that somebody must do";

/// Why no article can answer `text`, which is in `language`, in words for a person; `None` if nothing speaks against
/// it.
///
/// A pattern is made of words parted by blanks: alternatives are joined by `|`, `?` marks what may be left out, `*`
/// stands for up to three words, `^` for the start of the sentence, greetings aside. In Japanese `*` stands for any
/// text, and the rest for itself.
pub(super) fn held_back(text: &str, language: Language) -> Option<&'static str> {
    if names_a_number(text, language) {
        return Some(NUMBER);
    }
    let lexicon = lexicon::of(language);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).iter().find_map(|sentence| {
        let words: Vec<String> = raw_words(sentence, language).iter().map(|word| folded(word)).collect();
        let is_supposed = words.iter().any(|word| lists(lexicon.suppositions, word));
        let fits =
            |patterns: &[&str]| patterns.iter().any(|pattern| stands(pattern, sentence, &words, language));
        if (!is_supposed && fits(lexicon.status)) || fits(lexicon.status_even_if) {
            Some(STATUS)
        } else {
            fits(lexicon.acts).then_some(ACT)
        }
    })
}

/// Whether `pattern` stands anywhere in a sentence.
fn stands(pattern: &str, sentence: &str, words: &[String], language: Language) -> bool {
    if language == Language::Japanese {
        let mut rest = sentence;
        return pattern.split('*').all(|part| match rest.split_once(part) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => false,
        });
    }
    let pattern = if pattern.is_ascii() { pattern.to_owned() } else { folded(pattern) };
    let before = lexicon::of(language).before_question;
    stands_in(&pattern, words, before)
}

/// Digits of the shortest number that names one order.
const NUMBER_DIGITS_MIN: usize = 4;

/// Words before a number that make even a year-like one name an order.
const NUMBER_WORDS: &[&str] = &["order", "number", "no", "nr", "tracking", "parcel", "invoice", "id"];

fn names_a_number(text: &str, language: Language) -> bool {
    let has_mark = text
        .split('#')
        .skip(1)
        .any(|rest| rest.trim_start().starts_with(|first: char| first.is_ascii_digit()));
    let words = raw_words(text, language);
    has_mark
        || words.iter().enumerate().any(|(at, word)| {
            let digits = word.chars().filter(char::is_ascii_digit).count();
            let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
            let is_named =
                at > 0 && words.get(at - 1).is_some_and(|before| NUMBER_WORDS.contains(&before.as_str()));
            digits >= NUMBER_DIGITS_MIN && !word.contains(['.', ',']) && (is_named || !is_year)
        })
}

fn stands_in(pattern: &str, words: &[String], before: &str) -> bool {
    let parts: Vec<&str> = pattern.split(' ').collect();
    if let Some((&"^", rest)) = parts.split_first() {
        let is_before = |word: &&String| lists(before, word);
        let start = words.iter().take_while(is_before).count();
        return words.get(start..).is_some_and(|words| begins(rest, words));
    }
    (0..words.len()).any(|start| words.get(start..).is_some_and(|words| begins(&parts, words)))
}

/// How many words `*` may stand for.
const GAP_WORDS_MAX: usize = 3;

fn begins(parts: &[&str], words: &[String]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    if *part == "*" {
        return (0..=GAP_WORDS_MAX).any(|gap| words.get(gap..).is_some_and(|words| begins(rest, words)));
    }
    let (optional, choices) = match part.strip_prefix('?') {
        Some(choices) => (true, choices),
        None => (false, *part),
    };
    let taken = words
        .split_first()
        .is_some_and(|(word, after)| choices.split('|').any(|choice| choice == word) && begins(rest, after));
    taken || (optional && begins(rest, words))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn matters_of_one_order_are_held_back() {
        for text in [
            "where is my order 1042?",
            "Where's my parcel",
            "Order #77 please",
            "My order hasn't arrived",
            "my package is still not here",
            "When will my order arrive?",
            "Has my order shipped yet?",
            "I still haven't received my tea",
            "Did you get my return?",
            "Can you check if my refund went through?",
            "You charged me twice",
            "Please cancel my order",
            "Hi, cancel my subscription",
            "Could you please change my address?",
            "I want a refund!",
            "I'd like my money back",
            "Can you send me a new one?",
        ] {
            assert!(held_back(text, Language::English).is_some(), "{text}");
        }
    }

    #[test]
    fn they_are_in_every_language() {
        use Language::{Dutch, French, German, Italian, Japanese, Polish, Portuguese, Spanish, Swedish};
        for (language, text) in [
            (French, "Bonjour, où est mon colis ?"),
            (French, "Pouvez-vous annuler ma commande ?"),
            (Spanish, "¿Donde esta mi pedido?"),
            (Spanish, "Por favor cancelen el pedido"),
            (German, "Wo bleibt denn mein Paket?"),
            (German, "Bitte stornieren Sie meine Bestellung"),
            (Italian, "Dov'è il mio pacco?"),
            (Portuguese, "Onde está a minha encomenda?"),
            (Dutch, "Waar blijft mijn pakket?"),
            (Polish, "Gdzie jest moja paczka?"),
            (Swedish, "Var är mitt paket?"),
            (Japanese, "荷物はどこですか"),
        ] {
            assert!(held_back(text, language).is_some(), "{text}");
        }
        for (language, text) in [
            (French, "Comment annuler une commande ?"),
            (Spanish, "¿Cómo puedo devolver un artículo?"),
            (German, "Was ist, wenn mein Paket nicht ankommt?"),
            (Dutch, "Hoe kan ik een artikel retourneren?"),
            (Japanese, "返品はできますか？"),
        ] {
            assert_eq!(held_back(text, language), None, "{text}");
        }
    }

    #[test]
    fn questions_about_the_rules_are_not() {
        for text in [
            "How long does shipping take?",
            "What if my parcel is lost?",
            "How do I cancel my order?",
            "Can I change my address?",
            "Can you ship to Norway?",
            "Do you refund shipping costs?",
            "Is the tea from the 2024 harvest organic?",
            "How long does a refund take?",
            "Where is your shop?",
            "When do my points expire?",
            "Is shipping free over 45.00 euros?",
        ] {
            assert_eq!(held_back(text, Language::English), None, "{text}");
        }
    }
}
