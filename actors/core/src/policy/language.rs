//! The ten languages the texts of a connection are kept in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A language that texts are written in. Persisted by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Language {
    /// Also stands in for every language that is not one of these.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Français.
    #[serde(rename = "fr")]
    French,
    /// Español.
    #[serde(rename = "es")]
    Spanish,
    /// Deutsch.
    #[serde(rename = "de")]
    German,
    /// Italiano.
    #[serde(rename = "it")]
    Italian,
    /// Português.
    #[serde(rename = "pt")]
    Portuguese,
    /// Nederlands.
    #[serde(rename = "nl")]
    Dutch,
    /// Polski.
    #[serde(rename = "pl")]
    Polish,
    /// Svenska.
    #[serde(rename = "sv")]
    Swedish,
    /// 日本語.
    #[serde(rename = "ja")]
    Japanese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::English,
        Self::French,
        Self::Spanish,
        Self::German,
        Self::Italian,
        Self::Portuguese,
        Self::Dutch,
        Self::Polish,
        Self::Swedish,
        Self::Japanese,
    ];

    /// Its code in ISO 639-1, for example `de`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::German => "de",
            Self::Italian => "it",
            Self::Portuguese => "pt",
            Self::Dutch => "nl",
            Self::Polish => "pl",
            Self::Swedish => "sv",
            Self::Japanese => "ja",
        }
    }

    /// Its name in English.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "French",
            Self::Spanish => "Spanish",
            Self::German => "German",
            Self::Italian => "Italian",
            Self::Portuguese => "Portuguese",
            Self::Dutch => "Dutch",
            Self::Polish => "Polish",
            Self::Swedish => "Swedish",
            Self::Japanese => "Japanese",
        }
    }

    /// The language of a tag such as `de`, `de-AT` or `pt_BR`; none when it is not one of the ten.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let code = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The codes of all of them, in a row, for messages.
    pub fn codes() -> String {
        Self::ALL.map(Self::code).join(", ")
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}
