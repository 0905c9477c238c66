//! The words of opening times: weekdays, days of the calendar, spans of a day; each with its one spelling.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const MINUTES_OF_DAY: u16 = 24 * 60;

/// A day of the week. Persisted by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    /// The weekday of a date.
    pub fn of(date: Date) -> Self {
        match date.weekday() {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A day of the calendar, written `2026-12-24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(
    /// The date.
    pub Date,
);

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day; write it as 2026-12-24")]
pub struct DayProblem(
    /// The text.
    pub String,
);

impl FromStr for Day {
    type Err = DayProblem;

    fn from_str(text: &str) -> Result<Self, DayProblem> {
        let problem = || DayProblem(text.to_owned());
        let day = Self(text.parse().map_err(|_| problem())?);
        // The parser takes other spellings too, times behind the date among them.
        if day.to_string() == text { Ok(day) } else { Err(problem()) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl TryFrom<String> for Day {
    type Error = DayProblem;

    fn try_from(text: String) -> Result<Self, DayProblem> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A span of a day, written `09:00-17:00`; it may end at `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    /// Its beginning, in minutes of the local day.
    from_minute: u16,
    /// Its end, in minutes of the local day; later than the beginning.
    to_minute: u16,
}

/// Why a text is no span of a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanProblem {
    /// It is written otherwise.
    #[error("{0:?} is no span of a day; write it as 09:00-17:00, from 00:00 to 24:00")]
    Malformed(String),
    /// It has no length, or a negative one.
    #[error(
        "{0} ends before it begins; hours past midnight go to the next day, as 22:00-24:00 here and 00:00-02:00 there"
    )]
    Backwards(String),
    /// It shares time with another.
    #[error("{0} and {1} overlap")]
    Overlap(Span, Span),
}

impl Span {
    /// From midnight to midnight.
    pub const WHOLE_DAY: Self = Self { from_minute: 0, to_minute: MINUTES_OF_DAY };

    /// Its beginning, in minutes of the local day.
    pub fn from_minute(self) -> u16 {
        self.from_minute
    }

    /// Its end, in minutes of the local day, up to 1440.
    pub fn to_minute(self) -> u16 {
        self.to_minute
    }
}

/// The spans of a day in their order, if none overlaps another.
pub fn in_order(mut spans: Vec<Span>) -> Result<Vec<Span>, SpanProblem> {
    spans.sort_unstable();
    for pair in spans.windows(2) {
        if let [left, right] = pair
            && right.from_minute < left.to_minute
        {
            return Err(SpanProblem::Overlap(*left, *right));
        }
    }
    Ok(spans)
}

impl FromStr for Span {
    type Err = SpanProblem;

    fn from_str(text: &str) -> Result<Self, SpanProblem> {
        let malformed = || SpanProblem::Malformed(text.to_owned());
        let (from, to) = text.split_once('-').ok_or_else(malformed)?;
        let from_minute = minute(from.trim()).ok_or_else(malformed)?;
        let to_minute = minute(to.trim()).ok_or_else(malformed)?;
        if from_minute >= to_minute {
            return Err(SpanProblem::Backwards(text.trim().to_owned()));
        }
        Ok(Self { from_minute, to_minute })
    }
}

/// The minute of the day of `9:00` or `09:00`, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= MINUTES_OF_DAY).then_some(of_day)
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from_minute, self.to_minute);
        write!(formatter, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl TryFrom<String> for Span {
    type Error = SpanProblem;

    fn try_from(text: String) -> Result<Self, SpanProblem> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}
