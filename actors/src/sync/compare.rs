//! The end of a back-fill: of every kept ticket, as many messages as Gorgias counts? Where not, its thread is fetched
//! whole; what differs even then is named.

use std::time::Duration;

use polus_core::id::{Stream, TicketId};
use polus_core::sync::backfill::Ended;
use polus_core::sync::mirror::{MISMATCHES_MAX, Mismatch};

use super::Walker;
use super::fill::Step;
use super::keep::Refetched;
use crate::marks::Mark;

/// Tickets compared between two looks at the time.
const AT_ONCE: usize = 64;

/// How far a comparison is. A crash begins it anew; what was fetched by then is kept.
pub(super) struct Comparing {
    left: Vec<TicketId>,
    mismatches: Vec<Mismatch>,
    mismatched: u32,
    calls: u32,
}

impl Walker {
    pub(super) async fn compare(&mut self, until: Duration) -> Result<Step, String> {
        let mut comparing = match self.comparing.take() {
            Some(comparing) => comparing,
            None => self.begin_comparing().await?,
        };
        let compared = self.compare_some(&mut comparing, until).await;
        if compared.is_ok() && comparing.left.is_empty() {
            let Comparing { mismatches, mismatched, calls, .. } = comparing;
            return self.end_run(Ended::Complete, mismatches, mismatched, calls).await;
        }
        self.comparing = Some(comparing);
        compared.map(|()| Step::Went)
    }

    async fn begin_comparing(&self) -> Result<Comparing, String> {
        let prefix = format!("{}/mirror/", self.tenant.id);
        let streams = self.world.log.streams(&prefix).await.map_err(|error| error.to_string())?;
        let mut left: Vec<TicketId> = streams
            .iter()
            .filter_map(|name| match name.as_str().parse() {
                Ok(Stream::Mirror(_, ticket)) => Some(ticket),
                _ => None,
            })
            .collect();
        left.sort_unstable();
        Ok(Comparing { left, mismatches: Vec::new(), mismatched: 0, calls: 0 })
    }

    /// Newest tickets first. A ticket leaves the list when it is compared.
    async fn compare_some(&self, comparing: &mut Comparing, until: Duration) -> Result<(), String> {
        for _ in 0..AT_ONCE {
            let Some(ticket) = comparing.left.last().copied() else { return Ok(()) };
            let mut mismatch = self.mismatch(ticket).await?;
            if mismatch.is_some() {
                self.world.marks.hit(Mark::MirrorDiffered);
                comparing.calls += 1;
                mismatch = match self.refetch(ticket).await? {
                    Refetched::Compared(mismatch) => mismatch,
                    Refetched::Refused(refusal) if refusal.is_repeatable() => return Err(refusal.to_string()),
                    // What cannot be fetched stays different.
                    Refetched::Refused(_) => mismatch,
                };
            }
            if let Some(mismatch) = mismatch {
                comparing.mismatched += 1;
                if comparing.mismatches.len() < MISMATCHES_MAX {
                    comparing.mismatches.push(mismatch);
                }
            }
            comparing.left.pop();
            if self.time_until(until).is_none() {
                return Ok(());
            }
        }
        Ok(())
    }
}
