//! Drawing a plan: what is done when, from a seed's options and dice alone.

use super::shares::{Shares, Sort};
use super::{Act, ModeName, Plan, Step, To, Words};
use crate::dice::Dice;
use crate::doom::Moment;
use crate::merchant::Settings;
use crate::options::Options;

/// One letter in so many is of the rare sorts.
const RARE_WORDS_ONE_IN: u64 = 8;

/// How long the secret of a webhook that was replaced stays valid, seconds; mostly.
const OVERLAP_S: u64 = 86_400;

/// Draws the plan of a run.
pub fn drawn(options: &Options) -> Plan {
    let mut drawing = Drawing {
        dice: Dice::named(options.seed, "plan"),
        due_dice: Dice::named(options.seed, "when acts end"),
        letters: Dice::named(options.seed, "rare words"),
        shares: options.shares.and_deaths(options.dies),
        options,
        opened: Vec::new(),
        due: Vec::new(),
    };
    let mut plan = Plan::new();
    for place in 0..options.acts {
        let step = drawing.step(place);
        plan.push(step);
        plan.extend(drawing.take_due(place));
    }
    let mut history = Dice::named(options.seed, "back-fills");
    if history.one_in(2) {
        for account in 0..options.accounts {
            let place = usize::try_from(history.below(plan.len() as u64)).unwrap_or(0);
            plan.insert(place, Step { after_ms: 0, account, act: Act::Backfill });
        }
    }
    let mut meetings = Dice::named(options.seed, "acts at chosen moments");
    for _ in 0..options.meetings {
        meeting(&mut meetings, &mut plan);
    }
    let mut dooms = Dice::named(options.seed, "dooms");
    for _ in 0..options.dooms {
        let place = usize::try_from(dooms.below(plan.len() as u64)).unwrap_or(0);
        let moment = dooms.pick(&Moment::ALL);
        // Posts are rarer than the rest.
        let most = if matches!(moment, Moment::BeforePost | Moment::AfterPost) { 8 } else { 64 };
        let act = Act::CrashAt { moment, after: u32::try_from(dooms.spread(1, most) - 1).unwrap_or(0) };
        plan.insert(place, Step { after_ms: 0, account: 0, act });
    }
    plan
}

/// Puts an act at a chosen moment into a plan, right behind one that sets a ticket in motion: around its next reply, or a
/// read or an append on the way there.
fn meeting(dice: &mut Dice, plan: &mut Plan) {
    use Moment::{AfterAppend, AfterPost, AfterRead, BeforeAppend, BeforePost, DuringRead};
    let moving = plan.iter().enumerate().filter_map(|(place, step)| match step.act {
        Act::CustomerOpens { ticket, .. }
        | Act::CustomerAdds { ticket, .. }
        | Act::Assign { ticket, to: To::Ai } => Some((place, step.account, ticket)),
        _ => None,
    });
    let moving: Vec<(usize, u32, u32)> = moving.collect();
    if moving.is_empty() {
        return;
    }
    let (place, account, ticket) = dice.pick(&moving);
    let moments = [
        BeforePost,
        BeforePost,
        BeforePost,
        AfterRead,
        AfterRead,
        AfterRead,
        DuringRead,
        AfterAppend,
        AfterAppend,
        AfterPost,
        BeforeAppend,
    ];
    let moment = dice.pick(&moments);
    let most = match moment {
        BeforePost | AfterPost => 2,
        DuringRead | AfterRead => 6,
        BeforeAppend | AfterAppend => 12,
    };
    let after = u32::try_from(dice.spread(1, most) - 1).unwrap_or(0);
    let words = Words::Question;
    let act = match dice.below(18) {
        0..=4 => Act::AgentReplies { ticket },
        5..=7 => Act::Assign { ticket, to: To::Agent },
        8 => Act::Assign { ticket, to: To::Nobody },
        9 | 10 => Act::Close { ticket },
        11..=13 => Act::CustomerAdds { ticket, words },
        14 => Act::Trash { ticket },
        15 => Act::RuleReplies { ticket },
        16 => Act::AskForHandoff { ticket },
        _ => Act::Pause,
    };
    if act == Act::Pause {
        let upto = plan.len().saturating_sub(place + 1) as u64;
        let later = place + 1 + usize::try_from(dice.below(upto.min(16) + 1)).unwrap_or(0);
        plan.insert(later, Step { after_ms: 0, account, act: Act::Release });
    }
    let at = Act::At { ticket, moment, after, act: Box::new(act) };
    plan.insert(place + 1, Step { after_ms: 0, account, act: at });
}

struct Drawing<'a> {
    dice: Dice,
    /// Those of when an act ends alone.
    due_dice: Dice,
    /// Those of the rare words alone.
    letters: Dice,
    shares: Shares,
    options: &'a Options,
    /// The account of each ticket opened so far.
    opened: Vec<u32>,
    /// What ends another act: after how many acts, in which account.
    due: Vec<(u32, u32, Act)>,
}

impl Drawing<'_> {
    fn step(&mut self, now: u32) -> Step {
        let after_ms = self.dice.below(self.options.pause_ms_max + 1);
        let most = self.options.tickets_max as usize;
        if self.opened.is_empty() || (self.opened.len() < most && self.dice.one_in(3)) {
            let account = u32::try_from(self.dice.below(u64::from(self.options.accounts))).unwrap_or(0);
            let ticket = name(self.opened.len());
            self.opened.push(account);
            let act = Act::CustomerOpens {
                ticket,
                words: self.words(),
                to: self.dice.pick(&[To::Ai, To::Ai, To::Ai, To::Ai, To::Nobody, To::Agent]),
                chat: self.dice.one_in(4),
            };
            return Step { after_ms, account, act };
        }
        let place = usize::try_from(self.dice.below(self.opened.len() as u64)).unwrap_or(0);
        let account = self.opened[place];
        let sort = self.shares.pick(&mut self.dice);
        let act = self.on_ticket(sort, place).unwrap_or_else(|| self.on_account(sort, now, account));
        Step { after_ms, account, act }
    }

    /// An act of this sort on a ticket; none if it is about the account or the program.
    fn on_ticket(&mut self, sort: Sort, place: usize) -> Option<Act> {
        let ticket = name(place);
        let dice = &mut self.dice;
        let act = match sort {
            Sort::Customers => Act::CustomerAdds { ticket, words: self.words() },
            Sort::Given => Act::Assign { ticket, to: To::Ai },
            Sort::Strangers => Act::StrangerWrites { ticket },
            Sort::Rules => Act::RuleReplies { ticket },
            Sort::Agents if dice.below(10) < 7 => Act::AgentReplies { ticket },
            Sort::Agents => Act::AgentNotes { ticket },
            Sort::TakenAway => Act::Assign { ticket, to: dice.pick(&[To::Agent, To::Nobody]) },
            Sort::Closed if dice.one_in(3) => Act::Reopen { ticket },
            Sort::Closed => Act::Close { ticket },
            Sort::ThrownAway if dice.one_in(2) => Act::Trash { ticket },
            Sort::ThrownAway => Act::Delete { ticket },
            Sort::Merged => self.merge(place),
            Sort::Channels => Act::Answerable { ticket, answerable: dice.one_in(2) },
            Sort::Operators if dice.one_in(2) => Act::AskForHandoff { ticket },
            Sort::Operators => Act::GiveBack { ticket },
            Sort::Terms if dice.one_in(2) => Act::Tag { ticket },
            Sort::Terms => Act::LetAnswer { ticket },
            Sort::Brake
            | Sort::Modes
            | Sort::Connections
            | Sort::Keys
            | Sort::Rotations
            | Sort::AiUser
            | Sort::Webhooks
            | Sort::Clock
            | Sort::Settings
            | Sort::Deaths => return None,
        };
        Some(act)
    }

    /// What is done to an account or to the program. What takes something away brings it back some acts later, so that a
    /// run does not stand still from the first such act on.
    fn on_account(&mut self, sort: Sort, now: u32, account: u32) -> Act {
        let dice = &mut self.dice;
        match sort {
            Sort::Brake if dice.one_in(4) => Act::Release,
            Sort::Brake => self.until(now, account, 12, Act::Pause, Act::Release),
            Sort::Modes if dice.one_in(4) => Act::Mode { mode: ModeName::Live },
            Sort::Modes => {
                let mode = dice.pick(&[ModeName::Shadow, ModeName::Off]);
                self.until(now, account, 16, Act::Mode { mode }, Act::Mode { mode: ModeName::Live })
            }
            Sort::Connections if dice.one_in(3) => Act::Connect,
            Sort::Connections => self.until(now, account, 12, Act::Disconnect, Act::Connect),
            Sort::Keys if dice.one_in(4) => {
                // The key is refused meanwhile, so that the program looks after the AI user once it works again.
                self.later(now, account, 1, Act::DeactivateAiUser);
                self.later(now, account, 8, Act::RestoreKey);
                self.later(now + 8, account, 16, Act::ActivateAiUser);
                Act::RevokeKey
            }
            Sort::Keys => self.until(now, account, 12, Act::RevokeKey, Act::RestoreKey),
            Sort::Rotations if dice.one_in(2) => Act::NewKey,
            Sort::Rotations => Act::RotateSecret { overlap_s: dice.pick(&[OVERLAP_S, OVERLAP_S, 60, 0]) },
            Sort::AiUser => self.until(now, account, 16, Act::DeactivateAiUser, Act::ActivateAiUser),
            Sort::Webhooks if dice.one_in(3) => Act::SwitchWebhooksOn,
            Sort::Webhooks => self.until(now, account, 32, Act::ProxyDown, Act::ProxyUp),
            Sort::Clock => Act::ClockWrong { by_ms: dice.pick(&[0, -3_600_000, 600_000, 86_400_000, -250]) },
            Sort::Settings => Act::Policy { settings: Settings::other(dice) },
            Sort::Deaths => match dice.below(9) {
                0..=4 => Act::Crash { down_ms: dice.spread(1, 600_000) },
                5..=7 => Act::Restart,
                _ => Act::ForgetDerived,
            },
            // The rest is on a ticket.
            _ => Act::Backfill,
        }
    }

    /// The first act, and up to so many acts later the other, which ends it.
    fn until(&mut self, now: u32, account: u32, acts_max: u64, act: Act, end: Act) -> Act {
        self.later(now, account, acts_max, end);
        act
    }

    /// This act comes up to so many acts later.
    fn later(&mut self, now: u32, account: u32, acts_max: u64, act: Act) {
        let acts = u32::try_from(self.due_dice.spread(1, acts_max)).unwrap_or(u32::MAX);
        self.due.push((now.saturating_add(acts), account, act));
    }

    fn take_due(&mut self, now: u32) -> Vec<Step> {
        let (due, rest) = std::mem::take(&mut self.due).into_iter().partition(|(at, _, _)| *at <= now);
        self.due = rest;
        due.into_iter().map(|(_, account, act)| Step { after_ms: 0, account, act }).collect()
    }

    /// Mostly two tickets of one customer are merged, who has two in a row. A ticket that is alone is merged into itself,
    /// which nobody can do.
    fn merge(&mut self, place: usize) -> Act {
        let others: Vec<usize> = (0..self.opened.len())
            .filter(|other| *other != place && self.opened[*other] == self.opened[place])
            .collect();
        let of_the_customer = others.iter().copied().find(|other| other / 2 == place / 2);
        let into = match of_the_customer.filter(|_| !self.dice.one_in(3)) {
            Some(other) => other,
            None if others.is_empty() => place,
            None => self.dice.pick(&others),
        };
        Act::Merge { ticket: name(place), into: name(into) }
    }

    fn words(&mut self) -> Words {
        use Words::{
            Angry, File, French, NoMachines, Order, OutOfOffice, Person, Puzzle, Question, Thanks, Upset,
        };
        let usual = self.dice.pick(&[
            Question,
            Question,
            Question,
            Question,
            Question,
            Question,
            Puzzle,
            Person,
            File,
            OutOfOffice,
        ]);
        if !self.letters.one_in(RARE_WORDS_ONE_IN) {
            return usual;
        }
        self.letters.pick(&[Thanks, Thanks, Angry, NoMachines, Upset, Upset, French, French, Order])
    }
}

fn name(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
