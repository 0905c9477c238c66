//! `polus connections`: the connections and what is wrong with them.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::client::ServerAt;
use super::output::{self, items, lasting, text, time};

/// List connections, their state, and what a person should look at
#[derive(Args)]
pub(super) struct Connections {
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Connections {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (connections, alarms) = self.server.with(|client| async move {
            Ok((client.get("/api/v1/connections").await?, client.get("/api/v1/alarms").await?))
        })?;
        let all = json!({"connections": connections, "alarms": alarms});
        if self.json {
            output::json(&all)?;
            return Ok(ExitCode::SUCCESS);
        }
        let rows: Vec<_> = items(&all, "connections").iter().map(row).collect();
        if rows.is_empty() {
            output::line("no connections yet; make one with `polus connect`")?;
        } else {
            let header = [
                "ID",
                "STATE",
                "MODE",
                "ACCOUNT",
                "AI USER",
                "KEY",
                "ARTICLES",
                "LAST WEBHOOK",
                "MISSED IN 24 H",
                "LAST SWEEP WITH NEWS",
                "CALLS IN USE",
                "ANSWERS",
            ];
            output::table(header, rows)?;
        }
        for connection in items(&all, "connections") {
            if let Some(problem) = connection["problem"].as_str() {
                output::line(&format!("{}: {problem}", text(connection, "id")))?;
            }
        }
        for alarm in items(&all, "alarms") {
            let (about, message) = (text(alarm, "about"), text(alarm, "message"));
            output::line(&format!("alarm since {}: {about}: {message}", time(alarm, "since")))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row(connection: &Value) -> [String; 12] {
    let mut mode = text(connection, "mode");
    if connection["paused"].as_bool() == Some(true) {
        mode.push_str(", paused");
    }
    for (channel, own) in connection["channels"].as_object().into_iter().flatten() {
        mode.push_str(&format!(", {channel} {}", own.as_str().unwrap_or("-")));
    }
    let heard = match connection["last_webhook_at"].as_i64() {
        Some(_) => time(connection, "last_webhook_at"),
        None => "none since the start".to_owned(),
    };
    [
        text(connection, "id"),
        text(connection, "state"),
        mode,
        text(connection, "account"),
        text(&connection["ai_user"], "name"),
        key(connection),
        text(connection, "articles"),
        heard,
        text(connection, "webhooks_missed_in_24_h"),
        time(connection, "last_sweep_news_at"),
        format!("{} of {}", text(connection, "calls_used"), text(connection, "calls_limit")),
        answers(connection),
    ]
}

/// The key's fingerprint and when Gorgias last took it.
fn key(connection: &Value) -> String {
    let fingerprint = text(connection, "key_fingerprint");
    match connection["key_worked_at"].as_i64() {
        Some(_) => format!("{fingerprint}, worked {}", time(connection, "key_worked_at")),
        None => fingerprint,
    }
}

/// How long customers waited for their answers since the start, at most.
fn answers(connection: &Value) -> String {
    let within = |field: &str| connection[field].as_u64().map(lasting);
    match (within("reply_p50_ms"), within("reply_p95_ms")) {
        (Some(half), Some(most)) => format!("half within {half}, 95 % within {most}"),
        (Some(half), None) => format!("half within {half}"),
        (None, _) => "none since the start".to_owned(),
    }
}
