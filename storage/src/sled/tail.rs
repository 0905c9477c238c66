//! The tail of a log on sled: events in chunks up to the published head, then a wait for a new head.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::layout::Store;
use crate::{ReadError, Record, Tail, TailItem};

/// Records fetched at once: enough to spread the cost of a look-up, at most 4 MiB.
const CHUNK_RECORDS: usize = 256;

/// See [`crate::EventLog::tail`].
pub(super) struct SledTail {
    /// Weak, so that a tail somebody keeps does not keep a closed log's files open.
    store: Weak<Store>,
    published: watch::Receiver<u64>,
    /// Position of the next record to be given.
    next: u64,
    fetched: VecDeque<Record>,
    /// The head when the tail was asked; taken when [`TailItem::CaughtUp`] is given.
    caught_up_at: Option<u64>,
}

impl SledTail {
    pub(super) fn new(store: &Arc<Store>, published: watch::Receiver<u64>, from: u64) -> Self {
        let caught_up_at = *published.borrow();
        Self {
            store: Arc::downgrade(store),
            published,
            next: from.max(1),
            fetched: VecDeque::new(),
            caught_up_at: Some(caught_up_at),
        }
    }

    /// What can be given without waiting.
    fn ready(&mut self) -> Result<Option<TailItem>, ReadError> {
        if self.caught_up_at.is_some_and(|end| self.next > end) {
            self.caught_up_at = None;
            return Ok(Some(TailItem::CaughtUp));
        }
        if self.fetched.is_empty() {
            let head = *self.published.borrow_and_update();
            let store = self.store.upgrade().ok_or_else(closed)?;
            self.fetched = store.events(self.next, head, CHUNK_RECORDS)?.into();
        }
        Ok(self.fetched.pop_front().map(|record| {
            self.next += 1;
            TailItem::Record(record)
        }))
    }
}

impl Tail for SledTail {
    fn next(&mut self) -> BoxFuture<'_, Result<TailItem, ReadError>> {
        Box::pin(async move {
            loop {
                if let Some(item) = self.ready()? {
                    return Ok(item);
                }
                self.published.changed().await.map_err(|_| closed())?;
            }
        })
    }
}

fn closed() -> ReadError {
    ReadError::Unavailable("the log was closed".into())
}
