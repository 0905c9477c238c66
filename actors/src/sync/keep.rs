//! The mirror: what lists and threads tell of tickets, appended to a stream of each ticket's own. What is kept already
//! is not appended again.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use polus_core::gorgias::{Refusal, answers, requests};
use polus_core::id::{Stream, TicketId};
use polus_core::snapshot::Message;
use polus_core::sync::mirror::{Departure, ListedTicket, MirrorEvent, MirroredTicket, Mismatch};

use super::Walker;
use crate::journal::{Ending, Journal, JournalError};

/// Streams that are appended to side by side: one group of the log's writer takes them all.
const AT_ONCE: usize = 64;

/// What a read of a whole thread found.
pub(super) enum Refetched {
    /// This much differs still.
    Compared(Option<Mismatch>),
    /// Gorgias did not answer as it should.
    Refused(Refusal),
}

impl Walker {
    /// Keeps what pages told of these tickets. Returns of how many tickets something was new.
    pub(super) async fn keep(
        &self,
        by_ticket: BTreeMap<TicketId, (Option<&ListedTicket>, Vec<Message>)>,
    ) -> Result<u32, String> {
        let mut news = 0;
        let rows: Vec<_> = by_ticket.into_iter().collect();
        for rows in rows.chunks(AT_ONCE) {
            let kept = rows.iter().map(|(ticket, (listed, messages))| {
                self.keep_one(*ticket, |mirror| mirror.news(*listed, messages))
            });
            for kept in join_all(kept).await {
                news += u32::from(kept?);
            }
        }
        Ok(news)
    }

    pub(super) async fn keep_tickets(&self, rows: &[(TicketId, ListedTicket)]) -> Result<u32, String> {
        let by_ticket: BTreeMap<TicketId, (Option<&ListedTicket>, Vec<Message>)> =
            rows.iter().map(|(id, row)| (*id, (Some(row), Vec::new()))).collect();
        self.keep(by_ticket).await
    }

    pub(super) async fn keep_messages(&self, rows: &[(TicketId, Message)]) -> Result<u32, String> {
        let mut by_ticket: BTreeMap<TicketId, (Option<&ListedTicket>, Vec<Message>)> = BTreeMap::new();
        for (ticket, message) in rows {
            by_ticket.entry(*ticket).or_default().1.push(message.clone());
        }
        self.keep(by_ticket).await
    }

    /// A ticket left Gorgias. One that is not kept is not begun for that. Says whether that was news.
    pub(super) async fn keep_departure(
        &self,
        ticket: TicketId,
        departure: Departure,
    ) -> Result<bool, String> {
        let left = |mirror: &MirroredTicket| {
            let known = mirror.sequence == 0 || mirror.departure.is_some();
            if known { Vec::new() } else { vec![MirrorEvent::Left { departure }] }
        };
        self.keep_one(ticket, left).await
    }

    /// Fetches the thread of a ticket whole and compares again; nothing when its turn does not come before `until`.
    pub(super) async fn refetch(
        &self,
        ticket: TicketId,
        until: Duration,
    ) -> Result<Option<Refetched>, String> {
        let Some(mut permit) = self.permit_until(until).await else { return Ok(None) };
        let reply = self.tenant.desk.call_aside(&mut permit, &requests::ticket(ticket)).await;
        drop(permit);
        match reply.and_then(|reply| answers::thread(&reply)) {
            Ok((listed, messages)) => {
                self.keep_one(ticket, |mirror| mirror.news_of_thread(&listed, &messages)).await?;
            }
            Err(Refusal::NotFound) => {
                self.keep_departure(ticket, Departure::Deleted).await?;
            }
            Err(refusal) => return Ok(Some(Refetched::Refused(refusal))),
        }
        Ok(Some(Refetched::Compared(self.mismatch(ticket).await?)))
    }

    /// How what is kept of a ticket differs from what Gorgias counts. A stream that cannot be read keeps nothing.
    pub(super) async fn mismatch(&self, ticket: TicketId) -> Result<Option<Mismatch>, String> {
        let mut journal = self.mirror(ticket)?;
        match journal.catch_up().await {
            Ok(_) => Ok(journal.machine().mismatch(ticket)),
            Err(JournalError::Unreadable { .. }) => Ok(Some(Mismatch { ticket, counted: None, kept: 0 })),
            Err(JournalError::Busy { problem, .. }) => Err(problem),
        }
    }

    /// Appends what is news to one ticket. Says whether anything was.
    async fn keep_one(
        &self,
        ticket: TicketId,
        news: impl Fn(&MirroredTicket) -> Vec<MirrorEvent>,
    ) -> Result<bool, String> {
        let mut journal = self.mirror(ticket)?;
        match journal.catch_up().await {
            Ok(_) => {}
            Err(JournalError::Busy { problem, .. }) => return Err(problem),
            Err(error @ JournalError::Unreadable { .. }) => {
                tracing::error!(%error, "what is kept of a ticket cannot be read; the next comparison names it");
                return Ok(false);
            }
        }
        let mut any = false;
        // One event at a time: together they may be more than one append takes.
        for event in news(journal.machine()) {
            any = true;
            loop {
                match journal.append(vec![event.clone()], self.world.clock.now()).await {
                    Ok(Ending::New | Ending::AlreadyThere) => break,
                    Ok(Ending::Conflict) => {}
                    Err(error) => return Err(error.to_string()),
                }
            }
        }
        Ok(any)
    }

    fn mirror(&self, ticket: TicketId) -> Result<Journal<MirroredTicket>, String> {
        let stream = Stream::Mirror(self.tenant.id.clone(), ticket);
        Journal::of(&self.world, &stream, MirroredTicket::default()).map_err(|error| error.to_string())
    }
}
