//! The webhooks that Polus made in Gorgias: what comes to an address that was replaced.

use std::time::Duration;

use polus_actors::mail::{Refused, WebhookAct};
use polus_simulations::gorgias::faults::{CallFault, Odds, Scripted as Planned};

use super::flaky::Trouble;
use super::stage::{Play, play, play_from};

const ONE_WEBHOOK: &str = "/api/integrations/*";

/// For so many calls nobody can change a webhook in Gorgias.
fn no_webhook_is_written(play: &Play, calls: usize) {
    for _ in 0..calls {
        play.plan(Planned::call("PUT", ONE_WEBHOOK, CallFault::ServerError { status: 503 }));
    }
}

/// F-09: what comes to an address that is not taken any more is recorded and not acted on, so that it is as good as silence.
#[test]
fn a_webhook_that_calls_a_retired_address_is_silent() {
    play(async |play| {
        play.minutes(10).await;
        no_webhook_is_written(play, 1_000);
        play.change_webhook(WebhookAct::Rotate { overlap: Duration::ZERO }).await.expect("a rotation");
        play.minutes(1).await;
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(10).await;
        assert!(play.told(ticket).await.contains("at a retired address"), "{}", play.told(ticket).await);
        assert_eq!(play.missed().await, (1, 1));
        assert_eq!(play.alarms_about("webhook_silent"), 1);
        play.end_faults();
        play.minutes(10).await;
        play.customer_asks("What about a return?").await;
        play.minutes(10).await;
        assert_eq!(play.missed().await, (2, 1));
        assert_eq!(play.alarms_about("webhook_silent"), 0, "it calls the new address");
    });
}

/// S-64: a write that waited for a look at Gorgias does not go out once the connection was cut.
#[test]
fn no_webhook_is_written_after_a_disconnect() {
    play(async |play| {
        play.minutes(1).await;
        play.plan(Planned::call("GET", ONE_WEBHOOK, CallFault::Slow { ms: 5_000 }));
        let writes = play.webhook_writes();
        let cut = async {
            play.seconds(1).await;
            play.disconnect().await;
        };
        let (changed, ()) =
            tokio::join!(play.change_webhook_at("elsewhere.example", WebhookAct::Repair), cut);
        assert!(matches!(changed, Err(Refused::NotNow(_))), "{changed:?}");
        assert_eq!(play.webhook_writes(), writes);
    });
}

/// A ticket of which an event is lost keeps no other message from being counted.
#[test]
fn a_lost_event_does_not_hide_what_webhooks_missed() {
    play(async |play| {
        play.minutes(10).await;
        play.set_odds(Odds { webhook_lost: 1.0, ..Odds::default() });
        let damaged = play.customer_asks_of(None, "What about a return?").await;
        play.lose_an_event_of(damaged).await;
        play.customer_asks("What about a return?").await;
        play.minutes(10).await;
        assert_eq!(play.missed().await, (2, 1), "of the damaged ticket nobody knows");
    });
}

/// A webhook that was made although its answer was lost is the connection's: none is made beside it.
#[test]
fn a_webhook_whose_making_was_not_answered_is_found() {
    play_from(7, async |play| {
        play.connect().await;
        for fault in [CallFault::LostAfterEffect, CallFault::Truncated] {
            play.plan(Planned::call("POST", "/api/integrations", fault));
        }
        let done = play.change_webhook(WebhookAct::Install).await.expect("webhooks");
        assert_eq!((done.made.len(), done.left.len()), (2, 0), "{done:?}");
        assert_eq!((play.webhooks_in_gorgias(), play.webhook_writes()), (2, 2));
        play.minutes(10).await;
        let again = play.change_webhook(WebhookAct::Install).await.expect("webhooks");
        assert_eq!((again.made.len(), again.updated.len(), again.left.len()), (0, 0, 0), "{again:?}");
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// Where it cannot be seen whether a webhook was made, people are told where it may be.
#[test]
fn a_webhook_that_may_have_been_made_is_told_of() {
    play_from(7, async |play| {
        play.connect().await;
        play.plan(Planned::call("POST", "/api/integrations", CallFault::LostAfterEffect));
        play.plan(Planned::call("GET", "/api/integrations", CallFault::ServerError { status: 503 }));
        let refused = play.change_webhook(WebhookAct::Install).await.expect_err("no answer").to_string();
        assert!(refused.contains("may be in Gorgias all the same"), "{refused}");
        play.plan(Planned::call("POST", "/api/integrations", CallFault::ServerError { status: 503 }));
        let done = play.change_webhook(WebhookAct::Install).await.expect("webhooks");
        assert_eq!(
            (done.made.len(), play.webhooks_in_gorgias()),
            (2, 2),
            "the one made before is found: {done:?}"
        );
    });
}

/// A webhook that is made and cannot be recorded is told of by its number.
#[test]
fn a_webhook_that_could_not_be_recorded_is_told_of() {
    play_from(7, async |play| {
        play.connect().await;
        play.set_trouble(Trouble { overloaded: 1_000, ..Trouble::default() });
        let refused = play.change_webhook(WebhookAct::Install).await.expect_err("a full log").to_string();
        assert!(refused.contains("delete the HTTP integration "), "{refused}");
    });
}
