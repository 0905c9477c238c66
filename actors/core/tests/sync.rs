//! Catching up: where a walk over a newest-first listing ends, and what in it is news.

use polus_core::id::TicketId;
use polus_core::sync::{Listed, OVERLAP_MS, Sync, SyncEvent};
use polus_core::ticket::Recorded;
use polus_core::time::Time;

const THROUGH: i64 = 1_000_000_000;

fn page(times: &[i64]) -> Vec<Listed> {
    let row = |(number, at): (usize, &i64)| Listed {
        ticket: TicketId(i64::try_from(number).unwrap()),
        updated_at: Time(*at),
        ours: false,
    };
    times.iter().enumerate().map(row).collect()
}

fn caught_up() -> Sync {
    let mut sync = Sync::default();
    for (through, sequence) in [(THROUGH, 1), (THROUGH - 5, 2)] {
        let event = SyncEvent::CaughtUp { through: Time(through), tickets: 1, found: 0, generation: 1 };
        sync.apply(&Recorded { sequence, at: Time(1), event });
    }
    sync
}

#[test]
fn without_a_watermark_a_walk_never_ends_early() {
    let taken = Sync::default().take_page(&page(&[9, 5, 1]));
    assert!(!taken.reached);
    let times: Vec<i64> = taken.news.iter().map(|listed| listed.updated_at.0).collect();
    assert_eq!(times, [1, 5, 9], "oldest change first");
}

// F-42: newest first down to the watermark, with an overlap.
#[test]
fn a_walk_ends_at_the_first_page_that_reaches_below_the_overlap() {
    let sync = caught_up();
    assert_eq!(sync.through, Some(Time(THROUGH)), "the watermark does not go back");
    let line = THROUGH - OVERLAP_MS;
    let above = sync.take_page(&page(&[THROUGH + 9, line]));
    assert!(!above.reached && above.news.len() == 2);
    let across = sync.take_page(&page(&[THROUGH, line - 1]));
    assert!(across.reached && across.news.len() == 1);
    assert!(!sync.take_page(&[]).reached);
}

// F-44, P7: rows out of order or from the future hide nothing behind them.
#[test]
fn a_row_out_of_order_hides_no_news() {
    let taken = caught_up().take_page(&page(&[THROUGH + 9, 5, THROUGH + 7]));
    assert!(taken.reached);
    assert_eq!(taken.news.len(), 2);
}

#[test]
fn an_interrupted_walk_is_remembered_until_one_ends() {
    let mut sync = caught_up();
    let event = SyncEvent::Interrupted { problem: "502".to_owned() };
    sync.apply(&Recorded { sequence: 3, at: Time(1), event });
    assert_eq!((sync.problem.as_deref(), sync.through), (Some("502"), Some(Time(THROUGH))));
    let event = SyncEvent::CaughtUp { through: Time(THROUGH + 1), tickets: 1, found: 1, generation: 1 };
    sync.apply(&Recorded { sequence: 4, at: Time(1), event });
    assert_eq!((sync.problem, sync.through), (None, Some(Time(THROUGH + 1))));
}
