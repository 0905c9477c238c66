//! Points in time and their spellings. There is no clock here.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// This point plus `duration`; stays at the end of time rather than wrap.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads a datetime in any of the four shapes Gorgias is known to write: with an offset, without one (then
    /// it is UTC), without a fraction, with a space in place of the `T`.
    pub fn parse_gorgias(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Some(Self(timestamp.as_millisecond()));
        }
        let civil = text.parse::<DateTime>().ok()?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => write!(formatter, "{timestamp:.3}"),
            Err(_) => write!(formatter, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn reads_the_four_shapes_of_gorgias() {
        let expected = Some(Time(1_738_922_118_820));
        for text in [
            "2025-02-07T09:55:18.820000+00:00",
            "2025-02-07T09:55:18.820000",
            "2025-02-07 09:55:18.820",
            "2025-02-07T10:55:18.820+01:00",
        ] {
            assert_eq!(Time::parse_gorgias(text), expected, "{text}");
        }
        assert_eq!(Time::parse_gorgias("2025-02-07T09:55:18"), Some(Time(1_738_922_118_000)));
        assert_eq!(Time::parse_gorgias("yesterday"), None);
    }
}
