//! A log full of tickets: the same story for each, appended as fast as the log takes it.

use std::ops::RangeInclusive;

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use polus_actors::World;
use polus_core::codec;
use polus_core::connection::Connection;
use polus_core::id::{Stream, TicketId};
use polus_core::ticket::{Event, Recorded};
use polus_core::time::Time;
use polus_storage::{Expected, NewRecord, RecordId, StreamName};

use super::{story, world};

const APPENDS_UNDER_WAY: usize = 512;

const BEGINNING: Time = Time(1_800_000_000_000);

/// What happens to each ticket.
pub fn story(world: &World) -> Result<Vec<Recorded<Event>>> {
    let mut connection = Connection::default();
    connection.apply(&Recorded { sequence: 1, at: BEGINNING, event: world::connected() });
    let terms =
        connection.terms(&world::account()?, &world.installation).context("the connection's terms")?;
    story::events_of(TicketId(1), &terms, BEGINNING)
}

/// Appends the story to these tickets, event by event, so that the events of one ticket lie far apart.
pub async fn stories(world: &World, story: &[Recorded<Event>], tickets: RangeInclusive<i64>) -> Result<()> {
    let records = story.iter().flat_map(|recorded| tickets.clone().map(move |ticket| (ticket, recorded)));
    stream::iter(records.map(|(ticket, recorded)| async move {
        let record = record_of(ticket, recorded)?;
        world.log.append(&stream_of(ticket)?, Expected::Any, vec![record]).await.context("an append")
    }))
    .buffer_unordered(APPENDS_UNDER_WAY)
    .try_for_each(|_| async { Ok(()) })
    .await
}

fn record_of(ticket: i64, recorded: &Recorded<Event>) -> Result<NewRecord> {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&ticket.to_be_bytes());
    id[8..].copy_from_slice(&recorded.sequence.to_be_bytes());
    let body = codec::encode(&recorded.event)?;
    Ok(NewRecord { id: RecordId(id), schema: codec::SCHEMA, recorded_at_ms: recorded.at.0, body })
}

/// A ticket's stream.
pub fn stream_of(ticket: i64) -> Result<StreamName> {
    Ok(StreamName::new(Stream::Ticket(world::account()?, TicketId(ticket)).to_string())?)
}
