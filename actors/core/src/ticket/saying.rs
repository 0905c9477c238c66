//! What is said around an answer and at a handoff: in the customer's language to the customer, in a note to the team.

use super::event::{Author, HandoffReason, OPERATOR};
use super::plan::Plan;
use super::state::{Ending, Phase};
use super::words::BARE_REQUEST_WORDS_MAX;
use crate::id::MessageId;
use crate::policy::{Cause, Language, NoteWords, ReplyFrame, TextsIn};
use crate::reading::human::frustration::shows_frustration;
use crate::reading::language;
use crate::reading::sensitive::{Topic, sensitive};
use crate::receipt::{PassageReceipt, Receipt};

/// How many passages a note names: enough to begin from; `polus explain` has them all.
const PASSAGES_NAMED_MAX: usize = 3;

impl Plan<'_> {
    /// The texts in the language of what the customer wrote last.
    pub(super) fn texts_for(&self, messages: &[MessageId]) -> TextsIn<'_> {
        let language = self.language_of(messages).and_then(|code| Language::from_tag(&code));
        self.terms.policy.texts_for(language.unwrap_or_default())
    }

    /// The language's code: of the latest of these messages that is long enough to tell, else of what the customer wrote
    /// before, else as Gorgias says.
    fn language_of(&self, messages: &[MessageId]) -> Option<String> {
        let latest = messages.iter().max().copied().unwrap_or_else(|| self.ticket.newest_message());
        let by_customer = self.ticket.messages.range(..=latest).rev();
        let mut texts = by_customer
            .map(|(_, known)| known)
            .filter(|known| known.author == Author::Customer)
            .map(|known| known.message.personal.text.as_str());
        let detected = language::language(texts.next().unwrap_or_default(), texts);
        let told = || self.ticket.fields.as_ref().and_then(|fields| fields.language.clone());
        detected.map(|detected| detected.language.code().to_owned()).or_else(told)
    }

    /// What the frame of a reply depends on.
    pub(super) fn frame(&self) -> ReplyFrame<'_> {
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

    /// Whether files came with any of these messages.
    pub(super) fn hold_files(&self, messages: &[MessageId]) -> bool {
        let mut known = messages.iter().filter_map(|id| self.ticket.messages.get(id));
        known.any(|known| !known.message.attachments.is_empty())
    }

    /// The internal note of a handoff, in the team's language: why, what the customer wrote and how, what was tried, and
    /// where to read on.
    pub(super) fn note(
        &self,
        reason: &HandoffReason,
        messages: &[MessageId],
        detail: &str,
        receipt: &Receipt,
    ) -> String {
        let words = NoteWords::of(self.terms.policy.handoff.note_language);
        let mut parts = vec![opening(words, reason, detail)];
        parts.extend(particulars(words, reason, detail));
        let asked = self.ticket.text_of(messages);
        let bare = *reason == HandoffReason::AskedForHuman
            && asked.split_whitespace().count() <= BARE_REQUEST_WORDS_MAX
            && self.ticket.messages.len() <= messages.len();
        if bare {
            parts.push(words.no_question.to_owned());
        } else if !asked.is_empty() {
            parts.push(format!("{}\n{asked}", words.customer_wrote));
        }
        if let Phase::Answering(answering) = &self.ticket.phase {
            parts.push(format!("{}\n{}", words.unsent_draft, answering.text));
        }
        parts.extend(self.looked_at(words, receipt));
        parts.push(self.told_in_short(words, reason, messages, &asked));
        parts.join("\n\n")
    }

    /// The passages that were looked at, for an answer that was not certain enough or that waits to be posted.
    fn looked_at(&self, words: &NoteWords, receipt: &Receipt) -> Option<String> {
        let passages = match (&receipt.answer, &self.ticket.phase) {
            (Some(answer), _) if answer.passages.is_empty() => {
                return Some(words.nothing_looked_at.to_owned());
            }
            (Some(answer), _) => &answer.passages,
            (None, Phase::Answering(answering)) if !answering.looked_at.is_empty() => &answering.looked_at,
            (None, _) => return None,
        };
        // Of several questions each has its best passage, and those are the ones that an answer quotes.
        let (best, others): (Vec<_>, Vec<_>) = passages.iter().partition(|passage| passage.used);
        let mut named: Vec<&PassageReceipt> = Vec::new();
        for passage in best.into_iter().chain(others) {
            let same = |other: &&PassageReceipt| {
                (&other.article, &other.heading) == (&passage.article, &passage.heading)
            };
            if named.len() < PASSAGES_NAMED_MAX && !named.iter().any(same) {
                named.push(passage);
            }
        }
        let lines = named.into_iter().map(|passage| {
            let score = format!("{}.{:03}", passage.score_milli / 1_000, passage.score_milli % 1_000);
            let values = [("place", &*passage.heading), ("article", &*passage.article), ("score", &*score)];
            format!("- {}", NoteWords::filled(words.passage, &values))
        });
        let lines: Vec<String> = [words.looked_at.to_owned()].into_iter().chain(lines).collect();
        Some(lines.join("\n"))
    }

    fn told_in_short(
        &self,
        words: &NoteWords,
        reason: &HandoffReason,
        messages: &[MessageId],
        asked: &str,
    ) -> String {
        let filled = NoteWords::filled;
        let mut lines = vec![filled(words.cause, &[("cause", words.cause(Cause::from(reason)))])];
        if let Some(code) = self.language_of(messages) {
            let name = Language::from_tag(&code).map(|language| words.name_of(language));
            lines.push(filled(words.language, &[("language", name.unwrap_or(&code))]));
        }
        let anger = sensitive(asked).into_iter().find(|found| found.topic == Topic::Anger);
        let mood = match (anger, shows_frustration(asked)) {
            (Some(found), _) => filled(words.angry, &[("words", &found.matched.words)]),
            (None, Some(found)) => filled(words.impatient, &[("words", &found.words)]),
            (None, None) => words.calm.to_owned(),
        };
        lines.push(filled(words.mood, &[("mood", &mood)]));
        let answered = self.ticket.messages.values().filter(|known| {
            matches!(known.outcome.as_ref().map(|outcome| &outcome.ending), Some(Ending::Answered(_)))
        });
        lines.push(match answered.count() {
            0 => words.answered_none.to_owned(),
            1 => words.answered_one.to_owned(),
            count => filled(words.answered_many, &[("count", &count.to_string())]),
        });
        let command = format!("polus explain {}/{}", self.terms.connection, self.ticket.id);
        lines.push(filled(words.read_on, &[("command", &command)]));
        lines.join("\n")
    }
}

/// The note's first line. An operator who gave a name is named in it; the detail of other reasons is a paragraph.
fn opening(words: &NoteWords, reason: &HandoffReason, detail: &str) -> String {
    let named = *reason == HandoffReason::Operator && !detail.is_empty() && detail != OPERATOR;
    let operator = if named { format!(" ({detail})") } else { String::new() };
    NoteWords::filled(words.opening, &[("reason", words.reason(reason)), ("operator", &operator)])
}

/// What is to be said beyond the reason, if anything is.
fn particulars(words: &NoteWords, reason: &HandoffReason, detail: &str) -> Option<String> {
    match reason {
        HandoffReason::Operator => None,
        HandoffReason::MessageNotFound => Some(words.not_shown.to_owned()),
        HandoffReason::Unsettled => Some(format!("{}\n{detail}", words.twice_absent)),
        _ => (!detail.is_empty()).then(|| detail.to_owned()),
    }
}
