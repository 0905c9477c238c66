//! What a batch or a run came to: for people as a table, for programs as JSON. Hashes are text there, since not every
//! reader of JSON keeps all their digits.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::batch::{Played, Totals};
use crate::marks::Counts;
use crate::options::Options;
use crate::properties::{Broken, Doubles};

/// So many marks that never fired are named.
const NEVER_SHOWN: usize = 12;

/// The kinds of marks, and what those are called that fired.
const KINDS: [(&str, &str); 5] = [
    ("fault", "went wrong"),
    ("crash", "died"),
    ("act", "was done"),
    ("shell", "rare branches"),
    ("log", "stands in logs"),
];

/// What is counted where the name of a row does not say it.
const THINGS: &str = "calls, webhooks, acts, faults of the disk, ends of lives, records";
const LIVES: &str = "of the program; two restarts end every run";
const RECORDS: &str = "in the log";
const POSTS: &str = "replies and notes of ours on tickets";
const DOUBLES: &str = "posts made once more";
const FENCE: &str = "from the last look at a ticket to the post behind it";

/// Characters of a line, and those before what it tells.
const WIDE: usize = 110;
const INDENT: usize = 16;

/// What a batch came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BatchReport {
    /// All runs together.
    #[serde(flatten)]
    pub totals: Totals,
    /// What it cost and what comes of that.
    #[serde(flatten)]
    pub pace: Pace,
    /// Doubles among a million posts, all runs.
    pub doubles_per_million: f64,
    /// The same without the runs that may post twice although all is right.
    pub doubles_per_million_strict: f64,
    /// Doubles among a million posts because the first one landed too late to be found.
    pub landed_late_per_million: f64,
    /// Because it had lost its marker.
    pub marker_stripped_per_million: f64,
    /// Because a look was shown an older thread.
    pub stale_read_per_million: f64,
}

/// Wall time and what was done in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pace {
    /// Wall time, milliseconds.
    pub wall_ms: u64,
    /// Simulated time over wall time.
    pub speed_up: f64,
    /// Things that happened in a second of wall time.
    pub things_per_s: f64,
    /// Runs in a minute of wall time.
    pub seeds_per_minute: f64,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// Its seed.
    pub seed: u64,
    /// What it was like.
    pub options: Options,
    /// Hash of everything that happened.
    #[serde(serialize_with = "hash")]
    pub hash: u64,
    /// That hash at every thousandth thing that happened.
    #[serde(serialize_with = "hashes")]
    pub checkpoints: Vec<u64>,
    /// Simulated time, milliseconds.
    pub simulated_ms: u64,
    /// What it cost and what comes of that.
    #[serde(flatten)]
    pub pace: Pace,
    /// Things that happened: calls, webhooks, records, acts, faults of the disk, ends of lives.
    pub things: u64,
    /// Records in the log.
    pub records: u64,
    /// Messages that were posted.
    pub posts: u64,
    /// Lives of the program.
    pub lives: u64,
    /// Posts that were made once more although all was right.
    pub doubles: u64,
    /// The same by what lies behind each.
    pub doubles_by_cause: Doubles,
    /// Whether that is allowed in this run.
    pub allows_doubles: bool,
    /// The longest time from a fence's read to the post behind it, milliseconds.
    pub window_ms_max: i64,
    /// How often what went wrong.
    pub struck: BTreeMap<String, u64>,
    /// How often what was marked; 0 for a mark that did not fire.
    pub marks: Counts,
    /// Promises that were broken.
    pub broken: Vec<Broken>,
}

impl BatchReport {
    /// The report of a batch that took so long.
    pub fn of(totals: &Totals, wall: Duration) -> Self {
        Self {
            totals: totals.clone(),
            pace: Pace::of(totals.seeds, totals.simulated_ms, totals.things, wall),
            doubles_per_million: per_million(totals.doubles, totals.posts),
            doubles_per_million_strict: per_million(totals.doubles_strict, totals.posts_strict),
            landed_late_per_million: per_million(totals.doubles_by_cause.landed_late, totals.posts),
            marker_stripped_per_million: per_million(totals.doubles_by_cause.marker_stripped, totals.posts),
            stale_read_per_million: per_million(totals.doubles_by_cause.stale_read, totals.posts),
        }
    }
}

impl RunReport {
    /// The report of a run that took so long.
    pub fn of(played: &Played, options: &Options, wall: Duration) -> Self {
        Self {
            seed: played.seed,
            options: options.clone(),
            hash: played.hash,
            checkpoints: played.checkpoints.clone(),
            simulated_ms: played.simulated_ms,
            pace: Pace::of(1, played.simulated_ms, played.things, wall),
            things: played.things,
            records: played.records,
            posts: played.posts,
            lives: played.lives,
            doubles: played.doubles.all(),
            doubles_by_cause: played.doubles,
            allows_doubles: played.allows_doubles,
            window_ms_max: played.window_ms_max,
            struck: played.struck.clone(),
            marks: played.marks.clone(),
            broken: played.broken.clone(),
        }
    }
}

impl Pace {
    fn of(seeds: u64, simulated_ms: u64, things: u64, wall: Duration) -> Self {
        let seconds = wall.as_secs_f64().max(0.001);
        Self {
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
            speed_up: (simulated_ms as f64 / 1_000.0 / seconds).round(),
            things_per_s: (things as f64 / seconds).round(),
            seeds_per_minute: (seeds as f64 * 600.0 / seconds).round() / 10.0,
        }
    }
}

impl fmt::Display for BatchReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (totals, pace) = (&self.totals, &self.pace);
        let doubles = format!(
            "{}, {:.1} in a million; {:.1} in the {} posts of the {} runs that allow none",
            grouped(totals.doubles),
            self.doubles_per_million,
            self.doubles_per_million_strict,
            grouped(totals.posts_strict),
            grouped(totals.seeds_strict)
        );
        let behind = format!(
            "{:.1} in a million landed too late to be found, {:.1} lost their marker, {:.1} by a look at an older thread",
            self.landed_late_per_million, self.marker_stripped_per_million, self.stale_read_per_million
        );
        let rows = [
            ("seeds", format!("{}, {} a minute", grouped(totals.seeds), pace.seeds_per_minute)),
            ("simulated time", sped(totals.simulated_ms, pace)),
            ("things", format!("{}, {} a second ({THINGS})", grouped(totals.things), pace.things_per_s)),
            ("lives", format!("{} ({LIVES})", grouped(totals.lives))),
            ("records", format!("{} ({RECORDS})", grouped(totals.records))),
            ("posts", format!("{} ({POSTS})", grouped(totals.posts))),
            ("doubles", doubles),
            ("behind them", behind),
            ("fence to post", format!("at most {} ms ({FENCE})", totals.window_ms_max)),
            ("hash", format!("{:016x}", totals.hash)),
            ("broken", format!("{} seeds", grouped(totals.broken))),
            ("marks", marks(&totals.marks)),
        ];
        table(formatter, &rows)?;
        fired(formatter, &totals.marks)
    }
}

impl fmt::Display for RunReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubles = if self.allows_doubles { "allowed here" } else { "each would break a promise" };
        let rows = [
            ("simulated time", sped(self.simulated_ms, &self.pace)),
            ("things", format!("{} ({THINGS})", grouped(self.things))),
            ("lives", format!("{} ({LIVES})", grouped(self.lives))),
            ("records", format!("{} ({RECORDS})", grouped(self.records))),
            ("posts", format!("{} ({POSTS})", grouped(self.posts))),
            ("doubles", format!("{}, {doubles} ({DOUBLES})", grouped(self.doubles))),
            ("fence to post", format!("at most {} ms ({FENCE})", self.window_ms_max)),
            ("hash", format!("{:016x}", self.hash)),
            ("broken", format!("{} promises", self.broken.len())),
            ("marks", marks(&self.marks)),
        ];
        table(formatter, &rows)?;
        fired(formatter, &self.marks)
    }
}

/// A hash as text.
pub(crate) fn hash<S: Serializer>(hash: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{hash:016x}"))
}

/// A span of time for people: days, hours, minutes, seconds.
pub fn span(ms: u64) -> String {
    let (seconds, days) = (ms / 1_000 % 86_400, ms / 86_400_000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if days == 0 { clock } else { format!("{days} d {clock}") }
}

fn hashes<S: Serializer>(hashes: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(hashes.iter().map(|hash| format!("{hash:016x}")))
}

fn sped(simulated_ms: u64, pace: &Pace) -> String {
    let wall = pace.wall_ms as f64 / 1_000.0;
    format!("{} in {wall:.1} s, {} times as fast", span(simulated_ms), grouped(pace.speed_up as u64))
}

fn per_million(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 * 1_000_000.0 / of as f64 }
}

fn table(formatter: &mut fmt::Formatter<'_>, rows: &[(&str, String)]) -> fmt::Result {
    for (name, value) in rows {
        writeln!(formatter, "{name:<INDENT$}{value}")?;
    }
    Ok(())
}

/// The marks that fired, a paragraph for each kind.
fn fired(formatter: &mut fmt::Formatter<'_>, counts: &Counts) -> fmt::Result {
    for (place, (kind, title)) in KINDS.iter().enumerate() {
        let of_kind = counts.iter().filter(|(_, count)| **count > 0).filter_map(|(name, count)| {
            let name = name.strip_prefix(kind)?.strip_prefix('/')?;
            Some(format!("{} {}", name.replace('_', " "), grouped(*count)))
        });
        let mut lines = vec![String::new()];
        for told in of_kind {
            let line = lines.last_mut().filter(|line| line.len() + told.len() + 2 <= WIDE - INDENT);
            match line {
                Some(line) if line.is_empty() => line.push_str(&told),
                Some(line) => line.push_str(&format!(", {told}")),
                None => lines.push(told),
            }
        }
        if lines[0].is_empty() {
            "nothing".clone_into(&mut lines[0]);
        }
        let between = if place == 0 { "" } else { "\n" };
        write!(formatter, "{between}{title:<INDENT$}{}", lines.join(&format!("\n{:INDENT$}", "")))?;
    }
    Ok(())
}

/// So many fired, and which did not if they are few.
fn marks(counts: &Counts) -> String {
    let never: Vec<&str> =
        counts.iter().filter(|(_, count)| **count == 0).map(|(name, _)| name.as_str()).collect();
    let fired = format!("{} of {} fired", counts.len() - never.len(), counts.len());
    match never.len() {
        0 => fired,
        1..=NEVER_SHOWN => format!("{fired}; never {}", never.join(", ")),
        _ => fired,
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn numbers_and_spans_read_well() {
        assert_eq!((grouped(0), grouped(1_234_567)), ("0".to_owned(), "1,234,567".to_owned()));
        assert_eq!(span(3_723_999), "01:02:03");
        assert_eq!(span(2 * 86_400_000), "2 d 00:00:00");
    }

    #[test]
    fn a_batch_counts_doubles_with_and_without_the_runs_that_allow_them() {
        let totals = Totals {
            seeds: 2,
            posts: 4_000,
            posts_strict: 1_000,
            doubles: 2,
            doubles_by_cause: Doubles { landed_late: 1, marker_stripped: 1, stale_read: 0 },
            simulated_ms: 60_000,
            ..Totals::default()
        };
        let report = BatchReport::of(&totals, Duration::from_millis(500));
        assert!((report.doubles_per_million - 500.0).abs() < 1e-9, "{report:?}");
        assert!(report.doubles_per_million_strict.abs() < 1e-9, "{report:?}");
        assert!((report.pace.speed_up - 120.0).abs() < 1e-9, "{report:?}");
        let told = report.to_string();
        assert!(told.contains("2, 500.0 in a million; 0.0 in the"), "{told}");
        assert!(told.contains("250.0 in a million landed too late to be found, 250.0 lost"), "{told}");
    }
}
