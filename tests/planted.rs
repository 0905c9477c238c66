//! The way of a stranger who finds a failing run, taken once with a program that really is wrong: the batch that fails, the
//! story of the small run, the run again, and its log. Built with the feature `planted`, and the bug chosen by the
//! environment; without one the same program is sound.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A call that was not answered is made again at once: a reply is posted twice, and the log does not know it.
const BUG: &str = "RetryInTheClient";

/// It is found within these.
const SEEDS: &str = "0..5";

#[test]
fn a_failing_seed_is_told_repeated_and_replayed() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path();

    let failed = polus(folder, Some(BUG), &["simulate", "--seeds", SEEDS, "--keep", "kept"]);
    assert_eq!(failed.status.code(), Some(1), "{}", said(&failed));
    let told = text(&failed.stdout);
    let ticket = broken_about(&told);
    let mut rest = told.as_str();
    for words in [
        "is the first that broke a promise. What it was like:",
        "accounts  ",
        "acts are left",
        "What the small run is like:",
        "accounts  ",
        "What happens:",
        "a customer opens",
        &format!("log     {}", ticket.replace('/', "/ticket/")),
        "reply_started",
        "BROKEN",
        &ticket,
        "repeat it       polus simulate --seed ",
        "the small one   polus simulate --regression kept/run.json --trace",
        &format!("its log         polus replay --data kept/data {ticket}"),
    ] {
        let (_, after) = rest.split_once(words).unwrap_or_else(|| panic!("{words:?} is not next in\n{told}"));
        rest = after;
    }

    // The small run breaks the same promise with the bug, and is as it should be without.
    let again = polus(folder, Some(BUG), &["simulate", "--regression", "kept/run.json", "--trace"]);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    assert_eq!(broken_about(&text(&again.stdout)), ticket);
    let sound = polus(folder, None, &["simulate", "--regression", "kept/run.json"]);
    assert_eq!(sound.status.code(), Some(0), "{}", said(&sound));

    // Its log opens event by event, and says what the story says.
    let replay = |more: &[&str]| {
        let nobody = ["--server", "http://127.0.0.1:9", "--data", "kept/data"];
        let given = polus(folder, None, &[&["replay", &ticket][..], &nobody, more].concat());
        (given.status.code(), text(&given.stdout))
    };
    let (code, timeline) = replay(&["--json"]);
    assert_eq!(code, Some(0), "{timeline}");
    let timeline: Value = serde_json::from_str(&timeline).unwrap();
    let steps = timeline["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["event"] == "reply_started"), "{timeline}");
    for step in steps {
        let line = format!(
            "{} {} {}: ",
            ticket.replace('/', "/ticket/"),
            step["sequence"],
            step["event"].as_str().unwrap()
        );
        assert!(told.contains(&line), "{line:?} is not in the story\n{told}");
    }
    let (_, checked) = replay(&["--check"]);
    assert!(checked.contains(&ticket), "{checked}");
    assert!(fs::read_to_string(folder.join("kept/run.json")).unwrap().contains("first broken"));
}

#[test]
fn a_bug_that_there_is_not_is_not_planted() {
    let parent = tempfile::tempdir().unwrap();
    let given = polus(parent.path(), Some("NoSuchBug"), &["simulate", "--seed", "3"]);
    assert_eq!(given.status.code(), Some(2), "{}", said(&given));
    assert!(text(&given.stderr).contains("there is no bug \"NoSuchBug\""), "{}", said(&given));
}

/// What the line at the end of a story says that was broken: the ticket, by account and number.
fn broken_about(told: &str) -> String {
    let line = told
        .lines()
        .rfind(|line| line.trim_start().starts_with("BROKEN"))
        .unwrap_or_else(|| panic!("{told}"));
    let words = line.split([' ', ',', ':']);
    let mut tickets = words.filter_map(|word| {
        let (account, number) = word.split_once('/')?;
        let number = number.strip_prefix("ticket/").unwrap_or(number);
        number.parse::<i64>().ok().map(|number| format!("{account}/{number}"))
    });
    tickets.next().unwrap_or_else(|| panic!("no ticket is named in {line}"))
}

fn polus(folder: &Path, bug: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polus"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).env("NO_COLOR", "1");
    command.env_remove("PLANTED_BUG").envs(bug.map(|bug| ("PLANTED_BUG", bug)));
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}
