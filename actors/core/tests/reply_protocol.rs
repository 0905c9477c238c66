//! The reply protocol: announced before it is posted, and never posted twice.

use std::time::Duration;

use polus_core::codec;
use polus_core::id::MessageId;
use polus_core::ticket::effect::marker;
use polus_core::ticket::event::{DropReason, Event, HandoffReason, KnownBy, ReplyStarted, Silence};
use polus_core::ticket::input::{PostOutcome, ReadOutcome, SettleOutcome};
use polus_core::ticket::state::Ending;
use polus_core::ticket::{EffectKind, Input, Recorded, Ticket, delays};

use crate::support::{ANNA, Happening, Story, TICKET, effect};

// S-31: one question, one draft, one announcement, one post.
#[test]
fn a_question_is_answered_once() {
    let mut story = Story::new();
    let message = story.hears("Where is my parcel?");
    story.expect_events(&["ticket_read", "accepted"]);
    story.expect_owed(&["draft"]);
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.expect_events(&["drafted"]);
    story.expect_owed(&["answer"]);
    story.fence();
    story.expect_events(&["reply_started"]);
    story.expect_owed(&["settle answer"]);
    story.posted();
    story.expect_events(&["reply_posted"]);
    story.expect_answered(message);
    story.expect_owed(&["delivery check"]);
    let told = story.thread.told_by_us();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("Hi Carl,\n\nIt is on its way."), "{}", told[0]);
}

#[test]
fn the_announcement_names_the_marker_and_the_time_of_giving_up() {
    let (story, message) = Story::announced();
    let Event::ReplyStarted(started) = story.last("reply_started") else { panic!("not that event") };
    let text = story.ticket.post_text(started.effect).unwrap();
    assert_eq!(started.marker, marker(&story.terms.installation, TICKET, started.effect, text));
    assert_eq!(started.attempt, 1);
    assert_eq!(started.messages, [message]);
    assert_eq!(started.give_up_at, story.now.plus(delays::POST_PATIENCE));
}

// F-02: the post lands and its answer is lost.
#[test]
fn a_lost_answer_is_settled_by_finding_the_marker() {
    let (mut story, message) = Story::announced();
    story.post_lands();
    story.outcome(PostOutcome::Unclear("timed out".to_owned()));
    story.expect_events(&["reply_unclear"]);
    story.expect_owed(&["settle answer"]);
    let settle = &story.ticket.agenda().debts[0];
    assert_eq!(settle.not_before, story.now.plus(delays::POST_PATIENCE).plus(delays::SETTLE_AFTER));
    story.settle();
    story.expect_events(&["reply_posted", "ticket_read"]);
    let Event::ReplyPosted { known_by, .. } = story.last("reply_posted") else { panic!("not that event") };
    assert_eq!(*known_by, KnownBy::Marker);
    story.expect_answered(message);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

// F-02: the post never landed: one more attempt with the same text and the same marker, behind a new fence.
#[test]
fn an_absent_post_is_tried_once_more_with_the_same_text_and_marker() {
    let (mut story, message) = Story::announced();
    let Event::ReplyStarted(first) = story.last("reply_started").clone() else { panic!("not that event") };
    story.outcome(PostOutcome::Unclear("reset".to_owned()));
    story.settle();
    story.expect_events(&["reply_unclear", "reply_absent"]);
    story.expect_owed(&["answer"]);
    story.fence();
    story.expect_events(&["reply_started"]);
    let Event::ReplyStarted(second) = story.last("reply_started").clone() else { panic!("not that event") };
    assert_eq!(second.attempt, 2);
    assert_eq!((second.effect, second.marker.as_str()), (first.effect, first.marker.as_str()));
    story.posted();
    story.expect_answered(message);
    assert_eq!(story.thread.carrying(&first.marker), 1);
}

#[test]
fn a_post_absent_twice_is_abandoned_and_handed_off_with_its_text_in_the_note() {
    let (mut story, message) = Story::announced();
    story.outcome(PostOutcome::Unclear("reset".to_owned()));
    story.settle();
    story.fence();
    story.outcome(PostOutcome::Unclear("reset".to_owned()));
    story.forget();
    story.settle();
    story.expect_events(&["reply_absent", "reply_abandoned", "handed_off"]);
    story.expect_handed_off(&HandoffReason::Unsettled);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    assert!(story.note_text().contains("It is on its way."), "{}", story.note_text());
    // A public message more could be one too many.
    story.expect_owed(&["handoff note"]);
}

// F-03: killed between the announcement and its record, whatever became of the post.
#[test]
fn a_restart_after_the_announcement_reads_before_it_does_anything() {
    for landed in [true, false] {
        let (mut story, message) = Story::announced();
        if landed {
            story.post_lands();
        }
        story.restart();
        story.expect_owed(&["settle answer"]);
        story.settle();
        if !landed {
            story.fence();
            story.posted();
        }
        story.expect_answered(message);
        assert_eq!(story.thread.told_by_us().len(), 1);
    }
}

// F-03: killed between the draft and the post: the same text is used, not a new one.
#[test]
fn a_restart_before_the_announcement_uses_the_same_text() {
    let (mut story, _) = Story::answering();
    story.restart();
    story.expect_owed(&["answer"]);
    story.fence();
    story.posted();
    assert!(story.thread.told_by_us()[0].contains("It is on its way."));
}

#[test]
fn too_many_calls_is_not_sent_and_needs_a_new_fence() {
    let (mut story, message) = Story::announced();
    story.outcome(PostOutcome::NotSent("429".to_owned()));
    story.expect_events(&["reply_not_sent"]);
    story.expect_owed(&["answer"]);
    story.human_replies("I have it.");
    story.fence();
    story.expect_events(&["ticket_read", "draft_dropped", "taken_over", "ignored"]);
    story.expect_silence(message, Silence::TakenOver);
}

#[test]
fn attempts_that_were_not_sent_are_not_counted_as_absent() {
    let (mut story, message) = Story::announced();
    for attempt in 2..6 {
        story.outcome(PostOutcome::NotSent("429".to_owned()));
        story.fence();
        let Event::ReplyStarted(started) = story.last("reply_started") else { panic!("not that event") };
        assert_eq!(started.attempt, attempt);
    }
    story.posted();
    story.expect_answered(message);
}

#[test]
fn a_refused_post_is_handed_off_with_the_unsent_draft_in_the_note() {
    let (mut story, message) = Story::announced();
    story.outcome(PostOutcome::Rejected("400: the channel is closed".to_owned()));
    story.expect_events(&["reply_rejected", "handed_off"]);
    story.expect_handed_off(&HandoffReason::Rejected);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    assert!(story.note_text().contains("the channel is closed"), "{}", story.note_text());
    assert!(story.note_text().contains("It is on its way."), "{}", story.note_text());
}

#[test]
fn a_fence_that_facts_overtook_five_times_hands_off() {
    let (mut story, _) = Story::answering();
    for _ in 0..4 {
        let other = story.rule_replies("Noted.");
        story.notified(|notified| {
            notified.message = Some(other);
            notified.trigger = "ticket-updated".to_owned();
        });
    }
    story.fence_after(delays::CONFLICTS_MAX);
    story.expect_events(&["ticket_read", "handed_off"]);
    story.expect_handed_off(&HandoffReason::TooManyConflicts);

    let (mut story, _) = Story::answering();
    story.fence_after(delays::CONFLICTS_MAX - 1);
    story.expect_events(&["reply_started"]);
}

// F-12: a new message at the fence is drafted for anew.
#[test]
fn a_new_message_at_the_fence_is_answered_together_with_the_first() {
    let (mut story, first) = Story::answering();
    let second = story.customer_writes("And can I change the address?");
    story.fence();
    story.expect_events(&["ticket_read", "draft_dropped", "accepted"]);
    let Event::DraftDropped { reason, .. } = story.last("draft_dropped") else { panic!("not that event") };
    assert_eq!(*reason, DropReason::NewMessage);
    let Event::Accepted(accepted) = story.last("accepted") else { panic!("not that event") };
    assert_eq!((&accepted.messages[..], &accepted.added[..]), (&[first, second][..], &[second][..]));
    story.quiet();
    story.draft_answers("On its way, and yes.", 900);
    story.fence();
    story.posted();
    story.expect_answered(first);
    story.expect_answered(second);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

// F-12: bounded.
#[test]
fn a_customer_who_keeps_adding_messages_gets_a_person() {
    let (mut story, first) = Story::answering();
    for _ in 0..story.terms.policy.redrafts_max {
        story.customer_writes("Wait, one more thing about it.");
        story.fence();
        story.expect_phase("gathering");
        story.quiet();
        story.draft_answers("It is on its way.", 900);
    }
    let last = story.customer_writes("And one more.");
    story.fence();
    story.expect_handed_off(&HandoffReason::KeptChanging);
    assert_eq!(story.ending(first), Some(Ending::HandedOff));
    assert_eq!(story.ending(last), Some(Ending::HandedOff));
    assert!(story.thread.told_by_us().is_empty());
}

// F-11: two messages, one reply that covers both; the draft for the first alone is not used.
#[test]
fn a_draft_that_newer_messages_replaced_is_not_used() {
    let (mut story, first) = Story::asked("Where is my parcel?");
    story.quiet();
    let late = story.owed(EffectKind::Draft).id;
    let second = story.hears("It is order 5, by the way.");
    let outcome = polus_core::ticket::input::DraftOutcome::Answer(crate::support::answer(Some("Late"), 900));
    story.forget();
    story.step(&Input::Draft { effect: late, outcome });
    story.expect_events(&[]);
    story.expect_owed(&["draft"]);
    story.quiet();
    story.draft_answers("Order 5 is on its way.", 900);
    story.fence();
    story.posted();
    story.expect_answered(first);
    story.expect_answered(second);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

#[test]
fn nothing_else_is_owed_and_nothing_is_taken_in_while_a_post_is_announced() {
    let (mut story, _) = Story::announced();
    let second = story.customer_writes("Hello?");
    story.webhook(second);
    story.expect_owed(&["settle answer"]);
    let outcome = story.read_outcome();
    story.step(&Input::Read { as_of: story.ticket.sequence, outcome });
    story.step(&Input::Delivery {
        effect: effect(EffectKind::Answer, 1),
        as_of: story.ticket.sequence,
        outcome: ReadOutcome::Gone("404".to_owned()),
    });
    story.expect_events(&[]);
    story.posted();
    story.expect_owed(&["read", "delivery check"]);
    story.read();
    assert_eq!(story.ending(second), Some(Ending::Accepted));
}

#[test]
fn an_unknown_settlement_changes_nothing_and_stays_owed() {
    let (mut story, _) = Story::announced();
    story.restart();
    story.later(Duration::from_secs(60));
    let effect = story.ticket.announced.as_ref().unwrap().effect;
    let outcome = SettleOutcome::Unknown("502".to_owned());
    story.step(&Input::Settled { effect, as_of: story.ticket.sequence, outcome });
    story.expect_events(&[]);
    story.expect_owed(&["settle answer"]);
}

#[test]
fn a_post_is_not_absent_while_it_may_still_land() {
    let (mut story, _) = Story::announced();
    let effect = story.ticket.announced.as_ref().unwrap().effect;
    let outcome = SettleOutcome::Absent(Box::new(story.thread.snapshot()));
    story.step(&Input::Settled { effect, as_of: story.ticket.sequence, outcome });
    story.expect_events(&[]);
    story.expect_owed(&["settle answer"]);
}

#[test]
fn a_ticket_deleted_under_an_announced_post_is_gone() {
    let (mut story, message) = Story::announced();
    story.later(Duration::from_secs(60));
    let effect = story.ticket.announced.as_ref().unwrap().effect;
    let outcome = SettleOutcome::Gone("404".to_owned());
    story.step(&Input::Settled { effect, as_of: story.ticket.sequence, outcome });
    story.expect_events(&["reply_abandoned", "ticket_gone", "ignored"]);
    story.expect_silence(message, Silence::TicketGone);
    story.expect_owed(&[]);
}

#[test]
fn an_outcome_of_another_post_is_not_taken() {
    let (mut story, _) = Story::announced();
    let other = effect(EffectKind::Answer, 1);
    story.step(&Input::Posted { effect: other, outcome: PostOutcome::Posted(Some(MessageId(500))) });
    let outcome = SettleOutcome::Absent(Box::new(story.thread.snapshot()));
    story.step(&Input::Settled { effect: other, as_of: story.ticket.sequence, outcome });
    story.expect_events(&[]);
}

#[test]
fn a_fence_with_an_older_read_than_is_known_proves_nothing() {
    let (mut story, _) = Story::answering();
    let older = story.thread.snapshot();
    story.thread.change(|fields| fields.tags = ["vip".to_owned()].into());
    story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
    story.read();
    story.forget();
    let effect = story.owed(EffectKind::Answer).id;
    let read = Some(Box::new(older));
    let as_of = story.ticket.sequence;
    story.step(&Input::Fence { effect, as_of, read, conflicts: 0, no_route: None });
    story.expect_events(&[]);
    story.expect_owed(&["answer"]);
}

#[test]
fn a_fence_whose_read_began_before_the_newest_notification_proves_nothing() {
    let (mut story, _) = Story::answering();
    let (as_of, read) = (story.ticket.sequence, story.thread.snapshot());
    let second = story.customer_writes("Wait!");
    story.webhook(second);
    let effect = story.owed(EffectKind::Answer).id;
    story.step(&Input::Fence { effect, as_of, read: Some(Box::new(read)), conflicts: 0, no_route: None });
    story.expect_events(&[]);
    story.expect_owed(&["read", "answer"]);
}

#[test]
fn a_fence_that_lacks_a_message_a_notification_named_proves_nothing() {
    let (mut story, _) = Story::answering();
    let second = story.customer_writes("Wait!");
    story.thread.hidden.insert(second);
    story.webhook(second);
    story.forget();
    story.fence();
    story.expect_events(&["ticket_read"]);
    story.expect_owed(&["read", "answer"]);
    assert!(story.owed(EffectKind::Answer).not_before > story.now, "the next fence waits for the next look");
    story.thread.hidden.clear();
    story.fence();
    story.expect_events(&["ticket_read", "draft_dropped", "accepted"]);
}

#[test]
fn no_public_message_is_announced_without_a_read() {
    let (mut story, _) = Story::answering();
    let effect = story.owed(EffectKind::Answer).id;
    let as_of = story.ticket.sequence;
    story.step(&Input::Fence { effect, as_of, read: None, conflicts: 0, no_route: None });
    story.expect_events(&[]);
}

#[test]
fn a_channel_that_takes_no_reply_hands_off_without_one() {
    let (mut story, _) = Story::answering();
    let effect = story.owed(EffectKind::Answer).id;
    let read = Some(Box::new(story.thread.snapshot()));
    let no_route = Some("the chat has ended".to_owned());
    let as_of = story.ticket.sequence;
    story.step(&Input::Fence { effect, as_of, read, conflicts: 0, no_route });
    story.expect_handed_off(&HandoffReason::NotAnswerable);
    story.expect_owed(&["handoff note"]);
}

#[test]
fn a_ticket_closed_or_put_away_at_the_fence_drops_the_draft() {
    let cases: [(Happening, Silence); 3] = [
        (|story| story.thread.change(|fields| fields.closed = true), Silence::Closed),
        (|story| story.thread.change(|fields| fields.trashed = true), Silence::TicketGone),
        (|story| story.thread.change(|fields| fields.spam = true), Silence::TicketGone),
    ];
    for (happens, silence) in cases {
        let (mut story, message) = Story::answering();
        happens(&mut story);
        story.fence();
        story.expect_events(&["ticket_read", "draft_dropped", "ignored"]);
        story.expect_silence(message, silence);
    }
}

#[test]
fn a_handoff_wished_for_while_announced_waits_for_the_outcome() {
    let (mut story, message) = Story::announced();
    story.operator_hands_off();
    story.expect_owed(&["settle answer"]);
    story.posted();
    story.expect_events(&["reply_posted", "handed_off"]);
    story.expect_handed_off(&HandoffReason::Operator);
    story.expect_answered(message);
    // The customer has the answer; a second public message would only confuse.
    story.expect_owed(&["delivery check", "handoff note"]);
}

#[test]
fn a_resume_while_announced_changes_nothing_of_the_post() {
    let (mut story, message) = Story::announced();
    story.operator_resumes();
    story.expect_owed(&["settle answer"]);
    story.posted();
    story.expect_answered(message);
    story.expect_phase("idle");
}

#[test]
fn a_resume_while_the_final_reply_is_announced_ends_the_handoff_and_settles_the_reply() {
    let (mut story, _) = Story::handed_off();
    story.fence();
    story.operator_resumes();
    story.expect_phase("idle");
    story.expect_owed(&["settle final reply"]);
    story.post_lands();
    story.settle();
    story.expect_owed(&["delivery check"]);
    story.expect_phase("idle");
}

#[test]
fn a_person_who_takes_over_while_announced_is_seen_after_the_outcome() {
    let (mut story, message) = Story::announced();
    story.assign_to(ANNA);
    story.assignment_webhook();
    story.posted();
    story.read();
    story.expect_phase("taken over");
    story.expect_answered(message);
}

#[test]
fn decisions_that_do_not_fit_are_refused() {
    let (story, _) = Story::announced();
    let Event::ReplyStarted(started) = story.last("reply_started").clone() else { panic!("not that event") };
    let unfit = [
        Event::ReplyStarted(started.clone()),
        Event::ReplyPosted {
            effect: effect(EffectKind::Answer, 1),
            message: None,
            known_by: KnownBy::Marker,
        },
        Event::TakenOver { by: polus_core::ticket::event::TakeoverSign::Assignee(ANNA) },
        Event::DraftDropped { effect: started.effect, reason: DropReason::Closed },
        Event::TakeoverEnded,
        Event::GenerationChanged { generation: 1 },
        Event::MessageNotFound { message: MessageId(900) },
    ];
    for event in unfit {
        let mut ticket = story.ticket.clone();
        let sequence = ticket.sequence + 1;
        let illegal = ticket.apply(&Recorded { sequence, at: story.now, event: event.clone() });
        assert_eq!(illegal.unwrap_err().event, event.name());
    }
    let mut ticket = story.ticket.clone();
    let far = Recorded { sequence: 900, at: story.now, event: Event::TakeoverEnded };
    assert!(ticket.apply(&far).is_err(), "sequences have no gaps");
    let (answering, _) = Story::answering();
    let mut ticket: Ticket = answering.ticket.clone();
    let second = ReplyStarted { attempt: 2, effect: answering.owed(EffectKind::Answer).id, ..started };
    let recorded =
        Recorded { sequence: ticket.sequence + 1, at: answering.now, event: Event::ReplyStarted(second) };
    assert!(ticket.apply(&recorded).is_err(), "the first attempt is number 1");
    assert_eq!(ticket, answering.ticket, "what is refused changes nothing");
    assert!(codec::encode(&recorded.event).is_ok());
}
