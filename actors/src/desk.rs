//! Gorgias behind the tenant's budget: what a ticket's actor calls. No child sees a secret; a refused key shuts the
//! desk at once and tells the supervisor.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use polus_core::gorgias::{Call, CallError, Refusal, Reply, judge};
use polus_core::id::ConnectionId;
use tokio::sync::Notify;

use crate::board::{Board, Count, LastHeard};
use crate::budget::{Budget, Lane, Permit};
use crate::marks::Mark;
use crate::world::Helpdesk;

/// How long nothing goes after a 429 that does not say.
const THROTTLED_WAIT: Duration = Duration::from_secs(5);

/// The desk of one tenant. A cheap handle; all clones share it.
#[derive(Clone)]
pub struct Desk {
    inner: Rc<Inner>,
}

struct Inner {
    connection: ConnectionId,
    helpdesk: RefCell<Option<Arc<dyn Helpdesk>>>,
    /// Counts the helpdesks: what is learnt from an earlier one says nothing about this one.
    opening: Cell<u64>,
    budget: Budget,
    board: Arc<Board>,
    trouble: RefCell<Option<Trouble>>,
    troubled: Notify,
}

/// Gorgias refused the key or the right to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The opening of the desk that it was told to: it says nothing about a later one.
    pub opening: u64,
    /// Status of the answer.
    pub status: u16,
    /// Gorgias' words.
    pub problem: String,
}

impl Desk {
    /// A desk that is shut until a helpdesk is given.
    pub fn new(connection: ConnectionId, budget: Budget, board: Arc<Board>) -> Self {
        Self {
            inner: Rc::new(Inner {
                connection,
                helpdesk: RefCell::new(None),
                opening: Cell::new(0),
                budget,
                board,
                trouble: RefCell::new(None),
                troubled: Notify::new(),
            }),
        }
    }

    /// Opens with a helpdesk, or shuts. Trouble that an earlier one told of is forgotten.
    pub fn set(&self, helpdesk: Option<Arc<dyn Helpdesk>>) {
        let open = helpdesk.is_some();
        *self.inner.helpdesk.borrow_mut() = helpdesk;
        self.inner.opening.set(self.inner.opening.get() + 1);
        self.inner.trouble.borrow_mut().take();
        self.inner
            .board
            .change_connection(&self.inner.connection, |view| view.key_worked = LastHeard::default());
        if open { self.inner.budget.open() } else { self.inner.budget.shut() }
    }

    /// The key works again: what an open desk was told before is over. The breaker stays as it is, since one thing may be
    /// forbidden still.
    pub fn go_on(&self) {
        if self.inner.helpdesk.borrow().is_some() {
            self.inner.opening.set(self.inner.opening.get() + 1);
            self.inner.trouble.borrow_mut().take();
            self.inner.budget.go_on();
        }
    }

    /// Whether there is a helpdesk and nothing holds calls back now.
    pub fn lets_go(&self) -> bool {
        self.inner.helpdesk.borrow().is_some() && self.inner.budget.lets_go()
    }

    /// The budget.
    pub fn budget(&self) -> &Budget {
        &self.inner.budget
    }

    /// Waits for permission to make `calls` calls.
    pub async fn reserve(&self, lane: Lane, calls: u32) -> Permit {
        self.inner.budget.take(lane, calls).await
    }

    /// Makes one call out of `permit`, waiting for another permission when it is used up. A permit in hand is no
    /// right to call with a refused key, nor while Gorgias asked to wait.
    pub async fn call(&self, permit: &mut Permit, call: &Call) -> Result<Reply, Refusal> {
        self.call_and_learn(permit, call, |_| true).await
    }

    /// The same for what the tickets' work does not need, such as a look at a webhook, which a key may be forbidden that
    /// may read and write every ticket: that says nothing about the connection.
    pub async fn call_aside(&self, permit: &mut Permit, call: &Call) -> Result<Reply, Refusal> {
        self.call_and_learn(permit, call, |judged| !matches!(judged, Err(Refusal::Forbidden { .. }))).await
    }

    async fn call_and_learn(
        &self,
        permit: &mut Permit,
        call: &Call,
        tells: impl Fn(&Result<Reply, Refusal>) -> bool,
    ) -> Result<Reply, Refusal> {
        if permit.calls == 0 {
            *permit = self.reserve(permit.lane, 1).await;
        }
        let helpdesk = self.inner.helpdesk.borrow().clone().filter(|_| self.inner.budget.lets_go());
        let Some(helpdesk) = helpdesk else {
            self.inner.budget.mark(Mark::PermitInVain);
            return Err(Refusal::Call(CallError::NotSent("the connection takes no calls now".to_owned())));
        };
        let opening = self.inner.opening.get();
        let judged = self.call_with(permit, helpdesk.as_ref(), call).await;
        if opening != self.inner.opening.get() {
            self.inner.budget.mark(Mark::AnswerToFormerKey);
        } else {
            self.note_worked(&judged);
            if tells(&judged) {
                self.learn(&judged);
            }
        }
        judged
    }

    /// Makes a call of the operator's lane: also while the desk is shut, and nothing is learnt from it but what is used.
    pub async fn call_for_operator(&self, helpdesk: &dyn Helpdesk, call: &Call) -> Result<Reply, Refusal> {
        let mut permit = self.reserve(Lane::Operator, 1).await;
        self.call_for_operator_with(&mut permit, helpdesk, call).await
    }

    /// The same out of a permit of that lane.
    pub async fn call_for_operator_with(
        &self,
        permit: &mut Permit,
        helpdesk: &dyn Helpdesk,
        call: &Call,
    ) -> Result<Reply, Refusal> {
        let judged = self.call_with(permit, helpdesk, call).await;
        if matches!(judged, Err(Refusal::RateLimited { .. })) {
            self.inner.board.count(Count::Throttled);
        }
        judged
    }

    async fn call_with(
        &self,
        permit: &mut Permit,
        helpdesk: &dyn Helpdesk,
        call: &Call,
    ) -> Result<Reply, Refusal> {
        let under_way = permit.spend();
        self.inner.board.count(Count::Calls);
        let answer = helpdesk.call(call).await;
        let told = answer.as_ref().ok().and_then(|reply| reply.limit);
        match answer.as_ref().map(|reply| reply.status) {
            // A refused key is counted elsewhere: what it has used tells nothing about a good one.
            Ok(401) => under_way.answered(None),
            Ok(429) => under_way.refused(told),
            _ => under_way.answered(told),
        }
        let (used, limit) = self.inner.budget.level();
        self.inner.board.change_connection(&self.inner.connection, |view| {
            (view.calls_used, view.calls_limit) = (used, limit);
        });
        judge(answer)
    }

    /// Whether the desk was not opened anew since this was told.
    pub fn still_concerns(&self, trouble: &Trouble) -> bool {
        self.inner.opening.get() == trouble.opening
    }

    /// Completes when Gorgias refuses the key or the right to call.
    pub async fn trouble(&self) -> Trouble {
        loop {
            if let Some(trouble) = self.inner.trouble.borrow_mut().take() {
                return trouble;
            }
            self.inner.troubled.notified().await;
        }
    }

    /// Tells of trouble again that could not be dealt with, unless there is news since.
    pub fn complain(&self, trouble: Trouble) {
        if self.still_concerns(&trouble) {
            self.inner.trouble.borrow_mut().get_or_insert(trouble);
            self.inner.troubled.notify_one();
        }
    }

    fn note_worked(&self, judged: &Result<Reply, Refusal>) {
        if judged.is_ok()
            && let Some(view) = self.inner.board.connection(&self.inner.connection)
        {
            view.key_worked.heard(self.inner.budget.now());
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
            Err(refusal @ Refusal::Unauthorized) => {
                // A refused key: not one more call goes out with it.
                self.inner.budget.shut();
                self.report(401, refusal);
            }
            Err(refusal @ Refusal::Forbidden { .. }) => {
                // One thing may be forbidden and others not; when all is, the breaker keeps the calls few.
                self.inner.budget.failed();
                self.report(403, refusal);
            }
            Err(Refusal::Server { .. } | Refusal::NotJson { .. } | Refusal::Call(_)) => {
                self.inner.budget.failed();
            }
        }
    }

    fn report(&self, status: u16, refusal: &Refusal) {
        let (opening, problem) = (self.inner.opening.get(), refusal.for_people());
        *self.inner.trouble.borrow_mut() = Some(Trouble { opening, status, problem });
        self.inner.troubled.notify_one();
    }
}
