//! Following the simulated log: now and then it breaks off, as a disk's does, and whoever follows begins anew.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use polus_storage::{ReadError, Tail, TailItem};

use super::{State, lock};

/// A tail that breaks off before a record now and then.
pub(super) struct BreakingTail {
    pub kept: Box<dyn Tail>,
    pub state: Arc<Mutex<State>>,
}

impl Tail for BreakingTail {
    fn next(&mut self) -> BoxFuture<'_, Result<TailItem, ReadError>> {
        Box::pin(async move {
            let item = self.kept.next().await;
            let breaks_off = matches!(item, Ok(TailItem::Record(_)))
                && lock(&self.state).strikes("tail_broke_off", |trouble| trouble.breaks_off);
            if breaks_off {
                return Err(ReadError::Unavailable("the disk does not answer".to_owned()));
            }
            item
        })
    }
}
