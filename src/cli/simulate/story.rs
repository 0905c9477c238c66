//! A scenario: a named story with an expected end, as a newcomer reads it.

use std::process::ExitCode;

use polus_simulations::scenarios::{ALL, UnknownScenario, by_name, listed};
use serde_json::json;

use super::{Simulate, kept};
use crate::cli::{WrongUse, output};
use crate::config::nearest;

impl Simulate {
    /// Plays a story and tells it.
    pub(super) fn play_story(&self, name: &str) -> anyhow::Result<ExitCode> {
        let scenario = by_name(name).map_err(|unknown| WrongUse(unknown_told(&unknown)))?;
        let (played, history) = scenario.played_through();
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
        if let (Some(folder), Some(history)) = (&self.keep, history) {
            let data = kept::keep_log(folder, &history)?;
            self.say("")?;
            for line in kept::told(&data, &history) {
                self.say(&line)?;
            }
        }
        Ok(if played.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// So many names are offered in place of one that there is not.
const OFFERED: usize = 3;

/// What was probably meant, before the list of all.
fn unknown_told(unknown: &UnknownScenario) -> String {
    let offered = near(&unknown.0);
    if offered.is_empty() {
        return unknown.to_string();
    }
    let offered = offered.join(", ");
    format!("there is no scenario {:?}; did you mean {offered}?\n\nThese there are:\n{}", unknown.0, listed())
}

/// The names that have most of the words, the nearest by its letters first; that one alone if none has a word of it.
fn near(asked: &str) -> Vec<&'static str> {
    let asked = asked.to_lowercase().replace(['_', ' '], "-");
    let names = || ALL.iter().map(|scenario| scenario.name);
    let by_letters = nearest(&asked, names().map(str::to_owned));
    let is_nearest = |name: &str| Some(name) == by_letters.as_deref();
    let words: Vec<&str> = asked.split('-').filter(|word| word.len() > 2).collect();
    let shared = |name: &str| name.split('-').filter(|word| words.contains(word)).count();
    let mut near: Vec<&str> = names().filter(|name| shared(name) > 0).collect();
    if near.is_empty() {
        near = names().filter(|name| is_nearest(name)).collect();
    }
    near.sort_by_key(|name| (!is_nearest(name), std::cmp::Reverse(shared(name))));
    near.truncate(OFFERED);
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_offered() {
        for (asked, offered) in [
            ("lost-reponse", &["lost-response", "lost-post", "a-third-of-the-webhooks-lost"][..]),
            ("Lost_Response", &["lost-response", "lost-post", "a-third-of-the-webhooks-lost"]),
            ("disk-full", &["full-disk"]),
            ("crash", &["crash-while-thinking", "crash-before-the-post", "crash-after-the-post"]),
            ("chatt", &["chat"]),
            ("qqqqqq", &[]),
        ] {
            assert_eq!(near(asked), offered, "{asked}");
        }
    }
}
