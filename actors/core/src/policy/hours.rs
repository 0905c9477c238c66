//! Office hours: when people are there. A week of opening times in a time zone, and holidays that replace a day of it.
//! Right across daylight-saving changes; the zone data is part of the program, so no machine's own matters.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::language::Language;
use crate::time::Time;

mod opening;
mod span;
mod stretches;
mod zone;

pub use span::{Day, DayProblem, Span, SpanProblem, Weekday, in_order};
pub use zone::{UnknownZone, zone_named};

use stretches::{Stretch, civil, stretches};

/// How far hours are looked at, in days: beyond a year and its holidays nothing new is found.
const DAYS_MAX: u32 = 400;

/// Enough days to find an opening in an ordinary week.
const DAYS_USUAL: u32 = 10;

/// When people are there. Without any opening times and holidays: always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hours {
    /// Name of the time zone in the IANA data, for example `Europe/Berlin`. Checked when it is set; a name that later
    /// data no longer has counts as UTC, and the policy's check says so.
    pub zone: String,
    /// Opening times by weekday. A day without an entry is closed, unless no day has one: then the week is open
    /// throughout.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub week: BTreeMap<Weekday, Vec<Span>>,
    /// Days that differ, with the times they are open all the same; none for a whole day off.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<Day, Vec<Span>>,
}

impl Default for Hours {
    fn default() -> Self {
        Self { zone: "UTC".to_owned(), week: BTreeMap::new(), holidays: BTreeMap::new() }
    }
}

impl Hours {
    /// Whether people are always there: nothing else was set.
    pub fn is_always(&self) -> bool {
        self.week.is_empty() && self.holidays.is_empty()
    }

    /// Whether people are there. A stretch begins with its first moment and ends before its last.
    pub fn is_open(&self, at: Time) -> bool {
        self.is_always() || self.around(at).is_some()
    }

    /// When people are there next: `at` itself while they are; none if not within 400 days.
    pub fn next_opening(&self, at: Time) -> Option<Time> {
        self.after_open_time(at, Duration::ZERO)
    }

    /// Since when people have been away; none while they are there, or if they never were within 400 days.
    pub fn closed_since(&self, at: Time) -> Option<Time> {
        if self.is_open(at) {
            return None;
        }
        [DAYS_USUAL, DAYS_MAX].into_iter().find_map(|days| {
            let stretches = self.days_around(at, -i64::from(days), days + 2);
            stretches.iter().rev().find(|stretch| stretch.to <= at).map(|stretch| stretch.to)
        })
    }

    /// How long people were there between two points in time; zero when the second is not the later one. Counts at
    /// most 400 days.
    pub fn open_time_between(&self, from: Time, to: Time) -> Duration {
        if self.is_always() {
            return to.since(from);
        }
        let days = to.since(from).as_secs() / (24 * 60 * 60) + 3;
        let days = u32::try_from(days).unwrap_or(DAYS_MAX).min(DAYS_MAX);
        let stretches = self.days_around(from, -1, days);
        stretches.iter().map(|stretch| stretch.to.min(to).since(stretch.from.max(from))).sum()
    }

    /// The first moment at which, counted from `at`, people were there for `duration`: when something
    /// is due that was promised in office time. No time at all means the next opening. None if not within 400 days.
    pub fn after_open_time(&self, at: Time, duration: Duration) -> Option<Time> {
        if self.is_always() {
            return Some(at.plus(duration));
        }
        [DAYS_USUAL, DAYS_MAX].into_iter().find_map(|days| {
            let mut left = duration;
            for stretch in self.days_around(at, -1, days).iter().filter(|stretch| stretch.to > at) {
                let from = stretch.from.max(at);
                let length = stretch.to.since(from);
                if left <= length {
                    return Some(from.plus(left));
                }
                left -= length;
            }
            None
        })
    }

    /// When people are there again, in words that fit into the sentence of the text `handoff_closed` ("on Monday at
    /// 09:00"); none while they are there, or if no opening is in sight, since nothing can be promised then.
    pub fn opening_words(&self, now: Time, language: Language) -> Option<String> {
        if self.is_open(now) {
            return None;
        }
        let zone = self.time_zone();
        let opening = civil(&zone, self.next_opening(now)?);
        Some(opening::words(language, civil(&zone, now).date(), opening))
    }

    /// The opening times of a day.
    fn spans_on(&self, date: Date) -> Vec<Span> {
        if let Some(holiday) = self.holidays.get(&Day(date)) {
            return holiday.clone();
        }
        if self.week.is_empty() {
            return vec![Span::WHOLE_DAY];
        }
        self.week.get(&Weekday::of(date)).cloned().unwrap_or_default()
    }

    /// The stretch that holds `at`.
    fn around(&self, at: Time) -> Option<Stretch> {
        self.days_around(at, -1, 3).into_iter().find(|stretch| stretch.from <= at && at < stretch.to)
    }

    /// The stretches of `days` days, beginning with the day of `at` moved by `shift` days.
    fn days_around(&self, at: Time, shift: i64, days: u32) -> Vec<Stretch> {
        let zone = self.time_zone();
        let first = civil(&zone, at).date().saturating_add(jiff::Span::new().days(shift));
        stretches(&zone, first, days, |date| self.spans_on(date))
    }

    fn time_zone(&self) -> jiff::tz::TimeZone {
        zone_named(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// Whether any day of the week opens; a policy whose hours never do is refused.
    pub(super) fn ever_opens(&self) -> bool {
        self.week.is_empty() || self.week.values().any(|spans| !spans.is_empty())
    }
}
