//! What is promised, one promise a file, each held against what a run looks like from outside when it is over.

mod acknowledged;
mod announced;
mod as_drafted;
mod bounded;
mod brake;
mod calls_nobody;
mod carried_out;
mod caught_up;
mod customers_only;
mod cut_off;
mod cut_work;
mod generation;
mod grave;
mod idle;
mod look;
mod mirrored;
mod nonsense;
mod nothing_lost;
mod once;
mod open_work;
mod opted_out;
mod own_thread;
mod paid;
mod past;
mod put_aside;
mod reasoned;
mod reply_limit;
mod rest;
mod same_without_derived;
mod separate;
mod settled;
mod silent_after_handoff;
mod silent_after_people;
mod silent_answerer;
mod taken;
mod unread;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::history::History;
use rest::Cause;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Which promise.
    pub promise: String,
    /// What it was broken about: an account, a ticket, or the log.
    pub about: String,
    /// How, in a sentence.
    pub how: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.promise, self.about, self.how)
    }
}

/// A promise: its name, and what finds where it was broken.
struct Promise {
    name: &'static str,
    check: fn(&History, &mut Findings),
}

const PROMISES: [Promise; 34] = [
    Promise { name: once::NAME, check: once::check },
    Promise { name: nothing_lost::NAME, check: nothing_lost::check },
    Promise { name: announced::NAME, check: announced::check },
    Promise { name: acknowledged::NAME, check: acknowledged::check },
    Promise { name: taken::NAME, check: taken::check },
    Promise { name: as_drafted::NAME, check: as_drafted::check },
    Promise { name: silent_after_handoff::NAME, check: silent_after_handoff::check },
    Promise { name: silent_after_people::NAME, check: silent_after_people::check },
    Promise { name: carried_out::NAME, check: carried_out::check },
    Promise { name: reasoned::NAME, check: reasoned::check },
    Promise { name: paid::NAME, check: paid::check },
    Promise { name: unread::NAME, check: unread::check },
    Promise { name: past::NAME, check: past::check },
    Promise { name: own_thread::NAME, check: own_thread::check },
    Promise { name: generation::NAME, check: generation::check },
    Promise { name: cut_work::NAME, check: cut_work::check },
    Promise { name: cut_off::NAME, check: cut_off::check },
    Promise { name: brake::NAME, check: brake::check },
    Promise { name: customers_only::NAME, check: customers_only::check },
    Promise { name: opted_out::NAME, check: opted_out::check },
    Promise { name: grave::NAME, check: grave::check },
    Promise { name: nonsense::NAME, check: nonsense::check },
    Promise { name: reply_limit::NAME, check: reply_limit::check },
    Promise { name: separate::NAME, check: separate::check },
    Promise { name: silent_answerer::NAME, check: silent_answerer::check },
    Promise { name: mirrored::NAME, check: mirrored::check },
    Promise { name: settled::NAME, check: settled::check },
    Promise { name: bounded::NAME, check: bounded::check },
    Promise { name: idle::NAME, check: idle::check },
    Promise { name: open_work::NAME, check: open_work::check },
    Promise { name: caught_up::NAME, check: caught_up::check },
    Promise { name: same_without_derived::NAME, check: same_without_derived::check },
    Promise { name: put_aside::NAME, check: put_aside::check },
    Promise { name: calls_nobody::NAME, check: calls_nobody::check },
];

/// Posts that were made once more although all was right, by what lies behind each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Doubles {
    /// The first one landed too late to be found.
    pub landed_late: u64,
    /// The first one had lost its marker.
    pub marker_stripped: u64,
    /// A look was shown an older thread.
    pub stale_read: u64,
}

impl Doubles {
    /// All of them.
    pub fn all(self) -> u64 {
        self.landed_late + self.marker_stripped + self.stale_read
    }

    /// Adds those of another run.
    pub fn add(&mut self, other: Self) {
        self.landed_late += other.landed_late;
        self.marker_stripped += other.marker_stripped;
        self.stale_read += other.stale_read;
    }
}

/// What the checks found.
#[derive(Debug, Default)]
pub struct Findings {
    promise: &'static str,
    /// Promises that were broken.
    pub broken: Vec<Broken>,
    /// Posts that were made once more although all was right: the declared rest.
    pub doubles: Doubles,
    /// The longest time from a fence's read to the post behind it, milliseconds.
    pub window_ms_max: i64,
}

impl Findings {
    /// The promise in question was broken.
    pub(crate) fn broken(&mut self, about: impl fmt::Display, how: impl Into<String>) {
        let promise = self.promise.to_owned();
        self.broken.push(Broken { promise, about: about.to_string(), how: how.into() });
    }

    /// So many posts were made once more, and that lies behind it.
    pub(crate) fn doubled(&mut self, cause: Cause, count: u64) {
        match cause {
            Cause::LandedLate => self.doubles.landed_late += count,
            Cause::MarkerStripped => self.doubles.marker_stripped += count,
            Cause::StaleRead => self.doubles.stale_read += count,
        }
    }
}

/// Holds a run against every promise.
pub fn check(history: &History) -> Findings {
    let mut findings = Findings::default();
    for promise in &PROMISES {
        findings.promise = promise.name;
        (promise.check)(history, &mut findings);
    }
    findings.promise = "as it went";
    for seen in &history.seen {
        findings.broken("the run", seen.clone());
    }
    findings
}

#[cfg(test)]
mod tests;
