//! What happens at chosen moments: the program dies, or somebody does something, not only at some time, but right before
//! or after an act that must not be cut in two.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polus_core::id::{ConnectionId, TicketId};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

/// A moment at which the program may die or somebody may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// An append was asked for and nothing is written yet.
    BeforeAppend,
    /// An append is durable and its caller does not know.
    AfterAppend,
    /// A message is about to go to Gorgias.
    BeforePost,
    /// A message is at Gorgias and its caller does not know.
    AfterPost,
    /// A read of Gorgias is under way.
    DuringRead,
    /// Gorgias has answered a read and its caller does not know.
    AfterRead,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::BeforeAppend,
        Self::AfterAppend,
        Self::BeforePost,
        Self::AfterPost,
        Self::DuringRead,
        Self::AfterRead,
    ];
}

/// The ticket that a moment is about.
pub type About = (ConnectionId, TicketId);

/// What somebody does at a moment.
pub type Deed = Box<dyn FnOnce() + Send>;

/// What may end the present life of the program, and what waits for a moment. Clones are the same.
#[derive(Clone, Default)]
pub struct Doom(Arc<State>);

#[derive(Default)]
struct State {
    armed: Mutex<Vec<Armed>>,
    struck: Notify,
    /// The moment that struck last.
    last: Mutex<Option<Moment>>,
    /// How often each moment struck.
    counts: Mutex<BTreeMap<Moment, u64>>,
    waiting: Mutex<Vec<Waiting>>,
    /// How often somebody did something at each moment.
    met: Mutex<BTreeMap<Moment, u64>>,
}

#[derive(Clone, Copy)]
struct Armed {
    moment: Moment,
    /// How many such moments are let pass.
    after: u32,
}

/// What somebody does at a moment of one ticket.
struct Waiting {
    about: About,
    moment: Moment,
    /// How many such moments of the ticket are let pass.
    after: u32,
    deed: Deed,
}

impl Doom {
    /// The program dies at such a moment, after `after` of them have passed.
    pub fn arm(&self, moment: Moment, after: u32) {
        self.armed(|armed| armed.push(Armed { moment, after }));
    }

    /// Somebody does something at such a moment of this ticket, after `after` of them have passed.
    pub fn wait_for(&self, about: About, moment: Moment, after: u32, deed: Deed) {
        lock(&self.0.waiting).push(Waiting { about, moment, after, deed });
    }

    /// Nothing of either kind happens any more.
    pub fn disarm(&self) {
        self.armed(Vec::clear);
        lock(&self.0.waiting).clear();
    }

    /// A moment has come, perhaps of a ticket: what waits for it is done. Says whether the program dies of it; if so, the
    /// caller must not go on.
    pub fn strikes(&self, moment: Moment, about: impl FnOnce() -> Option<About>) -> bool {
        self.meets(moment, about);
        let struck = self.armed(|armed| {
            let Some(place) = armed.iter().position(|one| one.moment == moment) else { return false };
            if armed[place].after > 0 {
                armed[place].after -= 1;
                return false;
            }
            armed.remove(place);
            true
        });
        if struck {
            *lock(&self.0.last) = Some(moment);
            *lock(&self.0.counts).entry(moment).or_default() += 1;
            self.0.struck.notify_one();
        }
        struck
    }

    fn meets(&self, moment: Moment, about: impl FnOnce() -> Option<About>) {
        if !lock(&self.0.waiting).iter().any(|one| one.moment == moment) {
            return;
        }
        let Some(about) = about() else { return };
        let mut due = Vec::new();
        let mut waiting = lock(&self.0.waiting);
        for mut one in std::mem::take(&mut *waiting) {
            match (one.moment == moment && one.about == about, one.after) {
                (true, 0) => due.push(one.deed),
                (true, _) => {
                    one.after -= 1;
                    waiting.push(one);
                }
                (false, _) => waiting.push(one),
            }
        }
        // What is done may come to a moment itself.
        drop(waiting);
        *lock(&self.0.met).entry(moment).or_default() += due.len() as u64;
        due.into_iter().for_each(|deed| deed());
    }

    /// Completes when a moment has struck.
    pub async fn struck(&self) {
        self.0.struck.notified().await;
    }

    /// The moment that struck last.
    pub fn last(&self) -> Option<Moment> {
        *lock(&self.0.last)
    }

    /// How often each moment struck.
    pub fn counts(&self) -> BTreeMap<Moment, u64> {
        lock(&self.0.counts).clone()
    }

    /// How often somebody did something at each moment.
    pub fn met(&self) -> BTreeMap<Moment, u64> {
        lock(&self.0.met).clone()
    }

    fn armed<T>(&self, look: impl FnOnce(&mut Vec<Armed>) -> T) -> T {
        look(&mut lock(&self.0.armed))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn what_waits_is_done_once_at_its_moment_of_its_ticket() {
        let about = |ticket| Some((ConnectionId::new("acme").unwrap(), TicketId(ticket)));
        let (doom, done) = (Doom::default(), Arc::new(Mutex::new(0)));
        let count = Arc::clone(&done);
        let deed = Box::new(move || *lock(&count) += 1);
        doom.wait_for(about(1).unwrap(), Moment::BeforePost, 1, deed);
        let steps = [(Moment::AfterPost, 1, 0), (Moment::BeforePost, 2, 0), (Moment::BeforePost, 1, 0)];
        for (moment, ticket, so_far) in
            steps.into_iter().chain([1, 1].map(|so_far| (Moment::BeforePost, 1, so_far)))
        {
            assert!(!doom.strikes(moment, || about(ticket)), "nobody dies of it");
            assert_eq!(*lock(&done), so_far, "{moment:?} of {ticket}");
        }
        assert_eq!(doom.met(), [(Moment::BeforePost, 1)].into());
    }
}
