//! Of every kept ticket, as many messages as Gorgias counts? At the end of a back-fill all are asked, between sweeps those
//! that changed. Where not, the thread is fetched whole; what differs even then is named.

use std::collections::VecDeque;
use std::time::Duration;

use polus_core::id::TicketId;
use polus_core::sync::backfill::Ended;
use polus_core::sync::mirror::{MISMATCHES_MAX, Mismatch};

use super::Walker;
use super::fill::Step;
use super::keep::Refetched;
use crate::journal::mirrored_tickets;
use crate::marks::Mark;

/// Tickets compared between two looks at the time.
const AT_ONCE: usize = 64;

/// A ticket whose thread cannot be fetched is asked for so often, each time after all the others.
const TRIES_MAX: u32 = 5;

/// How far a comparison is. A crash begins it anew; what was fetched by then is kept.
pub(super) struct Comparing {
    left: VecDeque<(TicketId, u32)>,
    mismatches: Vec<Mismatch>,
    mismatched: u32,
    calls: u32,
}

/// What one ticket came to.
enum Compared {
    As(Option<Mismatch>),
    /// The time is up.
    NotYet,
    Failed(String),
}

impl Walker {
    pub(super) async fn compare(&mut self, until: Duration) -> Result<Step, String> {
        let mut comparing = match self.fill.comparing.take() {
            Some(comparing) => comparing,
            None => self.begin_comparing().await?,
        };
        let compared = self.compare_some(&mut comparing, until).await;
        if compared.is_ok() && comparing.left.is_empty() {
            let Comparing { mismatches, mismatched, calls, .. } = comparing;
            return self.end_run(Ended::Complete, mismatches, mismatched, calls).await;
        }
        self.fill.comparing = Some(comparing);
        compared.map(|()| Step::Went)
    }

    /// What could not be compared is tried again.
    pub(super) fn take_up_put_off(&mut self) {
        for (ticket, tries) in std::mem::take(&mut self.put_off) {
            self.changed.entry(ticket).or_insert(tries);
        }
    }

    /// Compares one of the tickets that a sweep saw changed. One that fails waits for the next sweep that reaches its end:
    /// Gorgias is in reach then, so that only what is wrong with the ticket itself uses its tries up.
    pub(super) async fn compare_changed(&mut self, until: Duration) -> Result<Step, String> {
        let Some((ticket, tries)) = self.changed.pop_first() else { return Ok(Step::Idle) };
        let mut calls = 0;
        match self.compare_one(ticket, until, &mut calls).await {
            Ok(Compared::As(_)) => Ok(Step::Went),
            Ok(Compared::NotYet) => {
                self.changed.insert(ticket, tries);
                Ok(Step::Went)
            }
            Ok(Compared::Failed(problem)) | Err(problem) => {
                if tries < TRIES_MAX {
                    self.put_off.insert(ticket, tries + 1);
                }
                Err(problem)
            }
        }
    }

    async fn begin_comparing(&self) -> Result<Comparing, String> {
        let mut tickets = mirrored_tickets(self.world.log.as_ref(), &self.tenant.id)
            .await
            .map_err(|error| error.to_string())?;
        tickets.reverse();
        let left = tickets.into_iter().map(|ticket| (ticket, 0)).collect();
        Ok(Comparing { left, mismatches: Vec::new(), mismatched: 0, calls: 0 })
    }

    /// The highest numbers first. A ticket leaves the list when it is compared.
    async fn compare_some(&self, comparing: &mut Comparing, until: Duration) -> Result<(), String> {
        for _ in 0..AT_ONCE {
            let Some((ticket, tries)) = comparing.left.front().copied() else { return Ok(()) };
            let mismatch = match self.compare_one(ticket, until, &mut comparing.calls).await? {
                Compared::As(mismatch) => mismatch,
                Compared::NotYet => return Ok(()),
                Compared::Failed(_) if tries >= TRIES_MAX => self.mismatch(ticket).await?,
                Compared::Failed(problem) => {
                    comparing.left.pop_front();
                    comparing.left.push_back((ticket, tries + 1));
                    return Err(problem);
                }
            };
            if let Some(mismatch) = mismatch {
                comparing.mismatched += 1;
                if comparing.mismatches.len() < MISMATCHES_MAX {
                    comparing.mismatches.push(mismatch);
                }
            }
            comparing.left.pop_front();
            if self.time_until(until).is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn compare_one(
        &self,
        ticket: TicketId,
        until: Duration,
        calls: &mut u32,
    ) -> Result<Compared, String> {
        let mismatch = self.mismatch(ticket).await?;
        if mismatch.is_none() {
            return Ok(Compared::As(None));
        }
        self.world.marks.hit(Mark::MirrorDiffered);
        let Some(refetched) = self.refetch(ticket, until).await? else { return Ok(Compared::NotYet) };
        *calls += 1;
        Ok(match refetched {
            Refetched::Compared(mismatch) => Compared::As(mismatch),
            Refetched::Refused(refusal) if refusal.is_repeatable() => Compared::Failed(refusal.to_string()),
            // What cannot be fetched stays different.
            Refetched::Refused(_) => Compared::As(mismatch),
        })
    }
}
