//! From an input to the events that follow. Every input ends in the same judgement, so that nothing hangs on the
//! order in which facts and outcomes arrive.

use super::apply::IllegalEvent;
use super::event::Event;
use super::input::Input;
use super::plan::Plan;
use super::state::Ticket;
use crate::policy::Terms;
use crate::time::Time;

impl Ticket {
    /// Which events follow from `input` under `terms` at `now`. Changes nothing; empty is a normal answer. The
    /// caller appends them all at exactly [`Ticket::sequence`], or decides again on what arrived in between.
    ///
    /// An error is a bug of this machine: a decision that does not fit its own state.
    pub fn decide(&self, input: &Input, terms: &Terms, now: Time) -> Result<Vec<Event>, IllegalEvent> {
        let mut plan = Plan::new(self, terms, now.max(self.clock));
        match input {
            Input::Tick => {}
            Input::Read { as_of, outcome } => plan.read(*as_of, outcome),
            Input::Draft { effect, outcome } => plan.draft(*effect, outcome),
            Input::Fence { effect, as_of, read, conflicts, no_route } => {
                plan.fence(*effect, *as_of, read.as_deref(), *conflicts, no_route.as_deref());
            }
            Input::Posted { effect, outcome } => plan.posted(*effect, outcome),
            Input::Settled { effect, as_of, outcome } => plan.settled(*effect, *as_of, outcome),
            Input::Delivery { effect, as_of, outcome } => plan.delivery(*effect, *as_of, outcome),
            Input::FollowUp { step, outcome } => plan.follow_up(*step, outcome),
            Input::Tagged { effect, outcome } => plan.tagged(*effect, outcome),
        }
        plan.judge();
        plan.finish()
    }
}
