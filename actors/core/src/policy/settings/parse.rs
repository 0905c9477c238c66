//! Values of settings: from text, within their ranges, and back to the same text.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

use super::DEFAULT;
use crate::policy::hours::{Day, Span, in_order};
use crate::policy::{Language, Mode};

/// What opening times may be.
pub(super) const SPANS_ALLOWED: &str = "spans such as 09:00-17:00, 18:00-20:00, or closed";
/// What a mode may be.
pub(super) const MODE_ALLOWED: &str = "live, shadow or off";

const CLOSED: &str = "closed";
const SPANS_MAX: usize = 8;
const HOLIDAYS_MAX: usize = 400;
const TAGS_MAX: usize = 100;
const TAG_LETTERS_MAX: usize = 100;
const GROUPS_MAX: usize = 200;
const WORDS_MAX: usize = 20;

type Parsed<T> = Result<T, String>;

/// Yes or no.
pub(super) fn switch(text: &str) -> Parsed<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" => Ok(true),
        "false" | "no" | "off" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

/// Yes, no, or not set.
pub(super) fn switch_or_default(text: &str) -> Parsed<Option<bool>> {
    if text == DEFAULT { Ok(None) } else { switch(text).map(Some) }
}

pub(super) fn switch_text(value: Option<bool>) -> String {
    value.map_or(DEFAULT.to_owned(), |on| on.to_string())
}

/// A language by its code.
pub(super) fn language(text: &str) -> Parsed<Language> {
    let found = Language::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(text));
    found.ok_or_else(|| format!("{text:?} is no language; known are {}", Language::codes()))
}

/// A whole number within its range.
pub(super) fn number<N>(text: &str, range: RangeInclusive<N>) -> Parsed<N>
where
    N: std::str::FromStr + PartialOrd + Display,
{
    let number = text.parse::<N>().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!("{text:?} is not allowed; it is a whole number from {} to {}", range.start(), range.end())
    })
}

/// Units of time and their milliseconds, longest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A duration in milliseconds, such as `20s`, within its range.
pub(super) fn duration_ms(text: &str, range: RangeInclusive<u64>) -> Parsed<u64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (count, unit) = text.split_at(digits);
    let unit = UNITS.into_iter().find(|(name, _)| *name == unit.trim()).map(|(_, length)| length);
    let ms = count.parse::<u64>().ok().zip(unit).and_then(|(count, length)| count.checked_mul(length));
    ms.filter(|ms| range.contains(ms)).ok_or_else(|| {
        let (least, most) = (duration_text(*range.start()), duration_text(*range.end()));
        format!("{text:?} is not allowed; it is a time from {least} to {most}, in ms, s, m, h or d")
    })
}

/// The same in whole units of `unit_ms` milliseconds.
pub(super) fn duration_in(text: &str, unit_ms: u64, range: RangeInclusive<u32>) -> Parsed<u32> {
    let ms = u64::from(*range.start()) * unit_ms..=u64::from(*range.end()) * unit_ms;
    let found = duration_ms(text, ms)?;
    if found % unit_ms != 0 {
        return Err(format!("{text:?} is not allowed; it counts in steps of {}", duration_text(unit_ms)));
    }
    u32::try_from(found / unit_ms).map_err(|_| format!("{text:?} is too long"))
}

pub(super) fn duration_text(ms: u64) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    // A single day is said in hours, as people do.
    let fits = |(name, length): &(&str, u64)| ms.is_multiple_of(*length) && (*name != "d" || ms > *length);
    UNITS.into_iter().find(fits).map_or(format!("{ms}ms"), |(name, length)| format!("{}{name}", ms / length))
}

/// What a connection or a channel does.
pub(super) fn mode(text: &str) -> Parsed<Mode> {
    match text.to_lowercase().as_str() {
        "live" | "on" => Ok(Mode::Live),
        "shadow" => Ok(Mode::Shadow),
        "off" => Ok(Mode::Off),
        _ => Err(format!("{text:?} is no mode; it is {MODE_ALLOWED}")),
    }
}

pub(super) fn mode_text(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Shadow => "shadow",
        Mode::Off => "off",
    }
}

/// The opening times of a day.
pub(super) fn spans(text: &str) -> Parsed<Vec<Span>> {
    if text == CLOSED {
        return Ok(Vec::new());
    }
    let spans: Result<Vec<Span>, _> = text.split(',').map(|span| span.trim().parse()).collect();
    let spans =
        in_order(spans.map_err(|problem| problem.to_string())?).map_err(|problem| problem.to_string())?;
    if spans.len() > SPANS_MAX {
        return Err(format!("has {} spans; at most {SPANS_MAX} are allowed", spans.len()));
    }
    Ok(spans)
}

pub(super) fn spans_text(spans: &[Span]) -> String {
    if spans.is_empty() { CLOSED.to_owned() } else { joined(spans, ", ") }
}

/// Days that differ: `2026-12-25; 2026-12-24 09:00-12:00`. A day that comes twice has what was said last.
pub(super) fn holidays(text: &str) -> Parsed<BTreeMap<Day, Vec<Span>>> {
    let mut holidays = BTreeMap::new();
    for item in items(text, ';') {
        let (day, hours) = item.split_once(' ').unwrap_or((item, CLOSED));
        let day: Day =
            day.parse().map_err(|problem: crate::policy::hours::DayProblem| problem.to_string())?;
        holidays.insert(day, spans(hours.trim())?);
    }
    if holidays.len() > HOLIDAYS_MAX {
        return Err(format!("has {} days; at most {HOLIDAYS_MAX} are allowed", holidays.len()));
    }
    Ok(holidays)
}

pub(super) fn holidays_text(holidays: &BTreeMap<Day, Vec<Span>>) -> String {
    let item = |(day, spans): (&Day, &Vec<Span>)| match spans.is_empty() {
        true => day.to_string(),
        false => format!("{day} {}", spans_text(spans)),
    };
    holidays.iter().map(item).collect::<Vec<_>>().join("; ")
}

/// Tags: `refund, warranty`. One that comes twice is kept once.
pub(super) fn tags(text: &str) -> Parsed<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    for tag in items(text, ',') {
        if !tags.iter().any(|kept| kept == tag) {
            tags.push(tag.to_owned());
        }
    }
    if tags.len() > TAGS_MAX {
        return Err(format!("has {} tags; at most {TAGS_MAX} are allowed", tags.len()));
    }
    match tags.iter().find(|tag| tag.chars().count() > TAG_LETTERS_MAX) {
        Some(long) => Err(format!("{long:?} is too long; a tag has up to {TAG_LETTERS_MAX} letters")),
        None => Ok(tags),
    }
}

/// Groups of words: `parcel, package; refund, money back`.
pub(super) fn synonyms(text: &str) -> Parsed<Vec<Vec<String>>> {
    let words = |group: &str| items(group, ',').map(str::to_owned).collect::<Vec<String>>();
    let groups: Vec<Vec<String>> = items(text, ';').map(words).collect();
    if groups.len() > GROUPS_MAX {
        return Err(format!("has {} groups; at most {GROUPS_MAX} are allowed", groups.len()));
    }
    match groups.iter().find(|group| !(2..=WORDS_MAX).contains(&group.len())) {
        Some(group) => Err(format!(
            "the group {:?} has {} words; a group has 2 to {WORDS_MAX}",
            joined(group, ", "),
            group.len()
        )),
        None => Ok(groups),
    }
}

pub(super) fn synonyms_text(groups: &[Vec<String>]) -> String {
    groups.iter().map(|group| joined(group, ", ")).collect::<Vec<_>>().join("; ")
}

pub(super) fn joined<T: Display>(items: &[T], separator: &str) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(separator)
}

fn items(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator).map(str::trim).filter(|item| !item.is_empty())
}
