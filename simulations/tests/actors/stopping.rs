//! The program is asked to stop: what was announced is finished, nothing else is begun.

use std::time::Duration;

use polus_simulations::gorgias::faults::{CallFault, Scripted as Planned};

use super::stage::play;

/// At any time around the post: the answer is there once, and a post that was announced was seen to its end.
#[test]
fn an_announced_post_is_finished_before_the_end() {
    let mut finished = 0;
    for after_ms in (23_000..26_000).step_by(50) {
        let told = std::cell::RefCell::new(String::new());
        play(async |play| {
            let ticket = play.customer_asks("What about a return?").await;
            play.milliseconds(after_ms).await;
            play.stop().await;
            *told.borrow_mut() = play.told(ticket).await;
            let announced = play.folded(ticket).await.announced;
            assert_eq!(announced, None, "stopped after {after_ms} ms: {}", told.borrow());
            play.start_again().await;
            play.minutes(5).await;
            assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        });
        finished += usize::from(told.into_inner().contains("reply_posted"));
    }
    assert!(finished > 10, "{finished} of 60 stops came at or after the post");
}

/// Nothing is under way: the end comes at once.
#[test]
fn an_idle_program_stops_at_once() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(5).await;
        assert!(play.stop().await < Duration::from_millis(500));
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// What only reads or waits is not waited for.
#[test]
fn a_program_that_waits_for_gorgias_stops_at_once() {
    play(async |play| {
        play.revoke_key();
        for _ in 0..10 {
            play.customer_asks("What about a return?").await;
        }
        play.minutes(5).await;
        assert!(play.stop().await < Duration::from_millis(500));
    });
}

/// A post whose answer does not come is not waited for longer than is allowed; the next start settles it.
#[test]
fn a_post_without_an_answer_does_not_hold_up_the_end() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::post_on(ticket, CallFault::LandsLate { after_ms: 20_000 }));
        play.milliseconds(25_500).await;
        assert!(play.folded(ticket).await.announced.is_some(), "{}", play.told(ticket).await);
        let took = play.stop().await;
        assert!(took > Duration::from_secs(3) && took < Duration::from_secs(6), "{took:?}");
        play.start_again().await;
        play.minutes(10).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// A message that came while the program stopped is answered after the next start, without a sweep of Gorgias.
#[test]
fn what_came_in_while_stopping_is_taken_up_at_the_next_start() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.milliseconds(120).await;
        play.stop().await;
        play.minutes(1).await;
        assert!(play.replies(ticket).is_empty());
        play.start_again().await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}
