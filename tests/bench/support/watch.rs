//! What the machine did meanwhile: this process, and all others.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The kernel counts processor time in ticks of this length.
const TICKS_PER_SECOND: f64 = 100.0;

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
