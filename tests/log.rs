//! `polus log verify | export | stats`: on a sound log, on a damaged copy, and beside a server that uses it.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{ANSWERABLE, Gave, TestApp, ended, polus};

/// A log that was worked with is sound; its lines are numbered without gaps and name what they hold.
#[test]
fn a_log_is_verified_written_out_and_measured() {
    let app = worked_with();
    let verified = app.run(&["log", "verify", "--json"]);
    assert_eq!(verified.code(), 0, "{}", verified.complaint());
    let verified: Value = serde_json::from_str(&verified.out()).unwrap();
    let stats: Value = serde_json::from_str(&app.run(&["log", "stats", "--json"]).out()).unwrap();
    assert_eq!(verified["sound"], true);
    assert_eq!(verified["records"], stats["records"]);
    assert!(stats["bytes_on_disk"].as_u64().unwrap() > 0);

    let exported = app.run(&["log", "export"]);
    assert_eq!(exported.code(), 0, "{}", exported.complaint());
    let lines: Vec<Value> = exported.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Some(lines.len() as u64), stats["records"].as_u64());
    for (position, line) in (1..).zip(&lines) {
        assert_eq!(line["position"], position);
        assert!(line["event"].is_object(), "{line}");
    }
    let ticket: Vec<&Value> =
        lines.iter().filter(|line| line["stream"].as_str().unwrap().contains("/ticket/")).collect();
    for (sequence, pair) in (2..).zip(ticket.windows(2)) {
        assert_eq!(pair[1]["sequence"], sequence);
        assert_eq!(pair[1]["previous"], pair[0]["hash"], "each record names the one before it");
    }
    let text = app.run(&["log", "verify"]);
    assert!(text.out().starts_with("sound: "), "{}", text.out());
}

/// F-54: a changed byte is found by every look and by the server, and never folded.
#[test]
fn a_changed_byte_is_found() {
    let app = worked_with();
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&app.data(), copy.path());
    let verify = |folder: &Path| run(folder, &["log", "verify"]);
    assert_eq!(verify(copy.path()).code(), 0, "the copy is sound: {}", verify(copy.path()).complaint());
    let changed = change_every(copy.path(), b"30 days", b"90 days");
    assert!(changed > 0, "the reply stands nowhere in the log");
    for arguments in [&["log", "verify"][..], &["log", "export"]] {
        let given = run(copy.path(), arguments);
        assert_eq!(given.code(), 1, "{arguments:?}: {}{}", given.out(), given.complaint());
        let words = format!("{}{}", given.out(), given.complaint());
        assert!(["damaged", "corrupt", "hash"].iter().any(|word| words.contains(word)), "{words}");
        assert!(!given.out().contains("90 days"), "damage was told as if it were true");
    }
    let sound = verify(&app.data());
    assert_eq!(sound.code(), 0, "the original is untouched: {}", sound.complaint());
}

/// A file cut short is found, or what it lost was never acknowledged.
#[test]
fn a_file_cut_short_is_found() {
    let app = worked_with();
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&app.data(), copy.path());
    let files = files_with(copy.path(), b"30 days");
    assert!(!files.is_empty());
    for file in files {
        let length = fs::metadata(&file).unwrap().len();
        fs::File::options().write(true).open(&file).unwrap().set_len(length / 2).unwrap();
    }
    let given = run(copy.path(), &["log", "verify"]);
    assert_eq!(given.code(), 1, "{}{}", given.out(), given.complaint());
}

/// A log that a server uses is left alone; one that is not there is wrong use.
#[test]
fn a_log_in_use_is_left_alone() {
    let app = TestApp::connected_program();
    for what in ["verify", "export", "stats"] {
        let given = app.run(&["log", what]);
        assert_eq!(given.code(), 1, "{what}: {}", given.out());
        assert!(given.complaint().contains("in use"), "{}", given.complaint());
    }
    let nowhere = tempfile::tempdir().unwrap();
    let given = run(&nowhere.path().join("none"), &["log", "verify"]);
    assert_eq!(given.code(), 2, "{}", given.complaint());
    assert!(!nowhere.path().join("none").exists(), "looking made a folder");
}

fn worked_with() -> TestApp {
    let mut app = TestApp::connected();
    let ticket = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(ticket);
    app.wait_for_event(ticket, "reply_posted");
    app.stop();
    app
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    ended(polus(folder.path()).args(arguments).env("POLUS_DATA", data))
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Exchanges every occurrence of a text in the log's files, and tells how many there were.
fn change_every(data: &Path, text: &[u8], other: &[u8]) -> usize {
    let mut changed = 0;
    for file in files_with(data, text) {
        let mut bytes = fs::read(&file).unwrap();
        for place in 0..=bytes.len() - text.len() {
            if bytes[place..].starts_with(text) {
                bytes[place..place + text.len()].copy_from_slice(other);
                changed += 1;
            }
        }
        fs::write(&file, bytes).unwrap();
    }
    changed
}

/// The files of the log that hold a text. Articles, in the blobs, hold it as well and are none of them.
fn files_with(data: &Path, text: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![data.join("log")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read(&path).unwrap().windows(text.len()).any(|window| window == text) {
                found.push(path);
            }
        }
    }
    found
}
