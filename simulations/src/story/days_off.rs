//! The two days on which nobody of the shop's is there, as the merchant sets them. Whatever day the demonstration is
//! played on, the shop is closed from that moment on.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polus_core::policy::hours::{UnknownZone, zone_named};
use polus_core::time::Time;

/// Where the shop stands.
const ZONE: &str = "Europe/Athens";

/// When people are there on working days, as the shop's own article says.
const OPEN: &str = "09:00-17:00";

const WORKING_DAYS: [&str; 5] =
    ["hours.monday", "hours.tuesday", "hours.wednesday", "hours.thursday", "hours.friday"];

/// What the merchant sets at `now`, by the keys of `polus policy set`: the shop's hours, and today and tomorrow off.
///
/// With one day off a midnight between the setting and the reply would make that reply speak of "today"; with two it
/// reads the same.
///
/// # Errors
/// The shop's time zone is not in the data that is part of the program.
pub fn days_off(now: Time) -> Result<Vec<(&'static str, String)>, UnknownZone> {
    let today = date_at(&zone_named(ZONE)?, now);
    let tomorrow = today.tomorrow().unwrap_or(today);
    let mut settings = vec![("hours.zone", ZONE.to_owned())];
    settings.extend(WORKING_DAYS.map(|day| (day, OPEN.to_owned())));
    settings.push(("hours.holidays", format!("{today}; {tomorrow}")));
    Ok(settings)
}

fn date_at(zone: &TimeZone, now: Time) -> Date {
    let at =
        Timestamp::from_millisecond(now.0).unwrap_or(if now.0 < 0 { Timestamp::MIN } else { Timestamp::MAX });
    at.to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::time::Duration;

    use polus_core::policy::{Language, Policy};

    use super::*;

    /// Every hour of a year, a leap day and both changes of the clock among them.
    #[test]
    fn the_shop_is_closed_for_the_rest_of_the_story_whenever_it_is_played() {
        const HOUR: Duration = Duration::from_secs(3_600);
        let mut now = Time(1_830_000_000_000);
        for _ in 0..366 * 24 {
            let mut policy = Policy::default();
            for (key, value) in days_off(now).unwrap() {
                policy.set(key, &value).unwrap();
            }
            let words = |at: Time| policy.hours.opening_words(at, Language::German);
            assert!(words(now).is_some_and(|words| words.ends_with(" um 09:00 Uhr")), "{now}");
            assert_eq!(words(now), words(now.plus(HOUR)), "{now}");
            now = now.plus(HOUR);
        }
    }
}
