//! Shrinking: what is left of a failing run is what it takes to fail, and not more.

use polus_simulations::doom::Moment;
use polus_simulations::gorgias::faults::Odds;
use polus_simulations::options::Options;
use polus_simulations::plan::{self, Act, Plan, Shares};
use polus_simulations::properties::Broken;
use polus_simulations::regressions::Regression;
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
        asks_go_on: true,
        settles_in_one_life: true,
        dooms: 3,
        meetings: 3,
        shares: Shares { closed: 150_000, brake: 50_000, ..Shares::default() },
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
    assert_eq!((small.options.acts, small.options.tickets_max, small.options.dooms), (2, 1, 0));
    assert_eq!((small.options.meetings, small.options.shares), (0, Shares::default()));
    assert!(!small.options.asks_go_on && !small.options.settles_in_one_life);
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

/// A ticket goes as a whole, with all that is done on it, where no part of it can go alone.
#[test]
fn a_ticket_that_has_nothing_to_do_with_it_goes_as_a_whole() {
    let of = |plan: &Plan, name: u32| {
        let acts = serde_json::to_value(plan).unwrap();
        let on_it = |step: &&serde_json::Value| {
            step["act"].as_object().unwrap().values().any(|act| act["ticket"] == name)
        };
        acts.as_array().unwrap().iter().filter(on_it).count()
    };
    let step = |act| plan::Step { after_ms: 1_000, account: 0, act };
    let acts = |ticket: u32| {
        [Act::Close { ticket }, Act::Reopen { ticket }, Act::Tag { ticket }, Act::AgentNotes { ticket }]
            .map(step)
    };
    let whole = Failing { plan: (0..5).flat_map(acts).collect(), ..failing("p") };
    // Who does something on a ticket and not all of it plays another run.
    let fails = |_: &Options, plan: &Plan| {
        let whole = (0..5).all(|ticket| matches!(of(plan, ticket), 0 | 4));
        (whole && of(plan, 3) == 4).then(|| broken("p"))
    };
    let small = shrunk(whole, 5_000, fails);
    assert_eq!(small.plan.len(), 4, "{:?}", small.plan);
    assert_eq!(of(&small.plan, 3), 4);
}

/// What is done and undone goes only together, and a run may need the time that an act takes and not the act.
#[test]
fn acts_go_in_pairs_and_leave_their_pauses_where_those_are_needed() {
    let count = |plan: &Plan, act: &dyn Fn(&Act) -> bool| plan.iter().filter(|step| act(&step.act)).count();
    let fails = |_: &Options, plan: &Plan| {
        let paused = count(plan, &|act| matches!(act, Act::Pause));
        let released = count(plan, &|act| matches!(act, Act::Release));
        let closes_at_ms: Vec<u64> = (0..plan.len())
            .filter(|place| matches!(plan[*place].act, Act::Close { .. }))
            .map(|place| plan[..=place].iter().map(|step| step.after_ms).sum())
            .collect();
        (paused == released && closes_at_ms.iter().any(|at_ms| *at_ms >= 60_000)).then(|| broken("p"))
    };
    let step = |after_ms, act| plan::Step { after_ms, account: 0, act };
    let whole = Failing {
        plan: vec![
            step(30_000, Act::Pause),
            step(20_000, Act::Connect),
            step(5_000, Act::Release),
            step(5_000, Act::Close { ticket: 0 }),
        ],
        ..failing("p")
    };
    let small = shrunk(whole, 5_000, fails);
    assert_eq!(small.plan, [step(60_000, Act::Close { ticket: 0 })]);
}

/// Made small again it stays as it is, whatever it fails for, and can be kept: its file is read again.
#[test]
fn what_was_made_small_stays_as_it_is() {
    type Fails = fn(&Options, &Plan) -> Option<Broken>;
    let of_all: [(&str, Fails); 5] = [
        ("closed after assigned", |_, plan| closed_after_assigned(plan).then(|| broken("p"))),
        ("lasts", |_, plan| {
            let lasts_ms: u64 = plan.iter().map(|step| step.after_ms).sum();
            (lasts_ms > 90_500).then(|| broken("p"))
        }),
        ("even", |_, plan| (plan.len() % 2 == 0 && plan.len() > 3).then(|| broken("p"))),
        ("faults only with many acts", |options, plan| {
            (options.gorgias.slow > 0.0 || plan.len() < 7).then(|| broken("p"))
        }),
        ("whatever happens", |_, _| Some(broken("p"))),
    ];
    for (name, fails) in of_all {
        let mut whole = failing("p");
        if whole.plan.len() % 2 == 1 {
            whole.plan.pop();
        }
        assert!(fails(&whole.options, &whole.plan).is_some(), "{name}");
        let small = shrunk(whole, 20_000, fails);
        assert!(small.runs < 20_000, "{name}: the runs were not enough to tell");
        let again = shrunk(Failing { runs: 0, ..small.clone() }, 20_000, fails);
        assert_eq!((&again.options, &again.plan), (&small.options, &small.plan), "{name}");
        let kept = Regression::of("a note", &small.options, &small.plan);
        let read = Regression::read(&serde_json::to_string(&kept).unwrap());
        assert_eq!(read.unwrap(), kept, "{name}");
    }
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
