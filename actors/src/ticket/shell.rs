//! The loop of a ticket's actor: catch up, decide, append, start what is owed, wait for what comes first.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use actix::Recipient;
use polus_core::id::{Stream, TicketId};
use polus_core::policy::Terms;
use polus_core::ticket::event::{Event, FollowUp};
use polus_core::ticket::input::{DraftOutcome, FollowUpOutcome, PostOutcome, ReadOutcome, SettleOutcome};
use polus_core::ticket::{Act, Debt, EffectId, EffectKind, Input, Phase, Ticket, delays};
use polus_core::time::Time;

use super::flights::{Flights, Landing, Rest};
use super::{Mail, Problem, Tenant};
use crate::World;
use crate::board::{Count, TicketView};
use crate::budget::{Lane, Permit};
use crate::journal::{Ending, Journal, JournalError};
use crate::mail::Quiet;
use crate::perform::{self, Fenced};
use crate::world::Question;

/// How long a post that may not go now (the brake is on) waits before it asks again.
const HELD: Duration = Duration::from_secs(5);

/// A sleep that something else will end.
const LONGEST_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// Decisions that facts overtook, before the loop lets others go first.
const REDECISIONS_MAX: u32 = 64;

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

    /// Runs until the actor is stopped; returns only what ends it against its will.
    pub async fn run(mut self) -> Problem {
        let stream = Stream::Ticket(self.tenant.id.clone(), self.id);
        let (log, blobs) = (self.world.log.clone(), self.world.blobs.clone());
        let error = match Journal::new(&stream, Ticket::new(self.id), log, blobs) {
            Ok(mut journal) => loop {
                if let Err(error) = self.turn(&mut journal).await {
                    break error;
                }
            },
            Err(error) => error,
        };
        match error {
            JournalError::Unreadable { .. } => Problem::Unreadable(error.to_string()),
            JournalError::Busy { .. } => Problem::Busy(error.to_string()),
        }
    }

    async fn turn(&mut self, journal: &mut Journal<Ticket>) -> Result<(), JournalError> {
        journal.catch_up().await?;
        self.notice_terms();
        self.decide(journal, &Input::Tick).await?;
        self.show(journal.machine());
        let wait = self.start_owed(journal.machine());
        let busy = !self.flights.is_empty();
        let mail = Rc::clone(&self.mail);
        let clock = self.world.clock.clone();
        let idle_after =
            if self.tenant.crowded.get() { Duration::ZERO } else { self.world.limits.passivate_after };
        let stays = busy || wait.is_some_and(|wait| wait <= idle_after);
        let wait = if stays { wait.unwrap_or(LONGEST_SLEEP) } else { idle_after };
        tokio::select! {
            biased;
            (effect, landing) = self.flights.next() => self.land(journal, effect, landing).await,
            () = mail.came.notified() => Ok(()),
            () = clock.sleep(wait) => {
                if !stays {
                    self.offer_to_leave(journal.machine());
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
            self.flights.end_all_rests();
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
            let ending = journal.append(events.clone(), now).await?;
            self.folded.set(journal.machine().sequence);
            match ending {
                Ending::New => {
                    self.tell(&events, now);
                    return Ok(Decided::Appended);
                }
                Ending::AlreadyThere | Ending::Conflict if is_fence => return Ok(Decided::Overtaken),
                Ending::AlreadyThere | Ending::Conflict => {}
            }
        }
        Ok(Decided::Overtaken)
    }

    /// Starts what is owed and not under way; returns how long until something is due by time alone.
    fn start_owed(&mut self, ticket: &Ticket) -> Option<Duration> {
        let agenda = ticket.agenda();
        self.flights.keep(|effect| agenda.debts.iter().any(|debt| debt.id == effect));
        let now = self.world.clock.now().max(ticket.clock);
        let monotonic = self.world.clock.monotonic();
        let mut waits: Vec<Duration> = Vec::new();
        let connected = self.terms_seen.as_ref().is_some_and(|terms| terms.connected);
        if connected {
            for debt in &agenda.debts {
                let rest = self.flights.rest(debt.id);
                if debt.not_before > now {
                    waits.push(debt.not_before.since(now));
                } else if rest.until > monotonic {
                    waits.push(rest.until - monotonic);
                } else if !self.flights.has(debt.id) && !self.is_braked(debt) {
                    self.start(ticket, debt, rest.tries);
                }
            }
            let alone = agenda.wake_at.filter(|(at, _)| *at > now);
            waits.extend(alone.map(|(at, _)| at.since(now)));
        }
        waits.into_iter().min()
    }

    /// The brake is on: nothing is posted or reassigned, and nothing is read to that end. Releasing it wakes us.
    fn is_braked(&self, debt: &Debt) -> bool {
        let kind = debt.id.kind;
        let acts = kind.is_post() || matches!(kind, EffectKind::Tags | EffectKind::Reassign);
        acts && debt.act == Act::Perform && self.terms_seen.as_ref().is_some_and(|terms| terms.paused)
    }

    fn start(&mut self, ticket: &Ticket, debt: &Debt, tries: u32) {
        let (desk, id, folded) = (self.tenant.desk.clone(), self.id, Rc::clone(&self.folded));
        let clock = self.world.clock.clone();
        let effect = debt.id;
        let last_try = tries + 1 >= self.world.limits.tries_max;
        if let (Act::Settle { .. }, Some(announced)) = (debt.act, &ticket.announced) {
            let marker = announced.marker.clone();
            let newest = ticket.newest_message();
            self.flights.start(effect, false, async move {
                let (as_of, outcome) = perform::settle(desk, clock, id, marker, newest, folded).await;
                Landing::Outcome(Input::Settled { effect, as_of, outcome })
            });
            return;
        }
        match effect.kind {
            EffectKind::Read => {
                let lane = if ticket.ours || ticket.fields.is_none() { Lane::Reply } else { Lane::Reconcile };
                self.flights.start(effect, false, async move {
                    let (as_of, outcome) = perform::read(desk, id, lane, folded).await;
                    Landing::Outcome(Input::Read { as_of, outcome })
                });
            }
            EffectKind::CheckDelivery => {
                let watched = ticket.deliveries.iter().find(|watch| watch.effect.sequence == effect.sequence);
                let Some(answer) = watched.map(|watch| watch.effect) else { return };
                self.flights.start(effect, false, async move {
                    let (as_of, outcome) = perform::read(desk, id, Lane::Reconcile, folded).await;
                    Landing::Outcome(Input::Delivery { effect: answer, as_of, outcome })
                });
            }
            EffectKind::Draft => {
                let Some(question) = self.question(ticket) else { return };
                let answerer = self.world.answerer.clone();
                self.flights.start(effect, false, async move {
                    let outcome = perform::draft(answerer, question, last_try).await;
                    Landing::Outcome(Input::Draft { effect, outcome })
                });
            }
            EffectKind::Answer
            | EffectKind::ShadowNote
            | EffectKind::FinalReply
            | EffectKind::HandoffNote
            | EffectKind::Reassign => {
                let lane = if effect.kind == EffectKind::Answer { Lane::Reply } else { Lane::Handoff };
                self.flights.start(effect, false, async move {
                    Landing::Fenced(Box::new(perform::fence(desk, clock, id, lane, folded).await))
                });
            }
            EffectKind::Tags => {
                let Phase::HandedOff(handoff) = &ticket.phase else { return };
                let names = handoff.tags.clone();
                self.flights.start(effect, false, async move {
                    let outcome = perform::tags(desk, id, names, last_try).await;
                    Landing::Outcome(Input::FollowUp { step: FollowUp::Tags, outcome })
                });
            }
        }
    }

    fn question(&self, ticket: &Ticket) -> Option<Question> {
        let Phase::Gathering(gathering) = &ticket.phase else { return None };
        Some(Question {
            connection: self.tenant.id.clone(),
            knowledge: self.tenant.knowledge.borrow().clone(),
            subject: ticket.fields.as_ref().and_then(|fields| fields.subject.clone()),
            text: ticket.text_of(&gathering.messages),
        })
    }

    async fn land(
        &mut self,
        journal: &mut Journal<Ticket>,
        effect: EffectId,
        landing: Landing,
    ) -> Result<(), JournalError> {
        match landing {
            Landing::Fenced(fenced) => self.behind_the_fence(journal, effect, *fenced).await,
            Landing::Outcome(input) => {
                if will_be_tried_again(&input) {
                    self.rest(effect);
                } else {
                    self.flights.end_rest(effect);
                }
                self.decide(journal, &input).await.map(|_| ())
            }
        }
    }

    /// A fence read is in: record it together with the announcement, and act only if this very append made it.
    async fn behind_the_fence(
        &mut self,
        journal: &mut Journal<Ticket>,
        effect: EffectId,
        fenced: Fenced,
    ) -> Result<(), JournalError> {
        let snapshot = match fenced.read {
            ReadOutcome::Ticket(snapshot) => snapshot,
            outcome => {
                self.rest(effect);
                let input = Input::Read { as_of: fenced.as_of, outcome };
                return self.decide(journal, &input).await.map(|_| ());
            }
        };
        let conflicts = self.conflicts.get(&effect).copied().unwrap_or(0);
        let input = Input::Fence {
            effect,
            as_of: fenced.as_of,
            read: Some(snapshot),
            conflicts,
            no_route: fenced.route.as_ref().err().cloned(),
        };
        let decided = self.decide(journal, &input).await?;
        if decided == Decided::Overtaken {
            self.conflicts.insert(effect, conflicts + 1);
            return Ok(());
        }
        let ticket = journal.machine();
        let announced = ticket.announced.as_ref().is_some_and(|announced| announced.effect == effect);
        if announced && decided == Decided::Appended {
            self.conflicts.remove(&effect);
            self.post(ticket, effect, &fenced.route, fenced.ended, fenced.permit);
        } else if effect.kind == EffectKind::Reassign && self.may_reassign(ticket, effect) {
            self.reassign(ticket, effect, fenced.permit);
        } else if !announced && ticket.agenda().debts.iter().any(|debt| debt.id == effect) {
            self.hold(effect);
        }
        Ok(())
    }

    fn may_reassign(&self, ticket: &Ticket, effect: EffectId) -> bool {
        let free = self.terms_seen.as_ref().is_some_and(|terms| terms.connected && !terms.paused);
        free && ticket.agenda().debts.iter().any(|debt| debt.id == effect && debt.act == Act::Perform)
    }

    fn post(
        &mut self,
        ticket: &Ticket,
        effect: EffectId,
        route: &Result<polus_core::gorgias::requests::ReplyRoute, String>,
        read_ended: Duration,
        permit: Permit,
    ) {
        let (Some(announced), Some(text), Some(terms), Some(fields)) =
            (&ticket.announced, ticket.post_text(effect), &self.terms_seen, &ticket.fields)
        else {
            return;
        };
        let call = match (effect.kind.is_public(), route) {
            (true, Ok(route)) => {
                let (route, marker) = (route.clone(), &announced.marker);
                perform::reply_call(self.id, route, fields, text, marker, terms.ai_user)
            }
            (true, Err(_)) => return, // The machine announces no reply that has no way to the customer.
            (false, _) => perform::note_call(self.id, text, &announced.marker, terms.ai_user),
        };
        let (desk, clock) = (self.tenant.desk.clone(), self.world.clock.clone());
        self.flights.start(effect, true, async move {
            let stale = clock.monotonic().saturating_sub(read_ended) > delays::FENCE_FRESHNESS;
            let outcome = if stale {
                PostOutcome::NotSent("the fence read was too old when the post was to go out".to_owned())
            } else {
                perform::post(desk, permit, call).await
            };
            Landing::Outcome(Input::Posted { effect, outcome })
        });
    }

    fn reassign(&mut self, ticket: &Ticket, effect: EffectId, permit: Permit) {
        let Phase::HandedOff(handoff) = &ticket.phase else { return };
        let (user, team) = (handoff.to_user, handoff.to_team);
        let last_try = self.flights.rest(effect).tries + 1 >= self.world.limits.tries_max;
        let (desk, id) = (self.tenant.desk.clone(), self.id);
        self.flights.start(effect, false, async move {
            let outcome = perform::reassign(desk, permit, id, user, team, last_try).await;
            Landing::Outcome(Input::FollowUp { step: FollowUp::Reassign, outcome })
        });
    }

    /// Waits twice as long after each failure, with a jitter so that tickets do not move in step.
    fn rest(&mut self, effect: EffectId) {
        let limits = self.world.limits;
        let tries = self.flights.rest(effect).tries + 1;
        let pause = limits.retry_first.saturating_mul(2_u32.saturating_pow(tries.min(16) - 1));
        let pause = pause.min(limits.retry_longest);
        let jitter_ms = u64::try_from(pause.as_millis() / 4).unwrap_or(u64::MAX);
        let jitter = Duration::from_millis(self.world.dice.below("retry", jitter_ms + 1));
        self.flights.set_rest(effect, Rest { tries, until: self.world.clock.monotonic() + pause + jitter });
    }

    fn hold(&mut self, effect: EffectId) {
        let tries = self.flights.rest(effect).tries;
        self.flights.set_rest(effect, Rest { tries, until: self.world.clock.monotonic() + HELD });
    }

    fn offer_to_leave(&self, ticket: &Ticket) {
        let agenda = ticket.agenda();
        let timers = agenda.debts.iter().map(|debt| debt.not_before);
        let wake_at = timers.chain(agenda.wake_at.map(|(at, _)| at)).min();
        let quiet = Quiet { ticket: self.id, sequence: ticket.sequence, wake_at };
        // The supervisor's mailbox is far larger than its number of children; `do_send` cannot be refused.
        self.quiet.do_send(quiet);
    }

    fn show(&self, ticket: &Ticket) {
        let view = TicketView {
            state: ticket.phase_name(),
            sequence: ticket.sequence,
            announced: ticket.announced.is_some(),
            changed: ticket.clock,
        };
        self.world.board.show_ticket(&self.tenant.id, self.id, view);
    }

    fn tell(&self, events: &[Event], now: Time) {
        for event in events {
            tracing::debug!(connection = %self.tenant.id, ticket = %self.id, event = event.name(), "decided");
            let about = format!("{}/{}", self.tenant.id, self.id);
            match event {
                Event::ReplyPosted { effect, .. } if effect.kind == EffectKind::Answer => {
                    self.world.board.count(Count::Answers);
                }
                Event::HandedOff(_) => self.world.board.count(Count::Handoffs),
                Event::Ignored(_) => self.world.board.count(Count::Silences),
                Event::ReplyUnclear { .. } => self.world.board.count(Count::Unclear),
                Event::FollowUpSkipped { step: FollowUp::Reassign, reason }
                    if reason.starts_with("given up") =>
                {
                    let message = format!(
                        "ticket {about} was handed off but could not be reassigned ({reason}); assign it by hand"
                    );
                    if self.world.board.alarm(&about, message.clone(), now) {
                        tracing::error!(ticket = about, "{message}");
                    }
                }
                _ => {}
            }
        }
    }
}

fn will_be_tried_again(input: &Input) -> bool {
    match input {
        Input::Read { outcome, .. } | Input::Delivery { outcome, .. } => {
            matches!(outcome, ReadOutcome::Failed(_))
        }
        Input::Draft { outcome, .. } => matches!(outcome, DraftOutcome::Failed(_)),
        Input::Posted { outcome, .. } => matches!(outcome, PostOutcome::NotSent(_)),
        Input::Settled { outcome, .. } => matches!(outcome, SettleOutcome::Unknown(_)),
        Input::FollowUp { outcome, .. } => matches!(outcome, FollowUpOutcome::Failed(_)),
        Input::Tick | Input::Fence { .. } => false,
    }
}
