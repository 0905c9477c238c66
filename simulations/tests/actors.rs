//! The real actors on the simulated stage: what happens to a ticket, from the customer's message to its end.

mod backfill;
mod connection;
mod flaky;
mod pressure;
mod repeated;
mod self_test;
mod stage;
mod stopping;
mod sweep;
mod webhooks;

use polus_simulations::gorgias::faults::{CallFault, Scripted as Planned, WebhookFault};
use polus_simulations::gorgias::people::Assignee;
use stage::{ANSWER, Play, play};

/// S-18, S-31: assigned to the AI user, answered once on the ticket.
#[test]
fn a_question_is_answered() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1);
        assert!(play.replies(ticket)[0].contains(ANSWER), "{:?}", play.replies(ticket));
        assert!(play.replies(ticket)[0].starts_with("Hi Mia,"));
    });
}

/// F-11: two messages five seconds apart get one reply.
#[test]
fn a_burst_is_answered_once() {
    play(async |play| {
        let ticket = play.customer_asks("Hello, one question").await;
        play.seconds(5).await;
        play.customer_adds(ticket, "can I return it?").await;
        play.minutes(3).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// S-39, S-44 to S-46, F-24, F-27: a request for a human is handed off; from then on silence.
#[test]
fn a_request_for_a_human_is_handed_off_and_then_left_alone() {
    play(async |play| {
        let ticket = play.customer_asks("I want to talk to a human").await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1, "{:?}", play.replies(ticket));
        assert!(play.replies(ticket)[0].contains("colleague"));
        assert_eq!(play.notes(ticket).len(), 1);
        assert!(play.tags(ticket).contains("polus-handed-off"));
        assert_eq!(play.team(ticket), Some(play.cast.team));
        play.assign(ticket, Assignee::User(play.cast.ai_user)).await;
        play.customer_adds(ticket, "and what about a return?").await;
        play.minutes(30).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// S-36, F-30: no source, no guess.
#[test]
fn a_question_without_a_source_is_handed_off() {
    play(async |play| {
        let ticket = play.customer_asks("Do you sell submarines?").await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1);
        assert!(!play.replies(ticket)[0].contains(ANSWER));
        assert_eq!(play.notes(ticket).len(), 1);
    });
}

/// S-18, S-19: what belongs to people is not touched.
#[test]
fn a_ticket_of_a_person_is_not_touched() {
    play(async |play| {
        let agent = play.cast.agents[0];
        let ticket = play.customer_asks_of(Some(agent), "What about a return?").await;
        play.minutes(10).await;
        assert!(play.replies(ticket).is_empty());
        assert!(play.told(ticket).await.contains("not assigned"), "{}", play.told(ticket).await);
    });
}

/// S-20: assigned later, answered once.
#[test]
fn a_ticket_assigned_later_is_answered() {
    play(async |play| {
        let ticket = play.customer_asks_of(None, "What about a return?").await;
        play.minutes(5).await;
        assert!(play.replies(ticket).is_empty());
        play.assign(ticket, Assignee::User(play.cast.ai_user)).await;
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// F-06: a person answers while the answer is being drafted.
#[test]
fn a_person_who_answers_first_is_not_interrupted() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.seconds(22).await;
        play.human_replies(ticket, "Let me see").await;
        play.minutes(10).await;
        assert!(play.replies(ticket).is_empty(), "{:?}", play.replies(ticket));
        play.customer_adds(ticket, "a return, please").await;
        play.minutes(10).await;
        assert!(play.replies(ticket).is_empty());
    });
}

/// F-02: the post succeeds and its answer is lost; the marker tells.
#[test]
fn a_lost_response_is_settled_by_its_marker() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::post_on(ticket, CallFault::LostAfterEffect));
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
        assert!(play.told(ticket).await.contains("its marker in the thread"));
    });
}

/// F-02: the post never arrived; it is made once more, with the same text.
#[test]
fn a_post_that_never_arrived_is_made_once_more() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::post_on(ticket, CallFault::LostBeforeEffect));
        play.minutes(10).await;
        assert_eq!(play.replies(ticket).len(), 1);
        assert!(play.told(ticket).await.contains("attempt 2"));
    });
}

/// A write that lands late, but before it is looked for, is found and not repeated.
#[test]
fn a_post_that_lands_late_is_not_repeated() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::post_on(ticket, CallFault::LandsLate { after_ms: 25_000 }));
        play.minutes(10).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// A 429 on the post is no attempt that could have succeeded.
#[test]
fn a_throttled_post_is_fenced_anew() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::post_on(ticket, CallFault::TooManyRequests { retry_after_s: 3 }));
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// F-01: the same webhook twice, one effect.
#[test]
fn a_duplicated_webhook_has_one_effect() {
    play(async |play| {
        play.plan_webhooks_twice();
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::webhook(ticket, WebhookFault::Twice));
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// F-45: the reply is accepted and then cannot be delivered.
#[test]
fn a_failed_delivery_goes_to_people() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.plan(Planned::sending_fails(ticket, "550 no such mailbox"));
        play.minutes(10).await;
        assert_eq!(play.notes(ticket).len(), 1, "{}", play.told(ticket).await);
        assert_eq!(play.team(ticket), Some(play.cast.team));
    });
}

/// F-03: the program dies between the webhook and the reply, again and again.
#[test]
fn a_crash_at_any_time_neither_loses_nor_repeats() {
    for after_ms in (0..26_000).step_by(650) {
        play(async move |play| {
            let ticket = play.customer_asks("What about a return?").await;
            play.milliseconds(after_ms).await;
            play.crash_and_start_again().await;
            play.minutes(5).await;
            assert_eq!(
                play.replies(ticket).len(),
                1,
                "crash after {after_ms} ms: {}",
                play.told(ticket).await
            );
        });
    }
}

/// F-05: the handoff's reassignment fails for a time; the AI stays silent and tries again.
#[test]
fn a_reassignment_that_fails_is_tried_again() {
    play(async |play| {
        let ticket = play.customer_asks("I want to talk to a human").await;
        let path = format!("/api/tickets/{ticket}");
        for _ in 0..3 {
            play.plan(Planned::call("PUT", &path, CallFault::ServerError { status: 503 }));
        }
        play.minutes(10).await;
        assert_eq!(play.team(ticket), Some(play.cast.team), "{}", play.told(ticket).await);
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// F-05: a handoff that nobody got is an alarm, also in the program's next life, until somebody has it.
#[test]
fn a_handoff_that_nobody_got_is_an_alarm_until_it_is_assigned() {
    play(async |play| {
        let ticket = play.customer_asks("I want to talk to a human").await;
        let path = format!("/api/tickets/{ticket}");
        for _ in 0..100 {
            play.plan(Planned::call("PUT", &path, CallFault::Rejected { message: "No.".to_owned() }));
        }
        play.minutes(30).await;
        assert_eq!(play.alarms_about("/unassigned"), 1, "{}", play.told(ticket).await);
        play.crash_and_start_again().await;
        play.customer_adds(ticket, "Is anybody there?").await;
        play.minutes(5).await;
        assert_eq!(play.alarms_about("/unassigned"), 1, "{}", play.told(ticket).await);
        play.assign(ticket, Assignee::User(play.cast.agents[0])).await;
        play.minutes(5).await;
        assert_eq!(play.alarms_about("/unassigned"), 0, "{}", play.told(ticket).await);
    });
}

/// F-46, S-11: the key is revoked while a reply waits, and restored.
#[test]
fn a_revoked_key_stops_everything_and_a_restored_one_resumes() {
    play(async |play| {
        play.revoke_key();
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(30).await;
        assert!(play.replies(ticket).is_empty());
        let calls = play.calls();
        play.minutes(30).await;
        assert!(play.calls() - calls < 40, "{} calls with a refused key", play.calls() - calls);
        play.restore_key();
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// S-64, F-47: what was pending when the connection was cut is never sent.
#[test]
fn a_reply_pending_at_a_disconnect_is_never_sent() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.seconds(10).await;
        play.disconnect().await;
        play.minutes(5).await;
        play.connect().await;
        play.minutes(30).await;
        assert!(play.replies(ticket).is_empty(), "{}", play.told(ticket).await);
    });
}

/// Section 6 b: an outage longer than Gorgias' retries loses nothing.
#[test]
fn a_message_written_while_the_program_was_down_is_found_after_the_start() {
    play(async |play| {
        play.minutes(1).await;
        play.crash();
        let ticket = play.customer_asks("What about a return?").await;
        play.minutes(20).await;
        play.start_again().await;
        play.minutes(5).await;
        assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
    });
}

/// The brake takes effect before the next post.
#[test]
fn the_brake_holds_a_reply_until_it_is_released() {
    play(async |play| {
        let ticket = play.customer_asks("What about a return?").await;
        play.pause().await;
        play.minutes(10).await;
        assert!(play.replies(ticket).is_empty());
        play.release().await;
        play.minutes(2).await;
        assert_eq!(play.replies(ticket).len(), 1);
    });
}

/// Two tickets written at the same time do not wait for each other beyond the account's budget.
#[test]
fn forty_tickets_at_once_are_all_answered_once() {
    play(async |play: &Play| {
        let mut tickets = Vec::new();
        for _ in 0..40 {
            tickets.push(play.customer_asks("What about a return?").await);
        }
        play.minutes(30).await;
        for ticket in tickets {
            assert_eq!(play.replies(ticket).len(), 1, "{}", play.told(ticket).await);
        }
    });
}
