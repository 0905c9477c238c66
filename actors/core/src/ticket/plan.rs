//! A decision in the making: the events so far, and a copy of the ticket on which they have been applied.

use super::Recorded;
use super::apply::IllegalEvent;
use super::event::Event;
use super::state::Ticket;
use crate::policy::{Mode, Terms};
use crate::time::Time;

/// Collects events; each is applied to the copy at once, so that the next judgement sees it.
pub(super) struct Plan<'a> {
    pub(super) ticket: Ticket,
    pub(super) terms: &'a Terms,
    pub(super) now: Time,
    events: Vec<Event>,
    broken: Option<IllegalEvent>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(ticket: &Ticket, terms: &'a Terms, now: Time) -> Self {
        Self { ticket: ticket.clone(), terms, now, events: Vec::new(), broken: None }
    }

    /// What may be done on the ticket's channel.
    pub(super) fn mode(&self) -> Mode {
        self.terms.policy.mode_of(self.ticket.channel(), self.terms.mode)
    }

    /// Adds an event. One that does not fit the state is our own bug and spoils the whole plan.
    pub(super) fn push(&mut self, event: Event) {
        let recorded = Recorded { sequence: self.ticket.sequence + 1, at: self.now, event };
        match self.ticket.apply(&recorded) {
            Ok(()) => self.events.push(recorded.event),
            Err(illegal) => {
                self.broken.get_or_insert(illegal);
            }
        }
    }

    pub(super) fn finish(self) -> Result<Vec<Event>, IllegalEvent> {
        match self.broken {
            None => Ok(self.events),
            Some(illegal) => Err(illegal),
        }
    }
}
