//! The handoff: marked first, then four follow-ups at most once each, then silence until an operator resumes.

use std::time::Duration;

use polus_core::id::{MessageId, UserId};
use polus_core::policy::{Language, TextKey, Texts};
use polus_core::snapshot::Attachment;
use polus_core::ticket::effect::marker;
use polus_core::ticket::event::{Event, FollowUp, HandoffReason, OPERATOR, Silence};
use polus_core::ticket::input::{DraftOutcome, FollowUpOutcome, PostOutcome};
use polus_core::ticket::state::{Ending, Phase};
use polus_core::ticket::{EffectKind, Input};

use crate::support::{AI, ANNA, Happening, Story, TEAM, TICKET, answer, effect};

/// What the last reply says of a file.
const FILE_ARRIVED: &str = "Your file has arrived with us as well; a person will look at it.";

// S-44..S-47, S-49: reply, note, tags, reassignment, each once, in this order, all behind the durable mark.
#[test]
fn a_request_for_a_person_is_marked_first_and_then_followed_up_in_order() {
    let mut story = Story::new();
    let message = story.hears("I want to talk to a human please");
    story.expect_events(&["ticket_read", "handed_off"]);
    story.expect_owed(&["final reply"]);
    story.fence();
    story.expect_events(&["reply_started"]);
    story.posted();
    story.expect_owed(&["delivery check", "handoff note"]);
    story.fence();
    story.posted();
    story.expect_owed(&["delivery check", "tags"]);
    story.follow_up(EffectKind::Tags, FollowUpOutcome::Done);
    story.expect_owed(&["delivery check", "reassignment"]);
    story.fence();
    story.follow_up(EffectKind::Reassign, FollowUpOutcome::Done);
    story.expect_owed(&["delivery check"]);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    let Event::HandedOff(mark) = story.last("handed_off") else { panic!("not that event") };
    assert_eq!((mark.to_team, mark.to_user), (Some(TEAM), None));
    assert_eq!(mark.tags, ["polus-handed-off"]);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

// F-27: a bare request as the very first message.
#[test]
fn a_bare_request_says_that_no_question_was_given() {
    let (story, _) = Story::handed_off();
    assert!(story.note_text().contains("No question given."), "{}", story.note_text());
    let Phase::HandedOff(handoff) = &story.ticket.phase else { panic!("it is handed off") };
    assert!(handoff.reply_text.is_some(), "never in silence");
}

#[test]
fn a_request_with_a_question_gives_the_note_the_question() {
    let text = "My parcel came broken. I want to talk to a human about it, not to a machine, because I \
                need a new one before Friday.";
    let (story, _) = Story::asked(text);
    story.expect_handed_off(&HandoffReason::AskedForHuman);
    assert!(story.note_text().contains("before Friday"), "{}", story.note_text());
}

// S-36: no source, or not certain enough: no guess.
#[test]
fn an_answer_that_is_missing_or_doubtful_is_handed_off() {
    for (body, confidence) in [(None, 0), (None, 999), (Some("Perhaps so."), 599)] {
        let (mut story, message) = Story::asked("Where is my parcel?");
        story.quiet();
        story.forget();
        story.draft(DraftOutcome::Answer(answer(body, confidence)));
        story.expect_events(&["handed_off"]);
        story.expect_handed_off(&HandoffReason::NoSource);
        assert_eq!(story.ending(message), Some(Ending::HandedOff));
        story.expect_owed(&["final reply"]);
        let Event::HandedOff(mark) = story.last("handed_off") else { panic!("not that event") };
        assert_eq!(mark.receipt.answer.as_ref().unwrap().confidence_per_mille, confidence);
    }
    let (mut story, _) = Story::asked("Where is my parcel?");
    story.quiet();
    story.draft_answers("It is on its way.", 600);
    story.expect_phase("answering");
}

#[test]
fn an_answerer_that_gave_up_is_handed_off_and_a_failure_is_recorded_once() {
    let (mut story, _) = Story::asked("Where is my parcel?");
    story.quiet();
    story.forget();
    story.draft(DraftOutcome::Failed("busy".to_owned()));
    story.draft(DraftOutcome::Failed("busy".to_owned()));
    story.expect_events(&["draft_failed"]);
    story.draft(DraftOutcome::GivenUp("no such model".to_owned()));
    story.expect_events(&["handed_off"]);
    story.expect_handed_off(&HandoffReason::AnswererFailed);
    assert!(story.note_text().contains("no such model"));
}

// S-28: a photo and no words.
#[test]
fn a_message_of_files_alone_goes_to_a_person() {
    let mut story = Story::new();
    let message = story.customer_writes("");
    let photo = Attachment { content_type: "image/png".to_owned(), bytes: Some(9) };
    story.thread.message_mut(message).attachments.push(photo);
    story.webhook(message);
    story.read();
    story.expect_handed_off(&HandoffReason::NoText);
    assert!(story.reply_text().contains(FILE_ARRIVED), "{}", story.reply_text());
}

// F-38: said of the messages that go to people, in the customer's language, and of no others.
#[test]
fn the_last_reply_says_that_a_file_arrived_only_where_one_did() {
    let german = "Ich möchte bitte mit einem Menschen sprechen, hier ist ein Foto der kaputten Lampe";
    let arrived = Texts::built_in(Language::German, TextKey::HandoffFile);
    for (text, files, said) in [
        ("I want to talk to a human please", 1, Some(FILE_ARRIVED)),
        ("I want to talk to a human please", 0, None),
        (german, 2, Some(arrived)),
        (german, 0, None),
    ] {
        let mut story = Story::new();
        let message = story.customer_writes(text);
        for _ in 0..files {
            let photo = Attachment { content_type: "image/png".to_owned(), bytes: Some(9) };
            story.thread.message_mut(message).attachments.push(photo);
        }
        story.webhook(message);
        story.read();
        story.expect_handed_off(&HandoffReason::AskedForHuman);
        let reply = story.reply_text();
        let found = [FILE_ARRIVED, arrived].into_iter().find(|sentence| reply.contains(sentence));
        assert_eq!(found, said, "{text:?} with {files} files: {reply}");
    }
    let (mut story, _) = Story::answering();
    let asks = story.customer_writes("I want to talk to a human please");
    story.webhook(asks);
    story.read();
    assert!(!story.reply_text().contains(FILE_ARRIVED), "{}", story.reply_text());
}

// S-45, F-24: silence for ever after, whoever the ticket is assigned to, also after a restart.
#[test]
fn after_a_handoff_the_customer_meets_silence_for_ever() {
    let (mut story, _) = Story::handed_off();
    story.finish_handoff();
    story.check_delivery();
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    let days_later = Duration::from_secs(9 * 24 * 3600);
    story.later(days_later);
    let first = story.hears("Hello? Is anybody there?");
    story.expect_silence(first, Silence::HandedOff);
    story.restart();
    let second = story.hears("Where is my parcel?");
    story.expect_silence(second, Silence::HandedOff);
    story.seen_by_sync();
    story.restart();
    assert!(!story.owes(EffectKind::Draft) && story.thread.told_by_us().len() == 1);
}

// S-38: closed after the handoff, reopened by the customer: still the people's.
#[test]
fn a_handed_off_ticket_that_was_closed_and_reopened_stays_with_people() {
    let (mut story, _) = Story::handed_off();
    story.finish_handoff();
    story.thread.change(|fields| fields.closed = true);
    story.thread.change(|fields| {
        fields.closed = false;
        fields.assignee = Some(AI);
    });
    let message = story.hears("One more thing.");
    story.expect_silence(message, Silence::HandedOff);
}

// S-38: closed after our answer, reopened by the customer: the conversation goes on.
#[test]
fn an_answered_ticket_that_was_closed_and_reopened_is_answered_again() {
    let (mut story, _) = Story::answered();
    story.thread.change(|fields| fields.closed = true);
    story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
    story.read();
    story.thread.change(|fields| fields.closed = false);
    let message = story.hears("And do you sell gift cards?");
    assert_eq!(story.ending(message), Some(Ending::Accepted));
}

#[test]
fn an_operator_who_resumes_lets_later_messages_be_answered() {
    let (mut story, first) = Story::handed_off();
    story.finish_handoff();
    story.assign_to(AI);
    story.operator_resumes();
    if story.owes(EffectKind::Read) {
        story.read();
    }
    let second = story.hears("Do you sell gift cards?");
    assert_eq!(story.ending(first), Some(Ending::HandedOff));
    story.restart();
    story.assignment_webhook();
    story.read();
    assert!(matches!(story.ending(second), Some(Ending::Accepted)), "{:?}", story.ending(second));
}

#[test]
fn what_was_told_before_a_resume_is_not_answered_after_it() {
    let (mut story, _) = Story::handed_off();
    story.finish_handoff();
    story.assign_to(AI);
    let before = story.customer_writes("Hello? Is anybody there?");
    story.webhook(before);
    story.operator_resumes();
    story.read();
    story.expect_silence(before, Silence::HandedOff);
    let after = story.hears("Where is my parcel?");
    assert_eq!(story.ending(after), Some(Ending::Accepted));
}

#[test]
fn an_operator_may_hand_off_what_waits() {
    let (mut story, message) = Story::answering();
    story.operator_hands_off();
    story.expect_events(&["handed_off"]);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    assert!(
        story
            .note_text()
            .starts_with("Handed over by the AI assistant: an operator asked for it (olga).\n\n")
    );
    assert!(story.note_text().contains("It is on its way."), "the unsent draft is in the note");
    story.expect_owed(&["final reply"]);
}

#[test]
fn an_operator_without_a_name_is_not_named_twice() {
    let (mut story, _) = Story::answering();
    story.fact(Event::HandoffRequested { by: OPERATOR.to_owned() });
    assert!(story.note_text().starts_with("Handed over by the AI assistant: an operator asked for it.\n\n"));
}

#[test]
fn a_handoff_of_an_unknown_ticket_waits_for_the_first_read() {
    let mut story = Story::new();
    story.human_replies("I had this one before.");
    story.operator_hands_off();
    story.expect_events(&["generation_changed"]);
    story.expect_owed(&["read"]);
    story.read();
    story.expect_handed_off(&HandoffReason::Operator);
    story.finish_handoff();
    let Phase::HandedOff(handoff) = &story.ticket.phase else { panic!("it is handed off") };
    assert!(!handoff.skipped.contains_key(&FollowUp::Reassign), "the person wrote before the mark");
}

// S-46: nobody is configured: unassigned and tagged.
#[test]
fn without_a_team_the_ticket_is_unassigned_and_tagged() {
    let mut story = Story::new();
    story.terms.handoff_team = None;
    story.terms.handoff_user = Some(AI);
    story.hears("I want to talk to a human please");
    let Event::HandedOff(mark) = story.last("handed_off") else { panic!("not that event") };
    assert_eq!((mark.to_team, mark.to_user), (None, None), "never to the AI user itself");
    story.finish_handoff();
    assert_eq!(story.events("follow_up_done").count(), 2);
}

// S-47: the reply fails, the rest goes on, and the note tells the person.
#[test]
fn a_final_reply_that_fails_is_told_in_the_note() {
    let (mut story, _) = Story::handed_off();
    story.fence();
    story.outcome(PostOutcome::Rejected("400: bad address".to_owned()));
    story.expect_events(&["reply_started", "reply_rejected", "follow_up_skipped"]);
    story.expect_owed(&["handoff note"]);
    let note = story.owed(EffectKind::HandoffNote).id;
    let text = story.ticket.post_text(note).unwrap().to_owned();
    assert!(text.contains("The customer was not told of the handoff: 400: bad address."), "{text}");
    story.fence();
    let Event::ReplyStarted(started) = story.last("reply_started") else { panic!("not that event") };
    assert_eq!(started.marker, marker(&story.terms.installation, TICKET, note, &text));
    story.restart();
    assert_eq!(story.ticket.post_text(note), Some(text.as_str()));
}

// S-47, F-05: the reassignment fails, is tried again, and the AI is silent meanwhile.
#[test]
fn a_reassignment_that_fails_stays_owed_and_the_ai_stays_silent() {
    let (mut story, _) = Story::handed_off();
    for kind in [EffectKind::FinalReply, EffectKind::HandoffNote] {
        story.fence();
        assert_eq!(story.ticket.announced.as_ref().unwrap().effect.kind, kind);
        story.posted();
    }
    story.follow_up(EffectKind::Tags, FollowUpOutcome::Done);
    story.forget();
    story.follow_up(EffectKind::Reassign, FollowUpOutcome::Failed("429".to_owned()));
    story.follow_up(EffectKind::Reassign, FollowUpOutcome::Failed("503".to_owned()));
    story.expect_events(&["follow_up_failed"]);
    let message = story.hears("Hello?");
    story.expect_silence(message, Silence::HandedOff);
    story.restart();
    assert!(story.owes(EffectKind::Reassign));
    story.forget();
    story.follow_up(EffectKind::Reassign, FollowUpOutcome::GivenUp("the team was deleted".to_owned()));
    story.expect_events(&["follow_up_skipped"]);
    assert!(!story.owes(EffectKind::Reassign));
}

#[test]
fn a_final_reply_is_left_out_when_a_person_wrote_or_took_the_ticket() {
    let cases: [(Happening, &str); 3] = [
        (
            |story| {
                story.human_replies("I am here.");
            },
            "a person has written since",
        ),
        (|story| story.assign_to(ANNA), "the ticket is no longer assigned to the AI user"),
        (|story| story.thread.change(|fields| fields.closed = true), "the ticket was closed"),
    ];
    for (happens, why) in cases {
        let (mut story, _) = Story::handed_off();
        happens(&mut story);
        story.fence();
        story.expect_events(&["ticket_read", "follow_up_skipped"]);
        let Event::FollowUpSkipped { step, reason } = story.last("follow_up_skipped") else {
            panic!("not that event")
        };
        assert_eq!((*step, reason.as_str()), (FollowUp::Reply, why));
        story.expect_owed(&["handoff note"]);
    }
}

#[test]
fn a_reassignment_is_left_out_when_a_person_has_the_ticket_already() {
    let (mut story, _) = Story::handed_off();
    story.fence();
    story.posted();
    story.fence();
    story.posted();
    story.follow_up(EffectKind::Tags, FollowUpOutcome::Done);
    story.assign_to(UserId(3));
    story.forget();
    story.fence();
    story.expect_events(&["ticket_read", "follow_up_skipped"]);
    assert!(!story.owes(EffectKind::Reassign));
}

#[test]
fn a_final_reply_expires_after_a_quarter_of_an_hour() {
    let (mut story, _) = Story::handed_off();
    story.terms.paused = true;
    story.fence();
    story.expect_events(&[]);
    story.later(Duration::from_secs(15 * 60 - 1));
    story.expect_owed(&["final reply"]);
    story.later(Duration::from_secs(1));
    story.expect_events(&["follow_up_skipped"]);
    story.expect_owed(&["handoff note"]);
}

#[test]
fn a_final_reply_of_unknown_fate_is_settled_before_anything_else() {
    let (mut story, _) = Story::handed_off();
    story.fence();
    story.post_lands();
    story.outcome(PostOutcome::Unclear("timed out".to_owned()));
    story.restart();
    story.expect_owed(&["settle final reply"]);
    story.settle();
    story.expect_owed(&["delivery check", "handoff note"]);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

#[test]
fn follow_ups_absent_twice_are_left_out() {
    let (mut story, _) = Story::handed_off();
    for step in [FollowUp::Reply, FollowUp::Note] {
        for _ in 0..2 {
            story.fence();
            story.outcome(PostOutcome::Unclear("reset".to_owned()));
            story.settle();
        }
        let Phase::HandedOff(handoff) = &story.ticket.phase else { panic!("it is handed off") };
        assert!(handoff.skipped.contains_key(&step), "{step:?}");
    }
    story.expect_owed(&["tags"]);
}

#[test]
fn a_follow_up_that_is_done_is_not_done_again() {
    let (mut story, _) = Story::handed_off();
    story.finish_handoff();
    story.forget();
    story.step(&Input::FollowUp { step: FollowUp::Tags, outcome: FollowUpOutcome::Done });
    let late = effect(EffectKind::FinalReply, 3);
    story.step(&Input::Posted { effect: late, outcome: PostOutcome::Posted(Some(MessageId(900))) });
    story.expect_events(&[]);
}

// An answer and a request for a person in one read: the person gets both.
#[test]
fn a_request_for_a_person_at_the_fence_takes_the_waiting_messages_along() {
    let (mut story, first) = Story::answering();
    let second = story.customer_writes("I want to talk to a human please");
    story.fence();
    story.expect_events(&["ticket_read", "handed_off"]);
    assert_eq!(story.ending(first), Some(Ending::HandedOff));
    assert_eq!(story.ending(second), Some(Ending::HandedOff));
}
