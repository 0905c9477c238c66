//! Crashes at chosen moments: not only at some time, but right before or after an act that must not be cut in two.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

/// A moment at which the program may die.
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
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::BeforeAppend, Self::AfterAppend, Self::BeforePost, Self::AfterPost, Self::DuringRead];
}

/// What may end the present life of the program. Clones are the same.
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
}

#[derive(Clone, Copy)]
struct Armed {
    moment: Moment,
    /// How many such moments are let pass.
    after: u32,
}

impl Doom {
    /// The program dies at such a moment, after `after` of them have passed.
    pub fn arm(&self, moment: Moment, after: u32) {
        self.armed(|armed| armed.push(Armed { moment, after }));
    }

    /// Nothing of the kind happens any more.
    pub fn disarm(&self) {
        self.armed(Vec::clear);
    }

    /// A moment has come: whether the program dies of it. If so, the caller must not go on.
    pub fn strikes(&self, moment: Moment) -> bool {
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
            *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(moment);
            *self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(moment).or_default() += 1;
            self.0.struck.notify_one();
        }
        struck
    }

    /// Completes when a moment has struck.
    pub async fn struck(&self) {
        self.0.struck.notified().await;
    }

    /// The moment that struck last.
    pub fn last(&self) -> Option<Moment> {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often each moment struck.
    pub fn counts(&self) -> BTreeMap<Moment, u64> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn armed<T>(&self, look: impl FnOnce(&mut Vec<Armed>) -> T) -> T {
        look(&mut self.0.armed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
