//! `polus waiting`: handed-off tickets that no person has touched.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::ConnectionId;
use serde_json::Value;

use super::client::ServerAt;
use super::connection_id;
use super::output::{self, Paint, items, lasting, text, time};
use crate::counted::counted;

/// List handed-off tickets that no person has touched yet: how long, why, and whether too long
#[derive(Args)]
pub(super) struct Waiting {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Waiting {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = format!("/api/v1/connections/{}/waiting", self.id);
        let shown = self.server.with(|client| async move { client.get(&path).await })?;
        if self.json {
            output::json(&shown)?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(unread) = shown["tickets_unread"].as_u64().filter(|unread| *unread > 0) {
            let unread = counted(unread, "ticket", "tickets");
            let problem = text(&shown, "problem");
            output::line(
                &Paint::new()
                    .bad(&format!("{unread} could not be read and may wait unseen; the first: {problem}")),
            )?;
        }
        let tickets = items(&shown, "tickets");
        if tickets.is_empty() {
            output::line(&format!("no handed-off ticket of {} waits for a person", self.id))?;
        } else {
            let rows = tickets.iter().map(|ticket| row(&self.id, ticket)).collect();
            output::table(["TICKET", "WAITS", "IN OFFICE TIME", "TO BE PICKED UP BY", "WHY"], rows)?;
        }
        if shown["looked_at"] != shown["known"] {
            let (looked_at, known) = (text(&shown, "looked_at"), text(&shown, "known"));
            output::line(&format!("only the newest {looked_at} of {known} tickets were looked at"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row(id: &ConnectionId, ticket: &Value) -> [String; 5] {
    let long = |field: &str| ticket[field].as_u64().map_or_else(|| "-".to_owned(), lasting);
    let due = time(ticket, "pick_up_by");
    [
        format!("{id}/{}", text(ticket, "ticket")),
        long("waits_ms"),
        long("waits_in_office_time_ms"),
        if ticket["overdue"].as_bool() == Some(true) { format!("{due}, overdue") } else { due },
        text(ticket, "why"),
    ]
}
