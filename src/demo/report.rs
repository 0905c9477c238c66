//! The end of the story: for every ticket what was expected, what happened, and whether that is the same.

use std::time::Duration;

use polus_core::policy::Hours;
use polus_simulations::gorgias::Desk;
use polus_simulations::gorgias::seed::Cast;
use polus_simulations::story::{Director, Ending, Seen, repeated_markers};
use serde::Serialize;

use super::DOMAIN;

/// How the story ended.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The tickets, in the order of the story.
    pub tickets: Vec<TicketReport>,
    /// What is wrong beyond single tickets.
    pub problems: Vec<String>,
    /// The counts.
    pub totals: Totals,
    /// Whether nothing differs.
    pub passed: bool,
}

/// How one ticket ended.
#[derive(Debug, Clone, Serialize)]
pub struct TicketReport {
    /// Its name for the other commands, such as `demo/1004`.
    pub ticket: String,
    /// Its play.
    pub play: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// How it must end.
    pub expected: String,
    /// How it ended.
    pub happened: String,
    /// Whether that is the same.
    pub passed: bool,
    /// In what it differs.
    pub differences: Vec<String>,
}

/// The story in figures.
#[derive(Debug, Clone, Serialize)]
pub struct Totals {
    /// Tickets.
    pub tickets: usize,
    /// Tickets that ended as expected.
    pub passed: usize,
    /// Answers from articles.
    pub answers: usize,
    /// Tickets handed off.
    pub handoffs: usize,
    /// Tickets on which not a word of ours stands.
    pub untouched: usize,
    /// Calls that the simulated Gorgias answered.
    pub calls: usize,
    /// How often the program was killed and started again.
    pub restarts: usize,
    /// How long the story took, in milliseconds of the machine's clock.
    pub took_ms: u64,
    /// How much time passed in the story, in milliseconds.
    pub story_ms: u64,
}

/// What the run itself tells.
pub(super) struct Run {
    /// Times the program was started again.
    pub restarts: usize,
    /// How long it took.
    pub took: Duration,
    /// How much time passed in the story.
    pub story: Duration,
    /// What is wrong already.
    pub problems: Vec<String>,
}

impl Report {
    pub(super) fn new(
        director: &Director,
        desk: &Desk,
        cast: &Cast,
        seen: &Seen,
        hours: &Hours,
        run: Run,
    ) -> Self {
        let mut totals = Totals {
            tickets: 0,
            passed: 0,
            answers: 0,
            handoffs: 0,
            untouched: 0,
            calls: desk.requests().count(),
            restarts: run.restarts,
            took_ms: milliseconds(run.took),
            story_ms: milliseconds(run.story),
        };
        let mut tickets = Vec::new();
        for (play, ticket) in director.tickets() {
            let expected = Ending::expected(&play.end);
            let happened = Ending::seen_at(desk, cast, seen, ticket, hours);
            let differences = expected.differences(&happened);
            totals.tickets += 1;
            totals.passed += usize::from(differences.is_empty());
            totals.answers += happened.answers.len();
            totals.handoffs += usize::from(happened.handed_off.is_some());
            totals.untouched += usize::from(!happened.touched);
            tickets.push(TicketReport {
                ticket: format!("{DOMAIN}/{ticket}"),
                play: play.key,
                about: play.about,
                expected: expected.to_string(),
                happened: happened.to_string(),
                passed: differences.is_empty(),
                differences,
            });
        }
        let mut problems = run.problems;
        let repeated = repeated_markers(desk);
        problems.extend(repeated.iter().map(|marker| format!("the same message was posted twice: {marker}")));
        let passed = problems.is_empty() && totals.passed == totals.tickets;
        Self { tickets, problems, totals, passed }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
