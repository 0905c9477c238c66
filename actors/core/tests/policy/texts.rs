//! What replies say, in ten languages.

use std::collections::BTreeSet;

use polus_core::policy::{Language, Policy, ReplyFrame, TextKey, Texts, TextsIn};
use polus_core::reading::human::asks_for_human;
use polus_core::time::Time;

const CARL: ReplyFrame<'_> = ReplyFrame { name: Some("Carl"), greeted: false, disclosure: true };
const UNKNOWN: ReplyFrame<'_> = ReplyFrame { name: None, greeted: false, disclosure: false };
const GREETED: ReplyFrame<'_> = ReplyFrame { name: Some("Carl"), greeted: true, disclosure: false };

fn policy(settings: &[(&str, &str)]) -> Policy {
    let mut policy = Policy::default();
    for (key, value) in settings {
        policy.set(key, value).unwrap();
    }
    policy
}

#[test]
fn an_answer_stands_in_its_frame() {
    let answer =
        |frame| policy(&[("shop", "Acme")]).texts_for(Language::English).answer(frame, "It is on its way.");
    assert_eq!(
        answer(CARL),
        "Hi Carl,\n\nIt is on its way.\n\nIf that does not settle it, just reply \"human\" and a colleague will take \
         over.\n\nKind regards,\nAcme\n\nThis reply was written by our AI assistant."
    );
    assert!(answer(UNKNOWN).starts_with("Hi there,\n\nIt is on its way."));
    assert!(answer(GREETED).starts_with("It is on its way."));
    assert!(answer(GREETED).ends_with("Acme"));
}

#[test]
fn a_shop_without_a_name_does_not_sign() {
    let nameless = Policy::default().texts_for(Language::English).answer(GREETED, "It is on its way.");
    assert!(!nameless.contains("Kind regards"), "{nameless}");
    let own = policy(&[("texts.en.closing", "Your support team")]);
    assert!(own.texts_for(Language::English).answer(GREETED, "Yes.").ends_with("\n\nYour support team"));
}

#[test]
fn a_person_is_offered_only_where_one_can_be_had() {
    for (preset, offered) in [("0", false), ("1", true), ("2", true), ("3", true)] {
        let policy = policy(&[("handoff.preset", preset)]);
        let answer = policy.texts_for(Language::English).answer(CARL, "It is on its way.");
        assert_eq!(answer.contains("\"human\""), offered, "preset {preset}");
    }
}

#[test]
fn the_word_that_the_english_offer_names_asks_for_a_human() {
    assert!(Texts::built_in(Language::English, TextKey::Offer).contains("\"human\""));
    assert!(asks_for_human("human").is_some());
}

#[test]
fn a_customers_name_is_never_taken_for_a_variable() {
    let frame = ReplyFrame { name: Some("{shop}"), ..CARL };
    let policy = policy(&[("shop", "Acme")]);
    assert!(policy.texts_for(Language::English).handoff(frame, false).starts_with("Hi {shop},"));
}

#[test]
fn what_is_built_in_stands_in_every_language_and_keeps_its_own_rules() {
    let mut seen = BTreeSet::new();
    for language in Language::ALL {
        for key in TextKey::ALL {
            let text = Texts::built_in(language, key);
            assert_eq!(key.problem_with(text), None, "{language} {}", key.name());
            assert_eq!(text.trim(), text, "{language} {}", key.name());
            assert!(!text.contains("  "), "{language} {}: {text}", key.name());
            assert!(seen.insert(text) || key.may_be_empty(), "{language} {} is as another", key.name());
        }
        for (key, variable) in [
            (TextKey::Greeting, "{name}"),
            (TextKey::HandoffClosed, "{opening}"),
            (TextKey::Closing, "{shop}"),
        ] {
            assert!(Texts::built_in(language, key).contains(variable), "{language} {}", key.name());
        }
    }
}

#[test]
fn every_fixed_reply_is_framed_in_the_customers_language() {
    let policy =
        policy(&[("shop", "Acme"), ("hours.zone", "Europe/Berlin"), ("hours.monday", "09:00-17:00")]);
    let replies: [fn(&TextsIn<'_>) -> String; 10] = [
        |texts| texts.handoff(CARL, false),
        |texts| texts.handoff(CARL, true),
        |texts| texts.handoff_at(CARL, Time(1_760_000_000_000), false),
        |texts| texts.handoff_at(CARL, Time(1_760_000_000_000), true),
        |texts| texts.fixed(TextKey::GotFile, CARL),
        |texts| texts.fixed(TextKey::DeclineHuman, CARL),
        |texts| texts.fixed(TextKey::TryFirst, CARL),
        |texts| texts.fixed(TextKey::AskBasics, CARL),
        |texts| texts.cannot_answer(CARL),
        |texts| texts.fixed(TextKey::Courtesy, CARL),
    ];
    let mut seen = BTreeSet::new();
    for language in Language::ALL {
        let built_in = |key| Texts::built_in(language, key);
        for reply in replies {
            let text = reply(&policy.texts_for(language));
            assert!(
                text.starts_with(&built_in(TextKey::Greeting).replace("{name}", "Carl")),
                "{language}: {text}"
            );
            assert!(
                text.contains(&built_in(TextKey::Closing).replace("{shop}", "Acme")),
                "{language}: {text}"
            );
            assert!(text.ends_with(built_in(TextKey::Disclosure)), "{language}: {text}");
            assert!(!text.contains(['{', '}']), "{language}: {text}");
            assert!(seen.insert(text), "no two replies are the same");
        }
    }
}

// F-38
#[test]
fn the_last_reply_says_that_a_file_arrived_in_every_language_and_else_nothing_of_files() {
    let policy =
        policy(&[("shop", "Acme"), ("hours.zone", "Europe/Berlin"), ("hours.monday", "09:00-17:00")]);
    for language in Language::ALL {
        let (texts, arrived) = (policy.texts_for(language), Texts::built_in(language, TextKey::HandoffFile));
        for (with, without) in [
            (texts.handoff(CARL, true), texts.handoff(CARL, false)),
            (
                texts.handoff_at(CARL, Time(1_760_000_000_000), true),
                texts.handoff_at(CARL, Time(1_760_000_000_000), false),
            ),
        ] {
            assert!(!without.contains(arrived), "{language}: {without}");
            assert_eq!(with.replace(&format!("{arrived}\n\n"), ""), without, "{language}");
        }
    }
}

#[test]
fn an_edit_holds_in_its_language_alone() {
    let policy = policy(&[("texts.de.greeting", "Liebe/r {name},")]);
    let greeted = |language| policy.texts_for(language).handoff(CARL, false);
    assert!(greeted(Language::German).starts_with("Liebe/r Carl,\n\nVielen Dank"));
    assert!(greeted(Language::English).starts_with("Hi Carl,"));
    assert!(greeted(Language::Dutch).starts_with("Hallo Carl,"));
}

#[test]
fn a_language_is_known_by_the_tags_that_helpdesks_write() {
    for (tag, expected) in [
        ("de", Some(Language::German)),
        ("de-AT", Some(Language::German)),
        ("pt_BR", Some(Language::Portuguese)),
        (" EN ", Some(Language::English)),
        ("ja", Some(Language::Japanese)),
        ("fil", None),
        ("", None),
    ] {
        assert_eq!(Language::from_tag(tag), expected, "{tag:?}");
    }
    assert_eq!(Language::from_tag("fi").unwrap_or_default(), Language::English, "English stands in");
}
