//! The settings that stand alone: key, place in the JSON, what is allowed, what it does, and how it is read and set.

use super::parse;
use crate::id::{TeamId, UserId};
use crate::policy::Policy;
use crate::policy::handoff::PRESET_MAX;
use crate::policy::hours::zone_named;

/// A setting of the table. What `read` gives, `write` takes.
pub(super) struct Plain {
    pub(super) key: &'static str,
    pub(super) path: &'static str,
    pub(super) allowed: &'static str,
    pub(super) meaning: &'static str,
    /// What stands between the items of a list.
    pub(super) separator: Option<char>,
    pub(super) read: fn(&Policy) -> String,
    pub(super) write: fn(&mut Policy, &str) -> Result<(), String>,
}

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;
const SHOP_LETTERS_MAX: usize = 100;
const NONE: &str = "none";

/// All of them, in an order for people.
pub(super) const PLAIN: &[Plain] = &[
    Plain {
        key: "quiet.chat",
        path: "quiet_chat_ms",
        allowed: "0s to 5m",
        meaning: "how long a chat must be quiet before its messages are answered together",
        separator: None,
        read: |policy| parse::duration_text(policy.quiet_chat_ms),
        write: |policy, text| put(&mut policy.quiet_chat_ms, parse::duration_ms(text, 0..=5 * MINUTE_MS)),
    },
    Plain {
        key: "quiet.email",
        path: "quiet_email_ms",
        allowed: "0s to 1h",
        meaning: "the same for e-mail and every other channel",
        separator: None,
        read: |policy| parse::duration_text(policy.quiet_email_ms),
        write: |policy, text| put(&mut policy.quiet_email_ms, parse::duration_ms(text, 0..=HOUR_MS)),
    },
    Plain {
        key: "answer_within.chat",
        path: "answer_within_chat_ms",
        allowed: "10s to 24h",
        meaning: "how long a chat message may wait for its answer before a person gets it",
        separator: None,
        read: |policy| parse::duration_text(policy.answer_within_chat_ms),
        write: |policy, text| {
            put(&mut policy.answer_within_chat_ms, parse::duration_ms(text, 10 * SECOND_MS..=DAY_MS))
        },
    },
    Plain {
        key: "answer_within.email",
        path: "answer_within_email_ms",
        allowed: "1m to 14d",
        meaning: "the same for e-mail and every other channel",
        separator: None,
        read: |policy| parse::duration_text(policy.answer_within_email_ms),
        write: |policy, text| {
            put(&mut policy.answer_within_email_ms, parse::duration_ms(text, MINUTE_MS..=14 * DAY_MS))
        },
    },
    Plain {
        key: "confidence",
        path: "confidence_line_per_mille",
        allowed: "0 to 1000",
        meaning: "the least confidence, in thousandths, at which an answer is sent",
        separator: None,
        read: |policy| policy.confidence_line_per_mille.to_string(),
        write: |policy, text| put(&mut policy.confidence_line_per_mille, parse::number(text, 0..=1_000)),
    },
    Plain {
        key: "limits.redrafts",
        path: "redrafts_max",
        allowed: "0 to 20",
        meaning: "how often an answer is drafted anew because the customer wrote again, before a person gets the ticket",
        separator: None,
        read: |policy| policy.redrafts_max.to_string(),
        write: |policy, text| put(&mut policy.redrafts_max, parse::number(text, 0..=20)),
    },
    Plain {
        key: "limits.replies",
        path: "limits.replies_max",
        allowed: "1 to 100",
        meaning: "how many replies a ticket may get within limits.replies_window; then a person gets it",
        separator: None,
        read: |policy| policy.limits.replies_max.to_string(),
        write: |policy, text| put(&mut policy.limits.replies_max, parse::number(text, 1..=100)),
    },
    Plain {
        key: "limits.replies_window",
        path: "limits.replies_window_hours",
        allowed: "1h to 30d, in whole hours",
        meaning: "the time within which limits.replies counts",
        separator: None,
        read: |policy| parse::duration_text(u64::from(policy.limits.replies_window_hours) * HOUR_MS),
        write: |policy, text| {
            put(&mut policy.limits.replies_window_hours, parse::duration_in(text, HOUR_MS, 1..=30 * 24))
        },
    },
    Plain {
        key: "disclosure",
        path: "disclosure",
        allowed: "true or false",
        meaning: "says at the end of each reply that an AI wrote it",
        separator: None,
        read: |policy| policy.disclosure.to_string(),
        write: |policy, text| put(&mut policy.disclosure, parse::switch(text)),
    },
    Plain {
        key: "courtesy_replies",
        path: "courtesy_replies",
        allowed: "true or false",
        meaning: "answers a customer's thanks with a line; else they are met with silence",
        separator: None,
        read: |policy| policy.courtesy_replies.to_string(),
        write: |policy, text| put(&mut policy.courtesy_replies, parse::switch(text)),
    },
    Plain {
        key: "skip_if_rule_replied",
        path: "skip_if_rule_replied",
        allowed: "true or false",
        meaning: "leaves a message alone that a rule of the account has replied to",
        separator: None,
        read: |policy| policy.skip_if_rule_replied.to_string(),
        write: |policy, text| put(&mut policy.skip_if_rule_replied, parse::switch(text)),
    },
    Plain {
        key: "other_apps_are_people",
        path: "other_apps_are_people",
        allowed: "true or false",
        meaning: "takes a message another app posted by the API for a person's",
        separator: None,
        read: |policy| policy.other_apps_are_people.to_string(),
        write: |policy, text| put(&mut policy.other_apps_are_people, parse::switch(text)),
    },
    Plain {
        key: "answer_in_article_language",
        path: "answer_in_article_language",
        allowed: "true or false",
        meaning: "lets an article in another language than the customer's answer in its own; else a person does",
        separator: None,
        read: |policy| policy.answer_in_article_language.to_string(),
        write: |policy, text| put(&mut policy.answer_in_article_language, parse::switch(text)),
    },
    Plain {
        key: "shop",
        path: "shop",
        allowed: "up to 100 letters in one line; empty for none",
        meaning: "the shop's name, as texts say it with {shop}",
        separator: None,
        read: |policy| policy.shop.clone(),
        write: |policy, text| put(&mut policy.shop, shop(text)),
    },
    Plain {
        key: "synonyms",
        path: "synonyms",
        allowed: "groups of 2 to 20 words: parcel, package; refund, money back",
        meaning: "words that mean the same in this shop",
        separator: Some(';'),
        read: |policy| parse::synonyms_text(&policy.synonyms),
        write: |policy, text| put(&mut policy.synonyms, parse::synonyms(text)),
    },
    Plain {
        key: "handoff.preset",
        path: "handoff.preset",
        allowed: "0 (the AI only), 1 (quick), 2 (balanced), 3 (the AI first), or none; not beside single switches",
        meaning: "when a ticket goes to people; none means 1, changed by whatever switches are set",
        separator: None,
        read: |policy| text_of(policy.handoff.preset),
        write: |policy, text| {
            put(&mut policy.handoff.preset, if_any(text, |text| parse::number(text, 0..=PRESET_MAX)))
        },
    },
    Plain {
        key: "handoff.on_request",
        path: "handoff.on_request",
        allowed: "true, false or default; not beside a preset",
        meaning: "a request for a person leads to one; else it is declined",
        separator: None,
        read: |policy| parse::switch_text(policy.handoff.on_request),
        write: |policy, text| put(&mut policy.handoff.on_request, parse::switch_or_default(text)),
    },
    Plain {
        key: "handoff.on_frustration",
        path: "handoff.on_frustration",
        allowed: "true, false or default; not beside a preset",
        meaning: "signs of frustration lead to a person; plain anger always does",
        separator: None,
        read: |policy| parse::switch_text(policy.handoff.on_frustration),
        write: |policy, text| put(&mut policy.handoff.on_frustration, parse::switch_or_default(text)),
    },
    Plain {
        key: "handoff.on_no_progress",
        path: "handoff.on_no_progress",
        allowed: "true, false or default; not beside a preset",
        meaning: "a customer whom an answer did not help gets a person",
        separator: None,
        read: |policy| parse::switch_text(policy.handoff.on_no_progress),
        write: |policy, text| put(&mut policy.handoff.on_no_progress, parse::switch_or_default(text)),
    },
    Plain {
        key: "handoff.on_cannot_answer",
        path: "handoff.on_cannot_answer",
        allowed: "true, false or default; not beside a preset",
        meaning: "a question without a certain answer goes to a person; else the AI says that it has none",
        separator: None,
        read: |policy| parse::switch_text(policy.handoff.on_cannot_answer),
        write: |policy, text| put(&mut policy.handoff.on_cannot_answer, parse::switch_or_default(text)),
    },
    Plain {
        key: "handoff.on_forbidden_topic",
        path: "handoff.on_forbidden_topic",
        allowed: "true, false or default; not beside a preset",
        meaning: "a topic that is not for the AI goes to a person; else the AI says that it has no answer",
        separator: None,
        read: |policy| parse::switch_text(policy.handoff.on_forbidden_topic),
        write: |policy, text| put(&mut policy.handoff.on_forbidden_topic, parse::switch_or_default(text)),
    },
    Plain {
        key: "handoff.tags",
        path: "handoff_tags",
        allowed: "tags with commas between them, up to 100",
        meaning: "tags put on a ticket that is handed off",
        separator: Some(','),
        read: |policy| parse::joined(&policy.handoff_tags, ", "),
        write: |policy, text| put(&mut policy.handoff_tags, parse::tags(text)),
    },
    Plain {
        key: "handoff.urgent_tags",
        path: "handoff.urgent_tags",
        allowed: "tags with commas between them, up to 100",
        meaning: "tags put beside those when a grave message (threats, self-harm, the law, …) hands a ticket off",
        separator: Some(','),
        read: |policy| parse::joined(&policy.handoff.urgent_tags, ", "),
        write: |policy, text| put(&mut policy.handoff.urgent_tags, parse::tags(text)),
    },
    Plain {
        key: "handoff.pick_up_within",
        path: "handoff.pick_up_within_minutes",
        allowed: "0s (never told of) to 14d, in whole minutes",
        meaning: "after how much office time a handed-off ticket that nobody touched is told of",
        separator: None,
        read: |policy| parse::duration_text(u64::from(policy.handoff.pick_up_within_minutes) * MINUTE_MS),
        write: |policy, text| {
            let minutes = parse::duration_in(text, MINUTE_MS, 0..=14 * 24 * 60);
            put(&mut policy.handoff.pick_up_within_minutes, minutes)
        },
    },
    Plain {
        key: "handoff.fallback_user",
        path: "handoff.fallback_user",
        allowed: "the number of a Gorgias user, or none",
        meaning: "who gets a ticket when the connection's own destination cannot take it",
        separator: None,
        read: |policy| text_of(policy.handoff.fallback_user.map(|user| user.0)),
        write: |policy, text| {
            put(&mut policy.handoff.fallback_user, if_any(text, id).map(|id| id.map(UserId)))
        },
    },
    Plain {
        key: "handoff.fallback_team",
        path: "handoff.fallback_team",
        allowed: "the number of a Gorgias team, or none",
        meaning: "which team gets a ticket when the connection's own destination cannot take it",
        separator: None,
        read: |policy| text_of(policy.handoff.fallback_team.map(|team| team.0)),
        write: |policy, text| {
            put(&mut policy.handoff.fallback_team, if_any(text, id).map(|id| id.map(TeamId)))
        },
    },
    Plain {
        key: "automated.tags",
        path: "automated_tags",
        allowed: "tags with commas between them, up to 100; empty: none",
        meaning: "tags put on a ticket that holds nothing but automated mail (advertisements, carriers' notices, …)",
        separator: Some(','),
        read: |policy| parse::joined(&policy.automated_tags, ", "),
        write: |policy, text| put(&mut policy.automated_tags, parse::tags(text)),
    },
    Plain {
        key: "handoff.note_language",
        path: "handoff.note_language",
        allowed: "en, fr, es, de, it, pt, nl, pl, sv or ja",
        meaning: "the language of the internal note that a handed-off ticket gets",
        separator: None,
        read: |policy| policy.handoff.note_language.code().to_owned(),
        write: |policy, text| put(&mut policy.handoff.note_language, parse::language(text)),
    },
    Plain {
        key: "topics.allowed_tags",
        path: "topics.allowed_tags",
        allowed: "tags with commas between them, up to 100; empty: all topics",
        meaning: "only tickets with one of these tags are answered",
        separator: Some(','),
        read: |policy| parse::joined(&policy.topics.allowed_tags, ", "),
        write: |policy, text| put(&mut policy.topics.allowed_tags, parse::tags(text)),
    },
    Plain {
        key: "topics.handoff_tags",
        path: "topics.handoff_tags",
        allowed: "tags with commas between them, up to 100",
        meaning: "tickets with one of these tags always go to people",
        separator: Some(','),
        read: |policy| parse::joined(&policy.topics.handoff_tags, ", "),
        write: |policy, text| put(&mut policy.topics.handoff_tags, parse::tags(text)),
    },
    Plain {
        key: "hours.zone",
        path: "hours.zone",
        allowed: "a time zone such as Europe/Berlin",
        meaning: "the time zone of the office hours",
        separator: None,
        read: |policy| policy.hours.zone.clone(),
        write: |policy, text| put(&mut policy.hours.zone, zone(text)),
    },
    Plain {
        key: "hours.holidays",
        path: "hours.holidays",
        allowed: "days such as 2026-12-25; 2026-12-24 09:00-12:00",
        meaning: "days off; with times: days that are open just then",
        separator: Some(';'),
        read: |policy| parse::holidays_text(&policy.hours.holidays),
        write: |policy, text| put(&mut policy.hours.holidays, parse::holidays(text)),
    },
];

fn put<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}

fn if_any<T>(text: &str, parsed: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    if text == NONE { Ok(None) } else { parsed(text).map(Some) }
}

fn text_of<T: ToString>(value: Option<T>) -> String {
    value.map_or(NONE.to_owned(), |value| value.to_string())
}

fn id(text: &str) -> Result<i64, String> {
    parse::number(text, 1..=i64::MAX)
}

/// The zone's own spelling of its name.
fn zone(text: &str) -> Result<String, String> {
    let zone = zone_named(text).map_err(|problem| problem.to_string())?;
    Ok(zone.iana_name().unwrap_or(text).to_owned())
}

fn shop(text: &str) -> Result<String, String> {
    let letters = text.chars().count();
    if letters > SHOP_LETTERS_MAX || text.chars().any(char::is_control) {
        return Err(format!("has {letters} letters; it is one line of up to {SHOP_LETTERS_MAX}"));
    }
    Ok(text.to_owned())
}
