//! The words of notes: whole in every language, and each in its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use super::*;
use crate::reading::sensitive::TOPICS;

/// Each text with the variables it must use, all of them and no other.
fn texts(words: &NoteWords) -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        (words.opening, &["reason", "operator"]),
        (words.no_question, &[]),
        (words.customer_wrote, &[]),
        (words.unsent_draft, &[]),
        (words.not_shown, &[]),
        (words.twice_absent, &[]),
        (words.looked_at, &[]),
        (words.passage, &["place", "article", "score"]),
        (words.nothing_looked_at, &[]),
        (words.cause, &["cause"]),
        (words.language, &["language"]),
        (words.mood, &["mood"]),
        (words.angry, &["words"]),
        (words.impatient, &["words"]),
        (words.calm, &[]),
        (words.answered_none, &[]),
        (words.answered_one, &[]),
        (words.answered_many, &["count"]),
        (words.read_on, &["command"]),
        (words.untold, &["reason"]),
    ]
}

fn reasons() -> Vec<HandoffReason> {
    let others = [
        HandoffReason::AskedForHuman,
        HandoffReason::OptedOut,
        HandoffReason::Frustrated,
        HandoffReason::NoProgress,
        HandoffReason::TopicForPeople,
        HandoffReason::PossibleLoop,
        HandoffReason::Operator,
        HandoffReason::NoSource,
        HandoffReason::NoText,
        HandoffReason::PromisedPerson,
        HandoffReason::TooLate,
        HandoffReason::AnswererFailed,
        HandoffReason::KeptChanging,
        HandoffReason::ForeignThread,
        HandoffReason::MessageNotFound,
        HandoffReason::TooManyConflicts,
        HandoffReason::NotAnswerable,
        HandoffReason::Rejected,
        HandoffReason::Unsettled,
        HandoffReason::DeliveryFailed,
    ];
    others.into_iter().chain(TOPICS.map(HandoffReason::Sensitive)).collect()
}

/// What stands for itself in every list: reasons, causes, languages, why nobody was told.
fn lists(words: &NoteWords) -> [Vec<&'static str>; 4] {
    [
        reasons().iter().map(|reason| words.reason(reason)).collect(),
        Cause::ALL.map(|cause| words.cause(cause)).to_vec(),
        Language::ALL.map(|language| words.name_of(language)).to_vec(),
        words.untold_because.to_vec(),
    ]
}

#[test]
fn every_text_is_there_and_uses_just_its_variables() {
    for language in Language::ALL {
        let words = NoteWords::of(language);
        for (text, variables) in texts(words) {
            assert!(!text.trim().is_empty() && text.trim() == text, "{language}: {text:?}");
            assert_eq!(template::problem_with(text, variables), None, "{language}: {text}");
            for variable in variables {
                assert!(template::uses(text, variable), "{language}: {{{variable}}} is not in {text:?}");
            }
        }
        for list in lists(words) {
            let different: BTreeSet<&str> = list.iter().copied().collect();
            assert_eq!(different.len(), list.len(), "{language}: two are the same in {list:?}");
            for text in list {
                assert!(!text.is_empty() && !text.ends_with(['.', '。']), "{language}: {text:?}");
                assert_eq!(template::problem_with(text, &[]), None, "{language}: {text}");
            }
        }
    }
}

#[test]
fn no_language_borrows_a_sentence_of_another() {
    for (place, language) in Language::ALL.into_iter().enumerate() {
        let own: BTreeSet<&str> = sentences(language).collect();
        for other in Language::ALL.into_iter().skip(place + 1) {
            let same: Vec<&str> = sentences(other).filter(|text| own.contains(text)).collect();
            assert!(same.is_empty(), "{language} and {other}: {same:?}");
        }
    }
}

/// Texts of several words: a single word may well be spelt alike in two languages.
fn sentences(language: Language) -> impl Iterator<Item = &'static str> {
    let words = NoteWords::of(language);
    let [reasons, _, _, untold] = lists(words);
    let texts = texts(words).into_iter().filter(|(_, variables)| variables.is_empty()).map(|(text, _)| text);
    texts.chain(reasons).chain(untold)
}

#[test]
fn english_says_what_the_log_and_the_reports_say() {
    let words = NoteWords::of(Language::English);
    for reason in reasons() {
        assert_eq!(words.reason(&reason), reason.words());
    }
    for cause in Cause::ALL {
        assert_eq!(words.cause(cause), cause.words());
    }
    for language in Language::ALL {
        assert_eq!(words.name_of(language), language.name());
    }
}

#[test]
fn a_reason_of_the_log_is_told_in_the_teams_language_and_another_as_it_is() {
    let german = NoteWords::of(Language::German);
    assert_eq!(
        german.customer_untold(untold::CLOSED),
        "Der Kunde hat von der Übergabe nichts erfahren: das Ticket wurde geschlossen."
    );
    assert!(german.customer_untold("400: {reason} is bad").contains(": 400: {reason} is bad."));
}
