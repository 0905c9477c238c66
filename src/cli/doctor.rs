//! `polus doctor`: what was tested, how it is, and what to do about it. Asks the running server; where none runs, looks
//! at what can be looked at without one.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::client::{NoServer, NoToken, Refusal, ServerAt, block_on};
use super::output::{self, Paint, items, text};
use crate::counted::counted;
use crate::doctor::{Row, SERVER, here};

/// Tell what is wrong and what to do about it; exits 1 if something does not work
#[derive(Args)]
pub(super) struct Doctor {
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Doctor {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let rows = Value::Array(self.rows()?);
        let told = json!({"rows": rows});
        let count = |result: &str| items(&told, "rows").iter().filter(|row| row["result"] == result).count();
        let (problems, warnings) = (count("problem"), count("warning"));
        if self.json {
            output::json(&json!({"problems": problems, "warnings": warnings, "rows": told["rows"]}))?;
        } else {
            items(&told, "rows").iter().try_for_each(tell)?;
            output::line(&match (problems, warnings) {
                (0, 0) => "\nall is well".to_owned(),
                (problems, warnings) => {
                    format!(
                        "\n{}, {}",
                        counted(problems, "problem", "problems"),
                        counted(warnings, "warning", "warnings")
                    )
                }
            })?;
        }
        Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn rows(&self) -> anyhow::Result<Vec<Value>> {
        let client = self.server.client()?;
        let base = client.base().to_owned();
        let answer = block_on(async move { client.get("/api/v1/doctor").await });
        let answers = || Row::ok(SERVER, "server", format!("one answers at {base}"));
        let rows = match answer {
            Ok(told) => {
                let mut rows = as_values(&[answers(), version(&told), token_taken()])?;
                rows.extend(items(&told, "rows").iter().cloned());
                return Ok(rows);
            }
            Err(error) if error.is::<NoServer>() => {
                let cure = "start it with `polus serve`, or name another with --server";
                let mut rows = vec![Row::problem(SERVER, "server", error.to_string(), cure)];
                if !self.server.is_named() {
                    rows.extend(here::rows(&self.server.place.load()?));
                }
                rows
            }
            Err(error) if error.is::<NoToken>() => vec![answers(), token_missing(&error)],
            Err(error) => match error.downcast_ref::<Refusal>().map(|refusal| refusal.status) {
                Some(401) => vec![answers(), token_missing(&error)],
                Some(404) => vec![answers(), other_version("it knows no doctor")],
                Some(_) | None => {
                    let cure = "look at the server's log lines; name another server with --server";
                    vec![Row::problem(SERVER, "server", error.to_string(), cure)]
                }
            },
        };
        as_values(&rows)
    }
}

fn as_values(rows: &[Row]) -> anyhow::Result<Vec<Value>> {
    Ok(rows.iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
}

fn version(told: &Value) -> Row {
    let own = env!("CARGO_PKG_VERSION");
    match told["version"].as_str() {
        Some(version) if version == own => Row::ok(SERVER, "version", format!("{own}, here and there")),
        Some(version) => other_version(&format!("it is {version}")),
        None => other_version("it does not tell its version"),
    }
}

fn other_version(found: &str) -> Row {
    let found =
        format!("the server is another version than this program, {}: {found}", env!("CARGO_PKG_VERSION"));
    let cure =
        "use one version for both; a server that was installed anew runs the old one until it is restarted";
    Row::warning(SERVER, "version", found, cure)
}

fn token_taken() -> Row {
    Row::ok(SERVER, "admin_token", "the server takes it")
}

fn token_missing(error: &anyhow::Error) -> Row {
    let cure = "run this as the server's user with its data folder (--data), or give the token as POLUS_ADMIN_TOKEN_FILE";
    Row::problem(SERVER, "admin_token", error.to_string(), cure)
}

fn tell(row: &Value) -> anyhow::Result<()> {
    let paint = Paint::new();
    let result = format!("{:<8}", text(row, "result"));
    let result = match row["result"].as_str() {
        Some("ok") => paint.good(&result),
        Some("warning") => paint.warn(&result),
        Some(_) | None => paint.bad(&result),
    };
    let name = text(row, "check").replace('_', " ");
    let subject = match row["about"].as_str() {
        None | Some(SERVER) => name,
        Some(about) => format!("{about}: {name}"),
    };
    output::line(&format!("{result} {}: {}", paint.strong(&subject), text(row, "found")))?;
    match row["cure"].as_str() {
        Some(cure) => output::line(&format!("         to do: {cure}")),
        None => Ok(()),
    }
}
