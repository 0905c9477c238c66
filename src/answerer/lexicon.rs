//! What the words of each language mean to a shop, as tables: small words that carry no meaning, words that mean the
//! same, phrases that are one word, names that a wider name includes, and how people ask. The terms that words are
//! compared by are the same in all languages, a table each under lexicon/.

use polus_core::policy::Language;

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

/// The term of "how do I …"; it chooses among passages and says nothing about their matter.
pub(super) const HOW_TO: &str = "how-to";

/// The term of a question for a length of time, and of every passage that gives one.
pub(super) const HOW_LONG: &str = "how-long";

/// The term of a question for a price, and of every passage that gives one.
pub(super) const COST: &str = "cost";

/// The tables of one language. Lists of words are parted by blanks; case and accents of their entries do not matter.
pub(super) struct Lexicon {
    /// Words that say nothing about the matter: the grammar, the courtesies, and the verbs of wanting and asking.
    pub(super) small_words: &'static str,
    /// A term and the words that mean it.
    pub(super) concepts: &'static [(&'static str, &'static str)],
    /// Phrases that are one term, the longer ones first where they share words.
    pub(super) phrases: &'static [(&'static str, &'static str)],
    /// Words whose stem would be taken for another word's.
    pub(super) own_stems: &'static str,
    /// A term, and the names that it includes. What is said of it holds for them too.
    pub(super) broader: &'static [(&'static str, &'static str)],
    /// Units that, behind a number, give a length of time.
    pub(super) units_of_time: &'static str,
    /// Words that give a price.
    pub(super) units_of_money: &'static str,
    /// Numbers as words.
    pub(super) number_words: &'static str,
    /// Words that may stand before a question's first word.
    pub(super) before_question: &'static str,
    /// First words of sentences that ask, though their writer may leave out the question mark.
    pub(super) question_starts: &'static str,
    /// Phrases anywhere in a sentence by which it asks.
    pub(super) question_phrases: &'static [&'static str],
    /// First words by which a sentence leans on the one before.
    pub(super) leaning: &'static str,
    /// First words that make a following sentence part of the same thought.
    pub(super) going_on: &'static str,
    /// Words that make a sentence one about the rules of the shop ("what if my parcel …").
    pub(super) suppositions: &'static str,
    /// How people ask how one order stands, as patterns of limits.rs; not in a supposition.
    pub(super) status: &'static [&'static str],
    /// The same, in suppositions too.
    pub(super) status_even_if: &'static [&'static str],
    /// How people ask for an act, as patterns of limits.rs.
    pub(super) acts: &'static [&'static str],
}

/// The tables of `language`.
pub(super) fn of(language: Language) -> &'static Lexicon {
    match language {
        Language::English => &english::ENGLISH,
        Language::French => &french::FRENCH,
        Language::Spanish => &spanish::SPANISH,
        Language::German => &german::GERMAN,
        Language::Italian => &italian::ITALIAN,
        Language::Portuguese => &portuguese::PORTUGUESE,
        Language::Dutch => &dutch::DUTCH,
        Language::Polish => &polish::POLISH,
        Language::Swedish => &swedish::SWEDISH,
        Language::Japanese => &japanese::JAPANESE,
    }
}
