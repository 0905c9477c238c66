//! How alike a draft and the answer a person sent are: by their words, whatever their case and punctuation, without
//! what every reply has around it. It compares wording, not meaning: an answer that says the same in other words is
//! different, and one changed number is an edit.

use std::collections::BTreeSet;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::policy::{Language, Policy, TextKey};

/// Words of a text that are compared. Answers of support teams are far shorter, and the work grows with the square.
const WORDS_MAX: usize = 800;

/// Words that may stand before a draft, and as many after it, when it still counts as sent as it is: a greeting of
/// one's own or a signature. A changed word within the draft is never let pass, since that may be another price.
const AROUND_WORDS_MAX: usize = 8;

/// From how many thousandths of common words on an answer counts as an edited draft. Unrelated answers of a shop have
/// a fifth to a third of their words in common and in order ("you", "to", "your order"); with half, somebody worked
/// from the draft or came to the same sentences.
const EDITED_PER_MILLE_MIN: u32 = 500;

/// So many words of a draft in a row, if they are half of it or more, are a quotation even within a text that is much
/// longer. Fewer can meet by chance.
const QUOTED_WORDS_MIN: usize = 6;

/// Words that a first name can have where a greeting holds one.
const NAME_WORDS_MAX: usize = 3;

/// Where a greeting holds the customer's name.
const NAME: &str = "{name}";

/// What stands for the shop's name.
const SHOP: &str = "{shop}";

/// What is put around answers: the greetings, the offer of a person and the disclosure of every policy that a
/// connection has had. They are left out of a comparison wherever they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The words before the name and those after it.
    greetings: BTreeSet<(Vec<String>, Vec<String>)>,
    unnamed_greetings: BTreeSet<Vec<String>>,
    closings: BTreeSet<Vec<String>>,
}

/// How much of a draft is in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Likeness {
    /// Words that both have in the same order, in thousandths of the mean length of the two.
    pub same_per_mille: u32,
    /// Half of the draft or more stands in it word for word, in one piece.
    pub quoted: bool,
}

/// What a likeness comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Sent as it is.
    AsIs,
    /// Edited.
    Edited,
    /// Something else.
    Different,
}

impl Frame {
    /// The frame of the policy that a connection begins with, and of those it had since.
    pub fn of<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Self {
        let mut frame = Self::default();
        frame.add(&Policy::default());
        for policy in policies {
            frame.add(policy);
        }
        frame
    }

    fn add(&mut self, policy: &Policy) {
        for language in Language::ALL {
            let text = |key| policy.texts.text(language, key).replace(SHOP, &policy.shop);
            for greeting in [TextKey::Greeting, TextKey::GreetingUnnamed].map(text) {
                match greeting.split_once(NAME) {
                    Some((before, after)) => {
                        self.greetings.insert((words(before), words(after)));
                    }
                    None => {
                        self.unnamed_greetings.insert(words(&greeting));
                    }
                }
            }
            let closings =
                [TextKey::Offer, TextKey::Closing, TextKey::Disclosure].map(|key| words(&text(key)));
            self.closings.extend(closings.into_iter().filter(|closing| !closing.is_empty()));
        }
    }

    /// The words of `text` that say something; all of them when it is nothing but frame.
    fn inside(&self, text: &str) -> Vec<String> {
        let text = text.trim();
        let ends = [text.find("\n\n"), text.find('\n')].into_iter().flatten();
        let greeting = ends.map(|end| text.split_at(end)).find(|(first, _)| self.is_greeting(&words(first)));
        let mut inside = words(greeting.map_or(text, |(_, rest)| rest));
        for closing in &self.closings {
            if let Some(at) = inside.windows(closing.len()).rposition(|window| window == closing) {
                inside.drain(at..at + closing.len());
            }
        }
        if inside.is_empty() { words(text) } else { inside }
    }

    fn is_greeting(&self, first: &[String]) -> bool {
        self.unnamed_greetings.contains(first)
            || self.greetings.iter().any(|(before, after)| {
                let named = first.strip_prefix(before.as_slice());
                let name = named.and_then(|rest| rest.strip_suffix(after.as_slice()));
                name.is_some_and(|name| (1..=NAME_WORDS_MAX).contains(&name.len()))
            })
    }
}

/// Compares a draft with what a person sent.
pub(super) fn compare(draft: &str, sent: &str, frame: &Frame) -> (Verdict, Likeness) {
    let (draft, sent) = (frame.inside(draft), frame.inside(sent));
    let (common, run) = (common_words(&draft, &sent), longest_run(&draft, &sent));
    let likeness = Likeness {
        same_per_mille: per_mille(2 * common, draft.len() + sent.len()),
        quoted: run >= QUOTED_WORDS_MIN && 2 * run >= draft.len(),
    };
    let verdict = if is_as_is(&draft, &sent) {
        Verdict::AsIs
    } else if likeness.quoted || likeness.same_per_mille >= EDITED_PER_MILLE_MIN {
        Verdict::Edited
    } else {
        Verdict::Different
    };
    (verdict, likeness)
}

fn is_as_is(draft: &[String], sent: &[String]) -> bool {
    if draft.is_empty() {
        return false;
    }
    sent.windows(draft.len()).enumerate().any(|(before, window)| {
        let after = sent.len() - before - draft.len();
        window == draft && before <= AROUND_WORDS_MAX && after <= AROUND_WORDS_MAX
    })
}

/// The words of a text in lower case, without punctuation, apostrophes and soft hyphens. Scripts without spaces give a
/// word for each character.
fn words(text: &str) -> Vec<String> {
    let bare = |word: &str| -> String {
        let letters = word.chars().filter(|letter| !matches!(letter, '\'' | '’' | '\u{ad}'));
        letters.flat_map(char::to_lowercase).collect()
    };
    text.unicode_words().take(WORDS_MAX).map(bare).collect()
}

/// The length of the longest common subsequence: how many words both have in the same order.
fn common_words(one: &[String], other: &[String]) -> usize {
    let mut row = vec![0; other.len() + 1];
    for word in one {
        let mut diagonal = 0;
        for (at, against) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == against { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// How many words in a row both have, at most.
fn longest_run(one: &[String], other: &[String]) -> usize {
    let mut longest = 0;
    let mut row = vec![0; other.len() + 1];
    for word in one {
        let mut diagonal = 0;
        for (at, against) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == against { diagonal + 1 } else { 0 };
            longest = longest.max(row[at + 1]);
            diagonal = above;
        }
    }
    longest
}

/// Rounded down, so that only equal texts are all the same.
fn per_mille(part: usize, whole: usize) -> u32 {
    let whole = whole.max(1);
    u32::try_from(part * 1_000 / whole).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    const DRAFT: &str = "Hi Carl,\n\nYou can return unopened tea within 30 days of delivery. The return label costs \
        3 euros, and we refund you as soon as the parcel is back.\n\nIf that does not settle it, just reply \"human\" \
        and a colleague will take over.\n\nThis reply was written by our AI assistant.";

    #[test]
    fn a_draft_is_told_from_its_frame_and_compared_by_its_words() {
        let frame = Frame::of([]);
        for (sent, verdict, same) in [
            (DRAFT, Verdict::AsIs, 1_000),
            (
                "You can return unopened tea within 30 days of delivery! The return label costs 3 euros and we \
                 refund you as soon as the parcel is back",
                Verdict::AsIs,
                1_000,
            ),
            (
                "Dear Carl, thank you for writing.\nYou can return unopened tea within 30 days of delivery. The \
                 return label costs 3 euros, and we refund you as soon as the parcel is back.\nBest, Anna",
                Verdict::AsIs,
                870,
            ),
            (
                "You can return unopened tea within 14 days of delivery. The return label costs 3 euros, and we \
                 refund you as soon as the parcel is back.",
                Verdict::Edited,
                962,
            ),
            (
                "Hello Carl, you can return unopened tea within 30 days. The label costs 3 euros.",
                Verdict::Edited,
                619,
            ),
            (
                "Hello Carl, no problem at all. Just send the packets to our address in Bremen, we will take \
                 care of everything.",
                Verdict::Different,
                83,
            ),
            ("", Verdict::Different, 0),
        ] {
            let found = compare(DRAFT, sent, &frame);
            assert_eq!((found.0, found.1.same_per_mille), (verdict, same), "{sent}");
        }
    }

    #[test]
    fn a_quotation_in_a_longer_text_is_an_edit() {
        let own = "I looked into your order and saw that the parcel has left our house on Monday evening. "
            .repeat(4);
        let quoted =
            "You can return unopened tea within 30 days of delivery. The return label costs 3 euros.";
        let (verdict, likeness) = compare(DRAFT, &format!("{own}{quoted} {own}"), &Frame::of([]));
        assert_eq!(verdict, Verdict::Edited);
        assert!(likeness.quoted && likeness.same_per_mille < EDITED_PER_MILLE_MIN, "{likeness:?}");
    }

    #[test]
    fn the_shops_own_frame_is_known_and_another_is_not() {
        let mut policy = Policy::default();
        let (greeting, offer) =
            ("Hallo {name}, schön von dir zu hören!", "Reicht das nicht? Dann schreib einfach \"Mensch\".");
        policy.texts.edit(Language::German, TextKey::Greeting, greeting);
        policy.texts.edit(Language::German, TextKey::Offer, offer);
        let draft = "Hallo Anna Lena, schön von dir zu hören!\n\nDas Paket ist unterwegs.\n\nReicht das nicht? Dann \
            schreib einfach \"Mensch\".";
        let sent = "Das Paket ist unterwegs.";
        assert_eq!(compare(draft, sent, &Frame::of([&policy])).0, Verdict::AsIs);
        assert_eq!(compare(draft, sent, &Frame::of([])).0, Verdict::Different);
    }

    #[test]
    fn scripts_without_spaces_are_compared_by_their_characters() {
        let frame = Frame::of([]);
        let draft = "未開封のお茶は三十日以内に返品できます。";
        assert_eq!(compare(draft, draft, &frame).0, Verdict::AsIs);
        assert_eq!(compare(draft, "未開封のお茶は十四日以内に返品できます。", &frame).0, Verdict::Edited);
        assert_eq!(
            compare(draft, "担当者が確認いたします。少々お待ちください。", &frame).0,
            Verdict::Different
        );
    }

    #[test]
    fn very_long_texts_are_compared_by_their_beginnings() {
        let long = "one two three four ".repeat(100_000);
        assert_eq!(compare(&long, &long, &Frame::of([])).0, Verdict::AsIs);
    }
}
