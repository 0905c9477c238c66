//! A seed is one run, wherever and whenever it is played: twice in fresh processes that run at the same time, and beside
//! others in one process. Without this no seed proves anything.

use std::collections::BTreeMap;
use std::env;
use std::ops::{ControlFlow, Range};
use std::process::{Child, Command, Stdio};

use polus_simulations::batch::{Played, drawn, play};
use polus_simulations::meta::{first_difference, parted, within};
use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::run::{run, run_told};
use polus_simulations::telling;
use polus_simulations::trace::Line;
use serde_json::{Value, json};

/// Enough for runs with several accounts, crashes, a bad disk and lies among them.
const SEEDS: Range<u64> = 100..112;

/// Set for the processes that this test begins: they play the seeds and print what they came to.
const CHILD: &str = "SIMULATIONS_META_CHILD";

/// Set for a process that plays one seed and prints what happens, from one thing to another: `SEED FROM TO`.
const TELLS: &str = "SIMULATIONS_META_TELLS";

/// The same, in which an act comes a millisecond late.
const TELLS_OTHERWISE: &str = "SIMULATIONS_META_TELLS_OTHERWISE";

/// The seed for that, and which act it is.
const OTHERWISE: (u64, usize) = (103, 20);

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
            if let Some(things) = parted(here, &played_there(here, there)) {
                panic!("seed {} is another run there: {}", here.seed, shown(here.seed, &things, TELLS));
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
        ("append_slow", "the append takes"),
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
    spawned("meta::a_seed_is_the_same_run_in_fresh_processes_and_beside_others", CHILD, "yes")
}

fn spawned(test: &str, variable: &str, value: &str) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(variable, value);
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

/// Where two runs part: the first thing between these that is another in a fresh process than here.
fn shown(seed: u64, things: &Range<u64>, tells: &str) -> String {
    let (here, there) = (told(seed, None), told_there(seed, things, tells));
    let Some((place, here, there)) = first_difference(within(&here, things), &there) else {
        return format!(
            "it parts within things {things:?}, and when it is told they are the same; try again"
        );
    };
    let line = |line: Option<&Line>| {
        line.map_or("nothing".to_owned(), |line| {
            let Line { at_ms, kind, text, detail } = line;
            format!("{at_ms} {kind} {text} {detail}").trim_end().to_owned()
        })
    };
    let thing = things.start + place as u64;
    format!("they part at thing {thing}\n  here   {}\n  there  {}", line(here), line(there))
}

/// What happens when a seed is played; a given act comes a millisecond late.
fn told(seed: u64, late: Option<usize>) -> Vec<Line> {
    let options = Options::drawn(seed);
    let mut plan = plan::drawn(&options);
    if let Some(late) = late {
        plan[late].after_ms += 1;
    }
    run_told(&options, &plan).lines
}

fn told_there(seed: u64, things: &Range<u64>, tells: &str) -> Vec<Line> {
    let asked = format!("{seed} {} {}", things.start, things.end);
    let lines = printed(spawned("meta::where_two_runs_part_is_shown_from_both", tells, &asked));
    lines.into_iter().map(|line| serde_json::from_value(line).unwrap()).collect()
}

/// What the other process does, if this is one.
fn tells() -> bool {
    let asked = [(TELLS, None), (TELLS_OTHERWISE, Some(OTHERWISE.1))];
    let asked = asked.into_iter().find_map(|(tells, late)| Some((env::var(tells).ok()?, late)));
    let Some((asked, late)) = asked else { return false };
    let asked: Vec<u64> = asked.split(' ').map(|number| number.parse().unwrap()).collect();
    for line in within(&told(asked[0], late), &(asked[1]..asked[2])) {
        println!("{PRINTED}{}", serde_json::to_string(line).unwrap());
    }
    true
}

/// Two runs that are made to part: the checkpoints say about where, and the lines of both say where.
#[test]
fn where_two_runs_part_is_shown_from_both() {
    if tells() {
        return;
    }
    let (seed, act) = OTHERWISE;
    let options = Options::drawn(seed);
    let mut late = plan::drawn(&options);
    late[act].after_ms += 1;
    let here = drawn(seed);
    let things = parted(&here, &Played::of(&run(&options, &late))).expect("they part");
    let acts = |lines: &[Line]| lines.iter().filter(|line| line.kind == "act").count();
    let before = acts(within(&told(seed, None), &(0..things.start)));
    assert!(before <= act, "not before the act: {before} acts are over where they part");

    let shown = shown(seed, &things, TELLS_OTHERWISE);
    let lines: Vec<&str> = shown.lines().collect();
    let at_ms = |line: &str| line.split_whitespace().nth(1).unwrap().parse::<i64>().unwrap();
    assert!(lines[1].starts_with("  here ") && lines[2].starts_with("  there "), "{shown}");
    assert!(lines[1].contains(" act "), "{shown}");
    assert!(at_ms(lines[2]) <= at_ms(lines[1]) + 1, "{shown}");
    assert_ne!(lines[1].replace("here", ""), lines[2].replace("there", ""));
}
