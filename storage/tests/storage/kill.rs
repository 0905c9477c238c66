//! A process appends under load, tells which appends were answered, and is killed at moments drawn from a
//! seed. After each kill everything it told must be there, in order, linked, and nothing half.
//!
//! The process is this test binary again, at [`appender`]. This tests the end of a process, not of the
//! machine: what the system holds in memory survives.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use polus_storage::{
    AppendError, Appended, EventLog, Expected, OpenError, SledLog, StreamName, TailItem, verify,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::support::{name, record, small};

const FOLDER: &str = "POLUS_STORAGE_TEST_FOLDER";
const ROUND: &str = "POLUS_STORAGE_TEST_ROUND";
const KILLS: u64 = 32;
const PRODUCERS: u64 = 12;
const STREAMS: u64 = 20;

#[tokio::test]
async fn everything_acknowledged_survives_a_kill() {
    let seed: u64 = std::env::var("SEED").ok().map_or(2026, |seed| seed.parse().unwrap());
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeMap::new();
    for round in 0..KILLS {
        let mut process = Process::start(folder.path(), round);
        // Early kills hit the opening, late ones full groups.
        let answers_before = if round % 8 == 0 { 0 } else { random.random_range(1..600) };
        process.read_answers(answers_before, &mut acknowledged);
        process.kill();
        process.read_answers(usize::MAX, &mut acknowledged);
        check(folder.path(), &acknowledged).await;
    }
    let records = acknowledged.len();
    println!("{KILLS} kills, {records} acknowledged records, all of them there");
    assert!(records > 2_000, "only {records} records were acknowledged: the kills hit nothing");
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeMap::new();
    let mut process = Process::start(folder.path(), 0);
    process.read_answers(1, &mut acknowledged);
    let in_use = OpenError::InUse { folder: folder.path().display().to_string() };
    assert_eq!(SledLog::open(folder.path(), small()).err(), Some(in_use));
    process.kill();
    process.read_answers(usize::MAX, &mut acknowledged);
    check(folder.path(), &acknowledged).await;
}

/// The process that is killed. Without a folder from its parent it appends a little and checks itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appender() {
    let round = std::env::var(ROUND).map_or(0, |round| round.parse().unwrap());
    let Ok(folder) = std::env::var(FOLDER) else {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(SledLog::open(folder.path(), small()).unwrap());
        produce(&log, round, 0, 40).await;
        assert!(verify(log.as_ref()).await.unwrap().records >= 40);
        return;
    };
    let log = Arc::new(SledLog::open(folder, small()).unwrap());
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|producer| {
            let log = Arc::clone(&log);
            tokio::spawn(async move { produce(&log, round, producer, u64::MAX).await })
        })
        .collect();
    for producer in producers {
        producer.await.unwrap();
    }
}

/// Appends to streams drawn from a seed, half of the time at an exact place, sometimes several records. The
/// body of each record tells the append it belongs to, its number in it, and how many there are.
async fn produce(log: &SledLog, round: u64, producer: u64, appends: u64) {
    let mut random = StdRng::seed_from_u64(round * 1000 + producer);
    for number in 0..appends {
        let stream = name(&format!("acme/ticket/{}", random.random_range(0..STREAMS)));
        let count = if random.random_range(0..4) == 0 { random.random_range(2..=5) } else { 1 };
        let append_number = (round * PRODUCERS + producer) * 1_000_000 + number;
        let padding = "x".repeat(random.random_range(200..1200));
        let records = (1..=count)
            .map(|part| record(append_number, format!("{append_number} {part} {count} {padding}")))
            .collect();
        let expected = if random.random() {
            let records = log.read(&stream, random.random_range(1..50), usize::MAX).await.unwrap();
            records.last().map_or(Expected::Any, |last| Expected::Exact(last.sequence))
        } else {
            Expected::Any
        };
        match log.append(&stream, expected, records).await {
            Ok(Appended::New { first_sequence, last_sequence, .. }) => {
                tell(&stream, first_sequence, last_sequence, append_number);
            }
            Err(AppendError::Conflict { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// One write to the pipe, so that a kill leaves whole lines.
fn tell(stream: &StreamName, first: u64, last: u64, append_number: u64) {
    let line = format!("answered {stream} {first} {last} {append_number}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

/// Which append each acknowledged place belongs to.
type Acknowledged = BTreeMap<(StreamName, u64), u64>;

struct Process {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Process {
    fn start(folder: &Path, round: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::appender", "--nocapture"])
            .env(FOLDER, folder)
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Reads so many answers, or all until the pipe ends.
    fn read_answers(&mut self, count: usize, acknowledged: &mut Acknowledged) {
        let mut answers = 0;
        while answers < count {
            let mut line = String::new();
            self.lines.read_line(&mut line).unwrap();
            if !line.ends_with('\n') {
                return;
            }
            // The test harness of the process writes lines of its own; it may put an answer behind one.
            let Some((_, answer)) = line.trim_end().split_once("answered ") else { continue };
            let fields: Vec<&str> = answer.split(' ').collect();
            let [stream, first, last, append_number] = fields[..] else { panic!("{line:?}") };
            for sequence in first.parse::<u64>().unwrap()..=last.parse().unwrap() {
                let place = (name(stream), sequence);
                let other = acknowledged.insert(place, append_number.parse().unwrap());
                assert_eq!(other, None, "sequence {sequence} of {stream} was given twice");
            }
            answers += 1;
        }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

async fn check(folder: &Path, acknowledged: &Acknowledged) {
    let log = SledLog::open(folder, small()).unwrap();
    verify(&log).await.unwrap();
    let mut found = BTreeMap::new();
    let mut parts: BTreeMap<u64, Vec<(u64, u64, u64)>> = BTreeMap::new();
    let mut tail = log.tail(1);
    while let TailItem::Record(record) = tail.next().await.unwrap() {
        let text = String::from_utf8(record.body).unwrap();
        let numbers: Vec<u64> = text.split(' ').take(3).map(|field| field.parse().unwrap()).collect();
        let [append_number, part, count] = numbers[..] else { panic!("{text:?}") };
        parts.entry(append_number).or_default().push((part, count, record.position));
        found.insert((record.stream, record.sequence), append_number);
    }
    for (place, append_number) in acknowledged {
        assert_eq!(found.get(place), Some(append_number), "{place:?} was acknowledged");
    }
    for (append_number, parts) in parts {
        let (_, count, first) = parts[0];
        let whole: Vec<_> = (1..=count).map(|part| (part, count, first + part - 1)).collect();
        assert_eq!(parts, whole, "append {append_number} is there in part");
    }
}
