//! Questions about a ticket that more than one of its functions asks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::effect::{EffectId, EffectKind};
use super::event::{Author, Event, FollowUp, HandedOff, Hint, ReadPersonal, Standing};
use super::state::{Ending, Handoff, Known, Phase, Ticket, Tries};
use crate::id::{CustomerId, MessageId};
use crate::receipt::{Gate, Receipt};
use crate::time::Time;

impl Ticket {
    /// A read has shown it as Gorgias changed it at `updated_at` or later.
    pub fn has_seen(&self, updated_at: Time) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.updated_at >= updated_at)
    }

    /// The newest message known; 0 when none is.
    pub fn newest_message(&self) -> MessageId {
        self.messages.keys().next_back().copied().unwrap_or_default()
    }

    /// The newest public message of the shop's side that is an answer (a rule's is not); 0 when there is none.
    pub fn newest_from_shop(&self) -> MessageId {
        let mut newest_first = self.messages.values().rev();
        newest_first
            .find(|known| known.message.public && known.author.answers())
            .map_or(MessageId(0), |known| known.message.id)
    }

    /// The oldest public message of a person after `through`.
    pub fn person_wrote_after(&self, through: MessageId) -> Option<MessageId> {
        let is_person = |known: &&Known| known.author == Author::Person && known.message.public;
        let all = self.messages.values().map(Box::as_ref);
        let mut after = all.filter(|known| known.message.id > through);
        after.find(is_person).map(|known| known.message.id)
    }

    /// The text of the messages in `ids`, oldest first.
    pub fn text_of(&self, ids: &[MessageId]) -> String {
        let texts: Vec<&str> = ids
            .iter()
            .filter_map(|id| self.messages.get(id))
            .map(|known| known.message.personal.text.trim())
            .filter(|text| !text.is_empty())
            .collect();
        texts.join("\n\n")
    }

    /// Channel slug; empty before the first read.
    pub fn channel(&self) -> &str {
        self.fields.as_ref().map_or("", |fields| fields.channel.as_str())
    }

    /// How the posting of an effect went so far, if it is owed.
    pub fn tries_mut(&mut self, effect: EffectId) -> Option<&mut Tries> {
        match &mut self.phase {
            Phase::Answering(answering) if answering.effect == effect => Some(&mut answering.tries),
            Phase::HandedOff(handoff) if handoff.sequence == effect.sequence => match effect.kind {
                EffectKind::FinalReply => Some(&mut handoff.reply_tries),
                EffectKind::HandoffNote => Some(&mut handoff.note_tries),
                _ => None,
            },
            _ => None,
        }
    }

    /// How the posting of an effect went so far, if it is owed.
    pub fn tries(&self, effect: EffectId) -> Option<Tries> {
        match &self.phase {
            Phase::Answering(answering) if answering.effect == effect => Some(answering.tries),
            Phase::HandedOff(handoff) if handoff.sequence == effect.sequence => match effect.kind {
                EffectKind::FinalReply => Some(handoff.reply_tries),
                EffectKind::HandoffNote => Some(handoff.note_tries),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text that a post carries, if the post is owed.
    pub fn post_text(&self, effect: EffectId) -> Option<&str> {
        match &self.phase {
            Phase::Answering(answering) if answering.effect == effect => Some(&answering.text),
            Phase::HandedOff(handoff) if handoff.sequence == effect.sequence => match effect.kind {
                EffectKind::FinalReply => handoff.reply_text.as_deref(),
                EffectKind::HandoffNote => Some(&handoff.note_text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The messages that a post covers.
    pub fn post_messages(&self, effect: EffectId) -> &[MessageId] {
        match &self.phase {
            Phase::Answering(answering) if answering.effect == effect => &answering.messages,
            Phase::HandedOff(handoff) if handoff.sequence == effect.sequence => &handoff.messages,
            _ => &[],
        }
    }

    /// How long the customer's newest message that this answer covers had been heard of here when the answer was on the
    /// ticket at `posted_at`; none when it answered no message.
    pub fn answered_after(&self, answer: EffectId, posted_at: Time) -> Option<Duration> {
        let is_covered = |known: &&Known| {
            known.outcome.as_ref().is_some_and(|outcome| outcome.ending == Ending::Answered(answer))
        };
        let newest = self.messages.values().map(Box::as_ref).rev().find(is_covered)?;
        Some(posted_at.since(newest.heard_at))
    }

    /// People must get the ticket once the connection is live: an answer of ours did not reach the customer. No time tells
    /// when that will be.
    pub fn waits_to_be_live(&self) -> bool {
        self.delivery_failed.is_some() && !matches!(self.phase, Phase::HandedOff(_) | Phase::Gone)
    }

    /// The customer, if one of these events, which follow this state, rests on a message in which the customer says that no
    /// AI may answer.
    pub fn opted_out_by(&self, events: &[Event]) -> Option<CustomerId> {
        let says_so = |receipt: &Receipt| {
            receipt.gates.iter().any(|result| result.gate == Gate::LetsAiAnswer && !result.passed)
        };
        let found = events.iter().any(|event| match event {
            Event::HandedOff(mark) => says_so(&mark.receipt),
            Event::Ignored(ignored) => says_so(&ignored.receipt),
            _ => false,
        });
        if !found {
            return None;
        }
        let known = self.fields.as_ref().and_then(|fields| fields.customer.as_ref());
        let read = events.iter().rev().find_map(|event| match event {
            Event::TicketRead(read) => read.personal.customer.as_ref(),
            _ => None,
        });
        read.or(known).map(|customer| customer.id)
    }

    /// A word for where the conversation stands.
    pub fn phase_name(&self) -> &'static str {
        match self.phase {
            Phase::Idle => "idle",
            Phase::Gathering(_) => "gathering",
            Phase::Answering(_) => "answering",
            Phase::TakenOver { .. } => "taken over",
            Phase::HandedOff(_) => "handed off",
            Phase::Gone => "gone",
        }
    }
}

impl Known {
    /// Whether it waits for its answer, or did until that was dropped.
    pub(super) fn is_accepted(&self) -> bool {
        self.outcome.as_ref().is_some_and(|outcome| outcome.ending == Ending::Accepted)
    }
}

impl Handoff {
    /// A handoff as its mark begins it.
    pub(super) fn new(mark: &HandedOff, sequence: u64, at: Time, known_through: MessageId) -> Self {
        let mut open = BTreeSet::from([FollowUp::Note]);
        if mark.personal.reply.is_some() {
            open.insert(FollowUp::Reply);
        }
        if !mark.tags.is_empty() {
            open.insert(FollowUp::Tags);
        }
        open.insert(FollowUp::Reassign);
        Self {
            sequence,
            at,
            reason: mark.reason.clone(),
            messages: mark.messages.clone(),
            known_through,
            to_user: mark.to_user,
            to_team: mark.to_team,
            rerouted: false,
            tags: mark.tags.clone(),
            reply_by: mark.reply_by,
            reply_text: mark.personal.reply.clone(),
            note_text: mark.personal.note.clone(),
            note_language: mark.note_language,
            reply_tries: Tries::default(),
            note_tries: Tries::default(),
            open,
            skipped: BTreeMap::new(),
            failing: BTreeSet::new(),
        }
    }

    /// Leaves out what is still open.
    pub(super) fn cancel(&mut self, reason: &str) {
        for step in std::mem::take(&mut self.open) {
            self.skipped.insert(step, reason.to_owned());
        }
    }
}

impl EffectKind {
    /// The follow-up of a handoff that this is.
    pub fn follow_up(self) -> Option<FollowUp> {
        match self {
            Self::FinalReply => Some(FollowUp::Reply),
            Self::HandoffNote => Some(FollowUp::Note),
            Self::Tags => Some(FollowUp::Tags),
            Self::Reassign => Some(FollowUp::Reassign),
            Self::Read
            | Self::Draft
            | Self::Answer
            | Self::ShadowNote
            | Self::CheckDelivery
            | Self::MailTags => None,
        }
    }
}

impl FollowUp {
    /// The effect that does it.
    pub fn effect(self) -> EffectKind {
        match self {
            Self::Reply => EffectKind::FinalReply,
            Self::Note => EffectKind::HandoffNote,
            Self::Tags => EffectKind::Tags,
            Self::Reassign => EffectKind::Reassign,
        }
    }
}

impl Author {
    /// Whether a public message of this author answers the customer.
    pub fn answers(self) -> bool {
        match self {
            Self::Us | Self::Stranger | Self::Person | Self::App => true,
            Self::Customer | Self::Rule => false,
        }
    }
}

impl Hint {
    pub(super) fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

impl Standing {
    pub(super) fn is_current(&self) -> bool {
        *self == Self::Current
    }
}

impl ReadPersonal {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Event {
    /// The event's name, as persisted.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Notified(_) => "notified",
            Self::SeenBySync(_) => "seen_by_sync",
            Self::HandoffRequested { .. } => "handoff_requested",
            Self::Resumed { .. } => "resumed",
            Self::TicketRead(_) => "ticket_read",
            Self::ReadFailed { .. } => "read_failed",
            Self::TicketGone { .. } => "ticket_gone",
            Self::MessageNotFound { .. } => "message_not_found",
            Self::GenerationChanged { .. } => "generation_changed",
            Self::Ignored(_) => "ignored",
            Self::Accepted(_) => "accepted",
            Self::DraftFailed { .. } => "draft_failed",
            Self::Drafted(_) => "drafted",
            Self::DraftDropped { .. } => "draft_dropped",
            Self::ReplyStarted(_) => "reply_started",
            Self::ReplyPosted { .. } => "reply_posted",
            Self::ReplyUnclear { .. } => "reply_unclear",
            Self::ReplyNotSent { .. } => "reply_not_sent",
            Self::ReplyRejected { .. } => "reply_rejected",
            Self::ReplyAbsent { .. } => "reply_absent",
            Self::ReplyAbandoned { .. } => "reply_abandoned",
            Self::DeliveryChecked { .. } => "delivery_checked",
            Self::TakenOver { .. } => "taken_over",
            Self::TakeoverEnded => "takeover_ended",
            Self::HandedOff(_) => "handed_off",
            Self::FollowUpDone { .. } => "follow_up_done",
            Self::FollowUpFailed { .. } => "follow_up_failed",
            Self::Rerouted { .. } => "rerouted",
            Self::FollowUpSkipped { .. } => "follow_up_skipped",
            Self::TagsDone { .. } => "tags_done",
            Self::TagsFailed { .. } => "tags_failed",
            Self::TagsSkipped { .. } => "tags_skipped",
        }
    }
}
