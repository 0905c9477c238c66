//! When tickets go to people, on which channels anything is done, and how often.

use std::collections::BTreeSet;
use std::time::Duration;

use polus_core::id::{TeamId, UserId};
use polus_core::policy::{Cause, HandoffRules, Mode, OnFrustration, OnRequest, Policy, Topic};
use polus_core::ticket::event::HandoffReason;
use polus_core::time::Time;

fn policy(settings: &[(&str, &str)]) -> Policy {
    let mut policy = Policy::default();
    for (key, value) in settings {
        policy.set(key, value).unwrap();
    }
    policy
}

#[test]
fn without_any_setting_the_quick_preset_holds() {
    assert_eq!(Policy::default().handoff_rules(), HandoffRules::of_preset(1));
}

#[test]
fn presets_go_from_the_ai_only_to_the_ai_first() {
    let rules = |preset| policy(&[("handoff.preset", preset)]).handoff_rules();
    let shape = |rules: HandoffRules| (rules.on_request, rules.on_frustration, rules.on_no_progress);
    assert_eq!(shape(rules("0")), (OnRequest::Declined, OnFrustration::Never, false));
    assert_eq!(shape(rules("1")), (OnRequest::AtOnce, OnFrustration::AnySign, true));
    assert_eq!(shape(rules("2")), (OnRequest::AfterBasics, OnFrustration::ClearSign, true));
    assert_eq!(shape(rules("3")), (OnRequest::WhenRepeated, OnFrustration::ClearSign, false));
    for preset in ["0", "1", "2", "3"] {
        let rules = rules(preset);
        assert!(rules.on_cannot_answer && rules.on_forbidden_topic, "preset {preset} never guesses");
        assert_eq!(rules.preset.map(|preset| preset.to_string()), Some(preset.to_owned()));
    }
}

#[test]
fn a_switch_changes_its_rule_and_leaves_the_others() {
    let usual = HandoffRules { preset: None, ..HandoffRules::of_preset(1) };
    let cases = [
        ("handoff.on_request", HandoffRules { on_request: OnRequest::Declined, ..usual }),
        ("handoff.on_frustration", HandoffRules { on_frustration: OnFrustration::Never, ..usual }),
        ("handoff.on_no_progress", HandoffRules { on_no_progress: false, ..usual }),
        ("handoff.on_cannot_answer", HandoffRules { on_cannot_answer: false, ..usual }),
        ("handoff.on_forbidden_topic", HandoffRules { on_forbidden_topic: false, ..usual }),
    ];
    for (key, expected) in cases {
        assert_eq!(policy(&[(key, "false")]).handoff_rules(), expected, "{key}");
        assert_eq!(policy(&[(key, "true")]).handoff_rules(), usual, "{key}");
    }
}

#[test]
fn a_preset_and_switches_exclude_each_other_both_ways() {
    let mut with_preset = policy(&[("handoff.preset", "2")]);
    let refused = with_preset.set("handoff.on_request", "true").unwrap_err();
    assert!(refused.to_string().contains("exclude each other"), "{refused}");
    assert!(refused.to_string().contains("handoff.preset=none"), "{refused}");
    assert_eq!(with_preset, policy(&[("handoff.preset", "2")]), "nothing changed");
    with_preset.set("handoff.preset", "none").unwrap();
    with_preset.set("handoff.on_request", "true").unwrap();
    let mut with_switch = with_preset;
    let refused = with_switch.set("handoff.preset", "0").unwrap_err();
    assert!(refused.to_string().contains("on_request"), "{refused}");
    with_switch.set("handoff.on_request", "default").unwrap();
    with_switch.set("handoff.preset", "0").unwrap();
}

#[test]
fn the_stricter_of_a_channels_mode_and_the_connections_holds() {
    let policy = policy(&[("channels.chat", "live"), ("channels.email", "shadow"), ("channels.sms", "off")]);
    assert_eq!(policy.mode_of("chat", Mode::Live), Mode::Live);
    assert_eq!(
        policy.mode_of("chat", Mode::Shadow),
        Mode::Shadow,
        "`polus mode acme shadow` reaches every channel"
    );
    assert_eq!(policy.mode_of("sms", Mode::Shadow), Mode::Off);
    assert_eq!(policy.mode_of("email", Mode::Live), Mode::Shadow);
    assert_eq!(policy.mode_of("sms", Mode::Live), Mode::Off);
    assert_eq!(policy.mode_of("whatsapp", Mode::Live), Mode::Live);
    for channel in ["chat", "email", "sms", "whatsapp"] {
        assert_eq!(policy.mode_of(channel, Mode::Off), Mode::Off, "{channel}");
    }
}

#[test]
fn other_channels_can_be_set_together() {
    let policy = policy(&[("channels.chat", "live"), ("channels.others", "off")]);
    assert_eq!(policy.mode_of("chat", Mode::Live), Mode::Live);
    assert_eq!(policy.mode_of("email", Mode::Live), Mode::Off);
}

#[test]
fn channels_that_differ_from_the_connection_are_told() {
    let told = |settings: &[(&str, &str)], connection| {
        let differing = policy(settings).channels.differing(connection);
        let told: Vec<String> =
            differing.iter().map(|(channel, mode)| format!("{channel} {mode:?}")).collect();
        told.join(", ")
    };
    let some = [("channels.chat", "live"), ("channels.email", "shadow"), ("channels.sms", "off")];
    assert_eq!(told(&some, Mode::Live), "email Shadow, sms Off");
    assert_eq!(told(&some, Mode::Shadow), "sms Off");
    assert_eq!(told(&some, Mode::Off), "");
    let others = [("channels.chat", "live"), ("channels.others", "off")];
    assert_eq!(told(&others, Mode::Live), "chat Live, others Off");
    assert_eq!(told(&[], Mode::Live), "");
}

#[test]
fn tags_tell_whose_a_topic_is() {
    let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<BTreeSet<String>>();
    let open = Policy::default();
    assert_eq!(open.topics.topic(&tags(&["anything"])), Topic::Allowed);
    let guarded =
        policy(&[("topics.allowed_tags", "Shipping, returns"), ("topics.handoff_tags", "legal, VIP")]);
    assert_eq!(guarded.topics.topic(&tags(&["shipping"])), Topic::Allowed, "case makes no difference");
    assert_eq!(guarded.topics.topic(&tags(&["returns", "other"])), Topic::Allowed);
    assert_eq!(guarded.topics.topic(&tags(&["other"])), Topic::NotAllowed);
    assert_eq!(guarded.topics.topic(&tags(&[])), Topic::NotAllowed);
    let for_people = Topic::ForPeople(" vip ".to_owned());
    assert_eq!(
        guarded.topics.topic(&tags(&["shipping", " vip "])),
        for_people,
        "it goes before what is allowed"
    );
}

#[test]
fn a_ticket_gets_at_most_so_many_replies_in_so_much_time() {
    let limits = Policy::default().limits;
    let hour = Duration::from_secs(3_600);
    let start = Time(1_760_000_000_000);
    let mut replies = Vec::new();
    let mut posted_at = Vec::new();
    for step in 0..72 {
        let now = start.plus(hour * step);
        if limits.replies_left(replies.iter().copied(), now) > 0 {
            replies.push(now);
            posted_at.push(step);
        }
    }
    let expected: Vec<u32> = (0..6).chain(24..30).chain(48..54).collect();
    assert_eq!(posted_at, expected, "six in any 24 hours, whoever keeps writing");
}

#[test]
fn a_fallback_is_neither_the_ai_user_nor_where_tickets_go_anyway() {
    let (ai, anna, team) = (UserId(1), UserId(2), TeamId(9));
    let fallback = |settings: &[(&str, &str)]| policy(settings).handoff;
    let none = fallback(&[]);
    assert!(!none.has_fallback());
    assert_eq!(none.check_fallback(ai, None, None), Ok(()));
    let to_anna = fallback(&[("handoff.fallback_user", "2")]);
    assert_eq!(to_anna.check_fallback(ai, None, Some(team)), Ok(()));
    let same = to_anna.check_fallback(ai, Some(anna), None).unwrap_err();
    assert_eq!(
        same.to_string(),
        "handoff.fallback_user: is where tickets go anyway; a fallback must be somebody else"
    );
    let to_the_ai = fallback(&[("handoff.fallback_user", "1")]);
    assert!(
        to_the_ai
            .check_fallback(ai, None, Some(team))
            .unwrap_err()
            .to_string()
            .contains("the AI user itself")
    );
    let to_the_team = fallback(&[("handoff.fallback_team", "9")]);
    assert_eq!(to_the_team.check_fallback(ai, None, Some(team)).unwrap_err().at, "handoff.fallback_team");
    assert_eq!(
        to_the_team.check_fallback(ai, Some(anna), Some(team)),
        Ok(()),
        "the team without Anna is another"
    );
}

#[test]
fn every_reason_of_a_handoff_has_its_cause() {
    let causes = [
        (HandoffReason::AskedForHuman, Cause::UserRequest),
        (HandoffReason::Operator, Cause::UserRequest),
        (HandoffReason::NoSource, Cause::MissingKnowledge),
        (HandoffReason::NoText, Cause::MissingTool),
        (HandoffReason::PromisedPerson, Cause::MissingTool),
        (HandoffReason::TooLate, Cause::Limit),
        (HandoffReason::AnswererFailed, Cause::Error),
        (HandoffReason::KeptChanging, Cause::Limit),
        (HandoffReason::ForeignThread, Cause::Safety),
        (HandoffReason::MessageNotFound, Cause::Error),
        (HandoffReason::TooManyConflicts, Cause::Limit),
        (HandoffReason::NotAnswerable, Cause::Error),
        (HandoffReason::Rejected, Cause::Error),
        (HandoffReason::Unsettled, Cause::Error),
        (HandoffReason::DeliveryFailed, Cause::Error),
    ];
    for (reason, cause) in causes {
        assert_eq!(Cause::from(&reason), cause, "{reason:?}");
    }
    let words: BTreeSet<&str> = Cause::ALL.map(Cause::words).into();
    assert_eq!(words.len(), Cause::ALL.len(), "no two causes have the same words");
}
