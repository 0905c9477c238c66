//! `polus connect`: connects a Gorgias account to the running server, or saves it anew.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use polus_core::id::ConnectionId;
use secrecy::zeroize::Zeroizing;
use serde_json::{Value, json};

use super::client::{Client, Refusal, ServerAt};
use super::output::{self, items, text};
use super::{WrongUse, connection_id, id_number};

/// Longest key file that is read, in bytes.
const KEY_BYTES_MAX: u64 = 16 * 1024;

/// Connect a Gorgias account, or save it anew; tested first, stored only if it works
#[derive(Args)]
pub(super) struct Connect {
    /// Domain prefix of the account: acme for acme.gorgias.com
    #[arg(long, value_name = "PREFIX", value_parser = connection_id)]
    domain: ConnectionId,
    /// E-mail of the user whose key it is
    #[arg(long, requires = "api_key_file", conflicts_with = "api_key_base64_file")]
    email: Option<String>,
    /// File that holds the API key; - reads standard input
    #[arg(long, value_name = "FILE", requires = "email", required_unless_present = "api_key_base64_file")]
    api_key_file: Option<PathBuf>,
    /// File that holds the Base64 of email:key; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "api_key_file")]
    api_key_base64_file: Option<PathBuf>,
    /// Number of the user the AI acts as
    #[arg(long, value_name = "NUMBER", value_parser = user_number, allow_negative_numbers = true)]
    ai_user: i64,
    /// Number of the team that gets handed-off tickets
    #[arg(long, value_name = "NUMBER", value_parser = team_number, allow_negative_numbers = true)]
    handoff_team: Option<i64>,
    /// Number of the person who gets handed-off tickets
    #[arg(long, value_name = "NUMBER", value_parser = user_number, allow_negative_numbers = true)]
    handoff_user: Option<i64>,
    /// What Polus may do [default: live, or what it was]
    #[arg(long)]
    mode: Option<ModeName>,
    /// Only test; store nothing
    #[arg(long, conflicts_with = "install_webhook")]
    test: bool,
    /// Also create the webhooks in Gorgias
    #[arg(long)]
    install_webhook: bool,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

/// What Polus may do on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeName {
    /// Answers and hands off the tickets that are assigned to the AI user
    Live,
    /// Writes drafts as internal notes and does nothing else
    Shadow,
    /// Does nothing
    Off,
}

impl ModeName {
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Shadow => "shadow",
            Self::Off => "off",
        }
    }
}

impl Connect {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let body = self.body()?;
        self.server.with(|client| self.send(client, body))
    }

    async fn send(&self, client: Client, mut body: Value) -> anyhow::Result<ExitCode> {
        if self.test {
            let found = client.post("/api/v1/connections/test", Some(&body)).await?;
            return self.tell_test(&found);
        }
        body["install_webhook"] = self.install_webhook.into();
        let path = format!("/api/v1/connections/{}", self.domain);
        let is_connected = match client.get(&path).await {
            Ok(shown) => text(&shown, "state") != "disconnected" && text(&shown, "state") != "unverified",
            Err(error) if error.downcast_ref::<Refusal>().is_some_and(|refusal| refusal.status == 404) => {
                false
            }
            Err(error) => return Err(error),
        };
        let shown = if is_connected {
            client.put(&path, &body).await?
        } else {
            client.post("/api/v1/connections", Some(&body)).await?
        };
        self.tell_saved(&shown)
    }

    fn body(&self) -> anyhow::Result<Value> {
        let mut body = json!({"domain": self.domain, "ai_user_id": self.ai_user});
        let optional = [
            ("email", self.email.clone().map(Value::from)),
            ("api_key", self.api_key_file.as_deref().map(key).transpose()?.map(Value::from)),
            ("api_key_base64", self.api_key_base64_file.as_deref().map(key).transpose()?.map(Value::from)),
            ("handoff_team_id", self.handoff_team.map(Value::from)),
            ("handoff_user_id", self.handoff_user.map(Value::from)),
            ("mode", self.mode.map(|mode| mode.name().into())),
        ];
        for (field, value) in optional {
            if let Some(value) = value {
                body[field] = value;
            }
        }
        Ok(body)
    }

    fn tell_test(&self, found: &Value) -> anyhow::Result<ExitCode> {
        if self.json {
            output::json(found)?;
            return Ok(ExitCode::SUCCESS);
        }
        output::line(&format!(
            "works: account {}, AI user {}; nothing was stored",
            text(found, "account"),
            text(found, "ai_user")
        ))?;
        if let (Some(left), Some(limit)) = (found["calls_left"].as_u64(), found["calls_limit"].as_u64()) {
            output::line(&format!("calls left: {left} of {limit}"))?;
        }
        warn(found)?;
        Ok(ExitCode::SUCCESS)
    }

    fn tell_saved(&self, shown: &Value) -> anyhow::Result<ExitCode> {
        let problem = shown["webhook_problem"].as_str();
        let code = if problem.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        if self.json {
            output::json(shown)?;
            return Ok(code);
        }
        output::line(&format!(
            "connected: {}, account {}, AI user {} ({}), mode {}",
            text(shown, "id"),
            text(shown, "account"),
            text(&shown["ai_user"], "name"),
            text(&shown["ai_user"], "id"),
            text(shown, "mode")
        ))?;
        output::line(&format!("help articles: {}", text(shown, "articles")))?;
        warn(shown)?;
        if let Some(problem) = problem {
            output::line(&format!("the webhooks were not created: {problem}"))?;
        }
        if self.install_webhook && problem.is_none() {
            output::line("the webhooks were created in Gorgias")?;
            output::line(&format!(
                "next: `polus self-test {} --email YOUR-ADDRESS` has a test ticket answered and handed off, and says of \
                 each step whether it works",
                self.domain
            ))?;
        } else if items(shown, "webhook_integrations").is_empty() {
            tell_webhook(&text(shown, "webhook_url"))?;
        }
        Ok(code)
    }
}

fn user_number(text: &str) -> Result<i64, String> {
    id_number(text).ok_or_else(|| {
        "it takes a user's number, as in the address of the user's page in Gorgias: 123 in /app/settings/users/123"
            .to_owned()
    })
}

fn team_number(text: &str) -> Result<i64, String> {
    id_number(text).ok_or_else(|| {
        "it takes a team's number, as in the address of the team's page in Gorgias, such as 7".to_owned()
    })
}

fn tell_webhook(url: &str) -> anyhow::Result<()> {
    output::line(&format!(
        "\nNo ticket is answered before Gorgias calls this address. Either use --install-webhook, or make two HTTP\n\
         integrations by hand (Settings > Integrations > HTTP, or Settings > Webhooks), each with method POST,\n\
         content type application/json and body {{{{context}}}}:\n\
         \n  URL       {url}\
         \n  triggers  ticket created, ticket message created, ticket message failed, ticket status updated,\
         \n            and, where your account offers them, ticket handed over, ticket self-unsnoozed\n\
         \n  URL       {url}?trigger=ticket-assignment-updated\
         \n  triggers  ticket assignment updated\n\
         \nThe address holds a secret; keep it to yourself."
    ))
}

fn warn(shown: &Value) -> anyhow::Result<()> {
    for warning in items(shown, "warnings") {
        output::line(&format!("warning: {}", warning.as_str().unwrap_or_default()))?;
    }
    Ok(())
}

/// What a file, or standard input, holds.
fn key(path: &Path) -> anyhow::Result<String> {
    let mut text = Zeroizing::new(String::new());
    if path == Path::new("-") {
        std::io::stdin().take(KEY_BYTES_MAX).read_to_string(&mut text).context("standard input")?;
    } else {
        let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
        file.take(KEY_BYTES_MAX).read_to_string(&mut text).with_context(|| path.display().to_string())?;
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(WrongUse(format!("{} holds no key", path.display())).into());
    }
    Ok(text.to_owned())
}
