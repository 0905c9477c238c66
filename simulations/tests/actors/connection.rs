//! The connection's life: refused keys, restarts meanwhile, saved anew, cut and made again.

use polus_actors::mail::{Change, Refused};
use polus_actors::world::Article;
use polus_core::connection::ConnectionEvent;
use polus_core::policy::Policy;
use polus_simulations::gorgias::faults::{CallFault, Odds, Scripted as Planned};

use super::flaky::Trouble;
use super::stage::{Play, play, play_from};

async fn refusals(play: &Play) -> usize {
    let events = play.connection_events().await;
    events.iter().filter(|event| matches!(event, ConnectionEvent::Refused { .. })).count()
}

/// S-11: a program that starts while the key is refused notices that it works again.
#[test]
fn a_key_restored_after_a_restart_is_noticed() {
    play(async |play| {
        play.revoke_key();
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(10).await;
        play.crash_and_start_again().await;
        play.minutes(10).await;
        play.restore_key();
        play.minutes(10).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// F-46: twenty calls refused at once are one refusal, and after the key works again no old refusal shuts it anew.
#[test]
fn refusals_at_once_are_one_refusal() {
    play(async |play| {
        let mut tickets = Vec::new();
        for _ in 0..20 {
            tickets.push(play.customer_asks("What about a return?").await);
        }
        play.milliseconds(60).await;
        play.revoke_key();
        play.minutes(10).await;
        play.restore_key();
        play.minutes(20).await;
        assert_eq!(refusals(play).await, 1);
        for ticket in tickets {
            assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        }
    });
}

/// S-11: a refused key is not used for posts whose fence was passed before.
#[test]
fn a_refused_key_is_not_tried_again_by_those_behind_their_fence() {
    play(async |play| {
        for _ in 0..12 {
            play.customer_asks("What about a return?").await;
        }
        // Every answer is drafted at about the same time; the key goes while they pass their fences.
        play.milliseconds(24_650).await;
        play.revoke_key();
        play.seconds(30).await;
        assert!(play.calls_answered(401).len() <= 12, "{} calls", play.calls_answered(401).len());
    });
}

/// A new policy is no new allowance: what Gorgias asked us to wait stays waited for.
#[test]
fn a_change_of_policy_does_not_end_the_wait_that_gorgias_asked_for() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::next_call(CallFault::TooManyRequests { retry_after_s: 120 }));
        play.seconds(5).await;
        let calls = play.calls();
        play.change_policy(Policy::default()).await;
        play.seconds(60).await;
        assert_eq!(play.calls(), calls, "called although told to wait");
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// A change that was made on an older version, and comes when a newer one is in force, overwrites nothing.
#[test]
fn a_change_made_on_an_older_version_is_refused() {
    play(async |play| {
        let policy = |replies_max| {
            let mut policy = Policy::default();
            policy.set_all([("limits.replies", replies_max)]).expect("a policy");
            Box::new(policy)
        };
        let made_on = Policy::default().version;
        let first = Change::Policy { made_on, policy: policy("3") };
        assert!(play.try_change(first.clone()).await.is_ok());
        assert!(play.try_change(first).await.is_ok(), "the same again is no change");
        let late = Change::Policy { made_on, policy: policy("4") };
        let refused = play.try_change(late).await;
        assert!(
            matches!(&refused, Err(Refused::NotNow(told)) if told.contains("read it again")),
            "{refused:?}"
        );
        let newest = Change::Policy { made_on: made_on + 1, policy: policy("4") };
        assert!(play.try_change(newest).await.is_ok());

        let article = |text: &str| Article { id: "a".into(), title: "A".into(), text: text.into() };
        let knowledge = |text, made_on| Change::Knowledge { made_on, articles: vec![article(text)] };
        assert!(play.try_change(knowledge("# A\n\nOne.", 0)).await.is_ok());
        let refused = play.try_change(knowledge("# A\n\nTwo.", 0)).await;
        assert!(matches!(refused, Err(Refused::NotNow(_))), "{refused:?}");
        assert!(play.try_change(knowledge("# A\n\nTwo.", 1)).await.is_ok());
        let events = play.connection_events().await;
        let changes = events.iter().filter(|event| {
            matches!(event, ConnectionEvent::PolicyChanged { .. } | ConnectionEvent::KnowledgeChanged { .. })
        });
        assert_eq!(changes.count(), 4);
    });
}

/// S-64, S-65: cut and made again at any time around the post, within a second: nothing old is posted afterwards.
#[test]
fn nothing_is_posted_across_a_disconnect() {
    for after_ms in (20_000..26_000).step_by(150) {
        play(async move |play| {
            let ticket = play.customer_asks("What about a return?").await;
            play.milliseconds(after_ms).await;
            play.disconnect().await;
            let posted = play.replies(ticket).len();
            play.milliseconds(250).await; // A post that was on its way arrives.
            let arrived = play.replies(ticket).len();
            assert!(arrived <= 1 && arrived >= posted);
            play.connect().await;
            play.minutes(10).await;
            assert_eq!(play.replies(ticket).len(), arrived, "cut after {after_ms} ms");
        });
    }
}

/// The log is slow while the connection is cut and made again: what was announced before is not posted after.
#[test]
fn a_post_announced_before_a_disconnect_does_not_go_out_after_it() {
    for after_ms in (24_000..26_500).step_by(100) {
        play(async move |play| {
            let ticket = play.customer_asks("What about a return?").await;
            play.milliseconds(after_ms).await;
            play.set_trouble(Trouble { slow_ms: 400, ..Trouble::default() });
            play.disconnect().await;
            play.milliseconds(250).await;
            let arrived = play.replies(ticket).len();
            play.connect().await;
            play.minutes(10).await;
            play.set_trouble(Trouble::default());
            assert_eq!(play.replies(ticket).len(), arrived, "cut after {after_ms} ms");
        });
    }
}

/// A connection whose log does not answer at the start is led once it does.
#[test]
fn a_log_that_is_busy_at_the_start_is_read_again() {
    play(async |play| {
        play.crash();
        play.set_trouble(Trouble { silent: Some("acme/connection"), ..Trouble::default() });
        play.start_again().await;
        play.seconds(10).await;
        play.set_trouble(Trouble::default());
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// The first connect, at any distance before the first webhook: what was written in between is found by the sweep.
#[test]
fn a_message_between_the_connect_and_the_webhook_is_found() {
    play_from(7, async |play| {
        play.connect().await;
        play.minutes(2).await;
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(2).await;
        play.install_webhook().await;
        play.minutes(20).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// The right to call comes and goes: no flood of calls, and few events.
#[test]
fn a_forbidden_read_neither_floods_gorgias_nor_the_log() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        for _ in 0..500 {
            let path = format!("/api/tickets/{ticket}");
            play.plan(Planned::call("GET", &path, CallFault::Forbidden { reason: "role".to_owned() }));
        }
        play.minutes(180).await;
        let (calls, events) = (play.calls_answered(403).len(), play.connection_events().await.len());
        assert!(calls < 300, "{calls} calls");
        assert!(events < 40, "{events} events");
        play.set_odds(Odds::default());
        play.end_faults();
        play.minutes(90).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// A disk that does not answer at the start, and then does: articles and key are read again.
#[test]
fn articles_and_a_key_that_could_not_be_read_are_read_again() {
    play(async |play| {
        let article = Article { id: "a".into(), title: "Returns".into(), text: "# Returns\n\nOne.".into() };
        play.try_change(Change::Knowledge { made_on: 0, articles: vec![article] }).await.expect("articles");
        play.minutes(1).await;
        play.crash();
        play.set_trouble(Trouble { nothing_kept_is_read: true, ..Trouble::default() });
        play.start_again().await;
        play.seconds(10).await;
        assert_eq!((play.alarms_about("acme/knowledge"), play.alarms_about("acme/key")), (1, 1));
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 0);
        play.set_trouble(Trouble::default());
        play.minutes(10).await;
        assert_eq!((play.alarms_about("acme/knowledge"), play.alarms_about("acme/key")), (0, 0));
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}
