//! What policy and customers allow, against a history made by hand.

use polus_core::connection::ConnectionEvent;
use polus_core::id::CustomerId;
use polus_core::policy::Policy;
use polus_core::snapshot::{Customer, TicketFields};
use polus_core::ticket::event::Event;

use super::made::Made;
use super::{breaks, keeps};

const LIMIT: &str = "the limit of replies";
const NO_AI: &str = "no AI for who wants none";
const GRAVE: &str = "grave messages go to people";

/// The customer of the made ticket.
const MIA: CustomerId = CustomerId(1);

fn allow_replies(made: &mut Made, most: u32) {
    let mut policy = Policy::default();
    policy.set("limits.replies", &most.to_string()).unwrap();
    made.connection_event(
        1_500,
        ConnectionEvent::PolicyChanged { policy: Box::new(policy), by: "ana".to_owned() },
    );
}

#[test]
fn a_ticket_gets_no_more_replies_than_the_policy_allows() {
    keeps(LIMIT, |made| allow_replies(made, 1));
    let once_more = |made: &mut Made, at_ms: i64| {
        allow_replies(made, 1);
        made.answer_again(at_ms);
    };
    breaks(LIMIT, |made| once_more(made, 100_000));
    keeps(LIMIT, |made| {
        allow_replies(made, 2);
        made.answer_again(100_000);
    });
    let a_day_ms = 24 * 3_600_000;
    keeps(LIMIT, |made| once_more(made, 3_500 + a_day_ms));
    breaks(LIMIT, |made| once_more(made, 3_499 + a_day_ms));
    // That the network may lie excuses no ticket on which it did not.
    breaks(LIMIT, |made| {
        once_more(made, 100_000);
        made.options.lies.markers_stripped = 1;
    });
    keeps(LIMIT, |made| {
        once_more(made, 100_000);
        made.options.lies.stale_reads = 1;
        made.reads_stale(2_000, 90_000);
    });
}

fn of_mia(made: &mut Made) {
    let Event::TicketRead(read) = &mut made.events[1].event else { panic!("it is a read") };
    let name = Some("Mia".to_owned());
    let mia = Customer { id: MIA, email: None, name, first_name: None, addresses: Vec::new() };
    read.fields = Some(TicketFields::default());
    read.personal.customer = Some(mia);
}

fn opts_out(made: &mut Made, at_ms: i64, customer: CustomerId) {
    let by = "the customer".to_owned();
    made.connection_event(at_ms, ConnectionEvent::CustomerOptedOut { customer, ticket: None, by });
}

#[test]
fn who_wants_no_ai_gets_none_until_that_is_taken_back() {
    breaks(NO_AI, |made| {
        of_mia(made);
        opts_out(made, -20_000, MIA);
    });
    keeps(NO_AI, |made| {
        of_mia(made);
        opts_out(made, -20_000, CustomerId(2));
    });
    keeps(NO_AI, |made| {
        of_mia(made);
        opts_out(made, -20_000, MIA);
        let by = "ana".to_owned();
        made.connection_event(-10_000, ConnectionEvent::CustomerOptedIn { customer: MIA, by });
    });
}

#[test]
fn what_was_let_through_before_or_by_older_terms_may_be_answered() {
    let (judged_ms, grace_ms) = (2_400, crate::properties::opted_out::OLDER_TERMS_MS);
    for (at_ms, breaks_it) in
        [(2_450, false), (judged_ms - grace_ms, false), (judged_ms - grace_ms - 1, true)]
    {
        let change = |made: &mut Made| {
            of_mia(made);
            opts_out(made, at_ms, MIA);
        };
        if breaks_it { breaks(NO_AI, change) } else { keeps(NO_AI, change) }
    }
}

#[test]
fn a_grave_message_is_never_answered() {
    keeps(GRAVE, |made| made.message(1).body_text = Some("How does a return work?".to_owned()));
    let kill = "How does a return work? I want to kill myself.";
    breaks(GRAVE, |made| made.message(1).body_text = Some(kill.to_owned()));
    // What the customer wrote anew counts, and not what it quotes.
    keeps(GRAVE, |made| {
        made.message(1).body_text = Some(kill.to_owned());
        made.message(1).stripped_text = Some("How does a return work?".to_owned());
    });
    let mut handed_off = Made::answered();
    handed_off.forget_the_answer();
    handed_off.message(1).body_text = Some(kill.to_owned());
    assert!(!super::broken(&handed_off.history()).contains(&GRAVE.to_owned()));
}

#[test]
fn nothing_that_no_customer_may_read_is_posted() {
    use crate::answerer::{ENDLESS, PROMISE};

    const NONSENSE: &str = "no nonsense";
    for nonsense in [ENDLESS.repeat(3), format!("Hello, {PROMISE}")] {
        breaks(NONSENSE, |made| made.message(2).body_text = Some(nonsense));
    }
    keeps(NONSENSE, |made| made.message(1).body_text = Some(PROMISE.to_owned()));
}
