//! Thousands of stories drawn from a seed: facts, reads, outcomes, crashes and reconnects in any order, against a model
//! of the thread that knows what really happened. Each story ends in calm, where every debt must be settled.
//!
//! A failure prints the seed of its story; `POLUS_SEED=… cargo test -p polus-core --test core random` tells it alone,
//! and `POLUS_STORIES=…` tells more of them than usual.

use polus_core::time::Time;

mod dice;
mod outside;
mod shell;
mod world;

use shell::Shell;

const STORIES: u64 = 2_500;
const STEPS: u32 = 60;
const FIRST_SEED: u64 = 0x0050_4F4C_5553;

#[test]
fn no_story_breaks_a_promise() {
    let asked = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a seed is a number"));
    let alone = asked("POLUS_SEED");
    let stories = asked("POLUS_STORIES").unwrap_or(STORIES);
    let seeds = alone.map_or(FIRST_SEED..FIRST_SEED + stories, |seed| seed..seed + 1);
    let mut seen = Seen::default();
    for seed in seeds.clone() {
        let story = std::panic::catch_unwind(|| tell(seed));
        match story {
            Ok(told) => seen.add(&told),
            Err(panic) => {
                eprintln!("the story of POLUS_SEED={seed} broke a promise");
                std::panic::resume_unwind(panic);
            }
        }
    }
    println!("{} stories from seed {}: {seen:?}", seeds.end - seeds.start, seeds.start);
    if alone.is_none() && stories >= STORIES {
        seen.is_worth_the_time();
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in 0..20 {
        assert_eq!(tell(seed), tell(seed));
    }
}

/// How often the stories came to what they are about.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Seen {
    events: u64,
    answers: u64,
    handoffs: u64,
    takeovers: u64,
    settled_found: u64,
    settled_absent: u64,
    abandoned: u64,
    redrafts: u64,
    cuts: u64,
    crashes: u64,
    overtaken: u64,
    foreign: u64,
    lost: u64,
    gone: u64,
    tagged: u64,
    end: Time,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.answers += other.answers;
        self.handoffs += other.handoffs;
        self.takeovers += other.takeovers;
        self.settled_found += other.settled_found;
        self.settled_absent += other.settled_absent;
        self.abandoned += other.abandoned;
        self.redrafts += other.redrafts;
        self.cuts += other.cuts;
        self.crashes += other.crashes;
        self.overtaken += other.overtaken;
        self.foreign += other.foreign;
        self.lost += other.lost;
        self.gone += other.gone;
        self.tagged += other.tagged;
        self.end = self.end.max(other.end);
    }

    /// Stories that never come to the hard parts prove nothing.
    fn is_worth_the_time(&self) {
        let counts = [
            self.answers,
            self.handoffs,
            self.takeovers,
            self.settled_found,
            self.settled_absent,
            self.redrafts,
            self.cuts,
            self.crashes,
            self.overtaken,
        ];
        assert!(counts.iter().all(|count| *count > STORIES / 10), "{self:?}");
        let rare = [self.abandoned, self.foreign, self.lost, self.gone, self.tagged];
        assert!(rare.iter().all(|count| *count > STORIES / 100), "{self:?}");
    }
}

fn tell(seed: u64) -> Seen {
    let mut shell = Shell::new(seed);
    for _ in 0..STEPS {
        shell.something_happens();
    }
    shell.calm();
    shell.seen()
}
