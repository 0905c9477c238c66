//! Each promise against a history made by hand: the good one keeps them all, and one thing changed in it breaks exactly
//! what it should.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod beside;
mod heard;
mod made;
mod merged;
mod reasons;
mod terms;

use polus_core::connection::ConnectionEvent;
use polus_core::ticket::EffectKind;
use polus_core::ticket::event::Event;
use polus_storage::{OpenEntry, OpenState, StreamName};
use serde_json::json;

use super::check;
use crate::gorgias::wire::Travel;
use crate::history::{Forgotten, History};
use made::{AGENT, AI, Made, TICKET};

/// The promises that the history breaks, in the order of the list, each once.
fn broken(history: &History) -> Vec<String> {
    let mut names: Vec<String> = check(history).broken.into_iter().map(|broken| broken.promise).collect();
    names.dedup();
    names
}

fn breaks(promise: &str, change: impl FnOnce(&mut Made)) {
    let mut made = Made::answered();
    change(&mut made);
    let names = broken(&made.history());
    assert!(names.iter().any(|name| name == promise), "{promise} holds; broken are {names:?}");
}

fn keeps(promise: &str, change: impl FnOnce(&mut Made)) {
    let mut made = Made::answered();
    change(&mut made);
    let names = broken(&made.history());
    assert!(!names.iter().any(|name| name == promise), "broken are {names:?}");
}

#[test]
fn a_good_history_keeps_every_promise() {
    assert_eq!(broken(&Made::answered().history()), Vec::<String>::new());
    assert_eq!(broken(&Made::handed_off().history()), Vec::<String>::new());
}

#[test]
fn the_window_between_fence_and_post_is_measured() {
    assert_eq!(check(&Made::answered().history()).window_ms_max, 300);
}

#[test]
fn a_record_that_was_acknowledged_may_not_vanish_move_or_change() {
    breaks("acknowledged", |made| made.acknowledge("acme/ticket/501", 99, None, b"gone"));
    breaks("acknowledged", |made| made.acknowledge("acme/connection", 1, Some(7), b""));
    breaks("acknowledged", |made| made.acknowledge("acme/connection", 1, Some(1), b"another body"));
    breaks("acknowledged", |made| made.verified = Err("a position is missing".to_owned()));
}

#[test]
fn a_post_needs_an_announcement_before_it() {
    breaks("announced", |made| made.post(3, 4_000, "polus:stage001:501:9:00000000", true));
    breaks("announced", |made| made.message(2).created_us = 3_000_000);
}

#[test]
fn what_was_posted_came_to_the_desk_also_if_its_ticket_was_deleted_since() {
    breaks("announced", |made| made.thread.retain(|message| message.id != 2));
    keeps("announced", |made| made.delete());
    breaks("announced", |made| {
        made.thread.retain(|message| message.id != 2);
        made.delete();
    });
    breaks("announced", |made| {
        made.thread.retain(|message| message.id != 2);
        made.options.lies.markers_stripped = 1;
    });
    keeps("announced", |made| {
        made.message(2).external_id = None;
        made.options.lies.markers_stripped = 1;
    });
}

#[test]
fn after_a_handoff_only_its_own_follow_ups_come_once_each() {
    let check = |change: fn(&mut Made)| {
        let mut made = Made::handed_off();
        change(&mut made);
        broken(&made.history()).contains(&"silent after a handoff".to_owned())
    };
    assert!(!check(|made| made.audit(95_000, "ticket-tags-added", Some(AI), None)));
    assert!(check(|made| made.audit(95_000, "ticket-closed", Some(AI), None)));
    assert!(!check(|made| made.audit(95_000, "ticket-closed", Some(AGENT), None)));
    assert!(check(|made| made.audit(95_000, "ticket-assigned", Some(AI), Some(AI))));
    assert!(check(|made| made.post(8, 95_000, &made.note_marker(), false)), "the note twice");
    assert!(check(|made| made.post(8, 95_000, &made.answer_marker(), true)), "the answer once more");
    assert!(!check(|made| {
        made.event(94_000, Event::Resumed { by: "ana".to_owned() });
        made.post(8, 95_000, &made.answer_marker(), true);
    }));
}

#[test]
fn no_reply_follows_a_persons_message_that_the_fence_showed() {
    breaks("silent after people", |made| made.person(9, 3_100));
    keeps("silent after people", |made| made.person(9, 3_350)); // Between the fence's read and the post.
    keeps("silent after people", |made| made.person(9, 1_900)); // Before the ticket came to the AI user.
    keeps("silent after people", |made| {
        made.person(9, 3_100);
        made.audit(3_150, "ticket-unassigned", Some(AGENT), None);
        made.audit(3_200, "ticket-assigned", Some(AGENT), Some(AI));
    });
}

#[test]
fn a_first_read_that_shows_the_ticket_ours_and_a_persons_message_is_excused() {
    breaks("silent after people", |made| made.person(9, 2_250));
    keeps("silent after people", |made| {
        made.person(9, 2_250);
        made.read_showed_together(9);
    });
    breaks("silent after people", |made| {
        made.person(9, 2_600);
        made.read_showed_together(8);
    });
}

#[test]
fn no_reply_stands_on_a_ticket_that_was_not_ours() {
    breaks("silent after people", |made| {
        made.audit(3_100, "ticket-assigned", Some(AGENT), Some(AGENT));
    });
    breaks("silent after people", |made| made.requests.retain(|request| request.at_ms != 3_200));
    breaks("silent after people", |made| {
        made.request(9_300, "POST", "/api/tickets/501/messages/");
        made.requests.retain(|request| request.method != "POST" || request.at_ms == 9_300);
        made.message(2).created_us = 9_300_000;
    });
}

#[test]
fn nothing_is_posted_for_a_cut_or_an_older_connection() {
    breaks("generation", |made| made.connection_before_the_answer(false));
    breaks("generation", |made| made.connection_before_the_answer(true));
}

#[test]
fn nothing_is_announced_while_the_brake_is_on() {
    breaks("the brake holds", |made| made.pause(-20_000));
    keeps("the brake holds", |made| made.pause(3_300));
    let write_at = |at_ms: i64, released_ms: Option<i64>| {
        move |made: &mut Made| {
            let by = || "ana".to_owned();
            made.connection_event(80_000, ConnectionEvent::Paused { by: by() });
            if let Some(at_ms) = released_ms {
                made.connection_event(at_ms, ConnectionEvent::Resumed { by: by() });
            }
            made.request(at_ms, "PUT", "/api/tickets/501");
        }
    };
    breaks("the brake holds", write_at(100_000, None));
    keeps("the brake holds", write_at(85_000, None));
    keeps("the brake holds", write_at(100_000, Some(99_000)));
}

#[test]
fn only_the_customer_is_answered() {
    breaks("customers only", |made| made.message(1).public = false);
    breaks("customers only", |made| made.message(1).from_agent = true);
    breaks("customers only", |made| {
        made.stranger(9, 1_000);
        made.thread.rotate_right(1);
    });
    keeps("customers only", |made| made.stranger(9, 4_000));
    breaks("customers only", |made| answer_goes_to(made, "tora@example.net"));
    keeps("customers only", |made| answer_goes_to(made, "mia@example.org"));
}

/// The customer wrote from mia@example.org, and our answer went to this address.
fn answer_goes_to(made: &mut Made, address: &str) {
    made.message(1).source = Some(json!({ "from": { "address": "mia@example.org" } }));
    made.message(2).source = Some(json!({ "to": [{ "address": address }] }));
}

#[test]
fn accounts_stay_apart() {
    let of_birch = "robin@birch.example".to_owned();
    breaks("separate", |made| made.caller("acme", &of_birch, "key-of-robin@birch.example"));
    breaks("separate", |made| made.message(2).body_text = Some("Hello Mia-of-birch".to_owned()));
    breaks("separate", |made| made.event(80_000, Event::ReadFailed { problem: of_birch.clone() }));
    keeps("separate", |made| made.message(2).body_text = Some("Hello Mia-of-acme".to_owned()));
}

#[test]
fn a_silent_answerer_answers_nothing() {
    breaks("a silent answerer", |made| made.options.answerer.silent = true);
    keeps("a silent answerer", |made| {
        made.options.answerer.silent = true;
        made.draft_a_fixed_text();
    });
    let mut made = Made::handed_off();
    made.forget_the_answer();
    made.options.answerer.silent = true;
    assert!(!broken(&made.history()).contains(&"a silent answerer".to_owned()));
}

#[test]
fn one_call_too_many_is_found() {
    let forty = |made: &mut Made| (0..40).for_each(|_| made.request(300_000, "GET", "/api/tickets"));
    keeps("bounded", forty);
    breaks("bounded", |made| {
        forty(made);
        made.request(300_001, "GET", "/api/tickets");
    });
    breaks("bounded", |made| {
        forty(made);
        made.request(300_001, "GET", "/api/account");
    });
    keeps("bounded", |made| {
        forty(made);
        made.request(300_001, "GET", "/api/tickets");
        made.requests.last_mut().unwrap().travel = Travel::LateEffect { lands_at_ms: 300_001 };
    });
}

fn entry(stream: &str, state: OpenState) -> OpenEntry {
    OpenEntry { stream: StreamName::new(stream).unwrap(), state }
}

#[test]
fn nobody_is_resident_after_the_quiet_and_the_list_knows_only_what_exists() {
    let open = OpenState::Open { sequence: 1 };
    breaks("bounded", |made| made.end.open_work.push(entry("acme/ticket/501", open)));
    breaks("bounded", |made| made.end.open_work.push(entry("acme/ticket/777", open)));
}

#[test]
fn the_last_stretch_is_idle() {
    let late = made::END_MS - 60_000;
    breaks("idle", |made| made.request(late, "GET", "/api/tickets/501"));
    keeps("idle", |made| made.request(late, "GET", "/api/tickets"));
    breaks("idle", |made| (0..9).for_each(|back| made.request(late - back, "GET", "/api/tickets")));
    breaks("idle", |made| made.event(late, Event::ReadFailed { problem: "again".to_owned() }));
}

#[test]
fn the_list_names_what_owes_or_was_not_settled() {
    breaks("open work", |made| made.end.settled.clear());
    breaks("open work", |made| {
        let notified = made.notified(5);
        made.event(80_000, notified);
    });
    keeps("open work", |made| {
        made.end.settled.clear();
        made.end.complete_up_to = 1; // A start sees it on the tail.
    });
    breaks("open work", |made| {
        let (sequence, wake_at_ms) = (made.events.len() as u64 - 1, 0);
        let asleep = OpenState::Asleep { sequence, wake_at_ms };
        made.end.open_work.push(entry("acme/ticket/501", asleep));
    });
    breaks("open work", |made| {
        let notified = made.notified(5);
        made.event(80_000, notified);
        let (sequence, wake_at_ms) = (made.events.len() as u64, made::END_MS);
        made.end.open_work.push(entry("acme/ticket/501", OpenState::Asleep { sequence, wake_at_ms }));
    });
}

#[test]
fn without_what_is_derived_the_same_comes_of_it() {
    let name = "the same without what is derived";
    let forget = |made: &mut Made| {
        made.forgotten = Some(Forgotten { head: made.records.len() as u64, at_ms: 90_000 });
    };
    keeps(name, forget);
    breaks(name, |made| {
        forget(made);
        made.request(95_000, "PUT", "/api/tickets/501");
    });
    breaks(name, |made| {
        forget(made);
        made.audit(95_000, "ticket-closed", Some(AI), None);
    });
    breaks(name, |made| {
        forget(made);
        made.event(95_000, Event::TicketGone { problem: "404".to_owned() });
    });
}

#[test]
fn a_stream_is_read_again_as_it_was() {
    breaks("replay calls nobody", |made| {
        made.event(80_000, Event::TakeoverEnded);
    });
    breaks("replay calls nobody", |made| made.folds_otherwise = true);
}

#[test]
fn the_made_ticket_is_the_one_the_tests_speak_of() {
    let history = Made::handed_off().history();
    let (_, _, ticket) = history.tickets().next().unwrap();
    assert_eq!(ticket.id, TICKET);
    let kinds: Vec<EffectKind> = ticket
        .events
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::ReplyStarted(started) => Some(started.effect.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [EffectKind::Answer, EffectKind::HandoffNote]);
}

#[test]
fn a_damaged_ticket_is_put_aside_with_an_alarm_and_no_other_is() {
    let aside = |made: &mut Made| {
        made.flip(2);
        made.put_aside.insert("acme/501".to_owned());
    };
    keeps("put aside", aside);
    breaks("put aside", |made| made.flip(2));
    breaks("put aside", |made| {
        made.put_aside.insert("acme/501".to_owned());
    });
    breaks("put aside", |made| {
        aside(made);
        made.put_aside.insert("birch/501".to_owned());
    });
    keeps("put aside", |made| {
        aside(made);
        made.event(90_000, Event::Resumed { by: "ana".to_owned() });
    });
    breaks("put aside", |made| {
        aside(made);
        made.event(90_000, Event::ReadFailed { problem: "no answer".to_owned() });
    });
}

#[test]
fn what_a_damaged_ticket_owes_is_owed_by_nobody() {
    let owes = |made: &mut Made| {
        made.customer(3, 80_000);
        let notified = made.notified(3);
        made.event(80_100, notified);
    };
    breaks("nothing lost", owes);
    breaks("settled", owes);
    let mut made = Made::answered();
    owes(&mut made);
    made.flip(2);
    made.put_aside.insert("acme/501".to_owned());
    let stream = StreamName::new("acme/ticket/501").unwrap();
    made.end.open_work.push(OpenEntry { stream, state: OpenState::Open { sequence: 6 } });
    assert_eq!(broken(&made.history()), Vec::<String>::new());
}
