//! Starts and ends at every bad moment: the real binary is killed, and Gorgias' own threads tell whether any message
//! was lost or answered twice.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use polus_simulations::gorgias::faults::{CallFault, Scripted};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::support::{ANSWERABLE, CONNECTION, Gave, TestApp, UNANSWERABLE, until, until_within};

/// Longer than a post whose fate is unknown takes to settle: 15 s of patience, 30 s, and two reads 15 s apart.
const SETTLED_WITHIN: Duration = Duration::from_secs(180);

const BURST: usize = 40;
const KILLS: usize = 16;
const KILL_SEED: u64 = 4;

/// F-03: the 200 is a promise that a kill does not break.
#[test]
fn a_kill_right_after_the_200_loses_nothing() {
    let mut app = TestApp::program();
    app.connect_silently();
    for _ in 0..5 {
        let written = app.shop.customer_chats(ANSWERABLE);
        app.hook(json!({"ticket_id": written.ticket_id, "message_id": written.message_id}).to_string());
        app.kill();
        app.start();
        app.wait_for_reply(written.ticket_id);
    }
}

/// F-03: a kill after each thing that is recorded on the way to a reply.
#[test]
fn a_kill_at_each_step_neither_loses_nor_repeats() {
    let mut app = TestApp::connected_program();
    for event in ["notified", "ticket_read", "accepted", "drafted", "reply_posted"] {
        let written = app.shop.customer_chats(ANSWERABLE);
        app.wait_for_event(written.ticket_id, event);
        app.kill();
        app.start();
        until_within(SETTLED_WITHIN, ("a reply after a kill at", event), || {
            (!app.shop.replies(written.ticket_id).is_empty()).then_some(())
        });
        assert!(app.wait_for_ending(written.ticket_id, written.message_id).starts_with("it was answered"));
        assert_eq!(app.shop.replies(written.ticket_id).len(), 1, "{event}: {}", app.story(written.ticket_id));
    }
}

/// F-02, F-03: a kill while the post is on its way. One lands although nobody hears of it, one lands later still,
/// one never does; each customer gets one reply.
#[test]
fn a_kill_during_the_post_is_settled_by_the_thread() {
    let mut app = TestApp::connected_program();
    let faults = [
        CallFault::Slow { ms: 20_000 },
        CallFault::LandsLate { after_ms: 8_000 },
        CallFault::LostBeforeEffect,
    ];
    let mut tickets = Vec::new();
    for fault in faults {
        let ticket = app.shop.customer_chats(ANSWERABLE).ticket_id;
        app.shop.plan(Scripted::post_on(ticket, fault));
        tickets.push(ticket);
    }
    for ticket in &tickets {
        app.wait_for_event(*ticket, "reply_started");
    }
    until("the posts to reach Gorgias", || app.shop.desk().faults.script.is_empty().then_some(()));
    app.kill();
    app.start();
    let known: Vec<String> = tickets.iter().map(|ticket| posted(&app, *ticket)).collect();
    assert!(known[0].contains("its marker in the thread"), "{known:?}");
    assert!(known[1].contains("its marker in the thread"), "{known:?}");
    for ticket in &tickets {
        assert_eq!(app.shop.replies(*ticket).len(), 1, "{}", app.story(*ticket));
        assert_eq!(app.count(*ticket, "drafted"), 1, "the same words are used: {}", app.story(*ticket));
    }
    assert_eq!(app.count(tickets[0], "reply_started"), 1);
}

/// F-03, I1, I3, I7: forty customers write while the program is killed again and again at moments drawn from a seed.
#[test]
fn no_message_of_a_burst_is_lost_or_answered_twice() {
    let mut app = TestApp::connected_program();
    {
        let mut desk = app.shop.desk();
        // A webhook that finds nobody comes again soon, and is not switched off by so many kills.
        desk.timings.webhook_retry_ms = 2_000;
        desk.timings.failures_until_deactivation = 100_000;
    }
    let mut dice = StdRng::seed_from_u64(KILL_SEED);
    let mut tickets = Vec::new();
    for kill in 0..KILLS {
        let until_now = BURST * (kill + 1) / KILLS;
        while tickets.len() < until_now {
            tickets.push(app.shop.customer_chats(ANSWERABLE).ticket_id);
            std::thread::sleep(Duration::from_millis(dice.random_range(0..40)));
        }
        std::thread::sleep(Duration::from_millis(dice.random_range(50..2_500)));
        app.kill();
        app.start();
    }
    assert_eq!(tickets.len(), BURST);
    let end = Instant::now() + Duration::from_secs(420);
    for ticket in &tickets {
        let left = end.saturating_duration_since(Instant::now());
        until_within(left, ("an outcome of the burst", ticket), || {
            (app.count(*ticket, "reply_posted") > 0).then_some(())
        });
    }
    let mut markers = BTreeSet::new();
    for ticket in &tickets {
        let replies = app.shop.replies(*ticket);
        assert_eq!(replies.len(), 1, "{ticket} has {} replies\n{}", replies.len(), app.story(*ticket));
        assert!(markers.insert(replies[0].external_id.clone().expect("a marker")));
        assert!(app.shop.notes(*ticket).is_empty(), "{}", app.story(*ticket));
    }
    app.stop();
    let verified = app.run(&["log", "verify"]);
    assert_eq!(verified.code(), 0, "{}{}", verified.out(), verified.complaint());
    for ticket in &tickets {
        let checked = app.run(&["replay", &format!("{CONNECTION}/{ticket}"), "--check"]);
        assert_eq!(checked.code(), 0, "{}{}", checked.out(), checked.complaint());
    }
}

/// Section 6 b of the design: what can be derived may be deleted at any time.
#[test]
fn deleting_what_is_derived_changes_nothing() {
    let mut app = TestApp::connected();
    let answered = app.shop.customer_asks(ANSWERABLE).ticket_id;
    let handed_off = app.shop.customer_asks(UNANSWERABLE).ticket_id;
    app.wait_for_reply(answered);
    app.wait_for_handoff(handed_off);
    app.wait_for_event(answered, "reply_posted");
    let waiting = app.shop.customer_asks(ANSWERABLE);
    app.wait_for_event(waiting.ticket_id, "accepted");
    app.stop();
    let before = [told(&app, answered), told(&app, handed_off)];
    fs::remove_dir_all(app.data().join("derived")).expect("a folder of what is derived");
    let after = [told(&app, answered), told(&app, handed_off)];
    assert_eq!(before, after);
    app.start();
    app.wait_for_reply(waiting.ticket_id);
    let later = app.shop.customer_writes(handed_off, ANSWERABLE);
    app.expect_silence(handed_off, later.message_id, "handed off");
    assert_eq!(app.shop.replies(answered).len(), 1);
    assert_eq!(app.shop.replies(handed_off).len(), 1);
}

/// F-09: messages written while the program was down and whose webhooks were lost are found by looking.
#[test]
fn what_came_while_it_was_down_is_found() {
    let mut app = TestApp::connected();
    let known = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.wait_for_reply(known);
    app.stop();
    app.shop.desk().faults.odds.webhook_lost = 1.0;
    let new = app.shop.customer_asks(ANSWERABLE).ticket_id;
    app.shop.customer_writes(known, "How much does the return label cost?");
    app.start();
    app.wait_for_reply(new);
    let texts = app.wait_for_replies(known, 2);
    assert!(texts[1].contains("3.90"), "{}", texts[1]);
}

/// F-09: messages that a person answered meanwhile are not answered again.
#[test]
fn what_a_person_answered_meanwhile_is_left_alone() {
    let mut app = TestApp::connected();
    app.stop();
    app.shop.desk().faults.odds.webhook_lost = 1.0;
    let written = app.shop.customer_asks(ANSWERABLE);
    app.shop.human_replies(written.ticket_id, "Thirty days.");
    app.start();
    app.expect_silence(written.ticket_id, written.message_id, "taken over");
    assert!(app.shop.replies(written.ticket_id).is_empty(), "{}", app.story(written.ticket_id));
}

/// The connection, its brake and its articles survive a restart; the address of the webhook stays.
#[test]
fn a_connection_survives() {
    let mut app = TestApp::connected();
    let path = format!("/connections/{CONNECTION}");
    app.api().call(reqwest::Method::POST, &format!("{path}/pause"), None).expect_status(200);
    let before = app.api().get(&path);
    app.restart();
    let after = app.api().get(&path);
    for field in
        ["state", "paused", "mode", "generation", "articles", "webhook_url", "key_fingerprint", "ai_user"]
    {
        assert_eq!(before[field], after[field], "{field}");
    }
    assert_eq!(after["paused"], true);
}

fn posted(app: &TestApp, ticket: i64) -> String {
    until_within(SETTLED_WITHIN, ("a settled post", ticket), || {
        let steps = app.replay(ticket);
        let step = steps.iter().find(|step| step["event"] == "reply_posted")?;
        Some(step["told"].as_str().expect("words").to_owned())
    })
}

/// A ticket's log as the data folder tells it, no server running.
fn told(app: &TestApp, ticket: i64) -> Value {
    let given = app.run(&["replay", &format!("{CONNECTION}/{ticket}"), "--json"]);
    assert_eq!(given.code(), 0, "{}", given.complaint());
    serde_json::from_str(&given.out()).expect("JSON")
}
