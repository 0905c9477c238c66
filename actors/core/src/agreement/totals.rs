//! Comparisons counted: over all, by channel and by topic, with the rate of agreement and how far it can be trusted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Compared, Handling, People, Proposal};
use crate::time::Time;

/// The standard score that leaves 2.5 % on either side.
const STANDARD_SCORE: f64 = 1.959_964;

/// Counts, and the rate that follows from them.
///
/// The rate is of the drafts that a person answered: those sent as they are or edited, out of these and the different
/// ones. Not in it: drafts of tickets that were handed elsewhere or closed without an answer, overtaken ones, those
/// that wait, and what would have gone to people, for there is no text of a person to hold against a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Agreement {
    /// Drafts that were posted as notes.
    pub drafts: Drafts,
    /// What would have gone to people.
    pub would_hand_off: Handoffs,
}

/// Drafts by what people did next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Drafts {
    /// Sent as they are.
    pub sent_as_is: u64,
    /// Sent, edited.
    pub edited: u64,
    /// A person sent something else.
    pub different: u64,
    /// The ticket went to somebody else, who has not answered yet.
    pub handed_elsewhere: u64,
    /// The ticket was closed without an answer.
    pub closed: u64,
    /// The customer wrote again, and a newer draft covers that.
    pub overtaken: u64,
    /// Nothing yet.
    pub nothing_yet: u64,
}

/// What would have gone to people, by what they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Handoffs {
    /// A person answered.
    pub answered: u64,
    /// The ticket went to somebody else, who has not answered yet.
    pub assigned_on: u64,
    /// The ticket was closed without an answer.
    pub closed: u64,
    /// Nothing yet.
    pub nothing_yet: u64,
}

/// A share, and the interval that holds the true one in 95 of 100 cases (Wilson's, which stays sound for few drafts
/// and for shares near nothing and all). It takes drafts for independent of one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Drafts sent as they are or edited.
    pub agreed: u64,
    /// Drafts that a person answered.
    pub answered: u64,
    /// The share in thousandths, rounded.
    pub per_mille: u32,
    /// Lower end of the interval in thousandths, rounded down.
    pub low_per_mille: u32,
    /// Upper end of the interval in thousandths, rounded up.
    pub high_per_mille: u32,
}

/// What is counted. Empty: everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Filter {
    /// Only what was proposed at this time or later, by the log's clock.
    pub since: Option<Time>,
    /// Only on this channel.
    pub channel: Option<String>,
    /// Only on tickets that had this tag then.
    pub topic: Option<String>,
}

/// Counts over all, by channel and by topic. A ticket with several tags counts for each of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Everything.
    pub over_all: Agreement,
    /// By channel slug.
    pub channels: BTreeMap<String, Agreement>,
    /// By tag; `None` holds the tickets without one.
    pub topics: BTreeMap<Option<String>, Agreement>,
}

impl Totals {
    /// Adds what one ticket's log came to, as far as `filter` lets it.
    pub fn add(&mut self, compared: &Compared, filter: &Filter) {
        for comparison in compared.drafts.iter().filter(|draft| filter.lets(&draft.proposal)) {
            self.count(&comparison.proposal, |counts| *counts.drafts.of(comparison.people) += 1);
        }
        for handoff in compared.handoffs.iter().filter(|handoff| filter.lets(&handoff.proposal)) {
            self.count(&handoff.proposal, |counts| *counts.would_hand_off.of(handoff.people) += 1);
        }
    }

    fn count(&mut self, proposal: &Proposal, mut count: impl FnMut(&mut Agreement)) {
        count(&mut self.over_all);
        count(self.channels.entry(proposal.channel.clone()).or_default());
        for topic in &proposal.topics {
            count(self.topics.entry(Some(topic.clone())).or_default());
        }
        if proposal.topics.is_empty() {
            count(self.topics.entry(None).or_default());
        }
    }
}

impl Filter {
    fn lets(&self, proposal: &Proposal) -> bool {
        self.since.is_none_or(|since| proposal.at >= since)
            && self.channel.as_ref().is_none_or(|channel| *channel == proposal.channel)
            && self.topic.as_ref().is_none_or(|topic| proposal.topics.contains(topic))
    }
}

impl Agreement {
    /// The rate of agreement; none before a person has answered.
    pub fn rate(&self) -> Option<Rate> {
        let agreed = self.drafts.sent_as_is + self.drafts.edited;
        Rate::of(agreed, agreed + self.drafts.different)
    }
}

impl Drafts {
    /// How many there are.
    pub fn total(&self) -> u64 {
        let answered = self.sent_as_is + self.edited + self.different;
        answered + self.handed_elsewhere + self.closed + self.overtaken + self.nothing_yet
    }

    fn of(&mut self, people: People) -> &mut u64 {
        match people {
            People::SentAsIs(_) => &mut self.sent_as_is,
            People::Edited(_) => &mut self.edited,
            People::Different(_) => &mut self.different,
            People::HandedElsewhere => &mut self.handed_elsewhere,
            People::Closed => &mut self.closed,
            People::Overtaken => &mut self.overtaken,
            People::NothingYet => &mut self.nothing_yet,
        }
    }
}

impl Handoffs {
    /// How many there are.
    pub fn total(&self) -> u64 {
        self.answered + self.assigned_on + self.closed + self.nothing_yet
    }

    fn of(&mut self, people: Handling) -> &mut u64 {
        match people {
            Handling::Answered => &mut self.answered,
            Handling::AssignedOn => &mut self.assigned_on,
            Handling::Closed => &mut self.closed,
            Handling::NothingYet => &mut self.nothing_yet,
        }
    }
}

impl Rate {
    /// The rate of `agreed` out of `answered`; none out of nothing.
    pub fn of(agreed: u64, answered: u64) -> Option<Self> {
        if answered == 0 {
            return None;
        }
        let (part, whole) = (agreed as f64, answered as f64);
        let share = part / whole;
        let squared = STANDARD_SCORE * STANDARD_SCORE;
        let middle = share + squared / (2.0 * whole);
        let spread =
            STANDARD_SCORE * (share * (1.0 - share) / whole + squared / (4.0 * whole * whole)).sqrt();
        let scale = 1.0 + squared / whole;
        // At none and at all the formula's end is exactly 0 and 1, which its rounding could miss.
        let low = if agreed == 0 { 0.0 } else { (middle - spread) / scale };
        let high = if agreed == answered { 1.0 } else { (middle + spread) / scale };
        let per_mille = |share: f64| (share * 1_000.0).clamp(0.0, 1_000.0);
        Some(Self {
            agreed,
            answered,
            per_mille: per_mille(share).round() as u32,
            low_per_mille: per_mille(low).floor() as u32,
            high_per_mille: per_mille(high).ceil() as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        for (agreed, answered, per_mille, low, high) in [
            (0, 1, 0, 0, 794),
            (1, 1, 1_000, 206, 1_000),
            (0, 10, 0, 0, 278),
            (10, 10, 1_000, 722, 1_000),
            (5, 10, 500, 236, 764),
            (81, 263, 308, 255, 367),
            (900, 1_000, 900, 879, 918),
        ] {
            let rate = Rate::of(agreed, answered).unwrap();
            let found = (rate.per_mille, rate.low_per_mille, rate.high_per_mille);
            assert_eq!(found, (per_mille, low, high), "{agreed} of {answered}");
        }
        assert_eq!(Rate::of(0, 0), None);
    }
}
