//! The draft's outcome and the handoff as decisions: the mark first, then its four follow-ups, then silence.

use super::delays;
use super::effect::{EffectId, EffectKind};
use super::event::{
    Drafted, Event, FollowUp, HandedOff, HandoffPersonal, HandoffReason, Silence, TextPersonal,
};
use super::input::{DraftAnswer, DraftOutcome, FollowUpOutcome};
use super::plan::Plan;
use super::state::{Phase, Ticket};
use crate::id::MessageId;
#[cfg(feature = "planted")]
use crate::planted::{self, Bug};
use crate::policy::{Mode, TextKey, untold};
use crate::reading::promise::promises_a_person;
use crate::reading::sensitive::Topic;
use crate::receipt::{AnswerReceipt, Gate, GateResult, Receipt};

/// What [`Gate::NoPromise`] looked at when it found nothing.
const NO_PROMISE: &str = "no promise found";

/// How the reason begins for which a follow-up is left out that was tried in vain.
const GIVEN_UP: &str = "given up";

/// No letter to a customer is longer, in letters; an answer that is went wrong.
const ANSWER_LETTERS_MAX: usize = 20_000;

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
        // An empty text says nothing, however certain it is.
        let body = answer.body.as_deref().filter(|body| !body.trim().is_empty());
        let certain = body.is_some() && answer.confidence_per_mille >= line;
        #[cfg(feature = "planted")]
        let certain = certain || planted::is(Bug::IgnoreConfidence) && body.is_some();
        let input = format!("{} of 1000, the line is {line}", answer.confidence_per_mille);
        let mut receipt = self.receipt(vec![GateResult { gate: Gate::Confidence, input, passed: certain }]);
        receipt.answer = Some(AnswerReceipt {
            answerer: answer.answerer.clone(),
            knowledge_version: answer.knowledge_version,
            confidence_per_mille: answer.confidence_per_mille,
            passages: answer.passages.clone(),
            cost_micros: answer.cost_micros,
        });
        if let Some(body) = body.filter(|_| certain) {
            let letters = body.chars().count();
            if letters > ANSWER_LETTERS_MAX {
                let problem = format!("the answer has {letters} letters, and may have {ANSWER_LETTERS_MAX}");
                self.hand_off(HandoffReason::AnswererFailed, messages.to_vec(), receipt, &problem);
                return;
            }
            let promise = promises_a_person(body);
            let found = promise.as_ref().map_or(NO_PROMISE.to_owned(), |found| format!("matched: {found}"));
            let passed = promise.is_none();
            receipt.gates.push(GateResult { gate: Gate::NoPromise, input: found, passed });
            if !passed {
                let detail = format!("The answer that was found, and not sent:\n{body}");
                self.hand_off(HandoffReason::PromisedPerson, messages.to_vec(), receipt, &detail);
                return;
            }
        }
        let texts = self.texts_for(messages);
        let text = match body.filter(|_| certain) {
            Some(body) => texts.answer(self.frame(), body),
            None if !self.terms.policy.handoff_rules().on_cannot_answer => texts.cannot_answer(self.frame()),
            None => {
                self.hand_off(HandoffReason::NoSource, messages.to_vec(), receipt, "");
                return;
            }
        };
        self.drafted(draft, messages, answer_by, receipt, text);
    }

    /// A fixed text answers the messages that were just accepted.
    pub(super) fn answer_with(&mut self, text: TextKey, receipt: Receipt) {
        let Phase::Gathering(gathering) = self.ticket.phase.clone() else { return };
        let draft = EffectId { kind: EffectKind::Draft, sequence: gathering.sequence };
        let text = self.texts_for(&gathering.messages).fixed(text, self.frame());
        self.drafted(draft, &gathering.messages, gathering.answer_by, receipt, text);
    }

    fn drafted(
        &mut self,
        draft: EffectId,
        messages: &[MessageId],
        answer_by: crate::time::Time,
        receipt: Receipt,
        text: String,
    ) {
        self.push(Event::Drafted(Drafted {
            draft,
            kind: if self.mode() == Mode::Shadow { EffectKind::ShadowNote } else { EffectKind::Answer },
            messages: messages.to_vec(),
            answer_by,
            receipt,
            personal: TextPersonal { text },
        }));
    }

    /// Marks the ticket as handed off. Unless the mode is live the messages are met with silence instead, since
    /// nothing may happen that a person would notice; only an operator who asks for it gets it all the same. `detail`
    /// is what the note says beyond the reason: who the operator is, the text of an answer that may have been posted, else
    /// what went wrong in the words of whoever said so; empty for nothing.
    pub(super) fn hand_off(
        &mut self,
        reason: HandoffReason,
        messages: Vec<MessageId>,
        receipt: Receipt,
        detail: &str,
    ) {
        let silence = match self.mode() {
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
        let reply = (!messages.is_empty() && reason.lets_reply()).then(|| {
            self.texts_for(&messages).handoff_at(self.frame(), self.now, self.hold_files(&messages))
        });
        let note = self.note(&reason, &messages, detail, &receipt);
        let policy = &self.terms.policy;
        let grave = matches!(reason, HandoffReason::Sensitive(_));
        let urgent =
            policy.handoff.urgent_tags.iter().filter(|tag| grave && !policy.handoff_tags.contains(tag));
        let tags = policy.handoff_tags.iter().chain(urgent).cloned().collect();
        let replaces = self.replaced(&messages);
        self.push(Event::HandedOff(Box::new(HandedOff {
            reason,
            messages,
            replaces,
            to_user: self.terms.handoff_user.filter(|user| *user != self.terms.ai_user),
            to_team: self.terms.handoff_team,
            tags,
            reply_by: self.now.plus(delays::FINAL_REPLY_WITHIN),
            note_language: policy.handoff.note_language,
            receipt,
            personal: HandoffPersonal { reply, note },
        })));
    }

    /// Why a follow-up may not happen, if it may not.
    pub(super) fn follow_up_is_off(&self, step: FollowUp, no_route: Option<&str>) -> Option<String> {
        let Phase::HandedOff(handoff) = &self.ticket.phase else { return None };
        match step {
            FollowUp::Note if self.mode() == Mode::Off => return Some("the mode is off".to_owned()),
            FollowUp::Reply if self.mode() != Mode::Live => {
                return Some(untold::NOT_LIVE.to_owned());
            }
            FollowUp::Note | FollowUp::Tags => return None,
            FollowUp::Reply | FollowUp::Reassign => {}
        }
        // Whom Gorgias did not take left the ticket to nobody, and the fallback is still to have it.
        let assignee = self.ticket.fields.as_ref().and_then(|fields| fields.assignee);
        let is_nobodys = step == FollowUp::Reassign && handoff.rerouted && assignee.is_none();
        if !self.ticket.ours && !is_nobodys {
            return Some(untold::NOT_OURS.to_owned());
        }
        if self.ticket.person_wrote_after(handoff.known_through).is_some() {
            return Some(untold::PERSON_WROTE.to_owned());
        }
        let fields = self.ticket.fields.clone().unwrap_or_default();
        match step {
            FollowUp::Reply if fields.closed => Some(untold::CLOSED.to_owned()),
            FollowUp::Reply if fields.trashed || fields.spam => Some(untold::PUT_AWAY.to_owned()),
            FollowUp::Reply => no_route.map(str::to_owned),
            FollowUp::Note | FollowUp::Tags | FollowUp::Reassign => None,
        }
    }

    /// Somebody else may get the ticket than those who could not.
    fn has_fallback(&self) -> bool {
        let Phase::HandedOff(handoff) = &self.ticket.phase else { return false };
        let rules = &self.terms.policy.handoff;
        let same = (rules.fallback_user, rules.fallback_team) == (handoff.to_user, handoff.to_team);
        rules.has_fallback() && rules.fallback_user != Some(self.terms.ai_user) && !handoff.rerouted && !same
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
            FollowUpOutcome::GivenUp(problem) if step == FollowUp::Reassign && self.has_fallback() => {
                let rules = &self.terms.policy.handoff;
                let (to_user, to_team) = (rules.fallback_user, rules.fallback_team);
                self.push(Event::Rerouted { to_user, to_team, problem: problem.clone() });
            }
            FollowUpOutcome::GivenUp(problem) => {
                self.push(Event::FollowUpSkipped { step, reason: format!("{GIVEN_UP}: {problem}") });
            }
        }
    }
}

impl Ticket {
    /// Why nobody got the ticket at its handoff, as long as nobody has it: people must assign it by hand.
    pub fn left_unassigned(&self) -> Option<&str> {
        let Phase::HandedOff(handoff) = &self.phase else { return None };
        let reason = handoff.skipped.get(&FollowUp::Reassign)?;
        let is_with_nobody =
            self.fields.as_ref().is_none_or(|fields| fields.assignee.is_none() && fields.team.is_none());
        (reason.starts_with(GIVEN_UP) && (self.ours || is_with_nobody)).then_some(reason)
    }
}

impl HandoffReason {
    /// Which of several reasons a handoff is told with: the least number.
    pub(super) fn rank(&self) -> (u8, Option<Topic>) {
        match self {
            Self::Sensitive(topic) => (0, Some(*topic)),
            Self::OptedOut => (1, None),
            _ => (2, None),
        }
    }

    /// Whether another public message may follow: not when one may be on the ticket already, nor on a thread that
    /// is not ours, nor where none can be delivered.
    fn lets_reply(&self) -> bool {
        match self {
            Self::AskedForHuman
            | Self::OptedOut
            | Self::Sensitive(_)
            | Self::Frustrated
            | Self::NoProgress
            | Self::TopicForPeople
            | Self::Operator
            | Self::NoSource
            | Self::PromisedPerson
            | Self::NoText
            | Self::TooLate
            | Self::AnswererFailed
            | Self::KeptChanging
            | Self::MessageNotFound
            | Self::TooManyConflicts
            | Self::Rejected => true,
            Self::ForeignThread
            | Self::NotAnswerable
            | Self::Unsettled
            | Self::DeliveryFailed
            | Self::PossibleLoop => false,
        }
    }

    /// The reason in words that follow "because:".
    pub const fn words(&self) -> &'static str {
        match self {
            Self::AskedForHuman => "the customer asked for a person",
            Self::OptedOut => "the customer wants no AI",
            Self::Sensitive(topic) => topic.words(),
            Self::Frustrated => "the customer is losing patience",
            Self::NoProgress => "the customer asks again what was answered",
            Self::TopicForPeople => "the merchant keeps this topic for people",
            Self::PossibleLoop => {
                "the ticket has had as many replies as it may have; two machines may be writing to each other"
            }
            Self::Operator => "an operator asked for it",
            Self::NoSource => "no help article answers the question with enough certainty",
            Self::PromisedPerson => "the answer that was found promises a person",
            Self::NoText => "there is nothing to read in the message",
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
