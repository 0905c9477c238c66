//! The words in which the plays are written.

use polus_core::policy::Language;
use polus_core::ticket::event::{HandoffReason, Silence};
use serde::Serialize;

/// One ticket of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    /// Its name within the story.
    pub key: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// When the customer writes for the first time.
    pub begins: When,
    /// Where the customer writes.
    pub channel: Channel,
    /// The customer's whole name.
    pub customer: &'static str,
    /// The subject; chats have none.
    pub subject: &'static str,
    /// The first message; empty for one that holds a file and nothing else.
    pub text: &'static str,
    /// To whom a rule of the account assigns it at once.
    pub to: To,
    /// What goes wrong with it.
    pub troubles: Vec<Trouble>,
    /// What people do then, in order.
    pub then: Vec<Step>,
    /// The program is killed when this holds; tickets without it are wherever they happen to be.
    pub at_crash: Option<Sign>,
    /// How it must end.
    pub end: End,
}

/// Where a ticket is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By mail.
    Email,
    /// In the shop's chat.
    Chat,
}

/// A place for tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The AI user.
    Ai,
    /// The first of the human agents.
    Agent,
    /// Nobody.
    Nobody,
}

/// What people do when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub when: When,
    /// What.
    pub act: Act,
}

/// When something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// So many seconds after the story began.
    At(u32),
    /// So many seconds after the ticket's last step.
    After(u32),
    /// As soon as a sign is seen.
    Once(Sign),
}

/// Something that shows: on the ticket, or of the program as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A message waits for its answer, or got past that.
    Accepted,
    /// An answer is ready and not posted.
    Drafted,
    /// A post was announced, and whether it is on the ticket is not known.
    Announced,
    /// So many answers were posted.
    Answered(usize),
    /// It was marked as handed off.
    HandedOff,
    /// Every message of customers was judged, and nothing is owed any more.
    Settled,
    /// Every other ticket that the crash is to meet in a certain state is in it. For beginnings alone.
    OthersReady,
    /// The program is not running.
    Down,
    /// The program runs again.
    Restarted,
    /// Nobody of the shop's is there for two days. For beginnings alone.
    DaysOff,
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The customer writes again.
    Writes(&'static str),
    /// The customer's answering machine writes.
    MachineWrites(&'static str),
    /// Somebody on copy writes, who is not the customer: name and text.
    OtherWrites(&'static str, &'static str),
    /// An agent answers in the helpdesk and takes the ticket.
    AgentAnswers(&'static str),
    /// A rule of the account answers.
    RuleAnswers(&'static str),
    /// The ticket is assigned.
    Assign(To),
    /// The ticket is closed.
    Close,
    /// The ticket is deleted for good.
    Delete,
    /// Another play's ticket is merged into this one.
    TakeIn(&'static str),
    /// The calls that the desk held back may pass.
    LetGo,
}

/// What goes wrong with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The next post happens and its response is lost.
    ResponseLost,
    /// The next post happens so many seconds later, long after its caller gave up.
    LandsLate(i64),
    /// The next post is refused with 429 and this many seconds to wait.
    Throttled(i64),
    /// The next message is taken, and can't be sent.
    SendingFails(&'static str),
    /// The webhook of the first message is called twice.
    WebhookTwice,
    /// Every read after the first is refused with 429 until the calls may pass. No post comes without a read before it,
    /// so that nothing is posted either.
    HoldReads,
}

/// How a ticket must end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// One answer for each of these articles, in this order, and no more. The last message may have met with silence.
    Answered {
        /// The articles' names.
        from: Vec<&'static str>,
        /// Why the last message met with silence, if it did.
        then: Option<Silence>,
    },
    /// With people, after these answers: tags, a note, the team, and where one is due a last reply.
    HandedOff {
        /// Why.
        reason: HandoffReason,
        /// The articles of the answers before.
        from: Vec<&'static str>,
        /// The last reply to the customer, if one is due.
        reply: Option<LastReply>,
        /// Why the last message met with silence, if it did.
        then: Option<Silence>,
    },
    /// With the person who took it; not a word of ours on it.
    TakenOver,
    /// Not touched at all.
    Silent {
        /// Why.
        because: Silence,
        /// Who has it.
        with: To,
    },
    /// Deleted for good; not touched.
    Deleted,
    /// Merged into another; not touched.
    Merged,
}

/// The last reply of a handoff, in the shop's own wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LastReply {
    /// The language it is in.
    pub language: Language,
    /// Whether it says when people are back.
    pub says_when: bool,
}

/// Where the program stands while the story goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It runs for the first time.
    First,
    /// It was killed.
    Down,
    /// It was started again.
    Restarted,
    /// It goes on running, and the merchant has closed the shop for two days.
    DaysOff,
}

impl Channel {
    /// As the desk spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Chat => "chat",
        }
    }
}
