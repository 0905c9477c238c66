//! What always goes to a person and no setting can switch off: self-harm, violence, the law, a disputed payment, an
//! injury, bank or card details, rage. The words are rules of `phrases.rs`; card and account numbers are found by
//! their check digits (`sensitive/numbers.rs`). Better one ticket too many for a person than one of these answered by
//! a machine, so a quotation counts too.

mod numbers;

use serde::{Deserialize, Serialize};

use super::phrases::{Match, Reading, Section};
use super::text::{BODY_BYTES_MAX, beginning};

/// What a message touches, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Suicide or self-harm.
    SelfHarm,
    /// A threat of violence.
    Violence,
    /// An injury, an allergic reaction, a fire, a foreign body.
    Safety,
    /// A lawyer, a court, an authority, the police.
    Legal,
    /// A payment that the customer has taken back or threatens to.
    Chargeback,
    /// A card number, an IBAN, a security code, an account number.
    FinancialDetails,
    /// Abuse or strong anger.
    Anger,
}

/// Every topic, the gravest first.
pub const TOPICS: [Topic; 7] = [
    Topic::SelfHarm,
    Topic::Violence,
    Topic::Safety,
    Topic::Legal,
    Topic::Chargeback,
    Topic::FinancialDetails,
    Topic::Anger,
];

/// A sensitive topic and the words that touch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sensitive {
    /// What it is about.
    pub topic: Topic,
    /// The rule and the customer's words; digits of bank details are hidden.
    pub matched: Match,
}

/// The sensitive topics of a message, each once, the gravest first.
pub fn sensitive(text: &str) -> Vec<Sensitive> {
    let reading = Reading::new(text, BODY_BYTES_MAX);
    let found = reading.find(&TOPICS.map(Topic::section));
    let by_words = |topic: Topic| {
        found.iter().find(|found| found.section == topic.section()).map(|found| {
            let matched = reading.explain(found);
            if topic == Topic::FinancialDetails { hidden(matched) } else { matched }
        })
    };
    TOPICS
        .into_iter()
        .filter_map(|topic| {
            let matched = match topic {
                Topic::FinancialDetails => {
                    numbers::bank_number(beginning(text, BODY_BYTES_MAX)).or_else(|| by_words(topic))
                }
                _ => by_words(topic),
            };
            Some(Sensitive { topic, matched: matched? })
        })
        .collect()
}

fn hidden(matched: Match) -> Match {
    let words: String =
        matched.words.chars().map(|letter| if letter.is_numeric() { '•' } else { letter }).collect();
    Match::new(matched.rule, &words)
}

impl Topic {
    /// What the message does, in words that follow "because".
    pub const fn words(self) -> &'static str {
        match self {
            Self::SelfHarm => "the message speaks of self-harm",
            Self::Violence => "the message threatens violence",
            Self::Safety => "the message speaks of an injury or a danger",
            Self::Legal => "the message speaks of the law or an authority",
            Self::Chargeback => "the message speaks of a disputed payment",
            Self::FinancialDetails => "the message holds bank or card details",
            Self::Anger => "the customer is angry",
        }
    }

    fn section(self) -> Section {
        match self {
            Self::SelfHarm => Section::SelfHarm,
            Self::Violence => Section::Violence,
            Self::Safety => Section::Safety,
            Self::Legal => Section::Legal,
            Self::Chargeback => Section::Chargeback,
            Self::FinancialDetails => Section::FinancialDetails,
            Self::Anger => Section::Anger,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_gravest_topic_comes_first_and_numbers_are_hidden() {
        let found = sensitive("You THIEVES, my lawyer will write. My cvv is 123, I want to die.");
        let topics: Vec<_> = found.iter().map(|found| found.topic).collect();
        assert_eq!(topics, [Topic::SelfHarm, Topic::Legal, Topic::FinancialDetails, Topic::Anger]);
        assert_eq!(found[2].matched.words, "cvv is •••");
        let card = sensitive("take 4111 1111 1111 1111");
        assert_eq!(card[0].matched.to_string(), "gives a card number: \"•••• 1111\"");
    }
}
