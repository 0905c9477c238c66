//! How often which sort of act comes: each is off in half of the runs, otherwise rare and frequent are equally likely, so
//! that what one sort hides shows where it is off. Customers write, and tickets are given to the AI, in every run.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;

/// Shares of the sorts of acts in millionths, beside [`ALWAYS`]. Part of the options, so that it is printed with them; for
/// playing a plan it does not matter. Files of runs from before it was drawn lack it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shares {
    /// Somebody else writes on a ticket.
    pub strangers: u32,
    /// A rule of the account answers.
    pub rules: u32,
    /// Agents answer and write notes.
    pub agents: u32,
    /// Tickets are given to agents, or to nobody.
    pub taken_away: u32,
    /// Tickets are closed and opened again.
    pub closed: u32,
    /// Tickets go into the bin, or for good.
    pub thrown_away: u32,
    /// Tickets are merged.
    pub merged: u32,
    /// Channels take no replies, or do again.
    pub channels: u32,
    /// Operators ask for handoffs and give tickets back.
    pub operators: u32,
    /// The brake.
    pub brake: u32,
    /// What the AI may do.
    pub modes: u32,
    /// Accounts are disconnected and connected.
    pub connections: u32,
    /// Keys are revoked and work again.
    pub keys: u32,
    /// Keys and the secrets of webhooks are replaced by new ones.
    pub rotations: u32,
    /// The AI user is deactivated and activated.
    pub ai_user: u32,
    /// What stands in front of the program takes no webhooks; those that Gorgias switched off are switched on.
    pub webhooks: u32,
    /// The program's clock.
    pub clock: u32,
    /// Merchants change their settings.
    pub settings: u32,
    /// Topics are kept for people, and customers let be answered again.
    pub terms: u32,
    /// The power goes and the program is restarted. Not drawn: it follows from the run's `dies`.
    #[serde(skip)]
    pub deaths: u32,
}

/// The sorts of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The customer writes again.
    Customers,
    /// Tickets are given to the AI.
    Given,
    /// See [`Shares::strangers`]; so are the others called as their shares are.
    Strangers,
    /// Rules.
    Rules,
    /// Agents.
    Agents,
    /// Taken away.
    TakenAway,
    /// Closed.
    Closed,
    /// Thrown away.
    ThrownAway,
    /// Merged.
    Merged,
    /// Channels.
    Channels,
    /// Operators.
    Operators,
    /// The brake.
    Brake,
    /// Modes.
    Modes,
    /// Connections.
    Connections,
    /// Keys.
    Keys,
    /// Rotations.
    Rotations,
    /// The AI user.
    AiUser,
    /// Webhooks.
    Webhooks,
    /// The clock.
    Clock,
    /// Settings.
    Settings,
    /// Terms.
    Terms,
    /// Deaths.
    Deaths,
}

/// The sorts that come in every run, with their shares.
const ALWAYS: [(Sort, u32); 2] = [(Sort::Customers, 300_000), (Sort::Given, 120_000)];

/// The share of a sort that is on, from rare to frequent.
const ON: (u64, u64) = (4_000, 150_000);

/// The share of deaths in a run that has any.
const DEATHS: u32 = 60_000;

impl Shares {
    /// Those of a run with this seed.
    pub fn drawn(seed: u64) -> Self {
        let mut dice = Dice::named(seed, "shares of acts");
        let mut share =
            || if dice.one_in(2) { 0 } else { u32::try_from(dice.spread(ON.0, ON.1)).unwrap_or(0) };
        Self {
            strangers: share(),
            rules: share(),
            agents: share(),
            taken_away: share(),
            closed: share(),
            thrown_away: share(),
            merged: share(),
            channels: share(),
            operators: share(),
            brake: share(),
            modes: share(),
            connections: share(),
            keys: share(),
            rotations: share(),
            ai_user: share(),
            webhooks: share(),
            clock: share(),
            settings: share(),
            terms: share(),
            deaths: 0,
        }
    }

    /// The same, with deaths where a run has some.
    #[must_use]
    pub fn and_deaths(self, dies: bool) -> Self {
        Self { deaths: if dies { DEATHS } else { 0 }, ..self }
    }

    /// One sort; each is as likely as its share is of all.
    pub fn pick(&self, dice: &mut Dice) -> Sort {
        let of_all: Vec<(Sort, u32)> = ALWAYS.into_iter().chain(self.named()).collect();
        let all = of_all.iter().map(|(_, share)| u64::from(*share)).sum();
        let mut left = dice.below(all);
        for (sort, share) in of_all {
            match left.checked_sub(u64::from(share)) {
                None => return sort,
                Some(rest) => left = rest,
            }
        }
        Sort::Customers
    }

    fn named(&self) -> [(Sort, u32); 20] {
        [
            (Sort::Strangers, self.strangers),
            (Sort::Rules, self.rules),
            (Sort::Agents, self.agents),
            (Sort::TakenAway, self.taken_away),
            (Sort::Closed, self.closed),
            (Sort::ThrownAway, self.thrown_away),
            (Sort::Merged, self.merged),
            (Sort::Channels, self.channels),
            (Sort::Operators, self.operators),
            (Sort::Brake, self.brake),
            (Sort::Modes, self.modes),
            (Sort::Connections, self.connections),
            (Sort::Keys, self.keys),
            (Sort::Rotations, self.rotations),
            (Sort::AiUser, self.ai_user),
            (Sort::Webhooks, self.webhooks),
            (Sort::Clock, self.clock),
            (Sort::Settings, self.settings),
            (Sort::Terms, self.terms),
            (Sort::Deaths, self.deaths),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_is_off_in_half_of_the_runs_and_customers_always_write() {
        let drawn: Vec<Shares> = (0..400).map(Shares::drawn).collect();
        for place in 0..19 {
            let on = drawn.iter().filter(|shares| shares.named()[place].1 > 0).count();
            assert!((140..260).contains(&on), "{:?}: {on}", drawn[0].named()[place].0);
        }
        for (seed, shares) in (0..).zip(&drawn) {
            let mut dice = Dice::named(seed, "a test");
            let picked: Vec<Sort> = (0..200).map(|_| shares.pick(&mut dice)).collect();
            assert!(picked.contains(&Sort::Customers), "seed {seed}");
            let off = shares.named().into_iter().filter(|(_, share)| *share == 0);
            assert!(off.into_iter().all(|(sort, _)| !picked.contains(&sort)), "seed {seed}");
        }
    }
}
