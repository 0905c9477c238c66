//! What happens in a run beside the faults: who does what, and when. It is data, drawn before anything is played, so that
//! acts can be taken out of it and the rest stays as it was.

use serde::{Deserialize, Serialize};

use crate::doom::Moment;
use crate::merchant::Settings;

mod drawing;
mod shares;

pub use drawing::drawn;
pub use shares::{Shares, Sort};

/// All acts of a run, in order.
pub type Plan = Vec<Step>;

/// An act and the pause before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How long after the act before, milliseconds.
    pub after_ms: u64,
    /// In which account, counted from 0.
    pub account: u32,
    /// What is done.
    pub act: Act,
}

/// What people and machines do. Tickets are named by the order in which the plan opens them, so that a plan still makes
/// sense when an act is taken out: an act on a ticket that was never opened does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// A customer opens a ticket.
    CustomerOpens {
        /// Its name in the plan.
        ticket: u32,
        /// What is said.
        words: Words,
        /// Who has it at once.
        to: To,
        /// By chat, else by e-mail.
        chat: bool,
    },
    /// The ticket's customer writes again.
    CustomerAdds {
        /// Where.
        ticket: u32,
        /// What is said.
        words: Words,
    },
    /// Somebody else writes on the ticket.
    StrangerWrites {
        /// Where.
        ticket: u32,
    },
    /// A rule of the account answers.
    RuleReplies {
        /// Where.
        ticket: u32,
    },
    /// An agent answers the customer.
    AgentReplies {
        /// Where.
        ticket: u32,
    },
    /// An agent writes an internal note.
    AgentNotes {
        /// Where.
        ticket: u32,
    },
    /// Somebody gives the ticket to somebody.
    Assign {
        /// Which.
        ticket: u32,
        /// To whom.
        to: To,
    },
    /// Somebody tags it as of a topic that some merchants keep for people.
    Tag {
        /// Which.
        ticket: u32,
    },
    /// Somebody closes the ticket.
    Close {
        /// Which.
        ticket: u32,
    },
    /// Somebody opens it again.
    Reopen {
        /// Which.
        ticket: u32,
    },
    /// Somebody throws it into the bin.
    Trash {
        /// Which.
        ticket: u32,
    },
    /// Somebody deletes it for good.
    Delete {
        /// Which.
        ticket: u32,
    },
    /// The channel takes replies, or takes none.
    Answerable {
        /// Which ticket's.
        ticket: u32,
        /// Whether.
        answerable: bool,
    },
    /// An operator asks for a handoff.
    AskForHandoff {
        /// Of which ticket.
        ticket: u32,
    },
    /// An operator gives the ticket back to the AI.
    GiveBack {
        /// Which.
        ticket: u32,
    },
    /// An operator lets the AI answer the ticket's customer again.
    LetAnswer {
        /// Whose.
        ticket: u32,
    },
    /// The merchant pulls the brake.
    Pause,
    /// The merchant releases it.
    Release,
    /// The merchant changes what the AI may do.
    Mode {
        /// To what.
        mode: ModeName,
    },
    /// The merchant asks for the account's whole history.
    Backfill,
    /// The merchant cuts the connection.
    Disconnect,
    /// The merchant connects again, with the same key.
    Connect,
    /// An admin makes a new key, the merchant connects with it, and then the former one is revoked.
    NewKey,
    /// The merchant draws a new secret for the webhooks.
    RotateSecret {
        /// How long the former one stays valid, seconds.
        overlap_s: u64,
    },
    /// The merchant changes the settings.
    Policy {
        /// To these.
        settings: Settings,
    },
    /// An admin revokes the newest key.
    RevokeKey,
    /// The same key works again.
    RestoreKey,
    /// Somebody merges the ticket into another one of the account, and it is there no more.
    Merge {
        /// Which.
        ticket: u32,
        /// Into which.
        into: u32,
    },
    /// An admin deactivates the AI user: its tickets are nobody's, and its own key does not work.
    DeactivateAiUser,
    /// An admin activates it again.
    ActivateAiUser,
    /// What stands in front of the program takes no webhooks from now on.
    ProxyDown,
    /// It takes them again.
    ProxyUp,
    /// An admin switches on the webhooks that Gorgias switched off.
    SwitchWebhooksOn,
    /// The program's clock stands wrong from now on; 0 sets it right.
    ClockWrong {
        /// By so many milliseconds.
        by_ms: i64,
    },
    /// The power goes, and the program starts again after a while.
    Crash {
        /// How long it is down, milliseconds.
        down_ms: u64,
    },
    /// The program dies at the first such moment after so many of them.
    CrashAt {
        /// The moment.
        moment: Moment,
        /// How many of them pass.
        after: u32,
    },
    /// Somebody does something right at such a moment of the ticket, after so many of them.
    At {
        /// Which ticket's.
        ticket: u32,
        /// The moment.
        moment: Moment,
        /// How many of them pass.
        after: u32,
        /// What is done: at a desk on a ticket that is there already, or asked of the program.
        act: Box<Act>,
    },
    /// The program is stopped and started again in good order.
    Restart,
    /// What is derived from the log is lost while the program is down.
    ForgetDerived,
}

/// What a customer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// A question that has an answer.
    Question,
    /// A question that has none.
    Puzzle,
    /// A wish for a person.
    Person,
    /// No words, only a file.
    File,
    /// What a machine sends while somebody is away.
    OutOfOffice,
    /// Thanks and nothing else.
    Thanks,
    /// A question in rage.
    Angry,
    /// A question, and the wish that no machine answers it.
    NoMachines,
    /// A question of somebody who is losing patience.
    Upset,
    /// A question in French.
    French,
    /// A question with an order to the machine in it.
    Order,
}

impl Words {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Question,
        Self::Puzzle,
        Self::Person,
        Self::File,
        Self::OutOfOffice,
        Self::Thanks,
        Self::Angry,
        Self::NoMachines,
        Self::Upset,
        Self::French,
        Self::Order,
    ];
}

/// Who gets a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The AI user.
    Ai,
    /// An agent.
    Agent,
    /// Nobody.
    Nobody,
}

/// What the AI may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeName {
    /// Answer.
    Live,
    /// Write drafts as internal notes.
    Shadow,
    /// Nothing.
    Off,
}
