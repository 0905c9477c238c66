//! The language of a text, among those Polus reads. Each word that is frequent in some of them speaks for those, the
//! less the more they are; letters and endings that few languages have speak as well. What a few words cannot tell is
//! not guessed: then the customer's earlier texts decide, or nobody.

mod words;

use super::text::beginning;
use words::{ENDINGS, LETTERS, WORDS};

/// A language Polus reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English
    English,
    /// French
    French,
    /// Spanish
    Spanish,
    /// German
    German,
    /// Italian
    Italian,
    /// Portuguese
    Portuguese,
    /// Dutch
    Dutch,
    /// Polish
    Polish,
    /// Swedish
    Swedish,
    /// Danish
    Danish,
    /// Norwegian
    Norwegian,
    /// Japanese
    Japanese,
}

impl Language {
    /// Every language, in the order of their declaration.
    pub const ALL: [Self; 12] = [
        Self::English,
        Self::French,
        Self::Spanish,
        Self::German,
        Self::Italian,
        Self::Portuguese,
        Self::Dutch,
        Self::Polish,
        Self::Swedish,
        Self::Danish,
        Self::Norwegian,
        Self::Japanese,
    ];

    /// Its code of two letters (ISO 639-1), as Gorgias writes it.
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
            Self::Danish => "da",
            Self::Norwegian => "no",
            Self::Japanese => "ja",
        }
    }

    /// The language of a code such as `de`, `de-AT` or `nb_NO`, in any case.
    pub fn of_code(code: &str) -> Option<Self> {
        let code = code.split(['-', '_']).next()?.trim().to_ascii_lowercase();
        match code.as_str() {
            // Bokmål and Nynorsk, the two written forms.
            "nb" | "nn" => Some(Self::Norwegian),
            code => Self::ALL.into_iter().find(|language| language.code() == code),
        }
    }
}

/// A language that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detected {
    /// Which.
    pub language: Language,
    /// How far it leads the next likely one: 50 is even, 100 without a rival.
    pub certainty_percent: u8,
    /// Whether the latest text was too short and an earlier one decided.
    pub from_earlier: bool,
}

/// How much of a text is looked at, in bytes: a language shows within a few sentences.
const TEXT_BYTES_MAX: usize = 4 * 1024;

/// What one word that belongs to a single language is worth.
const WHOLE_WORD: u32 = 120;

/// Less evidence than this tells nothing.
const EVIDENCE_MIN: u32 = 70;

/// A lead less certain than this is none.
const CERTAINTY_PERCENT_MIN: u8 = 54;

/// The language of the customer's latest text; where it is too short to tell, that of the newest of the `earlier`
/// texts (newest first) that can tell. `None` when none can.
pub fn language<'a>(latest: &str, earlier: impl IntoIterator<Item = &'a str>) -> Option<Detected> {
    language_of(latest).or_else(|| {
        let found = earlier.into_iter().find_map(language_of)?;
        Some(Detected { from_earlier: true, ..found })
    })
}

/// The language of one text, or `None` when it is too short, mixed, or in none of the languages known here.
pub fn language_of(text: &str) -> Option<Detected> {
    let text = beginning(text, TEXT_BYTES_MAX);
    let (kana, latin, others) = scripts(text);
    if kana > 0 && kana + others > latin {
        return Some(Detected { language: Language::Japanese, certainty_percent: 100, from_earlier: false });
    }
    if others > latin {
        return None;
    }
    let evidence = evidence(text);
    let mut ranked: Vec<(u32, Language)> = evidence.into_iter().zip(Language::ALL).collect();
    ranked.sort_by(|(one, first), (other, second)| other.cmp(one).then(first.cmp(second)));
    let (best, language) = ranked.first().copied()?;
    let second = ranked.get(1).map_or(0, |(second, _)| *second);
    if best < EVIDENCE_MIN {
        return None;
    }
    let certainty_percent = u8::try_from(u64::from(best) * 100 / u64::from(best + second)).ok()?;
    (certainty_percent >= CERTAINTY_PERCENT_MIN).then_some(Detected {
        language,
        certainty_percent,
        from_earlier: false,
    })
}

/// How many letters are kana, Latin, and of any other script.
fn scripts(text: &str) -> (usize, usize, usize) {
    let (mut kana, mut latin, mut others) = (0, 0, 0);
    for character in text.chars().filter(|character| character.is_alphabetic()) {
        match character {
            '\u{3040}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}' => kana += 1,
            '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => latin += 1,
            _ => others += 1,
        }
    }
    (kana, latin, others)
}

/// What speaks for each language, in the order of [`Language::ALL`].
fn evidence(text: &str) -> [u32; Language::ALL.len()] {
    let mut evidence = [0_u32; Language::ALL.len()];
    let lower = text.to_lowercase();
    let is_address = |chunk: &str| chunk.contains('@') || chunk.contains("://") || chunk.starts_with("www.");
    let words = lower
        .split_whitespace()
        .filter(|chunk| !is_address(chunk))
        .flat_map(|chunk| chunk.split(|character: char| !character.is_alphabetic()))
        .filter(|word| !word.is_empty());
    let mut before = "";
    for word in words {
        possessive(&mut evidence, before, word);
        before = word;
        let speaks: Vec<usize> =
            WORDS.iter().enumerate().filter(|(_, words)| words.contains(&word)).map(|(at, _)| at).collect();
        share(&mut evidence, &speaks, WHOLE_WORD);
        if speaks.is_empty() {
            for (ending, languages) in ENDINGS.iter().filter(|(ending, _)| word.ends_with(ending)) {
                const WORD_LETTERS_MIN: usize = 2;
                if word.len() >= ending.len() + WORD_LETTERS_MIN {
                    share(&mut evidence, &places(languages), WHOLE_WORD / 2);
                }
            }
        }
    }
    for (letters, languages) in LETTERS {
        if lower.contains(*letters) {
            share(&mut evidence, &places(languages), WHOLE_WORD);
        }
    }
    evidence
}

/// Norwegian says "pakken min" where Danish says "min pakke": nearly all else that short texts hold is the same.
fn possessive(evidence: &mut [u32], before: &str, word: &str) {
    const POSSESSIVES: &[&str] = &["min", "mine", "din", "dine"];
    let is_definite = before.ends_with("en") || before.ends_with("et") || before.ends_with("ene");
    if POSSESSIVES.contains(&word) && is_definite {
        share(evidence, &places(&[Language::Norwegian]), WHOLE_WORD / 3);
    }
    if POSSESSIVES.contains(&before) && !word.ends_with("en") && !word.ends_with("et") {
        share(evidence, &places(&[Language::Danish]), WHOLE_WORD / 3);
    }
}

fn places(languages: &[Language]) -> Vec<usize> {
    Language::ALL.iter().enumerate().filter(|(_, one)| languages.contains(one)).map(|(at, _)| at).collect()
}

/// Divides `worth` among the languages at `places`.
fn share(evidence: &mut [u32], places: &[usize], worth: u32) {
    let share =
        u32::try_from(places.len()).ok().and_then(|count| worth.checked_div(count)).unwrap_or_default();
    for place in places {
        if let Some(evidence) = evidence.get_mut(*place) {
            *evidence = evidence.saturating_add(share);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn too_little_to_tell_is_not_guessed() {
        for text in
            ["", "ok", "1042", "\u{1F44D}", "?", "ann@mail.example", "https://the.and.is/where", "Xyzzy"]
        {
            assert_eq!(language_of(text), None, "{text:?}");
        }
    }

    #[test]
    fn other_languages_are_none_of_ours() {
        let texts = [
            "\u{0413}\u{0434}\u{0435} \u{043C}\u{043E}\u{0439} \u{0437}\u{0430}\u{043A}\u{0430}\u{0437}?",
            "\u{0645}\u{0631}\u{062D}\u{0628}\u{0627}\u{060C} \u{0623}\u{064A}\u{0646} \u{0637}\u{0644}\u{0628}\u{064A}\u{061F}",
            "\u{6211}\u{7684}\u{5305}\u{88F9}",
        ];
        for text in texts {
            assert_eq!(language_of(text), None, "{text:?}");
        }
    }

    #[test]
    fn earlier_texts_decide_where_the_latest_cannot() {
        let earlier = ["1042", "Wo ist mein Paket?", "Where is my parcel?"];
        let found = language("ok", earlier).unwrap();
        assert_eq!((found.language, found.from_earlier), (Language::German, true));
        let found = language("Where is my parcel now?", earlier).unwrap();
        assert_eq!((found.language, found.from_earlier), (Language::English, false));
        assert_eq!(language("ok", []), None);
    }

    #[test]
    fn codes() {
        for language in Language::ALL {
            assert_eq!(Language::of_code(language.code()), Some(language));
        }
        assert_eq!(Language::of_code("pt-BR"), Some(Language::Portuguese));
        assert_eq!(Language::of_code("nb_NO"), Some(Language::Norwegian));
        assert_eq!(Language::of_code("xx"), None);
    }
}
