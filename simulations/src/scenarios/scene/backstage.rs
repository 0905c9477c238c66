//! What the player of a scenario needs of its scene: the program's power, when the story wakes, and what it looks like
//! from outside when it is over.

use std::fmt;

use polus_core::id::{ConnectionId, TicketId};
use polus_core::replay::timeline;
use polus_core::ticket;
use polus_storage::EventLog as _;

use super::{Happened, Power, Running, SEED, Scene, Ticket, Unexpected};
use crate::answerer::AnswererTrouble;
use crate::gorgias::faults::Odds;
use crate::helpdesk::{Lies, Pace};
use crate::history::{History, LifeEnd};
use crate::log::DiskTrouble;
use crate::merchant::{Machines, Settings};
use crate::options::Options;
use crate::plan::Shares;
use crate::run::put_aside;

impl Scene {
    pub(in crate::scenarios) fn tickets(&self) -> Vec<Ticket> {
        self.state.borrow().tickets.clone()
    }

    pub(in crate::scenarios) fn power(&self) -> Power {
        self.state.borrow().power
    }

    pub(in crate::scenarios) fn set_power(&self, power: Power, running: Option<Running>) {
        let mut state = self.state.borrow_mut();
        if let Some(over) = &state.running {
            state.put_aside = put_aside(&over.board);
        }
        state.power = power;
        state.running = running;
    }

    pub(in crate::scenarios) fn take_wanted(&self) -> Option<Power> {
        self.state.borrow_mut().wanted.take()
    }

    pub(in crate::scenarios) fn wakes_at_ms(&self) -> Option<i64> {
        self.state.borrow().wakes_at_ms
    }

    /// Tells that this happens now.
    pub(in crate::scenarios) fn happens(&self, text: impl Into<String>) {
        let (at_ms, head) = (self.now_ms(), self.log.on_disk().head());
        self.state.borrow_mut().happened.push(Happened { at_ms, head, text: text.into() });
    }

    /// Tells what the story has in store; that it strikes is told when it does.
    pub(super) fn will_happen(&self, text: impl fmt::Display) {
        self.happens(format!("(to come: {text})"));
    }

    /// What happened so far, in order.
    pub(in crate::scenarios) fn happened(&self) -> Vec<Happened> {
        self.state.borrow().happened.clone()
    }

    /// Account and number of a ticket.
    pub(in crate::scenarios) fn named(&self, ticket: Ticket) -> Result<(&ConnectionId, i64), Unexpected> {
        Ok((&self.shop(ticket.shop)?.id, ticket.number))
    }

    /// The ticket as its log tells it, line by line.
    pub(in crate::scenarios) async fn told(&self, ticket: Ticket) -> Result<Vec<String>, Unexpected> {
        let events = self.events(ticket).await?;
        let (timeline, illegal) = timeline(ticket::Ticket::new(TicketId(ticket.number)), &events);
        let mut lines = vec![format!("ticket {ticket}:")];
        lines
            .extend(timeline.steps.iter().map(|step| format!("  {} {}: {}", step.at, step.event, step.told)));
        lines.extend(illegal.map(|illegal| format!("  and then what cannot be: {illegal}")));
        Ok(lines)
    }

    /// Everything, for the promises that hold in every story.
    pub(in crate::scenarios) async fn history(&self) -> History {
        let casts = self.shops.values().map(|shop| (shop.id.clone(), shop.cast.clone())).collect();
        let seen = self.state.borrow().seen.clone();
        let ends = self.state.borrow().ends.clone();
        let mut history = History::of(&options(), &self.stage, self.log.on_disk(), &casts, seen).await;
        history.written_ms = self.log.written_ms();
        history.acknowledged = self.log.acknowledged();
        history.ends = ends;
        history.flipped = self.log.flipped();
        history.put_aside = self.state.borrow().put_aside.clone();
        history
    }

    /// What outlived this life of the program.
    pub(in crate::scenarios) fn note_end_of_life(&self) {
        let mut state = self.state.borrow_mut();
        match LifeEnd::of(&self.stage, self.log.on_disk()) {
            Ok(end) => state.ends.push(end),
            Err(error) => state.seen.push(format!("the open-work list cannot be read: {error}")),
        }
    }
}

/// Nothing goes wrong by chance: what goes wrong is written in the story.
fn options() -> Options {
    Options {
        accounts: 2,
        owners_key: false,
        rows_a_page_max: 100,
        dies: false,
        dooms: 0,
        gorgias: Odds::default(),
        disk: DiskTrouble::default(),
        lies: Lies::default(),
        pace: Pace::default(),
        answerer: AnswererTrouble::default(),
        merchant: Settings::default(),
        machines: Machines::default(),
        shares: Shares::default(),
        meetings: 0,
        asks_go_on: false,
        settles_in_one_life: false,
        ..Options::drawn(SEED)
    }
}
