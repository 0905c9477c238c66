//! Sending is asynchronous: a posted reply is looked at until Gorgias says more (F-45).

use polus_core::snapshot::Delivery;
use polus_core::ticket::EffectKind;
use polus_core::ticket::delays::DELIVERY_CHECKS;
use polus_core::ticket::event::{Event, HandoffReason};
use polus_core::ticket::state::Ending;

use crate::support::Story;

fn failed() -> Delivery {
    Delivery::Failed("550 no such mailbox".to_owned())
}

#[test]
fn a_reply_that_was_sent_is_looked_at_once() {
    let (mut story, _) = Story::answered();
    assert_eq!(story.owed(EffectKind::CheckDelivery).not_before, story.now.plus(DELIVERY_CHECKS[0]));
    let ours = story.thread.newest();
    story.thread.message_mut(ours).delivery = Delivery::Sent;
    story.check_delivery();
    story.expect_events(&["ticket_read", "delivery_checked"]);
    story.expect_owed(&[]);
}

#[test]
fn a_reply_that_stays_pending_is_looked_at_three_times() {
    let (mut story, message) = Story::answered();
    let posted = story.now;
    let mut looks = Vec::new();
    while story.owes(EffectKind::CheckDelivery) {
        story.check_delivery();
        looks.push(story.now.since(posted).as_secs());
    }
    assert_eq!(looks, [60, 300, 900]);
    story.expect_answered(message);
    story.expect_phase("idle");
}

// F-45: accepted by the API, not delivered: a person must know.
#[test]
fn a_reply_that_could_not_be_delivered_is_handed_off_without_another_reply() {
    let (mut story, message) = Story::answered();
    let ours = story.thread.newest();
    story.thread.message_mut(ours).delivery = failed();
    story.check_delivery();
    story.expect_events(&["ticket_read", "delivery_checked", "handed_off"]);
    story.expect_handed_off(&HandoffReason::DeliveryFailed);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    assert!(story.note_text().contains("550 no such mailbox"));
    story.expect_owed(&["handoff note"]);
}

// F-45: a webhook tells of it: looked at at once.
#[test]
fn a_webhook_that_tells_of_a_failed_sending_makes_the_look_due() {
    let (mut story, _) = Story::answered();
    let ours = story.thread.newest();
    story.thread.message_mut(ours).delivery = failed();
    story.notified(|notified| {
        notified.trigger = "ticket-message-failed".to_owned();
        notified.message = Some(ours);
        notified.own_echo = true;
    });
    assert!(story.owed(EffectKind::CheckDelivery).not_before <= story.now);
    story.check_delivery();
    story.expect_handed_off(&HandoffReason::DeliveryFailed);
}

// F-45: hours later, when nobody looks any more.
#[test]
fn a_sending_that_fails_long_after_the_last_look_is_handed_off() {
    for by_webhook in [true, false] {
        let (mut story, message) = Story::answered();
        while story.owes(EffectKind::CheckDelivery) {
            story.check_delivery();
        }
        let ours = story.thread.newest();
        story.thread.message_mut(ours).delivery = failed();
        story.thread.change(|_| {});
        if by_webhook {
            story.notified(|notified| {
                notified.trigger = "ticket-message-failed".to_owned();
                notified.message = Some(ours);
                notified.own_echo = true;
            });
        } else {
            story.seen_by_sync();
        }
        story.read();
        story.expect_handed_off(&HandoffReason::DeliveryFailed);
        assert_eq!(story.ending(message), Some(Ending::HandedOff));
    }
}

#[test]
fn a_failed_sending_takes_along_what_waits() {
    let (mut story, _) = Story::answered();
    let waiting = story.hears("And do you sell gift cards?");
    let ours = story.thread.messages.iter().find(|m| m.from_agent).unwrap().id;
    story.thread.message_mut(ours).delivery = failed();
    story.check_delivery();
    story.expect_handed_off(&HandoffReason::DeliveryFailed);
    assert_eq!(story.ending(waiting), Some(Ending::HandedOff));
    let Event::HandedOff(mark) = story.last("handed_off") else { panic!("not that event") };
    assert_eq!(mark.messages.len(), 2);
    assert!(mark.replaces.len() == 2);
}

#[test]
fn a_failed_final_reply_does_not_hand_off_again() {
    let (mut story, _) = Story::handed_off();
    story.finish_handoff();
    let ours = story.thread.messages.iter().find(|m| m.from_agent && m.public).unwrap().id;
    story.thread.message_mut(ours).delivery = failed();
    story.check_delivery();
    assert_eq!(story.events("handed_off").count(), 1);
    story.expect_owed(&[]);
}
