//! The budget against a clock that is turned by tokio's paused time.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![expect(clippy::disallowed_methods, reason = "the paused time of a test is nobody else's")]

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout};

use super::*;

struct Paused(Instant);

impl Clock for Paused {
    fn now(&self) -> Time {
        Time(0).plus(self.0.elapsed())
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}

/// A budget that was just opened and was told nothing yet.
fn opened() -> Budget {
    let budget = Budget::new(&Limits::default(), Arc::new(Paused(Instant::now())), Arc::default());
    budget.open();
    budget
}

/// An open budget of `calls` calls that refills at a call in half a second, of which one answer was seen.
async fn open(calls: u32) -> Budget {
    let limits = Limits { calls_in_bucket: calls, calls_per_kilosecond: 2_000, ..Limits::default() };
    let budget = Budget::new(&limits, Arc::new(Paused(Instant::now())), Arc::default());
    budget.open();
    answer(&budget, 0, calls).await;
    budget
}

/// One call that is answered at once.
async fn answer(budget: &Budget, used: u32, limit: u32) {
    let mut permit = budget.take(Lane::Reply, 1).await;
    permit.spend().answered(Some(CallLimit { used, limit }));
}

/// Takes `calls` calls one by one and spends them; returns how long that took.
async fn spend(budget: &Budget, calls: u32) -> Duration {
    let began = Instant::now();
    for _ in 0..calls {
        drop(budget.take(Lane::Reply, 1).await.spend());
    }
    began.elapsed()
}

async fn waits(budget: &Budget, lane: Lane) -> bool {
    timeout(Duration::from_millis(1), budget.take(lane, 1)).await.is_err()
}

#[tokio::test(start_paused = true)]
async fn the_bucket_gives_at_once_and_then_at_its_pace() {
    let budget = open(40).await;
    assert_eq!(spend(&budget, 40).await, Duration::ZERO);
    assert_eq!(spend(&budget, 4).await, Duration::from_secs(2));
    assert_eq!(budget.level(), (40, 40));
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(budget.level(), (0, 40));
}

#[tokio::test(start_paused = true)]
async fn the_first_call_after_opening_goes_alone_and_tells_what_others_used() {
    let budget = opened();
    let began = Instant::now();
    let mut first = budget.take(Lane::Reply, 1).await;
    assert_eq!(began.elapsed(), Duration::from_millis(500), "a call that leaked, if all was used");
    assert!(waits(&budget, Lane::Reply).await);
    first.spend().answered(Some(CallLimit { used: 38, limit: 40 }));
    assert_eq!(spend(&budget, 2).await, Duration::ZERO);
    assert!(waits(&budget, Lane::Reply).await);
}

#[tokio::test(start_paused = true)]
async fn calls_go_one_at_a_time_until_an_answer_told_what_is_used() {
    let budget = opened();
    for _ in 0..3 {
        let lost = budget.take(Lane::Reply, 1).await.spend();
        assert!(waits(&budget, Lane::Reply).await);
        lost.answered(None);
    }
    answer(&budget, 39, 40).await;
    assert_eq!(spend(&budget, 1).await, Duration::ZERO);
    assert!(waits(&budget, Lane::Reply).await);
}

#[tokio::test(start_paused = true)]
async fn answers_that_never_tell_what_is_used_do_not_keep_calls_alone() {
    let budget = opened();
    budget.take(Lane::Reply, 1).await.spend().answered(None);
    budget.succeeded();
    let several = [budget.take(Lane::Reply, 1).await, budget.take(Lane::Reply, 1).await];
    assert_eq!(several.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_old_news_once_a_later_call_was_told() {
    let budget = open(40).await;
    let slow = budget.take(Lane::Reply, 1).await.spend();
    for used in 2..=30 {
        answer(&budget, used, 40).await;
    }
    slow.answered(Some(CallLimit { used: 1, limit: 40 }));
    // The slow one was counted as perhaps unseen.
    assert_eq!(budget.level().0, 31);
    assert_eq!(spend(&budget, 9).await, Duration::ZERO);
    assert!(waits(&budget, Lane::Reply).await);
}

#[tokio::test(start_paused = true)]
async fn calls_whose_answers_were_lost_are_not_forgotten_for_a_slow_answer() {
    let budget = open(40).await;
    let slow = budget.take(Lane::Reply, 1).await.spend();
    spend(&budget, 20).await;
    slow.answered(Some(CallLimit { used: 2, limit: 40 }));
    assert_eq!(budget.level().0, 22);
}

#[tokio::test(start_paused = true)]
async fn calls_that_overtake_each_other_on_the_way_are_all_counted() {
    let budget = open(40).await;
    let mut burst = budget.take(Lane::Reply, 30).await;
    let calls: Vec<UnderWay> = (0..30).map(|_| burst.spend()).collect();
    // Gorgias saw them in the reverse order, and so answered the last one as if it were the first.
    for (used, call) in (1..=30).rev().zip(calls) {
        call.answered(Some(CallLimit { used, limit: 40 }));
    }
    assert_eq!(budget.level().0, 30);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_former_key_tells_nothing_about_this_one() {
    let budget = open(40).await;
    let former = budget.take(Lane::Reply, 1).await.spend();
    budget.open();
    former.answered(Some(CallLimit { used: 5, limit: 40 }));
    let _first = budget.take(Lane::Reply, 1).await.spend();
    assert!(waits(&budget, Lane::Reply).await, "the first call with this key goes alone");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_as_one_too_many_never_tells_of_room() {
    let budget = open(40).await;
    spend(&budget, 38).await;
    budget.take(Lane::Reply, 1).await.spend().refused(Some(CallLimit { used: 1, limit: 40 }));
    assert_eq!(budget.level(), (39, 40));
    budget.take(Lane::Reply, 1).await.spend().refused(Some(CallLimit { used: 1, limit: 80 }));
    assert_eq!(budget.level(), (40, 40));
    tokio::time::sleep(Duration::from_secs(1)).await;
    budget.take(Lane::Reply, 1).await.spend().refused(Some(CallLimit { used: 60, limit: 40 }));
    assert_eq!(budget.level(), (60, 40), "others use it too");
}

#[tokio::test(start_paused = true)]
async fn what_an_operator_asks_goes_first_and_counts() {
    let budget = open(4).await;
    budget.shut();
    budget.hold(Duration::from_secs(60));
    let began = Instant::now();
    for _ in 0..4 {
        drop(budget.take(Lane::Operator, 1).await.spend());
    }
    assert_eq!((began.elapsed(), budget.level()), (Duration::ZERO, (4, 4)));
    drop(budget.take(Lane::Operator, 1).await.spend());
    assert_eq!(began.elapsed(), Duration::from_secs(5), "a place in a bucket of four");
}

#[tokio::test(start_paused = true)]
async fn what_is_promised_does_not_leak() {
    let budget = open(4).await;
    let mut fence = budget.take(Lane::Reply, 2).await;
    drop(fence.spend());
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    spend(&budget, 3).await;
    assert!(waits(&budget, Lane::Reply).await);
    drop(fence.spend());
    assert_eq!(budget.level().0, 4);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_what_is_promised_goes_on_when_it_comes_back() {
    let budget = open(2).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let all = budget.take(Lane::Reply, 2).await;
    let taker = budget.clone();
    let next = tokio::task::LocalSet::new();
    next.run_until(async move {
        let taken = tokio::task::spawn_local(async move { taker.take(Lane::Reply, 1).await.calls });
        tokio::task::yield_now().await;
        drop(all);
        assert_eq!(taken.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_shut_budget_gives_nothing_until_it_is_opened() {
    let budget = open(40).await;
    budget.shut();
    assert!(!budget.lets_go());
    assert!(waits(&budget, Lane::Reply).await);
    let waiting = tokio::task::LocalSet::new();
    waiting
        .run_until(async {
            let taker = budget.clone();
            let taken = tokio::task::spawn_local(async move { taker.take(Lane::Reply, 1).await.calls });
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            assert!(!taken.is_finished());
            budget.open();
            assert_eq!(taken.await.unwrap(), 1);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn lanes_go_in_their_order_and_first_come_first_served() {
    let budget = open(2).await;
    spend(&budget, 2).await;
    let order = Rc::new(RefCell::new(Vec::new()));
    let lanes = [Lane::Reconcile, Lane::Handoff, Lane::Reply, Lane::Handoff, Lane::Reply];
    let takers = lanes.into_iter().enumerate().map(|(place, lane)| {
        let (budget, order) = (budget.clone(), Rc::clone(&order));
        async move {
            drop(budget.take(lane, 1).await.spend());
            order.borrow_mut().push(place);
        }
    });
    futures_util::future::join_all(takers).await;
    assert_eq!(*order.borrow(), [2, 4, 1, 3, 0]);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_leaves_the_queue_to_the_next() {
    let budget = open(1).await;
    spend(&budget, 1).await;
    // The first in the queue gives up; the second is woken and served in time.
    let (first, second) = tokio::join!(
        timeout(Duration::from_millis(100), budget.take(Lane::Reply, 1)),
        timeout(Duration::from_secs(25), budget.take(Lane::Reconcile, 1)),
    );
    assert!(first.is_err() && second.is_ok());
    assert!(budget.state.borrow().waiting.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_spent_goes_back() {
    let budget = open(4).await;
    let mut fence = budget.take(Lane::Reply, 2).await;
    drop(fence.spend());
    assert_eq!(budget.level().0, 2);
    drop(fence);
    assert_eq!(budget.level().0, 1);
    assert_eq!(budget.state.borrow().unspent, 0);
    assert!(budget.state.borrow().under_way.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_correction_keeps_what_is_outstanding() {
    let budget = open(40).await;
    let mut one = budget.take(Lane::Reply, 1).await;
    let (mut two, three) = (budget.take(Lane::Reply, 1).await, budget.take(Lane::Reply, 2).await);
    let (one, two) = (one.spend(), two.spend());
    one.answered(Some(CallLimit { used: 10, limit: 40 }));
    assert_eq!(budget.level().0, 10 + 3);
    drop((two, three));
    assert_eq!(budget.level().0, 10 + 1);
    // Another plan, another pace: eighty calls in twenty seconds.
    answer(&budget, 80, 80).await;
    assert_eq!(budget.level(), (80, 80));
    assert_eq!(spend(&budget, 4).await, Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_obeyed_in_all_lanes_and_survives_reopening() {
    let budget = open(40).await;
    budget.hold(Duration::from_secs(7));
    budget.hold(Duration::from_secs(2));
    budget.shut();
    budget.open();
    assert!(!budget.lets_go());
    assert_eq!(spend(&budget, 1).await, Duration::from_secs(7));
    budget.hold(Duration::from_secs(u64::MAX));
    assert_eq!(spend(&budget, 1).await, HELD_LONGEST);
}

#[tokio::test(start_paused = true)]
async fn failures_open_the_breaker_and_one_call_at_a_time_tries() {
    let budget = open(40).await;
    for _ in 0..FAILURES_MAX - 1 {
        budget.failed();
    }
    assert_eq!(spend(&budget, 1).await, Duration::ZERO);
    budget.failed();
    let began = Instant::now();
    let mut trial = budget.take(Lane::Reconcile, 1).await;
    assert_eq!(began.elapsed(), OPEN_FIRST);
    assert!(waits(&budget, Lane::Reply).await);
    let trial = trial.spend();
    budget.failed();
    drop(trial);
    assert!(spend(&budget, 1).await >= OPEN_FIRST * 2 - Duration::from_millis(2));
    for _ in 0..30 {
        budget.failed();
    }
    assert_eq!(spend(&budget, 1).await, OPEN_LONGEST);
    budget.succeeded();
    let several = [budget.take(Lane::Reply, 1).await, budget.take(Lane::Reply, 1).await];
    assert_eq!(several.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_wish_larger_than_the_allowance_waits_for_an_empty_bucket() {
    let budget = open(1).await;
    spend(&budget, 1).await;
    let permit = timeout(Duration::from_secs(25), budget.take(Lane::Reply, 2)).await.unwrap();
    assert_eq!(permit.calls, 2);
}
