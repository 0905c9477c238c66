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

/// How much of a passage is shown of which not all is: a line or two of a terminal.
const BEGINNING_LETTERS_MAX: usize = 150;

/// Tell why a message ended as it did: each gate, what it looked at, what it found
///
/// Where the answerer was asked: the question as it was given, and the passages of the help articles that were looked
/// at, with their texts as they were then. And what was written, as it was posted.
#[derive(Args)]
pub(super) struct Explain {
    /// CONNECTION/TICKET
    ticket: TicketName,
    /// Number of the message [default: the newest that a customer wrote]
    #[arg(value_parser = message_number, allow_negative_numbers = true)]
    message: Option<i64>,
    /// Passages with their whole text, not only how it begins; JSON has it anyway
    #[arg(long)]
    full: bool,
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
            tell(&told, self.full)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn message_number(text: &str) -> Result<i64, String> {
    id_number(text)
        .ok_or_else(|| "it takes a message's number, as `polus replay CONNECTION/TICKET` shows it".to_owned())
}

fn tell(told: &Value, full: bool) -> anyhow::Result<()> {
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
        tell_question(&judgement["seen"])?;
        if receipt["answer"].is_object() {
            tell_answer(&receipt["answer"], &judgement["seen"], full)?;
        }
        tell_written(items(judgement, "written"))?;
    }
    if let Some(shadow) = told["shadow"]["told"].as_str() {
        output::line(&format!("\n{}: {shadow}", paint.strong("what people did")))?;
    }
    Ok(())
}

/// The question as the answerer was given it.
fn tell_question(seen: &Value) -> anyhow::Result<()> {
    if !seen.is_object() {
        return Ok(());
    }
    output::line("  asked, as the answerer was given it:")?;
    if let Some(subject) = seen["subject"].as_str() {
        output::line(&format!("    subject: {}", output::harmless(subject)))?;
    }
    indented(&text(seen, "text"))?;
    match seen["doubt"].as_str() {
        Some(doubt) => output::line(&format!("    ({})", output::harmless(doubt))),
        None => Ok(()),
    }
}

fn tell_answer(answer: &Value, seen: &Value, full: bool) -> anyhow::Result<()> {
    output::line(&format!(
        "  answered by {}, knowledge version {}, confidence {} of 1000",
        text(answer, "answerer"),
        text(answer, "knowledge_version"),
        text(answer, "confidence_per_mille")
    ))?;
    // A server of an older version tells no texts.
    let passages = if seen["passages"].is_array() { seen } else { answer };
    tell_passages(items(passages, "passages"), full)
}

/// The passages the answerer looked at, each with its text where there is one: whole, or how it begins.
pub(super) fn tell_passages(passages: &[Value], full: bool) -> anyhow::Result<()> {
    if !passages.is_empty() {
        output::line("  passages, best first; their scores compare within this question only:")?;
    }
    let mut is_cut = false;
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
        if let Some(whole) = passage["text"].as_str() {
            let shown = if full { whole.to_owned() } else { beginning(whole) };
            is_cut |= shown != whole;
            let shown = output::harmless(&shown);
            shown.lines().try_for_each(|line| output::line(&format!("            {line}")))?;
        }
        if let Some(problem) = passage["problem"].as_str() {
            output::line(&format!("            ({})", output::harmless(problem)))?;
        }
    }
    if is_cut {
        output::line("  --full shows these passages whole")?;
    }
    Ok(())
}

/// How a text begins, on one line.
fn beginning(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(BEGINNING_LETTERS_MAX) {
        Some((at, _)) => format!("{} …", line.split_at(at).0.trim_end()),
        None => line,
    }
}

/// What was written to the customer and to the team, whole.
fn tell_written(written: &[Value]) -> anyhow::Result<()> {
    for written in written {
        let fate = output::harmless(&text(written, "fate"));
        output::line(&format!("  {}: {fate}", text(written, "effect")))?;
        indented(&text(written, "text"))?;
    }
    Ok(())
}

fn indented(text: &str) -> anyhow::Result<()> {
    output::harmless(text).lines().try_for_each(|line| output::line(format!("    {line}").trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters_and_a_short_one_is_whole() {
        assert_eq!(beginning("- x\n- y"), "- x - y");
        let short = "é".repeat(BEGINNING_LETTERS_MAX);
        assert_eq!(beginning(&short), short);
        assert_eq!(beginning(&format!("{short}é")), format!("{short} …"));
    }
}
