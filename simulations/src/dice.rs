//! Dice: every use draws from a sequence of its own, each kind of fault too, so that taking one thing out of a run leaves
//! the luck of the others as it was.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use polus_actors::world;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use secrecy::SecretString;

/// One sequence of draws.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The sequence called `name` of a run with this seed.
    pub fn named(seed: u64, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(name.as_bytes());
        Self(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// A number from 0 to `bound` - 1; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.next_u64() % bound }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True once in `count` times.
    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// True with a probability in millionths.
    pub fn strikes(&mut self, per_million: u32) -> bool {
        per_million > 0 && self.below(1_000_000) < u64::from(per_million)
    }

    /// A number from `low` to `high`, small ones as likely as large ones: each doubling has the same chance.
    pub fn spread(&mut self, low: u64, high: u64) -> u64 {
        let low = low.max(1);
        let doublings = (high.max(low) / low).ilog2();
        let from = low << self.below(u64::from(doublings) + 1);
        self.between(from, (from * 2 - 1).min(high))
    }

    /// One of the choices; there must be one.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let place = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices[place]
    }

    /// True with this probability, from 0 to 1.
    pub fn chance(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.0.random_bool(probability.min(1.0))
    }

    /// Dice of another kind, for the desk.
    pub fn into_inner(self) -> ChaCha8Rng {
        self.0
    }
}

/// Dice by the name of what they decide, all from one seed.
#[derive(Debug, Clone)]
pub struct Luck {
    seed: u64,
    sequences: BTreeMap<&'static str, Dice>,
}

impl Luck {
    /// The luck of a run with this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, sequences: BTreeMap::new() }
    }

    /// The dice of this name, as far as they were thrown.
    pub fn of(&mut self, name: &'static str) -> &mut Dice {
        self.sequences.entry(name).or_insert_with(|| Dice::named(self.seed, name))
    }
}

impl From<Dice> for Luck {
    fn from(Dice(mut dice): Dice) -> Self {
        Self::new(dice.next_u64())
    }
}

impl From<ChaCha8Rng> for Luck {
    fn from(dice: ChaCha8Rng) -> Self {
        Dice(dice).into()
    }
}

/// The program's dice.
pub struct SimulatedDice(Mutex<Luck>);

impl SimulatedDice {
    /// The dice of a run with this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Luck::new(seed)))
    }

    fn draw<T>(&self, name: &'static str, draw: impl FnOnce(&mut Dice) -> T) -> T {
        draw(self.0.lock().unwrap_or_else(PoisonError::into_inner).of(name))
    }
}

impl world::Dice for SimulatedDice {
    fn below(&self, name: &'static str, bound: u64) -> u64 {
        self.draw(name, |dice| dice.below(bound))
    }

    fn secret(&self) -> SecretString {
        let word = || self.draw("secrets", |dice| dice.below(u64::MAX));
        format!("{:016x}{:016x}{:016x}", word(), word(), word()).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_sequence_depends_on_seed_and_name_alone() {
        let draw = |seed, name| Dice::named(seed, name).below(u64::MAX);
        assert_eq!(draw(1, "plan"), draw(1, "plan"));
        assert_ne!(draw(1, "plan"), draw(2, "plan"));
        assert_ne!(draw(1, "plan"), draw(1, "log"));
    }

    #[test]
    fn what_one_name_draws_leaves_another_as_it_was() {
        let (mut alone, mut together) = (Luck::new(7), Luck::new(7));
        for _ in 0..10 {
            together.of("one").below(100);
            assert_eq!(together.of("other").below(u64::MAX), alone.of("other").below(u64::MAX));
        }
    }

    #[test]
    fn spread_draws_stay_between_and_reach_small_and_large() {
        let mut dice = Dice::named(1, "spread");
        let drawn: Vec<u64> = (0..1_000).map(|_| dice.spread(2, 500)).collect();
        assert!(drawn.iter().all(|number| (2..=500).contains(number)));
        assert!(drawn.iter().filter(|number| **number < 8).count() > 100);
        assert!(drawn.iter().filter(|number| **number > 250).count() > 50);
    }
}
