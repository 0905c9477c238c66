//! What a reply says around the answer, and the fixed replies: greeting, offer of a person, disclosure, the words of a
//! handoff. Built in for every language; a merchant may edit each text in each of them.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Policy;
use super::language::Language;
use super::template;
use super::wording::Wording;
use crate::time::Time;

/// The most letters a text may have: a reply is a few lines, not a page.
pub const TEXT_LETTERS_MAX: usize = 1_000;

/// A text of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKey {
    /// First line of a reply to a customer whose name is known.
    Greeting,
    /// First line of a reply to a customer whose name is not known.
    GreetingUnnamed,
    /// Offers a person, after the answer.
    Offer,
    /// Says that an AI wrote it.
    Disclosure,
    /// The final reply of a handoff.
    Handoff,
    /// The final reply of a handoff outside office hours.
    HandoffClosed,
    /// Says in the final reply of a handoff that the customer's file arrived.
    HandoffFile,
    /// Answers a message that holds files and no text.
    GotFile,
    /// Declines a request for a person, where nobody is there to take over.
    DeclineHuman,
    /// Asks to be allowed a first try before a person is brought in.
    TryFirst,
    /// Asks for the basics before a person is brought in.
    AskBasics,
    /// Says that there is no answer, where nobody is there to take over.
    CannotAnswer,
    /// Answers a customer's thanks.
    Courtesy,
    /// Ends a reply.
    Closing,
}

impl TextKey {
    /// All of them. The first five are older than the others; see [`Texts`].
    pub const ALL: [Self; 14] = [
        Self::Greeting,
        Self::GreetingUnnamed,
        Self::Offer,
        Self::Disclosure,
        Self::Handoff,
        Self::HandoffClosed,
        Self::HandoffFile,
        Self::GotFile,
        Self::DeclineHuman,
        Self::TryFirst,
        Self::AskBasics,
        Self::CannotAnswer,
        Self::Courtesy,
        Self::Closing,
    ];

    const OLDEST: usize = 5;

    /// Its name in JSON and in settings. Persisted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::GreetingUnnamed => "greeting_unnamed",
            Self::Offer => "offer",
            Self::Disclosure => "disclosure",
            Self::Handoff => "handoff",
            Self::HandoffClosed => "handoff_closed",
            Self::HandoffFile => "handoff_file",
            Self::GotFile => "got_file",
            Self::DeclineHuman => "decline_human",
            Self::TryFirst => "try_first",
            Self::AskBasics => "ask_basics",
            Self::CannotAnswer => "cannot_answer",
            Self::Courtesy => "courtesy",
            Self::Closing => "closing",
        }
    }

    /// What it is for, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Greeting => "first line of a reply to a customer whose name is known",
            Self::GreetingUnnamed => "first line of a reply to a customer whose name is not known",
            Self::Offer => "offers a person, after the answer",
            Self::Disclosure => "says that an AI wrote the reply",
            Self::Handoff => "the final reply of a handoff",
            Self::HandoffClosed => "the final reply of a handoff outside office hours",
            Self::HandoffFile => {
                "says after either that the customer's file arrived and that a person will look at it"
            }
            Self::GotFile => "answers files without text, unless a request for a person is fulfilled at once",
            Self::DeclineHuman => "declines a request for a person (preset 0, or on_request off)",
            Self::TryFirst => "answers a request for a person before anything was answered (preset 3)",
            Self::AskBasics => "asks for the basics before a person is brought in (preset 2)",
            Self::CannotAnswer => "says that there is no answer (on_cannot_answer or on_forbidden_topic off)",
            Self::Courtesy => "answers a customer's thanks (courtesy_replies on)",
            Self::Closing => "ends a reply; left out when it uses {shop} and shop is not set",
        }
    }

    /// The variables it may use.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Greeting => &["name", "shop"],
            Self::HandoffClosed => &["opening", "shop"],
            Self::GreetingUnnamed
            | Self::Offer
            | Self::Disclosure
            | Self::Handoff
            | Self::HandoffFile
            | Self::GotFile
            | Self::DeclineHuman
            | Self::TryFirst
            | Self::AskBasics
            | Self::CannotAnswer
            | Self::Courtesy
            | Self::Closing => &["shop"],
        }
    }

    /// Whether a reply does without it when it is empty. The others are whole replies.
    pub fn may_be_empty(self) -> bool {
        matches!(
            self,
            Self::Greeting
                | Self::GreetingUnnamed
                | Self::Offer
                | Self::Disclosure
                | Self::HandoffFile
                | Self::Closing
        )
    }

    /// The text of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// What keeps `text` from standing here, in words that follow the text's name.
    pub fn problem_with(self, text: &str) -> Option<String> {
        if text.trim().is_empty() && !self.may_be_empty() {
            return Some("may not be empty: the customer would be met with silence".to_owned());
        }
        let letters = text.chars().count();
        if letters > TEXT_LETTERS_MAX {
            return Some(format!("has {letters} letters; at most {TEXT_LETTERS_MAX} are allowed"));
        }
        if text.chars().any(|letter| letter.is_control() && letter != '\n') {
            return Some("holds a control character; only line breaks are allowed".to_owned());
        }
        template::problem_with(text, self.variables())
    }
}

/// The texts of a connection: what the merchant edited; all else is built in.
///
/// In JSON the English texts stand on top, and those of other languages under their codes. The five oldest English
/// texts are always written, since policies held just these before there were other languages; one that equals the
/// built-in wording is no edit when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    edits: BTreeMap<Language, BTreeMap<TextKey, String>>,
}

impl Texts {
    /// A text as it stands: edited, or built in. Its variables are not filled in.
    pub fn text(&self, language: Language, key: TextKey) -> &str {
        self.edited(language, key).unwrap_or_else(|| Self::built_in(language, key))
    }

    /// The built-in wording.
    pub fn built_in(language: Language, key: TextKey) -> &'static str {
        Wording::of(language).text(key)
    }

    /// A text that the merchant edited.
    pub fn edited(&self, language: Language, key: TextKey) -> Option<&str> {
        self.edits.get(&language)?.get(&key).map(String::as_str)
    }

    /// Sets a text; the built-in wording undoes an edit. Nothing is checked here, see [`TextKey::problem_with`].
    pub fn edit(&mut self, language: Language, key: TextKey, text: &str) {
        if text != Self::built_in(language, key) {
            self.edits.entry(language).or_default().insert(key, text.to_owned());
        } else if let Some(edits) = self.edits.get_mut(&language) {
            edits.remove(&key);
            if edits.is_empty() {
                self.edits.remove(&language);
            }
        }
    }

    /// All edits.
    pub fn edits(&self) -> impl Iterator<Item = (Language, TextKey, &str)> {
        let of_language = |(language, texts): (&Language, _)| (*language, texts);
        self.edits.iter().map(of_language).flat_map(|(language, texts): (_, &BTreeMap<_, String>)| {
            texts.iter().map(move |(key, text)| (language, *key, text.as_str()))
        })
    }
}

/// What the frame of one reply depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyFrame<'a> {
    /// The customer's first name, where known.
    pub name: Option<&'a str>,
    /// Somebody of the shop's side has greeted the customer on this ticket before.
    pub greeted: bool,
    /// Whether to say that an AI wrote it.
    pub disclosure: bool,
}

/// The texts of a policy in one language, ready to be written.
#[derive(Debug, Clone, Copy)]
pub struct TextsIn<'a> {
    pub(super) policy: &'a Policy,
    pub(super) language: Language,
}

impl TextsIn<'_> {
    /// An answer in its frame. A person is offered only where one can be had.
    pub fn answer(&self, frame: ReplyFrame<'_>, body: &str) -> String {
        let offers = self.policy.handoff_rules().on_request.leads_to_a_person();
        let offer = if offers { self.filled(TextKey::Offer, &[]) } else { String::new() };
        self.framed(frame, &[body, &offer])
    }

    /// The final reply of a handoff. It says nothing of a time. `has_files`: the messages that go to people hold files,
    /// of which it says that they arrived and nothing else.
    pub fn handoff(&self, frame: ReplyFrame<'_>, has_files: bool) -> String {
        self.final_reply(frame, &self.filled(TextKey::Handoff, &[]), has_files)
    }

    /// The final reply of a handoff at `now`: outside office hours it says when they begin again.
    pub fn handoff_at(&self, frame: ReplyFrame<'_>, now: Time, has_files: bool) -> String {
        match self.policy.hours.opening_words(now, self.language) {
            Some(opening) => {
                let text = self.filled(TextKey::HandoffClosed, &[("opening", &opening)]);
                self.final_reply(frame, &text, has_files)
            }
            None => self.handoff(frame, has_files),
        }
    }

    fn final_reply(&self, frame: ReplyFrame<'_>, text: &str, has_files: bool) -> String {
        let arrived = if has_files { self.filled(TextKey::HandoffFile, &[]) } else { String::new() };
        self.framed(frame, &[text, &arrived])
    }

    /// The reply that consists of one text in its frame.
    pub fn fixed(&self, key: TextKey, frame: ReplyFrame<'_>) -> String {
        self.reply(frame, key)
    }

    /// The reply that says that there is no answer.
    pub fn cannot_answer(&self, frame: ReplyFrame<'_>) -> String {
        self.reply(frame, TextKey::CannotAnswer)
    }

    fn reply(&self, frame: ReplyFrame<'_>, key: TextKey) -> String {
        self.framed(frame, &[&self.filled(key, &[])])
    }

    fn framed(&self, frame: ReplyFrame<'_>, paragraphs: &[&str]) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !frame.greeted {
            parts.push(match frame.name {
                Some(name) => self.filled(TextKey::Greeting, &[("name", name)]),
                None => self.filled(TextKey::GreetingUnnamed, &[]),
            });
        }
        parts.extend(paragraphs.iter().map(|text| text.trim().to_owned()));
        if !(self.policy.shop.is_empty() && self.uses_shop(TextKey::Closing)) {
            parts.push(self.filled(TextKey::Closing, &[]));
        }
        if frame.disclosure {
            parts.push(self.filled(TextKey::Disclosure, &[]));
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n")
    }

    fn uses_shop(&self, key: TextKey) -> bool {
        template::uses(self.policy.texts.text(self.language, key), "shop")
    }

    fn filled(&self, key: TextKey, values: &[(&str, &str)]) -> String {
        template::filled(self.policy.texts.text(self.language, key), |name| match name {
            "shop" => Some(self.policy.shop.as_str()),
            _ => values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value),
        })
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (number, key) in TextKey::ALL.into_iter().enumerate() {
            if number < TextKey::OLDEST || self.edited(Language::English, key).is_some() {
                map.serialize_entry(key.name(), self.text(Language::English, key))?;
            }
        }
        for (language, texts) in self.edits.iter().filter(|(language, _)| **language != Language::English) {
            let named: BTreeMap<&str, &str> =
                texts.iter().map(|(key, text)| (key.name(), text.as_str())).collect();
            map.serialize_entry(language.code(), &named)?;
        }
        map.end()
    }
}

/// One entry of the texts in JSON.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text, or under a language's code its texts")]
enum Entry {
    Text(String),
    Language(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut texts = Self::default();
        let named = |name: &str| TextKey::named(name).ok_or_else(|| Error::custom(unknown(name)));
        for (name, entry) in BTreeMap::<String, Entry>::deserialize(deserializer)? {
            match entry {
                Entry::Text(text) => texts.edit(Language::English, named(&name)?, &text),
                Entry::Language(edits) => {
                    let language = Language::ALL.into_iter().find(|language| language.code() == name);
                    let language = language.ok_or_else(|| Error::custom(unknown(&name)))?;
                    for (name, text) in edits {
                        texts.edit(language, named(&name)?, &text);
                    }
                }
            }
        }
        Ok(texts)
    }
}

fn unknown(name: &str) -> String {
    let names = TextKey::ALL.map(TextKey::name).join(", ");
    format!(
        "there is no text {name:?}; known are {names}, and under the codes {} the same",
        Language::codes()
    )
}
