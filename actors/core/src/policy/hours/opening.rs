//! The promise of a time in the customer's language: "on Monday at 09:00".

use jiff::civil::{Date, DateTime};

use crate::policy::language::Language;
use crate::policy::template;
use crate::policy::wording::Wording;

/// From so many days on the name of a weekday alone could mean the one before.
const DATE_FROM_DAYS: i32 = 7;

/// When the shop opens, seen from `today`. "Tomorrow" is never said: the customer may read it on another day.
pub(super) fn words(language: Language, today: Date, opening: DateTime) -> String {
    let calendar = &Wording::of(language).calendar;
    let days = (opening.date() - today).get_days();
    let pattern = match days {
        0 => calendar.today,
        1..DATE_FROM_DAYS => calendar.this_week,
        _ => calendar.later,
    };
    let weekday = opening.weekday().to_monday_zero_offset();
    let weekday = usize::try_from(weekday).ok().and_then(|index| calendar.weekdays.get(index));
    let month = usize::try_from(opening.month() - 1).ok().and_then(|index| calendar.months.get(index));
    let day = if opening.day() == 1 { calendar.day_one.to_owned() } else { opening.day().to_string() };
    let time = format!("{:02}:{:02}", opening.hour(), opening.minute());
    template::filled(pattern, |name| match name {
        "weekday" => weekday.copied(),
        "day" => Some(day.as_str()),
        "month" => month.copied(),
        "time" => Some(time.as_str()),
        _ => None,
    })
}
