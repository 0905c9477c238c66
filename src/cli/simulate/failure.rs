//! A run that broke a promise: made small within bounds, told as a story, kept for `polus replay`, and how to repeat it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use polus_simulations::batch::{caught, first_broken};
use polus_simulations::options::Options;
use polus_simulations::properties::Broken;
use polus_simulations::regressions::Regression;
use polus_simulations::run::run_told;
use polus_simulations::shrink::{Failing, shrunk};
use polus_simulations::telling;
use serde::Serialize;

use super::kept;
use super::one::Run;
use crate::cli::{TicketName, output};
use crate::shell::quoted;

/// No further run is begun after so long.
const SHRINKS_FOR: Duration = Duration::from_secs(60);

/// Nor after so many.
const SHRINKS_WITH: u32 = 2_000;

/// Lines of a story that are shown; its end tells most.
const STORY_LINES: usize = 150;

/// What is told of it.
#[derive(Serialize)]
pub(super) struct Failed {
    /// The promise that the small run breaks.
    broken: Broken,
    /// Acts in the run, and in the small one.
    acts: [usize; 2],
    /// Runs that were played to make it small.
    runs: u32,
    /// What the small run is like.
    options: Options,
    /// What happens in the small run, line by line.
    story: Vec<String>,
    /// The folder with the small run: a data folder and a file to repeat it from.
    kept: PathBuf,
    /// What repeats the whole run.
    repeat: String,
    /// What repeats the small one.
    repeat_small: String,
    /// What opens its log, if it came to an end.
    replay: Option<String>,
    /// The first tickets in that log, and how many more there are.
    tickets: Option<(Vec<String>, usize)>,
}

impl Failed {
    /// Makes a failing run small and keeps it in `folder`, or in a new one.
    pub fn of(one: &Run, broken: Broken, folder: Option<&Path>) -> anyhow::Result<Self> {
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => kept::new_folder(&std::env::temp_dir(), one.options.seed)?,
        };
        let whole = Failing { options: one.options.clone(), plan: one.plan.clone(), broken, runs: 0 };
        let until = Instant::now() + SHRINKS_FOR;
        let small = shrunk(whole, SHRINKS_WITH, |options, plan| {
            if Instant::now() < until { first_broken(options, plan) } else { None }
        });
        let note = format!("{}; first broken: {}", one.name, small.broken);
        let regression = Regression::of(note, &small.options, &small.plan);
        let file = kept::keep_run(&folder, &regression)?;
        let (story, replay, tickets) = match caught(|| run_told(&small.options, &small.plan)) {
            Ok(outcome) => {
                let data = kept::keep_log(&folder, &outcome.history)?;
                let known = kept::tickets(&outcome.history);
                let first = || known.as_ref().and_then(|(names, _)| names.first().cloned());
                let ticket = ticket_of(&small.broken).or_else(first);
                let command = |ticket| format!("polus replay --data {} {ticket}", quoted(&data));
                let story = telling::story(&outcome, &small.plan, &small.broken);
                (story, ticket.map(command), known)
            }
            Err(_) => (telling::plan(&small.options, &small.plan), None, None),
        };
        Ok(Self {
            acts: [one.plan.len(), small.plan.len()],
            runs: small.runs,
            story,
            repeat: format!("polus simulate {}", one.name),
            repeat_small: format!("polus simulate --regression {} --trace", quoted(&file)),
            replay,
            tickets,
            kept: folder,
            options: small.options,
            broken: small.broken,
        })
    }

    /// Tells it to a person.
    pub fn tell(&self) -> anyhow::Result<()> {
        let [acts, left] = self.acts;
        output::line(&format!(
            "{left} of {acts} acts are left after {} runs. What the small run is like:\n",
            self.runs
        ))?;
        for line in telling::options(&self.options) {
            output::line(&line)?;
        }
        output::line("\nWhat happens:\n")?;
        let (first, last) = self.story.split_at(self.story.len().saturating_sub(STORY_LINES));
        if !first.is_empty() {
            output::line(&format!("{:>16}  {} lines before this are in its trace", "...", first.len()))?;
        }
        for line in last {
            output::line(line)?;
        }
        output::line(&format!("\nrepeat it       {}", self.repeat))?;
        output::line(&format!("the small one   {}", self.repeat_small))?;
        if let Some(replay) = &self.replay {
            output::line(&format!("its log         {replay}"))?;
        }
        match &self.tickets {
            Some(tickets) => output::line(&kept::tickets_told(tickets)),
            None => Ok(()),
        }
    }
}

/// The ticket that a promise was broken about, if it was one.
fn ticket_of(broken: &Broken) -> Option<String> {
    let name: TicketName = broken.about.replace("/ticket/", "/").parse().ok()?;
    Some(name.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// What a stranger needs of a failing run: its story, the run again, and its log.
    #[test]
    fn a_failing_run_is_told_kept_and_can_be_opened() {
        let (name, kept) = polus_simulations::regressions::all().unwrap().swap_remove(0);
        let one = Run { options: kept.options, plan: kept.plan, name: format!("--regression {name}") };
        let whole = run_told(&one.options, &one.plan);
        let (account, _, ticket) =
            whole.history.tickets().find(|(_, _, ticket)| !ticket.events.is_empty()).unwrap();
        let about = format!("{account}/{}", ticket.id);
        let broken =
            Broken { promise: "tidy".to_owned(), about: about.clone(), how: "a hair lies on it".to_owned() };

        let folder = tempfile::Builder::new().prefix("a folder").tempdir().unwrap();
        let failed = Failed::of(&one, broken, Some(folder.path())).unwrap();

        assert_eq!(failed.acts, [one.plan.len(); 2], "no smaller run breaks what is not broken");
        let last = failed.story.last().unwrap();
        assert!(
            last.contains("BROKEN") && last.contains(&format!("tidy: {about}: a hair lies on it")),
            "{last}"
        );
        assert!(failed.story.iter().any(|line| line.contains(&about)), "{:#?}", failed.story);
        assert_eq!(failed.repeat, format!("polus simulate --regression {name}"));

        let file = folder.path().join("run.json");
        assert!(failed.repeat_small.contains(file.to_str().unwrap()), "{}", failed.repeat_small);
        let again = Regression::read(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!((again.options, again.plan), (one.options, one.plan));
        assert!(again.note.contains("a hair lies on it"), "{}", again.note);

        let replay = failed.replay.as_deref().unwrap();
        let data = folder.path().join("data");
        assert_eq!(replay, format!("polus replay --data '{}' {about}", data.display()));
        let (names, _) = failed.tickets.as_ref().unwrap();
        assert!(names.contains(&about), "{names:?}");
        assert!(data.join("log").exists());
    }
}
