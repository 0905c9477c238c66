//! What a ticket is at one point of its log.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::EffectId;
use super::event::{Author, FollowUp, HandoffReason, Silence, TakeoverSign};
use crate::id::{MessageId, TeamId, TicketId, UserId};
use crate::policy::Language;
use crate::receipt::PassageReceipt;
use crate::snapshot::{Message, TicketFields};
use crate::time::Time;

/// A ticket, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticket {
    /// Its number in Gorgias.
    pub id: TicketId,
    /// Sequence of the last event folded.
    pub sequence: u64,
    /// The latest time of any event folded.
    pub clock: Time,
    /// Generation of the connection that its debts belong to.
    pub generation: u32,
    /// What it is in Gorgias; none before the first read.
    pub fields: Option<TicketFields>,
    /// Its messages. Boxed, since a map makes room for eleven at once and most tickets have few.
    pub messages: BTreeMap<MessageId, Box<Known>>,
    /// Headers that webhooks told of messages, which reads mostly lack.
    pub heard_headers: BTreeMap<MessageId, BTreeMap<String, String>>,
    /// What is owed to notifications.
    pub reading: Reading,
    /// The last read showed it assigned to the AI user.
    pub ours: bool,
    /// It came to the AI user when this was the newest message of the shop's side.
    pub handed_to_us: Option<MessageId>,
    /// Persons' messages up to here are past and no takeover.
    pub people_through: MessageId,
    /// It was read under this generation of the connection, so that a changed assignee was changed since then.
    pub looked: bool,
    /// Where the stream says that this generation replaced another; 0 if it never did.
    pub cut_at: u64,
    /// Messages up to here were written before the ticket was given back to the AI, and met with this silence.
    pub given_back: Option<(MessageId, Silence)>,
    /// The generation under which a notification said that its assignment changed, since the last read.
    pub assignment_heard: Option<u32>,
    /// An operator asked for a handoff that is not decided yet.
    pub handoff_requested: Option<String>,
    /// Where the conversation stands.
    pub phase: Phase,
    /// The post that was announced and has no outcome yet. While it is there, nothing else is drafted or posted.
    pub announced: Option<Announced>,
    /// Messages that we posted, by the numbers Gorgias gave them.
    pub posted: BTreeMap<MessageId, EffectId>,
    /// Posted replies whose sending is not known yet.
    pub deliveries: Vec<DeliveryWatch>,
    /// Gorgias reported that the sending of one of our replies failed; a person must know.
    pub delivery_failed: Option<(EffectId, String)>,
    /// It was assigned to the AI user at some time, so that another assignee takes it over.
    pub was_ours: bool,
    /// Messages came in by a merge, or another installation wrote: no answer until an operator resumes.
    pub foreign: bool,
    /// The tags that automated mail brought it; at most once, so that this stays when they are done.
    pub mail_tags: Option<MailTags>,
}

impl Ticket {
    /// A ticket of which nothing is known yet.
    pub fn new(id: TicketId) -> Self {
        Self { id, ..Self::default() }
    }
}

/// Tags that a ticket gets because it holds nothing but automated mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTags {
    /// Names the effect that puts them on the ticket.
    pub effect: EffectId,
    /// The tags.
    pub tags: Vec<String>,
    /// They are owed: neither done nor left out.
    pub open: bool,
    /// A first failure is on record.
    pub failing: bool,
}

/// A message and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who wrote it.
    pub author: Author,
    /// It came from another ticket by a merge.
    pub merged_in: bool,
    /// The message.
    pub message: Message,
    /// When it was first heard of here: by the notification that named it, else by the read that showed it.
    pub heard_at: Time,
    /// Its current outcome; none when not judged, or when it needs no judgement.
    pub outcome: Option<Outcome>,
}

/// The current outcome of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Sequence of the event that holds its receipt.
    pub sequence: u64,
    /// How it ended.
    pub ending: Ending,
}

/// How a message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It waits for its answer.
    Accepted,
    /// It was answered.
    Answered(EffectId),
    /// It was met with silence.
    Ignored(Silence),
    /// It went to people.
    HandedOff,
}

/// What is owed to notifications: one coalesced read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Sequence of the newest fact that wants a read.
    pub asked: u64,
    /// Generation of the connection when that fact was heard.
    pub generation: u32,
    /// `as_of` of the newest read.
    pub paid: u64,
    /// The read is owed from this time on.
    pub due_at: Time,
    /// Messages that notifications named and no read has shown, with the number of reads that lacked them.
    pub wanted: BTreeMap<MessageId, u32>,
    /// When notifications first named the messages that no read has shown.
    pub heard_at: BTreeMap<MessageId, Time>,
    /// A first failure is on record, so that the next one is not recorded again.
    pub failing: bool,
}

impl Reading {
    /// Whether a read is owed.
    pub fn is_owed(&self) -> bool {
        self.asked > self.paid || !self.wanted.is_empty()
    }
}

/// Where the conversation stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing waits for an answer.
    #[default]
    Idle,
    /// Messages were accepted and wait for quiet, then for a draft.
    Gathering(Gathering),
    /// An answer waits to be posted.
    Answering(Answering),
    /// A person works on it.
    TakenOver {
        /// How that showed.
        by: TakeoverSign,
        /// It was assigned away from the AI user since; coming back ends the takeover.
        left: bool,
    },
    /// It went to people; only follow-ups remain.
    HandedOff(Box<Handoff>),
    /// Gorgias no longer has it.
    Gone,
}

/// Messages that are to be answered together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathering {
    /// Sequence of the newest acceptance: names the draft.
    pub sequence: u64,
    /// All messages the answer will cover.
    pub messages: Vec<MessageId>,
    /// Until when the customer must be quiet.
    pub quiet_until: Time,
    /// From when on a person gets the ticket instead.
    pub answer_by: Time,
    /// When the first of them was accepted.
    pub since: Time,
    /// How many drafts were dropped because the customer wrote again.
    pub redrafts: u32,
    /// A first failure is on record.
    pub failing: bool,
}

/// An answer that waits to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// Names the answer.
    pub effect: EffectId,
    /// Messages it covers.
    pub messages: Vec<MessageId>,
    /// The text.
    pub text: String,
    /// The passages of help articles that were looked at for it, best first; none for a fixed text.
    pub looked_at: Vec<PassageReceipt>,
    /// It is not posted before the customer was quiet until then.
    pub not_before: Time,
    /// From when on a person gets the ticket instead.
    pub answer_by: Time,
    /// When the first of its messages was accepted.
    pub since: Time,
    /// How many drafts were dropped before it.
    pub redrafts: u32,
    /// How its posting went so far.
    pub tries: Tries,
}

/// How the posting of one message went so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    /// Attempts announced.
    pub attempts: u32,
    /// Attempts that two complete reads showed to be absent.
    pub absent: u32,
}

/// A post that was announced and has no outcome yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Which.
    pub effect: EffectId,
    /// Which attempt.
    pub attempt: u32,
    /// The marker it carries.
    pub marker: String,
    /// Messages it covers.
    pub messages: Vec<MessageId>,
    /// When the caller stops waiting for Gorgias' answer.
    pub give_up_at: Time,
}

/// A posted reply whose sending is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryWatch {
    /// The answer.
    pub effect: EffectId,
    /// Its message, where Gorgias named it.
    pub message: Option<MessageId>,
    /// Its marker.
    pub marker: String,
    /// When to look.
    pub check_at: Time,
    /// How often we looked.
    pub checks: u32,
}

/// A handoff and how far its follow-ups are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// Sequence of the mark: names the follow-ups.
    pub sequence: u64,
    /// When it was marked.
    pub at: Time,
    /// Why.
    pub reason: HandoffReason,
    /// Messages it covers.
    pub messages: Vec<MessageId>,
    /// Newest message known at the mark; a person's message after it stops the follow-ups that a person would
    /// notice.
    pub known_through: MessageId,
    /// Who gets the ticket.
    pub to_user: Option<UserId>,
    /// Which team gets the ticket.
    pub to_team: Option<TeamId>,
    /// It goes to the fallback: the first choice failed.
    pub rerouted: bool,
    /// Tags the ticket gets.
    pub tags: Vec<String>,
    /// When the final reply is too late.
    pub reply_by: Time,
    /// The last reply to the customer.
    pub reply_text: Option<String>,
    /// The internal note.
    pub note_text: String,
    /// The language of the note.
    pub note_language: Language,
    /// How the final reply's posting went so far.
    pub reply_tries: Tries,
    /// How the note's posting went so far.
    pub note_tries: Tries,
    /// Follow-ups that are not finished, in their order.
    pub open: BTreeSet<FollowUp>,
    /// Follow-ups that were left out.
    pub skipped: BTreeMap<FollowUp, String>,
    /// Follow-ups whose first failure is on record.
    pub failing: BTreeSet<FollowUp>,
}
