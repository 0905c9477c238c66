//! What a run is like, drawn from its seed and printed first: how large it is, what its shells' limits are, and how often
//! what goes wrong. Each kind of fault is off in half of the runs; otherwise rare and frequent are equally likely.

use std::time::Duration;

use polus_actors::world::Limits;
use serde::{Deserialize, Serialize};

use crate::answerer::AnswererTrouble;
use crate::dice::Dice;
use crate::gorgias::faults::Odds;
use crate::helpdesk::{Lies, Pace};
use crate::log::DiskTrouble;
use crate::merchant::{Machines, Settings};
use crate::plan::Shares;

/// The options of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Everything that chance decides follows from this.
    pub seed: u64,
    /// Accounts that are connected. Their tickets bear the same numbers.
    pub accounts: u32,
    /// Tickets that customers open at most, in all accounts.
    pub tickets_max: u32,
    /// Things that people and machines do.
    pub acts: u32,
    /// The longest pause between two of them, milliseconds.
    pub pause_ms_max: u64,
    /// Resident tickets of an account above which idle ones leave early.
    pub resident_tickets_max: usize,
    /// How long an idle ticket stays resident, seconds.
    pub passivate_after_s: u64,
    /// How long after a sweep of Gorgias' changes the next begins, seconds.
    pub sweep_every_s: u64,
    /// Whether the program's key is the owner's; else it is the AI user's own.
    pub owners_key: bool,
    /// So many calls of a webhook that fail in a row make Gorgias switch it off.
    pub webhook_failures_max: u32,
    /// So many rows Gorgias' lists show at once, so that few tickets fill more than one page.
    pub rows_a_page_max: usize,
    /// Whether the power goes and the program is restarted now and then.
    pub dies: bool,
    /// How many times the program dies at a chosen moment.
    pub dooms: u32,
    /// Gorgias' faults. A late write may land up to `lands_late_ms_max` after it was asked for.
    pub gorgias: Odds,
    /// The disk's faults.
    pub disk: DiskTrouble,
    /// The network's lies.
    pub lies: Lies,
    /// How long calls of Gorgias take, and when the machine stands still; files from before it was drawn lack it.
    #[serde(default)]
    pub pace: Pace,
    /// The answerer's faults.
    pub answerer: AnswererTrouble,
    /// What the merchants have set; files of runs from before they set anything lack it.
    #[serde(default)]
    pub merchant: Settings,
    /// Customers who are machines; such files lack it too.
    #[serde(default)]
    pub machines: Machines,
    /// How often which sort of act comes.
    #[serde(default)]
    pub shares: Shares,
    /// How many acts happen right at a chosen moment of a ticket.
    #[serde(default)]
    pub meetings: u32,
    /// Whether people go on while the program has not answered what operators ask of it; else they wait for its answers.
    #[serde(default)]
    pub asks_go_on: bool,
    /// Whether the life in which the plan ends must settle everything itself; else the program is restarted first.
    #[serde(default)]
    pub settles_in_one_life: bool,
}

const DAY_MS: u64 = 86_400_000;

/// A write that lands this late is found by the looks that settle it; a later one may not be.
pub const LATE_MS: i64 = 35_000;

impl Options {
    /// The options of a run with this seed.
    pub fn drawn(seed: u64) -> Self {
        let mut dice = Dice::named(seed, "options");
        let mut habits = Dice::named(seed, "habits");
        let tickets_max = number(dice.spread(1, 40));
        Self {
            seed,
            accounts: number(dice.pick(&[1, 1, 1, 2, 3])),
            tickets_max,
            acts: tickets_max.saturating_mul(number(dice.between(2, 8))).max(10),
            pause_ms_max: dice.spread(500, 120_000),
            resident_tickets_max: dice.pick(&[1, 2, 8, 64, 10_000]),
            passivate_after_s: dice.spread(1, 120),
            sweep_every_s: dice.spread(60, 1_200),
            owners_key: habits.one_in(3),
            // Gorgias itself speaks of a hundred, others of five hundred; few are soon reached.
            webhook_failures_max: habits.pick(&[2, 8, 30, 100, 500]),
            dies: dice.one_in(2),
            dooms: number(dice.pick(&[0, 0, 0, 1, 2, 6])),
            gorgias: strangeness(seed, gorgias(&mut dice, &mut habits)),
            disk: DiskTrouble { flipped: flipped(seed), ..followed(seed, disk(&mut dice)) },
            lies: lies(&mut dice),
            pace: pace(seed),
            answerer: nonsense(seed, answerer(&mut dice)),
            rows_a_page_max: habits.pick(&[2, 5, 100, 100]),
            merchant: Settings::drawn(seed),
            machines: Machines::drawn(seed),
            shares: Shares::drawn(seed),
            meetings: meetings(seed, tickets_max),
            asks_go_on: Dice::named(seed, "asks go on").one_in(2),
            settles_in_one_life: Dice::named(seed, "settles in one life").one_in(2),
        }
    }

    /// Whether a post may be made twice although all is right: it landed so late that no look could find it, its marker
    /// was stripped, or the look was shown an older thread. Such doubles are counted apart.
    pub fn allows_doubles(&self) -> bool {
        let lands_very_late = self.gorgias.lands_late > 0.0 && self.gorgias.lands_late_ms_max > LATE_MS;
        lands_very_late || self.lies != Lies::default()
    }

    /// The first value that no run can have, with what it may be; options that were drawn have none.
    pub fn out_of_range(&self) -> Option<String> {
        let size = |name: &'static str, value: u64, least: u64, most: u64| (name, value, least, most);
        let share = |name: &'static str, value: u32| (name, u64::from(value), 0, 1_000_000);
        let (disk, lies, answerer) = (&self.disk, &self.lies, &self.answerer);
        let (preset, preset_most) = self.merchant.preset_and_most();
        let numbers = [
            size("accounts", self.accounts.into(), 1, 3),
            size("tickets_max", self.tickets_max.into(), 1, 100_000),
            size("pause_ms_max", self.pause_ms_max, 0, DAY_MS),
            size("resident_tickets_max", self.resident_tickets_max as u64, 1, 1_000_000),
            size("passivate_after_s", self.passivate_after_s, 1, 86_400),
            size("sweep_every_s", self.sweep_every_s, 1, 86_400),
            size("webhook_failures_max", self.webhook_failures_max.into(), 1, 1_000_000),
            size("rows_a_page_max", self.rows_a_page_max as u64, 1, 100),
            size("slow_ms_max", disk.slow_ms_max.into(), 0, 60_000),
            size("latency_ms", self.pace.latency_ms.into(), 0, 10_000),
            size("jitter_ms_max", self.pace.jitter_ms_max.into(), 0, 10_000),
            size("stalls_ms_max", self.pace.stalls_ms_max.into(), 0, 60_000),
            share("stalls", self.pace.stalls),
            size("stale_ms_max", lies.stale_ms_max.into(), 0, DAY_MS),
            size("thinks_ms_max", answerer.thinks_ms_max.into(), 0, DAY_MS),
            size("replies_max", self.merchant.replies_max.into(), 0, 100),
            size("preset", preset, 0, preset_most),
            size("quiet_email_ms", self.merchant.quiet_email_ms.into(), 0, 3_600_000),
            size("quiet_chat_ms", self.merchant.quiet_chat_ms.into(), 0, 300_000),
            size("confidence", self.merchant.confidence.into(), 0, 1_000),
            size("answers_max", self.machines.answers_max.into(), 0, 1_000),
            share("overloaded", disk.overloaded),
            share("full", disk.full),
            share("unclear_there", disk.unclear_there),
            share("unclear_not_there", disk.unclear_not_there),
            share("sync_fails", disk.sync_fails),
            share("unreadable", disk.unreadable),
            share("unlisted", disk.unlisted),
            share("breaks_off", disk.breaks_off),
            share("flipped", disk.flipped),
            share("stale_reads", lies.stale_reads),
            share("markers_stripped", lies.markers_stripped),
            share("fails", answerer.fails),
            share("refuses", answerer.refuses),
            share("babbles", answerer.babbles),
            share("blank", answerer.blank),
            share("endless", answerer.endless),
            share("promises", answerer.promises),
        ];
        let number = numbers.into_iter().find(|(_, value, least, most)| !(least..=most).contains(&value));
        let odds = self.gorgias.named().into_iter().find(|(_, odds)| !(0.0..=1.0).contains(odds));
        let number = number.map(|(name, value, least, most)| {
            format!("{name} is {value}, and may be from {least} to {most}")
        });
        number.or_else(|| odds.map(|(name, odds)| format!("{name} is {odds}, and may be from 0 to 1")))
    }

    /// The shells' limits.
    pub fn limits(&self) -> Limits {
        Limits {
            resident_tickets_max: self.resident_tickets_max,
            passivate_after: Duration::from_secs(self.passivate_after_s),
            sweep_every: Duration::from_secs(self.sweep_every_s),
            ..Limits::default()
        }
    }
}

/// None in a third of the runs; else up to two for each ticket.
fn meetings(seed: u64, tickets_max: u32) -> u32 {
    let mut dice = Dice::named(seed, "meetings");
    if dice.one_in(3) { 0 } else { number(dice.spread(1, 2 * u64::from(tickets_max))) }
}

fn gorgias(dice: &mut Dice, habits: &mut Dice) -> Odds {
    let very_late = dice.one_in(6);
    Odds {
        bad_gateway: odds(dice, 0.1),
        bad_gateway_after_effect: odds(dice, 0.1),
        server_error: odds(dice, 0.1),
        too_many_requests: odds(dice, 0.2),
        lost_before_effect: odds(dice, 0.1),
        lost_after_effect: odds(dice, 0.1),
        lands_late: odds(dice, 0.2),
        lands_late_ms_max: if very_late { 4 * LATE_MS } else { LATE_MS },
        slow: odds(dice, 0.5),
        slow_ms_max: i64::try_from(dice.spread(200, 20_000)).unwrap_or(i64::MAX),
        truncated: odds(dice, 0.1),
        rejected: odds(habits, 0.5),
        sending_fails: odds(dice, 0.2),
        webhook_lost: odds(dice, 0.5),
        webhook_twice: odds(dice, 0.5),
        webhook_late: odds(dice, 0.5),
        webhook_late_ms_max: i64::try_from(dice.spread(1_000, 10_800_000)).unwrap_or(i64::MAX),
        ..Odds::default()
    }
}

/// Refusals of other kinds, and calls that no desk makes.
fn strangeness(seed: u64, drawn: Odds) -> Odds {
    let mut refusals = Dice::named(seed, "refusals");
    let mut calls = Dice::named(seed, "strange calls");
    Odds {
        unavailable: odds(&mut refusals, 0.1),
        too_many_requests_s_max: refusals.pick(&[5, 5, 30, 60]),
        bare_too_many_requests: odds(&mut refusals, 0.1),
        forbidden: odds(&mut refusals, 0.1),
        webhook_burst: odds(&mut calls, 0.01),
        webhook_strange: odds(&mut calls, 0.05),
        ..drawn
    }
}

/// Calls are fast in some runs and slow in others; a machine stands still now and then.
fn pace(seed: u64) -> Pace {
    let mut dice = Dice::named(seed, "pace");
    let latency_ms = number(dice.spread(20, 2_000));
    Pace {
        latency_ms,
        jitter_ms_max: number(dice.below(u64::from(latency_ms) + 1)),
        stalls: millionths(&mut dice, 100_000),
        stalls_ms_max: number(dice.spread(1_000, 20_000)),
    }
}

fn disk(dice: &mut Dice) -> DiskTrouble {
    DiskTrouble {
        slow_ms_max: if dice.one_in(2) { 0 } else { number(dice.spread(1, 400)) },
        overloaded: millionths(dice, 100_000),
        full: millionths(dice, 30_000),
        unclear_there: millionths(dice, 60_000),
        unclear_not_there: millionths(dice, 60_000),
        sync_fails: millionths(dice, 3_000),
        unreadable: millionths(dice, 30_000),
        ..DiskTrouble::default()
    }
}

/// The log cannot be followed, or its streams not be listed.
fn followed(seed: u64, drawn: DiskTrouble) -> DiskTrouble {
    let mut dice = Dice::named(seed, "followed");
    DiskTrouble {
        unlisted: millionths(&mut dice, 100_000),
        breaks_off: millionths(&mut dice, 30_000),
        ..drawn
    }
}

/// It takes a ticket out of its run, so most runs go without.
fn flipped(seed: u64) -> u32 {
    let mut dice = Dice::named(seed, "flipped");
    if dice.one_in(8) { number(dice.spread(100_000, 1_000_000)) } else { 0 }
}

/// What repeats itself because of them is counted apart, so most runs go without.
fn lies(dice: &mut Dice) -> Lies {
    if !dice.one_in(8) {
        return Lies::default();
    }
    Lies {
        stale_reads: millionths(dice, 100_000),
        stale_ms_max: number(dice.spread(1_000, 120_000)),
        markers_stripped: millionths(dice, 100_000),
    }
}

fn answerer(dice: &mut Dice) -> AnswererTrouble {
    AnswererTrouble {
        thinks_ms_max: number(dice.spread(1, 60_000)),
        fails: millionths(dice, 300_000),
        refuses: millionths(dice, 200_000),
        babbles: millionths(dice, 200_000),
        silent: dice.one_in(12),
        ..AnswererTrouble::default()
    }
}

/// What it says with certainty and nobody may post.
fn nonsense(seed: u64, drawn: AnswererTrouble) -> AnswererTrouble {
    let mut dice = Dice::named(seed, "nonsense");
    AnswererTrouble {
        blank: millionths(&mut dice, 200_000),
        endless: millionths(&mut dice, 200_000),
        promises: millionths(&mut dice, 200_000),
        ..drawn
    }
}

/// Off in half of the draws; else up to `most`, rare and frequent equally likely.
fn millionths(dice: &mut Dice, most: u32) -> u32 {
    if dice.one_in(2) { 0 } else { number(dice.spread(1_000, u64::from(most))) }
}

fn odds(dice: &mut Dice, most: f64) -> f64 {
    f64::from(millionths(dice, (most * 1_000_000.0) as u32)) / 1_000_000.0
}

fn number(drawn: u64) -> u32 {
    u32::try_from(drawn).unwrap_or(u32::MAX)
}
