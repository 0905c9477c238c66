//! The ends of the streams written to lately: a bounded map, so that an append rarely reads the disk.

use std::collections::HashMap;
use std::mem;

use crate::{RecordHash, StreamName};

/// Streams in one generation. Two of them at about 150 bytes a stream make 20 MB at most.
const GENERATION_MAX: usize = 65_536;

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Its last sequence; 0 for a stream that does not exist.
    pub sequence: u64,
    /// Hash of its last record.
    pub hash: RecordHash,
}

impl Head {
    /// The end of a stream without records.
    pub(super) const NONE: Self = Self { sequence: 0, hash: RecordHash::ZERO };
}

/// Heads by stream, in two generations: when the young one is full, it becomes the old one and the old one is
/// forgotten. Looked up only, never walked, so the hash order does not matter.
#[derive(Default)]
pub(super) struct Heads {
    young: HashMap<StreamName, Head>,
    old: HashMap<StreamName, Head>,
}

impl Heads {
    /// The head, if it is remembered.
    pub(super) fn get(&self, stream: &StreamName) -> Option<Head> {
        self.young.get(stream).or_else(|| self.old.get(stream)).copied()
    }

    /// Remembers a head.
    pub(super) fn set(&mut self, stream: &StreamName, head: Head) {
        if let Some(known) = self.young.get_mut(stream) {
            *known = head;
            return;
        }
        if self.young.len() >= GENERATION_MAX {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(stream.clone(), head);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_newest_value_wins_over_generations_and_the_oldest_are_forgotten() {
        let mut heads = Heads::default();
        let stream = |number: usize| StreamName::new(format!("s{number}")).unwrap();
        let head = |sequence| Head { sequence, hash: RecordHash::ZERO };
        for number in 0..GENERATION_MAX {
            heads.set(&stream(number), head(1));
        }
        heads.set(&stream(GENERATION_MAX), head(1));
        assert_eq!(heads.get(&stream(0)), Some(head(1)));
        heads.set(&stream(0), head(2));
        assert_eq!(heads.get(&stream(0)), Some(head(2)));
        for number in 0..GENERATION_MAX {
            heads.set(&stream(2 * GENERATION_MAX + number), head(1));
        }
        assert_eq!(heads.get(&stream(1)), None);
        assert_eq!(heads.get(&stream(0)), Some(head(2)));
    }
}
