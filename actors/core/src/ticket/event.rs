//! What can happen to a ticket. Facts are appended by whoever hears them and are legal in every state; decisions
//! and outcomes are appended by the ticket's actor alone, at the exact sequence it decided on.
//!
//! The names and shapes are persisted; `codec.rs` reads every version ever written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::effect::{EffectId, EffectKind};
use crate::id::{MessageId, TeamId, UserId};
use crate::policy::Language;
use crate::reading::sensitive::Topic;
use crate::receipt::Receipt;
use crate::snapshot::{Customer, Delivery, Message, TicketFields};
use crate::time::Time;

/// Whom an act is recorded as asked by when nobody is named.
pub const OPERATOR: &str = "an operator";

/// An event of a ticket's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "events are few at a time, and most of them are reads")]
pub enum Event {
    // Facts from outside.
    /// A webhook told of the ticket.
    Notified(Notified),
    /// A listing of Gorgias showed the ticket.
    SeenBySync(SeenBySync),
    /// An operator wants the ticket handed off.
    HandoffRequested {
        /// Who asked.
        by: String,
    },
    /// An operator gives the ticket back to the AI: only what the customer writes from now on counts.
    Resumed {
        /// Who asked.
        by: String,
    },
    // Decisions and outcomes.
    /// A read of the ticket, as a difference to what was known.
    TicketRead(TicketRead),
    /// A read could not be made. Recorded at the first failure and when it was given up.
    ReadFailed {
        /// What went wrong.
        problem: String,
    },
    /// Gorgias no longer has the ticket.
    TicketGone {
        /// How that showed.
        problem: String,
    },
    /// A message that a notification named was in none of the reads.
    MessageNotFound {
        /// Which.
        message: MessageId,
    },
    /// The connection was cut or made anew; what an older generation owed is cancelled.
    GenerationChanged {
        /// The generation from now on.
        generation: u32,
    },
    /// A message is met with silence.
    Ignored(Ignored),
    /// Messages passed their gates and wait for the customer to be quiet, then for an answer.
    Accepted(Accepted),
    /// The answerer could not be asked. Recorded at the first failure.
    DraftFailed {
        /// Which draft.
        effect: EffectId,
        /// What went wrong.
        problem: String,
    },
    /// An answer is ready to be posted.
    Drafted(Drafted),
    /// A draft will not be posted; its messages are judged again.
    DraftDropped {
        /// Which answer.
        effect: EffectId,
        /// Why.
        reason: DropReason,
    },
    /// A message is about to be posted; until its outcome is known nothing else is.
    ReplyStarted(ReplyStarted),
    /// The message is on the ticket.
    ReplyPosted {
        /// Which.
        effect: EffectId,
        /// Its number in Gorgias; none when the answer did not name it.
        message: Option<MessageId>,
        /// How that became known.
        known_by: KnownBy,
    },
    /// The answer to the post did not come or was unclear: it may or may not be on the ticket.
    ReplyUnclear {
        /// Which.
        effect: EffectId,
        /// What went wrong.
        problem: String,
    },
    /// The message was certainly not posted, and may be tried again behind a new fence.
    ReplyNotSent {
        /// Which.
        effect: EffectId,
        /// Why.
        problem: String,
    },
    /// Gorgias refused the message.
    ReplyRejected {
        /// Which.
        effect: EffectId,
        /// With what words.
        problem: String,
    },
    /// The message was in neither of two complete reads: it is not on the ticket.
    ReplyAbsent {
        /// Which.
        effect: EffectId,
        /// Which attempt.
        attempt: u32,
    },
    /// No further attempt is made.
    ReplyAbandoned {
        /// Which.
        effect: EffectId,
        /// Why.
        reason: String,
    },
    /// What Gorgias says of the sending of a posted message.
    DeliveryChecked {
        /// Which answer.
        effect: EffectId,
        /// How far it is.
        delivery: Delivery,
        /// When to look again; none when this is the last word.
        again_at: Option<Time>,
    },
    /// A person works on the ticket; the AI stays away until it is handed back.
    TakenOver {
        /// How that showed.
        by: TakeoverSign,
    },
    /// The ticket was handed back.
    TakeoverEnded,
    /// The ticket goes to people. From here on only the four follow-ups may happen.
    HandedOff(Box<HandedOff>),
    /// A follow-up of the handoff is done.
    FollowUpDone {
        /// Which.
        step: FollowUp,
    },
    /// A follow-up of the handoff failed and will be tried again. Recorded at the first failure.
    FollowUpFailed {
        /// Which.
        step: FollowUp,
        /// What went wrong.
        problem: String,
    },
    /// The ticket could not be given to whom it was meant for: it goes to the fallback.
    Rerouted {
        /// The person who gets it instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_user: Option<UserId>,
        /// The team that gets it instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_team: Option<TeamId>,
        /// What went wrong with the first choice.
        problem: String,
    },
    /// A follow-up of the handoff is left out for good.
    FollowUpSkipped {
        /// Which.
        step: FollowUp,
        /// Why.
        reason: String,
    },
    /// The tags of automated mail are on the ticket.
    TagsDone {
        /// Which effect.
        effect: EffectId,
    },
    /// They could not be put there and will be tried again. Recorded at the first failure.
    TagsFailed {
        /// Which effect.
        effect: EffectId,
        /// What went wrong.
        problem: String,
    },
    /// They are left out for good.
    TagsSkipped {
        /// Which effect.
        effect: EffectId,
        /// Why.
        reason: String,
    },
}

/// A webhook, without its body: the body is the account's own template and only a hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// Name of the trigger, as Gorgias spells it.
    pub trigger: String,
    /// The message it tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Whom the body said the ticket is assigned to.
    #[serde(default, skip_serializing_if = "Hint::is_unknown")]
    pub assignee: Hint,
    /// It echoes a message that carries our own marker.
    #[serde(default, skip_serializing_if = "is_false")]
    pub own_echo: bool,
    /// Generation of the connection when it was heard.
    pub generation: u32,
    /// What the webhook's secret stood for when it was heard.
    #[serde(default, skip_serializing_if = "Standing::is_current")]
    pub standing: Standing,
    /// Headers that tell automated mail, where the body had them; reads mostly lack them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

/// Whom a ticket is assigned to, as far as a webhook's body told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// It did not tell.
    #[default]
    Unknown,
    /// To nobody.
    Nobody,
    /// To the AI user.
    AiUser,
    /// To this user, who is not the AI user.
    Other(UserId),
}

/// What the secret a webhook came with stood for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The connection's webhook.
    #[default]
    Current,
    /// A webhook address that was replaced.
    Stale,
    /// The connection was disconnected.
    Disconnected,
}

/// A listing showed the ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBySync {
    /// When Gorgias last changed it.
    pub updated_at: Time,
    /// Whether it was assigned to the AI user.
    pub ours: bool,
    /// Generation of the connection then.
    pub generation: u32,
}

/// A read of the ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRead {
    /// The sequence that was folded when the read started: it pays for every notification up to here.
    pub as_of: u64,
    /// The ticket is assigned to the AI user.
    pub ours: bool,
    /// The ticket came to the AI user: persons' messages up to here are its past, and customers' messages after
    /// the last of the shop's side are to be answered even if they are older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_to_us: Option<MessageId>,
    /// Fields that are not personal; absent when they did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<TicketFields>,
    /// Messages that were not known, without their personal parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<NewMessage>,
    /// Known messages whose sending went further.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<(MessageId, Delivery)>,
    /// Messages that notifications named and this read lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MessageId>,
    /// Everything personal of this read.
    #[serde(default, skip_serializing_if = "ReadPersonal::is_empty")]
    pub personal: ReadPersonal,
}

/// A message that was not known before, and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    /// Who wrote it, judged once.
    pub author: Author,
    /// It stands before messages that were known already: it came from another ticket by a merge.
    #[serde(default, skip_serializing_if = "is_false")]
    pub merged_in: bool,
    /// The message; its `personal` part is empty here and stands in [`ReadPersonal`].
    pub message: Message,
}

/// Everything personal of a read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadPersonal {
    /// The customer, when changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The subject, when changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Personal parts of the new messages, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<crate::snapshot::MessagePersonal>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A customer.
    Customer,
    /// This installation.
    Us,
    /// Another installation of this program.
    Stranger,
    /// A person of the shop's side.
    Person,
    /// A rule of the account.
    Rule,
    /// Another app, where the policy does not take apps for people.
    App,
}

/// A message met with silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// Which.
    pub message: MessageId,
    /// Why.
    pub reason: Silence,
    /// Sequence of the outcome this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// Tags that the ticket is to get, because it holds nothing but automated mail and the merchant wants them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The gates.
    pub receipt: Receipt,
}

/// Why a message is met with silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// The connection was disconnected.
    Disconnected,
    /// The mode is off.
    ModeOff,
    /// The mode is shadow, and a person would have got the ticket.
    Shadow,
    /// The ticket was deleted, trashed, or marked as spam.
    TicketGone,
    /// The ticket had been handed off.
    HandedOff,
    /// A person had taken the ticket over.
    TakenOver,
    /// The ticket is not assigned to the AI user.
    NotAssigned,
    /// The ticket is closed.
    Closed,
    /// The shop's side answered already.
    Answered,
    /// Somebody else than the ticket's customer wrote it.
    WrongSender,
    /// A machine wrote it.
    AutomatedMail,
    /// It asks for nothing: thanks, a goodbye, an emoji.
    NothingAsked,
    /// A rule of the account replied, and the policy leaves such messages alone.
    RuleReplied,
}

/// Messages that are to be answered together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// All messages the answer will cover.
    pub messages: Vec<MessageId>,
    /// Which of them are new with this event.
    pub added: Vec<MessageId>,
    /// Outcomes this one replaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<u64>,
    /// When the first of them was accepted.
    pub since: Time,
    /// How many drafts were dropped because the customer wrote again.
    #[serde(default)]
    pub redrafts: u32,
    /// Until when the customer must be quiet.
    pub quiet_until: Time,
    /// From when on a person gets the ticket instead.
    pub answer_by: Time,
    /// The gates of the newest message.
    pub receipt: Receipt,
}

/// An answer that is ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// The draft it fulfils.
    pub draft: EffectId,
    /// Answer or shadow note.
    pub kind: EffectKind,
    /// Messages it covers.
    pub messages: Vec<MessageId>,
    /// From when on a person gets the ticket instead.
    pub answer_by: Time,
    /// The gates, the answer's confidence among them.
    pub receipt: Receipt,
    /// The text.
    pub personal: TextPersonal,
}

/// A text written to or about a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextPersonal {
    /// The text, plain.
    pub text: String,
}

/// Why a draft is not posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// The customer wrote again.
    NewMessage,
    /// The ticket is no longer assigned to the AI user.
    NotAssigned,
    /// The ticket was closed.
    Closed,
    /// The ticket was deleted, trashed, or marked as spam.
    TicketGone,
    /// The mode changed.
    ModeChanged,
    /// The shop's side answered.
    Answered,
    /// A person took the ticket over.
    TakenOver,
    /// The mode is shadow, and a person would have got the ticket.
    Shadow,
    /// The ticket changed so that it is no longer the AI's to answer: its tags, a rule's reply, the customer's wish.
    TicketChanged,
}

/// The announcement of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyStarted {
    /// Which.
    pub effect: EffectId,
    /// Counts the attempts of this effect, from 1.
    pub attempt: u32,
    /// The marker it carries.
    pub marker: String,
    /// Messages it covers.
    pub messages: Vec<MessageId>,
    /// When the caller stops waiting for Gorgias' answer.
    pub give_up_at: Time,
}

/// How a post became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// Gorgias' answer to the post.
    Response,
    /// Its marker in a later read.
    Marker,
}

/// How a takeover showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeoverSign {
    /// A person wrote to the customer.
    Message(MessageId),
    /// The ticket was assigned to somebody else.
    Assignee(UserId),
}

/// The mark of a handoff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOff {
    /// Why.
    pub reason: HandoffReason,
    /// Messages it covers.
    pub messages: Vec<MessageId>,
    /// Outcomes this one replaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<u64>,
    /// The person who gets the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_user: Option<UserId>,
    /// The team that gets the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_team: Option<TeamId>,
    /// Tags the ticket gets.
    pub tags: Vec<String>,
    /// When the final reply is too late to be sent.
    pub reply_by: Time,
    /// The language of the note.
    #[serde(default, skip_serializing_if = "is_english")]
    pub note_language: Language,
    /// The gates that led here.
    pub receipt: Receipt,
    /// The texts.
    pub personal: HandoffPersonal,
}

/// The texts of a handoff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HandoffPersonal {
    /// The last reply to the customer; none when another public message could be one too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// The internal note.
    pub note: String,
}

/// Why a ticket goes to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The customer asked for a person.
    AskedForHuman,
    /// The customer wants no AI.
    OptedOut,
    /// The message touches what always goes to people.
    Sensitive(Topic),
    /// The customer is frustrated.
    Frustrated,
    /// The customer asks again what was answered.
    NoProgress,
    /// The ticket's topic is people's.
    TopicForPeople,
    /// The ticket has had as many replies as it may have: two machines may be answering each other.
    PossibleLoop,
    /// An operator asked for it.
    Operator,
    /// No source answers the question, or not certainly enough.
    NoSource,
    /// The answer that was found promises a person, whom only a handoff brings.
    PromisedPerson,
    /// Nothing to read: only files.
    NoText,
    /// The answer was not ready in time.
    TooLate,
    /// The answerer failed.
    AnswererFailed,
    /// The customer kept adding messages while answers were drafted.
    KeptChanging,
    /// The thread was merged, or another installation works on it.
    ForeignThread,
    /// A message that Gorgias told of cannot be found.
    MessageNotFound,
    /// Facts kept arriving while a reply was about to be posted.
    TooManyConflicts,
    /// The channel takes no reply now.
    NotAnswerable,
    /// Gorgias refused the reply.
    Rejected,
    /// Whether the reply was posted could not be found out, or it could not be posted twice.
    Unsettled,
    /// The reply was posted but could not be delivered.
    DeliveryFailed,
}

/// The four things that may follow a handoff, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    /// A last reply to the customer.
    Reply,
    /// An internal note.
    Note,
    /// Tags.
    Tags,
    /// The reassignment.
    Reassign,
}

fn is_english(language: &Language) -> bool {
    *language == Language::English
}

fn is_false(value: &bool) -> bool {
    !value
}
