//! The open-work list of a run: a list in memory that remembers what it was told is settled.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use polus_storage::{MemoryOpenWork, OpenEntry, OpenWork, OpenWorkError, StreamName};

/// A list, and what it was told is settled since it was begun.
#[derive(Default)]
pub struct WatchedOpenWork {
    list: MemoryOpenWork,
    settled: Mutex<BTreeMap<StreamName, u64>>,
}

impl WatchedOpenWork {
    /// The streams that were settled, and up to which sequence.
    pub fn settled(&self) -> BTreeMap<StreamName, u64> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<StreamName, u64>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenWork for WatchedOpenWork {
    fn complete_up_to(&self) -> Result<u64, OpenWorkError> {
        self.list.complete_up_to()
    }

    fn note(&self, touched: &[(StreamName, u64)], complete_up_to: u64) -> Result<(), OpenWorkError> {
        self.list.note(touched, complete_up_to)
    }

    fn settle(
        &self,
        stream: &StreamName,
        sequence: u64,
        wake_at_ms: Option<i64>,
    ) -> Result<(), OpenWorkError> {
        self.list.settle(stream, sequence, wake_at_ms)?;
        let mut settled = self.lock();
        let known = settled.entry(stream.clone()).or_default();
        *known = sequence.max(*known);
        Ok(())
    }

    fn entries(&self) -> Result<Vec<OpenEntry>, OpenWorkError> {
        self.list.entries()
    }

    fn clear(&self) -> Result<(), OpenWorkError> {
        self.list.clear()?;
        self.lock().clear();
        Ok(())
    }
}
