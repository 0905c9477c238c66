//! What `mode`, `pause`, `resume` and `handoff` share: one act, and one line about it.

use std::process::ExitCode;

use serde_json::Value;

use super::TicketName;
use super::client::ServerAt;
use super::output::{self, text};

/// A change of a whole connection.
pub(super) fn change(
    server: &ServerAt,
    act: &str,
    path: String,
    body: Option<Value>,
    is_json: bool,
) -> anyhow::Result<ExitCode> {
    let shown = server.with(|client| async move {
        match &body {
            Some(body) => client.put(&path, body).await,
            None => client.post(&path, None).await,
        }
    })?;
    if is_json {
        output::json(&shown)?;
    } else {
        let brake = if shown["paused"].as_bool() == Some(true) { ", paused" } else { "" };
        output::line(&format!("{act}: {}, mode {}{brake}", text(&shown, "id"), text(&shown, "mode")))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// An act on one ticket.
pub(super) fn act(
    server: &ServerAt,
    ticket: &TicketName,
    act: &str,
    is_json: bool,
) -> anyhow::Result<ExitCode> {
    let path = format!("{}/{act}", ticket.path());
    let acted = server.with(|client| async move { client.post(&path, None).await })?;
    if is_json {
        output::json(&acted)?;
    } else {
        output::line(&format!("{ticket}, event {}: {}", text(&acted, "sequence"), text(&acted, "detail")))?;
    }
    Ok(ExitCode::SUCCESS)
}
