//! The house rules that can be read off the files: who imports whom, how long things are, what must not be written.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;

/// Every crate of ours, where its files are, and what it may import from this workspace.
const ARROWS: [(&str, &str, &[&str]); 5] = [
    ("polus_core", "actors/core", &[]),
    ("polus_storage", "storage", &[]),
    ("polus_actors", "actors", &["polus_core", "polus_storage"]),
    ("polus_simulations", "simulations", &["polus_core", "polus_storage", "polus_actors"]),
    ("polus", ".", &["polus_core", "polus_storage", "polus_actors", "polus_simulations"]),
];

/// The only files of the product that may know the simulation: the commands that show it.
const KNOW_SIMULATIONS: [&str; 4] = ["src/demo", "src/cli/demo", "src/cli/simulate", "src/cli/gorgias_sim"];

/// Names of Gorgias' fields that say nothing else in this workspace.
const WIRE_NAMES: [&str; 6] = [
    "\"stripped_text\"",
    "\"assignee_user\"",
    "\"body_html\"",
    "\"reply_options\"",
    "\"sent_datetime\"",
    "\"rule_id\"",
];

/// A file of ours.
struct Source {
    /// Its path from the root.
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }
}

#[test]
fn the_top_level_shows_the_seven_things_it_is_made_of() {
    let expected = ["Cargo.toml", "README.md", "actors", "simulations", "src", "storage", "tests"];
    // Made by builds and by running the program here; git knows none of them.
    let passing = ["target", "polus-data", "Cargo.lock"];
    let shown: BTreeSet<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.') && !name.starts_with("LICENSE"))
        .filter(|name| !passing.contains(&name.as_str()))
        .collect();
    assert_eq!(shown, expected.map(str::to_owned).into());
}

#[test]
fn manifests_point_only_where_the_arrows_do() {
    for (name, folder, allowed) in ARROWS {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let (_, package) = manifest.split_once("[package]").unwrap();
        let imported: BTreeSet<String> = package
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|word| word.starts_with("polus-"))
            .map(|word| word.replace('-', "_"))
            .collect();
        let allowed = allowed.iter().map(|&name| name.to_owned()).collect();
        assert!(imported.is_subset(&allowed), "{name} imports {imported:?}");
        assert!(package.contains("[lints]\nworkspace = true"), "{name} does not take the workspace's lints");
    }
}

#[test]
fn files_import_only_where_the_arrows_point() {
    let mut wrong = Vec::new();
    for source in sources() {
        let (own, _, allowed) = crate_of(&source.path);
        for (name, _, _) in ARROWS.iter().filter(|(name, _, _)| *name != own && *name != "polus") {
            let is_used = source.text.lines().any(|line| {
                let code = code_of(line);
                code.contains(&format!("{name}::")) || code.contains(&format!("use {name};"))
            });
            if is_used && !allowed.contains(name) {
                wrong.push(format!("{} uses {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_product_knows_the_simulation_only_where_it_shows_it() {
    let knowing = sources().into_iter().filter(|source| {
        source.path.starts_with("src/")
            && source.text.lines().any(|line| code_of(line).contains("polus_simulations"))
    });
    let wrong: Vec<String> = knowing
        .filter(|source| !source.is_test())
        .map(|source| source.path)
        .filter(|path| !KNOW_SIMULATIONS.iter().any(|known| path.starts_with(known)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} may not use the simulation");
}

#[test]
fn only_one_folder_of_the_product_knows_the_wire() {
    let mut wrong = Vec::new();
    for source in sources() {
        let is_product = source.path.starts_with("src/") || source.path.starts_with("actors/");
        if !is_product || source.is_test() || source.path.starts_with("actors/core/src/gorgias") {
            continue;
        }
        let code = before_tests(&source.text);
        wrong.extend(
            WIRE_NAMES
                .iter()
                .filter(|name| code.contains(*name))
                .map(|name| format!("{} has {name}", source.path)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{} does not begin with what it is", source.path));
        }
        let lines = source.text.lines().count();
        if lines > FILE_LINES_MAX {
            wrong.push(format!("{} has {lines} lines", source.path));
        }
        wrong.extend(long_functions(&source));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_put_off_or_left_out() {
    let banned = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("unimplemented", "!"),
        concat!("todo", "!"),
        concat!("#[ig", "nore"),
        concat!("dbg", "!"),
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in (1..).zip(source.text.lines()) {
            wrong.extend(
                banned
                    .iter()
                    .filter(|word| line.contains(*word))
                    .map(|word| format!("{}:{number}: {word}", source.path)),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_select_takes_its_branches_in_order() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let opens = code_of(line).contains(concat!("select", "! {"));
            if opens && lines.get(index + 1).is_none_or(|next| next.trim() != "biased;") {
                wrong.push(format!("{}:{}", source.path, index + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "without `biased;`: {wrong:?}");
}

/// Clippy's lists ban most of this by path; this catches what comes in under another name.
#[test]
fn nothing_in_actors_reads_a_clock_draws_or_iterates_in_hash_order() {
    let banned = [
        "SystemTime",
        "Instant::now",
        "tokio::time::sleep",
        "tokio::time::interval",
        "tokio::time::timeout",
        "run_later",
        "run_interval",
        "rand::",
        "thread_rng",
        "getrandom",
        "HashMap",
        "HashSet",
        "spawn_blocking",
        "thread::spawn",
    ];
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|source| source.path.starts_with("actors/")) {
        if source.is_test() {
            continue;
        }
        for (number, line) in (1..).zip(before_tests(&source.text).lines()) {
            let code = code_of(line);
            wrong.extend(
                banned
                    .iter()
                    .filter(|word| code.contains(*word))
                    .map(|word| format!("{}:{number}: {word}", source.path)),
            );
            if code.contains("DashMap") && source.path != "actors/src/board.rs" {
                wrong.push(format!("{}:{number}: a map without order outside the board", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_core_cannot_do_io() {
    let banned =
        ["async fn", ".await", "std::fs", "std::net", "std::io", "std::process", "std::env", "std::thread"];
    let core = sources()
        .into_iter()
        .filter(|source| source.path.starts_with("actors/core/src") && !source.is_test());
    let wrong: Vec<String> = core
        .flat_map(|source| {
            let code: String =
                before_tests(&source.text).lines().map(|line| format!("{}\n", code_of(line))).collect();
            let found = banned.iter().filter(|word| code.contains(*word));
            found.map(|word| format!("{}: {word}", source.path)).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_scripts_can_be_run_and_stop_at_the_first_failure() {
    for script in ["tests/run", "tests/clients/run", ".ci/run"] {
        let path = root().join(script);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("set -euo pipefail"), "{script}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111, "{script}");
    }
}

#[test]
fn the_lints_that_guard_determinism_stand_where_they_are_looked_for() {
    for (path, word) in [
        (".clippy.toml", "too-many-lines-threshold = 70"),
        ("actors/.clippy.toml", "std::time::SystemTime::now"),
        ("actors/core/.clippy.toml", "std::time::SystemTime::now"),
    ] {
        let text = fs::read_to_string(root().join(path)).unwrap();
        assert!(text.contains(word), "{path} no longer bans {word}");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["src", "actors", "storage", "simulations", "tests"] {
        walk(&root().join(folder), &mut found);
    }
    assert!(found.len() > 100, "these are not all files");
    found
}

fn walk(folder: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let short = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            found.push(Source { path: short, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

/// The crate that a file belongs to.
fn crate_of(path: &str) -> (&'static str, &'static str, &'static [&'static str]) {
    let of_folder = ARROWS.iter().find(|(_, folder, _)| path.starts_with(&format!("{folder}/")));
    *of_folder.unwrap_or(&ARROWS[4])
}

/// A line without its comment, as far as it is one from its beginning or after code.
fn code_of(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") { "" } else { line.split(" // ").next().unwrap_or(line) }
}

/// A file without the tests at its end.
fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// The functions that are too long. Formatted code closes a function with a brace at the column it began at.
fn long_functions(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_named(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", &line[..indent]);
        let length =
            lines[index..].iter().position(|later| *later == end || later.trim_end().ends_with("{}"));
        let length = length.map_or(1, |length| length + 1);
        if length > FUNCTION_LINES_MAX {
            found.push(format!("{}:{}: {name} has {length} lines", source.path, index + 1));
        }
    }
    found
}

fn function_named(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| {
        word.starts_with("pub") || ["const", "async", "unsafe", "super)", "crate)"].contains(word)
    });
    if words.next() != Some("fn") {
        return None;
    }
    words.next()?.split(['(', '<']).next()
}
