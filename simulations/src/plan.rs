//! What happens in a run beside the faults: who does what, and when. It is data, drawn before anything is played, so that
//! acts can be taken out of it and the rest stays as it was.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::doom::Moment;
use crate::options::Options;

/// All acts of a run, in order.
pub type Plan = Vec<Step>;

/// An act and the pause before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How long after the act before, milliseconds.
    pub after_ms: u64,
    /// In which account, counted from 0.
    pub account: u32,
    /// What is done.
    pub act: Act,
}

/// What people and machines do. Tickets are named by the order in which the plan opens them, so that a plan still makes
/// sense when an act is taken out: an act on a ticket that was never opened does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// A customer opens a ticket.
    CustomerOpens {
        /// Its name in the plan.
        ticket: u32,
        /// What is said.
        words: Words,
        /// Who has it at once.
        to: To,
        /// By chat, else by e-mail.
        chat: bool,
    },
    /// The ticket's customer writes again.
    CustomerAdds {
        /// Where.
        ticket: u32,
        /// What is said.
        words: Words,
    },
    /// Somebody else writes on the ticket.
    StrangerWrites {
        /// Where.
        ticket: u32,
    },
    /// A rule of the account answers.
    RuleReplies {
        /// Where.
        ticket: u32,
    },
    /// An agent answers the customer.
    AgentReplies {
        /// Where.
        ticket: u32,
    },
    /// An agent writes an internal note.
    AgentNotes {
        /// Where.
        ticket: u32,
    },
    /// Somebody gives the ticket to somebody.
    Assign {
        /// Which.
        ticket: u32,
        /// To whom.
        to: To,
    },
    /// Somebody tags it as of a topic that some merchants keep for people.
    Tag {
        /// Which.
        ticket: u32,
    },
    /// Somebody closes the ticket.
    Close {
        /// Which.
        ticket: u32,
    },
    /// Somebody opens it again.
    Reopen {
        /// Which.
        ticket: u32,
    },
    /// Somebody throws it into the bin.
    Trash {
        /// Which.
        ticket: u32,
    },
    /// Somebody deletes it for good.
    Delete {
        /// Which.
        ticket: u32,
    },
    /// The channel takes replies, or takes none.
    Answerable {
        /// Which ticket's.
        ticket: u32,
        /// Whether.
        answerable: bool,
    },
    /// An operator asks for a handoff.
    AskForHandoff {
        /// Of which ticket.
        ticket: u32,
    },
    /// An operator gives the ticket back to the AI.
    GiveBack {
        /// Which.
        ticket: u32,
    },
    /// An operator lets the AI answer the ticket's customer again.
    LetAnswer {
        /// Whose.
        ticket: u32,
    },
    /// The merchant pulls the brake.
    Pause,
    /// The merchant releases it.
    Release,
    /// The merchant changes what the AI may do.
    Mode {
        /// To what.
        mode: ModeName,
    },
    /// The merchant asks for the account's whole history.
    Backfill,
    /// The merchant cuts the connection.
    Disconnect,
    /// The merchant connects again, with the same key.
    Connect,
    /// An admin revokes the key.
    RevokeKey,
    /// The same key works again.
    RestoreKey,
    /// Somebody merges the ticket into another one of the account, and it is there no more.
    Merge {
        /// Which.
        ticket: u32,
        /// Into which.
        into: u32,
    },
    /// An admin deactivates the AI user: its tickets are nobody's, and its own key does not work.
    DeactivateAiUser,
    /// An admin activates it again.
    ActivateAiUser,
    /// What stands in front of the program takes no webhooks from now on.
    ProxyDown,
    /// It takes them again.
    ProxyUp,
    /// An admin switches on the webhooks that Gorgias switched off.
    SwitchWebhooksOn,
    /// The program's clock stands wrong from now on; 0 sets it right.
    ClockWrong {
        /// By so many milliseconds.
        by_ms: i64,
    },
    /// The power goes, and the program starts again after a while.
    Crash {
        /// How long it is down, milliseconds.
        down_ms: u64,
    },
    /// The program dies at the first such moment after so many of them.
    CrashAt {
        /// The moment.
        moment: Moment,
        /// How many of them pass.
        after: u32,
    },
    /// The program is stopped and started again in good order.
    Restart,
    /// What is derived from the log is lost while the program is down.
    ForgetDerived,
}

/// What a customer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// A question that has an answer.
    Question,
    /// A question that has none.
    Puzzle,
    /// A wish for a person.
    Person,
    /// No words, only a file.
    File,
    /// What a machine sends while somebody is away.
    OutOfOffice,
    /// Thanks and nothing else.
    Thanks,
    /// A question in rage.
    Angry,
    /// A question, and the wish that no machine answers it.
    NoMachines,
    /// A question of somebody who is losing patience.
    Upset,
    /// A question in French.
    French,
    /// A question with an order to the machine in it.
    Order,
}

/// Who gets a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The AI user.
    Ai,
    /// An agent.
    Agent,
    /// Nobody.
    Nobody,
}

/// What the AI may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeName {
    /// Answer.
    Live,
    /// Write drafts as internal notes.
    Shadow,
    /// Nothing.
    Off,
}

/// After one act in so many comes one that is rare at the desk.
const RARE_ONE_IN: u64 = 14;

/// After one act in so many comes one about who may be answered at all.
const ABOUT_TERMS_ONE_IN: u64 = 24;

/// One letter in so many is of the rare sorts.
const RARE_WORDS_ONE_IN: u64 = 8;

/// Draws the plan of a run.
pub fn drawn(options: &Options) -> Plan {
    let mut drawing = Drawing {
        dice: Dice::named(options.seed, "plan"),
        rare: Dice::named(options.seed, "rare acts"),
        terms: Dice::named(options.seed, "acts about terms"),
        letters: Dice::named(options.seed, "rare words"),
        options,
        opened: Vec::new(),
        due: Vec::new(),
    };
    let mut plan = Plan::new();
    for place in 0..options.acts {
        plan.push(drawing.step());
        if drawing.rare.one_in(RARE_ONE_IN) {
            let rare = drawing.rare_step(place);
            plan.push(rare);
        }
        if drawing.terms.one_in(ABOUT_TERMS_ONE_IN) {
            plan.push(drawing.step_about_terms());
        }
        plan.extend(drawing.take_due(place));
    }
    let mut history = Dice::named(options.seed, "back-fills");
    if history.one_in(2) {
        for account in 0..options.accounts {
            let place = usize::try_from(history.below(plan.len() as u64)).unwrap_or(0);
            plan.insert(place, Step { after_ms: 0, account, act: Act::Backfill });
        }
    }
    for _ in 0..options.dooms {
        let place = usize::try_from(drawing.dice.below(plan.len() as u64)).unwrap_or(0);
        let act = Act::CrashAt {
            moment: drawing.dice.pick(&Moment::ALL),
            after: u32::try_from(drawing.dice.spread(1, 64) - 1).unwrap_or(0),
        };
        plan.insert(place, Step { after_ms: 0, account: 0, act });
    }
    plan
}

struct Drawing<'a> {
    dice: Dice,
    /// Those of the rare acts alone.
    rare: Dice,
    /// Those of the acts about who may be answered alone.
    terms: Dice,
    /// Those of the rare words alone.
    letters: Dice,
    options: &'a Options,
    /// The account of each ticket opened so far.
    opened: Vec<u32>,
    /// What ends a rare act: after how many acts, in which account.
    due: Vec<(u32, u32, Act)>,
}

impl Drawing<'_> {
    fn step(&mut self) -> Step {
        let after_ms = self.dice.below(self.options.pause_ms_max + 1);
        let most = self.options.tickets_max as usize;
        if self.opened.is_empty() || (self.opened.len() < most && self.dice.one_in(3)) {
            let account = u32::try_from(self.dice.below(u64::from(self.options.accounts))).unwrap_or(0);
            let ticket = u32::try_from(self.opened.len()).unwrap_or(u32::MAX);
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
        let ticket = u32::try_from(place).unwrap_or(u32::MAX);
        Step { after_ms, account, act: self.act(ticket) }
    }

    fn rare_step(&mut self, now: u32) -> Step {
        let after_ms = self.rare.below(self.options.pause_ms_max + 1);
        let place = usize::try_from(self.rare.below(self.opened.len() as u64)).unwrap_or(0);
        let account = self.opened[place];
        let act = match self.rare.below(10) {
            0..=4 => self.merge(place),
            5 => {
                self.later(now, account, 16, Act::ActivateAiUser);
                Act::DeactivateAiUser
            }
            6 => {
                // The key is refused meanwhile, so that the program looks after the AI user once it works again.
                self.later(now, account, 1, Act::DeactivateAiUser);
                self.later(now, account, 8, Act::RestoreKey);
                self.later(now + 8, account, 16, Act::ActivateAiUser);
                Act::RevokeKey
            }
            7 | 8 => {
                self.later(now, account, 32, Act::ProxyUp);
                Act::ProxyDown
            }
            _ => Act::SwitchWebhooksOn,
        };
        Step { after_ms, account, act }
    }

    fn step_about_terms(&mut self) -> Step {
        let after_ms = self.terms.below(self.options.pause_ms_max + 1);
        let place = usize::try_from(self.terms.below(self.opened.len() as u64)).unwrap_or(0);
        let ticket = u32::try_from(place).unwrap_or(u32::MAX);
        let act = if self.terms.one_in(2) { Act::Tag { ticket } } else { Act::LetAnswer { ticket } };
        Step { after_ms, account: self.opened[place], act }
    }

    /// This act comes up to so many acts later.
    fn later(&mut self, now: u32, account: u32, acts_max: u64, act: Act) {
        let acts = u32::try_from(self.rare.spread(1, acts_max)).unwrap_or(u32::MAX);
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
        let into = match of_the_customer.filter(|_| !self.rare.one_in(3)) {
            Some(other) => other,
            None if others.is_empty() => place,
            None => self.rare.pick(&others),
        };
        let name = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
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

    fn act(&mut self, ticket: u32) -> Act {
        let dice = &mut self.dice;
        match dice.below(if self.options.dies { 100 } else { 91 }) {
            0..=29 => Act::CustomerAdds { ticket, words: self.words() },
            30..=32 => Act::StrangerWrites { ticket },
            33..=35 => Act::RuleReplies { ticket },
            36..=42 => Act::AgentReplies { ticket },
            43..=45 => Act::AgentNotes { ticket },
            46..=57 => Act::Assign { ticket, to: To::Ai },
            58..=61 => Act::Assign { ticket, to: dice.pick(&[To::Agent, To::Nobody]) },
            62..=65 => Act::Close { ticket },
            66 | 67 => Act::Reopen { ticket },
            68 => Act::Trash { ticket },
            69 => Act::Delete { ticket },
            70 | 71 => Act::Answerable { ticket, answerable: dice.one_in(2) },
            72..=74 => Act::AskForHandoff { ticket },
            75..=77 => Act::GiveBack { ticket },
            78 => Act::Pause,
            79..=81 => Act::Release,
            82 => Act::Mode { mode: dice.pick(&[ModeName::Shadow, ModeName::Off]) },
            83 | 84 => Act::Mode { mode: ModeName::Live },
            85 => {
                if dice.one_in(2) {
                    Act::Disconnect
                } else {
                    Act::Connect
                }
            }
            86 | 87 => Act::Connect,
            88 => {
                if dice.one_in(2) {
                    Act::RevokeKey
                } else {
                    Act::RestoreKey
                }
            }
            89 => Act::RestoreKey,
            90 => Act::ClockWrong { by_ms: dice.pick(&[0, -3_600_000, 600_000, 86_400_000, -250]) },
            91..=95 => Act::Crash { down_ms: dice.spread(1, 600_000) },
            96..=98 => Act::Restart,
            _ => Act::ForgetDerived,
        }
    }
}
