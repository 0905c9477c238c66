//! The gates: who is answered, who is not, and that each silence has its receipt.

use polus_core::id::MessageId;
use polus_core::receipt::Gate;
use polus_core::ticket::EffectKind;
use polus_core::ticket::event::{Event, HandoffReason, Silence};
use polus_core::ticket::state::Ending;

use crate::support::{AI, ANNA, CUSTOMER_EMAIL, GO_LIVE, Happening, INSTALLATION, Story, closed_gate};

fn closed(story: &Story) -> Option<Gate> {
    let Event::Ignored(ignored) = story.last("ignored") else { panic!("not that event") };
    closed_gate(&ignored.receipt)
}

// S-18, S-19: not assigned to the AI user, on a fresh read, whatever the webhook's body said.
#[test]
fn a_ticket_of_somebody_else_is_left_alone_and_that_is_on_record() {
    for assignee in [Some(ANNA), None] {
        let mut story = Story::new();
        story.assign_to(assignee);
        let message = story.customer_writes("Where is my parcel?");
        story.notified(|notified| {
            notified.message = Some(message);
            notified.assignee = polus_core::ticket::event::Hint::AiUser;
        });
        story.read();
        story.expect_events(&["ticket_read", "ignored"]);
        story.expect_silence(message, Silence::NotAssigned);
        assert_eq!(closed(&story), Some(Gate::Assigned));
        story.expect_owed(&[]);
    }
}

// S-20: assigned seconds later by a rule: answered once, and the new outcome names the old one.
#[test]
fn a_message_is_answered_once_when_the_ticket_is_assigned_later() {
    let mut story = Story::new();
    story.assign_to(None);
    let message = story.hears("Where is my parcel?");
    let ignored_at = story.log.last().unwrap().sequence;
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    let Event::Accepted(accepted) = story.last("accepted") else { panic!("not that event") };
    assert_eq!((&accepted.added[..], &accepted.replaces[..]), (&[message][..], &[ignored_at][..]));
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    story.posted();
    story.check_delivery();

    story.assign_to(None);
    story.assignment_webhook();
    story.read();
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    story.expect_answered(message);
    story.expect_owed(&["delivery check"]);
    assert_eq!(story.thread.told_by_us().len(), 1);
}

// S-20: a message from before go-live is answered only if the assignment came after.
#[test]
fn an_old_message_is_answered_only_if_the_assignment_came_after() {
    let old = MessageId(GO_LIVE.0 - 5);
    let ask = |story: &mut Story| {
        story.thread.write_as(old, |message| {
            message.sender = Some(50);
            message.personal.text = "Where is my parcel?".to_owned();
        });
    };
    let mut story = Story::new();
    ask(&mut story);
    story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
    story.read();
    assert_eq!(story.ending(old), None, "it was assigned all along: history");

    let mut story = Story::new();
    ask(&mut story);
    story.assignment_webhook();
    story.read();
    assert_eq!(story.ending(old), Some(Ending::Accepted));

    let mut story = Story::new();
    ask(&mut story);
    story.assign_to(None);
    story.notified(|notified| notified.trigger = "ticket-updated".to_owned());
    story.read();
    story.assign_to(AI);
    story.assignment_webhook();
    story.read();
    assert_eq!(story.ending(old), Some(Ending::Accepted));
}

// S-22, S-23: neither our own, nor a person's, nor a rule's, nor a note asks for an answer.
#[test]
fn messages_of_the_shops_side_are_never_answered() {
    let mut story = Story::new();
    story.rule_replies("We got your message.");
    story.human_notes("Careful with this one.");
    let marker = format!("polus:{INSTALLATION}:7:1:00000000");
    story.thread.api(Some(&marker), "Hello", true);
    let newest = story.thread.newest();
    story.webhook(newest);
    story.read();
    story.expect_events(&["ticket_read"]);
    story.expect_owed(&[]);
}

// S-23: a note's text never reaches the answerer.
#[test]
fn a_note_is_no_part_of_the_question() {
    let mut story = Story::new();
    story.human_notes("Give no refund!");
    let message = story.hears("Where is my parcel?");
    let Event::Accepted(accepted) = story.last("accepted") else { panic!("not that event") };
    assert_eq!(accepted.messages, [message]);
    assert_eq!(story.ticket.text_of(&accepted.messages), "Where is my parcel?");
}

// S-24: a third party on CC, a forwarder, another customer threaded in.
#[test]
fn a_sender_who_is_not_the_tickets_customer_is_not_answered() {
    let cases = [
        (Some(77), Some("third@party.example"), Some(Silence::WrongSender)),
        (Some(77), None, Some(Silence::WrongSender)),
        (None, None, Some(Silence::WrongSender)),
        (None, Some(" CARL@Example.com "), None),
        (Some(77), Some("carl@work.example"), None),
        (Some(50), None, None),
    ];
    for (sender, address, silence) in cases {
        let mut story = Story::new();
        let message = story.customer_writes("Where is my parcel?");
        let shown = story.thread.message_mut(message);
        shown.sender = sender;
        shown.personal.sender_email = address.map(str::to_owned);
        story.webhook(message);
        story.read();
        match silence {
            Some(silence) => {
                story.expect_silence(message, silence);
                assert_eq!(closed(&story), Some(Gate::FromCustomer));
            }
            None => assert_eq!(story.ending(message), Some(Ending::Accepted), "{sender:?} {address:?}"),
        }
    }
}

#[test]
fn a_third_party_at_the_fence_does_not_hold_the_answer_up() {
    let (mut story, message) = Story::answering();
    let other = story.customer_writes("I second that.");
    let shown = story.thread.message_mut(other);
    (shown.sender, shown.personal.sender_email) = (Some(77), Some("third@party.example".to_owned()));
    story.fence();
    story.expect_events(&["ticket_read", "ignored", "reply_started"]);
    story.posted();
    story.expect_answered(message);
    story.expect_silence(other, Silence::WrongSender);
}

// S-25: the customer is corrected: later messages are compared with the new one, earlier ones are not judged again.
#[test]
fn a_corrected_customer_counts_for_later_messages_only() {
    let mut story = Story::new();
    let message = story.customer_writes("Where is my parcel?");
    let shown = story.thread.message_mut(message);
    (shown.sender, shown.personal.sender_email) = (Some(77), Some("new@example.com".to_owned()));
    story.webhook(message);
    story.read();
    story.expect_silence(message, Silence::WrongSender);
    story.thread.change(|fields| {
        let customer = fields.customer.as_mut().unwrap();
        customer.id = polus_core::id::CustomerId(77);
        customer.email = Some("new@example.com".to_owned());
        customer.addresses.clear();
    });
    let later = story.customer_writes("Hello?");
    let shown = story.thread.message_mut(later);
    (shown.sender, shown.personal.sender_email) = (Some(77), Some("new@example.com".to_owned()));
    story.webhook(later);
    story.read();
    story.expect_silence(message, Silence::WrongSender);
    assert_eq!(story.ending(later), Some(Ending::Accepted));
    let old = story.hears("It is me, from the old address.");
    assert_ne!(CUSTOMER_EMAIL, "new@example.com");
    story.expect_silence(old, Silence::WrongSender);
}

// F-13: an out-of-office reply to our reply, told by headers in the read, headers in the webhook, or words.
#[test]
fn an_answering_machine_is_not_answered() {
    let header = || ("auto-submitted".to_owned(), "auto-replied".to_owned());
    for told_by in ["read", "webhook", "subject"] {
        let (mut story, _) = Story::answered();
        let message = story.customer_writes("I am away until Monday.");
        let shown = story.thread.message_mut(message);
        match told_by {
            "read" => shown.headers.extend([header()]),
            "subject" => shown.personal.subject = Some("Automatic reply: Out of office".to_owned()),
            _ => {}
        }
        story.notified(|notified| {
            notified.message = Some(message);
            if told_by == "webhook" {
                notified.headers.extend([header()]);
            }
        });
        story.read();
        story.expect_silence(message, Silence::AutomatedMail);
        assert_eq!(closed(&story), Some(Gate::NotAutomated));
        assert!(!story.owes(EffectKind::Draft));
    }
}

// F-16: a rule replied first: no answer of a person's, but the greeting is not said twice.
#[test]
fn after_a_rules_reply_the_answer_comes_without_a_second_greeting() {
    let mut story = Story::new();
    let message = story.customer_writes("Where is my parcel?");
    story.rule_replies("Hi Carl, we got your message.");
    story.webhook(message);
    story.read();
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    story.posted();
    story.expect_answered(message);
    assert!(story.thread.told_by_us()[0].starts_with("It is on its way."));
}

// S-34, S-19: silence is on record with its gates, in their order, and the policy's version.
#[test]
fn a_receipt_tells_every_gate_up_to_the_closed_one() {
    let mut story = Story::new();
    story.terms.policy.version = 4;
    story.assign_to(ANNA);
    story.hears("Where is my parcel?");
    let Event::Ignored(ignored) = story.last("ignored") else { panic!("not that event") };
    let asked: Vec<Gate> = ignored.receipt.gates.iter().map(|result| result.gate).collect();
    let expected =
        [Gate::Connected, Gate::Mode, Gate::Present, Gate::NotHandedOff, Gate::NotTakenOver, Gate::Assigned];
    assert_eq!(asked, expected);
    assert_eq!(ignored.receipt.policy_version, 4);
    assert_eq!(ignored.receipt.gates.last().unwrap().input, "to user 2");
}

#[test]
fn a_message_already_answered_by_a_person_before_it_was_read_is_left_alone() {
    let mut story = Story::new();
    let message = story.customer_writes("Where is my parcel?");
    story.human_replies("On its way!");
    story.webhook(message);
    story.read();
    story.expect_phase("taken over");
    story.expect_silence(message, Silence::TakenOver);
}

#[test]
fn a_closed_ticket_is_left_alone() {
    let mut story = Story::new();
    let message = story.customer_writes("Thanks!");
    story.thread.change(|fields| fields.closed = true);
    story.webhook(message);
    story.read();
    story.expect_silence(message, Silence::Closed);
}

// A thread that is not this ticket's and this installation's alone is handed off, not answered.
#[test]
fn a_foreign_thread_is_handed_off_not_answered() {
    let cases: [(&str, Happening); 3] = [
        ("older messages came in by a merge", |story| {
            story.thread.write_as(MessageId(GO_LIVE.0 - 30), |message| {
                message.personal.text = "An older question".to_owned();
            });
        }),
        ("another installation's marker", |story| {
            story.thread.api(Some("polus:other:7:4:0a0a0a0a"), "A note of theirs", false);
        }),
        ("our marker from another ticket", |story| {
            let marker = format!("polus:{INSTALLATION}:8:4:0a0a0a0a");
            story.thread.api(Some(&marker), "About something else", true);
        }),
    ];
    for (what, happens) in cases {
        let (mut story, first) = Story::answered();
        happens(&mut story);
        let message = story.hears("And do you sell gift cards?");
        story.expect_handed_off(&HandoffReason::ForeignThread);
        assert_eq!(story.ending(message), Some(Ending::HandedOff), "{what}");
        story.expect_answered(first);
        story.expect_owed(&["delivery check", "handoff note"]);

        let (mut story, message) = Story::answering();
        happens(&mut story);
        story.fence();
        story.expect_handed_off(&HandoffReason::ForeignThread);
        assert_eq!(story.ending(message), Some(Ending::HandedOff), "{what}, at the fence");
        assert!(story.events("reply_started").next().is_none());
    }
}

#[test]
fn another_installation_that_answered_first_makes_it_a_foreign_thread() {
    let (mut story, message) = Story::answering();
    story.thread.api(Some("polus:other:7:4:0a0a0a0a"), "It is on its way.", true);
    story.fence();
    story.expect_handed_off(&HandoffReason::ForeignThread);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
}

#[test]
fn an_operator_who_resumes_takes_a_foreign_thread_for_ours() {
    let (mut story, _) = Story::answered();
    story.thread.api(Some("polus:other:7:4:0a0a0a0a"), "A note of theirs", false);
    story.hears("And do you sell gift cards?");
    story.operator_resumes();
    let message = story.hears("In red?");
    assert_eq!(story.ending(message), Some(Ending::Accepted));
}

#[test]
fn an_empty_answer_is_none_however_certain() {
    for empty in ["", " \n\t"] {
        let (mut story, message) = Story::asked("Where is my parcel?");
        story.quiet();
        story.draft_answers(empty, 900);
        story.expect_handed_off(&HandoffReason::NoSource);
        assert_eq!(story.ending(message), Some(Ending::HandedOff));
    }
}

#[test]
fn an_answer_without_end_is_no_answer() {
    let (mut story, message) = Story::asked("Where is my parcel?");
    story.quiet();
    story.draft_answers(&"word ".repeat(4_001), 900);
    story.expect_handed_off(&HandoffReason::AnswererFailed);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    assert!(story.note_text().contains("20005 letters"), "{}", story.note_text());

    let (mut story, _) = Story::asked("Where is my parcel?");
    story.quiet();
    story.draft_answers(&"word ".repeat(4_000), 900);
    assert!(story.events("handed_off").next().is_none());
}

// F-26: what an answer promises must happen.
#[test]
fn an_answer_that_promises_a_person_goes_to_one_and_is_not_sent() {
    const PROMISE: &str = "That is a special case. I am transferring you to a colleague.";
    let (mut story, message) = Story::asked("Where is my parcel?");
    story.quiet();
    story.draft_answers(PROMISE, 900);
    story.expect_events(&["ticket_read", "accepted", "handed_off"]);
    story.expect_handed_off(&HandoffReason::PromisedPerson);
    assert_eq!(story.ending(message), Some(Ending::HandedOff));
    let Event::HandedOff(mark) = story.last("handed_off") else { panic!("not that event") };
    let asked: Vec<(Gate, bool)> = mark.receipt.gates.iter().map(|gate| (gate.gate, gate.passed)).collect();
    assert_eq!(asked, [(Gate::Confidence, true), (Gate::NoPromise, false)]);
    assert!(mark.receipt.gates[1].input.contains("I am transferring you to a colleague"));
    assert!(story.note_text().contains(PROMISE) && !story.reply_text().contains("special case"));
    story.finish_handoff();
    let told = story.thread.told_by_us();
    assert!(told.len() == 1 && !told[0].contains("transferring"), "{told:?}");
}

#[test]
fn an_answer_that_tells_how_people_are_reached_is_sent() {
    let (mut story, message) = Story::asked("How can I reach you?");
    story.quiet();
    story.draft_answers("Contact our support; our team answers within 24 hours.", 900);
    let Event::Drafted(drafted) = story.last("drafted") else { panic!("not that event") };
    let asked: Vec<(Gate, bool)> =
        drafted.receipt.gates.iter().map(|gate| (gate.gate, gate.passed)).collect();
    assert_eq!(asked, [(Gate::Confidence, true), (Gate::NoPromise, true)]);
    story.fence();
    story.posted();
    story.expect_answered(message);
}

// What is not certain enough is not sent anyway; its words are no news.
#[test]
fn an_uncertain_promise_is_an_answer_without_a_source() {
    let (mut story, _) = Story::asked("Where is my parcel?");
    story.quiet();
    story.draft_answers("I am transferring you to a colleague.", 100);
    story.expect_handed_off(&HandoffReason::NoSource);
}

// Nobody may be handed anything in shadow mode, and the draft would be a promise all the same.
#[test]
fn a_promise_in_shadow_mode_leaves_silence() {
    let (mut story, message) = Story::asked("Where is my parcel?");
    story.terms.mode = polus_core::policy::Mode::Shadow;
    story.quiet();
    story.draft_answers("A human will contact you.", 900);
    story.expect_silence(message, Silence::Shadow);
    assert_eq!(closed(&story), Some(Gate::NoPromise));
}
