//! A batch of runs keeps every promise, and tries everything that has a name: each fault, each act, each crash, each rare
//! branch.

use polus_simulations::marks;
use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::run::run;

/// Seeds of the batch. What it must see, it sees at least five times.
const SEEDS: u64 = 100;

/// What it sees less than five times, or in one or two of its seeds, and a longer batch must see: `polus simulate
/// --all-marks` holds it to these as well.
const SELDOM: [&str; 7] = [
    "crash/before_post",
    "log/dropped_not_assigned",
    "log/handoff_not_answerable",
    "log/reply_abandoned",
    "log/silence_rule_replied",
    "shell/permit_in_vain",
    "shell/relapsed",
];

#[test]
fn a_batch_of_runs_keeps_every_promise_and_takes_every_branch_that_is_not_seldom() {
    let mut counts = marks::none();
    let rare = || marks::RARE.iter().map(|(name, _)| *name);
    let seldom: Vec<&str> = rare().chain(SELDOM).collect();
    assert!(seldom.iter().all(|name| counts.contains_key(*name)), "what is seldom has a name");
    assert!(rare().all(|name| !SELDOM.contains(&name)), "what is rare is in one list");
    let mut broken = Vec::new();
    for seed in 0..SEEDS {
        let options = Options::drawn(seed);
        let outcome = run(&options, &plan::drawn(&options));
        broken.extend(outcome.findings.broken.into_iter().map(|broken| format!("seed {seed}: {broken}")));
        for (name, count) in outcome.marks {
            *counts.entry(name).or_default() += count;
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    for (name, count) in &counts {
        println!("{name}: {count}");
    }
    let never = counts.iter().filter(|(name, count)| **count == 0 && !seldom.contains(&name.as_str()));
    let never: Vec<&String> = never.map(|(name, _)| name).collect();
    assert!(never.is_empty(), "never in {SEEDS} seeds: {never:#?}");
}
