//! A shell without clockwork: it performs what the agenda names, one flight an effect, but chance decides when a flight
//! starts, when and how it lands, and what happens in between.

use std::collections::BTreeMap;
use std::time::Duration;

use polus_core::id::MessageId;
use polus_core::policy::{Mode, Terms};
use polus_core::replay::timeline;
use polus_core::snapshot::{Delivery, Message, TicketSnapshot};
use polus_core::ticket::event::{Author, Event, FollowUp, HandoffReason};
use polus_core::ticket::input::{DraftOutcome, FollowUpOutcome, PostOutcome, ReadOutcome, SettleOutcome};
use polus_core::ticket::state::Ending;
use polus_core::ticket::{Act, Debt, EffectId, EffectKind, Input, Recorded, Ticket};
use polus_core::time::Time;

use super::Seen;
use super::dice::Dice;
use super::world::World;
use crate::support::{AI, ANNA, TICKET, answer, terms};

pub struct Shell {
    pub(super) dice: Dice,
    pub(super) ticket: Ticket,
    pub(super) log: Vec<Recorded<Event>>,
    pub(super) terms: Terms,
    pub(super) now: Time,
    pub(super) world: World,
    flights: BTreeMap<EffectId, Flight>,
    conflicts: BTreeMap<EffectId, u32>,
    temper: Temper,
    /// Nothing fails any more.
    calm: bool,
    pub(super) seen: Seen,
}

/// How often in a hundred cases what may happen does: most stories are without most troubles, so that some come far.
#[derive(Debug, Clone, Copy, Default)]
struct Temper {
    people: u64,
    operator: u64,
    merchant: u64,
    crashes: u64,
    oddities: u64,
    faults: u64,
}

impl Temper {
    fn drawn(dice: &mut Dice) -> Self {
        let mut often = |percent| if dice.chance(percent) { 100 } else { 0 };
        Self {
            people: often(45),
            operator: often(20),
            merchant: often(35),
            crashes: often(45),
            oddities: often(30),
            faults: often(70),
        }
    }
}

/// Work that was started and has not come back.
enum Flight {
    Look { as_of: u64, shown: Option<Box<TicketSnapshot>>, settles: bool },
    Draft,
    Post { landed: Option<MessageId> },
    Act,
}

impl Shell {
    pub fn new(seed: u64) -> Self {
        let mut shell = Self {
            dice: Dice::new(seed),
            ticket: Ticket::new(TICKET),
            log: Vec::new(),
            terms: terms(),
            now: Time(1_760_000_000_000),
            world: World::new(),
            flights: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            temper: Temper::default(),
            calm: false,
            seen: Seen::default(),
        };
        shell.terms.policy.automated_tags = vec!["advertising".to_owned()];
        shell.temper = Temper::drawn(&mut shell.dice);
        let assignee = shell.dice.one_of(&[Some(AI), Some(AI), Some(AI), None, Some(ANNA)]);
        shell.world.thread.change(|fields| fields.assignee = assignee);
        if shell.dice.chance(30) {
            shell.world.thread.fields.channel = "chat".to_owned();
        }
        if shell.dice.chance(10) {
            shell.terms.mode = Mode::Shadow;
        }
        shell
    }

    pub fn seen(self) -> Seen {
        Seen { end: self.now, events: self.ticket.sequence, ..self.seen }
    }

    pub fn something_happens(&mut self) {
        let temper = self.temper;
        match self.dice.below(100) {
            0..8 => self.customer_writes(),
            8..11 => self.duplicate(),
            11..25 => self.time_passes(),
            25..28 if self.dice.chance(temper.people) => self.people_act(),
            28..30 if self.dice.chance(temper.operator) => self.operator_acts(),
            30..33 if self.dice.chance(temper.merchant) => self.merchant_acts(),
            33..36 if self.dice.chance(temper.crashes) => self.crash(),
            36..38 if self.dice.chance(temper.oddities) => self.odd_thing(),
            _ => self.work(),
        }
    }

    /// No more faults and no more people: whatever is owed gets done, and every message has its outcome.
    pub fn calm(&mut self) {
        self.calm = true;
        self.temper.faults = 0;
        self.world.thread.hidden.clear();
        (self.terms.paused, self.terms.mode) = (false, Mode::Live);
        if !self.terms.connected {
            self.reconnect();
        }
        self.tick();
        let shown: Vec<MessageId> = self.world.thread.messages.iter().map(|message| message.id).collect();
        for message in shown {
            let ours = self.world.thread.message_mut(message).external_id.is_some();
            self.webhook(message, ours);
        }
        for _ in 0..400 {
            if self.ticket.agenda().debts.is_empty() {
                break;
            }
            self.work();
            let next = self.ticket.agenda().debts.iter().map(|debt| debt.not_before).min();
            if let Some(next) = next.filter(|next| *next > self.now && self.flights.is_empty()) {
                self.now = next;
                self.tick();
            }
        }
        assert_eq!(self.ticket.agenda().debts, [], "in the calm every debt is settled");
        self.every_message_has_one_outcome();
    }

    fn every_message_has_one_outcome(&self) {
        for message in self.world.thread.messages.iter().filter(|message| !message.from_agent) {
            let Some(known) = self.ticket.messages.get(&message.id) else {
                assert_eq!(self.ticket.phase_name(), "gone", "message {} was never read", message.id);
                continue;
            };
            assert_eq!(known.author, Author::Customer);
            match known.outcome.as_ref().map(|outcome| &outcome.ending) {
                None => assert!(message.id <= self.terms.go_live, "message {} has no outcome", message.id),
                Some(Ending::Accepted) => panic!("message {} waits for ever", message.id),
                Some(Ending::Answered(effect)) => {
                    let answers = matches!(effect.kind, EffectKind::Answer | EffectKind::ShadowNote);
                    assert!(answers, "message {} was answered by {effect}", message.id);
                }
                Some(Ending::Ignored(_) | Ending::HandedOff) => {}
            }
        }
    }

    /// The process dies: flights are lost, whatever became of a post under way; the log is all there is.
    fn crash(&mut self) {
        self.seen.crashes += 1;
        if let Some(announced) = self.ticket.announced.clone()
            && let Some(Flight::Post { landed: None }) = self.flights.get(&announced.effect)
            && self.dice.chance(50)
        {
            self.land(announced.effect);
        }
        self.flights.clear();
        self.conflicts.clear();
        self.ticket = fold(&self.log);
        self.tick();
    }

    fn time_passes(&mut self) {
        let waits = [1, 5, 20, 60, 600, 4_000, 90_000];
        let wait =
            if self.dice.chance(80) { self.dice.one_of(&waits[..4]) } else { self.dice.one_of(&waits) };
        self.now = self.now.plus(Duration::from_secs(wait));
        // A post under way lands or does not before its caller gives up.
        if let Some(announced) = self.ticket.announced.clone()
            && self.now >= announced.give_up_at
            && self.flights.contains_key(&announced.effect)
        {
            self.post_ends(announced.effect);
        }
        self.tick();
    }

    pub(super) fn fact(&mut self, event: Event) {
        self.record(event);
        if self.calm || self.dice.chance(85) {
            self.tick();
        }
    }

    pub(super) fn tick(&mut self) {
        self.step(&Input::Tick);
    }

    fn work(&mut self) {
        if !self.terms.connected {
            return self.tick();
        }
        let due: Vec<Debt> =
            self.ticket.agenda().debts.into_iter().filter(|debt| debt.not_before <= self.now).collect();
        let idle: Vec<&Debt> = due.iter().filter(|debt| !self.flights.contains_key(&debt.id)).collect();
        let flying: Vec<EffectId> = self.flights.keys().copied().collect();
        if !idle.is_empty() && (flying.is_empty() || self.dice.chance(50)) {
            let debt = self.dice.one_of(&idle).clone();
            self.start(&debt);
        } else if !flying.is_empty() {
            let effect = self.dice.one_of(&flying);
            self.come_back(effect);
        }
    }

    fn start(&mut self, debt: &Debt) {
        let settles = matches!(debt.act, Act::Settle { .. });
        let looks = settles || debt.id.kind != EffectKind::Draft && debt.id.kind != EffectKind::Tags;
        let flight = if looks {
            let shown = (!self.fails(8)).then(|| Box::new(self.world.thread.snapshot()));
            Flight::Look { as_of: self.ticket.sequence, shown, settles }
        } else if debt.id.kind == EffectKind::Draft {
            Flight::Draft
        } else {
            Flight::Act
        };
        self.flights.insert(debt.id, flight);
        // A fence whose read is long past proves nothing about now; the real one has five seconds.
        let fenced =
            debt.id.kind.is_post() || matches!(debt.id.kind, EffectKind::Reassign | EffectKind::MailTags);
        if fenced {
            self.come_back(debt.id);
        }
    }

    fn come_back(&mut self, effect: EffectId) {
        match self.flights.remove(&effect) {
            Some(Flight::Look { as_of, shown, settles }) => self.looked(effect, as_of, shown, settles),
            Some(Flight::Draft) => {
                let outcome = self.drafted();
                self.step(&Input::Draft { effect, outcome });
            }
            Some(Flight::Post { landed }) => {
                self.flights.insert(effect, Flight::Post { landed });
                self.post_ends(effect);
            }
            Some(Flight::Act) => {
                let outcome = self.acted();
                let Some(step) = effect.kind.follow_up() else { return };
                self.step(&Input::FollowUp { step, outcome });
            }
            None => {}
        }
    }

    fn looked(&mut self, effect: EffectId, as_of: u64, shown: Option<Box<TicketSnapshot>>, settles: bool) {
        if settles {
            return self.settled(effect, as_of, shown);
        }
        let outcome = match &shown {
            Some(_) if self.world.thread.gone => ReadOutcome::Gone("404".to_owned()),
            Some(snapshot) => ReadOutcome::Ticket(snapshot.clone()),
            None => ReadOutcome::Failed("502".to_owned()),
        };
        match effect.kind {
            EffectKind::Read => self.reads(&Input::Read { as_of, outcome }, shown.as_deref()),
            EffectKind::CheckDelivery => {
                let watches = &self.ticket.deliveries;
                let watched = watches.iter().find(|watch| watch.effect.sequence == effect.sequence);
                let Some(effect) = watched.map(|watch| watch.effect) else { return };
                self.reads(&Input::Delivery { effect, as_of, outcome }, shown.as_deref());
            }
            _ => match shown {
                Some(snapshot) if !self.world.thread.gone => self.fenced(effect, as_of, snapshot),
                Some(_) | None => self.reads(&Input::Read { as_of, outcome }, None),
            },
        }
    }

    fn reads(&mut self, input: &Input, shown: Option<&TicketSnapshot>) {
        if let Some(snapshot) = shown
            && self.ticket.announced.is_none()
            && self.is_newest(snapshot)
        {
            self.world.shown(snapshot);
        }
        self.step(input);
    }

    /// An older page of a flight that was overtaken tells the machine nothing of who has the ticket.
    fn is_newest(&self, snapshot: &TicketSnapshot) -> bool {
        self.ticket.fields.as_ref().is_none_or(|known| known.updated_at <= snapshot.fields.updated_at)
    }

    fn fenced(&mut self, effect: EffectId, as_of: u64, snapshot: Box<TicketSnapshot>) {
        let conflicts = self.conflicts.get(&effect).copied().unwrap_or(0);
        if self.fails(12) {
            // A fact came in between: the whole append is undone.
            self.seen.overtaken += 1;
            self.conflicts.insert(effect, conflicts + 1);
            return self.heard("ticket-updated", None);
        }
        let no_route = self.fails(2).then(|| "the chat has ended".to_owned());
        if self.ticket.announced.is_none() {
            self.world.shown(&snapshot);
        }
        let read = Some(snapshot);
        self.step(&Input::Fence { effect, as_of, read, conflicts, no_route });
        if self.ticket.announced.as_ref().is_some_and(|announced| announced.effect == effect) {
            self.conflicts.remove(&effect);
            self.flights.insert(effect, Flight::Post { landed: None });
            if self.dice.chance(50) {
                self.land(effect);
            }
        } else if effect.kind == EffectKind::Reassign && self.owes(effect) {
            let outcome = self.acted();
            if outcome == FollowUpOutcome::Done {
                self.world.thread.change(|fields| fields.assignee = None);
            }
            self.step(&Input::FollowUp { step: FollowUp::Reassign, outcome });
        } else if effect.kind == EffectKind::MailTags && self.owes(effect) && !self.ticket.reading.is_owed() {
            let outcome = self.acted();
            if outcome == FollowUpOutcome::Done {
                self.world.tags_set();
                self.seen.tagged += 1;
            }
            self.step(&Input::Tagged { effect, outcome });
        }
    }

    fn land(&mut self, effect: EffectId) {
        let Some(announced) = self.ticket.announced.clone() else { return };
        let text = self.ticket.post_text(effect).unwrap_or_default().to_owned();
        let id = self.world.lands(effect, &announced.marker, &announced.messages, &text);
        if effect.kind.is_public() && self.dice.chance(80) {
            let failed = self.fails(10);
            self.world.thread.message_mut(id).delivery =
                if failed { Delivery::Failed("550".to_owned()) } else { Delivery::Sent };
        }
        self.flights.insert(effect, Flight::Post { landed: Some(id) });
    }

    fn post_ends(&mut self, effect: EffectId) {
        let Some(Flight::Post { landed }) = self.flights.remove(&effect) else { return };
        let outcome = match landed {
            Some(_) if self.fails(30) => PostOutcome::Unclear("timed out".to_owned()),
            Some(id) => PostOutcome::Posted(self.dice.chance(90).then_some(id)),
            None if !self.fails(70) => {
                self.land(effect);
                return self.post_ends(effect);
            }
            None => match self.dice.below(10) {
                0..3 => PostOutcome::NotSent("429".to_owned()),
                3 => PostOutcome::Rejected("400".to_owned()),
                _ => PostOutcome::Unclear("reset".to_owned()),
            },
        };
        self.step(&Input::Posted { effect, outcome });
    }

    fn settled(&mut self, effect: EffectId, as_of: u64, shown: Option<Box<TicketSnapshot>>) {
        let Some(announced) = self.ticket.announced.clone() else { return };
        let outcome = match shown {
            None => SettleOutcome::Unknown("502".to_owned()),
            Some(_) if self.world.thread.gone => SettleOutcome::Gone("404".to_owned()),
            Some(snapshot) => {
                let marked = |m: &&Message| m.external_id.as_deref() == Some(announced.marker.as_str());
                let found = snapshot.messages.iter().find(marked).map(|message| message.id);
                self.world.shown(&snapshot);
                match found {
                    Some(id) => {
                        self.seen.settled_found += 1;
                        SettleOutcome::Found(id, snapshot)
                    }
                    None => {
                        self.seen.settled_absent += 1;
                        SettleOutcome::Absent(snapshot)
                    }
                }
            }
        };
        self.step(&Input::Settled { effect, as_of, outcome });
    }

    fn drafted(&mut self) -> DraftOutcome {
        match self.dice.below(20) {
            0 if self.temper.faults > 0 => DraftOutcome::Failed("busy".to_owned()),
            1 if self.temper.faults > 0 => DraftOutcome::GivenUp("no such model".to_owned()),
            2 => DraftOutcome::Answer(answer(None, 0)),
            _ => DraftOutcome::Answer(answer(Some("It is on its way."), 900)),
        }
    }

    fn acted(&mut self) -> FollowUpOutcome {
        match self.dice.below(10) {
            0 if self.temper.faults > 0 => FollowUpOutcome::Failed("429".to_owned()),
            1 => FollowUpOutcome::GivenUp("404".to_owned()),
            _ => FollowUpOutcome::Done,
        }
    }

    /// Whether something goes wrong that does so in `percent` of a hundred cases, in a story that has faults.
    fn fails(&mut self, percent: u64) -> bool {
        self.temper.faults > 0 && self.dice.chance(percent)
    }

    fn owes(&self, effect: EffectId) -> bool {
        self.ticket.agenda().debts.iter().any(|debt| debt.id == effect)
    }

    /// Decides, records, and checks what must hold after every step.
    fn step(&mut self, input: &Input) {
        let events = self.ticket.decide(input, &self.terms, self.now).expect("every decision fits");
        for event in events {
            self.record(event);
        }
        let again = self.ticket.decide(&Input::Tick, &self.terms, self.now).expect("every decision fits");
        assert_eq!(again, [], "a second look decides nothing new");
        let debts = self.ticket.agenda().debts;
        let posts = debts.iter().filter(|debt| debt.id.kind.is_post()).count();
        assert!(posts <= 1, "two posts are owed at once");
        if self.ticket.announced.is_some() {
            assert_eq!(debts.len(), 1, "an announced post is the only debt");
        }
        self.flights.retain(|effect, flight| {
            // What is no longer owed is dropped, unless it was announced.
            matches!(flight, Flight::Post { .. }) || debts.iter().any(|debt| debt.id == *effect)
        });
    }

    fn record(&mut self, event: Event) {
        let sequence = self.ticket.sequence + 1;
        match &event {
            Event::ReplyStarted(started) => {
                let answers = match started.effect.kind {
                    EffectKind::Answer => self.terms.mode == Mode::Live,
                    EffectKind::ShadowNote => self.terms.mode == Mode::Shadow,
                    _ => true,
                };
                let outcome = |id| self.ticket.messages.get(&id).and_then(|known| known.outcome.as_ref());
                let is_settled = |id| outcome(id).is_some_and(|o| o.ending != Ending::Accepted);
                self.world.announced(started, answers, is_settled);
                assert!(!self.terms.paused && self.terms.connected, "a post under the brake");
                assert_eq!(self.ticket.generation, self.terms.generation, "a post of an older generation");
            }
            Event::HandedOff(mark) => {
                self.world.marked(sequence);
                self.seen.handoffs += 1;
                self.seen.foreign += u64::from(mark.reason == HandoffReason::ForeignThread);
            }
            Event::ReplyPosted { effect, .. } if effect.kind == EffectKind::Answer => self.seen.answers += 1,
            Event::TakenOver { .. } => self.seen.takeovers += 1,
            Event::ReplyAbandoned { .. } => self.seen.abandoned += 1,
            Event::MessageNotFound { .. } => self.seen.lost += 1,
            Event::TicketGone { .. } => self.seen.gone += 1,
            Event::Accepted(accepted) if accepted.redrafts > 0 => self.seen.redrafts += 1,
            _ => {}
        }
        let recorded = Recorded { sequence, at: self.now, event };
        self.ticket.apply(&recorded).expect("every event fits");
        self.log.push(recorded);
    }
}

impl Drop for Shell {
    /// Whatever the story, its log folds to what was live; a story told alone is shown when it breaks a promise.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(fold(&self.log), self.ticket, "the log folds to what is live");
        } else if std::env::var("POLUS_SEED").is_ok() {
            for step in timeline(Ticket::new(TICKET), &self.log).0.steps {
                eprintln!("{:>4} {} {} | {} | {}", step.sequence, step.at, step.event, step.state, step.told);
            }
        }
    }
}

/// What a restart makes of a log. That events survive their bytes is the business of the other stories.
fn fold(log: &[Recorded<Event>]) -> Ticket {
    let mut ticket = Ticket::new(TICKET);
    for recorded in log {
        ticket.apply(recorded).expect("every event fits");
    }
    ticket
}
