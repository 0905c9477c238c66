//! Seeds: runs drawn from a number keep every promise, and the same number twice is the same run.

use polus_simulations::options::Options;
use polus_simulations::plan;
use polus_simulations::run::{Outcome, run};

fn play(seed: u64) -> Outcome {
    let options = Options::drawn(seed);
    let plan = plan::drawn(&options);
    run(&options, &plan)
}

#[test]
fn the_same_seed_twice_is_the_same_run() {
    for seed in 0..6 {
        let (once, again) = (play(seed), play(seed));
        assert_eq!(once.hash, again.hash, "seed {seed}");
        assert_eq!(once.checkpoints, again.checkpoints, "seed {seed}");
    }
    assert_ne!(play(1).hash, play(2).hash);
}

#[test]
fn seeds_keep_every_promise() {
    let from: u64 = std::env::var("FROM").map_or(0, |text| text.parse().unwrap());
    let to: u64 = std::env::var("TO").map_or(30, |text| text.parse().unwrap());
    let mut broken = 0;
    for seed in from..to {
        let began = std::time::Instant::now();
        let outcome = play(seed);
        let o = &outcome.options;
        eprintln!(
            "{seed}: {} tickets {} acts {} lives {} records {} posts {} h, {:?}",
            o.tickets_max,
            o.acts,
            outcome.lives,
            outcome.records,
            outcome.posts,
            outcome.simulated_ms / 3_600_000,
            began.elapsed()
        );
        for found in &outcome.findings.broken {
            eprintln!("   {found}");
            broken += 1;
        }
    }
    assert_eq!(broken, 0);
}
