//! `polus disconnect`: cuts a connection.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::ConnectionId;

use super::client::ServerAt;
use super::connection_id;
use super::output::{self, items};

const EXAMPLES: &str = "\
Examples:
  polus disconnect acme                    cut it; what is left in Gorgias is listed
  polus disconnect acme --remove-webhook   delete the webhooks that Polus made there first";

/// Disconnect an account: its key is erased, what is owed is cancelled, tickets and their history stay
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Disconnect {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// First delete the webhooks that Polus made in Gorgias
    #[arg(long)]
    remove_webhook: bool,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Disconnect {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let before = if self.remove_webhook { "?remove_webhook=true" } else { "" };
        let path = format!("/api/v1/connections/{}{before}", self.id);
        let answer = self.server.with(|client| async move { client.delete(&path).await })?;
        if self.json {
            output::json(&answer)?;
            return Ok(ExitCode::SUCCESS);
        }
        output::line(&format!(
            "disconnected {}; its key is erased, its tickets and their history stay",
            self.id
        ))?;
        for removed in items(&answer, "removed_in_gorgias") {
            output::line(&format!("deleted in Gorgias: the HTTP integration {removed}"))?;
        }
        output::line("left in Gorgias, to be removed there:")?;
        for left in items(&answer, "left_in_gorgias") {
            output::line(&format!("  {}", left.as_str().unwrap_or_default()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
