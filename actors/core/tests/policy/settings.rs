//! Settings by key and value: what is shown can be set, and what is refused says what is allowed.

use polus_core::policy::{Policy, TextKey};

use super::stored::everything_set;

#[test]
fn what_is_shown_can_be_set_and_changes_nothing() {
    for policy in [Policy::default(), everything_set()] {
        for field in policy.fields() {
            let mut same = policy.clone();
            same.set(&field.key, &field.value).unwrap();
            assert_eq!(same, policy, "{field:?}");
        }
        assert_eq!(policy.check(), Ok(()));
    }
}

#[test]
fn every_setting_can_be_undone() {
    let mut policy = everything_set();
    let keys: Vec<String> = policy.fields().into_iter().map(|field| field.key).collect();
    policy.set_all(keys.iter().map(|key| (key.as_str(), "default"))).unwrap();
    assert_eq!(policy, Policy { version: 9, ..Policy::default() });
    assert!(policy.fields().iter().all(|field| field.is_default));
}

#[test]
fn every_setting_says_what_it_is_and_what_is_allowed() {
    let fields = Policy::default().fields();
    let languages = 10;
    assert_eq!(fields.len(), 32 + 7 + 3 + languages * TextKey::ALL.len());
    for field in &fields {
        assert!(field.allowed.len() > 5 && field.meaning.len() > 10, "{field:?}");
        assert!(field.is_default, "{field:?}");
        let same_key = fields.iter().filter(|other| other.key == field.key || other.path == field.path);
        assert_eq!(same_key.count(), 1, "{field:?}");
    }
}

/// Key, value, and what the refusal says; one that says nothing is taken.
const REFUSED: &[(&str, &str, &str)] = &[
    ("quiet.chatt", "3s", "quiet.chatt: there is no such setting; did you mean quiet.chat?"),
    ("handof.preset", "1", "handof.preset: there is no such setting; did you mean handoff.preset?"),
    ("nonsense", "1", "nonsense: there is no such setting; polus policy show lists them"),
    ("version", "5", "version: there is no such setting; polus policy show lists them"),
    ("quiet.chat", "3", "quiet.chat: \"3\" is not allowed; it is a time from 0s to 5m, in ms, s, m, h or d"),
    (
        "quiet.chat",
        "6m",
        "quiet.chat: \"6m\" is not allowed; it is a time from 0s to 5m, in ms, s, m, h or d",
    ),
    ("quiet.chat", "99999999999999999999d", "from 0s to 5m"),
    ("answer_within.chat", "10s", ""),
    ("answer_within.email", "15d", "from 1m to 14d"),
    ("confidence", "0.6", "confidence: \"0.6\" is not allowed; it is a whole number from 0 to 1000"),
    ("confidence", "1001", "from 0 to 1000"),
    ("limits.replies", "0", "from 1 to 100"),
    ("limits.replies_window", "90m", "it counts in steps of 1h"),
    ("disclosure", "maybe", "disclosure: \"maybe\" is neither true nor false"),
    ("handoff.preset", "4", "from 0 to 3"),
    ("handoff.fallback_user", "0", "from 1 to"),
    ("handoff.fallback_user", "anna", "from 1 to"),
    (
        "handoff.note_language",
        "fi",
        "\"fi\" is no language; known are en, fr, es, de, it, pt, nl, pl, sv, ja",
    ),
    ("handoff.note_language", "", "is no language"),
    ("handoff.note_language", "DE", ""),
    ("channels.email", "loud", "\"loud\" is no mode; it is live, shadow or off"),
    ("hours.zone", "Europe/Berln", "did you mean Europe/Berlin?"),
    ("hours.zone", "berlin", "did you mean Europe/Berlin?"),
    ("hours.zone", "new york", "did you mean America/New_York?"),
    ("hours.zone", "", "use a name such as Europe/Berlin"),
    ("hours.mondy", "closed", "did you mean hours.monday?"),
    (
        "hours.monday",
        "17:00-09:00",
        "17:00-09:00 ends before it begins; hours past midnight go to the next day",
    ),
    ("hours.monday", "09:00-09:00", "ends before it begins"),
    ("hours.monday", "09:00-12:00, 11:30-13:00", "09:00-12:00 and 11:30-13:00 overlap"),
    ("hours.monday", "9-17", "write it as 09:00-17:00"),
    ("hours.monday", "09:00-24:01", "from 00:00 to 24:00"),
    ("hours.monday", "", "write it as 09:00-17:00"),
    ("hours.sunday", "closed", "every day is closed"),
    ("hours.holidays+", "24.12.2026", "is no day; write it as 2026-12-24"),
    ("hours.holidays+", "2026-02-29", "is no day"),
    ("hours.holidays+", "2026-12-24 12:00-09:00", "ends before it begins"),
    ("hours.holidays-", "2026-12-24", "holds no \"2026-12-24\""),
    ("quiet.chat+", "1s", "is no list"),
    ("texts.en.greeting", "Hi {first_name},", "has no variable {first_name}; known here: {name}, {shop}"),
    ("texts.en.handoff", "See you {opening}.", "has no variable {opening}; known here: {shop}"),
    ("texts.en.greeting", "Hi {name,", "has a stray \"{\"; variables known here: {name}, {shop}"),
    ("texts.en.greeting", "Hi name},", "has a stray \"}\""),
    ("texts.en.handoff", "", "may not be empty"),
    ("texts.en.offer", "{shop} has people too.", "shop is not set; set shop=NAME first"),
    ("texts.xx.greeting", "Hi", "there is no language \"xx\""),
    ("texts.de.gretting", "Hi", "did you mean texts.de.greeting?"),
    ("synonyms", "parcel", "the group \"parcel\" has 1 words; a group has 2 to 20"),
];

#[test]
fn a_refused_setting_says_why_and_changes_nothing() {
    for (key, value, expected) in REFUSED {
        let mut policy = Policy::default();
        match policy.set(key, value) {
            Ok(()) => assert!(expected.is_empty(), "{key}={value} was taken"),
            Err(refused) => {
                assert!(
                    !expected.is_empty() && refused.to_string().contains(expected),
                    "{key}={value}: {refused}"
                );
                assert_eq!(policy, Policy::default(), "{key}={value}");
            }
        }
    }
    let long = "a".repeat(1_001);
    let refused = Policy::default().set("texts.en.handoff", &long).unwrap_err();
    assert_eq!(refused.to_string(), "texts.en.handoff: has 1001 letters; at most 1000 are allowed");
}

#[test]
fn whatever_was_taken_stands_the_check_of_the_whole_policy() {
    let values = [
        "",
        "0",
        "1",
        "3",
        "60",
        "1h",
        "0s",
        "10s",
        "1440m",
        "true",
        "OFF",
        "none",
        "default",
        "en",
        "German",
        "live",
        "closed",
        "00:00-24:00",
        "8:00-9:00,10:00-11:30",
        "2020-01-01",
        "2020-01-01 00:00-24:00; 2020-01-01",
        "a, b; c, d",
        "Acme",
        "{shop}",
        "Hello!",
        "europe/berlin",
        "UTC",
        " vip ,vip",
        "\\n",
        "Etc/Unknown",
    ];
    let fields = Policy::default().fields().into_iter().map(|field| field.key);
    let is_tried = |key: &String| !key.starts_with("texts.") || key.starts_with("texts.en.");
    let keys: Vec<String> = fields.filter(is_tried).collect();
    let (mut taken, mut refused) = (0, 0);
    for start in [Policy::default(), everything_set()] {
        for key in &keys {
            for value in values {
                let mut policy = start.clone();
                match policy.set(key, value) {
                    Err(_) => refused += 1,
                    Ok(()) => {
                        taken += 1;
                        assert_eq!(policy.check(), Ok(()), "{key}={value}");
                        let bytes = serde_json::to_vec(&policy).unwrap();
                        assert_eq!(
                            serde_json::from_slice::<Policy>(&bytes).unwrap(),
                            policy,
                            "{key}={value}"
                        );
                    }
                }
            }
        }
    }
    assert!(taken > 500 && refused > 1_000, "{taken} taken, {refused} refused: both ways are tried");
}

#[test]
fn lists_grow_and_shrink() {
    let mut policy = Policy::default();
    policy.set("hours.holidays+", "2026-12-25").unwrap();
    policy.set("hours.holidays+", "2026-12-24 09:00-12:00, 13:00-14:00").unwrap();
    policy.set("hours.holidays+", "2020-05-01").unwrap();
    let holidays = |policy: &Policy| shown(policy, "hours.holidays");
    assert_eq!(holidays(&policy), "2020-05-01; 2026-12-24 09:00-12:00, 13:00-14:00; 2026-12-25");
    policy.set("hours.holidays+", "2026-12-24").unwrap();
    assert_eq!(
        holidays(&policy),
        "2020-05-01; 2026-12-24; 2026-12-25",
        "a day that is set again is replaced"
    );
    policy.set("hours.holidays-", "2020-05-01").unwrap();
    assert_eq!(holidays(&policy), "2026-12-24; 2026-12-25");
    policy.set("handoff.tags+", "urgent").unwrap();
    policy.set("handoff.tags+", "urgent refund, urgent").unwrap();
    policy.set("handoff.tags-", "polus-handed-off").unwrap();
    assert_eq!(policy.handoff_tags, ["urgent", "urgent refund"], "a tag that comes twice is kept once");
    policy.set("handoff.tags-", "urgent").unwrap();
    assert_eq!(policy.handoff_tags, ["urgent refund"], "a tag that only begins so stays");
    policy.set("synonyms+", "parcel, package").unwrap();
    policy.set("synonyms+", "refund, money back").unwrap();
    policy.set("synonyms-", "parcel, package").unwrap();
    assert_eq!(policy.synonyms, [["refund", "money back"]]);
}

#[test]
fn the_shops_name_stays_while_a_text_uses_it() {
    let mut policy = Policy::default();
    policy.set("shop", "Acme").unwrap();
    policy.set("texts.en.offer", "{shop} has people too.").unwrap();
    let refused = policy.set("shop", "").unwrap_err();
    assert!(refused.to_string().contains("texts.en.offer uses {shop}"), "{refused}");
}

#[test]
fn zones_are_kept_in_their_own_spelling() {
    let mut policy = Policy::default();
    policy.set("hours.zone", "europe/berlin").unwrap();
    assert_eq!(policy.hours.zone, "Europe/Berlin");
}

fn shown(policy: &Policy, key: &str) -> String {
    policy.fields().into_iter().find(|field| field.key == key).unwrap().value
}

#[test]
fn several_settings_are_set_together_or_not_at_all() {
    let mut policy = Policy::default();
    policy.set("handoff.preset", "2").unwrap();
    let before = policy.clone();
    let bad =
        policy.set_all([("quiet.chat", "1s"), ("confidence", "2000"), ("hours.zone", "Mars")]).unwrap_err();
    let keys: Vec<&str> = bad.iter().map(|bad| bad.at.as_str()).collect();
    assert_eq!((keys, &policy), (vec!["confidence", "hours.zone"], &before));
    let bad = policy.set_all([("quiet.chat", "1s"), ("handoff.on_request", "true")]).unwrap_err();
    assert!(
        bad[0].to_string().starts_with("handoff.preset: a preset and single switches exclude"),
        "{}",
        bad[0]
    );
    assert_eq!(policy, before);
    policy.set_all([("handoff.on_request", "true"), ("handoff.preset", "none")]).unwrap();
    policy.set_all([("hours.sunday", "closed"), ("hours.monday", "09:00-17:00")]).unwrap();
}
