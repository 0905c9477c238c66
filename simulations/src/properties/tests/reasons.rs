//! What is said is done, and why something is said, against a history made by hand.

use polus_core::id::MessageId;
use polus_core::receipt::Receipt;
use polus_core::ticket::event::{Event, HandoffReason, Ignored, Silence, TakeoverSign};

use super::made::{AGENT, AI, Made};
use super::{breaks, broken, keeps};

const DONE: &str = "what is said is done";
const REASON: &str = "silence and handoffs have a reason";

fn handed_off_breaks(promise: &str, change: impl FnOnce(&mut Made)) -> bool {
    let mut made = Made::handed_off();
    change(&mut made);
    broken(&made.history()).iter().any(|name| name == promise)
}

#[test]
fn a_handoff_that_is_said_to_be_done_is_done_at_the_desk() {
    assert!(!handed_off_breaks(DONE, |_| ()));
    assert!(handed_off_breaks(DONE, |made| made.tags.clear()), "no tag");
    assert!(handed_off_breaks(DONE, |made| made.hands_stay()), "it was never given away");
    assert!(handed_off_breaks(DONE, |made| made.assignee = Some(AI)), "the AI user has it in the end");
    assert!(!handed_off_breaks(DONE, |made| {
        made.audit(95_000, "ticket-assigned", Some(AGENT), Some(AI));
        made.assignee = Some(AI);
    }));
}

fn ignored(reason: Silence) -> Event {
    let (message, receipt) = (MessageId(11), Receipt::default());
    Event::Ignored(Ignored { message, reason, replaces: None, tags: Vec::new(), receipt })
}

/// The customer writes once more and is met with silence.
fn silent(made: &mut Made, reason: Silence) {
    made.customer(11, 100_000);
    made.event(101_000, ignored(reason));
}

#[test]
fn silence_needs_what_it_names() {
    let reasons = [
        Silence::Disconnected,
        Silence::ModeOff,
        Silence::Shadow,
        Silence::TicketGone,
        Silence::HandedOff,
        Silence::TakenOver,
        Silence::NotAssigned,
        Silence::Closed,
        Silence::Answered,
        Silence::AutomatedMail,
        Silence::NothingAsked,
        Silence::RuleReplied,
    ];
    for reason in reasons {
        breaks(REASON, |made| silent(made, reason));
    }
    keeps(REASON, |made| {
        silent(made, Silence::Closed);
        made.audit(100_500, "ticket-closed", Some(AGENT), None);
    });
    keeps(REASON, |made| {
        silent(made, Silence::NotAssigned);
        made.audit(100_500, "ticket-unassigned", Some(AGENT), None);
    });
    breaks(REASON, |made| {
        silent(made, Silence::NotAssigned);
        made.audit(101_500, "ticket-unassigned", Some(AGENT), None);
    });
    keeps(REASON, |made| {
        made.customer(11, 100_000);
        made.person(12, 100_500);
        made.event(101_000, ignored(Silence::Answered));
    });
    keeps(REASON, |made| {
        silent(made, Silence::NothingAsked);
        made.message(11).body_text = Some("Thank you very much!".to_owned());
    });
}

#[test]
fn a_person_who_wrote_before_the_ticket_was_ours_takes_nothing_over() {
    let by = |message| Event::TakenOver { by: TakeoverSign::Message(MessageId(message)) };
    breaks(REASON, |made| {
        made.person(9, 1_900);
        made.event(2_350, made.notified_of_assignment());
        made.event(2_400, by(9));
    });
    keeps(REASON, |made| {
        made.person(9, 1_900);
        made.event(2_400, by(9)); // It was not told when the ticket came, and people go before.
    });
    keeps(REASON, |made| {
        made.person(9, 80_000);
        made.event(81_000, by(9));
    });
    breaks(REASON, |made| {
        made.customer(9, 80_000);
        made.event(81_000, by(9));
    });
}

#[test]
fn a_handoff_needs_what_it_names() {
    let reasons = [
        HandoffReason::AskedForHuman,
        HandoffReason::Frustrated,
        HandoffReason::Operator,
        HandoffReason::TooLate,
        HandoffReason::AnswererFailed,
        HandoffReason::KeptChanging,
        HandoffReason::MessageNotFound,
        HandoffReason::Rejected,
    ];
    for reason in reasons {
        breaks(REASON, |made| made.hand_off_for(reason));
    }
    keeps(REASON, |made| {
        made.message(1).body_text = Some("I want to talk to a human".to_owned());
        made.hand_off_for(HandoffReason::AskedForHuman);
    });
}
