//! A connection's self-test as people see it: how each step ended, and what is under way.

use std::time::Duration;

use polus_core::id::TicketId;
use polus_core::time::Time;

/// The last self-test of a connection since the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfTest {
    /// Who asked for it.
    pub by: String,
    /// Where the answers go.
    pub email: String,
    /// What the test's customer asks.
    pub question: String,
    /// When it was asked for.
    pub started_at: Time,
    /// When it was over.
    pub ended_at: Option<Time>,
    /// Where it stands.
    pub state: SelfTestState,
    /// Its ticket in Gorgias; none before it is there.
    pub ticket: Option<TicketId>,
    /// The steps that ended, in their order.
    pub steps: Vec<StepEnded>,
}

/// Where a self-test stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelfTestState {
    /// It goes on.
    Running {
        /// With this step.
        step: SelfTestStep,
    },
    /// Every step passed.
    Passed,
    /// One did not.
    Failed,
    /// It was ended in the middle.
    BrokenOff {
        /// Why, and what is left to do.
        why: String,
    },
}

/// The steps of a self-test, in their order. One that fails is the last before the clean-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelfTestStep {
    /// A ticket with a question is created and assigned to the AI user.
    Create,
    /// A webhook tells of it.
    Webhook,
    /// The question is answered.
    Answered,
    /// A request for a person is handed off.
    Handoff,
    /// The ticket is deleted.
    CleanUp,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEnded {
    /// Which.
    pub step: SelfTestStep,
    /// Whether all was as it should be.
    pub passed: bool,
    /// How long it took: the webhook and the answer since the ticket was created, the handoff since it was asked for.
    pub took: Duration,
    /// What was seen; for one that failed, what is wrong and what to do.
    pub told: String,
}

impl SelfTestStep {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Webhook => "webhook",
            Self::Answered => "answered",
            Self::Handoff => "handoff",
            Self::CleanUp => "clean_up",
        }
    }
}

impl SelfTestState {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running { .. } => "running",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::BrokenOff { .. } => "broken_off",
        }
    }
}
