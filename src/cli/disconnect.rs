//! `polus disconnect`: cuts a connection.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::ConnectionId;

use super::client::ServerAt;
use super::connection_id;
use super::output::{self, items};

/// Disconnect an account: its key is erased, what is owed is cancelled, tickets and their history stay
#[derive(Args)]
pub(super) struct Disconnect {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Disconnect {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = format!("/api/v1/connections/{}", self.id);
        let answer = self.server.with(|client| async move { client.delete(&path).await })?;
        if self.json {
            output::json(&answer)?;
            return Ok(ExitCode::SUCCESS);
        }
        output::line(&format!(
            "disconnected {}; its key is erased, its tickets and their history stay",
            self.id
        ))?;
        output::line("left in Gorgias, to be removed there:")?;
        for left in items(&answer, "left_in_gorgias") {
            output::line(&format!("  {}", left.as_str().unwrap_or_default()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
