//! `polus explain`: the receipt of a message in plain words.

use std::process::ExitCode;

use clap::Args;
use polus_core::id::MessageId;
use polus_core::receipt::Gate;
use serde_json::Value;

use super::client::ServerAt;
use super::output::{self, Paint, items, text, time};
use super::replay::from_server_or_data;
use super::{TicketName, id_number};
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
            output::line(&format!("  {mark}  {}", told_gate(gate, passed)))?;
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

/// A gate as a sentence, with what it looked at where the sentence does not say that already.
fn told_gate(gate: &Value, passed: bool) -> String {
    let input = text(gate, "input");
    match serde_json::from_value::<Gate>(gate["gate"].clone()) {
        Ok(gate) if passed => opened(gate, &input),
        Ok(gate) => closed(gate, &input),
        // A newer server may know gates that this program does not.
        Err(_) => format!("{}: {input}", text(gate, "gate")),
    }
}

fn opened(gate: Gate, input: &str) -> String {
    match gate {
        Gate::Mode | Gate::FromCustomer | Gate::HasText | Gate::OnlyWords | Gate::Confidence => {
            format!("{gate}: {input}")
        }
        Gate::Connected
        | Gate::Present
        | Gate::NotHandedOff
        | Gate::NotTakenOver
        | Gate::Assigned
        | Gate::Open
        | Gate::Unanswered
        | Gate::NotAutomated
        | Gate::WithinReplies
        | Gate::NoRuleReply
        | Gate::OwnThread
        | Gate::NotSensitive
        | Gate::TopicIsOurs
        | Gate::AsksSomething
        | Gate::Patient
        | Gate::LetsAiAnswer
        | Gate::NoRequestForHuman => gate.to_string(),
    }
}

fn closed(gate: Gate, input: &str) -> String {
    match gate {
        Gate::Connected if input == "no" => "the connection is not connected".to_owned(),
        Gate::Connected => input.to_owned(),
        Gate::Mode => format!("the mode does not let Polus act: {input}"),
        Gate::Present => "the ticket is gone, trashed or spam".to_owned(),
        Gate::NotHandedOff | Gate::NotTakenOver if input.starts_with("written") => format!("it was {input}"),
        Gate::NotHandedOff => "the ticket was handed off".to_owned(),
        Gate::NotTakenOver => "a person has taken over".to_owned(),
        Gate::Assigned => format!("the ticket is assigned {input}, not to the AI user"),
        Gate::Open => "the ticket is closed".to_owned(),
        Gate::Unanswered => "somebody of the shop has answered it".to_owned(),
        Gate::FromCustomer => format!("the ticket's customer did not write it: {input}"),
        Gate::NotAutomated => format!("a machine wrote it, not a person: {input}"),
        Gate::OwnThread => format!("the thread is not this ticket's own: {input}"),
        Gate::WithinReplies => format!("the ticket has had as many replies as it may have: {input}"),
        Gate::NoRuleReply => input.to_owned(),
        Gate::NotSensitive => format!("it touches what always goes to people: {}", matched(input)),
        Gate::OnlyWords => format!("{gate}: {input}"),
        Gate::TopicIsOurs => format!("the ticket's topic is people's: {input}"),
        Gate::AsksSomething => format!("it asks for nothing: {}", matched(input)),
        Gate::Patient => format!("the customer is losing patience: {}", matched(input)),
        Gate::LetsAiAnswer => format!("the customer wants no AI: {}", matched(input)),
        Gate::HasText => format!("there is no text to answer: {input}"),
        Gate::NoRequestForHuman => {
            format!("the customer asks for a person: {}", matched(input))
        }
        Gate::Confidence => format!("the answer is not certain enough: {input}"),
    }
}

fn matched(input: &str) -> &str {
    input.trim_start_matches("matched: ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_gate_reads_as_a_sentence() {
        for (gate, passed, input, told) in [
            ("connected", true, "yes", "the connection is connected"),
            ("connected", false, "no", "the connection is not connected"),
            ("connected", false, "the connection was cut meanwhile", "the connection was cut meanwhile"),
            ("mode", true, "live", "the mode lets Polus act: live"),
            ("mode", false, "off", "the mode does not let Polus act: off"),
            ("present", true, "yes", "the ticket is there, not trashed, not spam"),
            ("present", false, "no", "the ticket is gone, trashed or spam"),
            ("not_handed_off", true, "no person has it", "the ticket was not handed off"),
            ("not_handed_off", true, "a person took it over", "the ticket was not handed off"),
            ("not_handed_off", false, "it was handed off", "the ticket was handed off"),
            (
                "not_taken_over",
                false,
                "written before the ticket was given back",
                "it was written before the ticket was given back",
            ),
            ("assigned", true, "to the AI user", "the ticket is assigned to the AI user"),
            ("assigned", false, "to nobody", "the ticket is assigned to nobody, not to the AI user"),
            ("open", true, "closed: no", "the ticket is open"),
            ("open", false, "closed: yes", "the ticket is closed"),
            ("unanswered", true, "answered by the shop: no", "nobody has answered it"),
            ("unanswered", false, "answered by the shop: yes", "somebody of the shop has answered it"),
            ("own_thread", true, "its own", "the thread is this ticket's own"),
            ("has_text", false, "0 characters, 1 files", "there is no text to answer: 0 characters, 1 files"),
            ("no_request_for_human", true, "no request found", "the customer does not ask for a person"),
            (
                "no_request_for_human",
                false,
                "matched: asks to talk to a person: \"talk to a human\"",
                "the customer asks for a person: asks to talk to a person: \"talk to a human\"",
            ),
            (
                "confidence",
                false,
                "300 of 1000, the line is 600",
                "the answer is not certain enough: 300 of 1000, the line is 600",
            ),
            ("of_tomorrow", false, "the moon", "of_tomorrow: the moon"),
        ] {
            let gate = json!({"gate": gate, "input": input, "passed": passed});
            assert_eq!(told_gate(&gate, passed), told);
        }
    }
}
