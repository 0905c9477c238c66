//! The simulated disk promises what the real one does: it passes the suite of every log, and what its troubles leave
//! behind is what they leave there.

use std::sync::Arc;

use futures_util::FutureExt as _;
use polus_simulations::dice::Dice;
use polus_simulations::doom::Doom;
use polus_simulations::log::{DiskTrouble, SimulatedLog};
use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::run::run;
use polus_storage::{
    AppendError, Appended, EventLog, Expected, NewRecord, ReadError, RecordId, StreamName, TailItem,
    conformance,
};

const ALWAYS: u32 = 1_000_000;

fn log(seed: u64, trouble: DiskTrouble) -> SimulatedLog {
    let log = SimulatedLog::new(Dice::named(seed, "disk"), Doom::default());
    log.set_trouble(trouble);
    log
}

fn name(text: &str) -> StreamName {
    StreamName::new(text).unwrap()
}

fn records(numbers: impl IntoIterator<Item = u8>) -> Vec<NewRecord> {
    let record = |number| NewRecord {
        id: RecordId([number; 16]),
        schema: 1,
        recorded_at_ms: 1_000,
        body: b"a body".to_vec(),
    };
    numbers.into_iter().map(record).collect()
}

async fn append(
    log: &SimulatedLog,
    stream: &str,
    expected: Expected,
    number: u8,
) -> Result<Appended, AppendError> {
    log.append(&name(stream), expected, records([number])).await
}

#[tokio::test(start_paused = true)]
async fn it_passes_the_suite_of_every_log() {
    conformance::run(|| Arc::new(log(1, DiskTrouble::default()))).await;
}

#[tokio::test(start_paused = true)]
async fn it_passes_the_suite_of_every_log_when_appends_take_time() {
    conformance::run(|| Arc::new(log(1, DiskTrouble { slow_ms_max: 20, ..DiskTrouble::default() }))).await;
}

#[tokio::test(start_paused = true)]
async fn what_no_log_takes_is_refused_before_the_disk_is_asked() {
    let log = log(1, DiskTrouble { overloaded: ALWAYS, full: ALWAYS, ..DiskTrouble::default() });
    let refused = log.append(&name("s"), Expected::Any, Vec::new()).await;
    assert!(matches!(refused, Err(AppendError::Malformed(_))), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_still_knows_what_is_there() {
    let log = log(1, DiskTrouble::default());
    append(&log, "s", Expected::Exact(0), 1).await.unwrap();
    log.set_trouble(DiskTrouble { full: ALWAYS, ..DiskTrouble::default() });
    let again = append(&log, "s", Expected::Exact(0), 1).await;
    assert_eq!(again, Ok(Appended::AlreadyThere { last_sequence: 1 }));
    for wrong in [0, 2, u64::MAX] {
        let other = append(&log, "s", Expected::Exact(wrong), 2).await;
        assert_eq!(other, Err(AppendError::Conflict { actual: 1 }), "expected {wrong}");
    }
    for expected in [Expected::Any, Expected::Exact(1)] {
        let fresh = append(&log, "s", expected, 2).await;
        assert!(matches!(fresh, Err(AppendError::Full(_))), "{fresh:?}");
    }
    assert_eq!(log.head(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_sync_left_unsure_is_shown_to_nobody_and_nothing_more_is_taken() {
    let mut survived = [0_u64; 2];
    for seed in 0..40 {
        let log = log(seed, DiskTrouble { slow_ms_max: 20, sync_fails: ALWAYS, ..DiskTrouble::default() });
        let unsure = append(&log, "s", Expected::Any, 1);
        let behind = append(&log, "s", Expected::Any, 2);
        let (unsure, behind) = tokio::join!(biased; unsure, behind);
        assert!(matches!(unsure, Err(AppendError::Unclear(_))), "{unsure:?}");
        assert!(matches!(behind, Err(AppendError::Unavailable(_))), "{behind:?}");
        let later = append(&log, "s", Expected::Any, 3).await;
        assert!(matches!(later, Err(AppendError::Unavailable(_))), "{later:?}");
        assert_eq!(log.head(), 0, "only what is durable is shown");
        assert_eq!(log.poisoned().await, "the disk did not sync");
        log.crash().await;
        let there = log.read(&name("s"), 1, 9).await.unwrap();
        assert!(there.iter().all(|record| record.id == RecordId([1; 16])), "{there:?}");
        survived[there.len()] += 1;
    }
    assert!(survived.iter().all(|times| *times > 5), "it is there or not: {survived:?}");
}

#[tokio::test(start_paused = true)]
async fn an_append_whose_asker_went_away_keeps_its_place() {
    let log = log(1, DiskTrouble { slow_ms_max: 20, ..DiskTrouble::default() });
    let mut first = Box::pin(append(&log, "s", Expected::Any, 1));
    assert_eq!(first.as_mut().now_or_never(), None, "it takes its time");
    let mut second = Box::pin(append(&log, "s", Expected::Any, 2));
    assert_eq!(second.as_mut().now_or_never(), None, "it waits behind the first");
    drop(second);
    assert_eq!(log.head(), 0, "it overtakes nobody");
    first.await.unwrap();
    let there: Vec<RecordId> =
        log.read(&name("s"), 1, 9).await.unwrap().into_iter().map(|record| record.id).collect();
    assert_eq!(there, [RecordId([1; 16]), RecordId([2; 16])]);
}

/// Ten records of a ticket, one of which a flipped bit has hidden.
async fn damaged(seed: u64) -> (SimulatedLog, u64) {
    let log = log(seed, DiskTrouble { flipped: ALWAYS, ..DiskTrouble::default() });
    let mut dice = Dice::named(seed, "flips");
    append(&log, "acme/connection", Expected::Any, 1).await.unwrap();
    assert_eq!(log.age(&mut dice).await, None, "there is no ticket yet");
    log.append(&name("acme/ticket/7"), Expected::Any, records(1..=10)).await.unwrap();
    let flipped = log.age(&mut dice).await.unwrap();
    assert_eq!((flipped.stream.as_str(), flipped.head), ("acme/ticket/7", 11));
    assert_eq!(log.age(&mut dice).await, None, "one is enough");
    (log, flipped.sequence)
}

#[tokio::test(start_paused = true)]
async fn a_read_that_comes_by_a_flipped_bit_says_so_and_every_other_read_goes_on() {
    let mut hit = [false; 11];
    for seed in 0..60 {
        let (log, sequence) = damaged(seed).await;
        hit[usize::try_from(sequence).unwrap()] = true;
        for (from, limit) in [(0, 99), (1, 1), (1, 4), (4, 1), (5, 0), (7, usize::MAX), (10, 1), (12, 5)] {
            let read = log.read(&name("acme/ticket/7"), from, limit).await;
            // With the record before the first, for its link.
            let first = from.max(2) - 1;
            let last = from.max(1).saturating_add(limit as u64) - 1;
            if (first..=last).contains(&sequence) {
                assert!(
                    matches!(read, Err(ReadError::Corrupt(_))),
                    "#{sequence}, {limit} from {from}: {read:?}"
                );
            } else {
                assert!(read.is_ok(), "#{sequence}, {limit} from {from}: {read:?}");
            }
        }
        assert_eq!(log.read(&name("acme/connection"), 1, 9).await.unwrap().len(), 1);
        let mut tail = log.tail(1);
        for position in 1..=11 {
            let item = tail.next().await;
            assert!(matches!(&item, Ok(TailItem::Record(record)) if record.position == position), "{item:?}");
        }
    }
    assert!(hit[1..].iter().all(|hit| *hit), "every record may be the one: {hit:?}");
}

#[tokio::test(start_paused = true)]
async fn an_append_that_comes_by_a_flipped_bit_is_refused_and_every_other_one_is_taken() {
    for seed in 0..60 {
        let (log, sequence) = damaged(seed).await;
        let again = log.append(&name("acme/ticket/7"), Expected::Exact(2), records(3..=5)).await;
        let fact = append(&log, "acme/ticket/7", Expected::Any, 20).await;
        if sequence == 10 {
            assert!(matches!(fact, Err(AppendError::Corrupt(_))), "its end cannot be read: {fact:?}");
        } else {
            assert_eq!(fact, Ok(Appended::New { first_sequence: 11, last_sequence: 11, position: 12 }));
        }
        if [3, 4, 5, 10].contains(&sequence) {
            assert!(matches!(again, Err(AppendError::Corrupt(_))), "#{sequence}: {again:?}");
        } else {
            assert_eq!(again, Ok(Appended::AlreadyThere { last_sequence: 5 }), "#{sequence}");
        }
        append(&log, "acme/ticket/8", Expected::Exact(0), 1).await.unwrap();
    }
}

#[test]
fn runs_in_which_a_bit_flips_keep_every_promise() {
    let mut flipped = 0;
    for seed in 0..6 {
        let drawn = Options::drawn(seed);
        let disk = DiskTrouble { flipped: ALWAYS / 4, ..drawn.disk };
        let options = Options { dies: true, disk, ..drawn };
        let outcome = run(&options, &plan::drawn(&options));
        assert!(outcome.findings.broken.is_empty(), "seed {seed}: {:#?}", outcome.findings.broken);
        flipped += outcome.struck.get("bit_flipped").copied().unwrap_or_default();
    }
    assert!(flipped > 2, "it happened in {flipped} runs");
}
