//! Tags on tickets that hold nothing but automated mail, and how long answers take.

use std::time::Duration;

use polus_core::id::MessageId;
use polus_core::policy::Mode;
use polus_core::receipt::Gate;
use polus_core::ticket::event::{Event, Silence};
use polus_core::ticket::input::FollowUpOutcome;
use polus_core::ticket::{EffectId, EffectKind};

use crate::support::{AI, ANNA, Story, closed_gate};

const ADVERTISEMENT: &str =
    "Our biggest sale of the year is on! 40% off everything, free returns. Shop now. Unsubscribe here.";

/// A merchant who wants tags on automated mail.
fn tagging() -> Story {
    let mut story = Story::new();
    story.terms.policy.set("automated.tags", "advertising, no-person").unwrap();
    story
}

/// A machine writes, and the ticket is read.
fn machine_writes(story: &mut Story) -> MessageId {
    let message = story.customer_writes(ADVERTISEMENT);
    story.thread.message_mut(message).headers.insert("list-id".to_owned(), "<offers.example.net>".to_owned());
    story.webhook(message);
    story.read();
    message
}

fn skipped(story: &Story) -> &str {
    let Event::TagsSkipped { reason, .. } = story.last("tags_skipped") else { panic!("not that event") };
    reason
}

// F-17
#[test]
fn automated_mail_is_tagged_once_and_nothing_else_happens() {
    let mut story = tagging();
    let message = machine_writes(&mut story);
    story.expect_silence(message, Silence::AutomatedMail);
    let Event::Ignored(ignored) = story.last("ignored") else { panic!("not that event") };
    assert_eq!(ignored.tags, ["advertising", "no-person"]);
    assert_eq!(closed_gate(&ignored.receipt), Some(Gate::NotAutomated));
    story.expect_owed(&["tags of automated mail"]);
    story.restart();
    story.expect_owed(&["tags of automated mail"]);
    story.fence();
    story.tagged(FollowUpOutcome::Done);
    story.expect_owed(&[]);
    story.restart();
    machine_writes(&mut story);
    story.expect_owed(&[]);
    let Event::Ignored(second) = story.last("ignored") else { panic!("not that event") };
    assert!(second.tags.is_empty() && story.events("tags_done").count() == 1);
    assert!(story.thread.told_by_us().is_empty() && story.ticket.ours);
}

#[test]
fn nothing_is_tagged_where_the_merchant_wants_no_tags_or_only_watches() {
    let mut plain = Story::new();
    let message = machine_writes(&mut plain);
    plain.expect_silence(message, Silence::AutomatedMail);
    plain.expect_owed(&[]);
    let mut watching = tagging();
    watching.terms.mode = Mode::Shadow;
    machine_writes(&mut watching);
    watching.expect_owed(&[]);
    assert_eq!(watching.events("tags_skipped").count(), 0);
}

#[test]
fn a_customers_mail_program_that_answers_us_gets_the_ticket_no_tags() {
    let (mut story, asked) = Story::asked("Where is my parcel?");
    story.terms.policy.set("automated.tags", "advertising").unwrap();
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    story.posted();
    story.expect_answered(asked);
    let away = machine_writes(&mut story);
    story.expect_silence(away, Silence::AutomatedMail);
    story.expect_owed(&["delivery check"]);
}

#[test]
fn tags_are_left_out_when_a_customer_or_a_person_writes_first_or_takes_the_ticket() {
    let mut asked = tagging();
    machine_writes(&mut asked);
    asked.hears("Where is my parcel?");
    assert_eq!(skipped(&asked), "a customer has written too");
    asked.expect_owed(&["draft"]);

    let mut answered = tagging();
    machine_writes(&mut answered);
    answered.human_replies("No, thanks.");
    answered.fence();
    assert_eq!(skipped(&answered), "a person works on the ticket");
    answered.expect_owed(&[]);

    for assignee in [Some(ANNA), None] {
        let mut taken = tagging();
        machine_writes(&mut taken);
        taken.assign_to(assignee);
        taken.fence();
        assert_eq!(taken.events("tags_skipped").count(), 1, "{assignee:?}");
        taken.expect_owed(&[]);
    }

    let mut handed_off = tagging();
    machine_writes(&mut handed_off);
    handed_off.operator_hands_off();
    assert_eq!(skipped(&handed_off), "the ticket was handed off");
    assert!(!handed_off.owes(EffectKind::MailTags));
}

#[test]
fn a_question_that_is_read_together_with_automated_mail_keeps_the_tags_away() {
    let mut story = tagging();
    let machine = story.customer_writes(ADVERTISEMENT);
    story.thread.message_mut(machine).headers.insert("list-id".to_owned(), "<offers.example.net>".to_owned());
    let asked = story.customer_writes("Where is my parcel?");
    story.webhook(asked);
    story.read();
    story.expect_silence(machine, Silence::AutomatedMail);
    story.expect_owed(&["draft"]);
}

#[test]
fn tags_that_fail_are_tried_again_and_given_up_in_the_end() {
    let mut story = tagging();
    machine_writes(&mut story);
    story.forget();
    story.tagged(FollowUpOutcome::Failed("429".to_owned()));
    story.tagged(FollowUpOutcome::Failed("503".to_owned()));
    story.expect_events(&["tags_failed"]);
    story.expect_owed(&["tags of automated mail"]);
    story.tagged(FollowUpOutcome::GivenUp("404".to_owned()));
    assert_eq!(skipped(&story), "given up: 404");
    story.expect_owed(&[]);
}

#[test]
fn a_cut_connection_ends_what_its_tickets_were_to_be_tagged_with() {
    let mut story = tagging();
    machine_writes(&mut story);
    story.terms.generation += 1;
    story.tick();
    story.expect_owed(&[]);
    let mut gone = tagging();
    machine_writes(&mut gone);
    gone.thread.gone = true;
    gone.webhook(MessageId(9_999));
    gone.read();
    gone.expect_owed(&[]);
}

// S-33
#[test]
fn an_answers_time_counts_from_when_its_newest_message_was_heard_of() {
    let (mut story, _) = Story::asked("Where is my parcel?");
    story.now = story.now.plus(Duration::from_secs(5));
    let newest = story.customer_writes("The red one.");
    story.webhook(newest);
    let heard_at = story.now;
    story.now = story.now.plus(Duration::from_secs(3));
    story.read();
    assert_eq!(story.ticket.messages[&newest].heard_at, heard_at, "by its notification, not by its read");
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    let answer = story.ticket.announced.as_ref().unwrap().effect;
    assert_eq!(story.ticket.answered_after(answer, story.now), None, "it is not there yet");
    story.posted();
    let after = story.ticket.answered_after(answer, story.now).unwrap();
    assert_eq!(after, story.now.since(heard_at));
    assert!(after >= Duration::from_secs(20), "{after:?}");
    story.restart();
    assert_eq!(story.ticket.answered_after(answer, story.now), Some(after));
    let other = EffectId { kind: EffectKind::Answer, sequence: 1 };
    assert_eq!(story.ticket.answered_after(other, story.now), None);
}

// A message that nobody told of is heard of by the read that shows it.
#[test]
fn a_message_without_a_notification_is_heard_of_by_its_read() {
    let mut story = Story::new();
    story.assign_to(AI);
    let message = story.customer_writes("Where is my parcel?");
    story.seen_by_sync();
    story.now = story.now.plus(Duration::from_secs(2));
    story.read();
    assert_eq!(story.ticket.messages[&message].heard_at, story.now);
}
