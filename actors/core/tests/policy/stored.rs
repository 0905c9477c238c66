//! Policies as they lie in logs: the oldest is read for ever, and one with everything set keeps its bytes.

use std::collections::BTreeSet;

use polus_core::policy::{Language, Policy, TextKey, Texts};
use serde_json::Value;

/// As the first version wrote it, with an edited greeting.
const OLDEST: &str = r#"{"version":7,"quiet_chat_ms":3000,"quiet_email_ms":20000,"answer_within_chat_ms":600000,
    "answer_within_email_ms":86400000,"confidence_line_per_mille":700,"redrafts_max":3,"disclosure":true,
    "other_apps_are_people":true,"handoff_tags":["polus-handed-off"],"texts":{"greeting":"Dear {name},",
    "greeting_unnamed":"Hi there,","offer":"If that does not settle it, just reply \"human\" and a colleague will take over.",
    "disclosure":"This reply was written by our AI assistant.",
    "handoff":"Thank you for your message. I am passing it to a colleague, who will reply to you here."}}"#;

/// A policy in which nothing is as it was.
pub fn everything_set() -> Policy {
    let mut policy = Policy { version: 9, ..Policy::default() };
    for (key, value) in [
        ("quiet.chat", "5s"),
        ("quiet.email", "1m"),
        ("answer_within.chat", "5m"),
        ("answer_within.email", "2d"),
        ("confidence", "750"),
        ("limits.redrafts", "2"),
        ("limits.replies", "4"),
        ("limits.replies_window", "12h"),
        ("disclosure", "false"),
        ("courtesy_replies", "true"),
        ("skip_if_rule_replied", "true"),
        ("other_apps_are_people", "false"),
        ("answer_in_article_language", "true"),
        ("shop", "Acme"),
        ("synonyms", "parcel, package; refund, money back"),
        ("handoff.on_request", "true"),
        ("handoff.on_frustration", "false"),
        ("handoff.on_no_progress", "false"),
        ("handoff.on_cannot_answer", "false"),
        ("handoff.on_forbidden_topic", "true"),
        ("handoff.tags", "ai-handed-off, urgent"),
        ("handoff.urgent_tags", "at-once"),
        ("handoff.pick_up_within", "30m"),
        ("handoff.fallback_user", "12"),
        ("handoff.fallback_team", "3"),
        ("automated.tags", "automated, no-person"),
        ("handoff.note_language", "de"),
        ("topics.allowed_tags", "shipping"),
        ("topics.handoff_tags", "vip, legal"),
        ("channels.chat", "shadow"),
        ("channels.others", "off"),
        ("hours.zone", "Europe/Berlin"),
        ("hours.monday", "09:00-12:00, 13:00-17:00"),
        ("hours.friday", "09:00-24:00"),
        ("hours.sunday", "closed"),
        ("hours.holidays", "2026-12-24 09:00-12:00; 2026-12-25"),
        ("texts.en.greeting", "Dear {name},"),
        ("texts.en.closing", "Yours,\\n{shop}"),
        ("texts.de.greeting", "Liebe/r {name},"),
        ("texts.ja.courtesy", "ありがとうございます。"),
    ] {
        policy.set(key, value).unwrap();
    }
    policy
}

#[test]
fn the_oldest_policy_is_read_and_its_texts_are_english() {
    let policy: Policy = serde_json::from_str(OLDEST).unwrap();
    let mut expected = Policy { version: 7, confidence_line_per_mille: 700, ..Policy::default() };
    expected.texts.edit(Language::English, TextKey::Greeting, "Dear {name},");
    assert_eq!(policy, expected);
    assert_eq!(policy.texts.edits().count(), 1, "a text that equals the built-in wording is no edit");
    assert_eq!(policy.texts.text(Language::French, TextKey::Greeting), "Bonjour {name},");
    assert_eq!(policy.check(), Ok(()));
}

#[test]
fn what_the_oldest_policy_holds_is_written_as_it_was() {
    let policy: Policy = serde_json::from_str(OLDEST).unwrap();
    let (written, oldest): (Value, Value) =
        (serde_json::to_value(&policy).unwrap(), serde_json::from_str(OLDEST).unwrap());
    assert_eq!(written, oldest, "what has its default is left out, so that an older program reads it too");
}

#[test]
fn a_policy_with_everything_set_keeps_its_bytes() {
    let policy = everything_set();
    let unset: Vec<String> = policy
        .fields()
        .into_iter()
        .filter(|field| field.is_default && !field.key.starts_with("texts."))
        .map(|field| field.key)
        .collect();
    let others = [
        "handoff.preset",
        "hours.tuesday",
        "hours.wednesday",
        "hours.thursday",
        "hours.saturday",
        "channels.email",
    ];
    assert_eq!(unset, others, "a new setting belongs into this policy");
    let written = serde_json::to_string_pretty(&policy).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/policy.json");
    if std::env::var("POLUS_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(path, &written).unwrap();
    }
    let golden = std::fs::read_to_string(path).expect("the golden policy is there");
    assert_eq!(serde_json::from_str::<Policy>(&golden).unwrap(), policy);
    assert_eq!(written, golden);
}

#[test]
fn a_policy_from_json_is_the_one_that_was_written() {
    for policy in [Policy::default(), everything_set()] {
        let json = serde_json::to_value(&policy).unwrap();
        assert_eq!(Policy::from_json(&json), Ok(policy));
    }
    assert_eq!(Policy::from_json(&serde_json::json!({})), Ok(Policy::default()));
}

#[test]
fn english_texts_are_also_read_under_their_code() {
    let texts: Texts = serde_json::from_str(r#"{"en":{"greeting":"Hello {name},"}}"#).unwrap();
    assert_eq!(texts.text(Language::English, TextKey::Greeting), "Hello {name},");
}

#[test]
fn every_mistake_in_a_policys_json_is_named_by_its_path() {
    let cases = [
        (r#"{"handoff":{"preset":9}}"#, "handoff.preset", "from 0 to 3"),
        (r#"{"handoff":{"preset":2,"on_request":true}}"#, "handoff.preset", "exclude each other"),
        (r#"{"handoff":{"presett":2}}"#, "handoff.presett", "did you mean handoff.preset?"),
        (r#"{"hours":{"week":{"monday":["17:00-09:00"]}}}"#, "hours.week.monday", "ends before it begins"),
        (r#"{"hours":{"week":{"monday":["09:00-12:00","11:00-13:00"]}}}"#, "hours.week.monday", "overlap"),
        (r#"{"hours":{"week":{"sunday":[]}}}"#, "hours.week", "every day is closed"),
        (r#"{"hours":{"zone":"Europe/Belrin"}}"#, "hours.zone", "did you mean Europe/Berlin?"),
        (r#"{"hours":{"holidays":{"24.12.2026":[]}}}"#, "hours.holidays.24.12.2026", "2026-12-24"),
        (r#"{"quiet_chat_ms":"3s"}"#, "quiet_chat_ms", "invalid type"),
        (r#"{"quiet_chat_ms":400000}"#, "quiet_chat_ms", "from 0s to 5m"),
        (r#"{"quiet_chat_ms":20000,"answer_within_chat_ms":20000}"#, "quiet_chat_ms", "more time"),
        (r#"{"texts":{"greeting":"Hi {nmae},"}}"#, "texts.greeting", "known here: {name}, {shop}"),
        (r#"{"texts":{"de":{"handoff":""}}}"#, "texts.de.handoff", "may not be empty"),
        (
            r#"{"texts":{"xx":{"handoff":"Ok."}}}"#,
            "texts.xx.handoff",
            "en, fr, es, de, it, pt, nl, pl, sv, ja",
        ),
        (r#"{"texts":{"fr":{"offer":"{shop} !"}}}"#, "texts.fr.offer", "shop is not set"),
        (r#"{"texts":"Hi"}"#, "texts", "invalid type"),
        (r#"{"hours":[]}"#, "hours", "takes an object"),
        ("[]", "policy", "takes an object"),
        (r#"{"channels":{"E-Mail":"off"}}"#, "channels.E-Mail", "a-z, 0-9"),
        (r#"{"channels":{"email":"on"}}"#, "channels.email", "live"),
        (r#"{"limits":{"replies_max":0}}"#, "limits.replies_max", "from 1 to 100"),
        (r#"{"synonyms":[["parcel"]]}"#, "synonyms", "2 to 20"),
        (r#"{"topics":{"allowed_tags":[" vip"]}}"#, "topics.allowed_tags", "not well-formed"),
    ];
    for (json, path, problem) in cases {
        let bad = Policy::from_json(&serde_json::from_str(json).unwrap()).expect_err(json);
        assert_eq!(bad.len(), 1, "{json}: {bad:?}");
        assert_eq!(bad[0].at, path, "{json}");
        assert!(bad[0].problem.contains(problem), "{json}: {}", bad[0]);
    }
}

#[test]
fn two_mistakes_are_both_told() {
    let json = serde_json::json!({"limits": {"replies_max": "six"}, "hours": {"zone": 5}, "confidence": 700});
    let bad = Policy::from_json(&json).unwrap_err();
    let paths: BTreeSet<&str> = bad.iter().map(|bad| bad.at.as_str()).collect();
    assert_eq!(paths, ["confidence", "hours.zone", "limits.replies_max"].into());
    let by_key = bad.iter().find(|bad| bad.at == "confidence").unwrap();
    assert_eq!(by_key.problem, "there is no such field; did you mean confidence_line_per_mille?");
}
