//! Shrinking: what is left of a failing run is what it takes to fail, and not more.

use polus_simulations::doom::Moment;
use polus_simulations::gorgias::faults::Odds;
use polus_simulations::options::Options;
use polus_simulations::plan::{self, Act, Plan};
use polus_simulations::properties::Broken;
use polus_simulations::shrink::{Failing, shrunk};

fn broken(promise: &str) -> Broken {
    Broken { promise: promise.to_owned(), about: "acme/1".to_owned(), how: "so".to_owned() }
}

/// A run with much in it that has nothing to do with its failure.
fn failing(promise: &str) -> Failing {
    let options = Options {
        gorgias: Odds { slow: 0.25, lost_after_effect: 0.1, webhook_late: 0.5, ..Odds::default() },
        accounts: 3,
        pause_ms_max: 60_000,
        resident_tickets_max: 1,
        acts: 200,
        dooms: 3,
        ..Options::drawn(11)
    };
    let plan = plan::drawn(&options);
    Failing { options, plan, broken: broken(promise), runs: 0 }
}

/// Where a ticket is closed after it was assigned.
fn closed_after_assigned(plan: &Plan) -> bool {
    let closed = |assigned: u32| move |later: &plan::Step| matches!(later.act, Act::Close { ticket } if ticket == assigned);
    plan.iter().enumerate().any(|(place, step)| match step.act {
        Act::Assign { ticket, .. } => plan[place..].iter().any(closed(ticket)),
        _ => false,
    })
}

#[test]
fn two_acts_and_one_kind_of_fault_are_left() {
    let whole = failing("p");
    assert!(closed_after_assigned(&whole.plan), "draw another plan");
    let fails = |options: &Options, plan: &Plan| {
        (closed_after_assigned(plan) && options.gorgias.slow > 0.0).then(|| broken("p"))
    };
    let small = shrunk(whole, 5_000, fails);
    assert!(
        matches!(
            small.plan.as_slice(),
            [
                plan::Step { act: Act::Assign { .. }, after_ms: 0, .. },
                plan::Step { act: Act::Close { .. }, after_ms: 0, .. }
            ]
        ),
        "{:#?}",
        small.plan
    );
    let on: Vec<_> = small.options.gorgias.named().into_iter().filter(|(_, odds)| *odds > 0.0).collect();
    assert_eq!(on, [("slow", 0.25)]);
    assert_eq!(small.options.disk, Default::default());
    assert_eq!((small.options.accounts, small.options.resident_tickets_max), (1, 10_000));
    assert_eq!((small.options.acts, small.options.tickets_max, small.options.dooms), (2, 0, 0));
}

/// A run that fails only with three accounts keeps them, and one that needs its pauses keeps them rounded.
#[test]
fn what_the_failure_needs_stays() {
    let fails = |options: &Options, plan: &Plan| {
        let lasts_ms: u64 = plan.iter().map(|step| step.after_ms).sum();
        (options.accounts == 3 && lasts_ms > 30_000 && options.gorgias.lost_after_effect > 0.0)
            .then(|| broken("p"))
    };
    let small = shrunk(failing("p"), 5_000, fails);
    assert_eq!(small.options.accounts, 3);
    assert!(small.options.gorgias.lost_after_effect > 0.0);
    assert!(
        small.plan.len() <= 5 && small.plan.iter().all(|step| step.after_ms % 1_000 == 0),
        "{:?}",
        small.plan
    );
}

#[test]
fn another_promise_is_not_the_same_failure() {
    let fails = |_: &Options, plan: &Plan| {
        let armed = plan.iter().any(|step| matches!(step.act, Act::CrashAt { .. }));
        Some(broken(if armed { "p" } else { "q" }))
    };
    let mut whole = failing("p");
    let act = Act::CrashAt { moment: Moment::AfterPost, after: 0 };
    whole.plan.push(plan::Step { after_ms: 1, account: 0, act });
    let small = shrunk(whole, 5_000, fails);
    assert_eq!(small.broken.promise, "p");
    assert!(
        matches!(small.plan.as_slice(), [plan::Step { act: Act::CrashAt { .. }, .. }]),
        "{:?}",
        small.plan
    );
}

#[test]
fn no_more_runs_are_played_than_allowed() {
    let mut played = 0;
    let whole = failing("p");
    let before = whole.plan.len();
    let small = shrunk(whole, 7, |_, _| {
        played += 1;
        Some(broken("p"))
    });
    assert_eq!((played, small.runs), (7, 7));
    assert!(small.plan.len() < before);
}
