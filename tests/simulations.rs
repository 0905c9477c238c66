//! `polus simulate` as people and scripts use it: good and bad input, what it prints, and that a run which was kept can be
//! repeated and replayed. What becomes of one that broke a promise is in `planted.rs`.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::support::{Gave, ended, polus};

/// The same seed in two processes is the same run; another seed is another.
#[test]
fn a_seed_is_the_same_run_twice() {
    let folder = tempfile::tempdir().unwrap();
    let play = |seed: &str| json(folder.path(), &["--seed", seed, "--json"]);
    let (once, again, other) = (play("3"), play("3"), play("4"));
    for field in ["hash", "checkpoints", "simulated_ms", "things", "records", "posts", "struck", "options"] {
        assert_eq!(once[field], again[field], "{field}");
    }
    assert_ne!(once["hash"], other["hash"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a good run leaves nothing");
}

#[test]
fn a_run_tells_what_it_was_like_and_what_it_came_to() {
    let folder = tempfile::tempdir().unwrap();
    let given = simulate(folder.path(), &["--seed", "3"]);
    let text = given.out();
    assert_eq!(given.code(), 0, "{text}{}", given.complaint());
    let (options, outcome) = text.split_once("\n\n").unwrap();
    for words in ["seed                  3\n", "accounts", "gorgias", "disk", "lies", "answerer"] {
        assert!(options.contains(words), "{words:?} is not in\n{options}");
    }
    for words in [
        "simulated time",
        "times as fast",
        "lives",
        "records",
        "posts",
        "doubles",
        "0 promises",
        "went wrong",
    ] {
        assert!(outcome.contains(words), "{words:?} is not in\n{outcome}");
    }
    let traced = simulate(folder.path(), &["--seed", "3", "--trace"]).out();
    for words in
        ["a customer opens acme/", "log     acme/ticket/", "call    acme GET /api/", "=== all is quiet ==="]
    {
        assert!(traced.contains(words), "{words:?} is not in\n{traced}");
    }
    let hash = |text: &str| text.lines().find(|line| line.starts_with("hash")).unwrap().to_owned();
    assert_eq!(hash(&text), hash(&traced), "looking changes nothing");

    let report = json(folder.path(), &["--seed", "3", "--json"]);
    for field in ["simulated_ms", "wall_ms", "speed_up", "things", "records", "posts", "lives", "doubles"] {
        assert!(report[field].is_number(), "{field}: {report}");
    }
    assert_eq!(report["hash"].as_str().map(str::len), Some(16));
    assert_eq!((&report["seed"], &report["broken"]), (&json!(3), &json!([])));
    assert_eq!(report["options"]["seed"], 3);
    assert!(report["marks"].is_object());
}

#[test]
fn a_batch_is_the_same_batch_twice_and_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let play = |seeds: &str| {
        let given = simulate(folder.path(), &["--seeds", seeds, "--json"]);
        serde_json::from_str::<Value>(&given.out()).unwrap_or_else(|_| panic!("{}", given.complaint()))
    };
    let (once, again) = (play("3..5"), play("3..5"));
    assert_eq!((&once["hash"], &once["seeds"]), (&again["hash"], &json!(2)));
    let alone: Vec<Value> = ["3", "4"].map(|seed| json(folder.path(), &["--seed", seed, "--json"])).into();
    for field in ["simulated_ms", "things", "records", "posts", "lives", "doubles"] {
        let sum: u64 = alone.iter().map(|run| run[field].as_u64().unwrap()).sum();
        assert_eq!(once[field], sum, "{field}");
    }
    for field in
        ["speed_up", "things_per_s", "seeds_per_minute", "doubles_per_million", "doubles_per_million_strict"]
    {
        assert!(once[field].is_number(), "{field}: {once}");
    }
    assert_eq!((&once["broken"], &once["first_broken"]), (&json!(0), &Value::Null));
    let told = simulate(folder.path(), &["--seeds", "3..5"]);
    assert_eq!(told.code(), 0);
    assert!(told.out().contains("seeds 3..5") && told.out().contains("in a million"), "{}", told.out());
    assert_eq!(told.complaint(), "", "no line of progress off a terminal");
}

/// Two runs come by few of the branches that have a mark: whoever asks for all is told which are missing.
#[test]
fn a_batch_that_tried_too_little_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let given = simulate(folder.path(), &["--seeds", "3..5", "--all-marks"]);
    assert_eq!(given.code(), 1, "{}", given.out());
    let (_, missed) = given
        .out()
        .rsplit_once("marks that never fired, though")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert!(missed.contains("crash/") || missed.contains("shell/"), "{missed}");
    assert!(!missed.contains("shell/backfill_cursor_lost"), "even a thousand runs may lack it: {missed}");
    let given = simulate(folder.path(), &["--seeds", "3..5", "--all-marks", "--json"]);
    let report: Value = serde_json::from_str(&given.out()).unwrap();
    assert!(given.code() == 1 && report["missed_marks"].as_array().unwrap().len() > 1, "{report}");
}

/// Fresh seeds begin where they are told to, and end when the time is over.
#[test]
fn fresh_seeds_are_played_for_so_long() {
    let folder = tempfile::tempdir().unwrap();
    let report = json(folder.path(), &["--minutes", "0.001", "--seed", "3", "--json"]);
    assert!(report["seeds"].as_u64().unwrap() >= 1, "{report}");
}

#[test]
fn a_long_run_lasts_at_least_as_long_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let given = simulate(folder.path(), &["--hours", "5", "--tickets", "3", "--seed", "3", "--json"]);
    let report: Value = serde_json::from_str(&given.out()).unwrap();
    assert!(report["simulated_ms"].as_u64().unwrap() >= 5 * 3_600_000, "{report}");
    assert_eq!(report["options"]["tickets_max"], 3);
}

/// A run is kept with its log, which the commands for the real program's log read; the kept run is the same run.
#[test]
fn a_kept_run_can_be_repeated_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let kept = kept.to_str().unwrap();
    let whole = json(folder.path(), &["--seed", "3", "--json", "--keep", kept]);
    let again = json(folder.path(), &["--regression", &format!("{kept}/run.json"), "--json"]);
    assert_eq!(whole["hash"], again["hash"]);

    let data = format!("{kept}/data");
    let look = |arguments: &[&str]| {
        let given = ended(polus(folder.path()).args(arguments).args(["--data", &data]));
        assert_eq!(given.code(), 0, "{arguments:?}: {}{}", given.out(), given.complaint());
        given.out()
    };
    let records = whole["records"].as_u64().unwrap();
    assert!(look(&["log", "verify"]).contains(&format!("sound: {records} records")));
    let export = look(&["log", "export"]);
    let streams = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["stream"].clone());
    let ticket = streams
        .filter_map(|stream| stream.as_str().unwrap().split_once("/ticket/").map(|(a, t)| format!("{a}/{t}")))
        .next()
        .unwrap();
    let nobody = ["--server", "http://127.0.0.1:9"];
    let replay = |more: &[&str]| look(&[&["replay", &ticket][..], &nobody, more].concat());
    assert!(replay(&[]).contains("2025-10-"), "with the times of the run");
    assert!(replay(&["--check"]).contains("is sound"));

    let given = simulate(folder.path(), &["--seed", "3", "--keep", kept]);
    assert_eq!(given.code(), 2);
    assert!(given.complaint().contains("holds something already"), "{}", given.complaint());
}

/// Its tickets are named, the commands can be pasted, and its folder given in place of its data folder is told apart.
#[test]
fn a_kept_run_says_how_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("a kept run");
    let kept = kept.to_str().unwrap();
    let told = simulate(folder.path(), &["--seed", "3", "--keep", kept]).out();
    assert!(told.contains(&format!("--regression '{kept}/run.json'")), "{told}");
    assert!(told.contains("its tickets     acme/501000001, "), "{told}");
    for command in [&["replay", "acme/501000001"][..], &["explain", "acme/501000001"], &["log", "verify"]] {
        let given = ended(polus(folder.path()).args(command).args(["--data", kept]));
        assert_eq!(given.code(), 1, "{command:?}: {}", given.out());
        let words = format!("{kept} is the folder of a kept run; its data folder is {kept}/data");
        assert!(given.complaint().contains(&words), "{command:?}: {}", given.complaint());
    }
}

#[test]
fn a_scenario_is_one_story_and_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let given = simulate(folder.path(), &["--scenario", "crash-before-the-post", "--keep", "kept"]);
    let told = given.out();
    assert_eq!(given.code(), 0, "{told}{}", given.complaint());
    let mut rest = told.as_str();
    for words in [
        "the story begins",
        "the program starts",
        "a customer asks by e-mail: \"How does a return work?\"; it is acme/101",
        "log     acme/101 reply_started",
        "the program dies right before a post",
        "the program starts",
        "log     acme/101 reply_posted",
        "as expected",
        "its log         polus replay --data kept/data acme/101",
    ] {
        let (_, after) = rest.split_once(words).unwrap_or_else(|| panic!("{words:?} is not next in\n{told}"));
        rest = after;
    }
    let given = ended(polus(folder.path()).args(["log", "verify", "--data", "kept/data"]));
    assert!(given.out().contains("sound"), "{}{}", given.out(), given.complaint());
}

#[test]
fn a_scenario_is_told_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let given = simulate(folder.path(), &["--scenario", "lost-response"]);
    assert_eq!(given.code(), 0, "{}{}", given.out(), given.complaint());
    assert!(given.out().contains("reply_posted") && given.out().contains("as expected"), "{}", given.out());
    let report = json(folder.path(), &["--scenario", "lost-response", "--json"]);
    assert_eq!((&report["passed"], &report["unexpected"]), (&json!(true), &json!([])));
}

/// Wrong use: exit code 2, and an error that says what is right.
#[test]
fn what_cannot_be_played_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (older, other) = (file("older.json", r#"{"format": 0, "seed": 7}"#), file("other.json", "[]"));
    let (empty, binary) = (file("empty.json", ""), file("binary.json", ""));
    fs::write(&binary, [0xff, 0xfe, 0x00]).unwrap();
    let inside = format!("{empty}/kept");
    for (arguments, words) in [
        (&[][..], "polus simulate --seeds 0..500"),
        (&["--seed", "x"], "a seed is a whole number"),
        (&["--seed", "-1"], "a seed is a whole number"),
        (&["--seed", "99999999999999999999"], "a seed is a whole number"),
        (&["--seeds", "5..5"], "holds no seed"),
        (&["--seeds", "9..5"], "goes backwards; try 5..9"),
        (&["--seeds", "5"], "A..B"),
        (&["--seeds", "a..b"], "a seed is a whole number"),
        (&["--seed", "1", "--seeds", "0..3"], "cannot be used with"),
        (&["--seed", "3", "--all-marks"], "--all-marks is for many runs; give --seeds A..B"),
        (&["--hours", "3", "--all-marks"], "cannot be used with"),
        (&["--minutes", "0"], "more than 0 minutes"),
        (&["--minutes", "soon"], "a number of minutes"),
        (&["--seeds", "5.."], "it takes A..B, for example 0..500"),
        (&["--seeds", "..5"], "it takes A..B, for example 0..500"),
        (&["--hours", "0"], "a whole number of hours from 1 to 8760"),
        (&["--hours", "abc"], "a whole number of hours from 1 to 8760"),
        (&["--hours", "5", "--tickets", "abc"], "a whole number of tickets from 1 to 100000"),
        (&["--tickets", "5"], "--hours"),
        (&["--seeds", "0..3", "--trace"], "cannot be used with"),
        (&["--scenario", "lost-reponse"], "did you mean lost-response, lost-post, "),
        (&["--scenario", "lost-reponse"], "  lost-response "),
        (&["--scenario", "qqqqqq"], "  lost-response "),
        (
            &["--regression", "nowhere.json"],
            "nowhere.json: No such file or directory (os error 2); give the run.json",
        ),
        (&["--regression", &empty], "empty.json: the file is empty; give the run.json"),
        (&["--regression", &binary], "binary.json: the file holds no text; give the run.json"),
        (&["--regression", "."], ".: it is a folder; give a file, such as ./run.json"),
        (&["--seed", "3", "--keep", &empty], "empty.json cannot be written"),
        (&["--seed", "3", "--keep", &inside], "cannot be written"),
        (&["--regression", &older], "it has format 0, and this program reads format 1"),
        (&["--regression", &other], "no regression of this program"),
    ] {
        let given = simulate(folder.path(), arguments);
        assert_eq!(given.code(), 2, "{arguments:?}: {}{}", given.out(), given.complaint());
        assert!(given.complaint().contains(words), "{arguments:?}: {}", given.complaint());
        assert_eq!(given.out(), "", "{arguments:?}");
    }
}

fn simulate(folder: &Path, arguments: &[&str]) -> Output {
    ended(polus(folder).arg("simulate").args(arguments))
}

#[track_caller]
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let given = simulate(folder, arguments);
    assert_eq!(given.code(), 0, "{arguments:?}: {}{}", given.out(), given.complaint());
    serde_json::from_str(&given.out()).unwrap()
}
