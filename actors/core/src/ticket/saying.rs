//! What is said around an answer and at a handoff: in the customer's language to the customer, in a note to the team.

use super::event::{Author, HandoffReason, OPERATOR};
use super::plan::Plan;
use super::state::{Ending, Phase};
use super::words::BARE_REQUEST_WORDS_MAX;
use crate::id::MessageId;
use crate::policy::{Cause, Language, ReplyFrame, TextsIn};
use crate::reading::human::frustration::shows_frustration;
use crate::reading::language;
use crate::reading::sensitive::{Topic, sensitive};

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

    /// The internal note of a handoff: why, what the customer wrote and how, what was tried, and where to read on.
    pub(super) fn note(&self, reason: &HandoffReason, messages: &[MessageId], detail: &str) -> String {
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
        lines.push(self.told_in_short(reason, messages, &asked));
        lines.join("\n\n")
    }

    fn told_in_short(&self, reason: &HandoffReason, messages: &[MessageId], asked: &str) -> String {
        let mut lines = vec![format!("Cause: {}.", Cause::from(reason).words())];
        if let Some(code) = self.language_of(messages) {
            let name = Language::from_tag(&code).map(Language::name);
            lines.push(format!("Language: {}.", name.unwrap_or(&code)));
        }
        let anger = sensitive(asked).into_iter().find(|found| found.topic == Topic::Anger);
        let mood = match (anger, shows_frustration(asked)) {
            (Some(found), _) => format!("angry ({})", found.matched),
            (None, Some(found)) => format!("impatient ({found})"),
            (None, None) => "nothing told of anger or impatience".to_owned(),
        };
        lines.push(format!("Mood, as far as rules tell: {mood}."));
        let answered = self.ticket.messages.values().filter(|known| {
            matches!(known.outcome.as_ref().map(|outcome| &outcome.ending), Some(Ending::Answered(_)))
        });
        let count = answered.count();
        lines.push(match count {
            0 => "The AI has answered nothing on this ticket.".to_owned(),
            1 => "The AI has answered one message on this ticket.".to_owned(),
            count => format!("The AI has answered {count} messages on this ticket."),
        });
        let (connection, ticket) = (&self.terms.connection, self.ticket.id);
        lines.push(format!("How it came to this: polus explain {connection}/{ticket}"));
        lines.join("\n")
    }
}

/// The note's first line. An operator who gave a name is named in it; the detail of other reasons is a paragraph.
fn opening(reason: &HandoffReason, detail: &str) -> String {
    let named = *reason == HandoffReason::Operator && !detail.is_empty() && detail != OPERATOR;
    let operator = if named { format!(" ({detail})") } else { String::new() };
    format!("Handed over by the AI assistant: {}{operator}.", reason.words())
}
