//! A seed is one run, wherever and whenever it is played: twice in fresh processes that run at the same time, and beside
//! others in one process. Without this no seed proves anything.

use std::collections::BTreeMap;
use std::env;
use std::ops::ControlFlow;
use std::process::{Child, Command, Stdio};

use polus_simulations::batch::{Played, drawn, play};
use polus_simulations::meta::parted;
use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::run::run_told;
use polus_simulations::telling;
use serde_json::{Value, json};

/// Enough for runs with several accounts, crashes, a bad disk and lies among them.
const SEEDS: std::ops::Range<u64> = 100..112;

/// Set for the processes that this test begins: they play the seeds and print what they came to.
const CHILD: &str = "SIMULATIONS_META_CHILD";

/// What a printed line begins with.
const PRINTED: &str = "played ";

#[test]
fn a_seed_is_the_same_run_in_fresh_processes_and_beside_others() {
    if env::var_os(CHILD).is_some() {
        SEEDS.for_each(|seed| println!("{PRINTED}{}", hashes(&drawn(seed))));
        return;
    }
    let (once, again) = (child(), child());
    let mut here = BTreeMap::new();
    play(SEEDS, 2, drawn, |played| {
        here.insert(played.seed, played);
        ControlFlow::Continue(())
    });
    for printed in [printed(once), printed(again)] {
        assert_eq!(printed.len(), here.len());
        for (here, there) in here.values().zip(&printed) {
            let there = played_there(here, there);
            if let Some(things) = parted(here, &there) {
                panic!(
                    "seed {} is another run there, things {things:?}:\n{}",
                    here.seed,
                    lines(here.seed, &things)
                );
            }
        }
    }
    let different: std::collections::BTreeSet<u64> = here.values().map(|played| played.hash).collect();
    assert_eq!(different.len(), here.len(), "other seeds are other runs");
}

/// Whoever reads along plays the same run.
#[test]
fn a_run_that_is_told_is_the_same_run() {
    for seed in [100, 103] {
        let options = Options::drawn(seed);
        let plan = plan::drawn(&options);
        let told = run_told(&options, &plan);
        assert_eq!(told.hash, drawn(seed).hash);
        let lines = telling::everything(&told, &plan);
        assert!(
            lines.len() > plan.len() && lines.len() > told.history.records.len(),
            "{} lines",
            lines.len()
        );
        assert!(lines.iter().any(|line| line.contains("a customer opens ")), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("=== all is quiet ===")));
    }
}

/// What the disk did is told as often as it struck, and everything in words.
#[test]
fn what_goes_wrong_is_told_in_words() {
    let told_of_disk = [
        ("log_overloaded", "too many wait"),
        ("append_lost", "the append is lost"),
        ("append_unclear", "the append is written, and its fate"),
        ("sync_failed", "the disk does not sync"),
        ("log_unreadable", "the disk does not answer"),
        ("bit_flipped", "a bit flips"),
    ];
    let mut struck: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in SEEDS.chain([3]) {
        let options = Options::drawn(seed);
        let plan = plan::drawn(&options);
        let outcome = run_told(&options, &plan);
        for (name, words) in told_of_disk {
            let told = outcome.lines.iter().filter(|line| line.kind == "disk" && line.text.contains(words));
            let count = outcome.struck.get(name).copied().unwrap_or_default();
            assert_eq!(told.count() as u64, count, "seed {seed}: {name}");
            *struck.entry(name).or_default() += count;
        }
        for line in telling::everything(&outcome, &plan) {
            // Names of types and variants are written in one word with capitals inside, or with brackets of code.
            for code in ["Status(", "Some(", " ms: ", "Effect", "Html502", "TimedOut", "Refused", "Crash {"] {
                assert!(!line.contains(code), "seed {seed}: {code:?} is in {line}");
            }
        }
    }
    assert!(struck.values().filter(|count| **count > 0).count() >= 4, "too little struck: {struck:?}");
}

fn hashes(played: &Played) -> Value {
    json!([played.seed, played.hash, played.things, played.checkpoints])
}

fn child() -> Child {
    let name = "meta::a_seed_is_the_same_run_in_fresh_processes_and_beside_others";
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture"]).env(CHILD, "yes");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

fn printed(child: Child) -> Vec<Value> {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    let printed = text.lines().filter_map(|line| line.split_once(PRINTED));
    printed.map(|(_, played)| serde_json::from_str(played).unwrap()).collect()
}

fn played_there(here: &Played, there: &Value) -> Played {
    assert_eq!(there[0], here.seed);
    Played {
        hash: there[1].as_u64().unwrap(),
        things: there[2].as_u64().unwrap(),
        checkpoints: serde_json::from_value(there[3].clone()).unwrap(),
        ..here.clone()
    }
}

/// What happens here between these things, to look for what may differ.
fn lines(seed: u64, things: &std::ops::Range<u64>) -> String {
    let options = Options::drawn(seed);
    let outcome = run_told(&options, &plan::drawn(&options));
    let from = usize::try_from(things.start).unwrap();
    let lines = outcome.lines.iter().skip(from).take(usize::try_from(things.end - things.start).unwrap());
    lines.map(|line| format!("{} {} {}\n", line.at_ms, line.kind, line.text)).collect()
}
