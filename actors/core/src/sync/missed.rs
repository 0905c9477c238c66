//! What webhooks told and did not tell: the messages of customers that walks found, by the hour, for one day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, TicketId};
use crate::ticket::event::{Notified, Standing};
use crate::time::Time;

const HOUR_MS: i64 = 60 * 60 * 1_000;
const HOURS: i64 = 24;

/// A message of a customer that no webhook told of. Persisted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedMessage {
    /// Its ticket.
    pub ticket: TicketId,
    /// Which.
    pub message: MessageId,
    /// How long after its writing it was found, in milliseconds of Gorgias' clock: up to the newest change that the same
    /// walk saw.
    pub delay_ms: i64,
}

/// Whether a webhook's fact, recorded at `heard_at`, tells of a message written at `created_at` or of a later one on its
/// ticket. One that names no message tells of all that was written by then. What came to a retired address, or while the
/// connection was cut, is not acted on and so tells of nothing.
pub fn tells_of(notified: &Notified, heard_at: Time, message: MessageId, created_at: Time) -> bool {
    let tells = match notified.message {
        Some(named) => named >= message,
        None => heard_at >= created_at,
    };
    tells && notified.standing == Standing::Current
}

/// The counts of the last 24 hours, by our clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missed {
    hours: BTreeMap<i64, Hour>,
    /// The last message that no webhook told of, and when that was found out.
    pub last: Option<(Time, MissedMessage)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Hour {
    inbound: u64,
    missed: u64,
}

impl Missed {
    /// Messages of customers found by walks in the 24 hours before `now`.
    pub fn inbound(&self, now: Time) -> u64 {
        self.of_day(now).map(|hour| hour.inbound).sum()
    }

    /// Those among them that no webhook told of.
    pub fn count(&self, now: Time) -> u64 {
        self.of_day(now).map(|hour| hour.missed).sum()
    }

    pub(super) fn heard(&mut self, at: Time, inbound: u32) {
        self.hour(at).inbound += u64::from(inbound);
    }

    pub(super) fn missed(&mut self, at: Time, messages: &[MissedMessage]) {
        self.hour(at).missed += messages.len() as u64;
        if let Some(last) = messages.last() {
            self.last = Some((at, *last));
        }
    }

    fn hour(&mut self, at: Time) -> &mut Hour {
        let hour = at.0.div_euclid(HOUR_MS);
        self.hours.retain(|known, _| *known > hour - HOURS);
        self.hours.entry(hour).or_default()
    }

    fn of_day(&self, now: Time) -> impl Iterator<Item = &Hour> {
        let hour = now.0.div_euclid(HOUR_MS);
        self.hours.range(hour - HOURS + 1..).map(|(_, counted)| counted)
    }
}
