//! From what a ticket owes to flights.

use std::rc::Rc;
use std::time::Duration;

#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_core::ticket::event::FollowUp;
use polus_core::ticket::{Act, Debt, EffectKind, Input, Phase, Ticket, delays};

use super::Shell;
use crate::budget::Lane;
use crate::marks::Mark;
use crate::perform;
use crate::ticket::flights::Landing;
use crate::world::Question;

/// What a ticket waits for once everything was started that can be.
pub(super) struct Waits {
    /// How long until something is due by time alone.
    pub time: Option<Duration>,
    /// Something is due and cannot be done now: it rests after a failure, or the terms do not allow it. Nobody
    /// outside could tell when to wake the ticket for it.
    pub held: bool,
}

impl Shell {
    /// Starts what is owed and not under way.
    pub(super) fn start_owed(&mut self, ticket: &Ticket) -> Waits {
        let agenda = ticket.agenda();
        let is_owed = |effect| agenda.debts.iter().any(|debt| debt.id == effect);
        if self.flights.keep(is_owed) {
            self.world.marks.hit(Mark::FlightCalledOff);
        }
        self.conflicts.retain(|effect, _| is_owed(*effect));
        if ticket.announced.is_none() {
            self.tenant.provable.borrow_mut().remove(&self.id);
        }
        // A clock that was set back shows less than the ticket has seen: what is due later is so much farther off.
        let wall = self.world.clock.now();
        let now = wall.max(ticket.clock);
        let monotonic = self.world.clock.monotonic();
        let connected = self.terms_seen.as_ref().is_some_and(|terms| terms.connected);
        let starts = connected && !self.tenant.stopping.get();
        let mut times: Vec<Duration> = Vec::new();
        let mut held = ticket.waits_to_be_live();
        for debt in &agenda.debts {
            let rest = self.flights.rest(debt.id);
            let earliest = rest.until.max(self.provable(debt));
            if debt.not_before > now {
                times.push(debt.not_before.since(wall));
            } else if earliest > monotonic {
                times.push(earliest - monotonic);
                held = true;
            } else if starts && !self.flights.has(debt.id) && !self.is_braked(debt) {
                self.start(ticket, debt, rest.tries);
            }
            held |= debt.not_before <= now && !self.flights.has(debt.id);
        }
        match agenda.wake_at {
            Some((at, _)) if at > now => times.push(at.since(wall)),
            Some(_) => held = true,
            None => {}
        }
        Waits { time: times.into_iter().min(), held }
    }

    /// From when on a look can settle this debt, by the monotonic clock. The machine knows the wall clock alone, and that
    /// may have been set forward since the post was announced. What an earlier life of the program posted was given up
    /// at its end at the latest.
    fn provable(&self, debt: &Debt) -> Duration {
        #[cfg(feature = "planted")]
        if planted::is(Bug::SettleAtOnce) {
            return Duration::ZERO;
        }
        match debt.act {
            Act::Settle { .. } => {
                self.tenant.provable.borrow().get(&self.id).copied().unwrap_or(delays::SETTLE_AFTER)
            }
            Act::Perform => Duration::ZERO,
        }
    }

    /// The brake is on: nothing is posted or reassigned, and nothing is read to that end. Releasing it wakes us.
    fn is_braked(&self, debt: &Debt) -> bool {
        #[cfg(feature = "planted")]
        if planted::is(Bug::IgnoreTheBrake) {
            return false;
        }
        let kind = debt.id.kind;
        let acts =
            kind.is_post() || matches!(kind, EffectKind::Tags | EffectKind::Reassign | EffectKind::MailTags);
        let paused = self.terms_seen.as_ref().is_some_and(|terms| terms.paused);
        let braked = acts && debt.act == Act::Perform && paused;
        if braked {
            self.world.marks.hit(Mark::BrakeHeld);
        }
        braked
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
            | EffectKind::Reassign
            | EffectKind::MailTags => {
                let lane = lane_of_post(effect.kind);
                self.flights.start(effect, false, async move {
                    Landing::Fenced(Box::new(perform::fence(desk, clock, id, lane, folded).await))
                });
            }
            EffectKind::Tags => {
                let Phase::HandedOff(handoff) = &ticket.phase else { return };
                let (names, tenant) = (handoff.tags.clone(), Rc::clone(&self.tenant));
                self.flights.start(effect, false, async move {
                    let permit = desk.reserve(Lane::Handoff, 1).await;
                    if tenant.terms.borrow().as_ref().is_some_and(|terms| terms.paused) {
                        return Landing::Braked;
                    }
                    let outcome = perform::tags(desk, permit, id, names, last_try).await;
                    Landing::Outcome(Input::FollowUp { step: FollowUp::Tags, outcome })
                });
            }
        }
    }

    fn question(&self, ticket: &Ticket) -> Option<Question> {
        let Phase::Gathering(gathering) = &ticket.phase else { return None };
        let terms = self.terms_seen.as_ref()?;
        Some(Question {
            connection: self.tenant.id.clone(),
            knowledge: self.tenant.knowledge.borrow().clone(),
            subject: ticket.fields.as_ref().and_then(|fields| fields.subject.clone()),
            text: ticket.text_of(&gathering.messages),
            synonyms: terms.policy.synonyms.clone(),
            answer_in_article_language: terms.policy.answer_in_article_language,
        })
    }
}

/// In which lane an effect is fenced and posted.
fn lane_of_post(kind: EffectKind) -> Lane {
    match kind {
        EffectKind::Answer => Lane::Reply,
        EffectKind::MailTags => Lane::Reconcile,
        EffectKind::Read
        | EffectKind::Draft
        | EffectKind::CheckDelivery
        | EffectKind::ShadowNote
        | EffectKind::FinalReply
        | EffectKind::HandoffNote
        | EffectKind::Tags
        | EffectKind::Reassign => Lane::Handoff,
    }
}
