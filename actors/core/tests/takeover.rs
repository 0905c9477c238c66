//! People come first: a person's message or another assignee takes the ticket over, until it is handed back.

use polus_core::ticket::event::{DropReason, Event, Silence, TakeoverSign};
use polus_core::ticket::input::PostOutcome;

use crate::support::{AI, ANNA, Story, thread};

// F-06: a person replies while the draft is made.
#[test]
fn a_person_who_replies_while_the_draft_is_made_takes_over_at_the_fence() {
    let (mut story, message) = Story::answering();
    let reply = story.human_replies("I have just looked into it for you.");
    story.fence();
    story.expect_events(&["ticket_read", "draft_dropped", "taken_over", "ignored"]);
    let Event::TakenOver { by } = story.last("taken_over") else { panic!("not that event") };
    assert_eq!(*by, TakeoverSign::Message(reply));
    story.expect_silence(message, Silence::TakenOver);
    story.expect_owed(&[]);
    assert!(story.thread.told_by_us().is_empty());
}

// S-21: the ticket is assigned to a person between receipt and send; the draft is dropped and that is on record.
#[test]
fn a_ticket_taken_away_at_the_fence_drops_its_draft_on_the_record() {
    let (mut story, message) = Story::answering();
    story.assign_to(ANNA);
    story.fence();
    story.expect_events(&["ticket_read", "draft_dropped", "taken_over", "ignored"]);
    let Event::DraftDropped { reason, .. } = story.last("draft_dropped") else { panic!("not that event") };
    assert_eq!(*reason, DropReason::TakenOver);
    let Event::TakenOver { by } = story.last("taken_over") else { panic!("not that event") };
    assert_eq!(*by, TakeoverSign::Assignee(ANNA));
    story.expect_silence(message, Silence::TakenOver);
}

// S-21: to nobody is no takeover, but it ends the answer all the same.
#[test]
fn a_ticket_unassigned_at_the_fence_drops_its_draft() {
    let (mut story, message) = Story::answering();
    story.assign_to(None);
    story.fence();
    story.expect_events(&["ticket_read", "draft_dropped", "ignored"]);
    story.expect_silence(message, Silence::NotAssigned);
    let Event::Ignored(ignored) = story.last("ignored") else { panic!("not that event") };
    assert!(ignored.replaces.is_some(), "the outcome names the acceptance it replaces");
}

#[test]
fn a_person_who_replies_while_messages_are_gathered_takes_over() {
    let (mut story, message) = Story::asked("Where is my parcel?");
    let reply = story.human_replies("On its way!");
    story.webhook(reply);
    story.read();
    story.expect_phase("taken over");
    story.expect_silence(message, Silence::TakenOver);
}

// F-07: a reply by phone or from a mail client has no sender and no marker.
#[test]
fn a_public_message_of_nobody_in_particular_is_a_persons() {
    let (mut story, _) = Story::answering();
    story.thread.write(|message| {
        message.from_agent = true;
        message.via = "email".to_owned();
        message.personal.text = "Sent from my phone".to_owned();
    });
    story.fence();
    story.expect_phase("taken over");
}

#[test]
fn another_apps_message_is_a_persons_unless_the_policy_says_otherwise() {
    let (mut story, _) = Story::answering();
    story.thread.api(None, "Your loyalty points have arrived.", true);
    story.fence();
    story.expect_phase("taken over");

    let (mut story, message) = Story::answering();
    story.terms.policy.other_apps_are_people = false;
    story.thread.api(None, "Your loyalty points have arrived.", true);
    story.fence();
    story.expect_silence(message, Silence::Answered);
    story.expect_phase("idle");
}

#[test]
fn what_the_customer_writes_to_a_person_is_met_with_silence() {
    let (mut story, _) = Story::answering();
    story.human_replies("I have it.");
    story.fence();
    let message = story.hears("Thank you, one more question: do you ship to Malta?");
    story.expect_silence(message, Silence::TakenOver);
    story.expect_owed(&[]);
}

// F-08: to oneself and back; only what the customer writes after the hand-back counts.
#[test]
fn handed_back_only_later_messages_of_the_customer_count() {
    let (mut story, _) = Story::answered();
    story.assign_to(ANNA);
    story.assignment_webhook();
    story.read();
    story.expect_phase("taken over");
    let during = story.hears("And what about the invoice?");
    story.expect_silence(during, Silence::TakenOver);

    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    story.expect_phase("idle");
    story.expect_owed(&["delivery check"]);
    story.expect_silence(during, Silence::TakenOver);

    let after = story.hears("Do you sell gift cards?");
    story.quiet();
    story.draft_answers("We do.", 900);
    story.fence();
    story.posted();
    story.expect_answered(after);
    story.expect_silence(during, Silence::TakenOver);
}

// F-08: a message that no read showed before the hand-back was written to the person.
#[test]
fn a_message_first_seen_with_the_hand_back_came_before_it() {
    let (mut story, _) = Story::answered();
    story.assign_to(ANNA);
    story.assignment_webhook();
    story.read();
    let during = story.customer_writes("Anna, are you there?");
    story.assign_to(AI);
    story.webhook(during);
    story.read();
    story.expect_phase("idle");
    story.expect_silence(during, Silence::TakenOver);
}

// F-08: a message that reads show only after the hand-back, but whose number is older than it.
#[test]
fn a_message_that_shows_late_was_written_before_the_ticket_was_given_back() {
    let (mut story, _) = Story::answered();
    story.assign_to(ANNA);
    story.assignment_webhook();
    story.read();
    let during = story.customer_writes("Anna, are you there?");
    story.thread.hidden.insert(during);
    story.webhook(during);
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    story.expect_phase("idle");
    story.thread.hidden.clear();
    story.read();
    story.expect_silence(during, Silence::TakenOver);
}

// F-08: what the person wrote meanwhile is past, and no new takeover.
#[test]
fn a_persons_messages_before_the_hand_back_are_past() {
    let (mut story, _) = Story::answered();
    story.assign_to(ANNA);
    story.assignment_webhook();
    story.read();
    let reply = story.human_replies("I have sent you a new one.");
    story.webhook(reply);
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    story.expect_phase("idle");
    let after = story.hears("Can I also change the colour?");
    story.expect_owed(&["delivery check", "draft"]);
    story.restart();
    assert_eq!(story.ticket.phase_name(), "gathering");
    assert!(story.ticket.messages.contains_key(&after));
}

#[test]
fn a_takeover_by_message_does_not_end_while_the_ticket_stays_where_it_is() {
    let (mut story, _) = Story::answering();
    story.human_replies("I have it.");
    story.fence();
    story.assignment_webhook();
    story.read();
    story.expect_phase("taken over");
    story.operator_resumes();
    story.expect_phase("idle");
    let after = story.hears("Do you sell gift cards?");
    assert_eq!(story.ending(after), Some(polus_core::ticket::state::Ending::Accepted));
}

#[test]
fn a_ticket_that_was_never_ours_cannot_be_taken_over() {
    let mut story = Story::new();
    story.assign_to(ANNA);
    let reply = story.human_replies("How can I help?");
    story.webhook(reply);
    story.read();
    let message = story.hears("Like this.");
    story.expect_silence(message, Silence::NotAssigned);
    story.expect_phase("idle");
}

// S-22, S-23: neither an answer nor a takeover.
#[test]
fn notes_and_rules_neither_take_over_nor_ask_for_an_answer() {
    let (mut story, _) = Story::answering();
    story.human_notes("Customer is a VIP.");
    story.rule_replies("We got your message.");
    story.fence();
    story.expect_events(&["ticket_read", "reply_started"]);
}

#[test]
fn an_unmarked_message_of_the_ai_user_waits_for_the_settlement_and_then_is_a_persons() {
    let (mut story, message) = Story::announced();
    story.outcome(PostOutcome::Unclear("timed out".to_owned()));
    let unmarked = story.thread.api(None, "It is on its way.", true);
    story.webhook(unmarked);
    story.expect_owed(&["settle answer"]);
    story.forget();
    story.settle();
    // It may be this very post with its marker stripped: no second attempt.
    story.expect_events(&["reply_absent", "ticket_read", "draft_dropped", "taken_over", "ignored"]);
    story.expect_silence(message, Silence::TakenOver);
    assert_eq!(story.thread.messages.iter().filter(|m| m.from_agent).count(), 1);
}

#[test]
fn a_message_whose_number_our_post_returned_is_ours_without_a_marker() {
    let (mut story, message) = Story::announced();
    let id = story.post_lands();
    story.thread.message_mut(id).external_id = None;
    story.outcome(PostOutcome::Posted(Some(id)));
    story.check_delivery();
    story.expect_answered(message);
    story.expect_phase("idle");
    assert_eq!(story.ticket.messages[&id].author, polus_core::ticket::event::Author::Us);
}

#[test]
fn a_persons_messages_from_before_go_live_take_nothing_over() {
    let mut story = Story::new();
    story.thread.write_as(polus_core::id::MessageId(90), |message| {
        message.from_agent = true;
        message.sender = Some(thread::ANNA.0);
        message.personal.text = "All done last week.".to_owned();
    });
    let message = story.hears("It broke again, how do I return it?");
    assert_eq!(story.ending(message), Some(polus_core::ticket::state::Ending::Accepted));
}
