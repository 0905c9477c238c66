//! `polus demo`: a sample shop, a simulated Gorgias, and the real program between them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::{WrongUse, client, output};
use crate::demo::{Report, SPEED, Stage, Staged};
use crate::shell::quoted;

/// Play a day at a sample shop: a simulated Gorgias, customers who write, things that go wrong, and the real program.
/// Nothing leaves this machine
#[derive(Args)]
pub(super) struct Demo {
    /// Play the story to its end, show how each ticket ended, and exit 1 if one ended otherwise than it must
    #[arg(long)]
    once: bool,
    /// JSON for programs, and no line before it
    #[arg(long, requires = "once")]
    json: bool,
    /// Port of the program's server on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A new or empty folder for the data [default: a new one in the system's folder for temporary files]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

impl Demo {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let data = self.folder()?;
        client::block_on(self.play(&data))
    }

    async fn play(&self, data: &Path) -> anyhow::Result<ExitCode> {
        let mut stage = Stage::set_up(data, self.port).await?;
        if !self.json {
            tell_before(&stage.staged(), data)?;
        }
        let mut say = |text: &str| if self.json { Ok(()) } else { output::line(text) };
        let interrupted = tokio::signal::ctrl_c();
        let report = tokio::select! {
            biased;
            heard = interrupted => {
                heard.context("signals cannot be heard")?;
                None
            }
            report = self.show(&mut stage, &mut say, data) => Some(report?),
        };
        stage.end()?;
        if !self.json {
            tell_after(data)?;
        }
        let passed = report.is_some_and(|report| report.passed);
        Ok(if passed || !self.once { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// The story, its end, and unless it is to be played once what comes after it, for ever.
    async fn show(
        &self,
        stage: &mut Stage,
        say: &mut dyn FnMut(&str) -> anyhow::Result<()>,
        data: &Path,
    ) -> anyhow::Result<Report> {
        let report = stage.play(say).await?;
        if self.json {
            let mut shown = serde_json::to_value(&report)?;
            shown["data"] = json!(data.display().to_string());
            output::json(&shown)?;
        } else {
            tell_report(&report)?;
        }
        if !self.once {
            output::line("\nMore customers write now, until Ctrl-C.")?;
            stage.go_on(say).await?;
        }
        Ok(report)
    }

    /// The folder for the data, made if it is not there.
    fn folder(&self) -> anyhow::Result<PathBuf> {
        let Some(given) = &self.data else {
            return new_folder(&std::env::temp_dir());
        };
        let is_used = given.exists()
            && fs::read_dir(given).with_context(|| given.display().to_string())?.next().is_some();
        if is_used {
            return Err(WrongUse(format!(
                "{} holds something already, and the demonstration begins anew each time; give a new or empty folder",
                given.display()
            ))
            .into());
        }
        Ok(given.clone())
    }
}

/// A name in `parent` that is not taken.
fn new_folder(parent: &Path) -> anyhow::Result<PathBuf> {
    let process = std::process::id();
    for number in 1..1000_u32 {
        let path = parent.join(format!("polus-demo-{process}-{number}"));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
    }
    Err(anyhow::anyhow!("{} has no name left for a new folder", parent.display()))
}

fn tell_before(staged: &Staged, data: &Path) -> anyhow::Result<()> {
    output::line(&format!(
        "admin API   {}, Authorization: Bearer $(cat {})",
        staged.api,
        staged.token_file.display()
    ))?;
    output::line(&format!(
        "playing     a day at Kallias Tea: {} tickets on a simulated Gorgias at {}, {SPEED} times as fast as life; nothing leaves this machine",
        staged.tickets, staged.gorgias
    ))?;
    output::line(&format!("data        {}\n", data.display()))
}

fn tell_report(report: &Report) -> anyhow::Result<()> {
    let paint = output::Paint::new();
    output::line("")?;
    let rows = report.tickets.iter().map(|ticket| {
        let verdict = if ticket.passed { "as expected" } else { "DIFFERS" };
        [verdict.to_owned(), ticket.ticket.clone(), ticket.about.to_owned(), ticket.happened.clone()]
    });
    output::table(["", "ticket", "what it shows", "how it ended"], rows.collect())?;
    for ticket in report.tickets.iter().filter(|ticket| !ticket.passed) {
        output::line(&paint.bad(&format!("\n{} ({}) differs:", ticket.ticket, ticket.play)))?;
        output::line(&format!("  expected  {}\n  happened  {}", ticket.expected, ticket.happened))?;
        for difference in &ticket.differences {
            output::line(&format!("  {difference}"))?;
        }
    }
    for problem in &report.problems {
        output::line(&paint.bad(&format!("\n{problem}")))?;
    }
    let totals = &report.totals;
    let told = format!(
        "\n{} of {} tickets ended as expected: {} answers, {} handed off, {} not touched. {} calls, {} crash and restart; {:.1} s for {} minutes.",
        totals.passed,
        totals.tickets,
        totals.answers,
        totals.handoffs,
        totals.untouched,
        totals.calls,
        totals.restarts,
        std::time::Duration::from_millis(totals.took_ms).as_secs_f64(),
        totals.story_ms / 60_000
    );
    output::line(&if report.passed { paint.good(&told) } else { paint.bad(&told) })
}

fn tell_after(data: &Path) -> anyhow::Result<()> {
    let data = quoted(data);
    output::line(&format!(
        "\nThe data folder stays; delete it when you have seen enough. To look at next:\
         \n  polus replay demo/1001 --data {data}            every event of a ticket, and what it owed\
         \n  polus explain demo/1001 --data {data}           why a message was answered, or not\
         \n  polus replay demo/1001 --check --data {data}    the same log, applied anew\
         \n  polus log verify --data {data}                  the whole log: numbers and chain of hashes"
    ))
}
