//! Office hours: open and closed, holidays, the days that daylight saving makes longer or shorter, and the promise of
//! a time in ten languages.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZoneDatabase};
use polus_core::policy::hours::{Day, Span, Weekday, in_order};
use polus_core::policy::{Hours, Language, Policy};
use polus_core::time::Time;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// In winter one hour before UTC, in summer two.
const BERLIN: &str = "Europe/Berlin";

const HOUR: Duration = Duration::from_secs(3_600);

fn hours(zone: &str, settings: &[(&str, &str)]) -> Hours {
    let mut policy = Policy::default();
    policy.set("hours.zone", zone).unwrap();
    for (key, value) in settings {
        policy.set(&format!("hours.{key}"), value).unwrap();
    }
    policy.hours
}

/// Monday to Friday, with a break at noon.
fn office() -> Hours {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    hours(BERLIN, &days.map(|day| (day, "09:00-12:00, 13:00-17:00")))
}

/// `2026-11-20T08:00+01:00`
fn at(text: &str) -> Time {
    let with_seconds = format!("{}:00{}", &text[..16], &text[16..]);
    Time::parse_gorgias(&with_seconds).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn a_shop_without_hours_is_always_open() {
    let always = Hours::default();
    let now = at("2026-11-22T03:00+00:00");
    assert!(always.is_always() && always.is_open(now));
    assert_eq!(always.next_opening(now), Some(now));
    assert_eq!(always.closed_since(now), None);
    assert_eq!(always.open_time_between(now, now.plus(HOUR * 50)), HOUR * 50);
    assert_eq!(always.opening_words(now, Language::English), None);
}

#[test]
fn a_stretch_begins_with_its_first_moment_and_ends_before_its_last() {
    let office = office();
    for (moment, open) in [
        ("2026-11-20T08:59+01:00", false), // A Friday.
        ("2026-11-20T09:00+01:00", true),
        ("2026-11-20T11:59+01:00", true),
        ("2026-11-20T12:00+01:00", false),
        ("2026-11-20T13:00+01:00", true),
        ("2026-11-20T17:00+01:00", false),
        ("2026-11-21T10:00+01:00", false),
        ("2026-07-17T09:00+02:00", true), // In summer the same local time is another.
        ("2026-07-17T09:00+01:00", true),
        ("2026-07-17T08:59+02:00", false),
    ] {
        assert_eq!(office.is_open(at(moment)), open, "{moment}");
    }
}

#[test]
fn the_next_opening_is_found_over_nights_breaks_weekends_and_holidays() {
    let office = office();
    for (now, opening) in [
        ("2026-11-20T10:00+01:00", "2026-11-20T10:00+01:00"),
        ("2026-11-20T12:30+01:00", "2026-11-20T13:00+01:00"),
        ("2026-11-19T20:00+01:00", "2026-11-20T09:00+01:00"),
        ("2026-11-20T17:00+01:00", "2026-11-23T09:00+01:00"),
        ("2026-03-27T18:00+01:00", "2026-03-30T09:00+02:00"), // The clocks change on the Sunday between.
        ("2026-10-23T18:00+02:00", "2026-10-26T09:00+01:00"),
    ] {
        assert_eq!(office.next_opening(at(now)), Some(at(opening)), "{now}");
    }
    let mut christmas = office;
    christmas.holidays =
        hours(BERLIN, &[("holidays", "2026-12-24 09:00-11:00; 2026-12-25; 2027-01-01")]).holidays;
    assert!(christmas.is_open(at("2026-12-24T10:00+01:00")), "half a day");
    assert!(!christmas.is_open(at("2026-12-24T11:00+01:00")));
    assert!(!christmas.is_open(at("2026-12-25T10:00+01:00")));
    let opening = christmas.next_opening(at("2026-12-24T11:00+01:00"));
    assert_eq!(opening, Some(at("2026-12-28T09:00+01:00")));
}

#[test]
fn a_holiday_can_be_all_that_is_set_and_can_open_a_sunday() {
    let but_christmas = hours(BERLIN, &[("holidays", "2026-12-25")]);
    assert!(but_christmas.is_open(at("2026-12-24T23:59+01:00")));
    assert!(!but_christmas.is_open(at("2026-12-25T12:00+01:00")));
    let opening = but_christmas.next_opening(at("2026-12-25T12:00+01:00"));
    assert_eq!(opening, Some(at("2026-12-26T00:00+01:00")));
    let sale = hours(BERLIN, &[("monday", "09:00-17:00"), ("holidays", "2026-11-29 10:00-14:00")]);
    assert!(sale.is_open(at("2026-11-29T10:00+01:00")));
}

#[test]
fn a_day_that_ends_at_midnight_runs_into_the_next() {
    let night = hours(BERLIN, &[("friday", "22:00-24:00"), ("saturday", "00:00-02:00")]);
    let (begin, end) = (at("2026-11-20T22:00+01:00"), at("2026-11-21T02:00+01:00"));
    assert!(night.is_open(at("2026-11-21T00:00+01:00")));
    assert_eq!(night.open_time_between(begin, end), HOUR * 4);
    assert_eq!(night.closed_since(at("2026-11-21T03:00+01:00")), Some(end));
    assert_eq!(night.after_open_time(begin, HOUR * 3), Some(at("2026-11-21T01:00+01:00")));
}

#[test]
fn office_time_counts_only_while_people_are_there() {
    let office = office();
    for (from, to, expected) in [
        ("2026-11-20T16:30+01:00", "2026-11-23T09:30+01:00", HOUR),
        ("2026-11-20T11:00+01:00", "2026-11-20T14:00+01:00", HOUR * 2),
        ("2026-11-21T00:00+01:00", "2026-11-22T00:00+01:00", Duration::ZERO),
        ("2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00", HOUR * 35),
        ("2026-11-20T14:00+01:00", "2026-11-20T11:00+01:00", Duration::ZERO),
    ] {
        assert_eq!(office.open_time_between(at(from), at(to)), expected, "{from} to {to}");
    }
}

#[test]
fn a_ticket_handed_off_at_night_is_due_an_hour_after_the_morning_opens() {
    let policy = Policy { hours: office(), ..Policy::default() };
    let due = |since: &str| policy.pick_up_due(at(since));
    assert_eq!(due("2026-11-20T10:00+01:00"), Some(at("2026-11-20T11:00+01:00")));
    assert_eq!(due("2026-11-20T11:30+01:00"), Some(at("2026-11-20T13:30+01:00")));
    assert_eq!(due("2026-11-20T23:00+01:00"), Some(at("2026-11-23T10:00+01:00")));
    let mut never = policy.clone();
    never.set("handoff.pick_up_within", "0s").unwrap();
    assert_eq!(never.pick_up_due(at("2026-11-20T10:00+01:00")), None);
}

/// On 29 March 2026 Berlin's clocks jump from 02:00 to 03:00, on 25 October they go back from 03:00 to 02:00.
#[test]
fn days_of_23_and_25_hours_are_as_long_as_they_are() {
    let round = hours(BERLIN, &[("sunday", "00:00-24:00")]);
    let through = |from: &str, to: &str| round.open_time_between(at(from), at(to));
    assert_eq!(through("2026-03-28T12:00+01:00", "2026-03-30T12:00+02:00"), HOUR * 23);
    assert_eq!(through("2026-10-24T12:00+02:00", "2026-10-26T12:00+01:00"), HOUR * 25);
    let night = hours(BERLIN, &[("sunday", "01:30-02:30")]);
    let spring = (at("2026-03-29T00:00+01:00"), at("2026-03-29T12:00+02:00"));
    assert_eq!(night.open_time_between(spring.0, spring.1), HOUR / 2, "it ends as the clock jumps");
    let autumn = (at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00"));
    assert_eq!(
        night.open_time_between(autumn.0, autumn.1),
        HOUR * 2,
        "it ends when it is 02:30 for the second time"
    );
    let until_two = hours(BERLIN, &[("sunday", "00:00-02:00")]);
    assert_eq!(
        until_two.open_time_between(autumn.0, autumn.1),
        HOUR * 2,
        "people leave at two, and do not come again"
    );
    let skipped = hours(BERLIN, &[("sunday", "02:10-02:50")]);
    assert_eq!(skipped.open_time_between(spring.0, spring.1), Duration::ZERO);
    assert_eq!(skipped.next_opening(spring.0), Some(at("2026-04-05T02:10+02:00")), "a week later");
}

#[test]
fn nothing_is_promised_when_no_opening_is_in_sight() {
    let mut closed = hours(BERLIN, &[("friday", "09:00-17:00")]);
    closed.week.insert(Weekday::Friday, Vec::new());
    let now = at("2026-11-20T10:00+01:00");
    assert_eq!(closed.next_opening(now), None);
    assert_eq!(closed.closed_since(now), None);
    assert_eq!(closed.opening_words(now, Language::German), None);
    let policy = Policy { hours: closed, ..Policy::default() };
    assert!(policy.check().is_err());
}

#[test]
fn the_ends_of_time_are_survived() {
    let office = office();
    for moment in [Time(i64::MIN), Time(i64::MAX), Time(-377_705_023_201_000), Time(253_402_207_200_000)] {
        office.is_open(moment);
        office.next_opening(moment);
        office.closed_since(moment);
        office.open_time_between(Time(i64::MIN), moment);
        office.open_time_between(moment, Time(i64::MAX));
    }
}

#[test]
fn an_opening_is_said_as_people_of_ten_languages_say_it() {
    let mut policy = Policy { hours: office(), ..Policy::default() };
    policy
        .set("hours.holidays", "2026-12-24; 2026-12-25; 2026-12-28; 2026-12-29; 2026-12-30; 2026-12-31")
        .unwrap();
    policy.set("hours.holidays+", "2027-01-01 10:30-12:00").unwrap();
    let (break_time, weekend, christmas) =
        ("2026-11-20T12:30+01:00", "2026-11-20T18:00+01:00", "2026-12-23T20:00+01:00");
    let expected = [
        (Language::English, ["today at 13:00", "on Monday at 09:00", "on Friday, 1 January, at 10:30"]),
        (Language::French, ["aujourd'hui à 13:00", "lundi à 09:00", "le vendredi 1er janvier à 10:30"]),
        (Language::Spanish, ["hoy a las 13:00", "el lunes a las 09:00", "el viernes 1 de enero a las 10:30"]),
        (
            Language::German,
            ["heute um 13:00 Uhr", "am Montag um 09:00 Uhr", "am Freitag, dem 1. Januar, um 10:30 Uhr"],
        ),
        (Language::Italian, ["oggi alle 13:00", "lunedì alle 09:00", "venerdì 1º gennaio alle 10:30"]),
        (
            Language::Portuguese,
            ["hoje às 13:00", "na segunda-feira às 09:00", "na sexta-feira, 1º de janeiro, às 10:30"],
        ),
        (
            Language::Dutch,
            ["vandaag om 13:00 uur", "maandag om 09:00 uur", "op vrijdag 1 januari om 10:30 uur"],
        ),
        (Language::Polish, ["dziś o 13:00", "w poniedziałek o 09:00", "w piątek, 1 stycznia, o 10:30"]),
        (Language::Swedish, ["i dag kl. 13:00", "på måndag kl. 09:00", "fredag den 1 januari kl. 10:30"]),
        (Language::Japanese, ["本日13:00", "月曜日の09:00", "1月1日(金曜日)の10:30"]),
    ];
    assert_eq!(expected.map(|(language, _)| language), Language::ALL);
    for (language, words) in expected {
        for (now, words) in [break_time, weekend, christmas].into_iter().zip(words) {
            assert_eq!(policy.hours.opening_words(at(now), language).as_deref(), Some(words), "{language}");
        }
    }
}

#[test]
fn a_weekday_a_week_ahead_is_said_with_its_date() {
    let mondays = hours(BERLIN, &[("monday", "09:00-17:00")]);
    let words = |now: &str| mondays.opening_words(at(now), Language::English).unwrap();
    assert_eq!(words("2026-11-23T08:00+01:00"), "today at 09:00");
    assert_eq!(words("2026-11-23T18:00+01:00"), "on Monday, 30 November, at 09:00");
    assert_eq!(words("2026-11-24T00:00+01:00"), "on Monday at 09:00");
}

#[test]
fn the_final_reply_promises_a_time_only_outside_the_hours() {
    use polus_core::policy::ReplyFrame;
    let policy = Policy { hours: office(), ..Policy::default() };
    let frame = ReplyFrame { name: None, greeted: true, disclosure: false };
    let german = policy.texts_for(Language::German);
    assert_eq!(german.handoff_at(frame, at("2026-11-20T10:00+01:00"), false), german.handoff(frame, false));
    let closed = german.handoff_at(frame, at("2026-11-20T18:00+01:00"), false);
    assert!(closed.contains("Wir sind am Montag um 09:00 Uhr wieder für Sie da"), "{closed}");
}

#[test]
fn the_period_of_a_promise_is_told_by_when_people_left() {
    let office = office();
    let left = Some(at("2026-11-20T17:00+01:00"));
    for now in ["2026-11-20T17:00+01:00", "2026-11-22T12:00+01:00", "2026-11-23T08:59+01:00"] {
        assert_eq!(office.closed_since(at(now)), left, "{now}");
    }
    assert_eq!(office.closed_since(at("2026-11-23T09:00+01:00")), None);
}

/// Zones with every kind of jump: at night, at midnight, of half an hour, in the south, and none.
const ZONES: [&str; 7] = [
    BERLIN,
    "America/New_York",
    "America/Santiago",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
];

/// Drawn hours begin and end with one, and so does every jump of these zones in 2026.
const TICK: Duration = Duration::from_secs(600);

/// Whatever hours are drawn: a shop is open exactly when a clock on its wall says so, office time is the sum of the
/// open ticks, and the next opening and what is due are where counting finds them.
#[test]
fn hours_agree_with_counting_minutes_on_a_clock_on_the_wall() {
    let mut opened = 0;
    for seed in 0..60 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let zone = ZONES[below(&mut dice, 7) as usize];
        let drawn = drawn_hours(&mut dice, zone);
        let first = Time(near_a_change(&mut dice, zone).0 - 24 * 3_600_000);
        let ticks: Vec<(Time, bool)> = (0..4 * 24 * 6)
            .map(|tick| first.plus(TICK * tick))
            .map(|moment| (moment, drawn.is_open(moment)))
            .collect();
        for (moment, open) in &ticks {
            if let Some(expected) = on_the_wall(&drawn, zone, *moment) {
                assert_eq!(*open, expected, "seed {seed}, {zone} {moment}: {drawn:?}");
            }
        }
        let (begin, last) = (below(&mut dice, 200) as usize, ticks.len() - 1);
        let start = ticks[begin].0;
        let counted = ticks[begin..last].iter().filter(|(_, open)| *open).count() as u32;
        let open_time = drawn.open_time_between(start, ticks[last].0);
        assert_eq!(open_time, TICK * counted, "seed {seed}, {zone} {start}: {drawn:?}");
        let next = ticks[begin..].iter().find(|(_, open)| *open).map(|(moment, _)| *moment);
        if let Some(next) = next {
            assert_eq!(drawn.next_opening(start), Some(next), "seed {seed}, {zone} {start}: {drawn:?}");
            opened += 1;
        }
        if counted > 0 {
            let due = drawn.after_open_time(start, open_time).unwrap();
            assert_eq!(drawn.open_time_between(start, due), open_time, "seed {seed}");
            assert!(due <= ticks[last].0, "seed {seed}");
        }
    }
    assert!(opened > 40, "{opened} of 60 draws open at all");
}

/// What a clock on the wall says, where it shows that time only once.
fn on_the_wall(hours: &Hours, zone: &str, moment: Time) -> Option<bool> {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let local: DateTime = zone.to_datetime(jiff::Timestamp::from_millisecond(moment.0).unwrap());
    if let AmbiguousOffset::Fold { .. } = zone.to_ambiguous_timestamp(local).offset() {
        return None;
    }
    let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap();
    let holiday = hours.holidays.get(&Day(local.date()));
    let spans = holiday.or_else(|| hours.week.get(&Weekday::of(local.date())));
    let holds = |span: &Span| span.from_minute() <= minute && minute < span.to_minute();
    Some(spans.is_some_and(|spans| spans.iter().any(holds)) || (holiday.is_none() && hours.week.is_empty()))
}

fn drawn_hours(dice: &mut ChaCha8Rng, zone: &str) -> Hours {
    let mut hours = Hours { zone: zone.to_owned(), ..Hours::default() };
    for day in Weekday::ALL {
        if below(dice, 3) > 0 {
            hours.week.insert(day, drawn_spans(dice));
        }
    }
    for _ in 0..below(dice, 3) {
        let day = format!("2026-{:02}-{:02}", 1 + below(dice, 12), 1 + below(dice, 28));
        hours.holidays.insert(day.parse().unwrap(), drawn_spans(dice));
    }
    hours
}

fn drawn_spans(dice: &mut ChaCha8Rng) -> Vec<Span> {
    let mut edges: Vec<u32> = (0..2 * below(dice, 4)).map(|_| 10 * below(dice, 145)).collect();
    edges.sort_unstable();
    edges.dedup();
    let time = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let span = |pair: &[u32]| format!("{}-{}", time(pair[0]), time(pair[1])).parse().unwrap();
    in_order(edges.chunks_exact(2).map(span).collect()).unwrap()
}

/// A day on which the zone's clocks change in 2026, or any if they never do.
fn near_a_change(dice: &mut ChaCha8Rng, zone: &str) -> Time {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let year = at("2026-01-01T00:00+00:00");
    let start = jiff::Timestamp::from_millisecond(year.0).unwrap();
    let change = zone.following(start).nth(below(dice, 2) as usize);
    let change = change.map_or(year.0, |change| change.timestamp().as_millisecond());
    Time(change - change.rem_euclid(60_000))
}

fn below(dice: &mut ChaCha8Rng, bound: u32) -> u32 {
    dice.next_u32() % bound
}
