//! `polus handoff`: hands one ticket off, as an operator.

use std::process::ExitCode;

use clap::Args;

use super::client::ServerAt;
use super::{TicketName, operate};

/// Hand a ticket to people; says whether a reply is already under way
#[derive(Args)]
pub(super) struct Handoff {
    /// CONNECTION/TICKET
    ticket: TicketName,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Handoff {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        operate::act(&self.server, &self.ticket, "handoff", self.json)
    }
}
