//! `polus pause`: the brake of a connection.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::ConnectionId;

use super::client::ServerAt;
use super::{connection_id, operate};

/// Stop posting on a connection; takes effect before the next post
#[derive(Args)]
pub(super) struct Pause {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Pause {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        operate::change(
            &self.server,
            "paused",
            format!("/api/v1/connections/{}/pause", self.id),
            None,
            self.json,
        )
    }
}
