//! Gorgias behind the tenant's budget: what a ticket's actor calls. No child sees a secret; a refused key shuts the
//! desk at once and tells the supervisor.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use polus_core::gorgias::{Call, CallError, Refusal, Reply, judge};
use tokio::sync::Notify;

use crate::board::{Board, Count};
use crate::budget::{Budget, Lane, Permit};
use crate::world::Helpdesk;

/// How long nothing goes after a 429 that does not say.
const THROTTLED_WAIT: Duration = Duration::from_secs(5);

/// The desk of one tenant. A cheap handle; all clones share it.
#[derive(Clone)]
pub struct Desk {
    inner: Rc<Inner>,
}

struct Inner {
    helpdesk: RefCell<Option<Arc<dyn Helpdesk>>>,
    budget: Budget,
    board: Arc<Board>,
    trouble: RefCell<Option<(u16, String)>>,
    troubled: Notify,
}

impl Desk {
    /// A desk that is shut until a helpdesk is given.
    pub fn new(budget: Budget, board: Arc<Board>) -> Self {
        let (helpdesk, trouble) = (RefCell::new(None), RefCell::new(None));
        Self { inner: Rc::new(Inner { helpdesk, budget, board, trouble, troubled: Notify::new() }) }
    }

    /// Opens with a helpdesk, or shuts.
    pub fn set(&self, helpdesk: Option<Arc<dyn Helpdesk>>) {
        let shut = helpdesk.is_none();
        *self.inner.helpdesk.borrow_mut() = helpdesk;
        self.inner.budget.shut(shut);
    }

    /// The budget.
    pub fn budget(&self) -> &Budget {
        &self.inner.budget
    }

    /// Waits for permission to make `calls` calls.
    pub async fn reserve(&self, lane: Lane, calls: u32) -> Permit {
        self.inner.budget.take(lane, calls).await
    }

    /// Makes one call out of `permit`, waiting for another permission when it is used up.
    pub async fn call(&self, permit: &mut Permit, call: &Call) -> Result<Reply, Refusal> {
        if permit.calls == 0 {
            *permit = self.reserve(permit.lane, 1).await;
        }
        permit.calls -= 1;
        let helpdesk = self.inner.helpdesk.borrow().clone();
        let Some(helpdesk) = helpdesk else {
            return Err(Refusal::Call(CallError::NotSent("the connection is shut".to_owned())));
        };
        self.inner.board.count(Count::Calls);
        let answer = helpdesk.call(call).await;
        if let Some(limit) = answer.as_ref().ok().and_then(|reply| reply.limit) {
            self.inner.budget.correct(limit);
        }
        let judged = judge(answer);
        self.learn(&judged);
        judged
    }

    /// Completes when Gorgias refuses the key or the right to call, with the status and its words.
    pub async fn trouble(&self) -> (u16, String) {
        loop {
            if let Some(trouble) = self.inner.trouble.borrow_mut().take() {
                return trouble;
            }
            self.inner.troubled.notified().await;
        }
    }

    fn learn(&self, judged: &Result<Reply, Refusal>) {
        match judged {
            Ok(_) | Err(Refusal::NotFound | Refusal::Invalid { .. } | Refusal::Unreadable(_)) => {
                self.inner.budget.succeeded();
            }
            Err(Refusal::RateLimited { retry_after_s }) => {
                self.inner.board.count(Count::Throttled);
                self.inner.budget.hold(retry_after_s.map_or(THROTTLED_WAIT, Duration::from_secs));
            }
            Err(refusal @ Refusal::Unauthorized) => self.refused(401, refusal),
            Err(refusal @ Refusal::Forbidden { .. }) => self.report(403, refusal),
            Err(Refusal::Server { .. } | Refusal::NotJson { .. } | Refusal::Call(_)) => {
                self.inner.budget.failed()
            }
        }
    }

    /// A refused key: not one more call goes out with it.
    fn refused(&self, status: u16, refusal: &Refusal) {
        self.inner.budget.shut(true);
        self.report(status, refusal);
    }

    fn report(&self, status: u16, refusal: &Refusal) {
        *self.inner.trouble.borrow_mut() = Some((status, refusal.for_people()));
        self.inner.troubled.notify_one();
    }
}
