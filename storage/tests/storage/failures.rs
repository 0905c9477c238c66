//! A disk that fails or is full, a queue that is full, a folder that is taken.

use std::io::ErrorKind;
use std::sync::Arc;

use futures_util::future::FutureExt;
use polus_storage::{
    AppendError, Appended, EventLog, Expected, LogAddress, OpenError, SledLog, open, verify,
};

use crate::support::{Failure, TestDisk, append, name, open_on, record, small};

#[tokio::test]
async fn a_failed_sync_is_unclear_and_poisons_the_log() {
    for failure in [Failure::Error(ErrorKind::StorageFull), Failure::Error(ErrorKind::Other), Failure::Panic]
    {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(TestDisk::default());
        let log = open_on(folder.path(), &disk);
        append(&log, "s", 1).await.unwrap();
        assert!(log.poisoned().now_or_never().is_none());

        let before = disk.started();
        let _hold = disk.hold();
        let stream = name("s");
        let mut failing = log.append(&stream, Expected::Exact(1), vec![record(2, "x")]);
        assert!(failing.as_mut().now_or_never().is_none());
        disk.wait_for_start(before + 1);
        let mut queued = log.append(&stream, Expected::Any, vec![record(3, "x")]);
        assert!(queued.as_mut().now_or_never().is_none());
        disk.fail(failure);
        disk.allow(1);

        let unclear = failing.await;
        assert!(matches!(unclear, Err(AppendError::Unclear(_))), "{unclear:?}");
        let unavailable = queued.await;
        assert!(matches!(unavailable, Err(AppendError::Unavailable(_))), "{unavailable:?}");
        let later = append(&log, "other", 4).await;
        assert!(matches!(later, Err(AppendError::Unavailable(_))), "{later:?}");
        let reason = log.poisoned().await;
        assert!(reason.contains("made durable") || reason.contains("panic"), "{reason}");
        assert_eq!(log.read(&stream, 1, 10).await.map(|records| records.len()), Ok(1), "reads go on");
        assert!(log.close().is_err());

        let log = SledLog::open(folder.path(), small()).unwrap();
        let records = log.read(&stream, 1, 10).await.unwrap();
        assert!((1..=2).contains(&records.len()), "the unclear append is there or not: {records:?}");
        verify(&log).await.unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(TestDisk::default());
    let log = open_on(folder.path(), &disk);
    append(&log, "s", 1).await.unwrap();
    disk.set_full(true);
    // The free space is looked up once in 64 groups.
    let mut written = 1;
    let full = loop {
        match append(&log, "s", written + 1).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 100, "appends go on although the disk is full");
    };
    assert!(matches!(full, AppendError::Full(_)), "{full:?}");
    let repeated = log.append(&name("s"), Expected::Exact(0), vec![record(1, "x")]).await;
    assert_eq!(repeated, Ok(Appended::AlreadyThere { last_sequence: 1 }), "what needs no room is answered");
    let conflict = log.append(&name("s"), Expected::Exact(0), vec![record(9, "x")]).await;
    assert_eq!(conflict, Err(AppendError::Conflict { actual: written }));
    assert_eq!(log.head(), written, "nothing was written");
    assert!(log.poisoned().now_or_never().is_none());

    disk.set_full(false);
    assert!(append(&log, "s", written + 1).await.is_ok(), "room again, appends again");
    assert_eq!(verify(&log).await.unwrap().records, written + 1);
}

#[tokio::test]
async fn more_appends_than_may_wait_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(TestDisk::default());
    let log = open_on(folder.path(), &disk);
    let before = disk.started();
    let hold = disk.hold();
    let stream = name("s");
    let append = |number| log.append(&stream, Expected::Any, vec![record(number, "x")]);
    let mut first = append(1);
    assert!(first.as_mut().now_or_never().is_none());
    disk.wait_for_start(before + 1);
    let mut second = append(2);
    let mut third = append(3);
    assert!(second.as_mut().now_or_never().is_none());
    assert!(third.as_mut().now_or_never().is_none());
    assert_eq!(append(4).await, Err(AppendError::Overloaded { waiting: 2 }));
    drop(hold);
    for waiting in [first, second, third] {
        assert!(waiting.await.is_ok());
    }
    assert_eq!(log.head(), 3, "the refused append left nothing behind");
}

#[tokio::test]
async fn a_folder_in_use_is_refused_and_free_after_closing() {
    let folder = tempfile::tempdir().unwrap();
    let log = SledLog::open(folder.path(), small()).unwrap();
    append(&log, "s", 1).await.unwrap();
    let in_use = OpenError::InUse { folder: folder.path().display().to_string() };
    assert_eq!(SledLog::open(folder.path(), small()).err(), Some(in_use.clone()));
    let address = LogAddress::Sled(folder.path().to_owned());
    assert_eq!(open(&address, small()).err(), Some(in_use));
    log.close().unwrap();
    assert_eq!(SledLog::open(folder.path(), small()).unwrap().head(), 1);
}

#[test]
fn a_folder_that_cannot_be_made_is_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let error = SledLog::open(file.join("log"), small()).err();
    assert!(matches!(error, Some(OpenError::Unusable { .. })), "{error:?}");
}
