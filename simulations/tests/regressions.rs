//! Runs that were kept: each keeps every promise now. And what a file must be to be one.

use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::regressions::{self, Regression};
use polus_simulations::run::run;
use serde_json::{Value, json};

#[test]
fn every_kept_run_keeps_every_promise() {
    let kept = regressions::all().unwrap_or_else(|(name, bad)| panic!("{name}: {bad}"));
    assert!(!kept.is_empty());
    for (name, kept) in kept {
        let outcome = run(&kept.options, &kept.plan);
        assert!(outcome.findings.broken.is_empty(), "{name} ({}): {:#?}", kept.note, outcome.findings.broken);
    }
}

/// The list in the program and the folder are the same.
#[test]
fn every_file_of_the_folder_is_played() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/regressions");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut listed: Vec<String> = regressions::all()
        .unwrap_or_else(|(name, bad)| panic!("{name}: {bad}"))
        .into_iter()
        .map(|(name, _)| format!("{name}.json"))
        .collect();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn a_run_is_read_back_as_it_was_written() {
    for seed in 0..50 {
        let options = Options::drawn(seed);
        let kept = Regression::of("a note", &options, &plan::drawn(&options));
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(Regression::read(&text).unwrap(), kept);
    }
}

#[test]
fn what_is_no_regression_of_this_program_is_refused() {
    let options = Options::drawn(5);
    let good = serde_json::to_value(Regression::of("a note", &options, &plan::drawn(&options))).unwrap();
    let with = |field: &str, value: Value| {
        let mut changed = good.clone();
        changed[field] = value;
        changed.to_string()
    };
    let changed = |pointer: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed.to_string()
    };
    let mut without = good.clone();
    without["options"].as_object_mut().unwrap().remove("disk");
    for (text, words) in [
        (with("format", json!(0)), "it has format 0, and this program reads format 1"),
        (with("format", json!(2)), "polus simulate --seed 5"),
        (with("format", Value::Null), "it has format null"),
        (with("seed", json!(6)), "its seed is 6 and that of its options 5: make both"),
        (with("more", json!(1)), "unknown field `more`"),
        (with("plan", json!([{"after_ms": 1, "account": 0, "act": "dance"}])), "unknown variant `dance`"),
        (without.to_string(), "missing field `disk`"),
        (changed("/options/rows_a_page_max", json!(0)), "rows_a_page_max is 0, and may be from 1 to 100"),
        (changed("/options/gorgias/slow", json!(-1.0)), "slow is -1, and may be from 0 to 1"),
        (changed("/options/disk/full", json!(2_000_000)), "full is 2000000, and may be from 0 to 1000000"),
        (changed("/plan/0/after_ms", json!(u64::MAX)), "act 0 comes 18446744073709551615 ms after"),
        ("[]".to_owned(), "no regression of this program"),
        ("not even JSON".to_owned(), "no regression of this program"),
    ] {
        let problem = Regression::read(&text).unwrap_err().to_string();
        assert!(problem.contains(words), "{words:?} is not in {problem:?}");
    }
}
