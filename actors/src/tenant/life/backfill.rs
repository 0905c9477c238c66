//! The back-fill as operators ask for it: recorded on the sync's stream, then done by the walker.

use polus_core::id::Stream;
use polus_core::sync::backfill::Ended;
use polus_core::sync::{Sync, SyncEvent};

use super::Life;
use crate::journal::{Ending, Journal};
use crate::mail::{BackfillAct, Refused};

impl Life {
    /// Asks for a back-fill, or stops the one that is under way.
    pub async fn backfill(&self, act: BackfillAct, by: &str) -> Result<(), Refused> {
        if !self.journal.lock().await.machine().is_connected() {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        }
        let stream = Stream::Sync(self.tenant.id.clone());
        let mut journal = Journal::of(&self.world, &stream, Sync::default()).map_err(Refused::storage)?;
        journal.catch_up().await.map_err(Refused::storage)?;
        loop {
            let event = self.backfill_event(journal.machine(), act, by)?;
            match journal.append(vec![event], self.world.clock.now()).await.map_err(Refused::storage)? {
                Ending::New | Ending::AlreadyThere => break,
                Ending::Conflict => {}
            }
        }
        let sync = journal.machine().clone();
        self.world.board.change_connection(&self.tenant.id, |view| view.show_sync(sync));
        self.tenant.sync_asked.notify_one();
        Ok(())
    }

    fn backfill_event(&self, sync: &Sync, act: BackfillAct, by: &str) -> Result<SyncEvent, Refused> {
        let by = by.to_owned();
        let id = &self.tenant.id;
        match (act, sync.running()) {
            (BackfillAct::Start { since: Some(since) }, None) if since > self.world.clock.now() => {
                Err(Refused::Bad(format!("{since} is in the future; give a day that has been")))
            }
            (BackfillAct::Start { since }, None) => Ok(SyncEvent::BackfillStarted { since, by }),
            (BackfillAct::Start { .. }, Some(run)) => Err(Refused::NotNow(format!(
                "a back-fill of {id} is under way since {}; `polus sync {id} --watch` shows it and `polus sync {id} --stop` \
                 stops it",
                run.started_at
            ))),
            (BackfillAct::Stop, Some(_)) => Ok(SyncEvent::BackfillEnded {
                ended: Ended::Stopped { by },
                mismatches: Vec::new(),
                mismatched: 0,
                calls: 0,
            }),
            (BackfillAct::Stop, None) => Err(Refused::NotNow(format!(
                "no back-fill of {id} is under way; `polus sync {id}` starts one"
            ))),
        }
    }
}
