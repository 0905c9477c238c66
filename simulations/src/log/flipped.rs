//! A flipped bit on the simulated disk: one entry of a ticket's index points elsewhere since the program was last down.
//! As in a log so long that its opening does not come to that entry: every other stream reads on, and the record
//! itself is still where it was, so that a tail gives it.

use futures_util::future::BoxFuture;
use polus_core::id::Stream;
use polus_storage::{EventLog as _, Expected, MemoryLog, StreamName};

use crate::dice::Dice;

/// Which entry it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flipped {
    /// The ticket's stream.
    pub stream: StreamName,
    /// Which of its records cannot be found.
    pub sequence: u64,
    /// The log's last position then.
    pub head: u64,
}

impl Flipped {
    /// Draws an entry of a ticket; none if the log has no ticket yet.
    pub(super) fn drawn<'a>(kept: &'a MemoryLog, dice: &'a mut Dice) -> BoxFuture<'a, Option<Self>> {
        Box::pin(async move {
            let mut tickets = kept.streams("").await.unwrap_or_default();
            tickets.retain(|stream| matches!(stream.as_str().parse(), Ok(Stream::Ticket(..))));
            let place = usize::try_from(dice.below(tickets.len() as u64)).unwrap_or_default();
            let stream = tickets.into_iter().nth(place)?;
            let reaches = length(kept, &stream).await;
            Some(Self { stream, sequence: dice.between(1, reaches), head: kept.head() })
        })
    }

    /// What a read says that comes by the entry: a record that is asked for, or the one before, for its link.
    pub(super) fn met_by_read(&self, stream: &StreamName, from: u64, limit: usize) -> Option<String> {
        let before = from.max(1) - 1;
        let count = (limit as u64).saturating_add(u64::from(before > 0));
        self.met(stream, before.max(1), count)
    }

    /// What an append of `count` records says that comes by the entry: at the end of the stream, or where it may stand
    /// already.
    pub(super) async fn met_by_append(
        &self,
        kept: &MemoryLog,
        stream: &StreamName,
        expected: Expected,
        count: usize,
    ) -> Option<String> {
        if self.stream != *stream {
            return None;
        }
        let reaches = length(kept, stream).await;
        if self.sequence == reaches {
            return Some(self.told());
        }
        match expected {
            Expected::Exact(after) if after.saturating_add(count as u64) <= reaches => {
                self.met(stream, after + 1, count as u64)
            }
            Expected::Exact(_) | Expected::Any => None,
        }
    }

    fn met(&self, stream: &StreamName, from: u64, count: u64) -> Option<String> {
        let asked = from..from.saturating_add(count);
        (self.stream == *stream && asked.contains(&self.sequence)).then(|| self.told())
    }

    fn told(&self) -> String {
        format!("the index has sequence {} of {} where another record is", self.sequence, self.stream)
    }
}

async fn length(kept: &MemoryLog, stream: &StreamName) -> u64 {
    kept.read(stream, 1, usize::MAX).await.unwrap_or_default().len() as u64
}
