//! The promises about what was seen beside the log and the desks, each broken by one thing changed.

use polus_core::connection::ConnectionEvent;
use polus_core::receipt::{AnswerReceipt, Gate, GateResult};
use polus_core::ticket::event::Event;
use polus_storage::{OpenEntry, OpenState, StreamName};
use serde_json::json;

use super::super::check;
use super::made::{Made, account};
use super::{breaks, keeps};
use crate::history::{Forgotten, Given, Replayed};

const TAKEN: &str = "every 200 is in the log";
const ONCE: &str = "exactly once";
const DRAFTED: &str = "as drafted";
const CUT: &str = "no calls once cut";

#[test]
fn a_webhook_is_answered_with_200_only_once_its_record_is_safe() {
    let safe = |made: &mut Made, at_ms: i64| made.acknowledge_at("acme/ticket/501", 1, at_ms);
    keeps(TAKEN, |made| {
        safe(made, 2_100);
        made.takes(2_050, 2_100);
    });
    breaks(TAKEN, |made| {
        safe(made, 2_101);
        made.takes(2_050, 2_100);
    });
    breaks(TAKEN, |made| {
        safe(made, 2_049); // It is another call's.
        made.takes(2_050, 2_100);
    });
    breaks(TAKEN, |made| {
        safe(made, 2_100);
        made.takes(2_050, 2_100);
        made.takes(2_050, 2_100); // One record is not two.
    });
    breaks(TAKEN, |made| {
        made.acknowledge_at("acme/ticket/501", 2, 2_100); // A read is no notification.
        made.takes(2_050, 2_100);
    });
}

/// The answer is posted once more under its marker, which was announced twice.
fn posted_twice(made: &mut Made) {
    let announced = made.events[4].event.clone();
    made.event(60_000, announced);
    made.post(7, 60_100, &made.answer_marker(), true);
}

#[test]
fn a_double_is_excused_only_by_what_happened_on_its_ticket() {
    breaks(ONCE, posted_twice);
    breaks(ONCE, |made| {
        posted_twice(made);
        made.options.lies.stale_reads = 1_000;
        made.options.lies.markers_stripped = 1_000;
    });
    breaks(ONCE, |made| {
        posted_twice(made);
        made.reads_stale(4_000, 50_000); // It showed the first one.
    });
    breaks(ONCE, |made| made.message(2).external_id = None);
}

fn doubles(change: impl FnOnce(&mut Made)) -> (u64, u64, u64) {
    let mut made = Made::answered();
    posted_twice(&mut made);
    change(&mut made);
    let findings = check(&made.history());
    assert!(!findings.broken.iter().any(|broken| broken.promise == ONCE), "{:?}", findings.broken);
    let doubles = findings.doubles;
    (doubles.landed_late, doubles.marker_stripped, doubles.stale_read)
}

#[test]
fn doubles_are_counted_by_what_lies_behind_them() {
    assert_eq!(doubles(|made| made.reads_stale(3_000, 50_000)), (0, 0, 1));
    let stripped = doubles(|made| {
        let marker = made.answer_marker();
        made.message(2).external_id = None;
        made.strips(&marker, "Within 30 days.", 3_500);
    });
    assert_eq!(stripped, (0, 1, 0));
    assert_eq!(doubles(|made| made.lands_late(3_500, 60_100)), (1, 0, 0));
}

#[test]
fn what_is_posted_is_what_was_drafted() {
    breaks(DRAFTED, |made| made.message(2).body_text = Some("Within 31 days.".to_owned()));
    breaks(DRAFTED, |made| {
        let mut handed_off = Made::handed_off();
        handed_off.message(4).body_text = Some("Nothing to see.".to_owned());
        *made = handed_off;
    });
    breaks(DRAFTED, |made| {
        says(made, "Hello Mia7-of-acme");
        made.message(2).source = Some(json!({ "to": [{ "address": "mia.quill.8@of-acme.example" }] }));
    });
    keeps(DRAFTED, |made| {
        says(made, "Hello Mia7-of-acme");
        made.message(2).source = Some(json!({ "to": [{ "address": "mia.quill.7@of-acme.example" }] }));
    });
}

/// The draft and its post say this.
fn says(made: &mut Made, text: &str) {
    let Event::Drafted(drafted) = &mut made.events[3].event else { panic!("it is a draft") };
    drafted.personal.text = text.to_owned();
    made.message(2).body_text = Some(text.to_owned());
}

/// The answerer gave the answer number 4 to this question, and was so sure of it.
fn given(made: &mut Made, question: &str, confidence_per_mille: u32) {
    says(made, "Within 30 days. (No. 4.)");
    let Event::Drafted(drafted) = &mut made.events[3].event else { panic!("it is a draft") };
    drafted.receipt.answer = Some(AnswerReceipt { confidence_per_mille, ..AnswerReceipt::default() });
    let sure = GateResult { gate: Gate::Confidence, input: String::new(), passed: true };
    drafted.receipt.gates.push(sure);
    made.beside.given.push(Given {
        number: 4,
        account: account(),
        subject: None,
        text: question.to_owned(),
        body: "Within 30 days. (No. 4.)".to_owned(),
        confidence_per_mille: 900,
    });
}

#[test]
fn an_answer_is_the_one_that_was_given_to_this_question_and_was_sure_enough() {
    keeps(DRAFTED, |made| given(made, "", 900));
    breaks(DRAFTED, |made| given(made, "", 599));
    breaks(DRAFTED, |made| given(made, "", 901));
    breaks(DRAFTED, |made| given(made, "How do I pay?", 900));
    breaks(DRAFTED, |made| {
        given(made, "", 900);
        made.beside.given[0].number = 5;
    });
    breaks(DRAFTED, |made| {
        given(made, "", 900);
        made.beside.given[0].subject = Some("Another question".to_owned());
    });
}

#[test]
fn a_connection_that_was_cut_calls_no_more() {
    let cut = |made: &mut Made| {
        let by = "ana".to_owned();
        made.connection_event(200_000, ConnectionEvent::Disconnected { generation: 2, by });
    };
    keeps(CUT, |made| {
        cut(made);
        made.request(200_900, "GET", "/api/tickets");
    });
    breaks(CUT, |made| {
        cut(made);
        made.request(202_000, "GET", "/api/tickets");
    });
    keeps(CUT, |made| {
        cut(made);
        made.request(300_000, "GET", "/api/account");
        made.request(300_200, "GET", "/api/tickets"); // Somebody tests a key.
    });
    breaks(CUT, |made| {
        cut(made);
        made.request(300_000, "GET", "/api/account");
        made.request(300_200, "POST", "/api/tickets/501/messages");
    });
}

#[test]
fn a_refused_key_is_tried_seldom() {
    let refused = |made: &mut Made, count: i64| {
        for number in 0..count {
            made.request(200_000 + number * 1_000, "GET", "/api/users/7");
            made.requests.last_mut().unwrap().status = 401;
        }
    };
    keeps(CUT, |made| refused(made, 120));
    breaks(CUT, |made| refused(made, 121));
}

#[test]
fn nobody_is_in_memory_and_all_is_followed_once_all_is_quiet() {
    breaks("bounded", |made| {
        made.beside.residents.insert(account(), 1);
    });
    keeps("bounded", |made| {
        made.beside.residents.insert(account(), 0);
    });
    let forget = |made: &mut Made| {
        made.forgotten = Some(Forgotten { head: made.records.len() as u64, at_ms: 90_000 });
    };
    keeps("caught up", forget);
    breaks("caught up", |made| {
        forget(made);
        made.end.complete_up_to = made.records.len() as u64 - 1;
    });
}

#[test]
fn what_sleeps_sleeps_exactly_until_it_owes() {
    breaks("open work", |made| {
        let (sequence, wake_at_ms) = (made.events.len() as u64, 1);
        let stream = StreamName::new("acme/ticket/501").unwrap();
        made.end.open_work.push(OpenEntry { stream, state: OpenState::Asleep { sequence, wake_at_ms } });
    });
}

#[test]
fn a_replay_tells_the_same_and_calls_nobody() {
    let name = "replay calls nobody";
    let replayed = |made: &mut Made, calls: u64| {
        let tickets = Made::answered()
            .history()
            .tickets()
            .map(|(id, _, ticket)| ((id.clone(), ticket.id), ticket.folded.clone()))
            .collect();
        made.beside.replayed = Some(Replayed { counted: [(5, 1, 7), (5 + calls, 1, 7)], tickets });
    };
    keeps(name, |made| replayed(made, 0));
    breaks(name, |made| replayed(made, 1));
    breaks(name, |made| {
        replayed(made, 0);
        made.event(80_000, Event::TicketGone { problem: "404".to_owned() });
    });
}
