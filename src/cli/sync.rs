//! `polus sync`: the account's history, fetched and followed.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use polus_core::id::ConnectionId;
use polus_core::time::Time;
use serde_json::{Value, json};

use super::client::{Client, ServerAt};
use super::connection_id;
use super::output::{self, Paint, items, lasting, text, time};
use crate::counted::counted;

/// How often a followed run is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Fetch all tickets and messages of an account, and follow how it goes
///
/// Newest first, behind live work, over restarts. What is fetched is kept up to date from then on; `polus mirror` shows
/// it. Interrupting this command leaves the fetching running.
#[derive(Args)]
#[command(after_help = "Examples:\n  polus sync acme                      fetch everything, and follow it\
    \n  polus sync acme --since 2026-01-01   only what changed since then\
    \n  polus sync acme --watch              follow the one that is under way\
    \n  polus sync acme --log                every fetching so far: pages, records, retries, why it ended")]
pub(super) struct Sync {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// Only what changed on this day or later (UTC), such as 2026-01-31
    #[arg(long, value_name = "DAY", value_parser = day, conflicts_with_all = ["watch", "stop", "log"])]
    since: Option<Time>,
    /// Start it and return at once
    #[arg(long, conflicts_with_all = ["watch", "stop", "log"])]
    detach: bool,
    /// Start nothing; follow the one that is under way
    #[arg(long, conflicts_with_all = ["stop", "log"])]
    watch: bool,
    /// Stop the one that is under way; what is kept stays, and is not kept up to date any more
    #[arg(long, conflicts_with = "log")]
    stop: bool,
    /// Show every fetching so far, the sweeps, and what webhooks missed
    #[arg(long)]
    log: bool,
    /// JSON for programs: how it stands, once
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Sync {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = format!("/api/v1/connections/{}/sync", self.id);
        self.server.with(|client| async move {
            let shown = match (self.log, self.watch, self.stop) {
                (true, ..) | (_, true, _) => client.get(&path).await?,
                (.., true) => client.delete(&path).await?,
                _ => client.post(&path, Some(&json!({ "since": self.since }))).await?,
            };
            if self.json {
                output::json(&shown)?;
            } else if self.log {
                log(&shown)?;
            } else if self.stop || self.detach {
                output::line(&told(&self.id, newest(&shown)))?;
            } else {
                return follow(&client, &path, &self.id, shown).await;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// The beginning of a day.
fn day(text: &str) -> Result<Time, String> {
    Time::parse_gorgias(&format!("{text}T00:00:00"))
        .ok_or_else(|| "it takes a day such as 2026-01-31".to_owned())
}

/// Follows the newest run to its end.
async fn follow(
    client: &Client,
    path: &str,
    id: &ConnectionId,
    mut shown: Value,
) -> anyhow::Result<ExitCode> {
    let bar = ProgressBar::no_length();
    bar.enable_steady_tick(Duration::from_millis(200));
    while let Some("reading" | "comparing") = newest(&shown)["stage"].as_str() {
        draw(&bar, newest(&shown))?;
        tokio::time::sleep(LOOK_EVERY).await;
        shown = client.get(path).await?;
    }
    bar.finish_and_clear();
    let run = newest(&shown);
    output::line(&told(id, run))?;
    mismatches(run)?;
    Ok(if run["stage"] == "failed" { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn newest(shown: &Value) -> &Value {
    &shown["runs"][0]
}

/// A bar where Gorgias says how many there are, else a spinner. Off a terminal nothing is drawn.
fn draw(bar: &ProgressBar, run: &Value) -> anyhow::Result<()> {
    let totals = [&run["tickets"], &run["messages"]].map(|walk| walk["total"].as_u64());
    let read = run["tickets"]["rows"].as_u64().unwrap_or(0) + run["messages"]["rows"].as_u64().unwrap_or(0);
    let (length, template) = match totals {
        [Some(tickets), Some(messages)] => {
            (Some(tickets + messages), "{spinner} [{bar:30}] {percent:>3}%  {msg}")
        }
        _ => (None, "{spinner} {msg}"),
    };
    if bar.length() != length || bar.position() == 0 {
        bar.set_style(ProgressStyle::with_template(template)?.progress_chars("=> "));
    }
    if let Some(length) = length {
        bar.set_length(length);
    }
    bar.set_position(read);
    bar.set_message(progress(run));
    Ok(())
}

fn progress(run: &Value) -> String {
    if run["stage"] == "comparing" {
        return "all pages are read; comparing with what Gorgias counts".to_owned();
    }
    let of = |name: &str| {
        let walk = &run[name];
        match walk["total"].as_u64() {
            Some(total) => format!("{} of {total} {name}", text(walk, "rows")),
            None => format!("{} {name}", text(walk, "rows")),
        }
    };
    let mut parts = vec![of("tickets"), of("messages")];
    if let Some(pace) = run["rows_a_second"].as_f64() {
        parts.push(format!("{pace:.0} a second"));
    }
    if let Some(left) = run["left_ms"].as_u64() {
        parts.push(format!("{} left", lasting(left)));
    } else if run["tickets"]["back_to"].is_i64() {
        parts.push(format!("back to {}", time(&run["tickets"], "back_to")));
    }
    parts.push(calls(run));
    parts.join(", ")
}

fn calls(run: &Value) -> String {
    let (calls, retries) = (run["calls"].as_u64().unwrap_or(0), run["retries"].as_u64().unwrap_or(0));
    let calls = counted(calls, "call", "calls");
    match retries {
        0 => calls,
        _ => format!("{calls} ({retries} of them again)"),
    }
}

/// One line on a run.
fn told(id: &ConnectionId, run: &Value) -> String {
    let paint = Paint::new();
    let read = format!(
        "{} tickets and {} messages read, {}",
        text(&run["tickets"], "rows"),
        text(&run["messages"], "rows"),
        calls(run)
    );
    match run["stage"].as_str() {
        None => format!("the history of {id} was never fetched; `polus sync {id}` does it"),
        Some("complete") => {
            let took = run["ended_at"]
                .as_i64()
                .zip(run["started_at"].as_i64())
                .map(|(ended, started)| ended - started);
            let took = took.and_then(|took| u64::try_from(took).ok()).map(lasting).unwrap_or_default();
            let line = format!("{id}: complete after {took}: {read}");
            match run["mismatched"].as_u64().unwrap_or(0) {
                0 => paint.good(&format!("{line}; as many messages of each ticket as Gorgias counts")),
                _ => paint.warn(&line),
            }
        }
        Some("failed") => paint.bad(&format!("{id}: failed: {} ({read})", text(run, "why"))),
        Some("stopped") => paint.warn(&format!("{id}: {} ({read})", text(run, "why"))),
        Some(_) => format!("{id}: under way: {}. `polus sync {id} --watch` follows it", progress(run)),
    }
}

fn mismatches(run: &Value) -> anyhow::Result<()> {
    let Some(count) = run["mismatched"].as_u64().filter(|count| *count > 0) else { return Ok(()) };
    let tickets = counted(count, "ticket differs", "tickets differ");
    output::line(&format!(
        "{tickets} from what Gorgias counts, also after a read of the whole thread: the key may not see some messages, or \
         Gorgias counts some that it does not show"
    ))?;
    let row = |mismatch: &Value| ["ticket", "counted", "kept"].map(|field| text(mismatch, field));
    let rows = items(run, "mismatches").iter().map(row).collect();
    output::table(["TICKET", "COUNTED", "KEPT"], rows)
}

/// Every run, the sweeps, and what webhooks missed.
fn log(shown: &Value) -> anyhow::Result<()> {
    let runs = items(shown, "runs");
    if runs.is_empty() {
        output::line("no history was ever fetched")?;
    } else {
        let header = [
            "STARTED",
            "ENDED",
            "STATE",
            "PAGES",
            "TICKETS",
            "MESSAGES",
            "CALLS",
            "RETRIES",
            "WHY",
            "LAST PROBLEM",
        ];
        output::table(header, runs.iter().map(row).collect())?;
        mismatches(&runs[0])?;
    }
    let (sweep, webhooks) = (&shown["sweep"], &shown["webhooks"]);
    output::line("")?;
    let every = sweep["every_ms"].as_u64().map_or_else(|| "-".to_owned(), lasting);
    output::line(&format!(
        "sweeps    every {every}; last with news {}; everything is looked at up to {} of Gorgias' time; {}",
        time(sweep, "last_news_at"),
        time(sweep, "through"),
        text(sweep, "told")
    ))?;
    output::line(&format!(
        "webhooks  {} of {} messages of customers in 24 hours were told by none{}",
        text(webhooks, "missed_in_24_h"),
        text(webhooks, "messages_in_24_h"),
        match webhooks["last_missed_at"].as_i64() {
            Some(_) => format!(
                "; the last at {}: message {} on ticket {}, found {} ms after it was written",
                time(webhooks, "last_missed_at"),
                text(webhooks, "last_missed_message"),
                text(webhooks, "last_missed_ticket"),
                text(webhooks, "last_missed_delay_ms")
            ),
            None => String::new(),
        }
    ))
}

fn row(run: &Value) -> [String; 10] {
    let sum = |field: &str| {
        let of = |name: &str| run[name][field].as_u64().unwrap_or(0);
        of("tickets") + of("messages")
    };
    [
        time(run, "started_at"),
        time(run, "ended_at"),
        text(run, "stage"),
        sum("pages").to_string(),
        text(&run["tickets"], "rows"),
        text(&run["messages"], "rows"),
        text(run, "calls"),
        text(run, "retries"),
        text(run, "why"),
        text(run, "last_problem"),
    ]
}
