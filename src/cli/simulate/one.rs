//! One run: its options first, then what happened if that was asked for, then what it came to.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use polus_simulations::batch::{Played, caught};
use polus_simulations::options::Options;
use polus_simulations::plan::Plan;
use polus_simulations::regressions::Regression;
use polus_simulations::report::{RunReport, span};
use polus_simulations::run::{Outcome, run_watched};
use polus_simulations::telling;
use serde_json::json;

use super::failure::Failed;
use super::progress::Progress;
use super::{Simulate, kept};
use crate::cli::output;
use crate::shell::quoted;

/// A run that can be played.
pub(super) struct Run {
    pub options: Options,
    pub plan: Plan,
    /// What draws or reads it on the command line.
    pub name: String,
}

impl Simulate {
    /// Plays a run and tells what it came to.
    pub(super) fn play_one(&self, one: &Run) -> anyhow::Result<ExitCode> {
        for line in telling::options(&one.options) {
            self.say(&line)?;
        }
        self.say("")?;
        let began = Instant::now();
        let done = Arc::new(AtomicUsize::new(0));
        let tell = |wall_ms| match done.load(Ordering::Relaxed) {
            all if all == one.plan.len() => {
                format!("all {all} acts are done; waiting for quiet, {}", span(wall_ms))
            }
            some => format!("{some} of {} acts are done in {}", one.plan.len(), span(wall_ms)),
        };
        let play = || caught(|| run_watched(&one.options, &one.plan, self.trace, &done));
        let outcome = match Progress::new(self.json, began).beside(tell, play) {
            Ok(outcome) => outcome,
            Err(broken) => return self.tell_failure(one, broken, json!({ "options": one.options })),
        };
        let played = Played::of(&outcome);
        let report = RunReport::of(&played, &one.options, began.elapsed());
        if self.trace {
            self.tell_trace(&outcome, &one.plan)?;
        }
        self.say(&report.to_string())?;
        let report = serde_json::to_value(&report)?;
        if let Some(broken) = played.broken.into_iter().next() {
            return self.tell_failure(one, broken, report);
        }
        if let Some(folder) = &self.keep {
            let file = kept::keep_run(folder, &Regression::of(&one.name, &one.options, &one.plan))?;
            let data = kept::keep_log(folder, &outcome.history)?;
            self.say(&format!("\nrepeat it       polus simulate --regression {}", quoted(&file)))?;
            for line in kept::told(&data, &outcome.history) {
                self.say(&line)?;
            }
        }
        if self.json {
            output::json(&report)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn tell_trace(&self, outcome: &Outcome, plan: &Plan) -> anyhow::Result<()> {
        let mut lines = output::Lines::new();
        for line in telling::everything(outcome, plan) {
            lines.line(&line)?;
        }
        lines.line("")?;
        lines.finish()
    }

    /// Makes the failing run small, tells and keeps it.
    pub(super) fn tell_failure(
        &self,
        one: &Run,
        broken: polus_simulations::properties::Broken,
        mut report: serde_json::Value,
    ) -> anyhow::Result<ExitCode> {
        self.say(&output::Paint::new().bad(&format!("\nbroken: {broken}\n")))?;
        self.say("Making it smaller; this takes up to a minute.\n")?;
        let failed = Failed::of(one, broken, self.keep.as_deref())?;
        if self.json {
            report["failure"] = serde_json::to_value(&failed)?;
            output::json(&report)?;
        } else {
            failed.tell()?;
        }
        Ok(ExitCode::FAILURE)
    }
}
