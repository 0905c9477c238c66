//! Days drawn from a number: people's acts, faults of Gorgias and of the log, crashes and stops, in any order. Then calm,
//! and everything promised must hold. A failure names its number.

mod promises;

use std::collections::BTreeMap;

use polus_simulations::gorgias::faults::Odds;
use polus_simulations::gorgias::people::Assignee;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::flaky::Trouble;
use super::stage::{Play, play_from};
use promises::{End, broken, end};

/// Days that are played.
const DAYS: u64 = 60;

/// How late a write may land in a kind day: before anybody looks for it. In one day of four it may be later.
const LATE_MS: i64 = 40_000;

/// What the promises need to know of a day beside what the desk and the log show.
#[derive(Debug, Default)]
pub struct Day {
    /// When a ticket was given to the AI user, by ticket.
    pub handed_to_us_ms: BTreeMap<i64, Vec<i64>>,
    /// A write may land after it was looked for twice: it may be there twice.
    pub lands_very_late: bool,
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Every second kind of fault does not happen on a day; the others up to this often.
    fn odds(&mut self, most: f64) -> f64 {
        if self.one_in(2) { 0.0 } else { most * self.below(1_001) as f64 / 1_000.0 }
    }

    fn per_mille(&mut self, most: u64) -> u64 {
        if self.one_in(2) { 0 } else { self.below(most + 1) }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

async fn play_a_day(play: &Play, number: u64, forgets_open_work: bool) -> (Day, Vec<End>) {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(number));
    let mut day = Day { lands_very_late: number % 4 == 3, ..Day::default() };
    play.connect().await;
    play.install_webhook().await;
    play.set_odds(faults(&mut dice, &day));
    play.set_trouble(trouble(&mut dice));
    let mut tickets = Vec::new();
    let most = 1 + dice.below(8);
    for _ in 0..15 + dice.below(25) {
        act(play, &mut dice, &mut day, &mut tickets, most).await;
        let pause_ms = if dice.one_in(4) { 90_000 } else { 12_000 };
        play.milliseconds(dice.below(pause_ms)).await;
    }
    play.restore_key();
    play.release().await;
    play.crash();
    if forgets_open_work {
        play.forget_open_work();
    }
    play.end_faults();
    play.set_trouble(Trouble::default());
    play.start_again().await;
    play.minutes(90).await;
    let end = end(play).await;
    (day, end)
}

fn faults(dice: &mut Dice, day: &Day) -> Odds {
    Odds {
        bad_gateway: dice.odds(0.06),
        bad_gateway_after_effect: dice.odds(0.06),
        server_error: dice.odds(0.06),
        too_many_requests: dice.odds(0.06),
        lost_before_effect: dice.odds(0.06),
        lost_after_effect: dice.odds(0.06),
        lands_late: dice.odds(0.2),
        lands_late_ms_max: if day.lands_very_late { 3 * LATE_MS } else { LATE_MS },
        slow: dice.odds(0.3),
        slow_ms_max: 3_000,
        truncated: dice.odds(0.06),
        sending_fails: dice.odds(0.1),
        webhook_lost: dice.odds(0.3),
        webhook_twice: dice.odds(0.3),
        webhook_late: dice.odds(0.3),
        webhook_late_ms_max: 60_000,
    }
}

fn trouble(dice: &mut Dice) -> Trouble {
    Trouble {
        overloaded: dice.per_mille(60),
        unclear_there: dice.per_mille(60),
        unclear_not_there: dice.per_mille(60),
        unreadable: dice.per_mille(20),
        slow_ms: dice.per_mille(30),
        silent: None,
    }
}

async fn act(play: &Play, dice: &mut Dice, day: &mut Day, tickets: &mut Vec<i64>, most: u64) {
    if tickets.is_empty() || ((tickets.len() as u64) < most && dice.one_in(3)) {
        let texts = ["What about a return?", "I want to talk to a human", "Do you sell submarines?"];
        let ai = Some(play.cast.ai_user);
        let assignee = dice.pick(&[ai, ai, ai, None, Some(play.cast.agents[0])]);
        let text = dice.pick(&[texts[0], texts[0], texts[0], texts[1], texts[2]]);
        tickets.push(play.customer_asks_of(assignee, text).await);
        return;
    }
    let ticket = dice.pick(tickets);
    match dice.below(20) {
        0..=5 => play.customer_adds(ticket, "and one more return?").await,
        6 => play.customer_adds(ticket, "a human, please: let me talk to a person").await,
        7 | 8 => play.human_replies(ticket, "Let me see").await,
        9 => play.human_notes(ticket, "He writes every week").await,
        10 | 11 => {
            play.assign(ticket, Assignee::User(play.cast.ai_user)).await;
            day.handed_to_us_ms.entry(ticket).or_default().push(play.now_ms());
        }
        12 => {
            let to = [Assignee::User(play.cast.agents[0]), Assignee::Nobody];
            play.assign(ticket, dice.pick(&to)).await;
        }
        13 => play.close(ticket).await,
        14 => {
            play.ask_for_handoff(ticket).await;
        }
        15 => play.pause().await,
        16 => play.release().await,
        17 if dice.one_in(2) => play.revoke_key(),
        17 => play.restore_key(),
        18 => play.crash_and_start_again().await,
        _ => {
            play.stop().await;
            play.start_again().await;
        }
    }
}

fn check(number: u64) -> usize {
    let (broken, repeated) = play_from(number, async |play| {
        let (day, _) = play_a_day(play, number, false).await;
        broken(play, &day).await
    });
    assert!(broken.is_empty(), "day {number}:\n{}", broken.join("\n"));
    repeated
}

/// The promises hold on every day. What was posted twice by writes that land very late is counted, and is rare.
#[test]
fn every_day_keeps_its_promises() {
    let repeated: usize = (0..DAYS).map(check).sum();
    assert!(repeated <= 5, "{repeated} posts were made twice by writes that landed very late");
}

/// The open-work list only saves time: without it, the same comes of everything.
#[test]
fn a_lost_open_work_list_changes_nothing() {
    for number in 0..DAYS / 4 {
        let with = play_from(number, async |play| play_a_day(play, number, false).await.1);
        let without = play_from(number, async |play| play_a_day(play, number, true).await.1);
        assert_eq!(with, without, "day {number}");
    }
}
