//! From flights that landed to decisions, and behind a fence to the act.

use std::rc::Rc;
use std::time::Duration;

use polus_core::gorgias::requests::ReplyRoute;
use polus_core::ticket::event::FollowUp;
use polus_core::ticket::input::{DraftOutcome, FollowUpOutcome, PostOutcome, ReadOutcome, SettleOutcome};
use polus_core::ticket::{Act, EffectId, EffectKind, Input, Phase, Ticket, delays};

use super::{Decided, Shell};
use crate::budget::Permit;
use crate::journal::{Journal, JournalError};
use crate::marks::Mark;
use crate::perform::{self, Fenced};
use crate::ticket::flights::{Landing, Rest};

/// How long a post that may not go now waits before its fence is passed anew.
const HELD: Duration = Duration::from_secs(5);

impl Shell {
    pub(super) async fn land(
        &mut self,
        journal: &mut Journal<Ticket>,
        effect: EffectId,
        landing: Landing,
    ) -> Result<(), JournalError> {
        self.notice_terms();
        match landing {
            Landing::Fenced(fenced) => self.behind_the_fence(journal, effect, *fenced).await,
            Landing::Braked => {
                self.hold(effect);
                Ok(())
            }
            Landing::Outcome(input) => {
                if let Some(mark) = will_be_tried_again(&input) {
                    self.world.marks.hit(mark);
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
                self.world.marks.hit(Mark::FenceUnreadable);
                self.rest(effect);
                let input = Input::Read { as_of: fenced.as_of, outcome };
                return self.decide(journal, &input).await.map(|_| ());
            }
        };
        if effect.kind.is_post() && !self.tenant.desk.lets_go() {
            // Nothing is announced that could not go out at once.
            self.world.marks.hit(Mark::FenceHeldBack);
            self.hold(effect);
            let input = Input::Read { as_of: fenced.as_of, outcome: ReadOutcome::Ticket(snapshot) };
            return self.decide(journal, &input).await.map(|_| ());
        }
        let conflicts = self.conflicts.get(&effect).copied().unwrap_or(0);
        let input = Input::Fence {
            effect,
            as_of: fenced.as_of,
            read: Some(snapshot),
            conflicts,
            no_route: fenced.route.as_ref().err().cloned(),
        };
        if fenced.route.is_err() {
            self.world.marks.hit(Mark::FenceFoundNoRoute);
        }
        let decided = self.decide(journal, &input).await?;
        if decided == Decided::Overtaken {
            self.world.marks.hit(Mark::FenceOvertaken);
            self.conflicts.insert(effect, conflicts + 1);
            return Ok(());
        }
        let ticket = journal.machine();
        let announced = ticket.announced.as_ref().is_some_and(|announced| announced.effect == effect);
        if announced && decided == Decided::Appended {
            self.conflicts.remove(&effect);
            self.post(ticket, effect, &fenced.route, fenced.ended, fenced.permit);
        } else if effect.kind == EffectKind::Reassign && self.may_act(ticket, effect) {
            self.reassign(ticket, effect, fenced.permit);
        } else if effect.kind == EffectKind::MailTags
            && !ticket.reading.is_owed()
            && self.may_act(ticket, effect)
        {
            self.tag(ticket, effect, fenced.permit);
        } else if !announced && ticket.agenda().debts.iter().any(|debt| debt.id == effect) {
            self.world.marks.hit(Mark::FenceUnproven);
            self.hold(effect);
        } else {
            self.world.marks.hit(Mark::FenceFoundNothingOwed);
        }
        Ok(())
    }

    /// Whether an act that is no post may follow its fence.
    fn may_act(&self, ticket: &Ticket, effect: EffectId) -> bool {
        let free = self.terms_seen.as_ref().is_some_and(|terms| terms.connected && !terms.paused);
        free && ticket.agenda().debts.iter().any(|debt| debt.id == effect && debt.act == Act::Perform)
    }

    fn post(
        &mut self,
        ticket: &Ticket,
        effect: EffectId,
        route: &Result<ReplyRoute, String>,
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
            (false, _) => perform::note_call(self.id, effect.kind, text, &announced.marker, terms.ai_user),
        };
        let (tenant, clock, generation) =
            (Rc::clone(&self.tenant), self.world.clock.clone(), terms.generation);
        let gives_up = self.world.clock.monotonic() + delays::POST_PATIENCE;
        self.tenant.provable.borrow_mut().insert(self.id, gives_up + delays::SETTLE_AFTER);
        self.flights.start(effect, true, async move {
            let stale = clock.monotonic().saturating_sub(read_ended) > delays::FENCE_FRESHNESS;
            let stands = tenant.terms.borrow().as_ref().is_some_and(|terms| terms.generation == generation);
            let outcome = if stale {
                PostOutcome::NotSent("the fence read was too old when the post was to go out".to_owned())
            } else if !stands {
                PostOutcome::NotSent("the connection was cut before the post went out".to_owned())
            } else {
                perform::post(tenant.desk.clone(), clock, permit, call).await
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

    fn tag(&mut self, ticket: &Ticket, effect: EffectId, permit: Permit) {
        let Some(owed) = &ticket.mail_tags else { return };
        let names = owed.tags.clone();
        let last_try = self.flights.rest(effect).tries + 1 >= self.world.limits.tries_max;
        let (desk, id) = (self.tenant.desk.clone(), self.id);
        self.flights.start(effect, false, async move {
            let outcome = perform::tags(desk, permit, id, names, last_try).await;
            Landing::Outcome(Input::Tagged { effect, outcome })
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
}

/// The mark of an outcome that is none yet: it will be tried again.
fn will_be_tried_again(input: &Input) -> Option<Mark> {
    let (again, mark) = match input {
        Input::Read { outcome, .. } | Input::Delivery { outcome, .. } => {
            (matches!(outcome, ReadOutcome::Failed(_)), Mark::ReadTriedAgain)
        }
        Input::Draft { outcome, .. } => (matches!(outcome, DraftOutcome::Failed(_)), Mark::DraftTriedAgain),
        Input::Posted { outcome, .. } => (matches!(outcome, PostOutcome::NotSent(_)), Mark::PostTriedAgain),
        Input::Settled { outcome, .. } => {
            (matches!(outcome, SettleOutcome::Unknown(_)), Mark::SettleTriedAgain)
        }
        Input::FollowUp { outcome, .. } | Input::Tagged { outcome, .. } => {
            (matches!(outcome, FollowUpOutcome::Failed(_)), Mark::FollowUpTriedAgain)
        }
        Input::Tick | Input::Fence { .. } => return None,
    };
    again.then_some(mark)
}
