//! The taxonomy of handoffs: the few causes that a merchant can do something about, for each reason one.

use serde::{Deserialize, Serialize};

use crate::ticket::event::HandoffReason;

/// What a handoff comes down to. Persisted in exports and counted in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No article answers the question. Cure: write one.
    MissingKnowledge,
    /// It takes something the AI cannot do, such as opening a file or keeping a promise of a person. Cure: a tool, or
    /// people.
    MissingTool,
    /// What the merchant set contradicts itself or leaves the case open. Cure: the policy.
    UnclearInstruction,
    /// Somebody asked for it: the customer, or an operator.
    UserRequest,
    /// The topic is not for the AI. The policy at work.
    ProhibitedTopic,
    /// An answer could have done harm: to a person, or by reaching the wrong one.
    Safety,
    /// Something failed, here or in Gorgias.
    Error,
    /// A bound was reached: time, replies, attempts, money.
    Limit,
}

impl Cause {
    /// All of them, in the order of reports, which is that of their numbers.
    pub const ALL: [Self; 8] = [
        Self::MissingKnowledge,
        Self::MissingTool,
        Self::UnclearInstruction,
        Self::UserRequest,
        Self::ProhibitedTopic,
        Self::Safety,
        Self::Error,
        Self::Limit,
    ];

    /// Its name, as exports and metrics spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingKnowledge => "missing_knowledge",
            Self::MissingTool => "missing_tool",
            Self::UnclearInstruction => "unclear_instruction",
            Self::UserRequest => "user_request",
            Self::ProhibitedTopic => "prohibited_topic",
            Self::Safety => "safety",
            Self::Error => "error",
            Self::Limit => "limit",
        }
    }

    /// In words, as a report heads its column.
    pub const fn words(self) -> &'static str {
        match self {
            Self::MissingKnowledge => "missing knowledge",
            Self::MissingTool => "missing tool",
            Self::UnclearInstruction => "unclear instruction",
            Self::UserRequest => "user request",
            Self::ProhibitedTopic => "prohibited topic",
            Self::Safety => "safety",
            Self::Error => "error",
            Self::Limit => "budget or limit",
        }
    }
}

impl From<&HandoffReason> for Cause {
    fn from(reason: &HandoffReason) -> Self {
        match reason {
            HandoffReason::AskedForHuman
            | HandoffReason::OptedOut
            | HandoffReason::Frustrated
            | HandoffReason::Operator => Self::UserRequest,
            HandoffReason::NoSource | HandoffReason::NoProgress => Self::MissingKnowledge,
            HandoffReason::NoText | HandoffReason::PromisedPerson => Self::MissingTool,
            HandoffReason::TopicForPeople => Self::ProhibitedTopic,
            HandoffReason::ForeignThread | HandoffReason::Sensitive(_) => Self::Safety,
            HandoffReason::TooLate
            | HandoffReason::KeptChanging
            | HandoffReason::TooManyConflicts
            | HandoffReason::PossibleLoop => Self::Limit,
            HandoffReason::AnswererFailed
            | HandoffReason::MessageNotFound
            | HandoffReason::NotAnswerable
            | HandoffReason::Rejected
            | HandoffReason::Unsettled
            | HandoffReason::DeliveryFailed => Self::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn each_cause_has_its_place_and_its_persisted_name() {
        for (place, cause) in Cause::ALL.into_iter().enumerate() {
            assert_eq!(cause as usize, place);
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.name());
        }
    }
}
