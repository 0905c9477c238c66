//! Catching up: where a walk over a newest-first listing ends, and what in it is news.

use std::collections::BTreeMap;

use polus_core::id::{MessageId, TicketId};
use polus_core::snapshot::{Customer, Message, MessagePersonal, TicketFields};
use polus_core::sync::backfill::{Ended, List, PageKept, PageWanted, Stage};
use polus_core::sync::mirror::{
    Departure, ListedTicket, MESSAGES_AT_ONCE, MirrorEvent, MirroredTicket, Mismatch,
};
use polus_core::sync::missed::{MissedMessage, tells_of};
use polus_core::sync::{Listed, OVERLAP_MS, RUNS_MAX, Sync, SyncEvent};
use polus_core::ticket::Recorded;
use polus_core::ticket::event::{Hint, Notified, Standing};
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

fn caught_up_through(through: i64) -> SyncEvent {
    SyncEvent::CaughtUp {
        through: Time(through),
        tickets: 1,
        found: 0,
        generation: 1,
        inbound: 2,
        newest_message: Some(MessageId(through)),
        uncompared: vec![TicketId(through)],
    }
}

fn caught_up() -> Sync {
    let mut sync = Sync::default();
    for (through, sequence) in [(THROUGH, 1), (THROUGH - 5, 2)] {
        let event = caught_up_through(through);
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

#[test]
fn what_was_left_to_compare_is_what_the_last_walk_says() {
    assert_eq!(caught_up().uncompared, [TicketId(THROUGH - 5)]);
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
    let event = caught_up_through(THROUGH + 1);
    sync.apply(&Recorded { sequence: 4, at: Time(1), event });
    assert_eq!((sync.problem, sync.through), (None, Some(Time(THROUGH + 1))));
}

const HOUR_MS: i64 = 3_600_000;

#[test]
fn what_webhooks_missed_is_counted_for_a_day() {
    let mut sync = Sync::default();
    let missed = MissedMessage { ticket: TicketId(7), message: MessageId(9), delay_ms: 60_000 };
    let at =
        |sequence: u64, hour: i64, event: SyncEvent| Recorded { sequence, at: Time(hour * HOUR_MS), event };
    sync.apply(&at(1, 100, caught_up_through(5)));
    sync.apply(&at(2, 110, caught_up_through(6)));
    sync.apply(&at(3, 110, SyncEvent::WebhooksMissed { messages: vec![missed] }));
    let counts = |sync: &Sync, hour: i64| {
        let now = Time(hour * HOUR_MS);
        (sync.missed.inbound(now), sync.missed.count(now))
    };
    assert_eq!(counts(&sync, 110), (4, 1));
    assert_eq!(counts(&sync, 124), (2, 1), "what is older than a day is not counted");
    assert_eq!(counts(&sync, 134), (0, 0));
    assert_eq!(sync.missed.last, Some((Time(110 * HOUR_MS), missed)));
}

// What was recorded and not acted on has told nobody.
#[test]
fn only_a_webhook_that_is_acted_on_tells_of_a_message() {
    let tells = |standing, message: Option<i64>| {
        let notified = Notified {
            trigger: "ticket-message-created".to_owned(),
            message: message.map(MessageId),
            assignee: Hint::Unknown,
            own_echo: false,
            generation: 1,
            standing,
            headers: BTreeMap::new(),
        };
        tells_of(&notified, Time(10), MessageId(5), Time(9))
    };
    for named in [Some(5), Some(6), None] {
        assert!(tells(Standing::Current, named), "{named:?}");
        assert!(!tells(Standing::Stale, named), "{named:?}");
        assert!(!tells(Standing::Disconnected, named), "{named:?}");
    }
    assert!(!tells(Standing::Current, Some(4)));
}

// The departures of an account's whole life say nothing about what is fetched from now on.
#[test]
fn what_left_before_the_first_backfill_is_not_looked_at() {
    let started = |sync: &mut Sync, sequence: u64, at: i64| {
        let event = SyncEvent::BackfillStarted { since: None, by: "olga".to_owned() };
        sync.apply(&Recorded { sequence, at: Time(at), event });
    };
    let mut sync = caught_up();
    assert_eq!(sync.departed_through, None);
    started(&mut sync, 3, THROUGH + 60_000);
    assert_eq!(sync.departed_through, Some(Time(THROUGH)));
    let event = SyncEvent::DeparturesSeen { through: Time(THROUGH + 9) };
    sync.apply(&Recorded { sequence: 4, at: Time(1), event });
    sync.apply(&Recorded { sequence: 5, at: Time(1), event: caught_up_through(THROUGH + 70_000) });
    started(&mut sync, 6, THROUGH + 90_000);
    assert_eq!(
        sync.departed_through,
        Some(Time(THROUGH + 9)),
        "what left between two back-fills is looked at"
    );

    let mut ahead = caught_up();
    started(&mut ahead, 3, THROUGH - 7);
    assert_eq!(ahead.departed_through, Some(Time(THROUGH - 7)), "a change that is dated in the future");
    let mut new = Sync::default();
    started(&mut new, 1, 5);
    assert_eq!(new.departed_through, None, "nothing tells of Gorgias' time");
}

fn page_kept(list: List, oldest: i64, next_cursor: Option<&str>) -> SyncEvent {
    SyncEvent::PageKept(PageKept {
        list,
        rows: 100,
        news: 90,
        oldest: Some(Time(oldest)),
        next_cursor: next_cursor.map(str::to_owned),
        total: None,
        calls: 3,
        problem: Some("502".to_owned()),
    })
}

struct Run {
    sync: Sync,
}

impl Run {
    fn started(since: Option<i64>) -> Self {
        let mut run = Self { sync: Sync::default() };
        run.hears(SyncEvent::BackfillStarted { since: since.map(Time), by: "olga".to_owned() });
        run
    }

    fn hears(&mut self, event: SyncEvent) {
        let sequence = self.sync.sequence + 1;
        self.sync.apply(&Recorded { sequence, at: Time(i64::try_from(sequence).unwrap()), event });
    }

    fn wants(&self) -> Option<(List, Option<String>)> {
        let wanted = self.sync.running()?.next_page()?;
        let PageWanted { list, cursor } = wanted;
        Some((list, cursor))
    }
}

// S-70: both lists together, the newest first.
#[test]
fn the_list_that_is_less_far_back_goes_first() {
    let mut run = Run::started(None);
    assert_eq!(run.wants(), Some((List::Tickets, None)));
    run.hears(page_kept(List::Tickets, 900, Some("t2")));
    assert_eq!(run.wants(), Some((List::Messages, None)), "no page of it is read yet");
    run.hears(page_kept(List::Messages, 950, Some("m2")));
    assert_eq!(run.wants(), Some((List::Messages, Some("m2".to_owned()))));
    run.hears(page_kept(List::Messages, 800, Some("m3")));
    assert_eq!(run.wants(), Some((List::Tickets, Some("t2".to_owned()))));
    run.hears(page_kept(List::Tickets, 700, None));
    assert_eq!(run.wants(), Some((List::Messages, Some("m3".to_owned()))), "the tickets are read");
    run.hears(page_kept(List::Messages, 600, None));
    assert_eq!(run.wants(), None);
    let running = run.sync.running().unwrap();
    assert_eq!(running.stage, Stage::Comparing);
    assert_eq!((running.calls, running.retries), (15, 10));
    assert_eq!((running.tickets.rows, running.messages.rows, running.messages.news), (200, 300, 270));
    run.hears(SyncEvent::BackfillEnded {
        ended: Ended::Complete,
        mismatches: Vec::new(),
        mismatched: 0,
        calls: 2,
    });
    assert_eq!(run.sync.running(), None);
    assert_eq!(run.sync.last_run().unwrap().calls, 17);
    assert!(run.sync.keeps_mirror());
}

// F-41: a cursor that expired costs the pages again and nothing else.
#[test]
fn a_list_whose_cursor_is_lost_is_read_from_its_beginning() {
    let mut run = Run::started(None);
    run.hears(page_kept(List::Tickets, 900, Some("t2")));
    run.hears(page_kept(List::Messages, 100, Some("m2")));
    run.hears(SyncEvent::CursorLost { list: List::Tickets, problem: "too old".to_owned() });
    assert_eq!(run.wants(), Some((List::Tickets, None)));
    let running = run.sync.running().unwrap();
    assert_eq!((running.tickets.restarts, running.messages.restarts), (1, 0));
    assert_eq!(running.problem.as_deref(), Some("too old"));
}

#[test]
fn an_age_ends_each_list_at_the_page_that_is_older() {
    let mut run = Run::started(Some(500));
    run.hears(page_kept(List::Tickets, 500, Some("t2")));
    run.hears(page_kept(List::Messages, 499, Some("m2")));
    assert_eq!(run.wants(), Some((List::Tickets, Some("t2".to_owned()))), "500 is not older than 500");
    run.hears(page_kept(List::Tickets, 20, Some("t3")));
    assert_eq!(run.wants(), None);
}

#[test]
fn a_run_that_was_stopped_hears_no_more_and_the_mirror_is_not_kept_on() {
    let mut run = Run::started(None);
    run.hears(page_kept(List::Tickets, 900, Some("t2")));
    assert!(run.sync.keeps_mirror());
    run.hears(SyncEvent::BackfillEnded {
        ended: Ended::Stopped { by: "olga".to_owned() },
        mismatches: Vec::new(),
        mismatched: 0,
        calls: 0,
    });
    let stopped = run.sync.clone();
    run.hears(page_kept(List::Messages, 900, Some("m2")));
    assert_eq!(run.sync.runs, stopped.runs);
    assert!(!run.sync.keeps_mirror());
    for _ in 0..RUNS_MAX + 3 {
        run.hears(SyncEvent::BackfillStarted { since: None, by: "olga".to_owned() });
    }
    assert_eq!(run.sync.runs.len(), RUNS_MAX);
}

fn message(id: i64, text: &str) -> Message {
    let personal = MessagePersonal { text: text.to_owned(), ..MessagePersonal::default() };
    let mut message: Message = serde_json::from_value(serde_json::json!({
        "id": id, "from_agent": false, "public": true, "channel": "email", "via": "email", "created_at": id,
    }))
    .unwrap();
    message.personal = personal;
    message
}

fn listed_at(updated_at: i64, messages: u32) -> ListedTicket {
    let customer: Customer =
        serde_json::from_value(serde_json::json!({"id": 3, "email": "mia@example.org", "name": "Mia"}))
            .unwrap();
    let fields = TicketFields {
        updated_at: Time(updated_at),
        customer: Some(customer),
        subject: Some("A return".to_owned()),
        ..TicketFields::default()
    };
    ListedTicket { fields, messages: Some(messages), ..ListedTicket::default() }
}

struct Mirror {
    ticket: MirroredTicket,
}

impl Mirror {
    fn new() -> Self {
        Self { ticket: MirroredTicket::default() }
    }

    fn takes(&mut self, events: Vec<MirrorEvent>) -> usize {
        for event in &events {
            let sequence = self.ticket.sequence + 1;
            let stored = serde_json::to_string(event).unwrap();
            let event = serde_json::from_str(&stored).unwrap();
            self.ticket.apply(&Recorded { sequence, at: Time(1), event });
        }
        events.len()
    }
}

// F-42: what is kept is not kept again, and an older listing changes nothing.
#[test]
fn only_what_is_new_is_kept() {
    let mut mirror = Mirror::new();
    let (first, second) = (message(1, "Hello"), message(2, "Are you there?"));
    let news = mirror.ticket.news(Some(&listed_at(50, 2)), &[first.clone(), second.clone()]);
    assert_eq!(mirror.takes(news), 1);
    assert_eq!(mirror.ticket.ticket, Some(listed_at(50, 2)));
    assert_eq!(mirror.ticket.messages[&MessageId(2)], second);
    assert_eq!(mirror.ticket.news(Some(&listed_at(50, 2)), &[first.clone(), second.clone()]), []);
    assert_eq!(mirror.ticket.news(Some(&listed_at(49, 1)), std::slice::from_ref(&first)), [], "older");
    let changed = message(1, "Hello again");
    let news = mirror.ticket.news(Some(&listed_at(60, 2)), &[changed.clone(), second]);
    assert_eq!(mirror.takes(news), 1);
    assert_eq!(mirror.ticket.messages[&MessageId(1)], changed);
}

// S-73, F-43: what Gorgias counts and what is kept; a read of the thread shows what is gone.
#[test]
fn a_thread_that_differs_is_told_and_mended_by_the_whole_thread() {
    let mut mirror = Mirror::new();
    assert_eq!(mirror.ticket.mismatch(TicketId(7)), None, "nothing is known of it");
    let news = mirror.ticket.news(None, &[message(1, "Hello")]);
    mirror.takes(news);
    let never_listed = Mismatch { ticket: TicketId(7), counted: None, kept: 1 };
    assert_eq!(mirror.ticket.mismatch(TicketId(7)), Some(never_listed));
    let news = mirror.ticket.news(Some(&listed_at(50, 2)), &[]);
    mirror.takes(news);
    let short = Mismatch { ticket: TicketId(7), counted: Some(2), kept: 1 };
    assert_eq!(mirror.ticket.mismatch(TicketId(7)), Some(short));
    let thread = [message(2, "B"), message(3, "C")];
    let news = mirror.ticket.news_of_thread(&listed_at(50, 2), &thread);
    mirror.takes(news);
    assert_eq!(mirror.ticket.mismatch(TicketId(7)), None);
    assert!(!mirror.ticket.messages.contains_key(&MessageId(1)), "it is gone from the thread");
}

#[test]
fn a_long_thread_becomes_several_events() {
    let thread: Vec<Message> = (1..=500).map(|id| message(id, "x")).collect();
    let mut mirror = Mirror::new();
    let news = mirror.ticket.news_of_thread(&listed_at(50, 500), &thread);
    assert_eq!(mirror.takes(news), 500 / MESSAGES_AT_ONCE);
    assert_eq!(mirror.ticket.messages.len(), 500);
    assert_eq!(mirror.ticket.mismatch(TicketId(7)), None);
}

// S-76, F-22: what left does not come back by a page that was read before.
#[test]
fn a_ticket_that_left_stays_away() {
    let mut mirror = Mirror::new();
    let news = mirror.ticket.news(Some(&listed_at(50, 1)), &[message(1, "Hello")]);
    mirror.takes(news);
    let departure = Departure::Merged { into: Some(TicketId(8)) };
    mirror.takes(vec![MirrorEvent::Left { departure }]);
    assert_eq!(mirror.ticket.news(Some(&listed_at(50, 2)), &[message(2, "B")]), []);
    assert_eq!(mirror.ticket.mismatch(TicketId(7)), None);
    assert_eq!(mirror.ticket.departure, Some(departure));
    let news = mirror.ticket.news(Some(&listed_at(60, 2)), &[message(2, "B")]);
    mirror.takes(news);
    assert_eq!(mirror.ticket.departure, None, "a list shows that it changed since");
}
