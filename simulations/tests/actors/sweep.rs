//! Catching up with Gorgias: after a start, and again and again for what no webhook told.

use polus_core::sync::SyncEvent;
use polus_core::ticket::Event;
use polus_simulations::gorgias::faults::{CallFault, Odds, Scripted as Planned};
use polus_simulations::gorgias::people::Assignee;

use super::stage::{play, play_from};

/// F-09: webhooks that never come are made up for.
#[test]
fn a_message_whose_webhook_was_lost_is_found() {
    play(async |play| {
        play.minutes(30).await;
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(20).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// The assignment's webhook is lost as well as the message's.
#[test]
fn an_assignment_whose_webhook_was_lost_is_found() {
    play(async |play| {
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        let ticket = play.customer_asks_of(None, "What about a return?").await;
        play.minutes(30).await;
        play.assign(ticket, Assignee::User(play.cast.ai_user)).await;
        play.minutes(20).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// L6: nobody writes, nothing is recorded.
#[test]
fn an_idle_account_makes_no_events() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(90).await;
        assert_eq!(play.replies(ticket).len(), 1);
        let (before, _) = play.log_hash().await;
        play.minutes(8 * 60).await;
        assert_eq!(play.log_hash().await.0, before, "{}", play.told(ticket).await);
    });
}

/// A walk that waits while the connection is cut does not carry the old generation into the new one.
#[test]
fn a_walk_belongs_to_its_generation() {
    play(async |play| {
        play.crash();
        let ticket = play.customer_asks("What about a return?").await;
        play.revoke_key();
        play.start_again().await;
        play.minutes(2).await;
        play.disconnect().await;
        play.restore_key();
        play.connect().await;
        play.minutes(10).await;
        let mut generations = play.sync_events().await.into_iter().filter_map(|event| match event {
            SyncEvent::CaughtUp { generation, .. } => Some(generation),
            _ => None,
        });
        assert_eq!(generations.next_back(), Some(3));
        for recorded in play.events(ticket).await {
            if let Event::SeenBySync(seen) = recorded.event {
                assert_eq!(seen.generation, 3, "{}", play.told(ticket).await);
            }
        }
        // F-47, S-65: context, but no answer.
        assert!(play.replies(ticket).is_empty());
    });
}

/// F-41: pages fail in the middle of a walk; nothing is left out.
#[test]
fn an_interrupted_walk_leaves_nothing_out() {
    play(async |play| {
        play.minutes(1).await;
        play.crash();
        let mut tickets = Vec::new();
        for _ in 0..130 {
            tickets.push(play.customer_asks("What about a return?").await);
        }
        play.minutes(30).await;
        play.plan(Planned::call("GET", "/api/tickets", CallFault::BadGateway { after_effect: false }));
        play.plan(Planned::call("GET", "/api/tickets", CallFault::Truncated));
        play.start_again().await;
        play.minutes(30).await;
        for ticket in tickets {
            assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        }
    });
}

/// An account without a single ticket is connected, and its first ticket answered after a restart.
#[test]
fn the_first_ticket_of_an_empty_account_is_found_after_an_outage() {
    play_from(7, async |play| {
        play.connect().await;
        play.minutes(1).await;
        play.crash();
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(60).await;
        play.start_again().await;
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// The list of messages only tells what webhooks missed: without it tickets are found all the same, and what it would
/// have told is made up for.
#[test]
fn messages_that_cannot_be_listed_hold_no_ticket_up() {
    play(async |play| {
        play.minutes(10).await;
        let before = play.sync().await.through;
        for _ in 0..1_000 {
            play.plan(Planned::call("GET", "/api/messages", CallFault::BadGateway { after_effect: false }));
        }
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(20).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        let sync = play.sync().await;
        assert!(sync.through > before, "{sync:?}");
        assert_eq!(play.missed().await, (0, 0));
        play.end_faults();
        play.minutes(10).await;
        assert_eq!(play.missed().await, (1, 1));
    });
}

/// People are told of a catching up that fails for long, and of no shorter trouble.
#[test]
fn catching_up_that_fails_for_long_is_an_alarm() {
    play(async |play| {
        let fail = |times: usize| {
            for _ in 0..times {
                let fault = CallFault::BadGateway { after_effect: false };
                play.plan(Planned::call("GET", "/api/tickets", fault));
            }
        };
        play.minutes(10).await;
        fail(3);
        play.minutes(10).await;
        assert_eq!(play.alarms_about("acme/sync"), 0, "it went on after a moment");
        fail(1_000);
        play.minutes(20).await;
        assert_eq!(play.alarms_about("acme/sync"), 1);
        play.end_faults();
        play.minutes(10).await;
        assert_eq!(play.alarms_about("acme/sync"), 0, "it caught up");
        fail(1_000);
        play.minutes(20).await;
        assert_eq!(play.alarms_about("acme/sync"), 1);
        play.disconnect().await;
        play.minutes(10).await;
        assert_eq!(play.alarms_about("acme/sync"), 0, "there is nothing to catch up with");
    });
}

/// What is written between the connect and the end of the first sweep is no history, and what was written before is.
#[test]
fn a_message_that_comes_before_the_first_sweep_ends_is_answered() {
    play_from(7, async |play| {
        let old = play.customer_asks("What about a return?").await;
        play.minutes(60).await;
        play.connect().await;
        for _ in 0..8 {
            play.plan(Planned::call("GET", "/api/tickets", CallFault::BadGateway { after_effect: false }));
        }
        play.seconds(2).await;
        let ticket = play.customer_asks("What about a return?").await;
        assert!(play.sync().await.through.is_none(), "the first sweep has not ended");
        play.minutes(1).await;
        play.install_webhook().await;
        play.minutes(20).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        assert!(play.replies(old).is_empty(), "{}", play.told(old).await);
    });
}
