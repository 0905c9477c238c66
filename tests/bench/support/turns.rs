//! Contenders of a benchmark in turns, each turn with a look at what else the machine was doing, and their medians.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Turns that count, of each contender.
pub const ROUNDS: usize = 5;

/// Cores that other programs may use during a round that counts. Above it, whoever sleeps most in `fdatasync` loses
/// most, and even ratios move.
const FOREIGN_CORES_MAX: f64 = 0.5;

/// Rounds that are played again because the machine was busy, before busy rounds count too.
const ROUNDS_AGAIN_MAX: usize = 3;

/// The kernel counts processor time in ticks of this length.
const TICKS_PER_SECOND: f64 = 100.0;

/// What one turn measured, or the medians of several.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The contender's numbers, in the benchmark's own order and units.
    pub values: Vec<f64>,
    /// Cores that other programs used meanwhile; of several turns the most.
    pub foreign_cores: f64,
}

/// Lets the contenders play in turns, each round beginning with the next of them, and returns their medians in the
/// given order. A round on a busy machine is played again, within bounds.
pub fn in_turns<C: Copy>(contenders: &[C], mut play: impl FnMut(C) -> Result<Turn>) -> Result<Vec<Turn>> {
    let mut turns: Vec<Vec<Turn>> = contenders.iter().map(|_| Vec::new()).collect();
    let mut again = 0;
    let mut round = 0;
    while round < ROUNDS {
        let order = (0..contenders.len()).map(|place| (place + round) % contenders.len());
        let mut played = Vec::new();
        for place in order {
            played.push((place, play(contenders[place])?));
        }
        let busy = played.iter().any(|(_, turn)| turn.foreign_cores > FOREIGN_CORES_MAX);
        if busy && again < ROUNDS_AGAIN_MAX {
            again += 1;
            continue;
        }
        for (place, turn) in played {
            turns[place].push(turn);
        }
        round += 1;
    }
    Ok(turns.iter().map(|turns| medians(turns)).collect())
}

fn medians(turns: &[Turn]) -> Turn {
    let numbers = turns.first().map_or(0, |turn| turn.values.len());
    let median_of = |place: usize| {
        let mut values: Vec<f64> = turns.iter().map(|turn| turn.values[place]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Turn {
        values: (0..numbers).map(median_of).collect(),
        foreign_cores: turns.iter().map(|turn| turn.foreign_cores).fold(0.0, f64::max),
    }
}

/// The median of `times` and the one that a hundredth of them exceeds, in milliseconds. Zeros for none.
pub fn median_and_p99(times: &mut [Duration]) -> [f64; 2] {
    times.sort_unstable();
    [50, 99].map(|hundredths| {
        let place = times.len() * hundredths / 100;
        times.get(place.min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    })
}

/// Processor time of the machine and of this process since it was begun.
pub struct Watch {
    began: Instant,
    all_ticks: f64,
    own_ticks: f64,
}

impl Watch {
    /// Begins now.
    pub fn begin() -> Result<Self> {
        Ok(Self { began: Instant::now(), all_ticks: all_ticks()?, own_ticks: own_ticks()? })
    }

    /// Since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Cores this process used, on average.
    pub fn own_cores(&self) -> Result<f64> {
        Ok((own_ticks()? - self.own_ticks) / TICKS_PER_SECOND / self.elapsed().as_secs_f64())
    }

    /// Cores all other programs used, on average.
    pub fn foreign_cores(&self) -> Result<f64> {
        let all = (all_ticks()? - self.all_ticks) / TICKS_PER_SECOND / self.elapsed().as_secs_f64();
        Ok((all - self.own_cores()?).max(0.0))
    }
}

/// Ticks the machine was busy in programs or the kernel for them. Interrupts are left out: they are counted apart from
/// whoever caused them.
fn all_ticks() -> Result<f64> {
    let text = fs::read_to_string("/proc/stat").context("/proc/stat")?;
    let ticks: Vec<f64> =
        text.lines().next().unwrap_or_default().split_whitespace().skip(1).flat_map(str::parse).collect();
    let [user, nice, system, _idle, _waiting, _interrupts, _soft_interrupts, stolen, ..] = ticks[..] else {
        anyhow::bail!("/proc/stat has another shape: {text}");
    };
    Ok(user + nice + system + stolen)
}

fn own_ticks() -> Result<f64> {
    let text = fs::read_to_string("/proc/self/stat").context("/proc/self/stat")?;
    // The second field is a name that may hold spaces; it ends with the last bracket.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| {
        fields.get(field).context("a field of /proc/self/stat")?.parse::<f64>().context("ticks")
    };
    Ok(ticks(11)? + ticks(12)?)
}
