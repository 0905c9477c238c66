//! What every backend of the log must do, as one suite of named checks. Each check gets an empty log. A
//! broken promise is a panic that names it. Needs no runtime of its own, so a simulated log can run it in
//! simulated time.

#![allow(clippy::expect_used, reason = "this is a test suite that other crates run; a failure is a panic")]

use std::sync::Arc;

use futures_util::future::{join, join_all};

use crate::{
    APPEND_BYTES_MAX, APPEND_RECORDS_MAX, AppendError, Appended, BadAppend, EventLog, Expected, NewRecord,
    RECORD_BYTES_MAX, Record, RecordHash, RecordId, StreamName, Tail, TailItem, verify,
};

type Log = Arc<dyn EventLog>;

/// Runs every check, each on a log of its own that `make` gives; that log must be empty.
pub async fn run(mut make: impl FnMut() -> Log) {
    an_empty_log_is_empty(make()).await;
    sequences_and_positions_have_no_gaps(make()).await;
    a_record_reads_back_as_it_was_given(make()).await;
    records_are_linked_by_their_hashes(make()).await;
    reads_begin_and_end_where_asked(make()).await;
    an_append_at_another_end_conflicts(make()).await;
    an_append_anywhere_always_succeeds(make()).await;
    a_repeated_append_is_recognised(make()).await;
    a_repeated_append_of_several_is_recognised_whole(make()).await;
    other_records_at_the_same_place_conflict(make()).await;
    an_append_is_all_or_none(make()).await;
    the_largest_append_fits(make()).await;
    what_is_too_large_is_refused(make()).await;
    an_empty_append_is_refused(make()).await;
    names_are_listed_by_prefix_in_byte_order(make()).await;
    a_tail_catches_up_and_then_follows(make()).await;
    a_tail_begins_where_asked(make()).await;
    a_dropped_wait_of_a_tail_loses_nothing(make()).await;
    one_of_many_exact_appends_wins(make()).await;
    concurrent_appends_keep_every_promise(make()).await;
    an_answered_append_is_seen_at_once(make()).await;
}

async fn an_empty_log_is_empty(log: Log) {
    assert_eq!(log.head(), 0, "the head of an empty log");
    assert_eq!(read(&log, "s", 1).await, [], "a stream that does not exist");
    assert_eq!(streams(&log, "").await, Vec::<String>::new(), "the streams of an empty log");
    assert_eq!(log.tail(1).next().await, Ok(TailItem::CaughtUp), "the tail of an empty log");
}

async fn sequences_and_positions_have_no_gaps(log: Log) {
    let mut position = 0;
    for round in 0..5_u64 {
        for stream in ["a", "b", "a"] {
            position += 1;
            let before = read(&log, stream, 1).await.len() as u64;
            let expected = Appended::New { first_sequence: before + 1, last_sequence: before + 1, position };
            let record = record(position, &format!("{stream}{round}"));
            assert_eq!(append(&log, stream, Expected::Exact(before), vec![record]).await, Ok(expected));
        }
    }
    assert_eq!(log.head(), 15);
    assert_sound(&log, 15).await;
}

async fn a_record_reads_back_as_it_was_given(log: Log) {
    let given = NewRecord {
        id: RecordId([3; 16]),
        schema: 513,
        recorded_at_ms: -7,
        body: (0..=255).collect::<Vec<u8>>(),
    };
    let without_body = NewRecord { body: Vec::new(), ..given.clone() };
    for (sequence, given) in (1..).zip([given, without_body]) {
        must_append(&log, "s", vec![given.clone()]).await;
        let records = read(&log, "s", sequence).await;
        let [found] = records.as_slice() else { panic!("one record was appended, {records:?} read") };
        assert_eq!(found.id, given.id);
        assert_eq!(found.schema, given.schema);
        assert_eq!(found.recorded_at_ms, given.recorded_at_ms);
        assert_eq!(found.body, given.body);
        assert_eq!((found.stream.as_str(), found.sequence, found.position), ("s", sequence, sequence));
    }
}

async fn records_are_linked_by_their_hashes(log: Log) {
    for number in 0..6 {
        must_append(&log, if number % 2 == 0 { "a" } else { "b" }, vec![record(number, "x")]).await;
    }
    for stream in ["a", "b"] {
        let mut link = RecordHash::ZERO;
        for record in read(&log, stream, 1).await {
            assert_eq!(record.previous, link, "the link of sequence {} of {stream}", record.sequence);
            assert!(record.matches_its_hash(), "the hash of sequence {} of {stream}", record.sequence);
            link = record.hash;
        }
        assert_ne!(link, RecordHash::ZERO);
    }
}

async fn reads_begin_and_end_where_asked(log: Log) {
    for number in 1..=9 {
        must_append(&log, "s", vec![record(number, "x")]).await;
        must_append(&log, "s/other", vec![record(100 + number, "x")]).await;
    }
    let name = name("s");
    let cases = [
        (0, 100, 1, 9),
        (1, 100, 1, 9),
        (4, 100, 4, 6),
        (4, usize::MAX, 4, 6),
        (4, 2, 4, 2),
        (9, 1, 9, 1),
        (10, 5, 10, 0),
        (u64::MAX, 5, 0, 0),
        (1, 0, 1, 0),
    ];
    for (from, limit, first, count) in cases {
        let records = log.read(&name, from, limit).await.expect("a read");
        let sequences: Vec<u64> = records.iter().map(|record| record.sequence).collect();
        assert_eq!(sequences, (first..first + count).collect::<Vec<u64>>(), "from {from}, at most {limit}");
    }
}

async fn an_append_at_another_end_conflicts(log: Log) {
    must_append(&log, "s", vec![record(1, "x"), record(2, "x")]).await;
    for wrong in [0, 1, 3, u64::MAX] {
        let result = append(&log, "s", Expected::Exact(wrong), vec![record(9, "y")]).await;
        assert_eq!(result, Err(AppendError::Conflict { actual: 2 }), "expected {wrong}");
    }
    let result = append(&log, "new", Expected::Exact(1), vec![record(9, "y")]).await;
    assert_eq!(result, Err(AppendError::Conflict { actual: 0 }));
    assert_sound(&log, 2).await;
}

async fn an_append_anywhere_always_succeeds(log: Log) {
    for sequence in 1..=3 {
        let result = append(&log, "s", Expected::Any, vec![record(7, "the same each time")]).await;
        let expected =
            Appended::New { first_sequence: sequence, last_sequence: sequence, position: sequence };
        assert_eq!(result, Ok(expected));
    }
    assert_sound(&log, 3).await;
}

async fn a_repeated_append_is_recognised(log: Log) {
    for number in 1..=3 {
        let result = append(&log, "s", Expected::Exact(number - 1), vec![record(number, "x")]).await;
        assert!(matches!(result, Ok(Appended::New { .. })), "{result:?}");
    }
    for number in 1..=3 {
        let result = append(&log, "s", Expected::Exact(number - 1), vec![record(number, "x")]).await;
        assert_eq!(result, Ok(Appended::AlreadyThere { last_sequence: number }));
    }
    assert_sound(&log, 3).await;
}

async fn a_repeated_append_of_several_is_recognised_whole(log: Log) {
    let several = || vec![record(1, "x"), record(2, "y"), record(3, "z")];
    must_append(&log, "s", several()).await;
    must_append(&log, "s", vec![record(4, "w")]).await;
    let repeated = append(&log, "s", Expected::Exact(0), several()).await;
    assert_eq!(repeated, Ok(Appended::AlreadyThere { last_sequence: 3 }));
    let conflict = Err(AppendError::Conflict { actual: 4 });
    let longer = [several(), vec![record(4, "w"), record(5, "v")]].concat();
    assert_eq!(append(&log, "s", Expected::Exact(0), longer).await, conflict, "one more than there is");
    let reordered = vec![record(2, "y"), record(1, "x"), record(3, "z")];
    assert_eq!(append(&log, "s", Expected::Exact(0), reordered).await, conflict, "another order");
    assert_eq!(append(&log, "s", Expected::Exact(1), several()).await, conflict, "another place");
    assert_sound(&log, 4).await;
}

async fn other_records_at_the_same_place_conflict(log: Log) {
    must_append(&log, "s", vec![record(1, "x")]).await;
    let result = append(&log, "s", Expected::Exact(0), vec![record(2, "x")]).await;
    assert_eq!(result, Err(AppendError::Conflict { actual: 1 }));
    let elsewhere = append(&log, "t", Expected::Exact(0), vec![record(1, "x")]).await;
    assert!(matches!(elsewhere, Ok(Appended::New { .. })), "another stream has nothing to do with it");
}

async fn an_append_is_all_or_none(log: Log) {
    let result = append(&log, "s", Expected::Exact(0), vec![record(1, "x"), record(2, "y")]).await;
    assert_eq!(result, Ok(Appended::New { first_sequence: 1, last_sequence: 2, position: 2 }));
    let conflict = append(&log, "s", Expected::Exact(1), vec![record(3, "x"), record(4, "y")]).await;
    assert_eq!(conflict, Err(AppendError::Conflict { actual: 2 }));
    let large = vec![record(3, "x"), large_record(4, RECORD_BYTES_MAX + 1)];
    assert!(append(&log, "s", Expected::Exact(2), large).await.is_err());
    assert_eq!(read(&log, "s", 1).await.len(), 2, "nothing of a refused append is there");
    assert_sound(&log, 2).await;
}

async fn the_largest_append_fits(log: Log) {
    must_append(&log, "large", vec![large_record(1, RECORD_BYTES_MAX)]).await;
    let many = (0..APPEND_RECORDS_MAX as u64).map(|number| record(number, "x")).collect();
    must_append(&log, "many", many).await;
    let full = APPEND_BYTES_MAX / RECORD_BYTES_MAX;
    must_append(
        &log,
        "full",
        (0..full as u64).map(|number| large_record(number, RECORD_BYTES_MAX)).collect(),
    )
    .await;
    assert_eq!(read(&log, "large", 1).await.first().map(|record| record.body.len()), Some(RECORD_BYTES_MAX));
    assert_sound(&log, (1 + APPEND_RECORDS_MAX + full) as u64).await;
}

async fn what_is_too_large_is_refused(log: Log) {
    let size = RECORD_BYTES_MAX + 1;
    let result = append(&log, "s", Expected::Any, vec![large_record(1, size)]).await;
    assert_eq!(result, Err(AppendError::TooLarge { size, max: RECORD_BYTES_MAX }));
    let count = APPEND_RECORDS_MAX + 1;
    let many = (0..count as u64).map(|number| record(number, "x")).collect();
    let problem = BadAppend::TooManyRecords { count, max: APPEND_RECORDS_MAX };
    assert_eq!(append(&log, "s", Expected::Any, many).await, Err(AppendError::Malformed(problem)));
    let full = APPEND_BYTES_MAX / RECORD_BYTES_MAX + 1;
    let heavy = (0..full as u64).map(|number| large_record(number, RECORD_BYTES_MAX)).collect();
    let problem = BadAppend::TooManyBytes { size: full * RECORD_BYTES_MAX, max: APPEND_BYTES_MAX };
    assert_eq!(append(&log, "s", Expected::Any, heavy).await, Err(AppendError::Malformed(problem)));
    assert_sound(&log, 0).await;
}

async fn an_empty_append_is_refused(log: Log) {
    let result = append(&log, "s", Expected::Exact(0), Vec::new()).await;
    assert_eq!(result, Err(AppendError::Malformed(BadAppend::Empty)));
    assert_sound(&log, 0).await;
}

async fn names_are_listed_by_prefix_in_byte_order(log: Log) {
    for (number, stream) in
        (1..).zip(["b/ticket/2", "a/ticket/10", "a/ticket/1", "a/sync", "a", "ab", "a!", "Z"])
    {
        must_append(&log, stream, vec![record(number, "x"), record(100 + number, "y")]).await;
    }
    assert_eq!(
        streams(&log, "").await,
        ["Z", "a", "a!", "a/sync", "a/ticket/1", "a/ticket/10", "ab", "b/ticket/2"]
    );
    assert_eq!(streams(&log, "a/ticket/").await, ["a/ticket/1", "a/ticket/10"]);
    assert_eq!(streams(&log, "a/ticket/1").await, ["a/ticket/1", "a/ticket/10"]);
    assert_eq!(streams(&log, "c").await, Vec::<String>::new());
}

async fn a_tail_catches_up_and_then_follows(log: Log) {
    for number in 1..=600 {
        must_append(&log, if number % 3 == 0 { "a" } else { "b" }, vec![record(number, "x")]).await;
    }
    let mut tail = log.tail(1);
    for position in 1..=600 {
        assert_eq!(next_position(&mut *tail).await, position);
    }
    assert_eq!(tail.next().await, Ok(TailItem::CaughtUp));
    for position in 601..=620 {
        let follow = next_position(&mut *tail);
        let (followed, ()) = join(follow, must_append(&log, "c", vec![record(position, "x")])).await;
        assert_eq!(followed, position, "a new record, and no second sign of having caught up");
    }
}

async fn a_tail_begins_where_asked(log: Log) {
    for number in 1..=5 {
        must_append(&log, "s", vec![record(number, "x")]).await;
    }
    let mut middle = log.tail(4);
    assert_eq!(next_position(&mut *middle).await, 4);
    assert_eq!(next_position(&mut *middle).await, 5);
    assert_eq!(middle.next().await, Ok(TailItem::CaughtUp));
    let mut end = log.tail(6);
    assert_eq!(end.next().await, Ok(TailItem::CaughtUp));
    let mut later = log.tail(7);
    assert_eq!(later.next().await, Ok(TailItem::CaughtUp));
    must_append(&log, "s", vec![record(6, "x")]).await;
    assert_eq!(next_position(&mut *end).await, 6);
    let (followed, ()) = join(next_position(&mut *later), must_append(&log, "s", vec![record(7, "x")])).await;
    assert_eq!(followed, 7, "a tail from a position that did not exist yet begins there");
}

async fn a_dropped_wait_of_a_tail_loses_nothing(log: Log) {
    let mut tail = log.tail(1);
    assert_eq!(tail.next().await, Ok(TailItem::CaughtUp));
    for position in 1..=50 {
        // Polled once and dropped, before and after the append.
        assert_eq!(futures_util::FutureExt::now_or_never(tail.next()), None, "nothing to give yet");
        must_append(&log, "s", vec![record(position, "x")]).await;
        drop(tail.next());
        assert_eq!(next_position(&mut *tail).await, position);
    }
}

async fn one_of_many_exact_appends_wins(log: Log) {
    for round in 0..20 {
        let tries = (0..16_u64).map(|number| {
            let records = vec![record(round * 100 + number, "a try")];
            append(&log, "s", Expected::Exact(round), records)
        });
        let results = join_all(tries).await;
        let won = results.iter().filter(|result| matches!(result, Ok(Appended::New { .. }))).count();
        assert_eq!(won, 1, "in round {round}: {results:?}");
        for result in results {
            let lost = Err(AppendError::Conflict { actual: round + 1 });
            assert!(matches!(result, Ok(Appended::New { .. })) || result == lost, "{result:?}");
        }
    }
    assert_sound(&log, 20).await;
}

async fn concurrent_appends_keep_every_promise(log: Log) {
    let appenders = (0..24_u64).map(|appender| {
        let log = &log;
        async move {
            for number in 0..10 {
                let several =
                    (0..1 + number % 3).map(|part| record(appender * 1000 + number * 10 + part, "x"));
                must_append(log, &format!("s{}", appender % 7), several.collect()).await;
            }
        }
    });
    let mut tail = log.tail(1);
    assert_eq!(tail.next().await, Ok(TailItem::CaughtUp));
    let total = 24 * (4 + 3 * 2 + 3 * 3);
    let follow = async {
        for position in 1..=total {
            assert_eq!(next_position(&mut *tail).await, position);
        }
    };
    join(join_all(appenders), follow).await;
    assert_sound(&log, total).await;
}

async fn an_answered_append_is_seen_at_once(log: Log) {
    for number in 1..=30 {
        let result = append(&log, "s", Expected::Any, vec![record(number, "x")]).await;
        assert_eq!(read(&log, "s", 1).await.len() as u64, number, "by a read, after {result:?}");
        assert_eq!(log.head(), number, "by the head");
        assert_eq!(next_position(&mut *log.tail(number)).await, number, "by a new tail");
        assert_eq!(streams(&log, "").await, ["s"], "by the names");
    }
}

async fn assert_sound(log: &Log, records: u64) {
    let verified = verify(log.as_ref()).await.expect("a log without damage");
    assert_eq!(verified.records, records, "records in the log");
}

async fn append(
    log: &Log,
    stream: &str,
    expected: Expected,
    records: Vec<NewRecord>,
) -> Result<Appended, AppendError> {
    log.append(&name(stream), expected, records).await
}

async fn must_append(log: &Log, stream: &str, records: Vec<NewRecord>) {
    let result = append(log, stream, Expected::Any, records).await;
    assert!(matches!(result, Ok(Appended::New { .. })), "an append to {stream} must succeed: {result:?}");
}

async fn read(log: &Log, stream: &str, from: u64) -> Vec<Record> {
    log.read(&name(stream), from, usize::MAX).await.expect("a read")
}

async fn streams(log: &Log, prefix: &str) -> Vec<String> {
    let names = log.streams(prefix).await.expect("the streams");
    names.iter().map(StreamName::to_string).collect()
}

async fn next_position(tail: &mut dyn Tail) -> u64 {
    match tail.next().await {
        Ok(TailItem::Record(record)) => record.position,
        other => panic!("the tail must give a record, not {other:?}"),
    }
}

fn record(number: u64, body: &str) -> NewRecord {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    NewRecord { id: RecordId(id), schema: 1, recorded_at_ms: 1_000, body: body.as_bytes().to_vec() }
}

fn large_record(number: u64, size: usize) -> NewRecord {
    NewRecord { body: vec![b'x'; size], ..record(number, "") }
}

fn name(text: &str) -> StreamName {
    StreamName::new(text).expect("a proper name")
}
