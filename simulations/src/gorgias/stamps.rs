//! Times as the service writes them: microseconds since 1970 inside the desk, text with an offset on the wire.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// `2026-11-20T08:00:00.123456+00:00`. A time outside of the years 1 to 9999 is written as the nearest one inside.
pub fn text(us: i64) -> String {
    let stamp = match Timestamp::from_microsecond(us) {
        Ok(stamp) => stamp,
        Err(_) if us < 0 => Timestamp::MIN,
        Err(_) => Timestamp::MAX,
    };
    stamp.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}

/// The same as a JSON value; `null` for no time.
pub fn json(us: Option<i64>) -> Value {
    us.map_or(Value::Null, |us| Value::String(text(us)))
}

/// Reads a time with or without fraction, with `T` or a space, with an offset or without one (then it is UTC).
pub fn parse(text: &str) -> Option<i64> {
    let with_offset = text.parse::<Timestamp>();
    let stamp = with_offset.or_else(|_| {
        text.parse::<DateTime>()
            .and_then(|local| local.to_zoned(TimeZone::UTC))
            .map(|zoned| zoned.timestamp())
    });
    // Whoever sent it is told that it is no time; how it fails to be one tells nothing more.
    stamp.map(Timestamp::as_microsecond).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn all_four_shapes_mean_the_same_instant() {
        let shapes = [
            "2026-11-20T08:00:00.000000+00:00",
            "2026-11-20T08:00:00.000000",
            "2026-11-20 08:00:00",
            "2026-11-20T09:00:00+01:00",
        ];
        for shape in shapes {
            assert_eq!(text(parse(shape).unwrap()), "2026-11-20T08:00:00.000000+00:00", "{shape}");
        }
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn microseconds_survive() {
        assert_eq!(text(1_763_625_600_123_456), "2025-11-20T08:00:00.123456+00:00");
    }
}
