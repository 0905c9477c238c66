//! Randomness of the kind that secrets may be made of.

use polus_actors::world::Dice;
use rand::RngExt;
use rand::distr::{Alphanumeric, SampleString};
use secrecy::SecretString;

/// Letters and digits of a webhook's secret: 238 bits.
const SECRET_CHARACTERS: usize = 40;

/// [`Dice`] on the system's randomness. The names of the draws do not matter to it.
pub struct SystemDice;

impl Dice for SystemDice {
    fn below(&self, _name: &'static str, bound: u64) -> u64 {
        if bound == 0 { 0 } else { rand::rng().random_range(0..bound) }
    }

    fn secret(&self) -> SecretString {
        Alphanumeric.sample_string(&mut rand::rng(), SECRET_CHARACTERS).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn draws_stay_below_their_bound() {
        assert_eq!(SystemDice.below("nothing", 0), 0);
        assert_eq!(SystemDice.below("one", 1), 0);
        assert!((0..100).all(|_| SystemDice.below("three", 3) < 3));
    }

    #[test]
    fn secrets_fit_into_an_address_and_differ() {
        let (one, other) = (SystemDice.secret(), SystemDice.secret());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(one.expose_secret().len(), SECRET_CHARACTERS);
        assert!(one.expose_secret().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
