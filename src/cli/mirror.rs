//! `polus mirror`: the account's tickets and messages as they are kept here.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::client::ServerAt;
use super::output::{self, Paint, harmless, items, text, time};
use super::{TicketName, connection_id};

/// Show the kept tickets of an account, or one ticket with its thread
///
/// `polus sync` fetches them. Nothing is read from Gorgias by looking.
#[derive(Args)]
pub(super) struct Mirror {
    /// The connection, or one ticket as CONNECTION/TICKET
    #[arg(value_name = "CONNECTION[/TICKET]")]
    name: String,
    /// Only tickets with a lower number than this
    #[arg(long, value_name = "TICKET")]
    before: Option<i64>,
    /// At most so many tickets; 200 at most
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Mirror {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let wrong = |problem: String| super::WrongUse(problem);
        let path = if self.name.contains('/') {
            if self.before.is_some() {
                return Err(wrong("--before is for the list of tickets".to_owned()).into());
            }
            let ticket: TicketName = self.name.parse().map_err(wrong)?;
            format!("/api/v1/connections/{}/mirror/{}", ticket.connection, ticket.ticket)
        } else {
            let id = connection_id(&self.name).map_err(wrong)?;
            let before = self.before.map(|before| format!("&before={before}")).unwrap_or_default();
            format!("/api/v1/connections/{id}/mirror?limit={}{before}", self.limit)
        };
        let shown = self.server.with(|client| async move { client.get(&path).await })?;
        if self.json {
            output::json(&shown)?;
        } else if shown["messages"].is_array() {
            thread(&shown)?;
        } else {
            self.list(&shown)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, shown: &Value) -> anyhow::Result<()> {
        let tickets = items(shown, "tickets");
        if shown["kept"] == 0 {
            return output::line(&format!(
                "no ticket of {0} is kept; `polus sync {0}` fetches them",
                self.name
            ));
        }
        let header = ["TICKET", "STATUS", "CHANGED", "CUSTOMER", "SUBJECT", "MESSAGES"];
        output::table(header, tickets.iter().map(row).collect())?;
        let kept = text(shown, "kept");
        match shown["next"].as_i64() {
            Some(next) => output::line(&format!(
                "{} of {kept} tickets; more with `polus mirror {} --before {next} --limit {}`",
                tickets.len(),
                self.name,
                self.limit
            )),
            None => output::line(&format!("{} of {kept} tickets", tickets.len())),
        }
    }
}

fn row(ticket: &Value) -> [String; 6] {
    let kept = text(ticket, "messages_kept");
    let messages = match ticket["messages_counted"].as_u64() {
        Some(counted) if counted.to_string() != kept => format!("{kept} of {counted}"),
        Some(_) | None => kept,
    };
    [
        text(ticket, "ticket"),
        status(ticket),
        time(ticket, "updated_at"),
        harmless(&text(ticket, "customer")),
        harmless(&text(ticket, "subject")),
        messages,
    ]
}

fn status(ticket: &Value) -> String {
    let is = |field: &str| ticket[field].as_bool() == Some(true);
    if ticket["problem"].is_string() {
        return "unreadable".to_owned();
    }
    match ticket["left"].as_str() {
        Some(left) => left.to_owned(),
        None if is("spam") => "spam".to_owned(),
        None if is("trashed") => "in the trash".to_owned(),
        None => text(ticket, "status"),
    }
}

fn thread(shown: &Value) -> anyhow::Result<()> {
    let (paint, ticket) = (Paint::new(), &shown["ticket"]);
    let subject = harmless(&text(ticket, "subject"));
    output::line(&paint.strong(&format!("{}  {subject}", text(ticket, "ticket"))))?;
    let tags = items(ticket, "tags").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    output::line(&format!(
        "{}, {}, customer {}, changed {}{}{}",
        status(ticket),
        text(ticket, "channel"),
        harmless(&text(ticket, "customer")),
        time(ticket, "updated_at"),
        if tags.is_empty() { "" } else { ", tags " },
        harmless(&tags)
    ))?;
    for message in items(shown, "messages") {
        output::line("")?;
        let files = match message["attachments"].as_u64() {
            Some(files) if files > 0 => format!(", files: {files}"),
            _ => String::new(),
        };
        let head = format!(
            "{}  {} {} ({}{files})",
            time(message, "at"),
            text(message, "by"),
            harmless(&text(message, "from")),
            text(message, "channel")
        );
        output::line(&paint.faint(&head))?;
        output::line(&harmless(message["text"].as_str().unwrap_or_default()))?;
    }
    Ok(())
}
