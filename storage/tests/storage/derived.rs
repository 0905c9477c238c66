//! The open-work list on disk: it survives a restart, and a damaged one begins anew.

use std::fs;
use std::path::Path;

use polus_storage::{OpenEntry, OpenState, OpenWork, SledOpenWork};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::name;

fn fill(folder: &Path) -> Vec<OpenEntry> {
    let work = SledOpenWork::open(folder).unwrap();
    for round in 0..50_u64 {
        let touched: Vec<_> = (0..10).map(|stream| (name(&format!("s{stream}")), round + 1)).collect();
        work.note(&touched, (round + 1) * 10).unwrap();
    }
    work.settle(&name("s3"), 50, None).unwrap();
    work.settle(&name("s4"), 50, Some(99)).unwrap();
    work.settle(&name("s5"), 49, None).unwrap();
    work.entries().unwrap()
}

#[test]
fn the_list_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let entries = fill(folder.path());
    assert_eq!(entries.len(), 9);
    let asleep = OpenEntry { stream: name("s4"), state: OpenState::Asleep { sequence: 50, wake_at_ms: 99 } };
    assert!(entries.contains(&asleep));
    let work = SledOpenWork::open(folder.path()).unwrap();
    assert_eq!(work.entries().unwrap(), entries);
    assert_eq!(work.complete_up_to().unwrap(), 500);
}

#[test]
fn a_deleted_list_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    fs::remove_dir_all(folder.path()).unwrap();
    assert_empty(&SledOpenWork::open(folder.path()).unwrap());
}

#[test]
fn a_damaged_list_begins_anew_or_is_older_but_never_wrong() {
    let seed = 7;
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut begun_anew = 0;
    for case in 0..60 {
        let folder = tempfile::tempdir().unwrap();
        let entries = fill(folder.path());
        let database = folder.path().join("db");
        let mut bytes = fs::read(&database).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let place = random.random_range(0..used);
        if case % 3 == 0 {
            bytes.truncate(place);
        } else {
            bytes[place] ^= 1 << random.random_range(0..8);
        }
        fs::write(&database, bytes).unwrap();

        let work = SledOpenWork::open(folder.path()).unwrap();
        let complete_up_to = work.complete_up_to().unwrap();
        if complete_up_to == 0 {
            assert_empty(&work);
            begun_anew += 1;
            continue;
        }
        // An older list is one that there was: after a round, or between the two acts of settling.
        let found = work.entries().unwrap();
        let after_round: Vec<_> = (0..10)
            .map(|stream| OpenEntry {
                stream: name(&format!("s{stream}")),
                state: OpenState::Open { sequence: complete_up_to / 10 },
            })
            .collect();
        let mut between = after_round.clone();
        between.remove(3);
        let known = found == after_round || (complete_up_to == 500 && (found == between || found == entries));
        assert!(known, "byte {place}: {found:?}");
    }
    assert!(begun_anew > 0, "no damage was noticed");
}

#[test]
fn a_list_that_lost_one_entry_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let database = sled::open(folder.path()).unwrap();
    assert!(database.remove("s7").unwrap().is_some());
    drop(database);
    assert_empty(&SledOpenWork::open(folder.path()).unwrap());
}

#[test]
fn something_else_in_its_place_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("derived");
    fs::create_dir_all(work.join("db")).unwrap();
    assert_empty(&SledOpenWork::open(&work).unwrap());
}

#[test]
fn a_list_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let work = SledOpenWork::open(folder.path()).unwrap();
    work.note(&[(name("s"), 1)], 1).unwrap();
    assert!(SledOpenWork::open(folder.path()).is_err());
    drop(work);
    assert_eq!(SledOpenWork::open(folder.path()).unwrap().complete_up_to(), Ok(1));
}

fn assert_empty(work: &SledOpenWork) {
    assert_eq!(work.complete_up_to(), Ok(0));
    assert_eq!(work.entries(), Ok(vec![]));
    work.note(&[(name("s"), 1)], 1).unwrap();
    assert_eq!(work.entries().unwrap().len(), 1);
}
