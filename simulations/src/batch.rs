//! Many seeds: one run at a time on each core, heard of in the order of the seeds, so that a batch twice is the same batch.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use serde::Serialize;

use crate::marks::Counts;
use crate::options::Options;
use crate::plan::{self, Plan};
use crate::properties::{Broken, Doubles};
use crate::run::{self, Outcome};

/// How a run of a batch went: its outcome without its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Its seed.
    pub seed: u64,
    /// Hash of everything that happened.
    pub hash: u64,
    /// That hash at every thousandth thing that happened.
    pub checkpoints: Vec<u64>,
    /// Simulated time, milliseconds.
    pub simulated_ms: u64,
    /// Things that happened: calls, webhooks, records, acts.
    pub things: u64,
    /// Records in the log.
    pub records: u64,
    /// Messages that were posted.
    pub posts: u64,
    /// Lives of the program.
    pub lives: u64,
    /// How often what went wrong.
    pub struck: BTreeMap<String, u64>,
    /// How often what was marked.
    pub marks: Counts,
    /// Whether a post may be made twice although all is right.
    pub allows_doubles: bool,
    /// Posts that were made once more although all was right.
    pub doubles: Doubles,
    /// The longest time from a fence's read to the post behind it, milliseconds.
    pub window_ms_max: i64,
    /// Promises that were broken.
    pub broken: Vec<Broken>,
}

impl Played {
    /// What a batch keeps of a run.
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            seed: outcome.options.seed,
            hash: outcome.hash,
            checkpoints: outcome.checkpoints.clone(),
            simulated_ms: u64::try_from(outcome.simulated_ms).unwrap_or(0),
            things: outcome.things,
            records: outcome.records,
            posts: outcome.posts,
            lives: outcome.lives,
            struck: outcome.struck.clone(),
            marks: outcome.marks.clone(),
            allows_doubles: outcome.options.allows_doubles(),
            doubles: outcome.findings.doubles,
            window_ms_max: outcome.findings.window_ms_max,
            broken: outcome.findings.broken.clone(),
        }
    }

    /// A run that came to no end.
    fn fallen(options: &Options, broken: Broken) -> Self {
        Self {
            seed: options.seed,
            hash: 0,
            checkpoints: Vec::new(),
            simulated_ms: 0,
            things: 0,
            records: 0,
            posts: 0,
            lives: 0,
            struck: BTreeMap::new(),
            marks: Counts::new(),
            allows_doubles: options.allows_doubles(),
            doubles: Doubles::default(),
            window_ms_max: 0,
            broken: vec![broken],
        }
    }
}

/// Plays the run that is drawn from a seed.
pub fn drawn(seed: u64) -> Played {
    let options = Options::drawn(seed);
    let plan = plan::drawn(&options);
    match caught(|| run::run(&options, &plan)) {
        Ok(outcome) => Played::of(&outcome),
        Err(broken) => Played::fallen(&options, broken),
    }
}

/// Plays a run; one that panics has broken a promise as well.
///
/// # Errors
/// What it panicked with.
pub fn caught(run: impl FnOnce() -> Outcome) -> Result<Outcome, Broken> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| Broken {
        promise: "it comes to an end".to_owned(),
        about: "the run".to_owned(),
        how: format!("it panicked: {}", said(panic.as_ref())),
    })
}

/// The first promise that a run drawn with these options and this plan breaks.
pub fn first_broken(options: &Options, plan: &Plan) -> Option<Broken> {
    match caught(|| run::run(options, plan)) {
        Ok(outcome) => outcome.findings.broken.into_iter().next(),
        Err(broken) => Some(broken),
    }
}

/// Plays `seeds` on so many threads. `heard` hears of each in the order of the seeds, and ends the batch by breaking;
/// what was begun by then is played to its end and not heard of.
pub fn play(
    seeds: impl Iterator<Item = u64> + Send,
    threads: usize,
    play_one: impl Fn(u64) -> Played + Sync,
    mut heard: impl FnMut(Played) -> ControlFlow<()>,
) {
    let seeds = Mutex::new(seeds.enumerate());
    let over = AtomicBool::new(false);
    let (done, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (seeds, over, play_one, done) = (&seeds, &over, &play_one, done.clone());
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let next = seeds.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((place, seed)) = next else { return };
                    if done.send((place, play_one(seed))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (place, played) in results {
            early.insert(place, played);
            while let Some(played) = early.remove(&next) {
                next += 1;
                if heard(played).is_break() {
                    over.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}

/// So many runs can be played at once here.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// What the runs of a batch come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Runs.
    pub seeds: u64,
    /// A hash over the runs' hashes, in the order of the seeds.
    #[serde(serialize_with = "crate::report::hash")]
    pub hash: u64,
    /// Simulated time, milliseconds.
    pub simulated_ms: u64,
    /// Things that happened: calls, webhooks, records, acts.
    pub things: u64,
    /// Records in the logs.
    pub records: u64,
    /// Lives of the program.
    pub lives: u64,
    /// Messages that were posted.
    pub posts: u64,
    /// Runs where a double breaks a promise.
    pub seeds_strict: u64,
    /// The posts of those runs.
    pub posts_strict: u64,
    /// Posts that were made once more although all was right.
    pub doubles: u64,
    /// The same by what lies behind each.
    pub doubles_by_cause: Doubles,
    /// Those of them in runs where a double breaks a promise.
    pub doubles_strict: u64,
    /// The longest time from a fence's read to the post behind it, milliseconds.
    pub window_ms_max: i64,
    /// How often what went wrong.
    pub struck: BTreeMap<String, u64>,
    /// How often what was marked; 0 for a mark that never fired.
    pub marks: Counts,
    /// Runs that broke a promise.
    pub broken: u64,
    /// The first of them, and the first promise it broke.
    pub first_broken: Option<FirstBroken>,
}

/// The first run of a batch that broke a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstBroken {
    /// Its seed.
    pub seed: u64,
    /// The promise.
    #[serde(flatten)]
    pub broken: Broken,
}

impl Totals {
    /// Adds a run.
    pub fn add(&mut self, played: &Played) {
        self.seeds += 1;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.hash.to_le_bytes()).update(&played.hash.to_le_bytes());
        self.hash = crate::trace::short(&hasher);
        self.simulated_ms += played.simulated_ms;
        self.things += played.things;
        self.records += played.records;
        self.lives += played.lives;
        self.posts += played.posts;
        self.doubles += played.doubles.all();
        self.doubles_by_cause.add(played.doubles);
        if !played.allows_doubles {
            self.seeds_strict += 1;
            self.posts_strict += played.posts;
            self.doubles_strict += played.doubles.all();
        }
        self.window_ms_max = self.window_ms_max.max(played.window_ms_max);
        for (sum, counts) in [(&mut self.struck, &played.struck), (&mut self.marks, &played.marks)] {
            for (name, count) in counts {
                *sum.entry(name.clone()).or_default() += count;
            }
        }
        if let Some(broken) = played.broken.first() {
            self.broken += 1;
            let first = || FirstBroken { seed: played.seed, broken: broken.clone() };
            self.first_broken.get_or_insert_with(first);
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn played(seed: u64) -> Played {
        let broken = Broken { promise: "p".into(), about: "a".into(), how: "h".into() };
        let mut played = Played::fallen(&Options::drawn(seed), broken);
        played.hash = seed;
        if seed != 7 {
            played.broken.clear();
        }
        played
    }

    /// Even seeds take longer than odd ones, and are heard of before them all the same.
    #[test]
    fn runs_are_heard_of_in_the_order_of_their_seeds() {
        let slow = |seed: u64| {
            (0..(1 - seed % 2) * 20_000).for_each(|number| {
                std::hint::black_box(number);
            });
            played(seed)
        };
        let mut heard = Vec::new();
        play(0..100, 4, slow, |played| {
            heard.push(played.seed);
            ControlFlow::Continue(())
        });
        assert_eq!(heard, (0..100).collect::<Vec<u64>>());
    }

    #[test]
    fn a_batch_ends_where_its_hearer_breaks() {
        let mut totals = Totals::default();
        play(0.., 3, played, |played| {
            totals.add(&played);
            if played.broken.is_empty() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!((totals.seeds, totals.broken), (8, 1));
        assert_eq!(totals.first_broken.unwrap().seed, 7);
    }

    #[test]
    fn totals_depend_on_the_order_of_the_runs() {
        let of = |seeds: [u64; 2]| {
            let mut totals = Totals::default();
            seeds.iter().for_each(|seed| totals.add(&played(*seed)));
            totals.hash
        };
        assert_eq!(of([1, 2]), of([1, 2]));
        assert_ne!(of([1, 2]), of([2, 1]));
    }

    #[test]
    fn a_panic_is_a_broken_promise() {
        let broken = caught(|| panic!("no such {}", "thing")).err().unwrap();
        assert!(broken.how.contains("no such thing"), "{broken}");
    }
}
