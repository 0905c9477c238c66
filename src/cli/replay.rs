//! `polus replay`: a ticket's log as a timeline, its whole state at a point, or a strict replay. From a running
//! server, or from the data folder when none runs.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::TicketName;
use super::client::{NoServer, ServerAt, block_on};
use super::output::{self, Paint, items, text, time};
use crate::data::{DataFolder, not_of_a_run};
use crate::history::{History, shown_with};
use crate::world;

/// Show a ticket's log event by event: time, event, state after, what was owed and why
#[derive(Args)]
pub(super) struct Replay {
    /// CONNECTION/TICKET
    ticket: TicketName,
    /// The whole state after so many events
    #[arg(long, value_name = "SEQUENCE", value_parser = sequence, allow_negative_numbers = true)]
    at: Option<u64>,
    /// Apply everything anew, strictly, and tell only what that found
    #[arg(long, conflicts_with = "at")]
    check: bool,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Replay {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = match (self.at, self.check) {
            (Some(at), _) => format!("{}?at={at}", self.ticket.path()),
            (None, true) => format!("{}/events?check=true", self.ticket.path()),
            (None, false) => format!("{}/events", self.ticket.path()),
        };
        let told = from_server_or_data(&self.server, &path, async |history| self.told(history).await)?;
        let is_well = told["problem"].is_null() && items(&told, "problems").is_empty();
        let code = if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        match (self.json || self.at.is_some(), self.check) {
            (true, _) => output::json(&told)?,
            (false, true) => tell_check(&self.ticket, &told)?,
            (false, false) => tell_timeline(&told)?,
        }
        Ok(code)
    }

    async fn told(&self, history: &History) -> anyhow::Result<Value> {
        let TicketName { connection, ticket } = &self.ticket;
        if self.check {
            return Ok(serde_json::to_value(history.checked(connection, *ticket).await?)?);
        }
        if self.at.is_some() {
            let (folded, problem) = history.ticket(connection, *ticket, self.at).await?;
            return Ok(shown_with(connection, &folded, problem));
        }
        Ok(serde_json::to_value(history.told(connection, *ticket).await?)?)
    }
}

/// What the server answers at `path`; where none runs, what `look` finds in the data folder.
pub(super) fn from_server_or_data(
    server: &ServerAt,
    path: &str,
    look: impl AsyncFnOnce(&History) -> anyhow::Result<Value>,
) -> anyhow::Result<Value> {
    let config = server.place.load()?;
    not_of_a_run(&config.data)?;
    let client = server.client()?;
    let unanswered = match block_on(async move { client.get(path).await }) {
        Err(error) if error.is::<NoServer>() => error,
        answer => return answer,
    };
    if !config.data.is_dir() {
        return Err(unanswered);
    }
    let folder = DataFolder::open(&config.data)?;
    let history = History::new(world::open_existing(&config.log, &folder)?);
    block_on(look(&history))
}

fn sequence(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "it takes how many events of the ticket to apply, from 0".to_owned())
}

fn tell_timeline(told: &Value) -> anyhow::Result<()> {
    let paint = Paint::new();
    for step in items(told, "steps") {
        let number = format!("{:>4}", text(step, "sequence"));
        let (at, event) = (time(step, "at"), text(step, "event"));
        output::line(&format!("{} {} {}", paint.strong(&number), paint.faint(&at), paint.strong(&event)))?;
        output::line(&format!("     {}", text(step, "told")))?;
        output::line(&format!("     {} {}", paint.faint("state:"), text(step, "state")))?;
        for owed in items(step, "owed") {
            let from = match owed["not_before"].as_i64() {
                Some(0) | None => String::new(),
                Some(_) => format!(", not before {}", time(owed, "not_before")),
            };
            let (effect, reason) = (text(owed, "effect"), text(owed, "reason"));
            output::line(&format!("     {} {effect}: {reason}{from}", paint.faint("owed:")))?;
        }
    }
    if let Some(problem) = told["problem"].as_str() {
        output::line(&paint.bad(&format!("the timeline ends here: {problem}")))?;
    }
    Ok(())
}

fn tell_check(ticket: &TicketName, found: &Value) -> anyhow::Result<()> {
    let paint = Paint::new();
    let (events, state) = (text(found, "events"), text(found, "state"));
    let problems = items(found, "problems");
    for problem in problems {
        output::line(&paint.bad(problem.as_str().unwrap_or_default()))?;
    }
    if problems.is_empty() {
        let verdict = paint.good("sound");
        output::line(&format!(
            "{ticket} is {verdict}: {events} events, hashes linked, every event legal, state \"{state}\" both times"
        ))?;
    }
    Ok(())
}
