//! No append is answered before the disk has synced it.

use std::sync::Arc;

use futures_util::future::{FutureExt, join_all};
use polus_storage::{AppendError, Appended, EventLog, Expected, SledLog, TailItem};

use crate::support::{TestDisk, append, name, open_on, record, small};

#[tokio::test]
async fn no_answer_comes_before_the_sync_ends() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(TestDisk::default());
    let log = open_on(folder.path(), &disk);
    let before = disk.started();
    let _hold = disk.hold();

    let stream = name("s");
    let mut waiting = log.append(&stream, Expected::Exact(0), vec![record(1, "x"), record(2, "y")]);
    assert!(waiting.as_mut().now_or_never().is_none());
    disk.wait_for_start(before + 1);
    // Everything that comes before the sync has happened.
    assert!(waiting.as_mut().now_or_never().is_none(), "answered although the sync has not ended");
    assert_eq!(log.head(), 0);
    assert_eq!(log.read(&stream, 1, 10).await, Ok(vec![]), "a read shows what is not durable");
    assert_eq!(log.streams("").await, Ok(vec![]), "a name is shown whose record is not durable");
    let mut tail = log.tail(1);
    assert_eq!(tail.next().await, Ok(TailItem::CaughtUp));
    assert!(tail.next().now_or_never().is_none(), "a tail shows what is not durable");

    disk.allow(1);
    assert_eq!(waiting.await, Ok(Appended::New { first_sequence: 1, last_sequence: 2, position: 2 }));
    assert!(matches!(tail.next().await, Ok(TailItem::Record(_))));
}

#[tokio::test]
async fn every_group_is_synced_once_after_its_inserts() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(TestDisk::default());
    let log = open_on(folder.path(), &disk);
    let before = disk.finished();
    for number in 1..=20 {
        append(&log, "s", number).await.unwrap();
        assert_eq!(disk.finished() - before, number as usize, "one sync for each append that stands alone");
        assert!(
            disk.synced(format!("body {number}").as_bytes()),
            "record {number} was not in what was synced"
        );
    }
}

#[tokio::test]
async fn under_load_each_answer_follows_a_sync_that_began_after_its_append() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(TestDisk::default());
    let options = polus_storage::SledOptions { disk: Arc::clone(&disk) as _, ..small() };
    let log = SledLog::open(folder.path(), options).unwrap();
    let before = disk.finished();
    let producers = (0..16_u64).map(|producer| {
        let (log, disk) = (&log, &disk);
        async move {
            for number in 0..20 {
                let begun = disk.started();
                append(log, &format!("s{producer}"), producer * 100 + number).await.unwrap();
                assert!(disk.finished() > begun, "answered by a sync that began before the append");
            }
        }
    });
    join_all(producers).await;
    let syncs = disk.finished() - before;
    assert!(syncs <= 320, "{syncs} syncs for 320 appends");
}

#[tokio::test]
async fn answers_about_a_group_wait_for_its_sync() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(TestDisk::default());
    let options = polus_storage::SledOptions { disk: Arc::clone(&disk) as _, ..small() };
    let log = SledLog::open(folder.path(), options).unwrap();
    let before = disk.started();
    let _hold = disk.hold();
    let (stream, other) = (name("s"), name("other"));
    // The first group keeps the writer busy while the second one gathers.
    let mut busy = log.append(&other, Expected::Any, vec![record(9, "x")]);
    assert!(busy.as_mut().now_or_never().is_none());
    disk.wait_for_start(before + 1);
    let mut group = vec![
        log.append(&stream, Expected::Exact(0), vec![record(1, "x")]),
        log.append(&stream, Expected::Exact(0), vec![record(1, "x")]),
        log.append(&stream, Expected::Exact(0), vec![record(2, "y")]),
        log.append(&stream, Expected::Exact(1), vec![record(3, "z")]),
    ];
    assert!(group.iter_mut().all(|append| append.as_mut().now_or_never().is_none()));
    disk.allow(1);
    assert!(busy.await.is_ok());
    disk.wait_for_start(before + 2);
    for append in &mut group {
        assert!(append.as_mut().now_or_never().is_none(), "answered before the group was synced");
    }
    disk.allow(1);
    let expected = [
        Ok(Appended::New { first_sequence: 1, last_sequence: 1, position: 2 }),
        Ok(Appended::AlreadyThere { last_sequence: 1 }),
        // It sees what stands there when its turn comes, not what follows.
        Err(AppendError::Conflict { actual: 1 }),
        Ok(Appended::New { first_sequence: 2, last_sequence: 2, position: 3 }),
    ];
    assert_eq!(join_all(group).await, expected);

    // Nothing new to sync: answered although the disk is held.
    let repeated = log.append(&stream, Expected::Exact(0), vec![record(1, "x")]).await;
    assert_eq!(repeated, Ok(Appended::AlreadyThere { last_sequence: 1 }));
}

#[tokio::test]
async fn closing_answers_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let log = SledLog::open(folder.path(), small()).unwrap();
    for number in 1..=50 {
        append(&log, "s", number).await.unwrap();
    }
    let mut tail = log.tail(51);
    assert_eq!(tail.next().await, Ok(TailItem::CaughtUp));
    let stats = log.stats().unwrap();
    assert_eq!(stats.records, 50);
    assert!(stats.bytes_on_disk > 0);
    assert_eq!(log.close(), Ok(()));
    assert!(tail.next().await.is_err(), "the tail of a closed log ends");

    let log = SledLog::open(folder.path(), small()).unwrap();
    assert_eq!(log.head(), 50);
    let next = append(&log, "s", 51).await;
    assert_eq!(next, Ok(Appended::New { first_sequence: 51, last_sequence: 51, position: 51 }));
}
