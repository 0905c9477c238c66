//! Why a message ended as it did: every gate with what it looked at and what it found.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The account of one judgement, kept with its outcome. Silence has one too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// The gates in the order they were asked; the last one decided.
    pub gates: Vec<GateResult>,
    /// Version of the policy in force.
    pub policy_version: u32,
    /// What the answerer found, where it was asked.
    pub answer: Option<AnswerReceipt>,
}

/// One gate, asked once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateResult {
    /// Which.
    pub gate: Gate,
    /// What it looked at, in words.
    pub input: String,
    /// Whether the message may go on to the next gate.
    pub passed: bool,
}

/// The gates, in the order a message meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Is the connection connected?
    Connected,
    /// Does the mode let Polus act?
    Mode,
    /// Is the ticket still there, and not trashed or spam?
    Present,
    /// Has the ticket not been handed off?
    NotHandedOff,
    /// Has no person taken the ticket over?
    NotTakenOver,
    /// Is the ticket assigned to the AI user?
    Assigned,
    /// Is the ticket open?
    Open,
    /// Did nobody answer the message already?
    Unanswered,
    /// Was it written by the ticket's customer?
    FromCustomer,
    /// Was it written by a person, not by a machine?
    NotAutomated,
    /// Has the ticket had fewer replies than it may have?
    WithinReplies,
    /// Did no rule of the account reply already?
    NoRuleReply,
    /// Does the thread belong to this ticket and this installation alone?
    OwnThread,
    /// Does it keep off what always goes to people?
    NotSensitive,
    /// Are orders to the machine in it taken as mere words? Always passes; what it found stands in its input.
    OnlyWords,
    /// Is the ticket's topic the AI's?
    TopicIsOurs,
    /// Is there text to answer?
    HasText,
    /// Does it ask for anything, beyond thanks and goodbyes?
    AsksSomething,
    /// Does the customer let an AI answer?
    LetsAiAnswer,
    /// Does the customer not ask for a person?
    NoRequestForHuman,
    /// Is the customer patient still?
    Patient,
    /// Is the answer certain enough?
    Confidence,
    /// Does the answer promise no person, whom only a handoff would bring?
    NoPromise,
}

/// What the answerer found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerReceipt {
    /// Which answerer.
    pub answerer: String,
    /// Version of the knowledge it used.
    pub knowledge_version: u32,
    /// Its confidence in thousandths.
    pub confidence_per_mille: u32,
    /// The passages it looked at, best first.
    pub passages: Vec<PassageReceipt>,
    /// Cost in millionths of the account's currency; 0 for the embedded answerer.
    pub cost_micros: u64,
}

/// One passage the answerer looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageReceipt {
    /// The article it stands in.
    pub article: String,
    /// Title and headings above it.
    pub heading: String,
    /// Its score in thousandths of the answerer's own unit.
    pub score_milli: i64,
    /// The words that matched.
    pub matched: Vec<String>,
    /// Whether the reply quotes it.
    pub used: bool,
    /// What its text is told by: the first 16 hex digits of its BLAKE3. Empty where the answerer keeps no texts, and in
    /// receipts of programs that did not write it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

impl fmt::Display for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connected => "the connection is connected",
            Self::Mode => "the mode lets Polus act",
            Self::Present => "the ticket is there, not trashed, not spam",
            Self::NotHandedOff => "the ticket was not handed off",
            Self::NotTakenOver => "no person has taken over",
            Self::Assigned => "the ticket is assigned to the AI user",
            Self::Open => "the ticket is open",
            Self::Unanswered => "nobody has answered it",
            Self::FromCustomer => "the ticket's customer wrote it",
            Self::NotAutomated => "a person wrote it, not a machine",
            Self::WithinReplies => "the ticket has had fewer replies than it may have",
            Self::NoRuleReply => "no rule of the account has replied",
            Self::OwnThread => "the thread is this ticket's own",
            Self::NotSensitive => "it keeps off what always goes to people",
            Self::OnlyWords => "orders to the machine in it are taken as mere words",
            Self::TopicIsOurs => "the ticket's topic is the AI's",
            Self::HasText => "there is text to answer",
            Self::AsksSomething => "it asks for something",
            Self::LetsAiAnswer => "the customer lets an AI answer",
            Self::NoRequestForHuman => "the customer does not ask for a person",
            Self::Patient => "the customer is patient",
            Self::Confidence => "the answer is certain enough",
            Self::NoPromise => "the answer promises no person",
        })
    }
}
