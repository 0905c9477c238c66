//! The draft's outcome and the handoff as decisions: the mark first, then its four follow-ups, then silence.

use super::delays;
use super::effect::{EffectId, EffectKind};
use super::event::{
    Drafted, Event, FollowUp, HandedOff, HandoffPersonal, HandoffReason, OPERATOR, Silence, TextPersonal,
};
use super::input::{DraftAnswer, DraftOutcome, FollowUpOutcome};
use super::plan::Plan;
use super::state::Phase;
use crate::id::MessageId;
use crate::policy::{Language, Mode, ReplyFrame};
use crate::receipt::{AnswerReceipt, Gate, GateResult, Receipt};

/// A first message of at most so many words that asks for a person asks nothing else.
const BARE_REQUEST_WORDS_MAX: usize = 12;

impl Plan<'_> {
    /// What the answerer said to a draft. An answer to a draft that newer messages replaced is not used.
    pub(super) fn draft(&mut self, effect: EffectId, outcome: &DraftOutcome) {
        self.judge(); // An answer must not outrun a takeover that is known already.
        let Phase::Gathering(gathering) = self.ticket.phase.clone() else { return };
        if gathering.sequence != effect.sequence || self.ticket.announced.is_some() {
            return;
        }
        match outcome {
            DraftOutcome::Failed(problem) if !gathering.failing => {
                self.push(Event::DraftFailed { effect, problem: problem.clone() });
            }
            DraftOutcome::Failed(_) => {}
            DraftOutcome::GivenUp(problem) => {
                let receipt = self.receipt(Vec::new());
                self.hand_off(HandoffReason::AnswererFailed, gathering.messages, receipt, problem);
            }
            DraftOutcome::Answer(answer) => {
                self.answered(effect, &gathering.messages, gathering.answer_by, answer);
            }
        }
    }

    fn answered(
        &mut self,
        draft: EffectId,
        messages: &[MessageId],
        answer_by: crate::time::Time,
        answer: &DraftAnswer,
    ) {
        let line = self.terms.policy.confidence_line_per_mille;
        let certain = answer.body.is_some() && answer.confidence_per_mille >= line;
        let input = format!("{} of 1000, the line is {line}", answer.confidence_per_mille);
        let mut receipt = self.receipt(vec![GateResult { gate: Gate::Confidence, input, passed: certain }]);
        receipt.answer = Some(AnswerReceipt {
            answerer: answer.answerer.clone(),
            knowledge_version: answer.knowledge_version,
            confidence_per_mille: answer.confidence_per_mille,
            passages: answer.passages.clone(),
            cost_micros: answer.cost_micros,
        });
        let Some(body) = answer.body.as_deref().filter(|_| certain) else {
            self.hand_off(HandoffReason::NoSource, messages.to_vec(), receipt, "");
            return;
        };
        let text = self.terms.policy.texts_for(Language::English).answer(self.frame(), body);
        self.push(Event::Drafted(Drafted {
            draft,
            kind: if self.terms.mode == Mode::Shadow { EffectKind::ShadowNote } else { EffectKind::Answer },
            messages: messages.to_vec(),
            answer_by,
            receipt,
            personal: TextPersonal { text },
        }));
    }

    fn frame(&self) -> ReplyFrame<'_> {
        let customer = self.ticket.fields.as_ref().and_then(|fields| fields.customer.as_ref());
        let full = customer.and_then(|customer| customer.name.as_deref());
        let first = customer.and_then(|customer| customer.first_name.as_deref());
        let name = first.or_else(|| full.and_then(|name| name.split_whitespace().next()));
        let greeted =
            self.ticket.messages.values().any(|known| known.message.from_agent && known.message.public);
        ReplyFrame {
            name: name.map(str::trim).filter(|name| !name.is_empty() && !name.contains('@')),
            greeted,
            disclosure: self.terms.policy.disclosure,
        }
    }

    /// Marks the ticket as handed off. Unless the mode is live the messages are met with silence instead, since
    /// nothing may happen that a person would notice; only an operator who asks for it gets it all the same. `detail`
    /// is what the note says beyond the reason: who the operator is, else sentences; empty for nothing.
    pub(super) fn hand_off(
        &mut self,
        reason: HandoffReason,
        messages: Vec<MessageId>,
        receipt: Receipt,
        detail: &str,
    ) {
        let silence = match self.terms.mode {
            Mode::Live => None,
            Mode::Shadow => Some(Silence::Shadow),
            Mode::Off => Some(Silence::ModeOff),
        };
        if let Some(silence) = silence
            && reason != HandoffReason::Operator
        {
            if let Phase::Answering(answering) = &self.ticket.phase {
                let effect = answering.effect;
                self.push(Event::DraftDropped { effect, reason: silence.drop_reason() });
            }
            for id in messages {
                self.ignore(id, silence, receipt.clone());
            }
            return;
        }
        let reply = (!messages.is_empty() && reason.lets_reply())
            .then(|| self.terms.policy.texts_for(Language::English).handoff(self.frame()));
        let note = self.note(&reason, &messages, detail);
        let replaces = self.replaced(&messages);
        self.push(Event::HandedOff(Box::new(HandedOff {
            reason,
            messages,
            replaces,
            to_user: self.terms.handoff_user.filter(|user| *user != self.terms.ai_user),
            to_team: self.terms.handoff_team,
            tags: self.terms.policy.handoff_tags.clone(),
            reply_by: self.now.plus(delays::FINAL_REPLY_WITHIN),
            receipt,
            personal: HandoffPersonal { reply, note },
        })));
    }

    fn note(&self, reason: &HandoffReason, messages: &[MessageId], detail: &str) -> String {
        let mut lines = vec![opening(reason, detail)];
        if !detail.is_empty() && *reason != HandoffReason::Operator {
            lines.push(detail.to_owned());
        }
        let asked = self.ticket.text_of(messages);
        let bare = *reason == HandoffReason::AskedForHuman
            && asked.split_whitespace().count() <= BARE_REQUEST_WORDS_MAX
            && self.ticket.messages.len() <= messages.len();
        if bare {
            lines.push("No question given.".to_owned());
        } else if !asked.is_empty() {
            lines.push(format!("The customer wrote:\n{asked}"));
        }
        if let Phase::Answering(answering) = &self.ticket.phase {
            lines.push(format!("A draft that was not sent:\n{}", answering.text));
        }
        lines.join("\n\n")
    }

    /// Why a follow-up may not happen, if it may not.
    pub(super) fn follow_up_is_off(&self, step: FollowUp, no_route: Option<&str>) -> Option<String> {
        let Phase::HandedOff(handoff) = &self.ticket.phase else { return None };
        match step {
            FollowUp::Note if self.terms.mode == Mode::Off => return Some("the mode is off".to_owned()),
            FollowUp::Reply if self.terms.mode != Mode::Live => {
                return Some("the mode is not live".to_owned());
            }
            FollowUp::Note | FollowUp::Tags => return None,
            FollowUp::Reply | FollowUp::Reassign => {}
        }
        if !self.ticket.ours {
            return Some("the ticket is no longer assigned to the AI user".to_owned());
        }
        if self.ticket.person_wrote_after(handoff.known_through).is_some() {
            return Some("a person has written since".to_owned());
        }
        let fields = self.ticket.fields.clone().unwrap_or_default();
        match step {
            FollowUp::Reply if fields.closed => Some("the ticket was closed".to_owned()),
            FollowUp::Reply if fields.trashed || fields.spam => Some("the ticket was put away".to_owned()),
            FollowUp::Reply => no_route.map(str::to_owned),
            FollowUp::Note | FollowUp::Tags | FollowUp::Reassign => None,
        }
    }

    /// What came of tags or the reassignment.
    pub(super) fn follow_up(&mut self, step: FollowUp, outcome: &FollowUpOutcome) {
        let Phase::HandedOff(handoff) = &self.ticket.phase else { return };
        if !handoff.open.contains(&step) {
            return;
        }
        match outcome {
            FollowUpOutcome::Done => self.push(Event::FollowUpDone { step }),
            FollowUpOutcome::Failed(problem) if !handoff.failing.contains(&step) => {
                self.push(Event::FollowUpFailed { step, problem: problem.clone() });
            }
            FollowUpOutcome::Failed(_) => {}
            FollowUpOutcome::GivenUp(problem) => {
                self.push(Event::FollowUpSkipped { step, reason: format!("given up: {problem}") });
            }
        }
    }
}

/// The note's first line. An operator who gave a name is named in it; the detail of other reasons is a paragraph.
fn opening(reason: &HandoffReason, detail: &str) -> String {
    let named = *reason == HandoffReason::Operator && !detail.is_empty() && detail != OPERATOR;
    let operator = if named { format!(" ({detail})") } else { String::new() };
    format!("Handed over by the AI assistant: {}{operator}.", reason.words())
}

impl HandoffReason {
    /// Whether another public message may follow: not when one may be on the ticket already, nor on a thread that
    /// is not ours, nor where none can be delivered.
    fn lets_reply(&self) -> bool {
        match self {
            Self::AskedForHuman
            | Self::OptedOut
            | Self::Operator
            | Self::NoSource
            | Self::NoText
            | Self::TooLate
            | Self::AnswererFailed
            | Self::KeptChanging
            | Self::MessageNotFound
            | Self::TooManyConflicts
            | Self::Rejected => true,
            Self::ForeignThread | Self::NotAnswerable | Self::Unsettled | Self::DeliveryFailed => false,
        }
    }

    /// The reason in words that follow "because:".
    pub fn words(&self) -> &'static str {
        match self {
            Self::AskedForHuman => "the customer asked for a person",
            Self::OptedOut => "the customer wants no AI",
            Self::Operator => "an operator asked for it",
            Self::NoSource => "no help article answers the question with enough certainty",
            Self::NoText => "the message holds files but no text",
            Self::TooLate => "the answer was not ready in time",
            Self::AnswererFailed => "the answerer failed",
            Self::KeptChanging => "the customer kept adding messages while answers were drafted",
            Self::ForeignThread => "the thread was merged with another, or another installation works on it",
            Self::MessageNotFound => "a message that Gorgias told of cannot be found",
            Self::TooManyConflicts => "new facts kept arriving while the reply was about to be posted",
            Self::NotAnswerable => "the channel takes no reply now",
            Self::Rejected => "Gorgias refused the reply",
            Self::Unsettled => "whether the reply reached the ticket could not be settled",
            Self::DeliveryFailed => "the reply was posted but could not be delivered",
        }
    }
}
