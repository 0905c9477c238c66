//! The same play twice is the same log, byte for byte, whatever goes wrong in it.

use polus_simulations::gorgias::faults::Odds;
use polus_simulations::gorgias::people::Assignee;

use super::flaky::Trouble;
use super::stage::{Play, play_from};

async fn a_bad_day(play: &Play) -> (u64, String) {
    play.connect().await;
    play.install_webhook().await;
    play.set_odds(Odds {
        bad_gateway: 0.03,
        bad_gateway_after_effect: 0.03,
        server_error: 0.03,
        too_many_requests: 0.03,
        lost_before_effect: 0.03,
        lost_after_effect: 0.03,
        lands_late: 0.03,
        slow: 0.2,
        truncated: 0.03,
        sending_fails: 0.03,
        webhook_lost: 0.1,
        webhook_twice: 0.1,
        webhook_late: 0.1,
        ..Odds::default()
    });
    play.set_trouble(Trouble {
        overloaded: 30,
        unclear_there: 30,
        unclear_not_there: 30,
        slow_ms: 5,
        unreadable: 10,
        ..Trouble::default()
    });
    let mut tickets = Vec::new();
    for place in 0..12 {
        let text = if place % 3 == 0 { "I want to talk to a human" } else { "What about a return?" };
        tickets.push(play.customer_asks(text).await);
        play.seconds(3).await;
    }
    play.customer_adds(tickets[1], "and a second return?").await;
    play.human_replies(tickets[2], "Let me see").await;
    play.crash_and_start_again().await;
    play.minutes(5).await;
    play.assign(tickets[2], Assignee::User(play.cast.ai_user)).await;
    play.stop().await;
    play.start_again().await;
    play.minutes(60).await;
    play.set_trouble(Trouble::default());
    play.log_hash().await
}

#[test]
fn the_same_play_twice_is_the_same_log() {
    for number in [1, 2, 3] {
        let (once, again) = (play_from(number, a_bad_day), play_from(number, a_bad_day));
        assert!(once.0 > 200, "{} records", once.0);
        assert_eq!(once, again, "seed {number}");
    }
    assert_ne!(play_from(1, a_bad_day).1, play_from(2, a_bad_day).1);
}
