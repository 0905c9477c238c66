//! Time: quiet before a draft, and an answer that is too late goes to a person.

use std::time::Duration;

use polus_core::ticket::event::{Event, HandoffReason};
use polus_core::ticket::input::DraftOutcome;
use polus_core::ticket::state::Ending;
use polus_core::ticket::{EffectKind, Input};

use crate::support::{Story, answer};

// F-11: a burst is answered once; the wait is bounded by three times its own length.
#[test]
fn a_burst_is_joined_and_the_wait_is_bounded() {
    for (channel, quiet_ms) in [("chat", 3_000), ("email", 20_000), ("sms", 20_000)] {
        let mut story = Story::on(channel);
        let begun = story.now;
        let mut ids = vec![story.hears("Hello")];
        let quiet = Duration::from_millis(quiet_ms);
        assert_eq!(story.owed(EffectKind::Draft).not_before, begun.plus(quiet), "{channel}");
        for part in ["where", "is", "my parcel", "?"] {
            story.later(quiet * 3 / 4);
            ids.push(story.hears(part));
        }
        assert_eq!(story.owed(EffectKind::Draft).not_before, begun.plus(quiet * 3), "{channel}");
        story.quiet();
        story.draft_answers("It is on its way.", 900);
        story.fence();
        story.posted();
        for id in ids {
            story.expect_answered(id);
        }
        assert_eq!(story.thread.told_by_us().len(), 1);
    }
}

#[test]
fn an_answer_that_is_not_ready_in_time_goes_to_a_person() {
    for (channel, seconds) in [("chat", 10 * 60), ("email", 24 * 3600)] {
        let mut story = Story::on(channel);
        let message = story.hears("Where is my parcel?");
        // Whatever is under way meanwhile, this is when it will be too late.
        let too_late_at = story.now.plus(Duration::from_secs(seconds));
        assert_eq!(story.ticket.agenda().wake_at.map(|(at, _)| at), Some(too_late_at));
        story.later(Duration::from_secs(seconds - 1));
        story.expect_phase("gathering");
        story.later(Duration::from_secs(1));
        story.expect_handed_off(&HandoffReason::TooLate);
        assert_eq!(story.ending(message), Some(Ending::HandedOff));
    }
}

#[test]
fn a_draft_that_comes_at_the_last_moment_is_too_late() {
    let (mut story, _) = Story::asked("Where is my parcel?");
    let effect = story.owed(EffectKind::Draft).id;
    story.now = story.now.plus(Duration::from_secs(24 * 3600));
    let outcome = DraftOutcome::Answer(answer(Some("It is on its way."), 900));
    story.forget();
    story.step(&Input::Draft { effect, outcome });
    story.expect_events(&["handed_off"]);
    story.expect_handed_off(&HandoffReason::TooLate);
}

#[test]
fn a_waiting_answer_expires_and_its_text_goes_into_the_note() {
    let (mut story, _) = Story::answering();
    story.later(Duration::from_secs(24 * 3600));
    story.expect_events(&["handed_off"]);
    story.expect_handed_off(&HandoffReason::TooLate);
    assert!(story.note_text().contains("It is on its way."));
}

#[test]
fn drafting_anew_does_not_move_the_time_limit() {
    let (mut story, _) = Story::answering();
    let Event::Accepted(first) = story.last("accepted").clone() else { panic!("not that event") };
    story.later(Duration::from_secs(3600));
    story.customer_writes("And the invoice?");
    story.fence();
    let Event::Accepted(second) = story.last("accepted") else { panic!("not that event") };
    assert_eq!((second.since, second.answer_by, second.redrafts), (first.since, first.answer_by, 1));
}

#[test]
fn a_clock_that_goes_back_moves_nothing_back() {
    let (mut story, _) = Story::answering();
    let before = story.ticket.clock;
    story.now.0 -= 3_600_000;
    story.fence();
    assert_eq!(story.ticket.clock, before);
    let Event::ReplyStarted(started) = story.last("reply_started") else { panic!("not that event") };
    assert!(started.give_up_at > before);
}
