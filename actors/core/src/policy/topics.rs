//! The topics the AI may answer, told by a ticket's tags.

use serde::{Deserialize, Serialize};

/// Tags that let a ticket be answered, and tags that send it to people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Topics {
    /// Only tickets with one of these are answered; empty: all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_tags: Vec<String>,
    /// Tickets with one of these always go to people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handoff_tags: Vec<String>,
}

/// What a ticket's tags say of its topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// The AI may answer.
    Allowed,
    /// None of its tags is among the allowed ones.
    NotAllowed,
    /// This tag of it always goes to people.
    ForPeople(String),
}

impl Topics {
    /// Judges a ticket's tags. Case and blanks around a tag make no difference.
    pub fn topic<'t>(&self, tags: impl IntoIterator<Item = &'t String>) -> Topic {
        let tags: Vec<&String> = tags.into_iter().collect();
        let one_of = |list: &[String]| {
            let found = tags.iter().find(|tag| list.iter().any(|listed| is_same(tag, listed)));
            found.map(|tag| (*tag).clone())
        };
        if let Some(tag) = one_of(&self.handoff_tags) {
            return Topic::ForPeople(tag);
        }
        match self.allowed_tags.is_empty() || one_of(&self.allowed_tags).is_some() {
            true => Topic::Allowed,
            false => Topic::NotAllowed,
        }
    }
}

fn is_same(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}
