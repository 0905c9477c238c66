//! `polus demo --once`: the demonstration is a test of the whole program that everybody can run.

use serde_json::Value;

use crate::support::{Gave, ended, polus};

/// Every play of the story ends as it must, and the report says so in numbers that agree.
#[test]
fn every_play_of_the_story_ends_as_it_must() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let given = ended(polus(folder.path()).args(["demo", "--once", "--json", "--data"]).arg(&data));
    assert_eq!(given.code(), 0, "{}\n{}", given.out(), given.complaint());
    let report: Value = serde_json::from_str(&given.out()).expect("JSON and nothing else");
    assert_eq!((&report["passed"], &report["problems"]), (&Value::Bool(true), &Value::Array(Vec::new())));
    let tickets = report["tickets"].as_array().unwrap();
    assert!(!tickets.is_empty());
    for ticket in tickets {
        assert_eq!(ticket["passed"], true, "{ticket:#}");
    }
    let totals = &report["totals"];
    assert_eq!(totals["tickets"].as_u64(), Some(tickets.len() as u64));
    assert_eq!(totals["passed"], totals["tickets"]);
    for count in ["answers", "handoffs", "untouched", "restarts"] {
        assert!(totals[count].as_u64().unwrap() > 0, "the story shows no {count}");
    }
    for ticket in tickets {
        let name = ticket["ticket"].as_str().unwrap();
        let checked = ended(polus(folder.path()).args(["replay", name, "--check"]).env("POLUS_DATA", &data));
        // A ticket on which nothing was ever heard has no log.
        let is_unheard = checked.complaint().contains("nothing about");
        assert!(checked.code() == 0 || is_unheard, "{name}: {}{}", checked.out(), checked.complaint());
    }
}

/// A folder that holds something is not played over.
#[test]
fn a_folder_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter"), "dear").unwrap();
    let given = ended(polus(folder.path()).args(["demo", "--once", "--data"]).arg(folder.path()));
    assert_eq!(given.code(), 2, "{}", given.complaint());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
