//! What the program's own log shows of each ticket, folded as it comes: the signs that steps wait for.

use std::collections::BTreeMap;

use polus_core::id::TicketId;
use polus_core::ticket::event::{Author, Event, HandoffReason, Silence};
use polus_core::ticket::state::{Ending, Phase};
use polus_core::ticket::{EffectKind, IllegalEvent, Recorded, Ticket};

use super::cast::{Moment, Sign};

/// The tickets of one connection, as far as their log was heard.
#[derive(Debug, Default)]
pub struct Seen {
    tickets: BTreeMap<TicketId, Ticket>,
}

impl Seen {
    /// Folds one event of a ticket. An illegal one is a fault of the program.
    pub fn hear(&mut self, ticket: TicketId, recorded: &Recorded<Event>) -> Result<(), IllegalEvent> {
        self.tickets.entry(ticket).or_insert_with(|| Ticket::new(ticket)).apply(recorded)
    }

    /// A ticket, if anything was heard of it.
    pub fn ticket(&self, ticket: i64) -> Option<&Ticket> {
        self.tickets.get(&TicketId(ticket))
    }

    /// Whether a sign shows on a ticket.
    pub fn shows(&self, ticket: i64, sign: Sign, moment: Moment) -> bool {
        match sign {
            Sign::Down => return moment == Moment::Down,
            Sign::Restarted => return matches!(moment, Moment::Restarted | Moment::DaysOff),
            Sign::DaysOff => return moment == Moment::DaysOff,
            Sign::Accepted
            | Sign::Drafted
            | Sign::Announced
            | Sign::Answered(_)
            | Sign::HandedOff
            | Sign::Settled
            | Sign::OthersReady => {}
        }
        self.ticket(ticket).is_some_and(|ticket| on(ticket, sign))
    }

    /// Why the newest message of customers met with silence, if it did.
    pub fn silence(&self, ticket: i64) -> Option<Silence> {
        let ticket = self.ticket(ticket)?;
        let newest = ticket.messages.values().rev().find(|known| known.author == Author::Customer)?;
        match newest.outcome.as_ref()?.ending {
            Ending::Ignored(silence) => Some(silence),
            Ending::Accepted | Ending::Answered(_) | Ending::HandedOff => None,
        }
    }

    /// Why a ticket was handed off, if it was.
    pub fn handoff(&self, ticket: i64) -> Option<HandoffReason> {
        match &self.ticket(ticket)?.phase {
            Phase::HandedOff(handoff) => Some(handoff.reason.clone()),
            Phase::Idle
            | Phase::Gathering(_)
            | Phase::Answering(_)
            | Phase::TakenOver { .. }
            | Phase::Gone => None,
        }
    }
}

fn on(ticket: &Ticket, sign: Sign) -> bool {
    let of_customers = || ticket.messages.values().filter(|known| known.author == Author::Customer);
    match sign {
        Sign::Accepted => of_customers().any(|known| {
            known.outcome.as_ref().is_some_and(|outcome| match outcome.ending {
                Ending::Accepted | Ending::Answered(_) | Ending::HandedOff => true,
                Ending::Ignored(_) => false,
            })
        }),
        Sign::Drafted => matches!(ticket.phase, Phase::Answering(_)) && ticket.announced.is_none(),
        Sign::Announced => ticket.announced.is_some(),
        Sign::Answered(wanted) => {
            ticket.posted.values().filter(|effect| effect.kind == EffectKind::Answer).count() >= wanted
        }
        Sign::HandedOff => matches!(ticket.phase, Phase::HandedOff(_)),
        Sign::Settled => {
            let gone = matches!(ticket.phase, Phase::Gone);
            let judged = of_customers().all(|known| known.outcome.is_some());
            let looked = gone || ticket.fields.is_some();
            (gone || judged) && looked && ticket.announced.is_none() && ticket.agenda().is_empty()
        }
        Sign::OthersReady | Sign::Down | Sign::Restarted | Sign::DaysOff => false,
    }
}
