//! `polus opt-outs`: customers who want no AI.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::ConnectionId;

use super::client::ServerAt;
use super::connection_id;
use super::output::{self, items};

/// List the customers who want no AI, enter one, or let the AI answer one again
#[derive(Args)]
pub(super) struct OptOuts {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    /// Enter this customer: people get all messages from now on, on every ticket
    #[arg(long, value_name = "CUSTOMER", value_parser = customer, conflicts_with = "remove")]
    add: Option<i64>,
    /// Let the AI answer this customer again
    #[arg(long, value_name = "CUSTOMER", value_parser = customer)]
    remove: Option<i64>,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl OptOuts {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = format!("/api/v1/connections/{}/opt-outs", self.id);
        let (add, remove) = (self.add, self.remove);
        let shown = self.server.with(|client| async move {
            match (add, remove) {
                (Some(customer), _) => {
                    client.put(&format!("{path}/{customer}"), &serde_json::Value::Null).await
                }
                (None, Some(customer)) => client.delete(&format!("{path}/{customer}")).await,
                (None, None) => client.get(&path).await,
            }
        })?;
        if self.json {
            output::json(&shown)?;
            return Ok(ExitCode::SUCCESS);
        }
        let customers: Vec<String> = items(&shown, "customers").iter().map(ToString::to_string).collect();
        output::line(&match customers.len() {
            0 => format!("no customer of {} has opted out of AI", self.id),
            count => format!("{count} opted out of AI, by number in Gorgias: {}", customers.join(", ")),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn customer(text: &str) -> Result<i64, String> {
    super::id_number(text).ok_or_else(|| {
        format!(
            "{text:?} is no customer number: it takes the number that ends the customer's address in Gorgias"
        )
    })
}
