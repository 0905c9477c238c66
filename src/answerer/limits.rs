//! What no help article can answer, however well its words fit: where this one order is, and acts that somebody must
//! do. Such a message keeps its confidence below the line.

use super::passages::sentences;
use super::words::raw_words;

/// Why no article can answer `text`, in words for a person; `None` if nothing speaks against it.
pub(super) fn held_back(text: &str) -> Option<&'static str> {
    if names_a_number(text) {
        return Some("names an order or another number, and articles know no orders");
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).iter().find_map(|sentence| {
        let words = raw_words(sentence);
        let is_supposed = words.iter().any(|word| word == "if");
        RULES
            .iter()
            .find(|rule| !(is_supposed && rule.not_if) && stands_in(rule.pattern, &words))
            .map(|rule| rule.reason)
    })
}

/// Digits of the shortest number that names one order.
const NUMBER_DIGITS_MIN: usize = 4;

/// Words before a number that make even a year-like one name an order.
const NUMBER_WORDS: &[&str] = &["order", "number", "no", "nr", "tracking", "parcel", "invoice", "id"];

fn names_a_number(text: &str) -> bool {
    let has_mark = text
        .split('#')
        .skip(1)
        .any(|rest| rest.trim_start().starts_with(|first: char| first.is_ascii_digit()));
    let words = raw_words(text);
    has_mark
        || words.iter().enumerate().any(|(at, word)| {
            let digits = word.chars().filter(char::is_ascii_digit).count();
            let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
            let is_named =
                at > 0 && words.get(at - 1).is_some_and(|before| NUMBER_WORDS.contains(&before.as_str()));
            digits >= NUMBER_DIGITS_MIN && !word.contains(['.', ',']) && (is_named || !is_year)
        })
}

struct Rule {
    reason: &'static str,
    /// Alternatives are joined by `|`, `?` marks what may be left out, `*` stands for up to three words, `^` for the
    /// start of the sentence, greetings aside.
    pattern: &'static str,
    /// Whether an "if" in the sentence makes it a question about the rules of the shop.
    not_if: bool,
}

const fn status(pattern: &'static str) -> Rule {
    Rule { reason: "asks how one order stands, which no article knows", pattern, not_if: true }
}

const fn act(pattern: &'static str) -> Rule {
    Rule { reason: "asks for an act that somebody must do", pattern, not_if: false }
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    status("where ?is|are|s|the ?exactly my|our ?tea|last|first|whole|other order|orders|parcel|package|packages|delivery|shipment|refund|money|teas|items|item|stuff|replacement|return|tea|teapot|gift"),
    status("when|why is|are|will|does|do|did|has|was|isnt|hasnt|havent|wont my|our ?tea|last|first|next order|orders|parcel|package|delivery|shipment|money|items|replacement|tea"),
    status("when will|do|can i|we get|receive|have|see my|our|the order|parcel|package|delivery|items|replacement|tea"),
    status("^ has|have|did|is|are|was|hasnt|isnt|didnt|havent my|our ?tea|last|first order|orders|parcel|package|delivery|shipment|refund|money|items|replacement|return|payment|subscription"),
    status("my|our ?last|first|tea order|orders|parcel|package|delivery|shipment|refund|replacement|return|items|tea * hasnt|havent|isnt|didnt|never|still|late|delayed|lost|stuck|not|disappeared"),
    status("still|been waiting"),
    status("waiting for|on my|our|the|a"),
    status("havent|hasnt|not|never|didnt|nothing * received|arrived|receive|gotten|shipped|refunded|turned"),
    status("did|have|has you|anyone * receive|received|get|got|ship|shipped|send|sent|refund|refunded my|our|it|the"),
    status("?what|whats status|whereabouts ?of ?my|our|the"),
    Rule { reason: "asks how one order stands, which no article knows", pattern: "check|see|tell|know|confirm|find ?out ?me ?whether|if|when|on|where my|our ?last order|orders|parcel|package|delivery|refund|return|payment|items", not_if: false },
    status("charged ?me|us twice|double|wrongly|again|too"),
    act("^ ?please|pls|kindly cancel|refund|resend|reship|replace|delete|remove|unsubscribe|stop|apply|redirect|update|correct|change my|our|me|it|this|these|the"),
    act("please|pls|kindly ?just|also cancel|refund|resend|reship|replace|delete|remove|unsubscribe|apply|redirect|update|correct|change|send|add|extend|credit my|our|me|us|it|this|these|the|a|an|another"),
    act("can|could|would|will you|someone ?please|pls|kindly|just|also cancel|refund|resend|reship|replace|delete|remove|unsubscribe|apply|redirect|update|correct|change|send|add|extend|credit|reset|waive|check|give * my|our|me|us|it|this|these"),
    act("i|we want|need|demand|expect|request ?a|an|my|our|the ?full|immediate|partial refund|reimbursement|replacement|compensation|money"),
    act("i|we would|id like|love ?to ?get|have|request a|an|my|our ?full|partial refund|reimbursement|replacement|compensation|money"),
    act("id like|love ?to ?get|have|request a|an|my|our ?full|partial refund|reimbursement|replacement|compensation|money"),
];

/// Words before which a sentence has not really begun.
const GREETINGS: &[&str] =
    &["hi", "hello", "hey", "dear", "team", "there", "so", "ok", "okay", "and", "then", "good", "morning"];

fn stands_in(pattern: &str, words: &[String]) -> bool {
    let parts: Vec<&str> = pattern.split(' ').collect();
    if let Some((&"^", rest)) = parts.split_first() {
        let start = words.iter().take_while(|word| GREETINGS.contains(&word.as_str())).count();
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
            assert!(held_back(text).is_some(), "{text}");
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
            assert_eq!(held_back(text), None, "{text}");
        }
    }
}
