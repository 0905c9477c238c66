//! `polus resume`: releases the brake of a connection, or gives one ticket back to the AI.

use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use polus_core::id::ConnectionId;

use super::client::ServerAt;
use super::{TicketName, connection_id, operate};

/// Release the brake of a connection, or give one ticket back to the AI
#[derive(Args)]
pub(super) struct Resume {
    /// A connection, or CONNECTION/TICKET
    what: What,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

#[derive(Clone)]
enum What {
    Connection(ConnectionId),
    Ticket(TicketName),
}

impl FromStr for What {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('/') {
            text.parse().map(Self::Ticket)
        } else {
            connection_id(text).map(Self::Connection)
        }
    }
}

impl Resume {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match &self.what {
            What::Connection(id) => {
                let path = format!("/api/v1/connections/{id}/resume");
                operate::change(&self.server, "resumed", path, None, self.json)
            }
            What::Ticket(ticket) => operate::act(&self.server, ticket, "resume", self.json),
        }
    }
}
