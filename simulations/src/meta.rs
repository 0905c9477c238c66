//! Where two runs of one seed part: the first checkpoint at which their hashes differ bounds it to a thousand things, and
//! among those the first that is another in one of them shows it.

use std::ops::Range;

use crate::batch::Played;
use crate::trace::{CHECKPOINT_EVERY, Line};

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

/// The things of a run within `range`.
pub fn within<'a>(lines: &'a [Line], range: &Range<u64>) -> &'a [Line] {
    let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX).min(lines.len());
    &lines[place(range.start)..place(range.end)]
}

/// The first thing that is another in one of the runs: its place, and what each has there; nothing where one has ended.
/// None if they are the same.
pub fn first_difference<'a>(
    once: &'a [Line],
    again: &'a [Line],
) -> Option<(usize, Option<&'a Line>, Option<&'a Line>)> {
    let place = once.iter().zip(again).take_while(|(once, again)| once == again).count();
    let (once, again) = (once.get(place), again.get(place));
    (once.is_some() || again.is_some()).then_some((place, once, again))
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

    #[test]
    fn the_first_thing_that_is_another_is_shown_from_both() {
        let line = |text: &str| Line {
            at_ms: 0,
            kind: "call".to_owned(),
            text: text.to_owned(),
            detail: String::new(),
        };
        let (a, b, c) = (line("a"), line("b"), line("c"));
        let once = [a.clone(), b.clone()];
        assert_eq!(first_difference(&once, &once), None);
        let other = [a.clone(), c.clone()];
        assert_eq!(first_difference(&once, &other), Some((1, Some(&b), Some(&c))));
        assert_eq!(first_difference(&once, &once[..1]), Some((1, Some(&b), None)));
        let detailed = [Line { detail: "limit 5".to_owned(), ..a.clone() }];
        assert_eq!(first_difference(&once[..1], &detailed), Some((0, Some(&a), Some(&detailed[0]))));
        assert_eq!(within(&once, &(1..1_000)), &once[1..]);
        assert!(within(&once, &(5..9)).is_empty());
    }
}
