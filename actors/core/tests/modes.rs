//! Live, shadow, off, and the brake.

use polus_core::policy::Mode;
use polus_core::ticket::EffectKind;
use polus_core::ticket::event::{DropReason, Event, FollowUp, HandoffReason, Silence};
use polus_core::ticket::input::{DraftOutcome, PostOutcome};
use polus_core::ticket::state::{Ending, Phase};
use std::time::Duration;

use crate::support::{Happening, Story, answer};

fn in_mode(mode: Mode) -> Story {
    let mut story = Story::new();
    story.terms.mode = mode;
    story
}

#[test]
fn shadow_mode_writes_its_draft_as_a_note_and_nothing_else() {
    let mut story = in_mode(Mode::Shadow);
    let message = story.hears("Where is my parcel?");
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.expect_owed(&["shadow note"]);
    story.fence();
    story.posted();
    story.expect_answered(message);
    story.expect_owed(&[]);
    assert!(story.thread.told_by_us().is_empty(), "nothing the customer sees");
    assert_eq!(story.thread.messages.len(), 2);
}

#[test]
fn in_shadow_mode_nothing_goes_to_people() {
    let ends: [(&str, Happening); 3] = [
        ("I want to talk to a human please", |_| {}),
        ("Where is my parcel?", |story| {
            story.quiet();
            story.draft(DraftOutcome::Answer(answer(None, 0)));
        }),
        ("Where is my parcel?", |story| {
            story.quiet();
            story.draft(DraftOutcome::GivenUp("no such model".to_owned()));
        }),
    ];
    for (text, ends) in ends {
        let mut story = in_mode(Mode::Shadow);
        let message = story.hears(text);
        ends(&mut story);
        story.expect_silence(message, Silence::Shadow);
        story.expect_phase("idle");
        story.expect_owed(&[]);
    }
}

#[test]
fn a_shadow_note_that_is_late_refused_or_absent_leaves_silence() {
    let ends: [Happening; 3] = [
        |story| story.later(Duration::from_secs(25 * 3600)),
        |story| {
            story.fence();
            story.outcome(PostOutcome::Rejected("400".to_owned()));
        },
        |story| {
            for _ in 0..2 {
                story.fence();
                story.outcome(PostOutcome::Unclear("reset".to_owned()));
                story.settle();
            }
        },
    ];
    for ends in ends {
        let mut story = in_mode(Mode::Shadow);
        let message = story.hears("Where is my parcel?");
        story.quiet();
        story.draft_answers("It is on its way.", 900);
        ends(&mut story);
        story.expect_silence(message, Silence::Shadow);
        story.expect_phase("idle");
        story.expect_owed(&[]);
    }
}

#[test]
fn an_operator_may_hand_off_in_shadow_mode_but_the_customer_is_not_told() {
    let mut story = in_mode(Mode::Shadow);
    story.hears("Where is my parcel?");
    story.operator_hands_off();
    story.expect_handed_off(&HandoffReason::Operator);
    story.finish_handoff();
    assert!(story.thread.told_by_us().is_empty());
    let Phase::HandedOff(handoff) = &story.ticket.phase else { panic!("it is handed off") };
    assert_eq!(handoff.skipped.keys().collect::<Vec<_>>(), [&FollowUp::Reply]);
}

#[test]
fn a_failed_delivery_found_in_shadow_mode_waits_for_live() {
    let (mut story, message) = Story::answered();
    story.terms.mode = Mode::Shadow;
    let ours = story.thread.newest();
    story.thread.message_mut(ours).delivery = polus_core::snapshot::Delivery::Failed("bounced".to_owned());
    story.check_delivery();
    story.expect_phase("idle");
    story.expect_answered(message);
    story.terms.mode = Mode::Live;
    story.tick();
    story.expect_handed_off(&HandoffReason::DeliveryFailed);
}

#[test]
fn mode_off_is_silence_with_a_receipt() {
    let mut story = in_mode(Mode::Off);
    let message = story.hears("I want to talk to a human please");
    story.expect_silence(message, Silence::ModeOff);
    story.expect_owed(&[]);
}

#[test]
fn switched_off_what_waits_is_dropped() {
    let (mut story, message) = Story::answering();
    story.terms.mode = Mode::Off;
    story.tick();
    story.expect_events(&["draft_dropped", "ignored"]);
    story.expect_silence(message, Silence::ModeOff);
    let Event::DraftDropped { reason, .. } = story.last("draft_dropped") else { panic!("not that event") };
    assert_eq!(*reason, DropReason::ModeChanged);
}

#[test]
fn switched_off_a_handoff_posts_nothing_more() {
    let (mut story, _) = Story::handed_off();
    story.terms.mode = Mode::Off;
    story.finish_handoff();
    let Phase::HandedOff(handoff) = &story.ticket.phase else { panic!("it is handed off") };
    assert_eq!(handoff.skipped.keys().collect::<Vec<_>>(), [&FollowUp::Reply, &FollowUp::Note]);
    assert!(story.thread.told_by_us().is_empty());
    assert!(story.events("reply_started").next().is_none());
}

#[test]
fn a_draft_made_live_is_made_anew_in_shadow_mode_and_the_other_way_round() {
    let (mut story, message) = Story::answering();
    story.terms.mode = Mode::Shadow;
    story.fence();
    story.expect_events(&["draft_dropped", "accepted"]);
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.expect_owed(&["shadow note"]);
    story.terms.mode = Mode::Live;
    story.fence();
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    story.posted();
    story.expect_answered(message);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

#[test]
fn the_brake_takes_effect_at_the_fence() {
    let (mut story, message) = Story::answering();
    story.terms.paused = true;
    story.fence();
    story.expect_events(&[]);
    story.expect_owed(&["answer"]);
    story.terms.paused = false;
    story.fence();
    story.posted();
    story.expect_answered(message);
}

#[test]
fn under_the_brake_a_draft_expires_like_any_other() {
    let (mut story, message) = Story::answering();
    story.terms.paused = true;
    story.later(Duration::from_secs(24 * 3600));
    story.expect_handed_off(&HandoffReason::TooLate);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    assert!(story.owes(EffectKind::FinalReply));
}
