//! `polus simulate`: the real actors in a simulated world, all of it drawn from a seed: one run, many, or a long one.
//!
//! ```text
//! simulate/seeds.rs    many seeds, with a line of progress
//! simulate/one.rs      one run: its options, what happened, what it came to
//! simulate/story.rs    a scenario: a named story with an expected end
//! simulate/failure.rs  a run that broke a promise: made small, told, and kept
//! simulate/kept.rs     a run and its log in a folder
//! simulate/progress.rs a line of progress, where a person looks
//! ```

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use polus_simulations::regressions::{BadRegression, Regression};
use polus_simulations::{long, options, plan};

use super::{WrongUse, output};
use crate::shell;

mod failure;
mod kept;
mod one;
#[cfg(feature = "planted")]
mod planted;
mod progress;
mod seeds;
mod story;

use one::Run;

/// Play the real program in a simulated world where people, Gorgias, the disk, the network and the clock do their worst,
/// thousands of times faster than life, and hold it against what it promises
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Simulate {
    /// The run drawn from this number; with --minutes, the number to begin with
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// The runs drawn from these numbers, the last one excluded
    #[arg(long, value_name = "A..B", value_parser = range, allow_negative_numbers = true,
          conflicts_with_all = ["seed", "minutes", "hours", "regression"])]
    seeds: Option<Range<u64>>,
    /// Runs of fresh numbers for so many minutes
    #[arg(long, value_name = "M", value_parser = above_zero, allow_negative_numbers = true,
          conflicts_with_all = ["hours", "regression"])]
    minutes: Option<f64>,
    /// One long run of at least so many simulated hours
    #[arg(long, value_name = "H", value_parser = hours, allow_negative_numbers = true, conflicts_with = "regression")]
    hours: Option<u32>,
    /// Tickets in a long run
    #[arg(long, value_name = "N", value_parser = tickets, default_value_t = 40, allow_negative_numbers = true,
          requires = "hours")]
    tickets: u32,
    /// A named story with an expected end; a name that there is not lists those there are
    #[arg(long, value_name = "NAME",
          conflicts_with_all = ["seed", "seeds", "minutes", "hours", "regression", "trace"])]
    scenario: Option<String>,
    /// A run that was kept in a file
    #[arg(long, value_name = "FILE", conflicts_with = "seed")]
    regression: Option<PathBuf>,
    /// Go on after a run that broke a promise; of many runs
    #[arg(long, conflicts_with_all = ["scenario", "regression", "hours"])]
    go_on: bool,
    /// Fail if a mark never fired, but for those that even a thousand runs may lack; of many runs, a thousand or so at least
    #[arg(long, conflicts_with_all = ["scenario", "regression", "hours", "trace"])]
    all_marks: bool,
    /// Show what happens, line by line; of one run
    #[arg(long, conflicts_with_all = ["seeds", "minutes"])]
    trace: bool,
    /// JSON for programs
    #[arg(long, conflicts_with = "trace")]
    json: bool,
    /// A new or empty folder that the run and its log are kept in, for `polus replay`; of many runs, only one that broke a
    /// promise, of a scenario the log alone. A run that broke a promise is kept in any case [default: a new one in the
    /// system's folder for temporary files]
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  polus simulate --seed 7                  one run: its options, and what it came to
  polus simulate --seed 7 --trace          the same, line by line
  polus simulate --seeds 0..500            many runs; stops at the first that breaks a promise
  polus simulate --minutes 10              fresh runs for so long
  polus simulate --hours 24 --tickets 500  one long run
  polus simulate --scenario lost-response  a named story, to learn how it behaves
  polus simulate --regression FILE         a run that was kept

It ends with 0 if every promise was kept, with 1 if one was broken, a mark was missed that --all-marks asks for, or the
run could not be kept or shown, with 2 if it is not understood, and with 130 if many runs were interrupted: the first Ctrl-C tells what was played by then.";

const A_RANGE: &str = "it takes A..B, for example 0..500";

const ALL_MARKS_OF_MANY: &str = "--all-marks is for many runs; give --seeds A..B or --minutes M";

const WHAT_TO_GIVE: &str = "give the run.json of a folder that a run was kept in";

impl Simulate {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        self.check_folder()?;
        #[cfg(feature = "planted")]
        planted::plant()?;
        if self.all_marks && self.seeds.is_none() && self.minutes.is_none() {
            return Err(WrongUse(ALL_MARKS_OF_MANY.to_owned()).into());
        }
        if let Some(name) = &self.scenario {
            return self.play_story(name);
        }
        if let Some(minutes) = self.minutes {
            return self.play_seeds(seeds::Which::fresh(self.seed, minutes)?);
        }
        if let Some(range) = &self.seeds {
            return self.play_seeds(seeds::Which::Range(range.clone()));
        }
        let run = match (&self.regression, self.hours, self.seed) {
            (Some(file), _, _) => kept_in(file)?,
            (None, Some(hours), seed) => {
                let (options, plan) = long::drawn(seed.unwrap_or(0), hours, self.tickets);
                let name = format!("--seed {} --hours {hours} --tickets {}", options.seed, self.tickets);
                Run { options, plan, name }
            }
            (None, None, Some(seed)) => drawn(seed),
            (None, None, None) => {
                return Err(WrongUse(format!("it takes what to play\n\n{EXAMPLES}")).into());
            }
        };
        self.play_one(&run)
    }

    fn check_folder(&self) -> anyhow::Result<()> {
        let Some(folder) = &self.keep else { return Ok(()) };
        let shown = folder.display();
        let cannot = |problem| {
            WrongUse(format!("{shown} cannot be written: {problem}; give another folder with --keep"))
        };
        if kept::is_used(folder).map_err(cannot)? {
            let problem = format!("{shown} holds something already; give a new or empty folder with --keep");
            return Err(WrongUse(problem).into());
        }
        kept::try_folder(folder).map_err(cannot)?;
        Ok(())
    }

    fn say(&self, text: &str) -> anyhow::Result<()> {
        if self.json { Ok(()) } else { output::line(text) }
    }
}

/// The run that is drawn from a seed.
fn drawn(seed: u64) -> Run {
    let options = options::Options::drawn(seed);
    let plan = plan::drawn(&options);
    Run { options, plan, name: format!("--seed {seed}") }
}

fn kept_in(file: &Path) -> anyhow::Result<Run> {
    let shown = file.display();
    let wrong = |problem: String| WrongUse(format!("{shown}: {problem}"));
    if file.is_dir() {
        let inside = file.join(kept::RUN);
        let problem = format!("it is a folder; give a file, such as {}", inside.display());
        return Err(wrong(problem).into());
    }
    let bytes = std::fs::read(file).map_err(|problem| wrong(format!("{problem}; {WHAT_TO_GIVE}")))?;
    if bytes.is_empty() {
        return Err(wrong(format!("the file is empty; {WHAT_TO_GIVE}")).into());
    }
    let text =
        String::from_utf8(bytes).map_err(|_| wrong(format!("the file holds no text; {WHAT_TO_GIVE}")))?;
    let kept = Regression::read(&text).map_err(|bad| match bad {
        BadRegression::Unreadable(_) => wrong(format!("{bad}; {WHAT_TO_GIVE}")),
        BadRegression::Format(..) | BadRegression::Seeds(..) | BadRegression::OutOfRange(_) => {
            wrong(bad.to_string())
        }
    })?;
    Ok(Run { options: kept.options, plan: kept.plan, name: format!("--regression {}", shell::quoted(file)) })
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (from, upto) = text.split_once("..").ok_or(A_RANGE)?;
    if from.is_empty() || upto.is_empty() {
        return Err(A_RANGE.to_owned());
    }
    let seed = |text| seed(text).map_err(|problem| format!("{A_RANGE}; {problem}"));
    let range = seed(from)?..seed(upto)?;
    if range.start == range.end {
        return Err(format!("{text} holds no seed: the last one is excluded"));
    }
    if range.is_empty() {
        return Err(format!("{text} goes backwards; try {upto}..{from}"));
    }
    Ok(range)
}

fn hours(text: &str) -> Result<u32, String> {
    number(text, 8_760, "hours", 24)
}

fn tickets(text: &str) -> Result<u32, String> {
    number(text, 100_000, "tickets", 500)
}

fn number(text: &str, most: u32, of_what: &str, example: u32) -> Result<u32, String> {
    let number = text.parse::<u32>().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| {
        format!("it takes a whole number of {of_what} from 1 to {most}, for example {example}")
    })
}

fn above_zero(text: &str) -> Result<f64, String> {
    let number: f64 =
        text.parse().map_err(|_| "it takes a number of minutes, for example 2 or 0.5".to_owned())?;
    let fits = number > 0.0 && number <= 100_000.0;
    if fits { Ok(number) } else { Err("it takes more than 0 minutes, and at most 100000".to_owned()) }
}
