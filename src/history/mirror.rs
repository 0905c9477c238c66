//! What is kept of an account's history: how its fetching goes, and the tickets themselves.

use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::sync::mirror::{MirrorEvent, MirroredTicket};
use polus_core::sync::{Sync, SyncEvent};

use super::{History, HistoryError};

impl History {
    /// Walks and back-fills of a connection.
    pub async fn sync(&self, connection: &ConnectionId) -> Result<Sync, HistoryError> {
        let mut sync = Sync::default();
        let events = self.events::<SyncEvent>(&Stream::Sync(connection.clone()), None).await?;
        events.iter().for_each(|recorded| sync.apply(recorded));
        Ok(sync)
    }

    /// The tickets of a connection that are kept, by number.
    pub async fn mirrored_tickets(&self, connection: &ConnectionId) -> Result<Vec<TicketId>, HistoryError> {
        let listed = polus_actors::journal::mirrored_tickets(self.log.as_ref(), connection).await;
        listed.map_err(|problem| HistoryError::Read { stream: format!("{connection}/mirror/"), problem })
    }

    /// A ticket as it is kept.
    pub async fn mirrored(
        &self,
        connection: &ConnectionId,
        ticket: TicketId,
    ) -> Result<MirroredTicket, HistoryError> {
        let stream = Stream::Mirror(connection.clone(), ticket);
        let events = self.events::<MirrorEvent>(&stream, None).await?;
        if events.is_empty() {
            return Err(HistoryError::Unknown(stream.to_string()));
        }
        let mut mirrored = MirroredTicket::default();
        events.iter().for_each(|recorded| mirrored.apply(recorded));
        Ok(mirrored)
    }
}
