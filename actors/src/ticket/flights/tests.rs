//! Flights: one for each effect, called off only while not announced.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use polus_core::ticket::EffectKind;

use super::*;

const READ: EffectId = EffectId { kind: EffectKind::Read, sequence: 0 };
const ANSWER: EffectId = EffectId { kind: EffectKind::Answer, sequence: 7 };
const TAGS: EffectId = EffectId { kind: EffectKind::Tags, sequence: 9 };

async fn landed() -> Landing {
    Landing::Outcome(Input::Tick)
}

/// Never lands, and says when it is called off.
async fn in_the_air(called_off: Rc<Cell<bool>>) -> Landing {
    struct CalledOff(Rc<Cell<bool>>);
    impl Drop for CalledOff {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let _guard = CalledOff(called_off);
    pending().await
}

#[tokio::test]
async fn what_landed_first_is_told_in_the_order_of_effects_and_is_gone() {
    let mut flights = Flights::default();
    flights.start(TAGS, false, landed());
    flights.start(READ, false, pending());
    flights.start(ANSWER, true, landed());
    assert_eq!(flights.next().await.0, ANSWER);
    assert!(!flights.has(ANSWER));
    assert_eq!(flights.next().await.0, TAGS);
    assert!(flights.has(READ));
    assert!(flights.next().now_or_never().is_none());
}

#[tokio::test]
async fn nothing_lands_when_nothing_is_under_way() {
    let mut flights = Flights::default();
    assert!(flights.is_empty());
    assert!(flights.next().now_or_never().is_none());
}

#[test]
fn only_the_unannounced_is_called_off() {
    let (announced, unannounced) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let mut flights = Flights::default();
    flights.start(ANSWER, true, in_the_air(Rc::clone(&announced)));
    flights.start(READ, false, in_the_air(Rc::clone(&unannounced)));
    assert!(flights.next().now_or_never().is_none());
    flights.keep(|effect| effect == READ);
    assert!(flights.has(ANSWER) && flights.has(READ));
    flights.keep(|_| false);
    assert!(flights.has(ANSWER) && !flights.has(READ));
    flights.keep_announced();
    assert!((announced.get(), unannounced.get()) == (false, true));
    assert!(flights.has(ANSWER));
}

#[test]
fn before_the_end_all_but_the_announced_is_called_off() {
    let mut flights = Flights::default();
    flights.start(ANSWER, true, pending());
    flights.start(READ, false, pending());
    flights.keep_announced();
    assert!(flights.has(ANSWER) && !flights.has(READ));
}

#[test]
fn rests_last_as_long_as_the_debt() {
    let mut flights = Flights::default();
    let rest = Rest { tries: 3, until: Duration::from_secs(9) };
    flights.set_rest(READ, rest);
    flights.set_rest(TAGS, rest);
    flights.keep(|effect| effect == READ);
    assert_eq!(flights.rest(READ).tries, 3);
    assert_eq!(flights.rest(TAGS).tries, 0);
    flights.end_rest(READ);
    assert_eq!(flights.rest(READ).until, Duration::ZERO);
    flights.set_rest(READ, rest);
    flights.end_all_rests();
    assert_eq!(flights.rest(READ).tries, 0);
}
