//! Where two runs of one seed part: the first checkpoint at which their hashes differ bounds it to a thousand things.

use std::ops::Range;

use crate::batch::Played;
use crate::trace::CHECKPOINT_EVERY;

/// Between which things, counted from 0, two runs part: the checkpoints before agree. None if all agree.
pub fn first_divergence(once: &[u64], again: &[u64]) -> Option<Range<u64>> {
    let shared = once.iter().zip(again).take_while(|(once, again)| once == again).count();
    if shared == once.len() && shared == again.len() {
        return None;
    }
    let from = shared as u64 * CHECKPOINT_EVERY;
    Some(from..from + CHECKPOINT_EVERY)
}

/// Between which things two runs part, their ends included. None if they are the same.
pub fn parted(once: &Played, again: &Played) -> Option<Range<u64>> {
    let after_last = once.checkpoints.len() as u64 * CHECKPOINT_EVERY;
    let at_the_end = || (once.hash != again.hash).then(|| after_last..once.things.max(again.things));
    first_divergence(&once.checkpoints, &again.checkpoints).or_else(at_the_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_part_after_the_last_checkpoint_they_share() {
        assert_eq!(first_divergence(&[], &[]), None);
        assert_eq!(first_divergence(&[1, 2], &[1, 2]), None);
        assert_eq!(first_divergence(&[1, 2, 3], &[1, 9, 8]), Some(1_000..2_000));
        assert_eq!(first_divergence(&[1, 2], &[1, 2, 3]), Some(2_000..3_000));
        assert_eq!(first_divergence(&[5], &[6]), Some(0..1_000));
    }
}
