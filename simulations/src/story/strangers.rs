//! Customers without a script, who go on writing after the story. The same seed brings the same people at the same
//! times after each other.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::director::Told;
use crate::gorgias::Desk;
use crate::gorgias::people::{ActError, Letter, NewTicket};
use crate::gorgias::seed::Cast;

/// The shortest and the longest time between two of them, in milliseconds of the story.
const APART_MS: (i64, i64) = (30_000, 150_000);

const FIRST_NAMES: [&str; 10] =
    ["Alma", "Bruno", "Clara", "David", "Elif", "Fynn", "Greta", "Hugo", "Iris", "Jonas"];
const LAST_NAMES: [&str; 8] = ["Adler", "Bauer", "Castro", "Dubois", "Evans", "Fischer", "Gomez", "Hansen"];

/// Subjects and texts in three languages; some have an answer in the shop's articles, some have none, some ask for a person.
const QUESTIONS: [(&str, &str); 18] = [
    ("Delivery", "How long does shipping take?"),
    ("Costs", "How much is shipping to the United Kingdom?"),
    ("Return", "Can I send back tea that I have opened?"),
    ("Refund", "When will I get my refund?"),
    ("Broken", "My cup arrived broken. What do I do with a damaged item?"),
    ("Address", "How can I change the address of my order?"),
    ("Payment", "Which payment methods do you accept?"),
    ("Code", "My promo code isn't working"),
    ("Storing", "How should I store matcha?"),
    ("Vegan", "Are your teas vegan?"),
    ("Hours", "What are your opening hours?"),
    ("Person", "I would like to speak to a person."),
    ("Recipe", "Which of your teas goes best with my grandmother's plum cake?"),
    ("My order", "Where is my order 48213?"),
    ("Versandkosten", "Was kostet der Versand in die Schweiz?"),
    ("Zubereitung", "Wie lange soll grüner Tee ziehen?"),
    ("Retour", "Quel est le prix d'un retour ?"),
    ("Conseil", "Je voudrais parler à un conseiller, s'il vous plaît."),
];

/// Customers who come one after another.
pub struct Strangers {
    dice: ChaCha8Rng,
    next_ms: i64,
    count: u32,
}

impl Strangers {
    /// The first comes soon after `now_ms`.
    pub fn new(seed: u64, now_ms: i64) -> Self {
        Self { dice: ChaCha8Rng::seed_from_u64(seed), next_ms: now_ms, count: 0 }
    }

    /// Lets the next one write if it is time; their tickets are the AI user's.
    pub fn tick(&mut self, now_ms: i64, desk: &mut Desk, cast: &Cast) -> Result<Option<Told>, ActError> {
        if now_ms < self.next_ms {
            return Ok(None);
        }
        self.next_ms = now_ms.saturating_add(self.dice.random_range(APART_MS.0..=APART_MS.1));
        self.count += 1;
        let first = FIRST_NAMES[self.dice.random_range(0..FIRST_NAMES.len())];
        let last = LAST_NAMES[self.dice.random_range(0..LAST_NAMES.len())];
        let (subject, text) = QUESTIONS[self.dice.random_range(0..QUESTIONS.len())];
        let is_chat = self.dice.random_bool(0.4);
        let channel = if is_chat { "chat" } else { "email" };
        let new = NewTicket {
            channel: channel.to_owned(),
            email: format!("{}.{}.{}@example.org", first.to_lowercase(), last.to_lowercase(), self.count),
            name: format!("{first} {last}"),
            subject: (!is_chat).then(|| subject.to_owned()),
            assignee_user: Some(cast.ai_user),
            letter: Letter::of(text),
            ..NewTicket::default()
        };
        let ticket = desk.customer_begins(now_ms, new)?.ticket_id;
        Ok(Some(Told { ticket, what: format!("{first} asks by {channel}: {text}") }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::gorgias::seed::seed;

    #[test]
    fn the_same_seed_brings_the_same_people_in_the_same_order() {
        let met = || {
            let (mut desk, cast) = seed(0, 1, 0);
            let mut strangers = Strangers::new(5, 0);
            let minutes = (0..60).map(|minute| minute * 60_000);
            let told = minutes.filter_map(|now_ms| strangers.tick(now_ms, &mut desk, &cast).unwrap());
            told.map(|told| told.what).collect::<Vec<_>>()
        };
        assert!(met().len() > 20);
        assert_eq!(met(), met());
    }
}
