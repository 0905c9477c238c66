//! The answerer of a scene: it knows about returns and shipping, and thinks as long as the story says.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::world::{Answer, Answerer, AnswererError, Question};

use crate::answerer::SimulatedAnswerer;

/// An answerer that thinks as long as the story says.
pub(super) struct Thinking {
    pub knows: SimulatedAnswerer,
    pub thinks_ms: AtomicU64,
}

impl Answerer for Thinking {
    fn answer<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Answer, AnswererError>> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(self.thinks_ms.load(Ordering::Relaxed))).await;
            self.knows.answer(question).await
        })
    }
}
