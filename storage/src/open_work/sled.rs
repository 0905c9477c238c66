//! The open-work list in a small sled database of its own, which is never synced.
//!
//! Persisted, but free to change with [`LAYOUT`], since the list is derived:
//!
//! ```text
//! stream's name   → 1, sequence                 open
//! stream's name   → 2, sequence, wake_at_ms     asleep
//! a zero byte     → layout, complete_up_to, digest of all entries
//! ```
//!
//! Each change is one batch, the last key included. A power cut may lose the newest batches, which only makes
//! the list older. It might also lose one from the middle, since nothing here is synced; the digest notices
//! that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{OpenEntry, OpenState, OpenWork, OpenWorkError, noted, settled};
use crate::StreamName;
use crate::guard::{guarded, open_database};

/// The layout that this program writes. Persisted.
const LAYOUT: u8 = 1;
/// No stream's name holds a zero byte.
const SUMMARY_KEY: &[u8] = &[0];
/// An entry has less than a hundred bytes, so that this holds more streams than are ever open at once.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// How much newer work a killed process may lose: one second of it is folded again at the next start.
const WRITE_OUT_MS: u64 = 1_000;

/// [`OpenWork`] on sled. Changes are visible at once and reach the disk some time later.
pub struct SledOpenWork {
    database: sled::Db,
    /// What the last key says; held over a read and the write that follows from it.
    summary: Mutex<Summary>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Summary {
    complete_up_to: u64,
    /// XOR over a hash of each entry.
    digest: u128,
}

impl SledOpenWork {
    /// Opens the list in `folder`. A list that cannot be opened or is damaged is deleted and a new one begun,
    /// with a warning: then it is complete up to 0. An error means that somebody else has it open, or that
    /// not even a new one can be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, OpenWorkError> {
        let folder = folder.into();
        match Self::open_existing(&folder) {
            Ok(work) => Ok(work),
            Err(Unusable::InUse(error)) => Err(error),
            Err(Unusable::Damaged(error)) => {
                tracing::warn!(
                    folder = %folder.display(),
                    %error,
                    "the open-work list is unusable and is begun anew"
                );
                if folder.exists() {
                    std::fs::remove_dir_all(&folder).map_err(failed)?;
                }
                Self::open_existing(&folder).map_err(Unusable::into_error)
            }
        }
    }

    fn open_existing(folder: &Path) -> Result<Self, Unusable> {
        let config =
            sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(Some(WRITE_OUT_MS));
        let database = open_database(&config).map_err(|failure| {
            let error = failed(&failure);
            if failure.is_in_use() { Unusable::InUse(error) } else { Unusable::Damaged(error) }
        })?;
        Self::checked(database).map_err(Unusable::Damaged)
    }

    /// Reads the summary and compares it with the entries.
    fn checked(database: sled::Db) -> Result<Self, OpenWorkError> {
        let summary = guarded(|| database.get(SUMMARY_KEY)).map_err(failed)?;
        let summary = match summary {
            Some(bytes) => Summary::from_bytes(&bytes)
                .ok_or_else(|| OpenWorkError("its summary has another layout".into()))?,
            None => Summary::default(),
        };
        let work = Self { database, summary: Mutex::new(summary) };
        let digest =
            work.stored()?.iter().fold(0, |digest, (stream, state)| digest ^ entry_digest(stream, *state));
        if digest != summary.digest {
            return Err(OpenWorkError("its entries do not match their digest".into()));
        }
        Ok(work)
    }

    fn summary(&self) -> MutexGuard<'_, Summary> {
        self.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_of(&self, stream: &StreamName) -> Result<Option<OpenState>, OpenWorkError> {
        let bytes = guarded(|| self.database.get(stream.as_str())).map_err(failed)?;
        bytes.map(|bytes| state_from_bytes(&bytes)).transpose()
    }

    fn stored(&self) -> Result<Vec<(StreamName, OpenState)>, OpenWorkError> {
        let stored: Vec<_> = guarded(|| self.database.range([1_u8]..).collect()).map_err(failed)?;
        stored
            .into_iter()
            .map(|(key, value): (sled::IVec, sled::IVec)| {
                let name = String::from_utf8(key.to_vec()).map_err(failed)?;
                Ok((StreamName::new(name).map_err(failed)?, state_from_bytes(&value)?))
            })
            .collect()
    }

    /// Writes the changes and the summary that goes with them in one batch.
    fn write(
        &self,
        summary: &mut Summary,
        after: Summary,
        mut batch: sled::Batch,
    ) -> Result<(), OpenWorkError> {
        batch.insert(SUMMARY_KEY, &after.to_bytes()[..]);
        guarded(|| self.database.apply_batch(batch)).map_err(failed)?;
        *summary = after;
        Ok(())
    }
}

/// Why a list cannot be used; only a damaged one may be deleted.
enum Unusable {
    InUse(OpenWorkError),
    Damaged(OpenWorkError),
}

impl Unusable {
    fn into_error(self) -> OpenWorkError {
        match self {
            Self::InUse(error) | Self::Damaged(error) => error,
        }
    }
}

impl OpenWork for SledOpenWork {
    fn complete_up_to(&self) -> Result<u64, OpenWorkError> {
        Ok(self.summary().complete_up_to)
    }

    fn note(&self, touched: &[(StreamName, u64)], complete_up_to: u64) -> Result<(), OpenWorkError> {
        let mut summary = self.summary();
        let mut after = *summary;
        after.complete_up_to = after.complete_up_to.max(complete_up_to);
        // A stream may be named twice: the batch would keep one of the two by chance.
        let mut highest = BTreeMap::new();
        for (stream, sequence) in touched {
            let known = highest.entry(stream).or_insert(*sequence);
            *known = (*known).max(*sequence);
        }
        let mut batch = sled::Batch::default();
        for (stream, sequence) in highest {
            let before = self.state_of(stream)?;
            let state = noted(before, sequence);
            after.digest ^=
                before.map_or(0, |before| entry_digest(stream, before)) ^ entry_digest(stream, state);
            batch.insert(stream.as_str(), state_to_bytes(state));
        }
        self.write(&mut summary, after, batch)
    }

    fn settle(
        &self,
        stream: &StreamName,
        sequence: u64,
        wake_at_ms: Option<i64>,
    ) -> Result<(), OpenWorkError> {
        let mut summary = self.summary();
        let before = self.state_of(stream)?;
        let state = settled(before, sequence, wake_at_ms);
        if state == before {
            return Ok(());
        }
        let mut after = *summary;
        let mut batch = sled::Batch::default();
        after.digest ^= before.map_or(0, |before| entry_digest(stream, before));
        match state {
            Some(state) => {
                after.digest ^= entry_digest(stream, state);
                batch.insert(stream.as_str(), state_to_bytes(state));
            }
            None => batch.remove(stream.as_str()),
        }
        self.write(&mut summary, after, batch)
    }

    fn entries(&self) -> Result<Vec<OpenEntry>, OpenWorkError> {
        let _not_while_writing = self.summary();
        Ok(self.stored()?.into_iter().map(|(stream, state)| OpenEntry { stream, state }).collect())
    }

    fn clear(&self) -> Result<(), OpenWorkError> {
        let mut summary = self.summary();
        let mut batch = sled::Batch::default();
        for (stream, _) in self.stored()? {
            batch.remove(stream.as_str());
        }
        self.write(&mut summary, Summary::default(), batch)
    }
}

impl Summary {
    fn to_bytes(self) -> [u8; 25] {
        let mut bytes = [LAYOUT; 25];
        bytes[1..9].copy_from_slice(&self.complete_up_to.to_be_bytes());
        bytes[9..].copy_from_slice(&self.digest.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 25] = bytes.try_into().ok()?;
        let (complete_up_to, digest) = bytes[1..].split_at(8);
        let summary = Self {
            complete_up_to: u64::from_be_bytes(complete_up_to.try_into().ok()?),
            digest: u128::from_be_bytes(digest.try_into().ok()?),
        };
        (bytes[0] == LAYOUT).then_some(summary)
    }
}

fn entry_digest(stream: &StreamName, state: OpenState) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(stream.as_str().as_bytes());
    hasher.update(&[0]);
    hasher.update(&state_to_bytes(state));
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_be_bytes(digest)
}

fn state_to_bytes(state: OpenState) -> Vec<u8> {
    match state {
        OpenState::Open { sequence } => [&[1][..], &sequence.to_be_bytes()].concat(),
        OpenState::Asleep { sequence, wake_at_ms } => {
            [&[2][..], &sequence.to_be_bytes(), &wake_at_ms.to_be_bytes()].concat()
        }
    }
}

fn state_from_bytes(bytes: &[u8]) -> Result<OpenState, OpenWorkError> {
    let number = |range| bytes.get(range).and_then(|part: &[u8]| <[u8; 8]>::try_from(part).ok());
    match (bytes.first(), number(1..9), number(9..17)) {
        (Some(1), Some(sequence), None) => Ok(OpenState::Open { sequence: u64::from_be_bytes(sequence) }),
        (Some(2), Some(sequence), Some(wake_at_ms)) => Ok(OpenState::Asleep {
            sequence: u64::from_be_bytes(sequence),
            wake_at_ms: i64::from_be_bytes(wake_at_ms),
        }),
        _ => Err(OpenWorkError("it holds an entry of another layout".into())),
    }
}

fn failed(error: impl std::fmt::Display) -> OpenWorkError {
    OpenWorkError(error.to_string())
}
