//! What a run's merchants have set before anything happens, and which customers are machines. Part of the options, so that
//! it is printed with them, kept with them, and taken out of a failing run like a kind of fault.

use polus_core::policy::{BadSetting, PRESET_MAX, Policy};
use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::gorgias::machines::AnsweringMachine;

/// The tag of the topic that some merchants keep for people.
pub const KEPT_FOR_PEOPLE: &str = "wholesale";

/// What differs from the usual policy, in all accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many replies a ticket may get in a day; 0 for as many as usual.
    pub replies_max: u32,
    /// A message that a rule has replied to is left alone.
    pub skip_if_rule_replied: bool,
    /// When tickets go to people, if not as usual.
    pub preset: Option<u8>,
    /// People are there on Mondays alone.
    pub office_hours: bool,
    /// Tickets with the tag [`KEPT_FOR_PEOPLE`] are for people.
    pub keeps_a_topic: bool,
}

impl Settings {
    /// Those of a run with this seed: in half of the runs the usual ones.
    pub fn drawn(seed: u64) -> Self {
        let mut dice = Dice::named(seed, "merchant");
        if dice.one_in(2) {
            return Self::default();
        }
        Self {
            replies_max: dice.pick(&[0, 0, 1, 2, 3]),
            skip_if_rule_replied: dice.one_in(2),
            preset: dice.pick(&[None, None, Some(0), Some(1), Some(2), Some(3)]),
            office_hours: dice.one_in(2),
            keeps_a_topic: dice.one_in(2),
        }
    }

    /// The policy; none when nothing differs from the usual one.
    ///
    /// # Errors
    /// A setting that the program would refuse.
    pub fn policy(&self) -> Result<Option<Policy>, BadSetting> {
        if *self == Self::default() {
            return Ok(None);
        }
        let mut policy = Policy::default();
        if self.replies_max > 0 {
            policy.set("limits.replies", &self.replies_max.to_string())?;
        }
        if let Some(preset) = self.preset {
            policy.set("handoff.preset", &preset.to_string())?;
        }
        if self.office_hours {
            policy.set("hours.monday", "09:00-17:00")?;
        }
        if self.keeps_a_topic {
            policy.set("topics.handoff_tags", KEPT_FOR_PEOPLE)?;
        }
        policy.set("skip_if_rule_replied", &self.skip_if_rule_replied.to_string())?;
        Ok(Some(policy))
    }

    /// The preset as a number to check, with the highest that may be.
    pub fn preset_and_most(&self) -> (u64, u64) {
        (self.preset.unwrap_or_default().into(), PRESET_MAX.into())
    }
}

/// Customers who are machines and answer each of our replies within seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Machines {
    /// One ticket in so many has such a customer; 0 for none.
    pub one_in: u32,
    /// So often it answers at most.
    pub answers_max: u32,
}

/// So long after a reply a machine writes, milliseconds.
const MACHINE_AFTER_MS: i64 = 4_000;

impl Machines {
    /// Those of a run with this seed: most runs have none.
    pub fn drawn(seed: u64) -> Self {
        let mut dice = Dice::named(seed, "machines");
        if !dice.one_in(4) {
            return Self::default();
        }
        Self { one_in: dice.pick(&[1, 2, 4]), answers_max: dice.pick(&[2, 8, 12]) }
    }

    /// The machine that is the customer of the plan's ticket, if it is one.
    pub fn of(&self, ticket: u32) -> Option<AnsweringMachine> {
        let is_one = self.one_in > 0 && ticket.is_multiple_of(self.one_in);
        is_one.then_some(AnsweringMachine { after_ms: MACHINE_AFTER_MS, answers_max: self.answers_max })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn whatever_is_drawn_the_program_takes_and_half_of_the_runs_differ() {
        let drawn: Vec<Settings> = (0..200).map(Settings::drawn).collect();
        let policies: Vec<Policy> = drawn.iter().filter_map(|settings| settings.policy().unwrap()).collect();
        assert!((60..140).contains(&policies.len()), "{}", policies.len());
        assert!(policies.iter().all(|policy| policy.check().is_ok()));
        assert!(policies.iter().any(|policy| policy.limits.replies_max == 1));
        assert!(drawn.iter().any(|settings| settings.preset == Some(PRESET_MAX)));
    }

    #[test]
    fn some_runs_have_machines_among_their_customers() {
        let drawn: Vec<Machines> = (0..100).map(Machines::drawn).collect();
        let with = drawn.iter().filter(|machines| machines.of(0).is_some()).count();
        assert!((10..50).contains(&with), "{with}");
        assert!(drawn.iter().all(|machines| machines.one_in != 4 || machines.of(3).is_none()));
    }
}
