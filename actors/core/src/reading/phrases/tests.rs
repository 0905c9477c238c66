//! The notation of rules, and that every line of the rule files is one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::notation::{PROMISES, RULES};
use super::*;

#[test]
fn every_line_of_the_rule_files_is_understood() {
    assert_eq!([&RULES.mistakes[..], &PROMISES.mistakes[..]].concat(), Vec::<String>::new());
    assert!(RULES.rules.len() > 800, "{}", RULES.rules.len());
}

#[test]
fn a_match_shows_the_customers_own_words() {
    let found = |text| Reading::new(text, 1000).first(Section::Request).map(|found| found.words);
    assert_eq!(
        found("Ich MÖCHTE  mit einem <b>Menschen</b>\nsprechen!").unwrap(),
        "Ich MÖCHTE mit einem Menschen sprechen"
    );
    assert_eq!(found("オペレーターにつないでください").unwrap(), "オペレーターにつないでください");
    assert_eq!(found("Wo ist mein Paket?"), None);
}

#[test]
fn the_work_grows_with_the_text_and_no_faster() {
    for words in
        ["ich will mit ", "no quiero hablar ", "x", "je veux ", "人 と ", "\" ", "a b c d ", "<", "kill my "]
    {
        let text = words.repeat(300_000 / words.len());
        let found = Reading::new(&text, text.len()).find(&[Section::Request, Section::SelfHarm]);
        assert!(found.len() <= text.len());
    }
}
