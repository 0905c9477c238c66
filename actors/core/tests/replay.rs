//! The timeline for people: the same fold, told event by event.

use polus_core::replay::timeline;
use polus_core::ticket::event::Event;
use polus_core::ticket::{Recorded, Ticket};

use crate::support::{ANNA, Story, TICKET};

#[test]
fn a_timeline_tells_each_step_with_what_was_owed_after_it() {
    let mut story = Story::new();
    story.hears("Where is my parcel?");
    story.quiet();
    story.draft_answers("It is on its way.", 900);
    story.fence();
    story.posted();
    let (timeline, illegal) = timeline(Ticket::new(TICKET), &story.log);
    assert_eq!(illegal, None);
    assert_eq!(timeline.ticket, story.ticket);
    let told: Vec<String> =
        timeline.steps.iter().map(|step| format!("{} | {}", step.state, step.told)).collect();
    let expected = [
        "idle | webhook ticket-message-created, message 101",
        "idle | read: assigned to the AI user, new message 101 by customer",
        "gathering | message 101 to be answered together, once quiet until 2025-10-09T08:53:40.000Z",
        "answering | an answer to message 101 is ready (confidence 900 of 1000): \"Hi Carl,\\n\\nIt is on its way.",
        "answering | answer #4 is about to be posted, attempt 1, as polus:home:7:4:",
        "idle | answer #4 is on the ticket as message 102, known by Gorgias' answer",
    ];
    assert_eq!(told.len(), expected.len());
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
    let owed: Vec<&str> = timeline.steps[4].owed.iter().map(|owed| owed.effect.as_str()).collect();
    assert_eq!(owed, ["settle answer #4 (attempt 1)"]);
}

#[test]
fn a_silence_is_told_with_the_gate_that_closed() {
    let mut story = Story::new();
    story.assign_to(ANNA);
    story.hears("Where is my parcel?");
    let (timeline, _) = timeline(Ticket::new(TICKET), &story.log);
    let told = &timeline.steps.last().unwrap().told;
    let expected =
        "message 101 is met with silence: not \"the ticket is assigned to the AI user\" (to user 2)";
    assert_eq!(told, expected);
}

#[test]
fn a_timeline_ends_at_the_first_event_that_does_not_fit() {
    let (story, _) = Story::answered();
    let mut log = story.log.clone();
    let sequence = story.ticket.sequence + 1;
    log.push(Recorded { sequence, at: story.now, event: Event::TakeoverEnded });
    log.push(Recorded {
        sequence: sequence + 1,
        at: story.now,
        event: Event::Resumed { by: "olga".to_owned() },
    });
    let (timeline, illegal) = timeline(Ticket::new(TICKET), &log);
    assert_eq!(timeline.steps.len(), story.log.len());
    assert_eq!(timeline.ticket, story.ticket);
    assert_eq!(illegal.unwrap().sequence, sequence);
}
