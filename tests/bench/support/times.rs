//! Many times, told by two of them.

use std::time::Duration;

/// The median of `times` and the one that a hundredth of them exceeds, in milliseconds. Zeros for none.
pub fn median_and_p99(times: &mut [Duration]) -> [f64; 2] {
    times.sort_unstable();
    [50, 99].map(|hundredths| {
        let place = times.len() * hundredths / 100;
        times.get(place.min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    })
}
