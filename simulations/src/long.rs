//! One long run: a day or a month of an account, with the troubles that its seed draws.

use crate::options::Options;
use crate::plan::{self, Plan};

/// Acts for each ticket: it is opened, and a few things happen to it.
const ACTS_A_TICKET: u32 = 4;

/// Draws a run of at least so many simulated hours with about so many tickets: its acts are spread over that time.
pub fn drawn(seed: u64, hours: u32, tickets: u32) -> (Options, Plan) {
    let mut options = Options::drawn(seed);
    let lasts_ms = u64::from(hours) * 3_600_000;
    options.tickets_max = tickets;
    options.acts = tickets.saturating_mul(ACTS_A_TICKET).max(1);
    options.pause_ms_max = (lasts_ms / u64::from(options.acts)).saturating_mul(2);
    let mut plan = plan::drawn(&options);
    let drawn_ms: u64 = plan.iter().map(|step| step.after_ms).sum();
    let each_ms = lasts_ms.saturating_sub(drawn_ms).div_ceil(plan.len().max(1) as u64);
    for step in &mut plan {
        step.after_ms += each_ms;
    }
    (options, plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_as_long_as_it_was_asked_to_be() {
        for seed in 0..20 {
            let (options, plan) = drawn(seed, 24, 50);
            let lasts_ms: u64 = plan.iter().map(|step| step.after_ms).sum();
            assert!((24 * 3_600_000..40 * 3_600_000).contains(&lasts_ms), "{lasts_ms} ms");
            assert!(plan.len() >= options.acts as usize, "{} acts", plan.len());
        }
    }
}
