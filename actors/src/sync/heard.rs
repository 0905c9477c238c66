//! Which messages no webhook told of. A sweep finds a message within the time that its webhook takes to come, so each is
//! asked after again a little later; what its ticket's stream holds by then tells.

use std::time::Duration;

use polus_core::id::{MessageId, Stream, TicketId};
use polus_core::sync::SyncEvent;
use polus_core::sync::missed::{MissedMessage, tells_of};
use polus_core::ticket::Event;
use polus_core::time::Time;
use polus_storage::BlobError;

use super::Walker;
use crate::journal::{BadRecord, decode_record, stream_name};
use crate::marks::Mark;

/// Records read at a time.
const PAGE: usize = 256;

/// Messages asked after at a time: each takes a read of its ticket's stream.
const ASKED_AT_ONCE: usize = 100;

/// A message of a customer that a sweep found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Its ticket.
    pub ticket: TicketId,
    /// When it was written, by Gorgias' clock.
    pub created_at: Time,
    /// How long after its writing, by Gorgias' clock.
    pub delay_ms: i64,
    /// When it was found, by our clock.
    pub found_at: Time,
    /// A webhook that comes at all has come by then, by the monotonic clock.
    pub heard_by: Duration,
}

/// What the alarm about a connection's silent webhook is called.
pub(crate) fn about_silence(connection: &str) -> String {
    format!("{connection}/webhook_silent")
}

impl Walker {
    /// A sweep that is made again finds the same messages again.
    pub(super) fn await_webhook(&mut self, message: MessageId, found: Found) {
        if !self.asked.contains(&message) {
            self.found.entry(message).or_insert(found);
        }
    }

    /// When the next message is to be asked after.
    pub(super) fn next_question(&self) -> Option<Duration> {
        self.found.values().map(|found| found.heard_by).min()
    }

    /// Records which of the messages found a while ago were told by no webhook, and raises or ends the alarm. What cannot
    /// be told now is asked after again later.
    pub(super) async fn ask_after_webhooks(&mut self) {
        let now = self.world.clock.monotonic();
        let due = self.found.iter().filter(|(_, found)| found.heard_by <= now).take(ASKED_AT_ONCE);
        let due: Vec<(MessageId, Found)> = due.map(|(message, found)| (*message, *found)).collect();
        if due.is_empty() {
            return;
        }
        if let Err(problem) = self.ask_after(&due).await {
            tracing::warn!(connection = %self.tenant.id, problem, "whether webhooks told cannot be seen now");
            let again = now + self.world.limits.webhooks_take;
            for (message, _) in &due {
                if let Some(found) = self.found.get_mut(message) {
                    found.heard_by = again;
                }
            }
        }
        self.publish();
    }

    async fn ask_after(&mut self, due: &[(MessageId, Found)]) -> Result<(), String> {
        let mut missed = Vec::new();
        for (message, found) in due {
            if !self.was_told(*message, found).await? {
                let (ticket, delay_ms) = (found.ticket, found.delay_ms);
                missed.push(MissedMessage { ticket, message: *message, delay_ms });
            }
        }
        if !missed.is_empty() {
            self.world.marks.hit(Mark::WebhookMissed);
            let count = missed.len();
            tracing::warn!(connection = %self.tenant.id, count, "a sweep found messages that no webhook told of");
            self.record(SyncEvent::WebhooksMissed { messages: missed.clone() }).await?;
        }
        for (message, _) in due {
            self.found.remove(message);
            self.asked.insert(*message);
        }
        self.judge_silence(due, &missed);
        Ok(())
    }

    /// Silent is a webhook that told of nothing since a sweep's time before these messages were found. What was written
    /// before this start may have met a program that was down.
    fn judge_silence(&self, due: &[(MessageId, Found)], missed: &[MissedMessage]) {
        let about = about_silence(self.tenant.id.as_str());
        if missed.len() < due.len() {
            return self.world.board.end_alarm(&about);
        }
        let since_start = due.iter().filter(|(_, found)| found.created_at > self.began);
        let Some(found_at) = since_start.map(|(_, found)| found.found_at).max() else { return };
        let view = self.world.board.connection(&self.tenant.id);
        let heard_at = view.and_then(|view| view.last_webhook.at());
        if heard_at.is_some_and(|heard_at| found_at.since(heard_at) < self.world.limits.sweep_every) {
            return;
        }
        let message = format!(
            "connection {id}: Gorgias' webhook is silent: a sweep found what customers wrote, and no webhook told of it, so \
             that answers come minutes late. `polus webhook {id}` shows how the webhooks stand",
            id = self.tenant.id
        );
        if self.world.board.alarm(&about, message.clone(), self.world.clock.now()) {
            self.world.marks.hit(Mark::WebhookSilent);
            tracing::error!(connection = %self.tenant.id, "{message}");
        }
    }

    /// Whether a webhook told of the message or of a later one on its ticket. What a damaged stream tells nobody knows.
    async fn was_told(&self, message: MessageId, found: &Found) -> Result<bool, String> {
        let stream = Stream::Ticket(self.tenant.id.clone(), found.ticket);
        let name = stream_name(&stream).map_err(|error| error.to_string())?;
        let mut from = 1;
        loop {
            let records = match self.world.log.read(&name, from, PAGE).await {
                Ok(records) => records,
                Err(polus_storage::ReadError::Corrupt(_)) => return Ok(true),
                Err(error @ polus_storage::ReadError::Unavailable(_)) => return Err(error.to_string()),
            };
            for record in &records {
                match decode_record::<Event>(self.world.blobs.as_ref(), record).await {
                    Ok(recorded) => {
                        if let Event::Notified(notified) = &recorded.event
                            && tells_of(notified, recorded.at, message, found.created_at)
                        {
                            return Ok(true);
                        }
                    }
                    // A blob that is lost stays lost: asked again, it would keep the others waiting for ever.
                    Err(
                        BadRecord::Decode(..)
                        | BadRecord::Reference(..)
                        | BadRecord::Blob(_, BlobError::Missing(_) | BlobError::Corrupt(_)),
                    ) => return Ok(true),
                    Err(error @ BadRecord::Blob(_, BlobError::Full(_) | BlobError::Unavailable(_))) => {
                        return Err(error.to_string());
                    }
                }
            }
            if records.len() < PAGE {
                return Ok(false);
            }
            from += PAGE as u64;
        }
    }
}
