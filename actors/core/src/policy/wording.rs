//! The built-in wording of every text in every language, and how each language says when the shop opens again.

use super::language::Language;
use super::texts::TextKey;

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

/// All texts in one language.
pub(super) struct Wording {
    greeting: &'static str,
    greeting_unnamed: &'static str,
    offer: &'static str,
    disclosure: &'static str,
    handoff: &'static str,
    handoff_closed: &'static str,
    handoff_file: &'static str,
    got_file: &'static str,
    decline_human: &'static str,
    try_first: &'static str,
    ask_basics: &'static str,
    cannot_answer: &'static str,
    courtesy: &'static str,
    closing: &'static str,
    /// How it names a day and a time.
    pub(super) calendar: Calendar,
}

/// How a language says when something will be, in words that fit into the sentence of `handoff_closed`.
pub(super) struct Calendar {
    /// Later on the same day, with `{time}`.
    pub(super) today: &'static str,
    /// In the six days after, with `{weekday}` and `{time}`.
    pub(super) this_week: &'static str,
    /// Beyond, with `{weekday}`, `{day}`, `{month}` and `{time}`.
    pub(super) later: &'static str,
    /// Monday first, with the preposition where it melts into the word.
    pub(super) weekdays: [&'static str; 7],
    /// As they stand behind the number of a day.
    pub(super) months: [&'static str; 12],
    /// The first day of a month.
    pub(super) day_one: &'static str,
}

impl Wording {
    /// The wording in `language`.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::WORDING,
            Language::French => &french::WORDING,
            Language::Spanish => &spanish::WORDING,
            Language::German => &german::WORDING,
            Language::Italian => &italian::WORDING,
            Language::Portuguese => &portuguese::WORDING,
            Language::Dutch => &dutch::WORDING,
            Language::Polish => &polish::WORDING,
            Language::Swedish => &swedish::WORDING,
            Language::Japanese => &japanese::WORDING,
        }
    }

    /// One of its texts.
    pub(super) fn text(&self, key: TextKey) -> &'static str {
        match key {
            TextKey::Greeting => self.greeting,
            TextKey::GreetingUnnamed => self.greeting_unnamed,
            TextKey::Offer => self.offer,
            TextKey::Disclosure => self.disclosure,
            TextKey::Handoff => self.handoff,
            TextKey::HandoffClosed => self.handoff_closed,
            TextKey::HandoffFile => self.handoff_file,
            TextKey::GotFile => self.got_file,
            TextKey::DeclineHuman => self.decline_human,
            TextKey::TryFirst => self.try_first,
            TextKey::AskBasics => self.ask_basics,
            TextKey::CannotAnswer => self.cannot_answer,
            TextKey::Courtesy => self.courtesy,
            TextKey::Closing => self.closing,
        }
    }
}
