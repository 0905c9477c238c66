//! What a script and odds do to calls.

use super::*;

#[test]
fn a_planned_fault_waits_for_its_call_and_strikes_once() {
    let mut luck = Luck::new(1);
    let mut faults = Faults::default();
    faults.plan(Scripted::post_on(7, CallFault::LostAfterEffect));
    assert_eq!(faults.for_call(&mut luck, "GET", "/api/tickets/7/messages"), None);
    assert_eq!(faults.for_call(&mut luck, "POST", "/api/tickets/8/messages"), None);
    assert_eq!(
        faults.for_call(&mut luck, "POST", "/api/tickets/7/messages/"),
        Some(CallFault::LostAfterEffect)
    );
    assert_eq!(faults.for_call(&mut luck, "POST", "/api/tickets/7/messages/"), None);
}

#[test]
fn certain_odds_always_strike_and_zero_odds_never() {
    let mut luck = Luck::new(1);
    let mut faults = Faults::default();
    assert_eq!(faults.for_call(&mut luck, "POST", "/api/tickets"), None);
    faults.odds.bad_gateway = 1.0;
    assert_eq!(
        faults.for_call(&mut luck, "GET", "/api/users"),
        Some(CallFault::BadGateway { after_effect: false })
    );
}

/// A kind that is off leaves the others struck as they were: what it took from them strikes as well, and no more.
#[test]
fn switching_one_kind_off_leaves_the_luck_of_the_others() {
    let struck = |bad_gateway: f64| {
        let mut luck = Luck::new(3);
        let odds = Odds { bad_gateway, server_error: 0.3, slow: 0.4, ..Odds::default() };
        let mut faults = Faults { odds, ..Faults::default() };
        let calls = (0..500).map(|_| faults.for_call(&mut luck, "GET", "/api/users"));
        calls.collect::<Vec<_>>()
    };
    let (with, without) = (struck(0.2), struck(0.0));
    let gone = Some(CallFault::BadGateway { after_effect: false });
    assert!(with.iter().filter(|fault| **fault == gone).count() > 50);
    assert!(!without.contains(&gone));
    for (with, without) in with.iter().zip(&without) {
        assert!(*with == gone || with == without, "{with:?}, and {without:?} without");
    }
}

#[test]
fn only_messages_that_are_to_be_posted_are_rejected() {
    let mut luck = Luck::new(1);
    let mut faults = Faults::default();
    faults.odds.rejected = 1.0;
    assert_eq!(faults.for_call(&mut luck, "POST", "/api/tickets"), None);
    assert_eq!(faults.for_call(&mut luck, "GET", "/api/tickets/7/messages"), None);
    let fault = faults.for_call(&mut luck, "POST", "/api/tickets/7/messages/");
    assert!(matches!(fault, Some(CallFault::Rejected { .. })), "{fault:?}");
    assert_eq!(faults.struck.get("rejected"), Some(&1));
}

#[test]
fn a_star_is_one_segment() {
    assert!(fits("/api/tickets/*/messages", "/api/tickets/12/messages/"));
    assert!(!fits("/api/tickets/*", "/api/tickets/12/messages"));
}
