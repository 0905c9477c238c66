//! What a start looks at: the directory of connections and the open-work list; and the tail it follows from there.

use polus_core::id::{ConnectionId, Stream};
use polus_core::sync::DirectoryEvent;
use polus_storage::{OpenState, OpenWorkError, ReadError, StreamName, TailItem};

use crate::World;
use crate::journal::{decode_record, stream_name};

/// What a start found.
pub(super) struct Opened {
    pub connections: Vec<ConnectionId>,
    pub open: Vec<(StreamName, OpenState)>,
    pub complete_up_to: u64,
}

/// Reads the directory and the open-work list. A list that is ahead of the log belongs to another log, and one that
/// cannot be read is of no use: both are made anew, and every stream is looked at.
pub(super) async fn opened(world: &World) -> Result<Opened, String> {
    let connections = connections(world).await?;
    let listed = match listed(world) {
        Ok(listed) if listed.1 <= world.log.head() => Ok(listed),
        Ok(_) => {
            tracing::warn!("the open-work list is ahead of the log; it is made anew");
            world.open_work.clear().map(|()| (Vec::new(), 0))
        }
        Err(error) => {
            tracing::warn!(%error, "the open-work list cannot be read; it is made anew");
            world.open_work.clear().map(|()| (Vec::new(), 0))
        }
    };
    let (open, complete_up_to) = listed.map_err(|error| error.to_string())?;
    Ok(Opened { connections, open, complete_up_to })
}

fn listed(world: &World) -> Result<(Vec<(StreamName, OpenState)>, u64), OpenWorkError> {
    let complete_up_to = world.open_work.complete_up_to()?;
    let entries = world.open_work.entries()?;
    Ok((entries.into_iter().map(|entry| (entry.stream, entry.state)).collect(), complete_up_to))
}

async fn connections(world: &World) -> Result<Vec<ConnectionId>, String> {
    let name = stream_name(&Stream::Directory).map_err(|error| error.to_string())?;
    let mut connections = Vec::new();
    for record in world.log.read(&name, 1, usize::MAX).await.map_err(|error| error.to_string())? {
        let recorded =
            decode_record(world.blobs.as_ref(), &record).await.map_err(|error| error.to_string())?;
        let DirectoryEvent::Opened { connection } = recorded.event;
        if !connections.contains(&connection) {
            connections.push(connection);
        }
    }
    Ok(connections)
}

/// The log's records from a position on; ends with the first error.
pub(super) fn tail_of(
    world: &World,
    from: u64,
) -> impl futures_util::Stream<Item = Result<TailItem, ReadError>> + use<> {
    let tail = world.log.tail(from);
    futures_util::stream::unfold(Some(tail), |tail| async move {
        let mut tail = tail?;
        let item = tail.next().await;
        let goes_on = item.is_ok();
        Some((item, goes_on.then_some(tail)))
    })
}
