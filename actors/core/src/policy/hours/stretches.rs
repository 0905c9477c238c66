//! From local opening times to stretches of real time, across daylight-saving changes.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::span::Span;
use crate::time::Time;

/// People are there from the first moment until before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Time,
    pub(super) to: Time,
}

#[derive(Clone, Copy)]
enum Edge {
    Beginning,
    End,
}

/// The stretches of `days` days from `first` on, in their order; what touches is one stretch.
pub(super) fn stretches(
    zone: &TimeZone,
    first: Date,
    days: u32,
    spans_on: impl Fn(Date) -> Vec<Span>,
) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::new();
    let mut date = first;
    for _ in 0..days {
        for span in spans_on(date) {
            let from = instant(zone, date, span.from_minute(), Edge::Beginning);
            let to = instant(zone, date, span.to_minute(), Edge::End);
            let (Some(from), Some(to)) = (from, to) else { continue };
            match joined.last_mut() {
                Some(last) if from <= last.to => last.to = last.to.max(to),
                _ if from < to => joined.push(Stretch { from, to }),
                _ => {} // The whole span fell into the hour that a clock skipped.
            }
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    joined
}

/// The local date and time of a point in time. Beyond the years -9999 to 9999 it is the nearest inside.
pub(super) fn civil(zone: &TimeZone, at: Time) -> DateTime {
    zone.to_datetime(timestamp(at))
}

fn timestamp(at: Time) -> Timestamp {
    let nearest = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.0).unwrap_or(nearest)
}

/// When a local clock shows that minute. In an hour that is skipped, everything happens as the clock jumps. In one that
/// comes twice, a span begins with the first; it ends when its last minute is over for the second time.
fn instant(zone: &TimeZone, date: Date, minute: u16, edge: Edge) -> Option<Time> {
    let (minute, wait) = match edge {
        Edge::Beginning => (minute, Duration::ZERO),
        Edge::End => (minute.saturating_sub(1), Duration::from_secs(60)),
    };
    let midnight = date.at(0, 0, 0, 0);
    let local = midnight.checked_add(jiff::Span::new().minutes(i64::from(minute))).ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let offset = match (ambiguous.offset(), edge) {
        (AmbiguousOffset::Unambiguous { offset }, _) => offset,
        (AmbiguousOffset::Fold { before, .. }, Edge::Beginning) => before,
        (AmbiguousOffset::Fold { after, .. }, Edge::End) => after,
        (AmbiguousOffset::Gap { after, .. }, _) => {
            let before_the_jump = after.to_timestamp(local).ok()?;
            let jump = zone.following(before_the_jump).next()?.timestamp();
            return Some(Time(jump.as_millisecond()));
        }
    };
    Some(Time(offset.to_timestamp(local).ok()?.as_millisecond()).plus(wait))
}
