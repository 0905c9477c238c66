//! Which messages no webhook told of. A sweep finds a message within the time that its webhook takes to come, so each is
//! asked after again a little later; what its ticket's stream holds by then tells.

use std::time::Duration;

use polus_core::id::{MessageId, Stream, TicketId};
use polus_core::sync::SyncEvent;
use polus_core::sync::missed::MissedMessage;
use polus_core::ticket::{Event, Recorded};

use super::Walker;
use crate::journal::{decode_record, stream_name};
use crate::marks::Mark;

/// Records read at a time.
const PAGE: usize = 256;

/// A message of a customer that a sweep found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Its ticket.
    pub ticket: TicketId,
    /// Which.
    pub message: MessageId,
    /// How long after its writing, by Gorgias' clock.
    pub delay_ms: i64,
    /// A webhook that comes at all has come by then, by the monotonic clock.
    pub heard_by: Duration,
}

impl Walker {
    pub(super) fn await_webhook(&mut self, found: Found) {
        if self.found.iter().all(|known| known.message != found.message) {
            self.found.push(found);
        }
    }

    /// When the next message is to be asked after.
    pub(super) fn next_question(&self) -> Option<Duration> {
        self.found.iter().map(|found| found.heard_by).min()
    }

    /// Records which of the messages found a while ago were told by no webhook, and raises or ends the alarm.
    pub(super) async fn ask_after_webhooks(&mut self) -> Result<(), String> {
        let now = self.world.clock.monotonic();
        let (due, later): (Vec<Found>, Vec<Found>) =
            self.found.iter().copied().partition(|found| found.heard_by <= now);
        let mut missed = Vec::new();
        for found in &due {
            if !self.was_told(found).await? {
                let Found { ticket, message, delay_ms, .. } = *found;
                missed.push(MissedMessage { ticket, message, delay_ms });
            }
        }
        let all_missed = !missed.is_empty() && missed.len() == due.len();
        if !missed.is_empty() {
            self.world.marks.hit(Mark::WebhookMissed);
            let count = missed.len();
            tracing::warn!(connection = %self.tenant.id, count, "a sweep found messages that no webhook told of");
            self.record(SyncEvent::WebhooksMissed { messages: missed }).await?;
        }
        self.found = later;
        if !due.is_empty() {
            self.judge_silence(all_missed, due.len());
        }
        self.publish();
        Ok(())
    }

    fn judge_silence(&self, all_missed: bool, count: usize) {
        let about = format!("{}/webhook-silent", self.tenant.id);
        if !all_missed {
            return self.world.board.end_alarm(&about);
        }
        let told = match count {
            1 => "the last message that a customer wrote was".to_owned(),
            count => format!("the last {count} messages that customers wrote were"),
        };
        let message = format!(
            "connection {id}: Gorgias' webhook is silent: {told} found by a sweep and told by no webhook, so that answers \
             come minutes late. Run `polus doctor`; in Gorgias see Settings > Integrations > HTTP",
            id = self.tenant.id
        );
        if self.world.board.alarm(&about, message.clone(), self.world.clock.now()) {
            self.world.marks.hit(Mark::WebhookSilent);
            tracing::error!(connection = %self.tenant.id, "{message}");
        }
    }

    /// Whether a webhook told of the message or of a later one on its ticket.
    async fn was_told(&self, found: &Found) -> Result<bool, String> {
        let stream = Stream::Ticket(self.tenant.id.clone(), found.ticket);
        let name = stream_name(&stream).map_err(|error| error.to_string())?;
        let mut from = 1;
        loop {
            let records = self.world.log.read(&name, from, PAGE).await.map_err(|error| error.to_string())?;
            for record in &records {
                let event = decode_record::<Event>(self.world.blobs.as_ref(), record).await;
                let Recorded { event, .. } = event.map_err(|error| error.to_string())?;
                if let Event::Notified(notified) = event
                    && notified.message.is_some_and(|message| message >= found.message)
                {
                    return Ok(true);
                }
            }
            if records.len() < PAGE {
                return Ok(false);
            }
            from += PAGE as u64;
        }
    }
}
