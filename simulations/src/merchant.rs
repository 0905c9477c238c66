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
    /// How long an e-mail must be quiet before it is answered, milliseconds; 0 for as long as usual.
    pub quiet_email_ms: u32,
    /// The same for a chat.
    pub quiet_chat_ms: u32,
    /// The least confidence at which an answer is sent, in thousandths; 0 for the usual one.
    pub confidence: u32,
}

/// The longest quiet that is drawn, milliseconds.
const QUIET_MS_MAX: u64 = 300_000;

impl Settings {
    /// Those of a run with this seed: in half of the runs the usual ones.
    pub fn drawn(seed: u64) -> Self {
        let mut dice = Dice::named(seed, "merchant");
        let usual = dice.one_in(2);
        let mut quiet = Dice::named(seed, "quiet times");
        let quiet = if quiet.one_in(2) { (0, 0) } else { (quiet_ms(&mut quiet), quiet_ms(&mut quiet)) };
        let rest = if usual { Self::default() } else { Self::but_for_times(&mut dice) };
        Self { quiet_email_ms: quiet.0, quiet_chat_ms: quiet.1, ..rest }
    }

    /// Others, for a merchant who changes them.
    pub fn other(dice: &mut Dice) -> Self {
        let times = dice.one_in(2);
        let rest = Self::but_for_times(dice);
        let (quiet_email_ms, quiet_chat_ms) = if times { (quiet_ms(dice), quiet_ms(dice)) } else { (0, 0) };
        Self { quiet_email_ms, quiet_chat_ms, confidence: dice.pick(&[0, 0, 50, 950]), ..rest }
    }

    fn but_for_times(dice: &mut Dice) -> Self {
        Self {
            replies_max: dice.pick(&[0, 0, 1, 2, 3]),
            skip_if_rule_replied: dice.one_in(2),
            preset: dice.pick(&[None, None, Some(0), Some(1), Some(2), Some(3)]),
            office_hours: dice.one_in(2),
            keeps_a_topic: dice.one_in(2),
            ..Self::default()
        }
    }

    /// The policy; none when nothing differs from the usual one.
    ///
    /// # Errors
    /// A setting that the program would refuse.
    pub fn policy(&self) -> Result<Option<Policy>, BadSetting> {
        if *self == Self::default() { Ok(None) } else { self.written().map(Some) }
    }

    /// The policy, also where nothing differs.
    ///
    /// # Errors
    /// A setting that the program would refuse.
    pub fn written(&self) -> Result<Policy, BadSetting> {
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
        let times = [("quiet.email", self.quiet_email_ms), ("quiet.chat", self.quiet_chat_ms)];
        for (name, quiet_ms) in times.into_iter().filter(|(_, quiet_ms)| *quiet_ms > 0) {
            policy.set(name, &format!("{quiet_ms}ms"))?;
        }
        if self.confidence > 0 {
            policy.set("confidence", &self.confidence.to_string())?;
        }
        policy.set("skip_if_rule_replied", &self.skip_if_rule_replied.to_string())?;
        Ok(policy)
    }

    /// The preset as a number to check, with the highest that may be.
    pub fn preset_and_most(&self) -> (u64, u64) {
        (self.preset.unwrap_or_default().into(), PRESET_MAX.into())
    }
}

/// The shortest that can be, or up to [`QUIET_MS_MAX`].
fn quiet_ms(dice: &mut Dice) -> u32 {
    let drawn = if dice.one_in(3) { 1 } else { dice.spread(100, QUIET_MS_MAX) };
    u32::try_from(drawn).unwrap_or(0)
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
        assert!((100..190).contains(&policies.len()), "{}", policies.len());
        let with_times = drawn.iter().filter(|settings| settings.quiet_chat_ms > 0).count();
        assert!((60..140).contains(&with_times), "{with_times}");
        assert!(drawn.iter().any(|settings| settings.quiet_email_ms == 1));
        let mut dice = Dice::named(1, "a test");
        assert!((0..200).all(|_| Settings::other(&mut dice).written().is_ok()));
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
