//! The gates of a receipt as sentences: for `polus explain`, and for what would become of a question.

use polus_core::receipt::Gate;
use polus_core::ticket::NO_REQUEST;
use serde_json::Value;

/// A gate as a sentence, with what it looked at where the sentence does not say that already.
/// `gate` is a gate's result as the admin API shows it.
pub(crate) fn told(gate: &Value, passed: bool) -> String {
    let input = gate["input"].as_str().unwrap_or_default();
    match serde_json::from_value::<Gate>(gate["gate"].clone()) {
        Ok(gate) if passed => opened(gate, input),
        Ok(gate) => closed(gate, input),
        // A newer server may know gates that this program does not.
        Err(_) => format!("{}: {input}", gate["gate"].as_str().unwrap_or_default()),
    }
}

/// An open gate as a sentence.
pub(crate) fn opened(gate: Gate, input: &str) -> String {
    match gate {
        Gate::Mode | Gate::FromCustomer | Gate::HasText | Gate::OnlyWords | Gate::Confidence => {
            format!("{gate}: {input}")
        }
        // A question that stands beside such a wish is answered where the settings do not bring a person in at once.
        Gate::NoRequestForHuman if input != NO_REQUEST => {
            format!(
                "the customer asks for a person, which the settings do not fulfil (yet): {}",
                matched(input)
            )
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
        | Gate::NoPromise
        | Gate::LetsAiAnswer
        | Gate::NoRequestForHuman => gate.to_string(),
    }
}

/// A closed gate as a sentence.
pub(crate) fn closed(gate: Gate, input: &str) -> String {
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
        Gate::NoPromise => {
            format!("the answer promises a person, whom only a handoff brings: {}", matched(input))
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
                "no_request_for_human",
                true,
                "matched: asks to talk to a person: \"talk to a human\"",
                "the customer asks for a person, which the settings do not fulfil (yet): asks to talk to a person: \"talk to a human\"",
            ),
            (
                "no_request_for_human",
                true,
                "a person was asked for before",
                "the customer asks for a person, which the settings do not fulfil (yet): a person was asked for before",
            ),
            (
                "confidence",
                false,
                "300 of 1000, the line is 600",
                "the answer is not certain enough: 300 of 1000, the line is 600",
            ),
            (
                "no_promise",
                false,
                "matched: promises a transfer: \"I am transferring you to a colleague\"",
                "the answer promises a person, whom only a handoff brings: promises a transfer: \"I am transferring you to a colleague\"",
            ),
            ("no_promise", true, "no promise found", "the answer promises no person"),
            ("of_tomorrow", false, "the moon", "of_tomorrow: the moon"),
        ] {
            let gate = json!({"gate": gate, "input": input, "passed": passed});
            assert_eq!(super::told(&gate, passed), told);
        }
    }
}
