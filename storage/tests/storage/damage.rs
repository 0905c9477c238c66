//! A closed log is damaged at a place drawn from a seed and opened again: either every acknowledged record is
//! read back as it was, or a typed error says that it is not. Never silence, never a panic.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use polus_storage::{
    Break, EventLog, Expected, OpenError, ReadError, Record, SledLog, StreamName, TailItem, verify,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::{name, record, small};

type Streams = BTreeMap<StreamName, Vec<Record>>;

/// How a damaged log ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Everything is there.
    Intact,
    Refused,
    /// It opened; a read told of the damage.
    Reported,
}

#[tokio::test]
async fn a_flipped_bit_since_the_last_opening_is_never_silent() {
    check_flips("sled/db", 1, 160, 101).await;
}

#[tokio::test]
async fn a_flipped_bit_in_the_middle_of_a_long_stretch_is_never_silent() {
    // Several segments of sled's file, all written since the last opening: sled itself goes on behind the
    // damage.
    let folder = tempfile::tempdir().unwrap();
    let streams = fill_with(folder.path(), 1, 2600).await;
    check_flips_of(folder.path(), &streams, "sled/db", 60, 108).await;
}

#[tokio::test]
async fn a_flipped_bit_before_the_last_opening_is_never_silent() {
    check_flips("sled/db", 3, 160, 102).await;
}

#[tokio::test]
async fn a_flipped_bit_in_a_stored_body_is_noticed() {
    let mut random = StdRng::seed_from_u64(103);
    for openings in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let streams = fill(folder.path(), openings).await;
        for (stream, records) in &streams {
            let record = &records[random.random_range(0..records.len())];
            let copy = copy_of(folder.path());
            let path = copy.path().join("sled/db");
            let mut bytes = fs::read(&path).unwrap();
            // Every copy of the record that sled holds.
            let places: Vec<usize> = (0..bytes.len() - record.body.len())
                .filter(|place| bytes[*place] == record.body[0] && bytes[*place..].starts_with(&record.body))
                .collect();
            assert!(!places.is_empty(), "the body of {stream} {} is not in the file", record.sequence);
            for place in places {
                bytes[place + record.body.len() / 2] ^= 1;
            }
            fs::write(&path, bytes).unwrap();
            let end = end_of(copy.path(), &streams).await;
            assert_ne!(end, End::Intact, "{stream} {} was altered everywhere", record.sequence);
        }
    }
}

#[tokio::test]
async fn a_cut_file_is_never_silent() {
    let seed = 104;
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    for openings in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        let streams = fill(folder.path(), openings).await;
        let used = used_bytes(&folder.path().join("sled/db"));
        for case in 0..40 {
            let copy = copy_of(folder.path());
            let length = if case == 0 { 0 } else { random.random_range(0..used) };
            let file = fs::File::options().write(true).open(copy.path().join("sled/db")).unwrap();
            file.set_len(length as u64).unwrap();
            let end = end_of(copy.path(), &streams).await;
            assert_ne!(end, End::Intact, "cut at {length} of {used}");
        }
    }
}

#[tokio::test]
async fn flipped_bits_in_the_small_files_are_never_silent() {
    for (number, file) in (0..).zip(["head", "sled/conf", "sled/snap"]) {
        check_flips(file, 2, 40, 105 + number).await;
    }
}

#[tokio::test]
async fn missing_files_are_never_silent() {
    for file in ["head", "sled/conf", "sled/snap", "sled/db", "sled"] {
        let folder = tempfile::tempdir().unwrap();
        let streams = fill(folder.path(), 2).await;
        let path = find(folder.path(), file);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        let end = end_of(folder.path(), &streams).await;
        let expected = if ["sled/conf", "sled/snap"].contains(&file) { End::Intact } else { End::Refused };
        assert_eq!(end, expected, "without {file}");
    }
}

#[tokio::test]
async fn a_refused_log_is_refused_again() {
    let folder = tempfile::tempdir().unwrap();
    let streams = fill(folder.path(), 1).await;
    let database = folder.path().join("sled/db");
    let used = used_bytes(&database);
    fs::File::options().write(true).open(&database).unwrap().set_len(used as u64 / 2).unwrap();
    // sled itself forgets what it cut off when it opens; the log does not.
    for _ in 0..3 {
        assert_eq!(end_of(folder.path(), &streams).await, End::Refused);
    }
}

/// Flips one bit at each of `cases` places in the part of the file that is used.
async fn check_flips(file: &str, openings: usize, cases: usize, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let streams = fill(folder.path(), openings).await;
    check_flips_of(folder.path(), &streams, file, cases, seed).await;
}

async fn check_flips_of(folder: &Path, streams: &Streams, file: &str, cases: usize, seed: u64) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let used = used_bytes(&find(folder, file));
    let mut ends = BTreeMap::new();
    for _ in 0..cases {
        let copy = copy_of(folder);
        let path = find(copy.path(), file);
        let mut bytes = fs::read(&path).unwrap();
        let place = random.random_range(0..used);
        bytes[place] ^= 1 << random.random_range(0..8);
        fs::write(&path, bytes).unwrap();
        println!("bit flipped in byte {place} of {file}");
        *ends.entry(format!("{:?}", end_of(copy.path(), streams).await)).or_insert(0) += 1;
    }
    println!("{file}, {used} bytes: {ends:?}");
    assert!(
        ends.len() > 1 || ends.contains_key("Refused") || file != "sled/db",
        "no flip was noticed: {ends:?}"
    );
}

/// A log of 360 records in 24 streams, written over a number of openings.
async fn fill(folder: &Path, openings: usize) -> Streams {
    fill_with(folder, openings, 240).await
}

async fn fill_with(folder: &Path, openings: usize, appends: usize) -> Streams {
    let mut random = StdRng::seed_from_u64(100);
    let names: Vec<StreamName> = (0..24).map(|number| name(&format!("acme/ticket/{number}"))).collect();
    let mut number = 0;
    for _ in 0..openings {
        let log = SledLog::open(folder, small()).unwrap();
        for _ in 0..appends / openings {
            let stream = &names[random.random_range(0..names.len())];
            let count = random.random_range(1..=2);
            let records = (0..count).map(|_| {
                number += 1;
                let length = random.random_range(300..1500);
                record(number, (0..length).map(|_| random.random()).collect::<Vec<u8>>())
            });
            let records = records.collect();
            log.append(stream, Expected::Any, records).await.unwrap();
        }
        log.close().unwrap();
    }
    let mut streams = Streams::new();
    let copy = copy_of(folder);
    let log = SledLog::open(copy.path(), small()).unwrap();
    for stream in log.streams("").await.unwrap() {
        let records = log.read(&stream, 1, usize::MAX).await.unwrap();
        streams.insert(stream, records);
    }
    assert_eq!(streams.values().map(Vec::len).sum::<usize>() as u64, number);
    streams
}

/// Opens the log and reads all of it in every way there is.
async fn end_of(folder: &Path, streams: &Streams) -> End {
    let log = match catch_unwind(AssertUnwindSafe(|| SledLog::open(folder, small()))).expect("no panic") {
        Ok(log) => log,
        Err(OpenError::Corrupt { .. } | OpenError::Unusable { .. }) => return End::Refused,
        Err(error) => panic!("{error} says nothing of damage"),
    };
    let mut intact = true;
    for (stream, records) in streams {
        match log.read(stream, 1, usize::MAX).await {
            Ok(found) => assert!(found == *records, "silently wrong: {stream}"),
            Err(ReadError::Corrupt(_) | ReadError::Unavailable(_)) => intact = false,
        }
        let last = records.len() as u64;
        match log.read(stream, last, 1).await {
            Ok(found) => {
                assert!(found == records[records.len() - 1..], "silently wrong: the end of {stream}")
            }
            Err(_) => intact = false,
        }
    }
    match log.streams("").await {
        Ok(names) => assert!(names.iter().eq(streams.keys()), "silently wrong: the names"),
        Err(_) => intact = false,
    }
    intact &= tail_is_intact(&log, streams).await;
    let verified = verify(&log).await;
    assert!(matches!(verified, Ok(_) | Err(Break::Read(_))), "only the walk found it: {verified:?}");
    intact &= verified.is_ok();
    // A log that opened must refuse to build on damage, or build on the true end.
    for (stream, records) in streams {
        let last = records.len() as u64;
        let appended = log.append(stream, Expected::Exact(last), vec![record(1_000_000, "more")]).await;
        intact &= appended.is_ok();
        assert!(
            !matches!(appended, Err(polus_storage::AppendError::Conflict { .. })),
            "{stream} ends elsewhere: {appended:?}"
        );
    }
    if intact { End::Intact } else { End::Reported }
}

async fn tail_is_intact(log: &SledLog, streams: &Streams) -> bool {
    let mut by_position: Vec<&Record> = streams.values().flatten().collect();
    by_position.sort_by_key(|record| record.position);
    let mut tail = log.tail(1);
    for expected in by_position {
        match tail.next().await {
            Ok(TailItem::Record(found)) => assert!(found == *expected, "silently wrong: the tail"),
            Ok(TailItem::CaughtUp) => panic!("silently short: the tail"),
            Err(_) => return false,
        }
    }
    tail.next().await == Ok(TailItem::CaughtUp)
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_into(folder, copy.path());
    copy
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The file whose path begins so: sled's snapshots have a number in their name.
fn find(folder: &Path, file: &str) -> PathBuf {
    let path = folder.join(file);
    if path.exists() {
        return path;
    }
    let start = path.file_name().unwrap().to_str().unwrap();
    let entries = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut found = entries.filter(|entry| entry.file_name().unwrap().to_str().unwrap().starts_with(start));
    found.next().unwrap_or_else(|| panic!("there is no {file}"))
}

fn used_bytes(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
}
