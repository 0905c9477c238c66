//! Bugs that are planted on purpose are found: for each, seeds are played from 0 on until one breaks a promise that it keeps
//! without the bug.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use polus_core::planted::{self, Bug};
use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::properties::Broken;
use polus_simulations::run::run;

/// Each bug, and within how many seeds it must be found: more than twice as many as it takes.
const FOUND_WITHIN: [(Bug, u64); 31] = [
    (Bug::AcknowledgeBeforeSync, 5),
    (Bug::BreakTheChain, 5),
    (Bug::IgnoreExpectedSequence, 10),
    (Bug::ApplyTwice, 5),
    (Bug::FoldAtAnotherTime, 5),
    (Bug::TakeWithoutAppend, 10),
    (Bug::CrossTenantStream, 5),
    (Bug::PayForLaterNotification, 5),
    (Bug::FenceAndStartApart, 40),
    (Bug::SkipFence, 40),
    (Bug::SettleAtOnce, 150),
    (Bug::RetryWithoutReadBack, 5),
    (Bug::RetryInTheClient, 5),
    (Bug::FollowUpTwice, 5),
    (Bug::ForgetHandoffMark, 5),
    (Bug::IgnoreTakeover, 120),
    (Bug::AnswerOwnEcho, 5),
    (Bug::AnswerAnybody, 5),
    (Bug::IgnoreTheBrake, 5),
    (Bug::AnswerOlderGeneration, 30),
    (Bug::ForgetGoLive, 40),
    (Bug::SilentGate, 40),
    (Bug::WaitForEver, 50),
    (Bug::ForgetOpenWork, 5),
    (Bug::LoseTimersOnRestart, 5),
    (Bug::IgnoreReplyLimit, 10),
    (Bug::ForgetOptOut, 250),
    (Bug::AnswerGraveMessages, 150),
    (Bug::ReplyToLastWriter, 40),
    (Bug::IgnoreConfidence, 40),
    (Bug::CallWhileCut, 400),
];

#[test]
fn each_planted_bug_is_found_within_its_seeds() {
    let sound = Sound::default();
    let next = AtomicUsize::new(0);
    let missed = Mutex::new(Vec::new());
    let search = || {
        while let Some((bug, seeds_max)) = FOUND_WITHIN.get(next.fetch_add(1, Ordering::Relaxed)) {
            match (0..*seeds_max).find_map(|seed| sound.finds(*bug, seed).map(|broken| (seed, broken))) {
                Some((seed, broken)) => {
                    println!("{bug:?}: found after {} seeds of {seeds_max}: {broken}", seed + 1);
                }
                None => missed.lock().unwrap().push(*bug),
            }
        }
    };
    let cores = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(search);
        }
    });
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

/// What the seeds break without a bug, which is no bug's doing.
#[derive(Default)]
struct Sound(Mutex<BTreeMap<u64, Vec<String>>>);

impl Sound {
    /// A promise that this seed breaks with the bug and keeps without it.
    fn finds(&self, bug: Bug, seed: u64) -> Option<Broken> {
        let with_bug = broken(Some(bug), seed);
        if with_bug.is_empty() {
            return None;
        }
        let known = self.0.lock().unwrap().get(&seed).cloned();
        let without = known.unwrap_or_else(|| {
            let promises: Vec<String> = broken(None, seed).into_iter().map(|broken| broken.promise).collect();
            self.0.lock().unwrap().insert(seed, promises.clone());
            promises
        });
        with_bug.into_iter().find(|broken| !without.contains(&broken.promise))
    }
}

/// The promises that this seed breaks, if the program has that bug.
fn broken(bug: Option<Bug>, seed: u64) -> Vec<Broken> {
    let options = Options::drawn(seed);
    planted::set(bug);
    let outcome = run(&options, &plan::drawn(&options));
    planted::set(None);
    outcome.findings.broken
}
