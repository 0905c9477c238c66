//! What happened, as one hash: two runs of a seed must come to the same. Checkpoints on the way show where two runs part.

use std::sync::{Mutex, PoisonError};

/// Things between two checkpoints.
const CHECKPOINT_EVERY: u64 = 1_000;

/// A hash over everything that happens, in order.
#[derive(Default)]
pub struct Trace(Mutex<State>);

#[derive(Default)]
struct State {
    hasher: blake3::Hasher,
    things: u64,
    checkpoints: Vec<u64>,
}

impl Trace {
    /// Something of this kind happened at `now_ms`.
    pub fn note(&self, now_ms: i64, kind: &str, parts: &[&[u8]]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.hasher.update(&now_ms.to_le_bytes());
        state.hasher.update(kind.as_bytes());
        for part in parts {
            state.hasher.update(&(part.len() as u64).to_le_bytes());
            state.hasher.update(part);
        }
        state.things += 1;
        if state.things.is_multiple_of(CHECKPOINT_EVERY) {
            let hash = short(&state.hasher);
            state.checkpoints.push(hash);
        }
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

fn short(hasher: &blake3::Hasher) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
