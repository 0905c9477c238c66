//! Many runs on all cores, with a line of progress on a terminal; the first that breaks a promise is looked into.

use std::ops::{ControlFlow, Range};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use polus_simulations::batch::{Totals, cores, drawn, play};
use polus_simulations::marks;
use polus_simulations::report::{BatchReport, span};
use polus_simulations::telling;

use super::Simulate;
use super::progress::Progress;
use crate::cli::output;

/// Which seeds.
pub(super) enum Which {
    /// These.
    Range(Range<u64>),
    /// Those from the first on, for so long.
    Fresh(u64, Duration),
}

impl Which {
    /// Seeds that begin with `first`, or else with a number that nobody has seen before.
    pub fn fresh(first: Option<u64>, minutes: f64) -> anyhow::Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
        let fresh = u64::try_from(now.as_millis())?;
        Ok(Self::Fresh(first.unwrap_or(fresh), Duration::from_secs_f64(minutes * 60.0)))
    }

    fn told(&self) -> String {
        match self {
            Self::Range(range) => format!("seeds {}..{}", range.start, range.end),
            Self::Fresh(first, lasts) => {
                let lasts = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX);
                format!("seeds from {first} for {}", span(lasts))
            }
        }
    }

    fn seeds(&self, began: Instant) -> Box<dyn Iterator<Item = u64> + Send> {
        match self {
            Self::Range(range) => Box::new(range.clone()),
            Self::Fresh(first, lasts) => {
                let (first, until) = (*first, began + *lasts);
                // One at least, however short the time.
                Box::new((first..=u64::MAX).take_while(move |seed| *seed == first || Instant::now() < until))
            }
        }
    }
}

impl Simulate {
    /// Plays seeds and tells what they came to.
    pub(super) fn play_seeds(&self, which: Which) -> anyhow::Result<ExitCode> {
        self.say(&format!("{}, {} at once\n", which.told(), cores()))?;
        let began = Instant::now();
        let mut progress = Progress::new(self.json, began);
        let mut totals = Totals::default();
        let mut broken_seeds: Vec<String> = Vec::new();
        let interrupted = interrupted()?;
        let stops = Arc::clone(&interrupted);
        let seeds = which.seeds(began).take_while(move |_| !stops.load(Ordering::Relaxed));
        #[cfg(feature = "planted")]
        let drawn = super::planted::with_the_bug(drawn);
        play(seeds, cores(), drawn, |played| {
            totals.add(&played);
            progress.show(|wall_ms| progress_of(&totals, wall_ms));
            match played.broken.first() {
                Some(_) if !self.go_on => return ControlFlow::Break(()),
                Some(broken) => broken_seeds.push(format!("seed {} broke: {broken}", played.seed)),
                None => {}
            }
            ControlFlow::Continue(())
        });
        progress.clear();
        // With `--go-on` each that broke a promise is named; the first is looked into below.
        if !broken_seeds.is_empty() {
            self.say(&format!("{}\n", broken_seeds.join("\n")))?;
        }
        // From here on the next interruption ends at once.
        let interrupted = interrupted.swap(true, Ordering::Relaxed);
        if interrupted {
            self.say("interrupted; what was played by then:\n")?;
        }
        let report = BatchReport::of(&totals, began.elapsed());
        self.say(&report.to_string())?;
        let mut report = serde_json::to_value(&report)?;
        report["interrupted"] = interrupted.into();
        let Some(first) = totals.first_broken else {
            let missed =
                if self.all_marks && !interrupted { marks::missed(&totals.marks) } else { Vec::new() };
            return self.tell_whole(&missed, interrupted, report);
        };
        let one = super::drawn(first.seed);
        report["options"] = serde_json::to_value(&one.options)?;
        self.say(&format!("\nseed {} is the first that broke a promise. What it was like:\n", first.seed))?;
        for line in telling::options(&one.options) {
            self.say(&line)?;
        }
        self.tell_failure(&one, first.broken, report)
    }

    /// Every promise was kept; whether all was tried that had to be.
    fn tell_whole(
        &self,
        missed: &[&str],
        interrupted: bool,
        mut report: serde_json::Value,
    ) -> anyhow::Result<ExitCode> {
        if !missed.is_empty() {
            let told =
                format!("\nmarks that never fired, though a batch must come by them: {}", missed.join(", "));
            self.say(&output::Paint::new().bad(&told))?;
        }
        if self.json {
            report["missed_marks"] = serde_json::to_value(missed)?;
            output::json(&report)?;
        }
        Ok(match (interrupted, missed.is_empty()) {
            (true, _) => ExitCode::from(INTERRUPTED),
            (false, true) => ExitCode::SUCCESS,
            (false, false) => ExitCode::FAILURE,
        })
    }
}

fn progress_of(totals: &Totals, wall_ms: u64) -> String {
    format!(
        "{} seeds, {} simulated in {}, {} broken",
        totals.seeds,
        span(totals.simulated_ms),
        span(wall_ms),
        totals.broken
    )
}

/// Exit code of a batch that was interrupted, as shells have it for `SIGINT`.
const INTERRUPTED: u8 = 130;

/// Becomes true at the first interruption from the terminal; one that finds it true ends at once.
fn interrupted() -> anyhow::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&interrupted);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            // Where signals cannot be heard, an interruption ends at once as it ever did.
            while tokio::signal::ctrl_c().await.is_ok() {
                if told.swap(true, Ordering::Relaxed) {
                    std::process::exit(i32::from(INTERRUPTED));
                }
            }
        });
    });
    Ok(interrupted)
}
