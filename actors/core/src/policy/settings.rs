//! The policy by key and value, as `polus policy show` and `polus policy set` have it; and the check of a whole policy
//! by the same rules: whatever a setting would refuse, a policy may not hold.

use super::language::Language;
use super::texts::TextKey;
use super::{OTHER_CHANNELS, Policy};

mod json;
mod nearest;
mod parse;
mod table;

pub(super) use nearest::nearest;

use super::hours::Weekday;
use table::{PLAIN, Plain};

/// A value that resets a setting to what it was before anybody set it.
const DEFAULT: &str = "default";

/// A setting that cannot be as it is, or as it was wished.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct BadSetting {
    /// Its key, or where a whole policy was checked its path in the JSON.
    pub at: String,
    /// What is wrong and what is allowed, in words.
    pub problem: String,
}

impl BadSetting {
    pub(super) fn new(at: &str, problem: &str) -> Self {
        Self { at: at.to_owned(), problem: problem.to_owned() }
    }
}

/// A setting as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key for `set`.
    pub key: String,
    /// Where it stands in the policy's JSON.
    pub path: String,
    /// Its value, as `set` takes it.
    pub value: String,
    /// Whether that is the default.
    pub is_default: bool,
    /// What is allowed, in words.
    pub allowed: String,
    /// What it does.
    pub meaning: String,
}

/// A setting: one of the table, or one of a family with a name in its key.
#[derive(Clone)]
enum Setting {
    Plain(&'static Plain),
    Weekday(Weekday),
    Channel(String),
    Text(Language, TextKey),
}

/// The channels that are shown even when they have no mode of their own.
const CHANNELS_SHOWN: [&str; 3] = ["chat", "email", OTHER_CHANNELS];

const HOLIDAYS: &str = "hours.holidays";

const CHANNEL_LETTERS_MAX: usize = 40;

impl Policy {
    /// Sets one setting. The key may end in `+` or `-` to add to a list or take away from it (`hours.holidays+`);
    /// the value `default` undoes whatever was set. Nothing is changed when it is refused.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), BadSetting> {
        let mut changed = self.clone();
        let name = changed.write(key, value)?;
        if let Some((_, problem)) = changed.contradiction() {
            return Err(BadSetting::new(&name, &problem));
        }
        *self = changed;
        Ok(())
    }

    /// Sets several settings, one after the other, of which only the last must fit the others: so a preset makes way
    /// for switches in one command. All are set, or none and every mistake is told.
    pub fn set_all<'k>(
        &mut self,
        settings: impl IntoIterator<Item = (&'k str, &'k str)>,
    ) -> Result<(), Vec<BadSetting>> {
        let mut changed = self.clone();
        let written = settings.into_iter().map(|(key, value)| changed.write(key, value));
        let mut bad: Vec<BadSetting> = written.filter_map(Result::err).collect();
        if bad.is_empty()
            && let Some((path, problem)) = changed.contradiction()
        {
            let key = changed.fields().into_iter().find(|field| field.path == path).map(|field| field.key);
            bad.push(BadSetting::new(&key.unwrap_or(path), &problem));
        }
        if !bad.is_empty() {
            return Err(bad);
        }
        *self = changed;
        Ok(())
    }

    /// Writes one value, whatever the others are, and gives the setting's key without its `+` or `-`.
    fn write(&mut self, key: &str, value: &str) -> Result<String, BadSetting> {
        let (key, value) = (key.trim(), value.trim());
        let (name, act) = match (key.strip_suffix('+'), key.strip_suffix('-')) {
            (Some(name), _) => (name, Some(ListAct::Add)),
            (_, Some(name)) => (name, Some(ListAct::Remove)),
            (None, None) => (key, None),
        };
        let setting = Setting::find(name)?;
        let bad = |problem: String| BadSetting::new(name, &problem);
        let whole = match act {
            None => value.to_owned(),
            Some(act) => setting.list(self, act, value).map_err(bad)?,
        };
        setting.write(self, &whole).map_err(bad)?;
        Ok(name.to_owned())
    }

    /// Every setting as it stands, in an order for people.
    pub fn fields(&self) -> Vec<Field> {
        let default = Self::default();
        let field = |setting: Setting| {
            let value = setting.read(self);
            Field {
                key: setting.key(),
                path: setting.path(),
                is_default: value == setting.read(&default),
                value,
                allowed: setting.allowed(),
                meaning: setting.meaning(),
            }
        };
        Setting::all(self).into_iter().map(field).collect()
    }

    /// Whether a whole policy may stand: each value by its setting's rule, and all of them together. The errors name
    /// paths in the JSON.
    pub fn check(&self) -> Result<(), Vec<BadSetting>> {
        let mut bad = Vec::new();
        for setting in Setting::all(self) {
            let mut same = self.clone();
            let problem = match setting.write(&mut same, &setting.read(self)) {
                Err(problem) => Some(problem),
                Ok(()) if same != *self => {
                    let kept = setting.read(&same);
                    Some(format!(
                        "is not well-formed, as {kept:?} would be; allowed is {}",
                        setting.allowed()
                    ))
                }
                Ok(()) => None,
            };
            bad.extend(problem.map(|problem| BadSetting::new(&setting.path(), &problem)));
        }
        bad.extend(self.contradiction().map(|(path, problem)| BadSetting::new(&path, &problem)));
        if bad.is_empty() { Ok(()) } else { Err(bad) }
    }

    /// Two settings that cannot stand together: a path, and the problem.
    fn contradiction(&self) -> Option<(String, String)> {
        let switches = self.handoff.switches();
        if let (Some(preset), Some(_)) = (self.handoff.preset, switches.first()) {
            let problem = format!(
                "a preset and single switches exclude each other: preset {preset} is set, and so are {}; set \
                 handoff.preset=none or the switches to default",
                switches.join(", ")
            );
            return Some(("handoff.preset".to_owned(), problem));
        }
        for (channel, quiet, within) in [
            ("chat", self.quiet_chat_ms, self.answer_within_chat_ms),
            ("email", self.quiet_email_ms, self.answer_within_email_ms),
        ] {
            if quiet >= within {
                let problem = format!(
                    "an answer must be allowed more time than the quiet before it: quiet.{channel} is {}, \
                     answer_within.{channel} {}",
                    parse::duration_text(quiet),
                    parse::duration_text(within),
                );
                return Some((format!("quiet_{channel}_ms"), problem));
            }
        }
        if !self.hours.ever_opens() {
            let problem = "every day is closed; for no office hours at all set each day to default";
            return Some(("hours.week".to_owned(), problem.to_owned()));
        }
        let uses_shop = |(_, key, text): &(Language, TextKey, &str)| {
            *key != TextKey::Closing && super::template::uses(text, "shop")
        };
        let (language, key, _) = self.texts.edits().find(uses_shop).filter(|_| self.shop.is_empty())?;
        let setting = Setting::Text(language, key);
        let problem = format!("{} uses {{shop}}, and shop is not set; set shop=NAME first", setting.key());
        Some((setting.path(), problem))
    }
}

#[derive(Clone, Copy)]
enum ListAct {
    Add,
    Remove,
}

impl Setting {
    fn all(policy: &Policy) -> Vec<Self> {
        let mut all = Vec::new();
        for plain in PLAIN {
            if plain.key == HOLIDAYS {
                all.extend(Weekday::ALL.map(Self::Weekday));
            }
            all.push(Self::Plain(plain));
        }
        let own = policy.channels.0.keys().map(String::as_str);
        let mut channels: Vec<&str> = CHANNELS_SHOWN.into_iter().chain(own).collect();
        channels.sort_unstable();
        channels.dedup();
        all.extend(channels.into_iter().map(|channel| Self::Channel(channel.to_owned())));
        for language in Language::ALL {
            all.extend(TextKey::ALL.map(|key| Self::Text(language, key)));
        }
        all
    }

    /// The setting of that key; else an error that names the nearest.
    fn find(key: &str) -> Result<Self, BadSetting> {
        if let Some(channel) = key.strip_prefix("channels.").filter(|slug| is_channel(slug)) {
            return Ok(Self::Channel(channel.to_owned()));
        }
        let all = Self::all(&Policy::default());
        if let Some(setting) = all.iter().find(|setting| setting.key() == key) {
            return Ok(setting.clone());
        }
        if let Some((code, _)) = key.strip_prefix("texts.").and_then(|rest| rest.split_once('.'))
            && Language::ALL.into_iter().all(|language| language.code() != code)
        {
            let problem = format!("there is no language {code:?}; known are {}", Language::codes());
            return Err(BadSetting::new(key, &problem));
        }
        let meant = nearest(key, all.iter().map(Self::key));
        let meant =
            meant.map_or("polus policy show lists them".to_owned(), |key| format!("did you mean {key}?"));
        Err(BadSetting::new(key, &format!("there is no such setting; {meant}")))
    }

    fn key(&self) -> String {
        match self {
            Self::Plain(plain) => plain.key.to_owned(),
            Self::Weekday(day) => format!("hours.{}", day.name()),
            Self::Channel(channel) => format!("channels.{channel}"),
            Self::Text(language, key) => format!("texts.{language}.{}", key.name()),
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Plain(plain) => plain.path.to_owned(),
            Self::Weekday(day) => format!("hours.week.{}", day.name()),
            Self::Channel(channel) => format!("channels.{channel}"),
            Self::Text(Language::English, key) => format!("texts.{}", key.name()),
            Self::Text(language, key) => format!("texts.{language}.{}", key.name()),
        }
    }

    fn allowed(&self) -> String {
        match self {
            Self::Plain(plain) => plain.allowed.to_owned(),
            Self::Weekday(_) => format!("{}, or default", parse::SPANS_ALLOWED),
            Self::Channel(_) => format!("{}, or default: as the connection", parse::MODE_ALLOWED),
            Self::Text(_, key) => {
                let variables: Vec<String> =
                    key.variables().iter().map(|name| format!("{{{name}}}")).collect();
                let least = if key.may_be_empty() { "up to" } else { "1 to" };
                let most = super::TEXT_LETTERS_MAX;
                format!("{least} {most} letters, \\n for a new line, with {}", variables.join(", "))
            }
        }
    }

    fn meaning(&self) -> String {
        match self {
            Self::Plain(plain) => plain.meaning.to_owned(),
            Self::Weekday(_) => "when people are there on that day".to_owned(),
            Self::Channel(channel) if channel == OTHER_CHANNELS => {
                "what is done on channels that have no mode of their own, where the connection's mode is not stricter".to_owned()
            }
            Self::Channel(_) => "what is done on that channel; where the connection's mode is stricter (off before shadow before live), that holds".to_owned(),
            Self::Text(language, key) => format!("{}, in {}", key.meaning(), language.name()),
        }
    }

    fn read(&self, policy: &Policy) -> String {
        match self {
            Self::Plain(plain) => (plain.read)(policy),
            Self::Weekday(day) => {
                policy.hours.week.get(day).map_or(DEFAULT.to_owned(), |spans| parse::spans_text(spans))
            }
            Self::Channel(channel) => {
                policy.channels.0.get(channel).map_or(DEFAULT, |mode| parse::mode_text(*mode)).to_owned()
            }
            Self::Text(language, key) => policy.texts.text(*language, *key).replace('\n', "\\n"),
        }
    }

    fn write(&self, policy: &mut Policy, value: &str) -> Result<(), String> {
        let resets = value == DEFAULT;
        match self {
            Self::Plain(plain) if resets => (plain.write)(policy, &(plain.read)(&Policy::default())),
            Self::Plain(plain) => (plain.write)(policy, value),
            Self::Weekday(day) if resets => {
                policy.hours.week.remove(day);
                Ok(())
            }
            Self::Weekday(day) => {
                policy.hours.week.insert(*day, parse::spans(value)?);
                Ok(())
            }
            Self::Channel(channel) if resets => {
                policy.channels.0.remove(channel);
                Ok(())
            }
            Self::Channel(channel) if !is_channel(channel) => {
                Err(format!("a channel's name is of 1 to {CHANNEL_LETTERS_MAX} of a-z, 0-9, - and _"))
            }
            Self::Channel(channel) => {
                policy.channels.0.insert(channel.clone(), parse::mode(value)?);
                Ok(())
            }
            Self::Text(language, key) => {
                let text = match resets {
                    true => super::Texts::built_in(*language, *key).to_owned(),
                    false => value.replace("\\n", "\n"),
                };
                match key.problem_with(&text) {
                    None => policy.texts.edit(*language, *key, &text),
                    Some(problem) => return Err(problem),
                }
                Ok(())
            }
        }
    }

    /// The whole list after an item was added or taken away, as `write` takes it.
    fn list(&self, policy: &Policy, act: ListAct, item: &str) -> Result<String, String> {
        let separator = match self {
            Self::Plain(Plain { separator: Some(separator), .. }) => *separator,
            Self::Plain(_) | Self::Weekday(_) | Self::Channel(_) | Self::Text(..) => {
                return Err("is no list; set it with = alone".to_owned());
            }
        };
        let whole = self.read(policy);
        let mut items: Vec<&str> =
            whole.split(separator).map(str::trim).filter(|item| !item.is_empty()).collect();
        match act {
            ListAct::Add => items.push(item),
            ListAct::Remove => {
                let before = items.len();
                let is_it = |kept: &str| kept.eq_ignore_ascii_case(item) || self.is_day(kept, item);
                items.retain(|kept| !is_it(kept));
                if items.len() == before {
                    return Err(format!("holds no {item:?}; it is {whole:?}"));
                }
            }
        }
        Ok(items.join(&format!("{separator} ")))
    }

    /// A holiday is told by its day, whatever its hours.
    fn is_day(&self, kept: &str, day: &str) -> bool {
        self.key() == HOLIDAYS && kept.split(' ').next() == Some(day)
    }
}

fn is_channel(slug: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_".contains(&letter);
    (1..=CHANNEL_LETTERS_MAX).contains(&slug.len()) && slug.bytes().all(fits)
}
