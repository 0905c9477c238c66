//! What a ticket has under way: at most one flight for each effect.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use polus_core::ticket::{EffectId, Input};

use crate::perform::Fenced;

/// What a flight came to.
pub enum Landing {
    /// An outcome for the machine.
    Outcome(Input),
    /// A fence read; the act behind it follows if the machine announces it.
    Fenced(Box<Fenced>),
    /// The brake was pulled while the flight waited for its turn: nothing was done.
    Braked,
}

struct Flight {
    /// An announced flight is never called off.
    announced: bool,
    future: LocalBoxFuture<'static, Landing>,
}

/// Flights by effect, polled in that order.
#[derive(Default)]
pub struct Flights {
    under_way: BTreeMap<EffectId, Flight>,
    /// Effects that failed, with the number of tries and when the next one may start.
    resting: BTreeMap<EffectId, Rest>,
}

/// A pause between two tries of an effect.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rest {
    /// Tries that failed.
    pub tries: u32,
    /// The next one may start at this time, by the monotonic clock.
    pub until: Duration,
}

impl Flights {
    /// Starts a flight. The caller has looked that there is none for this effect.
    pub fn start(
        &mut self,
        effect: EffectId,
        announced: bool,
        future: impl Future<Output = Landing> + 'static,
    ) {
        self.under_way.insert(effect, Flight { announced, future: future.boxed_local() });
    }

    /// Whether an effect is under way.
    pub fn has(&self, effect: EffectId) -> bool {
        self.under_way.contains_key(&effect)
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Calls off what was not announced and is no longer owed. Says whether there was such a flight.
    pub fn keep(&mut self, owed: impl Fn(EffectId) -> bool) -> bool {
        let before = self.under_way.len();
        self.under_way.retain(|effect, flight| flight.announced || owed(*effect));
        self.resting.retain(|effect, _| owed(*effect));
        self.under_way.len() < before
    }

    /// Calls off all that was not announced.
    pub fn keep_announced(&mut self) {
        self.under_way.retain(|_, flight| flight.announced);
    }

    /// The next flight to land; never, when nothing is under way.
    pub async fn next(&mut self) -> (EffectId, Landing) {
        poll_fn(|context| {
            let landed = self.under_way.iter_mut().find_map(|(effect, flight)| {
                match flight.future.poll_unpin(context) {
                    Poll::Ready(landing) => Some((*effect, landing)),
                    Poll::Pending => None,
                }
            });
            match landed {
                Some((effect, landing)) => {
                    self.under_way.remove(&effect);
                    Poll::Ready((effect, landing))
                }
                None => Poll::Pending,
            }
        })
        .await
    }

    /// The pause an effect is in.
    pub fn rest(&self, effect: EffectId) -> Rest {
        self.resting.get(&effect).copied().unwrap_or_default()
    }

    /// Puts an effect to rest.
    pub fn set_rest(&mut self, effect: EffectId, rest: Rest) {
        self.resting.insert(effect, rest);
    }

    /// Ends the pause of an effect that worked.
    pub fn end_rest(&mut self, effect: EffectId) {
        self.resting.remove(&effect);
    }

    /// Ends all pauses: the terms changed. Says whether there was one.
    pub fn end_all_rests(&mut self) -> bool {
        !std::mem::take(&mut self.resting).is_empty()
    }
}

#[cfg(test)]
mod tests;
