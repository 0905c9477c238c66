//! Words that mean the same in one shop, told by the merchant: "tent" and "shelter". Pure data, checked before use.

use std::collections::BTreeSet;

use serde::Deserialize;
use thiserror::Error;

use super::fold::folded;

/// The most groups; a shop has its own words, not its own language.
const GROUPS_MAX: usize = 500;

/// The most words in a group.
const WORDS_MAX: usize = 20;

/// The most letters of a word or phrase.
const LETTERS_MAX: usize = 60;

/// Groups of words or phrases; those of a group are taken for one another, whatever their case and accents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Vec<String>>")]
pub struct Synonyms {
    groups: Vec<Vec<String>>,
}

/// Why groups of words are no synonyms. Groups are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SynonymError {
    /// There are more than [`GROUPS_MAX`].
    #[error("{0} groups of synonyms, at most {GROUPS_MAX} are allowed")]
    TooManyGroups(usize),
    /// A group has fewer than two words, or more than [`WORDS_MAX`].
    #[error("group {group} of the synonyms has {words} words, it takes 2 to {WORDS_MAX}")]
    Size {
        /// The group.
        group: usize,
        /// How many words it has.
        words: usize,
    },
    /// A word has no letter, or is longer than [`LETTERS_MAX`].
    #[error("group {group} of the synonyms: {word:?} is no word of 1 to {LETTERS_MAX} letters")]
    Word {
        /// The group.
        group: usize,
        /// The word.
        word: String,
    },
    /// A word stands twice; it can mean one thing only.
    #[error("group {group} of the synonyms: {word:?} stands in the synonyms twice")]
    Twice {
        /// The second group that has it.
        group: usize,
        /// The word.
        word: String,
    },
}

impl TryFrom<Vec<Vec<String>>> for Synonyms {
    type Error = SynonymError;

    fn try_from(groups: Vec<Vec<String>>) -> Result<Self, SynonymError> {
        if groups.len() > GROUPS_MAX {
            return Err(SynonymError::TooManyGroups(groups.len()));
        }
        let mut seen = BTreeSet::new();
        for (group, words) in (1..).zip(&groups) {
            if !(2..=WORDS_MAX).contains(&words.len()) {
                return Err(SynonymError::Size { group, words: words.len() });
            }
            for word in words {
                let letters = word.chars().count();
                if !word.chars().any(char::is_alphanumeric) || letters > LETTERS_MAX {
                    return Err(SynonymError::Word { group, word: word.chars().take(LETTERS_MAX).collect() });
                }
                if !seen.insert(folded(word.trim())) {
                    return Err(SynonymError::Twice { group, word: word.clone() });
                }
            }
        }
        Ok(Self { groups })
    }
}

impl Synonyms {
    pub(super) fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn groups(groups: &[&[&str]]) -> Result<Synonyms, SynonymError> {
        let owned = |words: &&[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        groups.iter().map(owned).collect::<Vec<Vec<String>>>().try_into()
    }

    #[test]
    fn mistakes_are_told_with_their_group() {
        let message = |result: Result<Synonyms, SynonymError>| result.unwrap_err().to_string();
        assert_eq!(
            message(groups(&[&["tent", "shelter"], &["pot"]])),
            "group 2 of the synonyms has 1 words, it takes 2 to 20"
        );
        assert_eq!(
            message(groups(&[&["tent", " ?"]])),
            "group 1 of the synonyms: \" ?\" is no word of 1 to 60 letters"
        );
        assert_eq!(
            message(groups(&[&["tent", "shelter"], &["pot", "Shelter"]])),
            "group 2 of the synonyms: \"Shelter\" stands in the synonyms twice"
        );
        let many: Vec<Vec<String>> = (0..501).map(|at| vec![format!("a{at}"), format!("b{at}")]).collect();
        assert_eq!(message(Synonyms::try_from(many)), "501 groups of synonyms, at most 500 are allowed");
    }

    #[test]
    fn they_are_read_from_data() {
        let read: Synonyms = serde_json::from_str(r#"[["tent", "rain shelter"]]"#).unwrap();
        assert_eq!(read, groups(&[&["tent", "rain shelter"]]).unwrap());
        assert!(serde_json::from_str::<Synonyms>(r#"[["tent"]]"#).is_err());
    }
}
