//! What the addresses of a connection's webhook brought last: after a rotation it tells whether somebody still calls the
//! old one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polus_core::time::Time;

/// Digits of a secret's hash by which people tell addresses apart.
const DIGITS: usize = 8;

/// By address, what was heard there last since the start. All copies of a view share it, as they do
/// [`LastHeard`](super::LastHeard). An address is named by the first digits of its secret's hash; only those that were
/// taken once are noted, so that there are few.
#[derive(Debug, Clone, Default)]
pub struct Addresses(Arc<Mutex<BTreeMap<String, Brought>>>);

/// What an address brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// When.
    pub at: Time,
    /// What, in words.
    pub what: String,
}

impl Addresses {
    /// The name of the address whose secret has this hash.
    pub fn name(secret_hash: &str) -> &str {
        secret_hash.get(..DIGITS).unwrap_or(secret_hash)
    }

    /// Something was heard at the address whose secret has this hash.
    pub fn heard(&self, secret_hash: &str, at: Time, what: String) {
        let mut all = self.lock();
        match all.get_mut(Self::name(secret_hash)) {
            Some(known) => *known = Brought { at, what },
            None => {
                all.insert(Self::name(secret_hash).to_owned(), Brought { at, what });
            }
        }
    }

    /// What was heard there last.
    pub fn last(&self, secret_hash: &str) -> Option<Brought> {
        self.lock().get(Self::name(secret_hash)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Brought>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
