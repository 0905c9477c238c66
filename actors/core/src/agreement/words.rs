//! A comparison as a sentence.

use super::{Answer, Comparison, Handling, People, WouldHandOff};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

impl Comparison {
    /// What people did after the draft, in words.
    pub fn told(&self) -> String {
        let moved =
            if self.proposal.reassigned { ", after the ticket was assigned to somebody else" } else { "" };
        match self.people {
            People::SentAsIs(answer) => format!("{}: the draft as it is{moved}", answered(answer)),
            People::Edited(answer) if answer.likeness.quoted && answer.likeness.same_per_mille < 500 => {
                format!(
                    "{}: edited, the draft quoted in a longer text, {}{moved}",
                    answered(answer),
                    same(answer)
                )
            }
            People::Edited(answer) => format!("{}: edited, {}{moved}", answered(answer), same(answer)),
            People::Different(answer) => format!("{}: different, {}{moved}", answered(answer), same(answer)),
            People::HandedElsewhere => {
                "the ticket was assigned to somebody else, and no person has answered yet".to_owned()
            }
            People::Closed => format!("the ticket was closed without an answer of a person{moved}"),
            People::Overtaken => {
                "the customer wrote again before a person answered, and a newer draft covers that".to_owned()
            }
            People::NothingYet => "no person has answered yet".to_owned(),
        }
    }
}

impl WouldHandOff {
    /// What people did with the messages, in words.
    pub fn told(&self) -> String {
        let people = match self.people {
            Handling::Answered => "a person answered",
            Handling::AssignedOn => "it was assigned to somebody else, and no person has answered yet",
            Handling::Closed => "it was closed without an answer of a person",
            Handling::NothingYet => "no person has answered yet",
        };
        format!("live, the ticket would have gone to people; {people}")
    }
}

fn answered(answer: Answer) -> String {
    match answer.after_ms {
        Some(after_ms) => format!("a person answered {} later", duration(after_ms)),
        None => "a person answered".to_owned(),
    }
}

fn same(answer: Answer) -> String {
    format!("{} % of the words the same", answer.likeness.same_per_mille / 10)
}

fn duration(ms: i64) -> String {
    let count = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match ms {
        ..MINUTE_MS => "less than a minute".to_owned(),
        MINUTE_MS..HOUR_MS => count(ms / MINUTE_MS, "minute"),
        HOUR_MS..DAY_MS => count(ms / HOUR_MS, "hour"),
        DAY_MS.. => count(ms / DAY_MS, "day"),
    }
}
