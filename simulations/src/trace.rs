//! What happened, as one hash: two runs of a seed must come to the same. Checkpoints on the way show where two runs part.
//! Whoever wants to read it asks for the lines to be kept.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

/// The kind of a record that reached the disk.
pub(crate) const RECORD: &str = "record";

/// Things between two checkpoints.
pub const CHECKPOINT_EVERY: u64 = 1_000;

/// One thing that happened, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Of which kind: an act, a call, a webhook, a fault of the disk, the end of a life.
    pub kind: String,
    /// What.
    pub text: String,
    /// What only matters to whoever compares two runs, such as the query of a call.
    pub detail: String,
}

/// A hash over everything that happens, in order.
#[derive(Default)]
pub struct Trace(Mutex<State>, Notify);

#[derive(Default)]
struct State {
    hasher: blake3::Hasher,
    things: u64,
    checkpoints: Vec<u64>,
    /// After so many things it has gone on for too long.
    things_max: Option<u64>,
    /// Everything in words, if that was asked for.
    lines: Option<Vec<Line>>,
}

impl Trace {
    /// From now on everything is kept in words as well.
    pub fn keep_lines(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).lines.get_or_insert_default();
    }

    /// The lines kept so far; none if nobody asked for them.
    pub fn take_lines(&self) -> Vec<Line> {
        let lines = &mut self.0.lock().unwrap_or_else(PoisonError::into_inner).lines;
        lines.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Something of this kind happened at `now_ms`.
    pub fn note(&self, now_ms: i64, kind: &str, parts: &[&[u8]]) {
        self.note_in_detail(now_ms, kind, parts, &[]);
    }

    /// The same, with what is no part of its story and must be the same in every run of a seed.
    pub fn note_in_detail(&self, now_ms: i64, kind: &str, parts: &[&[u8]], detail: &[&[u8]]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.hasher.update(&now_ms.to_le_bytes());
        state.hasher.update(kind.as_bytes());
        for part in parts.iter().chain(detail) {
            state.hasher.update(&(part.len() as u64).to_le_bytes());
            state.hasher.update(part);
        }
        if let Some(lines) = &mut state.lines {
            let (text, detail) = (words(parts), words(detail));
            lines.push(Line { at_ms: now_ms, kind: kind.to_owned(), text, detail });
        }
        state.things += 1;
        if state.things_max == Some(state.things) {
            self.1.notify_one();
        }
        if state.things.is_multiple_of(CHECKPOINT_EVERY) {
            let hash = short(&state.hasher);
            state.checkpoints.push(hash);
        }
    }

    /// After so many things [`Self::bound_met`] completes.
    pub fn bound(&self, things_max: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).things_max = Some(things_max);
    }

    /// Completes when more happened than the bound says.
    pub async fn bound_met(&self) {
        self.1.notified().await;
    }

    /// How many things happened.
    pub fn things(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).things
    }

    /// The hash so far, and the hash at every thousandth thing.
    pub fn hashes(&self) -> (u64, Vec<u64>) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (short(&state.hasher), state.checkpoints.clone())
    }
}

/// Parts that are no text, such as hashes, in hexadecimal digits.
fn words(parts: &[&[u8]]) -> String {
    let word = |part: &&[u8]| match std::str::from_utf8(part) {
        Ok(text) if !text.contains(|letter: char| letter.is_control()) => text.to_owned(),
        _ => part.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    parts.iter().map(word).collect::<Vec<_>>().join(" ")
}

pub(crate) fn short(hasher: &blake3::Hasher) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
