//! The back-fill, a page at a time, whenever no sweep is due. A call that fails is made again for as long as it may work:
//! only a cursor that leads nowhere ends a list.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use polus_core::gorgias::{Refusal, answers, requests};
use polus_core::sync::SyncEvent;
use polus_core::sync::backfill::{Ended, List, PageKept, PageWanted};
use polus_core::sync::mirror::Mismatch;
use polus_core::time::Time;

use super::Walker;
use super::compare::Comparing;
use crate::budget::{Lane, Permit};
use crate::marks::Mark;

/// Answers that make no sense are asked for again so often.
const UNREADABLE_MAX: u32 = 5;

/// A list whose cursors lead in a circle is begun anew so often.
const CIRCLES_MAX: u32 = 3;

/// A list that loses its cursor at the same point is begun anew so often.
const LOST_MAX: u32 = 5;

/// What came of one step.
pub(super) enum Step {
    /// There is nothing to do until somebody asks.
    Idle,
    /// There is more to do.
    Went,
    /// Something failed; it is tried again after this long.
    Again(Duration),
}

/// What is known of the run under way beside its events. A crash forgets it.
#[derive(Default)]
pub(super) struct Fill {
    /// Which run.
    number: u64,
    attempt: Attempt,
    /// Cursors that were followed.
    followed: BTreeSet<(List, String)>,
    /// How often they led in a circle.
    circles: u32,
    /// How far back a list was when its cursor was lost, and how often it was lost there.
    lost: BTreeMap<List, (Option<Time>, u32)>,
    pub(super) comparing: Option<Comparing>,
}

/// How often the page that is wanted next was asked for in vain.
#[derive(Debug, Default, Clone)]
struct Attempt {
    calls: u32,
    unreadable: u32,
    problem: Option<String>,
}

/// What a page told.
struct Fetched {
    rows: u32,
    news: u32,
    oldest: Option<Time>,
    next_cursor: Option<String>,
    total: Option<u64>,
}

impl Walker {
    /// Goes on with what is asked for until `until`, when the next sweep is due. Ends early when the connection was cut.
    pub(super) async fn fill_until(&mut self, until: Duration) {
        let mut tries = 0_u32;
        loop {
            let Some(left) = self.time_until(until) else { return };
            if self.tenant.terms.borrow().as_ref().is_none_or(|terms| !terms.connected) {
                return;
            }
            let step = self.step(until).await.unwrap_or_else(|problem| {
                tracing::warn!(connection = %self.tenant.id, problem, "the back-fill waits");
                let pause = self.world.limits.retry_first.saturating_mul(2_u32.saturating_pow(tries.min(8)));
                Step::Again(pause.min(self.world.limits.retry_longest))
            });
            let asked =
                self.next_question().map_or(left, |then| self.time_until(then).unwrap_or_default().min(left));
            match step {
                Step::Went => tries = 0,
                Step::Again(pause) => {
                    tries += 1;
                    self.world.clock.sleep(pause.min(left)).await;
                }
                Step::Idle => {
                    tokio::select! {
                        biased;
                        () = self.tenant.sync_asked.notified() => {}
                        () = self.world.clock.sleep(asked) => {}
                    }
                }
            }
        }
    }

    async fn step(&mut self, until: Duration) -> Result<Step, String> {
        self.ask_after_webhooks().await;
        self.journal.catch_up().await.map_err(|error| error.to_string())?;
        let Some(run) = self.journal.machine().running() else {
            self.fill = Fill::default();
            if self.journal.machine().keeps_mirror() {
                return self.compare_changed(until).await;
            }
            // An operator stopped the run: nothing is fetched for a mirror that is not kept.
            self.changed.clear();
            self.put_off.clear();
            return Ok(Step::Idle);
        };
        if self.fill.number != run.number {
            self.fill = Fill { number: run.number, ..Fill::default() };
        }
        match run.next_page() {
            Some(wanted) => self.page(&wanted, until).await,
            None => self.compare(until).await,
        }
    }

    async fn page(&mut self, wanted: &PageWanted, until: Duration) -> Result<Step, String> {
        let Some(mut permit) = self.permit_until(until).await else { return Ok(Step::Went) };
        let cursor = wanted.cursor.as_deref();
        let call = match wanted.list {
            List::Tickets => requests::tickets(cursor),
            List::Messages => requests::messages(cursor),
        };
        self.fill.attempt.calls += 1;
        let reply = self.tenant.desk.call(&mut permit, &call).await;
        drop(permit);
        let fetched = match (reply, wanted.list) {
            (Err(refusal), _) => Err(refusal),
            (Ok(reply), List::Tickets) => match answers::listed_tickets(&reply) {
                Err(refusal) => Err(refusal),
                Ok(page) => Ok(Fetched {
                    rows: u32::try_from(page.rows.len()).unwrap_or(u32::MAX),
                    oldest: page.rows.iter().map(|(_, row)| row.fields.updated_at).min(),
                    news: self.keep_tickets(&page.rows).await?,
                    next_cursor: page.next_cursor,
                    total: page.total,
                }),
            },
            (Ok(reply), List::Messages) => match answers::listed_messages(&reply) {
                Err(refusal) => Err(refusal),
                Ok(page) => Ok(Fetched {
                    rows: u32::try_from(page.rows.len()).unwrap_or(u32::MAX),
                    oldest: page.rows.iter().map(|(_, message)| message.created_at).min(),
                    news: self.keep_messages(&page.rows).await?,
                    next_cursor: page.next_cursor,
                    total: page.total,
                }),
            },
        };
        match fetched {
            Ok(fetched) => self.page_kept(wanted, fetched).await,
            Err(refusal) => self.page_refused(wanted, &refusal).await,
        }
    }

    async fn page_kept(&mut self, wanted: &PageWanted, fetched: Fetched) -> Result<Step, String> {
        let next = fetched.next_cursor.as_ref().map(|next| (wanted.list, next.clone()));
        if next.as_ref().is_some_and(|next| self.fill.followed.contains(next)) {
            self.fill.circles += 1;
            let problem = "Gorgias' cursors lead in a circle".to_owned();
            if self.fill.circles > CIRCLES_MAX {
                return self.fail(problem).await;
            }
            return self.lose_cursor(wanted.list, problem).await;
        }
        let attempt = self.fill.attempt.clone();
        let Fetched { rows, news, oldest, next_cursor, total } = fetched;
        let (list, calls, problem) = (wanted.list, attempt.calls, attempt.problem);
        let kept =
            SyncEvent::PageKept(PageKept { list, rows, news, oldest, next_cursor, total, calls, problem });
        self.record_of_run(kept).await?;
        self.fill.attempt = Attempt::default();
        self.fill.followed.extend(next);
        self.publish();
        Ok(Step::Went)
    }

    async fn page_refused(&mut self, wanted: &PageWanted, refusal: &Refusal) -> Result<Step, String> {
        self.world.marks.hit(Mark::BackfillCallFailed);
        let problem = refusal.for_people();
        self.fill.attempt.problem = Some(problem.clone());
        match refusal {
            Refusal::Invalid { .. } | Refusal::NotFound if wanted.cursor.is_some() => {
                self.lose_cursor(wanted.list, problem).await
            }
            Refusal::Invalid { .. } | Refusal::NotFound | Refusal::Forbidden { .. } => {
                let what = match wanted.list {
                    List::Tickets => "tickets",
                    List::Messages => "messages",
                };
                self.fail(format!("Gorgias does not list the {what}: {problem}")).await
            }
            Refusal::Unreadable(_) if self.fill.attempt.unreadable >= UNREADABLE_MAX => {
                self.fail(format!("a page cannot be read: {problem}")).await
            }
            Refusal::Unreadable(_) => {
                self.fill.attempt.unreadable += 1;
                Err(problem)
            }
            Refusal::RateLimited { .. }
            | Refusal::Unauthorized
            | Refusal::Server { .. }
            | Refusal::NotJson { .. }
            | Refusal::Call(_) => Err(problem),
        }
    }

    async fn lose_cursor(&mut self, list: List, problem: String) -> Result<Step, String> {
        self.world.marks.hit(Mark::BackfillCursorLost);
        let oldest = self.journal.machine().running().and_then(|run| run.walk(list).oldest);
        let (place, times) = self.fill.lost.entry(list).or_default();
        *times = if *place == oldest { *times + 1 } else { 1 };
        *place = oldest;
        if *times > LOST_MAX {
            return self
                .fail(format!("a list loses its place at the same point again and again: {problem}"))
                .await;
        }
        self.record_of_run(SyncEvent::CursorLost { list, problem }).await?;
        self.fill.followed.retain(|(of, _)| *of != list);
        self.fill.attempt = Attempt::default();
        self.publish();
        Ok(Step::Again(self.world.limits.retry_first))
    }

    async fn fail(&mut self, problem: String) -> Result<Step, String> {
        tracing::error!(connection = %self.tenant.id, problem, "the back-fill failed");
        let ended =
            Ended::Failed { problem: format!("{problem}. `polus sync {}` starts it again", self.tenant.id) };
        self.end_run(ended, Vec::new(), 0, 0).await
    }

    pub(super) async fn end_run(
        &mut self,
        ended: Ended,
        mismatches: Vec<Mismatch>,
        mismatched: u32,
        calls: u32,
    ) -> Result<Step, String> {
        self.record_of_run(SyncEvent::BackfillEnded { ended, mismatches, mismatched, calls }).await?;
        self.publish();
        Ok(Step::Went)
    }

    /// A permission of the lowest lane, if its turn comes before `until`.
    pub(super) async fn permit_until(&self, until: Duration) -> Option<Permit> {
        let left = self.time_until(until)?;
        tokio::select! {
            biased;
            permit = self.tenant.desk.reserve(Lane::Backfill, 1) => Some(permit),
            () = self.world.clock.sleep(left) => None,
        }
    }

    /// Appends an event of the run under way. When an operator has ended that run meanwhile, it tells of nothing.
    async fn record_of_run(&mut self, event: SyncEvent) -> Result<(), String> {
        let number = self.fill.number;
        self.record_while(event, |sync| sync.running().is_some_and(|run| run.number == number)).await
    }
}
