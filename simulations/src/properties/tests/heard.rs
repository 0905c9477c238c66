//! The promises about what an answer rests on: what was read, what was heard, and under which connection.

use polus_core::ticket::event::{Event, Ignored, Silence};

use super::made::{AGENT, AI, Made};
use super::{breaks, keeps};

#[test]
fn a_read_pays_for_nothing_that_came_after_its_call_began() {
    let name = "a read pays for what came before";
    let called_at = |made: &mut Made, at_ms| made.requests[0].at_ms = at_ms;
    keeps(name, |made| called_at(made, 2_200)); // It began with the very millisecond of the notification.
    breaks(name, |made| called_at(made, 2_199));
    breaks(name, |made| called_at(made, 2_301)); // It was answered after the read was recorded.
    breaks(name, |made| made.requests[0].status = 404);
    keeps(name, |made| {
        called_at(made, 2_199);
        made.options.lies.stale_reads = 1;
    });
    keeps(name, |made| {
        called_at(made, 2_199);
        let Event::TicketRead(read) = &mut made.events[1].event else { panic!("it is a read") };
        read.as_of = 0;
    });
}

#[test]
fn nothing_is_announced_while_something_is_unread() {
    let name = "nothing unread";
    keeps(name, |made| made.insert_event(4, made.notified(1))); // Of a message that was read.
    breaks(name, |made| made.insert_event(4, made.notified(5)));
    keeps(name, |made| made.insert_event(5, made.notified(5)));
    keeps(name, |made| {
        made.insert_event(4, made.notified(5));
        made.insert_event(5, made.read_of(5, 5));
    });
    breaks(name, |made| {
        made.insert_event(4, made.notified(5));
        made.insert_event(5, made.read_of(5, 6)); // It lacks what was told of.
    });
    breaks(name, |made| {
        made.insert_event(4, made.notified(5));
        made.insert_event(5, made.notified_of_assignment());
        made.insert_event(6, made.read_of(5, 5)); // It is older than what was told last.
    });
}

#[test]
fn what_came_before_the_connection_is_answered_only_if_the_ticket_came_since() {
    let name = "the past stays past";
    breaks(name, |made| made.go_live(1, 2_050));
    keeps(name, |made| made.go_live(0, 2_050));
    keeps(name, |made| made.go_live(1, 2_000)); // The ticket came with the same millisecond.
    keeps(name, |made| {
        made.go_live(1, 2_050);
        made.audit(2_060, "ticket-assigned", Some(AGENT), Some(AI));
    });
    breaks(name, |made| {
        made.go_live(1, 2_050);
        made.audit(2_060, "ticket-assigned", Some(AGENT), Some(AGENT));
    });
}

#[test]
fn what_was_cut_is_never_taken_up_again() {
    let name = "cut work stays cut";
    let changed = || Event::GenerationChanged { generation: 3 };
    breaks(name, |made| made.insert_event(3, changed()));
    keeps(name, |made| made.insert_event(0, changed()));
    keeps(name, |made| made.insert_event(5, changed())); // Its post is announced by then.
    breaks(name, |made| {
        made.cut_before_the_draft();
        made.accept_again();
    });
    breaks(name, |made| {
        made.cut_before_the_draft();
        made.hand_off();
    });
    keeps(name, |made| {
        made.cut_before_the_draft();
        let receipt = Default::default();
        let message = polus_core::id::MessageId(1);
        let reason = Silence::Disconnected;
        made.event(
            2_700,
            Event::Ignored(Ignored { message, reason, replaces: None, tags: Vec::new(), receipt }),
        );
        made.hand_off();
    });
    breaks(name, |made| {
        let effect = made.unannounce();
        made.event(70_000, Event::ReplyNotSent { effect, problem: "429".to_owned() });
        made.event(70_100, changed());
        made.accept_again();
    });
    breaks(name, |made| {
        let effect = made.unannounce();
        made.event(70_000, changed());
        made.event(70_100, Event::ReplyNotSent { effect, problem: "429".to_owned() });
        made.accept_again();
    });
    keeps(name, |made| {
        let effect = made.unannounce();
        made.event(70_000, Event::ReplyNotSent { effect, problem: "429".to_owned() });
        made.accept_again();
    });
}
