//! `polus self-test`: a test ticket from its webhook to its handoff, shown step by step.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use polus_core::id::ConnectionId;
use serde_json::{Value, json};

use super::client::{Client, ServerAt};
use super::connection_id;
use super::output::{self, Paint, harmless, items, text};

/// How often a test that goes on is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Test a connection from end to end: a ticket is created, answered, handed off to people and deleted
///
/// The server creates a ticket "Polus self-test" in Gorgias, in the name of a customer with your address, and assigns it to
/// the AI user. It waits for the webhook, for the answer, and, after "I want to talk to a human", for the handoff; then it
/// deletes the ticket, or closes it where that is refused. Each step is shown with the time it took. Other tickets are not
/// touched. Exits 0 when every step passed, else 1.
///
/// Leaving this command leaves the test running. A server that is stopped in the middle forgets it: the ticket stays in
/// Gorgias then, and is told by its subject. The customer with your address stays there in any case.
#[derive(Args)]
#[command(after_help = "Examples:\n  polus self-test acme --email you@elsewhere.example\
    \n  polus self-test acme --email you@elsewhere.example --question \"How long is shipping?\"\
    \n  polus self-test acme --email you@elsewhere.example --keep   leave the ticket, to look at it in Gorgias")]
pub(super) struct SelfTest {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// Where the answers go: an address of your own that is no mailbox of the shop in Gorgias
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// What the customer asks [default: the title of the first help article]
    #[arg(long, value_name = "TEXT")]
    question: Option<String>,
    /// Leave the ticket in Gorgias
    #[arg(long)]
    keep: bool,
    /// JSON for programs: how it ended, once
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl SelfTest {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = format!("/api/v1/connections/{}/self-test", self.id);
        let mut body = json!({"email": self.email, "keep": self.keep});
        if let Some(question) = &self.question {
            body["question"] = json!(question);
        }
        self.server.with(|client| async move {
            let begun = client.post(&path, Some(&body)).await?;
            if !self.json {
                output::line(&format!(
                    "the test asks {:?}; an answer takes as long as a customer must be quiet, and some seconds",
                    text(&begun, "question")
                ))?;
            }
            let ended = follow(&client, &path, begun, self.json).await?;
            if self.json {
                output::json(&ended)?;
            } else {
                output::line(&verdict(&ended))?;
                if self.question.is_none() && is_unanswered(&ended) {
                    output::line("--question asks something else, such as what your customers ask")?;
                }
            }
            Ok(if ended["state"] == "passed" { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }
}

/// Follows a test to its end, and shows each step as it ends unless `is_quiet`.
async fn follow(client: &Client, path: &str, mut shown: Value, is_quiet: bool) -> anyhow::Result<Value> {
    let mut told = 0;
    loop {
        let steps = items(&shown, "steps");
        for step in steps.iter().skip(told).filter(|_| !is_quiet) {
            output::line(&line(step))?;
        }
        told = steps.len();
        if shown["state"] != "running" {
            return Ok(shown);
        }
        tokio::time::sleep(LOOK_EVERY).await;
        shown = client.get(path).await?;
    }
}

fn line(step: &Value) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds for people")]
    let seconds = step["took_ms"].as_u64().unwrap_or_default() as f64 / 1_000.0;
    let name = match step["step"].as_str() {
        Some("create") => "ticket created",
        Some("webhook") => "webhook came",
        Some("answered") => "question answered",
        Some("handoff") => "handed off",
        Some("clean_up") => "cleaned up",
        Some(other) => other,
        None => "-",
    };
    let line = format!("{name:<18} {seconds:>6.1} s  {}", harmless(&text(step, "told")));
    let paint = Paint::new();
    if step["passed"] == true {
        format!("{}  {line}", paint.good("pass"))
    } else {
        format!("{}  {line}", paint.bad("FAIL"))
    }
}

fn is_unanswered(ended: &Value) -> bool {
    items(ended, "steps").iter().any(|step| step["step"] == "answered" && step["passed"] == false)
}

fn verdict(ended: &Value) -> String {
    let paint = Paint::new();
    match ended["state"].as_str() {
        Some("passed") => paint.good("every step passed"),
        Some("broken_off") => paint.bad(&format!("broken off: {}", text(ended, "why"))),
        // A server that was started anew knows of no test.
        Some("none") => paint.bad(
            "the server was started anew and has forgotten the test; if there is a ticket \"Polus self-test\" in Gorgias, \
             delete it there",
        ),
        Some(_) | None => paint.bad("the test failed; the lines marked FAIL say what to do"),
    }
}
