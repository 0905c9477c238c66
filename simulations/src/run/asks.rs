//! What operators ask of the program while people go on: each ask lives as long as the life of the program it was made in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::Addr;
use polus_actors::office::Office;
use polus_actors::world::World;
use tokio::task::JoinHandle;

use crate::people::People;
use crate::plan::Act;
use crate::world::Stage;

/// The asks of the present life. Clones are the same.
#[derive(Clone, Default)]
pub struct Asks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The program in its present life.
    life: Option<(Addr<Office>, World)>,
    under_way: Vec<JoinHandle<()>>,
}

impl Asks {
    /// A life has begun.
    pub fn begin(&self, office: Addr<Office>, world: World) {
        self.lock().life = Some((office, world));
    }

    /// Asks without waiting for the answer. Nobody hears who asks when the program is down.
    pub fn spawn(&self, stage: Stage, people: People, account: u32, act: Act) {
        let Some((office, world)) = self.lock().life.clone() else { return };
        let ask = actix::spawn(async move {
            // What is refused now is not asked again: operators give up as well.
            drop(people.ask(&stage, (&office, &world), account, &act).await);
        });
        self.lock().under_way.push(ask);
    }

    /// Completes when all that was asked so far is answered.
    pub async fn answered(&self) {
        let under_way = std::mem::take(&mut self.lock().under_way);
        for ask in under_way {
            // An ask that fell is over as well.
            drop(ask.await);
        }
    }

    /// The life is over, and nobody waits for its answers.
    pub fn end(&self) {
        let mut state = self.lock();
        state.life = None;
        state.under_way.drain(..).for_each(|ask| ask.abort());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
