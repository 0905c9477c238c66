//! The languages whose words are known, and which of them a text is in, told by its small words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use frostem::Algorithm;
use polus_core::policy::Language;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::folded;
use super::lexicon;

/// The rules that bring a word of a language to its stem; none for Japanese, which is compared by pairs of characters.
pub(super) fn stems(language: Language) -> Option<Algorithm> {
    match language {
        Language::English => Some(Algorithm::English),
        Language::French => Some(Algorithm::French),
        Language::Spanish => Some(Algorithm::Spanish),
        Language::German => Some(Algorithm::German),
        Language::Italian => Some(Algorithm::Italian),
        Language::Portuguese => Some(Algorithm::Portuguese),
        Language::Dutch => Some(Algorithm::Dutch),
        Language::Polish => Some(Algorithm::Polish),
        Language::Swedish => Some(Algorithm::Swedish),
        Language::Japanese => None,
    }
}

/// Whether an apostrophe parts two words ("l'envoi").
pub(super) fn parts_at_apostrophe(language: Language) -> bool {
    matches!(language, Language::French | Language::Italian)
}

/// Whether it writes several words as one ("Versandkosten").
pub(super) fn has_compounds(language: Language) -> bool {
    matches!(language, Language::German | Language::Dutch | Language::Swedish)
}

/// What a small word counts beside a word of a shop's matters, which languages share more.
const SMALL_WORD_WEIGHT: u32 = 3;

/// What a letter counts that only one of the languages writes.
const OWN_LETTER_WEIGHT: u32 = 2;

/// Letters that only one of the languages writes.
const OWN_LETTERS: &[(Language, &str)] = &[
    (Language::German, "ß"),
    (Language::Spanish, "ñ¿¡"),
    (Language::Portuguese, "ãõ"),
    (Language::Polish, "łżźśćńąę"),
    (Language::Swedish, "å"),
];

/// How much of a text is looked at, in bytes.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// The language of `text`; `None` if nothing or too little tells, or two languages fit equally.
pub(super) fn detect(text: &str) -> Option<Language> {
    let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
    if text.chars().any(is_kana) {
        return Some(Language::Japanese);
    }
    let lower = text.to_lowercase();
    let mut scores: BTreeMap<Language, u32> = BTreeMap::new();
    for word in lower.replace(['\'', '\u{2019}'], " ").unicode_words() {
        for (language, weight) in MARKS.get(&folded(word)).into_iter().flatten() {
            *scores.entry(*language).or_default() += weight;
        }
    }
    for (language, letters) in OWN_LETTERS {
        if lower.chars().any(|letter| letters.contains(letter)) {
            *scores.entry(*language).or_default() += OWN_LETTER_WEIGHT;
        }
    }
    let (best, score) = scores.iter().max_by_key(|(_, score)| **score)?;
    let is_alone = scores.iter().all(|(language, other)| language == best || other < score);
    is_alone.then_some(*best)
}

/// Hiragana and Katakana, which only Japanese is written in.
pub(super) fn is_kana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30FF}')
}

/// What each word says about the language of its text.
static MARKS: LazyLock<BTreeMap<String, BTreeMap<Language, u32>>> = LazyLock::new(|| {
    let mut marks: BTreeMap<String, BTreeMap<Language, u32>> = BTreeMap::new();
    for language in Language::ALL {
        let lexicon = lexicon::of(language);
        let concepts = lexicon.concepts.iter().flat_map(|(_, words)| words.split(' ')).map(|word| (word, 1));
        let small = lexicon.small_words.split(' ').chain(lexicon.question_starts.split(' '));
        for (word, weight) in concepts.chain(small.map(|word| (word, SMALL_WORD_WEIGHT))) {
            let mark = marks.entry(folded(word)).or_default().entry(language).or_default();
            *mark = (*mark).max(weight);
        }
    }
    marks
});

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_text_is_known_by_its_small_words() {
        let cases = [
            ("How long does delivery to Norway take?", Language::English),
            ("Combien de temps prend la livraison en Belgique ?", Language::French),
            ("cuanto cuesta el envio", Language::Spanish),
            ("Wie lange dauert die Lieferung?", Language::German),
            ("Quanto costa la spedizione in Italia?", Language::Italian),
            ("Quanto tempo demora a entrega?", Language::Portuguese),
            ("Hoe lang duurt de levering naar Nederland?", Language::Dutch),
            ("Ile kosztuje dostawa do Polski?", Language::Polish),
            ("Hur lång tid tar leveransen?", Language::Swedish),
            ("返品はできますか？", Language::Japanese),
        ];
        for (text, language) in cases {
            assert_eq!(detect(text), Some(language), "{text}");
        }
    }

    #[test]
    fn what_tells_nothing_is_no_language() {
        for text in ["", "?", "PayPal", "12345", "Где мой заказ"] {
            assert_eq!(detect(text), None, "{text}");
        }
    }
}
