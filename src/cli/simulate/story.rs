//! A scenario: a named story with an expected end, as a newcomer reads it.

use std::process::ExitCode;

use polus_simulations::scenarios::by_name;
use serde_json::json;

use super::Simulate;
use crate::cli::{WrongUse, output};

impl Simulate {
    /// Plays a story and tells it.
    pub(super) fn play_story(&self, name: &str) -> anyhow::Result<ExitCode> {
        let scenario = by_name(name).map_err(|unknown| WrongUse(unknown.to_string()))?;
        let played = scenario.played();
        if self.json {
            output::json(&json!({
                "name": scenario.name, "title": scenario.title, "expected": scenario.told,
                "passed": played.passed, "story": played.told, "unexpected": played.unexpected,
            }))?;
        } else {
            output::line(&format!("{}: {}\n{}\n", scenario.name, scenario.title, scenario.told))?;
            for line in &played.told {
                output::line(line)?;
            }
            let paint = output::Paint::new();
            for difference in &played.unexpected {
                output::line(&paint.bad(&format!("\nunexpected: {difference}")))?;
            }
            if played.passed {
                output::line(&format!("\n{}", paint.good("as expected")))?;
            }
        }
        Ok(if played.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
