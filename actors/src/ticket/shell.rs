//! The loop of a ticket's actor: catch up, decide, append, start what is owed, wait for what comes first.
//!
//! `shell/start.rs` turns debts into flights, `shell/land.rs` turns landings into decisions.

mod land;
mod start;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use polus_core::id::{CustomerId, Stream, TicketId};
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_core::policy::{Cause, Terms};
use polus_core::ticket::event::{Event, Silence};
use polus_core::ticket::{EffectId, EffectKind, Input, Ticket};
use polus_core::time::Time;

use super::flights::Flights;
use super::{Mail, Tenant};
use crate::World;
use crate::board::{Count, TicketView};
use crate::journal::{Ending, Journal, JournalError};
use crate::mail::{Change, ChangeConnection, Problem, Quiet};
use crate::marks::Mark;
use start::Waits;

/// A sleep that something else will end.
const LONGEST_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// Decisions that facts overtook, before the loop lets others go first.
const REDECISIONS_MAX: u32 = 64;

/// Events of one append: well below what the log takes at once. A longer decision is appended in parts; each part
/// is a state that the machine goes on from.
const EVENTS_AT_ONCE: usize = 64;

/// The loop's state.
pub struct Shell {
    world: World,
    tenant: Rc<Tenant>,
    id: TicketId,
    mail: Rc<Mail>,
    quiet: Recipient<Quiet>,
    /// What is folded, for flights that ask when they start to read.
    folded: Rc<Cell<u64>>,
    flights: Flights,
    /// Fences of an effect that facts overtook.
    conflicts: BTreeMap<EffectId, u32>,
    terms_seen: Option<Rc<Terms>>,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decided {
    /// Nothing followed.
    Nothing,
    /// Appended by this very call.
    Appended,
    /// Facts came in between, or an earlier try had succeeded: nothing may be acted on.
    Overtaken,
}

impl Shell {
    /// A loop that has read nothing yet.
    pub fn new(
        world: World,
        tenant: Rc<Tenant>,
        id: TicketId,
        mail: Rc<Mail>,
        quiet: Recipient<Quiet>,
    ) -> Self {
        Self {
            world,
            tenant,
            id,
            mail,
            quiet,
            folded: Rc::new(Cell::new(0)),
            flights: Flights::default(),
            conflicts: BTreeMap::new(),
            terms_seen: None,
        }
    }

    /// Runs until the actor is told to stop; returns what ends it against its will.
    pub async fn run(mut self) -> Option<Problem> {
        let stream = Stream::Ticket(self.tenant.id.clone(), self.id);
        let ended = match Journal::of(&self.world, &stream, Ticket::new(self.id)) {
            Ok(mut journal) => self.run_on(&mut journal).await,
            Err(error) => Err(error),
        };
        match ended {
            Ok(()) => None,
            Err(error @ JournalError::Unreadable { .. }) => Some(Problem::Unreadable(error.to_string())),
            Err(error @ JournalError::Busy { .. }) => {
                self.world.marks.hit(Mark::LogBusy);
                Some(Problem::Busy(error.to_string()))
            }
        }
    }

    async fn run_on(&mut self, journal: &mut Journal<Ticket>) -> Result<(), JournalError> {
        let mut ended = Ok(());
        while ended.is_ok() && !self.tenant.stopping.get() {
            ended = self.turn(journal).await;
        }
        // Whatever ends the loop: what was announced is not called off.
        self.flights.keep_announced();
        while !self.flights.is_empty() {
            self.world.marks.hit(Mark::PostOutlivedLoop);
            let (effect, landing) = self.flights.next().await;
            if let Err(error) = Box::pin(self.land(journal, effect, landing)).await {
                // The announcement stands without an outcome, and so is settled by reading the thread.
                tracing::warn!(connection = %self.tenant.id, ticket = %self.id, %error, "a post's outcome was not recorded");
            }
        }
        ended
    }

    async fn turn(&mut self, journal: &mut Journal<Ticket>) -> Result<(), JournalError> {
        let heard = self.mail.heard.get();
        // What is seldom under way is boxed: a ticket that waits holds no room for it.
        Box::pin(journal.catch_up()).await?;
        self.notice_terms();
        Box::pin(self.decide(journal, &Input::Tick)).await?;
        self.show(journal.machine());
        let Waits { time, held } = self.start_owed(journal.machine());
        let mail = Rc::clone(&self.mail);
        let clock = self.world.clock.clone();
        let idle_after =
            if self.tenant.crowded.get() { Duration::ZERO } else { self.world.limits.passivate_after };
        let stays = held || !self.flights.is_empty() || time.is_some_and(|time| time <= idle_after);
        let wait = if stays { time.unwrap_or(LONGEST_SLEEP) } else { idle_after };
        tokio::select! {
            biased;
            (effect, landing) = self.flights.next() => Box::pin(self.land(journal, effect, landing)).await,
            () = mail.came.notified() => Ok(()),
            () = clock.sleep(wait) => {
                if !stays {
                    if self.tenant.crowded.get() {
                        self.world.marks.hit(Mark::LeftEarly);
                    }
                    self.offer_to_leave(journal.machine(), heard);
                    mail.came.notified().await;
                }
                Ok(())
            }
        }
    }

    fn notice_terms(&mut self) {
        let terms = self.tenant.terms.borrow().clone();
        let same = match (&terms, &self.terms_seen) {
            (Some(now), Some(seen)) => Rc::ptr_eq(now, seen),
            (None, None) => true,
            _ => false,
        };
        if !same {
            // One customer's wish is no reason to try all that rests of the others at once.
            let only_a_wish = match (&terms, &self.terms_seen) {
                (Some(now), Some(seen)) => {
                    let opted_out = Arc::clone(&now.opted_out);
                    now.opted_out != seen.opted_out && **now == Terms { opted_out, ..(**seen).clone() }
                }
                _ => false,
            };
            if !only_a_wish && self.flights.end_all_rests() {
                self.world.marks.hit(Mark::TermsEndedRests);
            }
            self.terms_seen = terms;
        }
    }

    /// Decides and appends until nothing new arrived in between.
    async fn decide(
        &mut self,
        journal: &mut Journal<Ticket>,
        input: &Input,
    ) -> Result<Decided, JournalError> {
        let Some(terms) = self.terms_seen.clone() else { return Ok(Decided::Nothing) };
        let is_fence = matches!(input, Input::Fence { .. });
        for _ in 0..REDECISIONS_MAX {
            let now = self.world.clock.now().max(journal.machine().clock);
            let decided = journal.machine().decide(input, &terms, now);
            let events = decided.map_err(|illegal| JournalError::Unreadable {
                stream: self.id.to_string(),
                problem: illegal.to_string(),
            })?;
            if events.is_empty() {
                self.folded.set(journal.machine().sequence);
                return Ok(Decided::Nothing);
            }
            let whole = events.len() <= EVENTS_AT_ONCE;
            let part: Vec<Event> = events.into_iter().take(EVENTS_AT_ONCE).collect();
            if let Some(customer) = journal.machine().opted_out_by(&part)
                && !terms.opted_out.contains(&customer)
            {
                self.remember_opt_out(customer).await?;
            }
            let ending = journal.append(part.clone(), now).await?;
            self.folded.set(journal.machine().sequence);
            #[cfg(feature = "planted")]
            if planted::is(Bug::FenceAndStartApart) && ending == Ending::Conflict {
                continue;
            }
            match ending {
                Ending::New => {
                    self.tell(journal.machine(), &part, now);
                    if whole {
                        return Ok(Decided::Appended);
                    }
                    if is_fence {
                        return Ok(Decided::Overtaken);
                    }
                }
                Ending::AlreadyThere | Ending::Conflict if is_fence => return Ok(Decided::Overtaken),
                Ending::AlreadyThere | Ending::Conflict => self.world.marks.hit(Mark::DecidedAgain),
            }
        }
        Ok(Decided::Overtaken)
    }

    /// Before the ticket's own record: after a crash between the two the ticket finds the same wish again.
    async fn remember_opt_out(&self, customer: CustomerId) -> Result<(), JournalError> {
        let busy = |problem: String| JournalError::Busy { stream: self.id.to_string(), problem };
        let supervisor = self.tenant.supervisor.borrow().clone();
        let supervisor = supervisor.ok_or_else(|| busy("the supervisor has not started".to_owned()))?;
        let wish = ChangeConnection {
            connection: self.tenant.id.clone(),
            change: Change::OptOut(customer, Some(self.id)),
            by: "the customer".to_owned(),
        };
        let answer = supervisor.send(wish).await.map_err(|gone| busy(gone.to_string()))?;
        answer.map_err(|refused| busy(refused.to_string()))
    }

    fn offer_to_leave(&self, ticket: &Ticket, heard: u64) {
        let agenda = ticket.agenda();
        let timers = agenda.debts.iter().map(|debt| debt.not_before);
        let wake_at = timers.chain(agenda.wake_at.map(|(at, _)| at)).min();
        let quiet = Quiet { ticket: self.id, sequence: ticket.sequence, wake_at, heard };
        // The supervisor's mailbox is far larger than its number of children; `do_send` cannot be refused.
        self.quiet.do_send(quiet);
    }

    fn show(&self, ticket: &Ticket) {
        let view = TicketView {
            state: ticket.phase_name(),
            sequence: ticket.sequence,
            announced: ticket.announced.is_some(),
            changed: ticket.clock,
            folded: self.world.board.is_watched().then(|| Arc::new(ticket.clone())),
        };
        self.world.board.show_ticket(&self.tenant.id, self.id, view);
        self.tell_of_unassigned(ticket);
    }

    /// Counts and logs what became of the ticket. No words of the customer's, nor of the answer's, are among it.
    fn tell(&self, folded: &Ticket, events: &[Event], now: Time) {
        let (connection, ticket, board) = (&self.tenant.id, self.id, &self.world.board);
        for event in events {
            match event {
                Event::ReplyPosted { effect, message, .. } if effect.kind == EffectKind::Answer => {
                    board.count(Count::Answers);
                    if let Some(after) = folded.answered_after(*effect, now) {
                        board.answered(connection, after);
                    }
                    let message = message.map(|message| message.0);
                    tracing::info!(%connection, %ticket, message, "answered");
                }
                Event::HandedOff(mark) => {
                    board.handed_off(Cause::from(&mark.reason));
                    tracing::info!(%connection, %ticket, reason = mark.reason.words(), "handed off");
                }
                Event::TakenOver { by } => {
                    tracing::info!(%connection, %ticket, by = by.words(), "taken over by a person");
                }
                Event::Ignored(ignored) => {
                    board.count(Count::Silences);
                    // Most of an account's messages belong to people from the start, and nobody looks for those.
                    if ignored.reason != Silence::NotAssigned {
                        let (message, reason) = (ignored.message, ignored.reason);
                        tracing::info!(%connection, %ticket, %message, ?reason, "met with silence");
                    }
                }
                Event::ReplyUnclear { .. } => board.count(Count::Unclear),
                _ => {}
            }
            tracing::debug!(%connection, %ticket, event = event.name(), "decided");
        }
    }

    /// The alarm about a handoff that nobody got is what the log says of it, also after a start.
    fn tell_of_unassigned(&self, ticket: &Ticket) {
        let name = format!("{}/{}", self.tenant.id, self.id);
        let about = format!("{name}/unassigned");
        let Some(reason) = ticket.left_unassigned() else { return self.world.board.end_alarm(&about) };
        let message =
            format!("ticket {name} was handed off but could not be reassigned ({reason}); assign it by hand");
        if self.world.board.alarm(&about, message.clone(), self.world.clock.now()) {
            tracing::error!(ticket = name, "{message}");
        }
    }
}
