//! Disconnect and reconnect: what an older generation owed is cancelled, never performed (S-64), and the gap is read
//! for context only.

use std::time::Duration;

use polus_core::id::MessageId;
use polus_core::ticket::event::{Event, HandoffReason, Silence};
use polus_core::ticket::input::PostOutcome;
use polus_core::ticket::state::{Ending, Phase};
use polus_core::ticket::{EffectKind, Input};

use crate::support::{AI, Story};

fn disconnect(story: &mut Story) {
    story.terms.generation += 1;
    story.terms.connected = false;
    story.forget();
    story.tick();
}

/// Connects again; all that Gorgias has by now is history.
fn reconnect(story: &mut Story) {
    story.terms.generation += 1;
    story.terms.connected = true;
    story.terms.go_live = story.thread.newest();
    story.forget();
    story.tick();
}

// S-64: cancelled, not sent after reconnecting hours later.
#[test]
fn what_waits_at_a_disconnect_is_cancelled_and_never_sent() {
    for waits in ["gathering", "answering"] {
        let (mut story, message) =
            if waits == "answering" { Story::answering() } else { Story::asked("Where is my parcel?") };
        story.expect_phase(waits);
        disconnect(&mut story);
        story.expect_events(&["generation_changed", "ignored"]);
        story.expect_silence(message, Silence::Disconnected);
        story.expect_owed(&[]);
        story.later(Duration::from_secs(3 * 3600));
        reconnect(&mut story);
        story.expect_events(&["generation_changed"]);
        story.expect_silence(message, Silence::Disconnected);
        story.expect_owed(&[]);
    }
}

// S-64: the actor slept through both; the next fold cancels all the same.
#[test]
fn a_cut_that_nobody_saw_cancels_on_the_next_fold() {
    let (mut story, message) = Story::answering();
    story.terms.generation += 2;
    story.terms.go_live = story.thread.newest();
    let effect = story.owed(EffectKind::Answer).id;
    let (as_of, read) = (story.ticket.sequence, Some(Box::new(story.thread.snapshot())));
    story.step(&Input::Fence { effect, as_of, read, conflicts: 0, no_route: None });
    story.expect_events(&["generation_changed", "ignored"]);
    story.expect_silence(message, Silence::Disconnected);
}

// A webhook of the new generation, folded before the ticket knew of it, must not be cancelled with the old debts.
#[test]
fn what_the_new_generation_told_stays_owed() {
    let (mut story, _) = Story::answered();
    story.check_delivery();
    story.terms.generation += 2;
    story.terms.go_live = story.thread.newest();
    story.forget();
    let message = story.customer_writes("Do you sell gift cards?");
    story.webhook(message);
    story.expect_events(&["generation_changed"]);
    story.expect_owed(&["read"]);
    story.read();
    assert_eq!(story.ending(message), Some(Ending::Accepted));
}

#[test]
fn an_announced_post_is_settled_across_a_disconnect_by_reading_only() {
    let (mut story, message) = Story::announced();
    story.post_lands();
    disconnect(&mut story);
    story.expect_events(&["generation_changed"]);
    story.expect_owed(&["settle answer"]);
    reconnect(&mut story);
    story.expect_owed(&["settle answer"]);
    story.settle();
    story.expect_answered(message);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

#[test]
fn an_announced_post_that_did_not_land_before_a_disconnect_is_not_tried_again() {
    let outcomes =
        [None, Some(PostOutcome::NotSent("429".to_owned())), Some(PostOutcome::Rejected("400".to_owned()))];
    for outcome in outcomes {
        let (mut story, message) = Story::announced();
        disconnect(&mut story);
        reconnect(&mut story);
        match outcome {
            None => story.settle(),
            Some(outcome) => story.outcome(outcome),
        }
        story.expect_silence(message, Silence::Disconnected);
        story.expect_phase("idle");
        story.expect_owed(&[]);
        story.restart();
        story.expect_owed(&[]);
        assert!(story.thread.told_by_us().is_empty());
    }
}

#[test]
fn a_handoff_keeps_its_mark_over_a_disconnect_and_its_follow_ups_are_left_out() {
    let (mut story, _) = Story::handed_off();
    disconnect(&mut story);
    let Phase::HandedOff(handoff) = &story.ticket.phase else { panic!("it is handed off") };
    assert!(handoff.open.is_empty());
    reconnect(&mut story);
    story.expect_owed(&[]);
    story.expect_handed_off(&HandoffReason::AskedForHuman);
    let message = story.hears("Hello?");
    story.expect_silence(message, Silence::HandedOff);
}

// F-47, S-65: what was written in the gap is history, even on a ticket that came to the AI user before.
#[test]
fn what_was_written_in_the_gap_is_not_answered() {
    let mut story = Story::new();
    story.assign_to(None);
    story.hears("Where is my parcel?");
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    story.posted();
    disconnect(&mut story);
    let gap = story.customer_writes("And the invoice?");
    reconnect(&mut story);
    let after = story.hears("Hello?");
    assert_eq!(story.ending(gap), None, "history needs no outcome");
    let Event::Accepted(accepted) = story.last("accepted") else { panic!("not that event") };
    assert_eq!(accepted.messages, [after]);
}

// S-20: the old connection heard of the assignment, read nothing, and was cut; the next one's sweep tells of the ticket.
#[test]
fn an_assignment_that_was_heard_of_before_the_gap_does_not_count_after_it() {
    let mut story = Story::new();
    let before = story.customer_writes("Where is my parcel?");
    story.assignment_webhook();
    story.terms.generation += 2;
    story.terms.go_live = story.thread.newest();
    story.forget();
    story.seen_by_sync();
    story.read();
    assert_eq!(story.ending(before), None, "history needs no outcome");
    story.expect_owed(&[]);
}

#[test]
fn a_ticket_found_with_the_ai_user_after_the_gap_came_to_it_at_an_unknown_time() {
    let mut story = Story::new();
    story.assign_to(None);
    let before = story.hears("Where is my parcel?");
    disconnect(&mut story);
    story.assign_to(AI);
    reconnect(&mut story);
    let after = story.hears("Hello?");
    story.expect_silence(before, Silence::NotAssigned);
    assert_eq!(story.ending(after), Some(Ending::Accepted));
}

#[test]
fn a_person_who_writes_after_the_gap_takes_over_a_ticket_that_was_ours_all_along() {
    let (mut story, _) = Story::answered();
    disconnect(&mut story);
    reconnect(&mut story);
    story.human_replies("I have it.");
    story.assignment_webhook();
    let message = story.hears("Thank you!");
    story.expect_phase("taken over");
    story.expect_silence(message, Silence::TakenOver);
}

#[test]
fn an_operators_wish_survives_a_cut_that_came_with_it() {
    let (mut story, _) = Story::answered();
    story.terms.generation += 2;
    story.operator_hands_off();
    story.expect_handed_off(&HandoffReason::Operator);
}

#[test]
fn a_read_owed_to_the_old_generation_is_cancelled() {
    let (mut story, _) = Story::answered();
    story.webhook(MessageId(500));
    disconnect(&mut story);
    story.expect_owed(&[]);
    assert!(story.ticket.reading.wanted.is_empty());
}
