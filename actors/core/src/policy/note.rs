//! The words of a handoff's internal note in every language that a team may read, a file each under `note/`.

use super::language::Language;
use super::{Cause, template};
use crate::reading::sensitive::Topic;
use crate::ticket::event::HandoffReason;

mod dutch;
mod english;
mod french;
mod german;
mod italian;
mod japanese;
mod polish;
mod portuguese;
mod spanish;
mod swedish;
#[cfg(test)]
mod tests;

/// All words of a note in one language.
pub(crate) struct NoteWords {
    /// The first line, with `{reason}` and `{operator}`.
    pub(crate) opening: &'static str,
    /// In place of the customer's words where a person was asked for and nothing else.
    pub(crate) no_question: &'static str,
    /// Above the customer's words.
    pub(crate) customer_wrote: &'static str,
    /// Above the text of an answer that was not sent.
    pub(crate) unsent_draft: &'static str,
    /// Why a message cannot be found.
    pub(crate) not_shown: &'static str,
    /// Above the text of an answer whose post could not be settled.
    pub(crate) twice_absent: &'static str,
    /// Above the passages that were looked at.
    pub(crate) looked_at: &'static str,
    /// One of them, with `{place}`, `{article}` and `{score}`.
    pub(crate) passage: &'static str,
    /// In their place where there are none.
    pub(crate) nothing_looked_at: &'static str,
    /// With `{cause}`.
    pub(crate) cause: &'static str,
    /// In the order of [`Cause::ALL`].
    causes: [&'static str; Cause::ALL.len()],
    /// Of the customer, with `{language}`.
    pub(crate) language: &'static str,
    /// In the order of [`Language::ALL`].
    languages: [&'static str; Language::ALL.len()],
    /// With `{mood}`: one of the three that follow.
    pub(crate) mood: &'static str,
    /// With the customer's `{words}`.
    pub(crate) angry: &'static str,
    /// With the customer's `{words}`.
    pub(crate) impatient: &'static str,
    /// No sign of either.
    pub(crate) calm: &'static str,
    /// The AI has answered nothing yet.
    pub(crate) answered_none: &'static str,
    /// The AI has answered one message.
    pub(crate) answered_one: &'static str,
    /// The AI has answered `{count}` messages.
    pub(crate) answered_many: &'static str,
    /// Where to read on, with `{command}`.
    pub(crate) read_on: &'static str,
    /// The customer got no last reply, with `{reason}`.
    untold: &'static str,
    /// The reasons for that, in the order of [`untold::ALL`].
    untold_because: [&'static str; untold::ALL.len()],
    reasons: Reasons,
}

/// Why a ticket goes to people, in words that follow "because"; the names are those of [`HandoffReason`] and [`Topic`].
struct Reasons {
    asked_for_human: &'static str,
    opted_out: &'static str,
    self_harm: &'static str,
    violence: &'static str,
    safety: &'static str,
    legal: &'static str,
    chargeback: &'static str,
    financial_details: &'static str,
    anger: &'static str,
    frustrated: &'static str,
    no_progress: &'static str,
    topic_for_people: &'static str,
    possible_loop: &'static str,
    operator: &'static str,
    no_source: &'static str,
    no_text: &'static str,
    promised_person: &'static str,
    too_late: &'static str,
    answerer_failed: &'static str,
    kept_changing: &'static str,
    foreign_thread: &'static str,
    message_not_found: &'static str,
    too_many_conflicts: &'static str,
    not_answerable: &'static str,
    rejected: &'static str,
    unsettled: &'static str,
    delivery_failed: &'static str,
}

/// Why a customer was not told of a handoff, as the log has it; what Gorgias said is in its own words instead. Persisted.
pub(crate) mod untold {
    pub(crate) const NOT_LIVE: &str = "the mode is not live";
    pub(crate) const NOT_OURS: &str = "the ticket is no longer assigned to the AI user";
    pub(crate) const PERSON_WROTE: &str = "a person has written since";
    pub(crate) const CLOSED: &str = "the ticket was closed";
    pub(crate) const PUT_AWAY: &str = "the ticket was put away";
    pub(crate) const TOO_LATE: &str = "it could not be posted in time";
    pub(crate) const TWICE_ABSENT: &str = "it was twice announced and twice absent";
    pub(crate) const ALL: [&str; 7] =
        [NOT_LIVE, NOT_OURS, PERSON_WROTE, CLOSED, PUT_AWAY, TOO_LATE, TWICE_ABSENT];
}

impl NoteWords {
    /// The words in `language`.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::WORDS,
            Language::French => &french::WORDS,
            Language::Spanish => &spanish::WORDS,
            Language::German => &german::WORDS,
            Language::Italian => &italian::WORDS,
            Language::Portuguese => &portuguese::WORDS,
            Language::Dutch => &dutch::WORDS,
            Language::Polish => &polish::WORDS,
            Language::Swedish => &swedish::WORDS,
            Language::Japanese => &japanese::WORDS,
        }
    }

    /// One of its texts with values for its variables; nothing in a value is replaced.
    pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
        template::filled(text, |name| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        })
    }

    /// Why the ticket goes to people.
    pub(crate) fn reason(&self, reason: &HandoffReason) -> &'static str {
        let reasons = &self.reasons;
        match reason {
            HandoffReason::AskedForHuman => reasons.asked_for_human,
            HandoffReason::OptedOut => reasons.opted_out,
            HandoffReason::Sensitive(Topic::SelfHarm) => reasons.self_harm,
            HandoffReason::Sensitive(Topic::Violence) => reasons.violence,
            HandoffReason::Sensitive(Topic::Safety) => reasons.safety,
            HandoffReason::Sensitive(Topic::Legal) => reasons.legal,
            HandoffReason::Sensitive(Topic::Chargeback) => reasons.chargeback,
            HandoffReason::Sensitive(Topic::FinancialDetails) => reasons.financial_details,
            HandoffReason::Sensitive(Topic::Anger) => reasons.anger,
            HandoffReason::Frustrated => reasons.frustrated,
            HandoffReason::NoProgress => reasons.no_progress,
            HandoffReason::TopicForPeople => reasons.topic_for_people,
            HandoffReason::PossibleLoop => reasons.possible_loop,
            HandoffReason::Operator => reasons.operator,
            HandoffReason::NoSource => reasons.no_source,
            HandoffReason::NoText => reasons.no_text,
            HandoffReason::PromisedPerson => reasons.promised_person,
            HandoffReason::TooLate => reasons.too_late,
            HandoffReason::AnswererFailed => reasons.answerer_failed,
            HandoffReason::KeptChanging => reasons.kept_changing,
            HandoffReason::ForeignThread => reasons.foreign_thread,
            HandoffReason::MessageNotFound => reasons.message_not_found,
            HandoffReason::TooManyConflicts => reasons.too_many_conflicts,
            HandoffReason::NotAnswerable => reasons.not_answerable,
            HandoffReason::Rejected => reasons.rejected,
            HandoffReason::Unsettled => reasons.unsettled,
            HandoffReason::DeliveryFailed => reasons.delivery_failed,
        }
    }

    /// What the handoff comes down to.
    pub(crate) fn cause(&self, cause: Cause) -> &'static str {
        let [knowledge, tool, instruction, request, topic, safety, error, limit] = self.causes;
        match cause {
            Cause::MissingKnowledge => knowledge,
            Cause::MissingTool => tool,
            Cause::UnclearInstruction => instruction,
            Cause::UserRequest => request,
            Cause::ProhibitedTopic => topic,
            Cause::Safety => safety,
            Cause::Error => error,
            Cause::Limit => limit,
        }
    }

    /// A language's name.
    pub(crate) fn name_of(&self, language: Language) -> &'static str {
        let [english, french, spanish, german, italian, portuguese, dutch, polish, swedish, japanese] =
            self.languages;
        match language {
            Language::English => english,
            Language::French => french,
            Language::Spanish => spanish,
            Language::German => german,
            Language::Italian => italian,
            Language::Portuguese => portuguese,
            Language::Dutch => dutch,
            Language::Polish => polish,
            Language::Swedish => swedish,
            Language::Japanese => japanese,
        }
    }

    /// That the customer was not told of the handoff, for a reason from the log.
    pub(crate) fn customer_untold(&self, reason: &str) -> String {
        let known = untold::ALL.into_iter().zip(self.untold_because).find(|(logged, _)| *logged == reason);
        // What Gorgias or the network said stays in its own words.
        let reason = known.map_or(reason, |(_, words)| words);
        Self::filled(self.untold, &[("reason", reason)])
    }
}
