//! The board: what copies of a view share, and which views it keeps.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::departed::VIEWS_MAX;
use super::*;

#[test]
fn every_copy_of_a_view_knows_what_one_heard() {
    let view = ConnectionView::default();
    let copy = view.clone();
    assert_eq!(copy.last_webhook.at(), None);
    view.last_webhook.heard(Time(0));
    view.last_webhook.heard(Time(7));
    view.last_webhook.heard(Time(5));
    assert_eq!(copy.last_webhook.at(), Some(Time(7)));
}

#[test]
fn the_views_of_tickets_that_left_the_longest_ago_are_dropped() {
    let stage = Stage::new();
    for ticket in 0..=count(VIEWS_MAX) {
        stage.comes_and_leaves(ticket, false);
    }
    assert_eq!(stage.shown(), VIEWS_MAX);
    assert!(!stage.shows(0), "it left first");
    assert!(stage.shows(1));

    stage.comes(1);
    stage.comes_and_leaves(2, false);
    stage.comes_and_leaves(-1, false);
    stage.comes_and_leaves(-2, false);
    assert!(stage.shows(1), "its actor is here");
    assert!(stage.shows(2), "it left again just now");
    assert!(!stage.shows(3), "it left the longest ago now");
    assert!(stage.shows(4));
}

#[test]
fn the_view_of_an_unsettled_post_stays_until_the_post_is_settled() {
    let stage = Stage::new();
    stage.comes_and_leaves(0, true);
    for ticket in 1..=count(VIEWS_MAX) + 1 {
        stage.comes_and_leaves(ticket, false);
    }
    assert!(stage.shows(0));
    assert!(!stage.shows(1));

    stage.comes_and_leaves(0, false);
    for ticket in 1..=count(VIEWS_MAX) {
        stage.comes_and_leaves(ticket, false);
    }
    assert!(!stage.shows(0));
    assert_eq!(stage.shown(), VIEWS_MAX);
}

#[test]
fn a_ticket_that_was_never_shown_leaves_nothing_behind() {
    let stage = Stage::new();
    stage.board.ticket_left(&stage.connection, TicketId(7));
    assert_eq!(stage.shown(), 0);
    assert!(!stage.shows(7));
}

struct Stage {
    board: Board,
    connection: ConnectionId,
}

impl Stage {
    fn new() -> Self {
        Self { board: Board::new(), connection: ConnectionId::new("acme").unwrap() }
    }

    fn comes(&self, ticket: i64) {
        self.show(ticket, false);
    }

    fn comes_and_leaves(&self, ticket: i64, announced: bool) {
        self.show(ticket, announced);
        self.board.ticket_left(&self.connection, TicketId(ticket));
    }

    fn show(&self, ticket: i64, announced: bool) {
        let view = TicketView { state: "idle", sequence: 1, announced, changed: Time(0), folded: None };
        self.board.show_ticket(&self.connection, TicketId(ticket), view);
    }

    fn shows(&self, ticket: i64) -> bool {
        self.board.ticket(&self.connection, TicketId(ticket)).is_some()
    }

    fn shown(&self) -> usize {
        self.board.tickets.len()
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap()
}
