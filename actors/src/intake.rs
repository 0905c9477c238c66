//! A webhook's way into the log: what was heard becomes a small fact, durable before the 200.

use polus_core::gorgias::webhook::{self, Heard};
use polus_core::id::{ConnectionId, Stream};
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_core::sync::{InboxEvent, QuarantinedBody};
use polus_core::ticket::effect::{MarkerOf, marker_of};
use polus_core::ticket::event::{Event, Hint, Notified, Standing};
use polus_storage::AppendError;

use crate::World;
use crate::board::{ConnectionView, Count};
use crate::journal::append_fact;
use crate::marks::Mark;

mod body;
mod secret;

pub use body::{Address, BODY_BYTES_MAX, Body};

/// Bytes of an unreadable body that are kept.
pub const KEPT_BYTES_MAX: usize = 64 * 1024;

/// Makes what a webhook told durable. When this returns, the ticket's actor will hear of it, whatever happens.
pub async fn notified(
    world: &World,
    connection: &ConnectionId,
    view: &ConnectionView,
    standing: Standing,
    heard: Heard,
) -> Result<(), AppendError> {
    let ai_user = view.connection.details.as_ref().map(|details| details.ai_user);
    let assignee = match heard.assignee {
        webhook::Hint::Unknown => Hint::Unknown,
        webhook::Hint::Nobody => Hint::Nobody,
        webhook::Hint::User(user) if Some(user) == ai_user => Hint::AiUser,
        webhook::Hint::User(user) => Hint::Other(user),
    };
    let is_acted_on = standing == Standing::Current;
    let fact = Event::Notified(Notified {
        trigger: heard.trigger.as_str().to_owned(),
        message: heard.message,
        assignee,
        own_echo: marker_of(&world.installation, heard.marker.as_deref()) == MarkerOf::Us,
        generation: view.connection.generation,
        standing,
        headers: heard.headers,
    });
    let now = world.clock.now();
    let stream = Stream::Ticket(connection.clone(), heard.ticket);
    #[cfg(feature = "planted")]
    let stream = match world.board.connections().into_keys().next() {
        Some(first) if planted::is(Bug::CrossTenantStream) => Stream::Ticket(first, heard.ticket),
        _ => stream,
    };
    let appended = append_fact(world.log.as_ref(), world.blobs.as_ref(), &stream, &fact, now).await;
    let appended = appended.inspect_err(|_| world.marks.hit(Mark::WebhookNotTaken));
    #[cfg(feature = "planted")]
    if planted::is(Bug::TakeWithoutAppend) {
        return Ok(());
    }
    appended?;
    world.board.count(Count::Webhooks);
    // What came to a retired address is not acted on: of a webhook that calls there alone, nothing is heard.
    if is_acted_on {
        view.last_webhook.heard(now);
    }
    Ok(())
}

/// Keeps a body from which no ticket can be told, so that a person can look at it.
pub async fn quarantined(
    world: &World,
    connection: &ConnectionId,
    problem: String,
    bytes: u64,
    kept: &[u8],
) -> Result<(), AppendError> {
    let kept = &kept[..kept.len().min(KEPT_BYTES_MAX)];
    let body = String::from_utf8_lossy(kept).into_owned();
    let fact = InboxEvent::Quarantined { problem, bytes, personal: QuarantinedBody { body } };
    let now = world.clock.now();
    let stream = Stream::Inbox(connection.clone());
    append_fact(world.log.as_ref(), world.blobs.as_ref(), &stream, &fact, now).await?;
    world.board.count(Count::Quarantined);
    Ok(())
}
