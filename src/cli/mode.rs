//! `polus mode`: what Polus may do on a connection.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::ConnectionId;
use serde_json::json;

use super::client::ServerAt;
use super::connect::ModeName;
use super::{connection_id, operate};

/// Set what Polus may do on a connection
#[derive(Args)]
pub(super) struct Mode {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// From now on
    mode: ModeName,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Mode {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = format!("/api/v1/connections/{}/mode", self.id);
        operate::change(&self.server, "set", path, Some(json!({"mode": self.mode.name()})), self.json)
    }
}
