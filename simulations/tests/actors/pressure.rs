//! Shortage and trouble: brakes, crowds, throttling, outages, and a log that has bad days. Nothing runs hot meanwhile.

use polus_simulations::gorgias::faults::{CallFault, Odds, Scripted as Planned};

use super::flaky::Trouble;
use super::stage::play;

/// A ticket that may do nothing for hours does nothing for hours.
#[test]
fn a_braked_ticket_rests() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.pause().await;
        play.minutes(10).await;
        let reads = play.log_reads();
        play.minutes(180).await;
        // A sweep looks at the sync's own stream, three times in all.
        let sweeps = 3 * 180 / 4;
        assert!(play.log_reads() - reads < 60 + sweeps, "{} reads of the log", play.log_reads() - reads);
        play.release().await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// More tickets than may be resident: what rests after a failure keeps its rest.
#[test]
fn a_crowd_does_not_shorten_the_pause_after_a_failure() {
    play(async |play| {
        play.crash();
        play.set_limits(|limits| limits.resident_tickets_max = 0);
        play.start_again().await;
        let ticket = play.customer_asks("What about a return?").await;
        for _ in 0..1_000 {
            let path = format!("/api/tickets/{ticket}");
            play.plan(Planned::call("GET", &path, CallFault::Forbidden { reason: "role".to_owned() }));
        }
        play.minutes(10).await;
        assert!(play.calls_answered(403).len() < 30, "{} calls", play.calls_answered(403).len());
        play.end_faults();
        play.minutes(90).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// The pause after many failures is longer than an idle ticket stays; it holds all the same.
#[test]
fn a_long_pause_outlasts_the_idle_time() {
    play(async |play| {
        play.crash();
        play.set_limits(|limits| limits.retry_longest = std::time::Duration::from_secs(600));
        play.start_again().await;
        let ticket = play.customer_asks("What about a return?").await;
        for _ in 0..200 {
            let path = format!("/api/tickets/{ticket}");
            play.plan(Planned::call("GET", &path, CallFault::BadGateway { after_effect: false }));
        }
        play.minutes(120).await;
        let failed = play.calls_answered(502).len().max(play.calls_answered(500).len());
        assert!(failed < 40, "{failed} calls failed");
    });
}

/// A wait that no program should obey does not stop the account for ever, nor the program.
#[test]
fn an_absurd_wait_is_cut_short() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::next_call(CallFault::TooManyRequests { retry_after_s: i64::MAX }));
        play.minutes(30).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// While Gorgias is down one call at a time looks whether it is back.
#[test]
fn an_outage_is_probed_by_single_calls() {
    play(async |play| {
        for _ in 0..40 {
            play.customer_asks("What about a return?").await;
        }
        play.set_odds(Odds { server_error: 1.0, ..Odds::default() });
        play.minutes(5).await;
        let calls = play.calls();
        play.minutes(60).await;
        assert!(play.calls() - calls < 90, "{} calls", play.calls() - calls);
        play.end_faults();
        play.minutes(30).await;
        for ticket in play.tickets() {
            assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        }
    });
}

/// Forty tickets with their fences and posts stay within the account's allowance.
#[test]
fn a_peak_meets_no_throttling() {
    play(async |play| {
        for _ in 0..60 {
            play.customer_asks("What about a return?").await;
        }
        play.minutes(20).await;
        assert!(play.calls_answered(429).is_empty(), "{} calls too many", play.calls_answered(429).len());
    });
}

/// The log refuses, forgets and answers late: everybody is answered once. Whose announcement was unclear twice gets a
/// person instead, since nobody may post on a guess.
#[test]
fn a_log_with_bad_days_neither_loses_nor_repeats() {
    for unclear in [0, 200] {
        play(async move |play| {
            play.set_trouble(Trouble {
                overloaded: 200,
                unclear_there: unclear,
                unclear_not_there: unclear,
                unreadable: 100,
                slow_ms: 40,
                ..Trouble::default()
            });
            let mut tickets = Vec::new();
            for _ in 0..10 {
                tickets.push(play.customer_asks("What about a return?").await);
                play.seconds(1).await;
            }
            play.minutes(30).await;
            play.set_trouble(Trouble::default());
            play.minutes(30).await;
            for ticket in tickets {
                let (said, notes) = (play.said(ticket).len(), play.notes(ticket).len());
                let answered = (said, notes) == (1, 0);
                let handed_off = unclear > 0 && (said, notes) == (0, 1);
                assert!(answered || handed_off, "{}", play.told(ticket).await);
            }
        });
    }
}
