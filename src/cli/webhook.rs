//! `polus webhook`: the webhooks in Gorgias that call Polus: how they stand, install, repair, remove, a new secret.

use std::process::ExitCode;

use clap::{Arg, Args, Subcommand};
use polus_core::id::ConnectionId;
use serde_json::{Value, json};

use super::client::ServerAt;
use super::connection_id;
use super::output::{self, items, text, time};

const EXAMPLES: &str = "\
Examples:
  polus webhook acme                      how the webhooks stand in Gorgias, and what came at which address
  polus webhook acme repair               make what was deleted, switch on what is off, put right what was changed
  polus webhook acme rotate --overlap 2   a new secret; the old address is taken for two more hours
  polus webhook acme remove               delete in Gorgias what Polus made there";

/// Look at the webhooks in Gorgias, install, repair or remove them, or change their secret
#[derive(Args)]
// Taken before and after the subcommand.
#[command(after_help = EXAMPLES, mut_args = for_subcommands_too)]
pub(super) struct Webhook {
    /// The connection
    #[arg(value_parser = connection_id)]
    id: ConnectionId,
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum What {
    /// How the webhooks stand; exits 1 if one does not call as it should
    Check,
    /// Create those that are missing and switch on those that are off; what people changed in Gorgias stays
    Install,
    /// The same, and put right what people changed
    Repair,
    /// Delete those that Polus made
    Remove,
    /// Draw a new secret and let the webhooks call the new address
    Rotate(Rotate),
}

#[derive(Args)]
struct Rotate {
    /// So many hours the old address is taken too; 0 ends it at once
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=744))]
    overlap: u32,
}

#[derive(Args)]
struct Common {
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Webhook {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (id, common) = (&self.id, &self.common);
        match &self.what {
            None | Some(What::Check) => check(id, common),
            Some(What::Install) => act(id, common, "install", None),
            Some(What::Repair) => act(id, common, "repair", None),
            Some(What::Remove) => act(id, common, "remove", None),
            Some(What::Rotate(Rotate { overlap })) => {
                act(id, common, "rotate", Some(json!({"overlap_hours": overlap})))
            }
        }
    }
}

fn for_subcommands_too(argument: Arg) -> Arg {
    let is_named = !argument.is_positional();
    argument.global(is_named)
}

fn check(id: &ConnectionId, common: &Common) -> anyhow::Result<ExitCode> {
    let path = path(id);
    let shown = common.server.with(|client| async move { client.get(&path).await })?;
    let is_well = shown["not_looked"].is_null()
        && items(&shown, "webhooks").iter().all(|webhook| webhook["now"] == "ok");
    let code = if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if common.json {
        output::json(&shown)?;
        return Ok(code);
    }
    let webhooks = items(&shown, "webhooks");
    if webhooks.is_empty() {
        output::line(&format!(
            "Polus made no webhooks for {id}; `polus webhook {id} install` makes them, unless they were made by hand"
        ))?;
    } else {
        let row = |webhook: &Value| {
            ["integration", "purpose", "recorded", "now", "problem"].map(|field| text(webhook, field))
        };
        output::table(
            ["INTEGRATION", "PURPOSE", "RECORDED", "NOW", "PROBLEM"],
            webhooks.iter().map(row).collect(),
        )?;
    }
    if let Some(problem) = shown["not_looked"].as_str() {
        output::line(&format!("they could not be looked at now: {problem}"))?;
    }
    if shown["switched_off_last_at"].is_i64() {
        output::line(&format!("found switched off last at {}", time(&shown, "switched_off_last_at")))?;
    }
    output::line("")?;
    output::table(
        ["ADDRESS", "STATE", "LAST HEARD SINCE THE START", "WHAT"],
        items(&shown, "addresses").iter().map(address).collect(),
    )?;
    if !is_well && shown["not_looked"].is_null() {
        output::line(&format!("`polus webhook {id} repair` puts this right"))?;
    }
    Ok(code)
}

fn address(address: &Value) -> [String; 4] {
    let state = match address["valid_until"].as_i64() {
        Some(_) => format!("{} until {}", text(address, "state"), time(address, "valid_until")),
        None => text(address, "state"),
    };
    [text(address, "address"), state, time(address, "last_at"), text(address, "last")]
}

fn act(id: &ConnectionId, common: &Common, act: &str, body: Option<Value>) -> anyhow::Result<ExitCode> {
    let path = format!("{}/{act}", path(id));
    let done = common.server.with(|client| async move { client.post(&path, body.as_ref()).await })?;
    let left = items(&done, "left");
    let code = if left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if common.json {
        output::json(&done)?;
        return Ok(code);
    }
    let mut told = Vec::new();
    for (field, words) in [
        ("made", "created"),
        ("switched_on", "switched on"),
        ("updated", "written anew"),
        ("removed", "removed"),
    ] {
        let told_of = |integration: &Value| format!("HTTP integration {integration}: {words}");
        told.extend(items(&done, field).iter().map(told_of));
    }
    if told.is_empty() && left.is_empty() {
        told.push(format!("nothing was to be done in Gorgias for {id}"));
    }
    for line in told {
        output::line(&line)?;
    }
    for left in left {
        output::line(&format!(
            "HTTP integration {}: left: {}",
            text(left, "integration"),
            text(left, "problem")
        ))?;
    }
    if let Some(url) = done["webhook_url"].as_str() {
        output::line(&format!(
            "the new address, for integrations that were made by hand: {url}\nIt holds a secret; keep it to yourself."
        ))?;
    }
    Ok(code)
}

fn path(id: &ConnectionId) -> String {
    format!("/api/v1/connections/{id}/webhook")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        webhook: Webhook,
    }

    #[test]
    fn what_all_take_may_stand_before_and_after_the_subcommand() {
        for line in [
            "webhook --server http://127.0.0.1:1 --json acme",
            "webhook acme --server http://127.0.0.1:1 --json repair",
            "webhook acme repair --server http://127.0.0.1:1 --json",
            "webhook acme --server http://127.0.0.1:1 rotate --overlap 0 --json",
        ] {
            let common = Line::try_parse_from(line.split(' ')).map(|line| line.webhook.common).unwrap();
            assert!(common.json && common.server.is_named(), "{line}");
        }
        let bare =
            Line::try_parse_from(["webhook", "acme", "repair"]).map(|line| line.webhook.common).unwrap();
        assert!(!bare.json && !bare.server.is_named());
    }
}
