//! The back-fill, a page at a time, whenever no sweep is due. A call that fails is made again for as long as it may work:
//! only a cursor that leads nowhere ends a list.

use std::time::Duration;

use polus_core::gorgias::{Refusal, answers, requests};
use polus_core::sync::SyncEvent;
use polus_core::sync::backfill::{Ended, List, PageKept, PageWanted};
use polus_core::time::Time;

use super::Walker;
use crate::budget::Lane;
use crate::marks::Mark;

/// Answers that make no sense are asked for again so often.
const UNREADABLE_MAX: u32 = 5;

/// A list whose cursors lead in a circle is begun anew so often.
const CIRCLES_MAX: u32 = 3;

/// What came of one step.
pub(super) enum Step {
    /// There is nothing to do until somebody asks.
    Idle,
    /// There is more to do.
    Went,
    /// Something failed; it is tried again after this long.
    Again(Duration),
}

/// How often the page that is wanted next was asked for in vain.
#[derive(Debug, Default)]
pub(super) struct Attempt {
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
            let asked = self.next_question().and_then(|then| self.time_until(then)).unwrap_or(left);
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
                        () = self.world.clock.sleep(left.min(asked)) => {}
                    }
                }
            }
        }
    }

    async fn step(&mut self, until: Duration) -> Result<Step, String> {
        let now = self.world.clock.monotonic();
        if self.next_question().is_some_and(|then| then <= now) {
            self.ask_after_webhooks().await?;
        }
        self.journal.catch_up().await.map_err(|error| error.to_string())?;
        let Some(run) = self.journal.machine().running() else {
            self.comparing = None;
            return Ok(Step::Idle);
        };
        match run.next_page() {
            Some(wanted) => self.page(&wanted, until).await,
            None => self.compare(until).await,
        }
    }

    async fn page(&mut self, wanted: &PageWanted, until: Duration) -> Result<Step, String> {
        let Some(left) = self.time_until(until) else { return Ok(Step::Went) };
        let mut permit = tokio::select! {
            biased;
            permit = self.tenant.desk.reserve(Lane::Backfill, 1) => permit,
            () = self.world.clock.sleep(left) => return Ok(Step::Went),
        };
        let cursor = wanted.cursor.as_deref();
        let call = match wanted.list {
            List::Tickets => requests::tickets(cursor),
            List::Messages => requests::messages(cursor),
        };
        self.attempt.calls += 1;
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
        if next.is_some_and(|next| !self.followed.insert(next)) {
            self.circles += 1;
            let problem = "Gorgias' cursors lead in a circle".to_owned();
            if self.circles > CIRCLES_MAX {
                return self.fail(problem).await;
            }
            return self.lose_cursor(wanted.list, problem).await;
        }
        let attempt = std::mem::take(&mut self.attempt);
        let Fetched { rows, news, oldest, next_cursor, total } = fetched;
        let (list, calls, problem) = (wanted.list, attempt.calls, attempt.problem);
        self.record(SyncEvent::PageKept(PageKept {
            list,
            rows,
            news,
            oldest,
            next_cursor,
            total,
            calls,
            problem,
        }))
        .await?;
        self.publish();
        Ok(Step::Went)
    }

    async fn page_refused(&mut self, wanted: &PageWanted, refusal: &Refusal) -> Result<Step, String> {
        self.world.marks.hit(Mark::BackfillCallFailed);
        let problem = refusal.for_people();
        self.attempt.problem = Some(problem.clone());
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
            Refusal::Unreadable(_) if self.attempt.unreadable >= UNREADABLE_MAX => {
                self.fail(format!("a page cannot be read: {problem}")).await
            }
            Refusal::Unreadable(_) => {
                self.attempt.unreadable += 1;
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
        self.followed.retain(|(of, _)| *of != list);
        self.attempt = Attempt::default();
        self.record(SyncEvent::CursorLost { list, problem }).await?;
        self.publish();
        Ok(Step::Went)
    }

    pub(super) async fn fail(&mut self, problem: String) -> Result<Step, String> {
        tracing::error!(connection = %self.tenant.id, problem, "the back-fill failed");
        self.attempt = Attempt::default();
        let ended =
            Ended::Failed { problem: format!("{problem}. `polus sync {}` starts it again", self.tenant.id) };
        self.end_run(ended, Vec::new(), 0, 0).await
    }

    pub(super) async fn end_run(
        &mut self,
        ended: Ended,
        mismatches: Vec<polus_core::sync::mirror::Mismatch>,
        mismatched: u32,
        calls: u32,
    ) -> Result<Step, String> {
        self.followed.clear();
        self.circles = 0;
        self.record(SyncEvent::BackfillEnded { ended, mismatches, mismatched, calls }).await?;
        self.publish();
        Ok(Step::Went)
    }
}
