//! The account's whole history: fetched newest first through whatever goes wrong, kept up to date, and compared.

use std::collections::BTreeSet;
use std::time::Duration;

use polus_actors::mail::BackfillAct;
use polus_core::id::TicketId;
use polus_core::sync::SyncEvent;
use polus_core::sync::backfill::{Ended, Stage};
use polus_core::sync::mirror::Departure;
use polus_core::time::Time;
use polus_simulations::gorgias::faults::{CallFault, Odds, Scripted as Planned};

use super::stage::{Play, play};

const START: BackfillAct = BackfillAct::Start { since: None };

/// So many tickets with a message of each kind on them.
async fn a_busy_past(play: &Play, tickets: u32) -> Vec<i64> {
    let mut made = Vec::new();
    for number in 0..tickets {
        let ticket = play.customer_asks_of(None, "What about a return?").await;
        if number % 3 == 0 {
            play.human_replies(ticket, "Within 30 days.").await;
            play.customer_adds(ticket, "Thank you!").await;
        }
        made.push(ticket);
        play.seconds(1).await;
    }
    made
}

async fn is_whole(play: &Play, tickets: &[i64]) {
    for ticket in tickets {
        let mirror = play.mirrored(*ticket).await;
        let kept: BTreeSet<i64> = mirror.messages.keys().map(|id| id.0).collect();
        assert_eq!(kept, play.thread_ids(*ticket), "{ticket}");
        let listed = mirror.ticket.unwrap_or_else(|| panic!("{ticket} was never listed"));
        assert_eq!(listed.fields.subject.as_deref(), Some("A question"));
    }
}

/// S-68, S-70: all of it, with two lists of several pages and not one call for a single ticket.
#[test]
fn the_whole_history_is_fetched_by_the_page() {
    play(async |play| {
        let tickets = a_busy_past(play, 230).await;
        let before = play.calls();
        play.backfill(START).await.expect("a back-fill");
        play.minutes(5).await;
        let run = play.sync().await.last_run().cloned().expect("a run");
        assert!(run.ended_at.is_some(), "{run:?}");
        assert_eq!((run.tickets.rows, run.messages.rows), (230, 230 + 2 * 77));
        assert_eq!((run.tickets.pages, run.messages.pages, run.retries, run.mismatched), (3, 4, 0, 0));
        is_whole(play, &tickets).await;
        // Seven pages; the sweeps and the looks at the webhooks meanwhile called as well.
        assert!(play.calls() - before < 25, "{} calls", play.calls() - before);
    });
}

/// F-41: no failed page is taken for the end, and no crash loses one.
#[test]
fn faults_and_a_crash_at_each_page_leave_nothing_out() {
    play(async |play| {
        let tickets = a_busy_past(play, 230).await;
        play.set_odds(Odds { bad_gateway: 0.3, too_many_requests: 0.1, truncated: 0.2, ..Odds::default() });
        play.backfill(START).await.expect("a back-fill");
        for pages in 1..=7 {
            while play.pages_kept().await < pages {
                play.milliseconds(100).await;
            }
            play.crash_and_start_again().await;
        }
        play.minutes(10).await;
        play.end_faults();
        play.minutes(10).await;
        let run = play.sync().await.last_run().cloned().expect("a run");
        assert!(run.ended_at.is_some() && run.mismatched == 0, "{run:?}");
        assert!(run.problem.is_some() && run.retries > 0, "{run:?}");
        is_whole(play, &tickets).await;
    });
}

/// Cursors expire while the program is down; the list is read again over what is kept.
#[test]
fn an_expired_cursor_begins_its_list_anew() {
    play(async |play| {
        let tickets = a_busy_past(play, 230).await;
        play.backfill(START).await.expect("a back-fill");
        while play.pages_kept().await < 3 {
            play.milliseconds(100).await;
        }
        play.crash();
        play.minutes(48 * 60).await;
        play.start_again().await;
        play.minutes(10).await;
        let run = play.sync().await.last_run().cloned().expect("a run");
        assert!(run.ended_at.is_some() && run.mismatched == 0, "{run:?}");
        assert!(run.tickets.restarts + run.messages.restarts > 0, "{run:?}");
        is_whole(play, &tickets).await;
    });
}

/// What comes after the back-fill is kept as well: new tickets and messages, changed, trashed, merged and deleted ones.
#[test]
fn the_mirror_is_kept_up_to_date() {
    play(async |play| {
        let tickets = a_busy_past(play, 6).await;
        play.backfill(START).await.expect("a back-fill");
        play.minutes(10).await;
        play.customer_adds(tickets[0], "One more thing.").await;
        let new = play.customer_asks_of(None, "And what of this?").await;
        play.delete(tickets[1]);
        play.merge(tickets[2], tickets[3]);
        play.trash(tickets[4]);
        play.minutes(10).await;
        is_whole(play, &[tickets[0], tickets[3], tickets[4], tickets[5], new]).await;
        assert_eq!(play.mirrored(tickets[1]).await.departure, Some(Departure::Deleted));
        let merged = play.mirrored(tickets[2]).await.departure;
        assert_eq!(merged.map(|left| matches!(left, Departure::Merged { into: Some(_) })), Some(true));
        assert!(play.mirrored(tickets[4]).await.ticket.expect("a ticket").fields.trashed);
    });
}

/// What left long before the first back-fill is not walked through, whatever the account's age.
#[test]
fn departures_of_long_ago_cost_no_calls() {
    play(async |play| {
        play.rows_a_page(10);
        for ticket in a_busy_past(play, 100).await {
            play.delete(ticket);
        }
        play.minutes(30).await;
        let tickets = a_busy_past(play, 3).await;
        play.minutes(10).await;
        play.backfill(START).await.expect("a back-fill");
        play.minutes(5).await;
        play.delete(tickets[0]);
        play.minutes(5).await;
        assert_eq!(play.mirrored(tickets[0]).await.departure, Some(Departure::Deleted));
        is_whole(play, &tickets[1..]).await;
        let looks = play.calls_to("/api/events").len();
        assert!(looks < 6, "{looks} calls");
    });
}

/// F-41: a sweep that got the tickets and not their messages owes them, also after a crash in an account that is quiet
/// from then on.
#[test]
fn messages_that_could_not_be_listed_are_kept_after_a_crash() {
    play(async |play| {
        let tickets = a_busy_past(play, 2).await;
        play.backfill(START).await.expect("a back-fill");
        play.minutes(10).await;
        let before = play.sync().await.through;
        for _ in 0..1_000 {
            play.plan(Planned::call("GET", "/api/messages", CallFault::BadGateway { after_effect: false }));
        }
        let new = play.customer_asks_of(None, "And what of this?").await;
        while play.sync().await.through == before {
            play.seconds(10).await;
        }
        play.crash();
        play.end_faults();
        play.start_again().await;
        play.minutes(10).await;
        is_whole(play, &[tickets[0], tickets[1], new]).await;
    });
}

/// F-22: what a merge brought onto a ticket is older than what was read last, so that only a comparison finds it; one that
/// a crash came before is made after it.
#[test]
fn what_a_merge_brought_is_kept_after_a_crash() {
    play(async |play| {
        let tickets = a_busy_past(play, 3).await;
        play.backfill(START).await.expect("a back-fill");
        play.minutes(10).await;
        let before = play.sync().await.through;
        play.merge(tickets[0], tickets[1]);
        while play.sync().await.through == before {
            play.milliseconds(10).await;
        }
        play.crash_and_start_again().await;
        play.minutes(10).await;
        is_whole(play, &tickets[1..]).await;
    });
}

/// F-22: an outage that lasts uses no ticket's tries up.
#[test]
fn what_an_outage_kept_from_being_compared_is_compared_after_it() {
    play(async |play| {
        let tickets = a_busy_past(play, 4).await;
        play.backfill(START).await.expect("a back-fill");
        play.minutes(10).await;
        for into in [1, 3] {
            let one = format!("/api/tickets/{}", tickets[into]);
            for _ in 0..1_000 {
                play.plan(Planned::call("GET", &one, CallFault::ServerError { status: 503 }));
            }
            play.merge(tickets[into - 1], tickets[into]);
        }
        play.minutes(6).await;
        for _ in 0..1_000 {
            play.plan(Planned::call("GET", "/api/tickets", CallFault::ServerError { status: 503 }));
        }
        play.minutes(120).await;
        play.end_faults();
        play.minutes(10).await;
        is_whole(play, &[tickets[1], tickets[3]]).await;
    });
}

/// S-64, F-46: a key that is refused in the middle stops the calls, not the back-fill.
#[test]
fn a_key_revoked_in_the_middle_delays_it() {
    play(async |play| {
        let tickets = a_busy_past(play, 230).await;
        play.backfill(START).await.expect("a back-fill");
        while play.pages_kept().await < 2 {
            play.milliseconds(100).await;
        }
        play.revoke_key();
        play.minutes(30).await;
        let refused = play.calls_answered(401).len();
        assert!(refused < 45, "{refused} calls with a refused key in half an hour");
        assert!(play.sync().await.running().is_some());
        play.restore_key();
        play.minutes(30).await;
        let run = play.sync().await.last_run().cloned().expect("a run");
        assert!(run.ended_at.is_some() && run.mismatched == 0, "{run:?}");
        is_whole(play, &tickets).await;
    });
}

/// A second wish while one runs is refused, a stopped one can be started again, and a day in the future is none.
#[test]
fn wishes_that_cannot_be_are_refused_with_what_to_do() {
    play(async |play| {
        let nothing = play.backfill(BackfillAct::Stop).await.expect_err("nothing runs").to_string();
        assert!(nothing.contains("polus sync acme"), "{nothing}");
        let future = Time(4_000_000_000_000);
        let future = play.backfill(BackfillAct::Start { since: Some(future) }).await.expect_err("the future");
        assert!(future.to_string().contains("future"), "{future}");
        a_busy_past(play, 230).await;
        play.backfill(START).await.expect("a back-fill");
        let twice = play.backfill(START).await.expect_err("it runs").to_string();
        assert!(twice.contains("--watch") && twice.contains("--stop"), "{twice}");
        play.backfill(BackfillAct::Stop).await.expect("a stop");
        play.minutes(5).await;
        let kept = play.pages_kept().await;
        play.minutes(5).await;
        assert_eq!(play.pages_kept().await, kept);
        play.backfill(START).await.expect("another");
        play.minutes(5).await;
        let ended = play.sync_events().await.into_iter().filter_map(|event| match event {
            SyncEvent::BackfillEnded { ended, .. } => Some(ended),
            _ => None,
        });
        let ended: Vec<Ended> = ended.collect();
        assert!(matches!(ended[..], [Ended::Stopped { .. }, Ended::Complete]), "{ended:?}");
    });
}

/// What changed during a run that was stopped is compared neither afterwards nor after a crash.
#[test]
fn a_stopped_backfill_fetches_nothing_more() {
    play(async |play| {
        play.crash();
        play.set_limits(|limits| limits.sweep_every = Duration::from_secs(5));
        play.start_again().await;
        a_busy_past(play, 60).await;
        play.minutes(10).await;
        let last = a_busy_past(play, 2).await;
        play.minutes(1).await;
        play.rows_a_page(1);
        play.backfill(START).await.expect("a back-fill");
        play.seconds(20).await;
        let before = play.sync().await.through;
        play.merge(last[0], last[1]);
        while play.sync().await.through == before {
            play.milliseconds(100).await;
        }
        let sync = play.sync().await;
        assert!(sync.running().is_some() && sync.uncompared.contains(&TicketId(last[1])), "{sync:?}");
        play.backfill(BackfillAct::Stop).await.expect("a stop");
        for _ in 0..2 {
            play.minutes(5).await;
            play.crash_and_start_again().await;
        }
        play.minutes(5).await;
        let kept = play.mirrored(last[1]).await;
        assert!(kept.messages.len() < play.thread_ids(last[1]).len(), "{kept:?}");
    });
}

/// A thread that Gorgias' lists show too short is fetched whole.
#[test]
fn a_list_that_shows_too_little_is_made_up_for() {
    play(async |play| {
        let tickets = a_busy_past(play, 30).await;
        play.lists_hide_message(play.thread_ids(tickets[0]).into_iter().next().expect("a message"));
        play.backfill(START).await.expect("a back-fill");
        play.minutes(5).await;
        is_whole(play, &tickets).await;
        let run = play.sync().await.last_run().cloned().expect("a run");
        assert_eq!((run.mismatched, run.ended_at.is_some()), (0, true), "{run:?}");
    });
}

/// P3, N-5, F-09: messages whose webhooks never came are counted with their delay, and silence raises one alarm.
#[test]
fn messages_that_no_webhook_told_of_are_counted_and_silence_raises_an_alarm() {
    play(async |play| {
        play.minutes(10).await;
        play.customer_asks("What about a return?").await;
        play.minutes(10).await;
        assert_eq!(play.missed().await, (1, 0), "a webhook told of it");
        assert_eq!(play.alarms_about("webhook_silent"), 0);
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        play.customer_asks("What about a return?").await;
        play.minutes(5).await;
        assert_eq!(play.missed().await, (2, 1));
        assert_eq!(play.alarms_about("webhook_silent"), 1);
        let delay = play.sync().await.missed.last.expect("a missed message").1.delay_ms;
        assert!((0..300_000).contains(&delay), "{delay}");
        play.end_faults();
        play.customer_asks("What about a return?").await;
        play.minutes(5).await;
        assert_eq!(play.missed().await, (3, 1));
        assert_eq!(play.alarms_about("webhook_silent"), 0, "it speaks again");
    });
}

/// A page that leads to itself, or answers no JSON, is never taken for an end and never followed for ever.
#[test]
fn a_cursor_that_leads_to_itself_ends_in_words() {
    play(async |play| {
        let tickets = a_busy_past(play, 230).await;
        play.cursors_lead_to_themselves(true);
        play.backfill(START).await.expect("a back-fill");
        play.minutes(60).await;
        let run = play.sync().await.last_run().cloned().expect("a run");
        let failed = matches!(&run.stage, Stage::Ended(Ended::Failed { problem })
            if problem.contains("circle") && problem.contains("polus sync acme"));
        assert!(failed, "{run:?}");
        play.cursors_lead_to_themselves(false);
        play.backfill(START).await.expect("another");
        play.minutes(10).await;
        is_whole(play, &tickets).await;
    });
}

/// An answer is posted as fast while the history is fetched as otherwise.
#[test]
fn a_backfill_does_not_slow_answers() {
    play(async |play| {
        a_busy_past(play, 300).await;
        play.set_limits(|limits| limits.sweep_every = Duration::from_secs(3_600));
        play.crash_and_start_again().await;
        play.minutes(2).await;
        let mut waits = Vec::new();
        for fetching in [false, true] {
            if fetching {
                play.backfill(START).await.expect("a back-fill");
            }
            let asked_ms = play.now_ms();
            let ticket = play.customer_asks("What about a return?").await;
            play.minutes(3).await;
            waits.push(play.said(ticket)[0].at_ms - asked_ms);
        }
        assert!(waits[1] <= waits[0] * 11 / 10, "{waits:?}");
    });
}

/// The allowance of calls is the floor: forty at once, of which a back-fill uses thirty, then two a second.
#[test]
fn a_backfill_takes_hardly_longer_than_its_calls_allow() {
    play(async |play| {
        play.crash();
        play.set_limits(|limits| limits.sweep_every = Duration::from_secs(24 * 3_600));
        play.start_again().await;
        for _ in 0..2_000 {
            play.customer_asks_of(None, "What about a return?").await;
        }
        play.minutes(60).await;
        play.rows_a_page(10);
        play.backfill(START).await.expect("a back-fill");
        while play.sync().await.running().is_some() {
            play.seconds(1).await;
        }
        let run = play.sync().await.last_run().cloned().expect("a run");
        let took = run.page_at.expect("a page").since(run.started_at).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred calls")]
        let floor = (run.calls as f64 - 30.0) / 2.0;
        println!("{} calls took {took} s, and could not take less than {floor} s", run.calls);
        assert!(took <= floor * 1.05, "{} calls took {took} s of {floor} s", run.calls);
    });
}
