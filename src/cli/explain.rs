//! `polus explain`: the receipt of a message in plain words.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::MessageId;
use serde_json::Value;

use super::client::ServerAt;
use super::output::{self, Paint, items, text, time};
use super::replay::from_server_or_data;
use super::{TicketName, id_number};
use crate::gates;
use crate::history::MessageReceipt;

/// Tell why a message ended as it did: each gate, what it looked at, what it found
#[derive(Args)]
pub(super) struct Explain {
    /// CONNECTION/TICKET
    ticket: TicketName,
    /// Number of the message [default: the newest that a customer wrote]
    #[arg(value_parser = message_number, allow_negative_numbers = true)]
    message: Option<i64>,
    /// JSON for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerAt,
}

impl Explain {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let path = match self.message {
            Some(message) => format!("{}/messages/{message}/receipt", self.ticket.path()),
            None => format!("{}/receipt", self.ticket.path()),
        };
        let TicketName { connection, ticket } = &self.ticket;
        let message = self.message.map(MessageId);
        let told = from_server_or_data(&self.server, &path, async |history| {
            let receipt: MessageReceipt = history.receipt(connection, *ticket, message).await?;
            Ok(serde_json::to_value(receipt)?)
        })?;
        if self.json {
            output::json(&told)?;
        } else {
            tell(&told)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn message_number(text: &str) -> Result<i64, String> {
    id_number(text)
        .ok_or_else(|| "it takes a message's number, as `polus replay CONNECTION/TICKET` shows it".to_owned())
}

fn tell(told: &Value) -> anyhow::Result<()> {
    let paint = Paint::new();
    let subject = format!("message {} by {}", text(told, "message"), text(told, "author"));
    output::line(&format!("{}: {}", paint.strong(&subject), text(told, "ending")))?;
    for judgement in items(told, "judgements") {
        let head = format!("event {} at {}", text(judgement, "sequence"), time(judgement, "at"));
        output::line(&format!("\n{}: {}", paint.strong(&head), text(judgement, "decided")))?;
        let receipt = &judgement["receipt"];
        for gate in items(receipt, "gates") {
            let passed = gate["passed"].as_bool() == Some(true);
            let mark = if passed { paint.good("passed ") } else { paint.bad("stopped") };
            output::line(&format!("  {mark}  {}", gates::told(gate, passed)))?;
        }
        output::line(&format!(
            "  {}",
            paint.faint(&format!("policy version {}", text(receipt, "policy_version")))
        ))?;
        if receipt["answer"].is_object() {
            tell_answer(&receipt["answer"])?;
        }
    }
    if let Some(shadow) = told["shadow"]["told"].as_str() {
        output::line(&format!("\n{}: {shadow}", paint.strong("what people did")))?;
    }
    Ok(())
}

fn tell_answer(answer: &Value) -> anyhow::Result<()> {
    output::line(&format!(
        "  answered by {}, knowledge version {}, confidence {} of 1000",
        text(answer, "answerer"),
        text(answer, "knowledge_version"),
        text(answer, "confidence_per_mille")
    ))?;
    tell_passages(items(answer, "passages"))
}

/// The passages the answerer looked at.
pub(super) fn tell_passages(passages: &[Value]) -> anyhow::Result<()> {
    if !passages.is_empty() {
        output::line("  passages, best first; their scores compare within this question only:")?;
    }
    for passage in passages {
        let used = if passage["used"].as_bool() == Some(true) { "used" } else { "    " };
        let matched: Vec<&str> = items(passage, "matched").iter().filter_map(Value::as_str).collect();
        let score = passage["score_milli"].as_i64().unwrap_or_default();
        let place = format!("{} ({})", text(passage, "heading"), text(passage, "article"));
        output::line(&format!(
            "    {used}  score {:>3}.{:03}  {place}, for the words: {}",
            score / 1000,
            score % 1000,
            matched.join(", ")
        ))?;
    }
    Ok(())
}
