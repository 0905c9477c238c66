//! Reading: one coalesced debt, paid up to what was folded when the read began, recorded as a difference.

use std::time::Duration;

use polus_core::id::MessageId;
use polus_core::ticket::delays;
use polus_core::ticket::event::{Event, HandoffReason, Hint, SeenBySync, Standing};
use polus_core::ticket::input::ReadOutcome;
use polus_core::ticket::state::Ending;
use polus_core::ticket::{EffectKind, Input};
use polus_core::time::Time;

use crate::support::{ANNA, Story};

// F-01, S-26: the same message, told many times, before and after it was read.
#[test]
fn a_message_told_many_times_has_one_effect_and_no_new_debt() {
    let mut story = Story::new();
    let message = story.customer_writes("Where is my parcel?");
    for _ in 0..46 {
        story.webhook(message);
    }
    story.expect_owed(&["read"]);
    story.read();
    story.expect_events(&["ticket_read", "accepted"]);
    story.webhook(message);
    story.expect_owed(&["draft"]);
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.webhook(message);
    story.fence();
    story.posted();
    story.check_delivery();
    story.forget();
    story.restart();
    story.webhook(message);
    story.later(Duration::from_secs(3600));
    story.webhook(message);
    story.expect_events(&[]);
    assert!(!story.owes(EffectKind::Read) && !story.owes(EffectKind::Draft));
    assert_eq!(story.thread.told_by_us().len(), 1);
}

#[test]
fn a_read_pays_only_for_what_was_folded_when_it_began() {
    let mut story = Story::new();
    let first = story.customer_writes("Where is my parcel?");
    story.webhook(first);
    let (as_of, outcome) = (story.ticket.sequence, story.read_outcome());
    let second = story.customer_writes("It is order 5.");
    story.webhook(second);
    story.step(&Input::Read { as_of, outcome });
    assert_eq!(story.ending(first), Some(Ending::Accepted));
    story.expect_owed(&["read", "draft"]);
    story.read();
    assert_eq!(story.ending(second), Some(Ending::Accepted));
    story.expect_owed(&["draft"]);
}

#[test]
fn a_read_that_pays_is_recorded_even_when_it_changed_nothing() {
    let (mut story, _) = Story::answered();
    story.check_delivery();
    story.forget();
    story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
    story.read();
    story.expect_events(&["ticket_read"]);
    assert!(!story.owes(EffectKind::Read));
    let outcome = story.read_outcome();
    story.step(&Input::Read { as_of: story.ticket.sequence, outcome });
    story.expect_events(&[]);
}

#[test]
fn an_older_read_never_overwrites_a_newer_one() {
    let mut story = Story::new();
    let message = story.customer_writes("Where is my parcel?");
    let older = story.read_outcome();
    story.assign_to(ANNA);
    story.webhook(message);
    story.read();
    let newest = story.ticket.fields.clone();
    story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
    story.step(&Input::Read { as_of: story.ticket.sequence, outcome: older });
    assert_eq!(story.ticket.fields, newest);
    assert!(!story.ticket.ours, "an older assignee is no news");
    story.expect_phase("idle");
}

#[test]
fn a_read_records_only_the_difference() {
    let (mut story, _) = Story::asked("Where is my parcel?");
    let second = story.hears("It is order 5.");
    let Event::TicketRead(read) = story.last("ticket_read") else { panic!("not that event") };
    let ids: Vec<MessageId> = read.messages.iter().map(|new| new.message.id).collect();
    assert_eq!(ids, [second]);
    assert_eq!(read.personal.customer, None, "the customer has not changed");
    assert_eq!(read.personal.messages[0].text, "It is order 5.");
    assert!(read.messages[0].message.personal.is_empty(), "personal data stands in one place");
}

#[test]
fn a_customer_who_is_no_longer_shown_is_remembered_and_no_change() {
    let (mut story, _) = Story::answered();
    story.check_delivery();
    story.thread.fields.customer = None;
    story.forget();
    let outcome = story.read_outcome();
    story.step(&Input::Read { as_of: story.ticket.sequence, outcome });
    story.expect_events(&[]);
    assert!(story.ticket.fields.as_ref().unwrap().customer.is_some());
}

#[test]
fn a_message_that_was_told_and_is_not_shown_is_looked_for_three_times_and_then_handed_off() {
    let (mut story, waiting) = Story::asked("Where is my parcel?");
    let named = story.customer_writes("It is order 5.");
    story.thread.hidden.insert(named);
    story.webhook(named);
    story.forget();
    let mut at = vec![story.now];
    for _ in 0..delays::MISSING_READS_MAX {
        story.read();
        at.push(story.now);
    }
    story.expect_events(&["ticket_read", "ticket_read", "ticket_read", "message_not_found", "handed_off"]);
    story.expect_handed_off(&HandoffReason::MessageNotFound);
    assert_eq!(story.ending(waiting), Some(Ending::HandedOff));
    let waits: Vec<u64> = at.windows(2).map(|pair| pair[1].since(pair[0]).as_secs()).collect();
    assert_eq!(waits, [0, 2, 10]);
    story.expect_owed(&["final reply"]);
}

#[test]
fn a_message_that_shows_at_the_second_look_is_answered() {
    let mut story = Story::new();
    let named = story.customer_writes("Where is my parcel?");
    story.thread.hidden.insert(named);
    story.webhook(named);
    story.read();
    story.expect_owed(&["read"]);
    story.thread.hidden.clear();
    story.read();
    assert_eq!(story.ending(named), Some(Ending::Accepted));
}

#[test]
fn a_read_before_its_time_is_no_try() {
    let (mut story, _) = Story::answered();
    let named = story.customer_writes("And the invoice?");
    story.thread.hidden.insert(named);
    story.webhook(named);
    for _ in 0..5 {
        let outcome = story.read_outcome();
        story.step(&Input::Read { as_of: story.ticket.sequence, outcome });
    }
    assert_eq!(story.ticket.reading.wanted[&named], 1);
}

#[test]
fn a_lost_message_of_a_ticket_that_is_not_ours_hands_nothing_off() {
    let mut story = Story::new();
    story.assign_to(ANNA);
    let named = story.customer_writes("Anna?");
    story.thread.hidden.insert(named);
    story.webhook(named);
    for _ in 0..delays::MISSING_READS_MAX {
        story.read();
    }
    story.expect_phase("idle");
    story.expect_owed(&[]);
}

#[test]
fn a_hint_that_the_ticket_is_somebody_elses_waits_a_minute_for_company() {
    let mut story = Story::new();
    story.assign_to(ANNA);
    let heard_at = story.now;
    for second in 0..3 {
        let message = story.customer_writes("Anna?");
        story.notified(|notified| {
            notified.message = Some(message);
            notified.assignee = Hint::Other(ANNA);
        });
        story.later(Duration::from_secs(second));
    }
    let debt = story.owed(EffectKind::Read);
    assert_eq!(debt.not_before, heard_at.plus(delays::LOW_PRIORITY_READ));
    // Somebody who knows nothing of the assignee cannot wait.
    let message = story.customer_writes("Hello?");
    story.webhook(message);
    assert!(story.owed(EffectKind::Read).not_before <= story.now);
    story.read();
    story.expect_owed(&[]);
}

#[test]
fn a_low_priority_hint_does_not_delay_the_search_for_a_missing_message() {
    let mut story = Story::new();
    let named = story.customer_writes("Where is my parcel?");
    story.thread.hidden.insert(named);
    story.webhook(named);
    story.read();
    let due = story.owed(EffectKind::Read).not_before;
    story.notified(|notified| {
        notified.trigger = "ticket-updated".to_owned();
        notified.assignee = Hint::Other(ANNA);
    });
    assert_eq!(story.owed(EffectKind::Read).not_before, due);
}

#[test]
fn our_own_echo_asks_for_no_read() {
    let (mut story, _) = Story::answered();
    story.check_delivery();
    let newest = story.thread.newest();
    story.notified(|notified| {
        notified.message = Some(newest);
        notified.own_echo = true;
    });
    assert!(!story.owes(EffectKind::Read));
}

// F-10, S-63: at a retired address, or after a disconnect: on record, and nothing else.
#[test]
fn a_webhook_at_a_retired_address_asks_for_nothing() {
    for standing in [Standing::Stale, Standing::Disconnected] {
        let mut story = Story::new();
        let message = story.customer_writes("Where is my parcel?");
        story.notified(|notified| {
            notified.message = Some(message);
            notified.standing = standing;
        });
        story.expect_owed(&[]);
        assert_eq!(story.log.len(), 1);
    }
}

#[test]
fn a_listing_asks_for_a_read_only_when_it_shows_something_newer() {
    let mut story = Story::new();
    story.customer_writes("Where is my parcel?");
    story.seen_by_sync();
    story.expect_owed(&["read"]);
    story.read();
    story.expect_phase("gathering");
    story.seen_by_sync();
    story.expect_owed(&["draft"]);
    let older = SeenBySync { updated_at: Time(5), ours: false, generation: 1 };
    story.fact(Event::SeenBySync(older));
    story.expect_owed(&["draft"]);
}

#[test]
fn a_failed_read_is_recorded_once_and_stays_owed() {
    let mut story = Story::new();
    let message = story.customer_writes("Where is my parcel?");
    story.webhook(message);
    for _ in 0..3 {
        let outcome = ReadOutcome::Failed("502".to_owned());
        story.step(&Input::Read { as_of: story.ticket.sequence, outcome });
    }
    story.expect_events(&["read_failed"]);
    story.expect_owed(&["read"]);
    story.read();
    story.expect_events(&["ticket_read", "accepted"]);
}

#[test]
fn a_deleted_ticket_owes_nothing_and_what_waited_has_an_outcome() {
    for waits in ["gathering", "answering"] {
        let (mut story, message) =
            if waits == "answering" { Story::answering() } else { Story::asked("Where is my parcel?") };
        story.expect_phase(waits);
        story.thread.gone = true;
        story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
        story.forget();
        story.read();
        story.expect_events(&["ticket_gone", "ignored"]);
        story.expect_silence(message, polus_core::ticket::event::Silence::TicketGone);
        story.expect_owed(&[]);
        story.webhook(MessageId(999));
        story.expect_owed(&[]);
    }
}

// S-27: message 2 is heard of before message 1; each is told, so neither came by a merge.
#[test]
fn messages_told_out_of_order_are_answered_together() {
    let mut story = Story::new();
    let first = story.customer_writes("Where is my parcel?");
    let second = story.customer_writes("It is order 5.");
    story.thread.hidden.insert(first);
    story.webhook(second);
    story.read();
    story.thread.hidden.clear();
    story.webhook(first);
    story.read();
    let Event::Accepted(accepted) = story.last("accepted") else { panic!("not that event") };
    assert_eq!(accepted.messages, [first, second]);
}

// S-27, F-44: a day late, and older than a person's reply: not answered, whatever the clocks say.
#[test]
fn a_message_older_than_the_shops_reply_is_not_answered() {
    let mut story = Story::new();
    story.assign_to(None);
    let message = story.customer_writes("Where is my parcel?");
    story.human_replies("On its way!");
    story.assign_to(crate::support::AI);
    story.webhook(message);
    story.assignment_webhook();
    story.later(Duration::from_secs(24 * 3600));
    story.read();
    story.expect_silence(message, polus_core::ticket::event::Silence::Answered);
}
