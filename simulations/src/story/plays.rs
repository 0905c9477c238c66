//! The plays of the story, in the order in which they are told.

mod answers;
mod days_off;
mod handoffs;
mod languages;
mod restart;
mod silences;
mod troubles;

use polus_core::policy::Language;

use super::cast::{Act, Channel, End, LastReply, Play, Sign, Step, To, When};

/// What an English customer is told while people are there.
const IN_ENGLISH: Option<LastReply> = Some(LastReply { language: Language::English, says_when: false });

/// Every play of the story. Keys are unique; times are seconds of the story.
pub fn plays() -> Vec<Play> {
    let mut plays = answers::plays();
    plays.extend(languages::plays());
    plays.extend(handoffs::plays());
    plays.extend(troubles::plays());
    plays.extend(silences::plays());
    plays.extend(restart::plays());
    plays.extend(days_off::plays());
    plays
}

/// A customer's mail to the AI.
fn mail(
    at_s: u32,
    key: &'static str,
    about: &'static str,
    customer: &'static str,
    (subject, text): (&'static str, &'static str),
) -> Play {
    Play {
        key,
        about,
        begins: When::At(at_s),
        channel: Channel::Email,
        customer,
        subject,
        text,
        to: To::Ai,
        troubles: Vec::new(),
        then: Vec::new(),
        at_crash: None,
        end: End::Answered { from: Vec::new(), then: None },
    }
}

/// A customer's chat with the AI.
fn chat(
    at_s: u32,
    key: &'static str,
    about: &'static str,
    customer: &'static str,
    text: &'static str,
) -> Play {
    Play { channel: Channel::Chat, ..mail(at_s, key, about, customer, ("", text)) }
}

fn answered(from: &[&'static str]) -> End {
    End::Answered { from: from.to_vec(), then: None }
}

fn once(sign: Sign, act: Act) -> Step {
    Step { when: When::Once(sign), act }
}

fn after(seconds: u32, act: Act) -> Step {
    Step { when: When::After(seconds), act }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::shop;

    #[test]
    fn keys_are_unique_and_sources_exist() {
        let plays = plays();
        assert!(plays.len() >= 16, "{}", plays.len());
        let keys: BTreeSet<&str> = plays.iter().map(|play| play.key).collect();
        assert_eq!(keys.len(), plays.len());
        let articles: BTreeSet<&str> = shop::every_article().map(|(id, _)| id).collect();
        for play in &plays {
            let from = match &play.end {
                End::Answered { from, .. } | End::HandedOff { from, .. } => from.clone(),
                End::TakenOver | End::Silent { .. } | End::Deleted | End::Merged => Vec::new(),
            };
            assert!(from.iter().all(|id| articles.contains(id)), "{}: {from:?}", play.key);
        }
    }

    #[test]
    fn customers_of_three_languages_are_answered_and_told_when_people_are_back() {
        let foreign: BTreeSet<&str> = shop::foreign_articles().into_iter().map(|(id, _)| id).collect();
        let (mut quoted, mut told) = (BTreeSet::new(), BTreeSet::new());
        for play in plays() {
            match play.end {
                End::Answered { from, .. } => {
                    quoted.extend(from.into_iter().filter(|id| foreign.contains(id)));
                }
                End::HandedOff { reply: Some(reply), .. } => {
                    assert_eq!(reply.says_when, play.begins == When::Once(Sign::DaysOff), "{}", play.key);
                    told.insert((reply.language, reply.says_when));
                }
                End::HandedOff { reply: None, .. }
                | End::TakenOver
                | End::Silent { .. }
                | End::Deleted
                | End::Merged => {}
            }
        }
        assert_eq!(quoted.len(), 4, "{quoted:?}");
        let expected = [(Language::English, false), (Language::French, true), (Language::German, true)];
        assert_eq!(told, BTreeSet::from(expected));
    }

    #[test]
    fn calls_that_are_held_back_are_let_go_again() {
        use crate::story::Trouble;
        for play in plays() {
            let holds = play.troubles.contains(&Trouble::HoldReads);
            let lets_go = play.then.iter().any(|step| step.act == Act::LetGo);
            assert_eq!(holds, lets_go, "{}", play.key);
        }
    }
}
