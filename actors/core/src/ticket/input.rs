//! What a ticket's actor can tell the machine: that something was folded or time passed, and how effects ended.

use super::effect::EffectId;
use super::event::FollowUp;
use crate::id::MessageId;
use crate::receipt::PassageReceipt;
use crate::snapshot::TicketSnapshot;

/// An input of [`super::Ticket::decide`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Facts were folded, time passed, or the terms changed.
    Tick,
    /// The ticket was read for its notifications.
    Read {
        /// The sequence that was folded when the read started.
        as_of: u64,
        /// What came of it.
        outcome: ReadOutcome,
    },
    /// The answerer was asked.
    Draft {
        /// Which draft.
        effect: EffectId,
        /// What came of it.
        outcome: DraftOutcome,
    },
    /// The ticket was read to fence an effect: a post, the reassignment, or tags of automated mail.
    Fence {
        /// Which effect.
        effect: EffectId,
        /// The sequence that was folded when the read started.
        as_of: u64,
        /// What the read showed; none where the effect needs no read (a note).
        read: Option<Box<TicketSnapshot>>,
        /// How many fences of this effect were overtaken by facts before.
        conflicts: u32,
        /// Why a reply has no way to the customer, if it has none.
        no_route: Option<String>,
    },
    /// An announced post was sent.
    Posted {
        /// Which.
        effect: EffectId,
        /// What came of it.
        outcome: PostOutcome,
    },
    /// An announced post without an outcome was looked for in the thread.
    Settled {
        /// Which.
        effect: EffectId,
        /// The sequence that was folded when the last read started.
        as_of: u64,
        /// What the reads showed.
        outcome: SettleOutcome,
    },
    /// The sending of a posted reply was looked at.
    Delivery {
        /// The answer.
        effect: EffectId,
        /// The sequence that was folded when the read started.
        as_of: u64,
        /// What the read showed.
        outcome: ReadOutcome,
    },
    /// A follow-up of a handoff that is no post was done or not.
    FollowUp {
        /// Which.
        step: FollowUp,
        /// What came of it.
        outcome: FollowUpOutcome,
    },
    /// The tags of automated mail were set or not.
    Tagged {
        /// Which effect.
        effect: EffectId,
        /// What came of it.
        outcome: FollowUpOutcome,
    },
}

/// What came of a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadOutcome {
    /// The whole ticket.
    Ticket(Box<TicketSnapshot>),
    /// Gorgias does not have it.
    Gone(String),
    /// Nothing came; the read will be made again.
    Failed(String),
}

/// What came of asking the answerer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftOutcome {
    /// It found an answer, or it did not.
    Answer(DraftAnswer),
    /// It could not be asked and will be asked again.
    Failed(String),
    /// It could not be asked and will not be asked again.
    GivenUp(String),
}

/// What the answerer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAnswer {
    /// Which answerer.
    pub answerer: String,
    /// Version of the knowledge it used.
    pub knowledge_version: u32,
    /// Its confidence in thousandths.
    pub confidence_per_mille: u32,
    /// The answer's own sentences, without greeting and closing; none when nothing was found.
    pub body: Option<String>,
    /// The passages it looked at, best first.
    pub passages: Vec<PassageReceipt>,
    /// Cost in millionths of the account's currency.
    pub cost_micros: u64,
}

/// What came of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostOutcome {
    /// Gorgias has it, under this number where it named one.
    Posted(Option<MessageId>),
    /// It was certainly not sent, or certainly not taken (too many calls, the key refused).
    NotSent(String),
    /// Gorgias refused it.
    Rejected(String),
    /// It may or may not be on the ticket.
    Unclear(String),
}

/// What came of looking for an announced post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettleOutcome {
    /// It is on the ticket.
    Found(MessageId, Box<TicketSnapshot>),
    /// Two complete reads, far enough apart, lacked it.
    Absent(Box<TicketSnapshot>),
    /// Gorgias does not have the ticket.
    Gone(String),
    /// The thread could not be read; look again later.
    Unknown(String),
}

/// What came of tags or a reassignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowUpOutcome {
    /// Done.
    Done,
    /// Failed, and will be tried again.
    Failed(String),
    /// Failed for good.
    GivenUp(String),
}
