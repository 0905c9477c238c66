//! A failing run made small: whole tickets and then acts are taken out as long as the same promise stays broken, then
//! kinds of faults, accounts and limits, then pauses are rounded; and all of it anew until nothing more goes. What is left is what somebody has to
//! read, and made small again it stays as it is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::merchant::Settings;
use crate::options::Options;
use crate::plan::{Act, Plan, Shares, Step};
use crate::properties::Broken;
use crate::regressions::PAUSE_MS_MAX;

/// A failing run and what it breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// What it is like.
    pub options: Options,
    /// What is done in it.
    pub plan: Plan,
    /// The first promise it breaks.
    pub broken: Broken,
    /// Runs that were played to come here.
    pub runs: u32,
}

/// Of so few acts every two are tried together: what is done and undone goes only as a pair.
const PAIRS_AMONG: usize = 8;

/// Makes `failing` as small as `runs_max` further runs allow. `play` tells the first promise that a run breaks; a smaller
/// run is taken if it is the same one.
pub fn shrunk(
    failing: Failing,
    runs_max: u32,
    play: impl FnMut(&Options, &Plan) -> Option<Broken>,
) -> Failing {
    let mut shrinking = Shrinking { left: runs_max, best: failing, play };
    loop {
        let before = (shrinking.best.options.clone(), shrinking.best.plan.clone());
        shrinking.tickets();
        shrinking.acts();
        shrinking.pairs();
        shrinking.faults();
        shrinking.sizes();
        shrinking.pauses();
        if shrinking.left == 0 || before == (shrinking.best.options.clone(), shrinking.best.plan.clone()) {
            return shrinking.best;
        }
    }
}

struct Shrinking<F> {
    best: Failing,
    left: u32,
    play: F,
}

impl<F: FnMut(&Options, &Plan) -> Option<Broken>> Shrinking<F> {
    /// Plays a smaller run, and takes it if it breaks the same promise.
    fn takes(&mut self, options: Options, plan: Plan) -> bool {
        if self.left == 0 || (options == self.best.options && plan == self.best.plan) {
            return false;
        }
        self.left -= 1;
        self.best.runs += 1;
        match (self.play)(&options, &plan) {
            Some(broken) if broken.promise == self.best.broken.promise => {
                self.best = Failing { options, plan, broken, runs: self.best.runs };
                true
            }
            _ => false,
        }
    }

    /// Takes out all that is done on a ticket, ticket after ticket: most have nothing to do with the failure, and half of
    /// what is done on one often fails otherwise.
    fn tickets(&mut self) {
        let tickets: BTreeSet<u64> = self.best.plan.iter().filter_map(ticket_of).collect();
        for ticket in tickets {
            let is_on_it = |(_, step): &(usize, &Step)| ticket_of(step) == Some(ticket);
            let places: Vec<usize> =
                self.best.plan.iter().enumerate().filter(is_on_it).map(|(place, _)| place).collect();
            self.takes_out(&places);
        }
    }

    /// Takes out halves of the plan, then quarters, down to single acts.
    fn acts(&mut self) {
        let mut pieces = 2;
        while !self.best.plan.is_empty() && self.left > 0 {
            let size = self.best.plan.len().div_ceil(pieces).max(1);
            let mut taken = false;
            let mut from = 0;
            while from < self.best.plan.len() {
                let upto = (from + size).min(self.best.plan.len());
                let places: Vec<usize> = (from..upto).collect();
                if self.takes_out(&places) {
                    taken = true;
                } else {
                    from = upto;
                }
            }
            if size == 1 && !taken {
                return;
            }
            pieces = if size == 1 { self.best.plan.len() } else { pieces * 2 };
        }
    }

    /// Takes out two acts that do not stand beside each other, wherever they are.
    fn pairs(&mut self) {
        let mut first = 0;
        while self.best.plan.len() <= PAIRS_AMONG && first < self.best.plan.len() {
            let taken = (first + 1..self.best.plan.len()).any(|second| self.takes_out(&[first, second]));
            if !taken {
                first += 1;
            }
        }
    }

    /// Takes out the acts at these places, in rising order. If the rest must not come earlier for that, their pauses stay.
    fn takes_out(&mut self, places: &[usize]) -> bool {
        let (mut earlier, mut in_time) = (Plan::new(), Plan::new());
        let mut left_ms = 0_u64;
        for (place, step) in self.best.plan.iter().enumerate() {
            if places.contains(&place) {
                left_ms = left_ms.saturating_add(step.after_ms);
                continue;
            }
            earlier.push(step.clone());
            let after_ms = step.after_ms.saturating_add(left_ms).min(PAUSE_MS_MAX);
            in_time.push(Step { after_ms, ..step.clone() });
            left_ms = 0;
        }
        let options = self.best.options.clone();
        self.takes(options.clone(), earlier.clone()) || (in_time != earlier && self.takes(options, in_time))
    }

    /// Switches off whole groups of faults, then one kind after another.
    fn faults(&mut self) {
        for (group, kinds) in groups(&self.best.options) {
            let off: Vec<(String, String)> = kinds.iter().map(|kind| (group.clone(), kind.clone())).collect();
            if self.takes_without(&off) {
                continue;
            }
            for kind in off {
                self.takes_without(&[kind]);
            }
        }
    }

    fn takes_without(&mut self, kinds: &[(String, String)]) -> bool {
        let options = without(&self.best.options, kinds);
        options.is_some_and(|options| self.takes(options, self.best.plan.clone()))
    }

    /// Fewer accounts, and limits that cannot matter.
    fn sizes(&mut self) {
        let usual = polus_actors::world::Limits::default();
        let one_account = |options: &mut Options| options.accounts = 1;
        let resident = |options: &mut Options| options.resident_tickets_max = usual.resident_tickets_max;
        let passivate = |options: &mut Options| options.passivate_after_s = usual.passivate_after.as_secs();
        let sweep = |options: &mut Options| options.sweep_every_s = usual.sweep_every.as_secs();
        let usual_policy = |options: &mut Options| options.merchant = Settings::default();
        let waits = |options: &mut Options| options.asks_go_on = false;
        let restarts = |options: &mut Options| options.settles_in_one_life = false;
        let changes: [&dyn Fn(&mut Options); 7] =
            [&one_account, &resident, &passivate, &sweep, &usual_policy, &waits, &restarts];
        for change in changes {
            let mut options = self.best.options.clone();
            change(&mut options);
            self.takes(options, self.best.plan.clone());
        }
        // These matter to drawing a plan alone.
        let mut options = self.best.options.clone();
        let opens = |step: &&Step| matches!(step.act, Act::CustomerOpens { .. });
        let dooms = |step: &&Step| matches!(step.act, Act::CrashAt { .. });
        let meetings = |step: &&Step| matches!(step.act, Act::At { .. });
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        options.acts = count(self.best.plan.len());
        // A file that says 0 is refused.
        options.tickets_max = count(self.best.plan.iter().filter(opens).count()).max(1);
        options.dooms = count(self.best.plan.iter().filter(dooms).count());
        options.meetings = count(self.best.plan.iter().filter(meetings).count());
        options.shares = Shares::default();
        self.takes(options, self.best.plan.clone());
    }

    /// Rounds all pauses as coarsely as can be, then single ones down to none.
    fn pauses(&mut self) {
        for unit_ms in [60_000, 10_000, 1_000] {
            let mut plan = self.best.plan.clone();
            for step in &mut plan {
                step.after_ms = (step.after_ms + unit_ms / 2) / unit_ms * unit_ms;
            }
            if self.takes(self.best.options.clone(), plan) {
                break;
            }
        }
        for place in 0..self.best.plan.len() {
            let mut plan = self.best.plan.clone();
            plan[place].after_ms = 0;
            self.takes(self.best.options.clone(), plan);
        }
    }
}

/// The ticket that something is done on, by its name in the plan.
fn ticket_of(step: &Step) -> Option<u64> {
    let Ok(Value::Object(act)) = serde_json::to_value(&step.act) else { return None };
    act.values().next()?.get("ticket")?.as_u64()
}

/// The groups of faults with the kinds in them that are on.
fn groups(options: &Options) -> Vec<(String, Vec<String>)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(options) else { return Vec::new() };
    let groups = fields.into_iter().filter_map(|(group, value)| match value {
        Value::Object(kinds) => {
            let on = kinds.into_iter().filter(|(_, value)| off(value).is_some_and(|off| off != *value));
            Some((group, on.map(|(kind, _)| kind).collect::<Vec<_>>()))
        }
        _ => None,
    });
    groups.filter(|(_, kinds)| !kinds.is_empty()).collect()
}

fn without(options: &Options, kinds: &[(String, String)]) -> Option<Options> {
    let mut fields = serde_json::to_value(options).ok()?;
    for (group, kind) in kinds {
        let value = &mut fields[group][kind];
        *value = off(value)?;
    }
    serde_json::from_value(fields).ok()
}

fn off(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(json!(false)),
        Value::Number(number) if number.is_f64() => Some(json!(0.0)),
        Value::Number(_) => Some(json!(0)),
        _ => None,
    }
}
