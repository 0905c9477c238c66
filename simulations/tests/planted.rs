//! Bugs that are planted on purpose are found: for each, seeds are played from 0 on until a promise is broken. Without a
//! bug the same seeds break nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use polus_core::planted::{self, Bug};
use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::properties::Broken;
use polus_simulations::run::run;

/// Each bug, and within how many seeds it must be found: twice as many as it takes, or more.
const FOUND_WITHIN: [(Bug, u64); Bug::ALL.len()] = [
    (Bug::AcknowledgeBeforeSync, 20),
    (Bug::BreakTheChain, 20),
    (Bug::IgnoreExpectedSequence, 20),
    (Bug::ApplyTwice, 20),
    (Bug::CrossTenantStream, 20),
    (Bug::PayForLaterNotification, 20),
    (Bug::FenceAndStartApart, 20),
    (Bug::SkipFence, 20),
    (Bug::SettleAtOnce, 20),
    (Bug::RetryWithoutReadBack, 20),
    (Bug::RetryInTheClient, 20),
    (Bug::FollowUpTwice, 20),
    (Bug::ForgetHandoffMark, 20),
    (Bug::AnswerOwnEcho, 20),
    (Bug::AnswerAnybody, 20),
    (Bug::IgnoreTakeover, 20),
    (Bug::IgnoreTheBrake, 20),
    (Bug::AnswerOlderGeneration, 20),
    (Bug::ForgetGoLive, 20),
    (Bug::SilentGate, 20),
    (Bug::WaitForEver, 20),
    (Bug::ForgetOpenWork, 20),
    (Bug::LoseTimersOnRestart, 20),
];

#[test]
fn each_planted_bug_is_found_within_its_seeds() {
    let mut missed = Vec::new();
    for (bug, seeds_max) in FOUND_WITHIN {
        match (0..seeds_max).find_map(|seed| broken(Some(bug), seed).map(|broken| (seed, broken))) {
            Some((seed, broken)) => {
                println!("{bug:?}: found after {} seeds of {seeds_max}: {broken}", seed + 1)
            }
            None => missed.push(bug),
        }
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn without_a_bug_none_of_these_seeds_breaks_anything() {
    let seeds = FOUND_WITHIN.iter().map(|(_, seeds_max)| *seeds_max).max().unwrap();
    for seed in 0..seeds {
        assert_eq!(broken(None, seed), None, "seed {seed}");
    }
}

/// The first promise that this seed breaks, if the program has that bug.
fn broken(bug: Option<Bug>, seed: u64) -> Option<Broken> {
    let options = Options::drawn(seed);
    planted::set(bug);
    let outcome = run(&options, &plan::drawn(&options));
    planted::set(None);
    outcome.findings.broken.into_iter().next()
}
