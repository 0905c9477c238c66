//! Promises on tickets that were merged: what was written on the one stands on the other.

use serde_json::json;

use super::broken;
use super::made::{Made, TICKET};
use crate::gorgias::records;
use crate::history::{History, Stripped, TicketHistory};

/// The ticket that was merged into [`TICKET`].
const FROM: i64 = 502;

/// Two tickets, each answered under its own marker; one was merged into the other at this time.
fn merged(at_ms: i64) -> History {
    let mut history = Made::answered().history();
    let account = history.accounts.values_mut().next().unwrap();
    let mut from = answered_elsewhere(at_ms - 1_000);
    let into = account.tickets.get_mut(&TICKET).unwrap();
    into.thread.append(&mut from.thread);
    account.tickets.insert(FROM, from);
    account.audit.push(records::Event {
        id: 99,
        kind: "ticket-merged".to_owned(),
        object_type: "Ticket".to_owned(),
        object_id: FROM,
        user: None,
        context: String::new(),
        data: json!({"into_ticket_id": TICKET}),
        created_us: at_ms * 1_000,
    });
    history
}

/// A ticket with messages 11 and 12, the answer, which appeared at this time.
fn answered_elsewhere(at_ms: i64) -> TicketHistory {
    let account = Made::answered().history().accounts.into_values().next().unwrap();
    let mut ticket = account.tickets.into_values().next().unwrap();
    ticket.id = FROM;
    ticket.merged_into = Some(TICKET);
    ticket.at_desk = false;
    for message in ticket.thread.iter_mut().chain(&mut ticket.written) {
        message.id += 10;
        (message.ticket, message.first_ticket) = (TICKET, FROM);
        message.external_id = message.external_id.as_ref().map(|marker| marker.replace("501", "502"));
        message.created_us = at_ms * 1_000;
    }
    ticket
}

#[test]
fn nothing_is_answered_on_a_ticket_that_took_in_one_of_ours() {
    let breaks = |at_ms| broken(&merged(at_ms)).contains(&"own thread".to_owned());
    assert!(breaks(-20_000));
    assert!(!breaks(0), "so shortly after the merge it rests on a read of before");
    assert!(!breaks(20_000), "it was answered before the merge");
    let mut history = merged(-20_000);
    history.options.lies.markers_stripped = 1;
    assert!(broken(&history).contains(&"own thread".to_owned()), "none of theirs was stripped");
    let account = history.accounts.keys().next().unwrap().clone();
    let (marker, text) = ("polus:stage001:502:4:aaaaaaaa".to_owned(), "Within 30 days.".to_owned());
    history.beside.lied.stripped.push(Stripped { account, ticket: FROM, marker, text, at_ms: -21_000 });
    assert!(!broken(&history).contains(&"own thread".to_owned()), "nothing tells whose messages came in");
}

#[test]
fn a_message_is_answered_once_on_whatever_ticket_it_stands() {
    let answered_by_both = |messages: &[i64]| {
        let mut history = merged(20_000);
        let account = history.accounts.values_mut().next().unwrap();
        let from = account.tickets.get_mut(&FROM).unwrap();
        for recorded in &mut from.events {
            if let polus_core::ticket::Event::ReplyStarted(started) = &mut recorded.event {
                started.marker = started.marker.replace("501", "502");
                started.messages = messages.iter().map(|id| polus_core::id::MessageId(*id)).collect();
            }
        }
        broken(&history).contains(&"exactly once".to_owned())
    };
    assert!(answered_by_both(&[1]));
    assert!(!answered_by_both(&[11]));
}
