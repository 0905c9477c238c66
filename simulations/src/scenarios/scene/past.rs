//! The account's history: what it holds from other days, its fetching, and whether what is kept is what Gorgias has.

use std::collections::BTreeSet;

use polus_actors::mail::{Backfill, BackfillAct};
use polus_core::codec::Persisted;
use polus_core::id::{Stream, TicketId};
use polus_core::sync::backfill::{Backfill as Run, Ended, Stage};
use polus_core::sync::mirror::{MirrorEvent, MirroredTicket};
use polus_core::sync::{Sync, SyncEvent};
use polus_core::ticket::Recorded;
use polus_core::time::Time;
use polus_storage::{EventLog as _, StreamName};

use super::{BY, Scene, Shop, Ticket, Told, Unexpected, unexpected};
use crate::gorgias::faults::{CallFault, Scripted};
use crate::gorgias::people::{Letter, NewTicket};
use crate::gorgias::records::Status;
use crate::history::events_of;

/// How long a story waits for the history at most, seconds.
const FETCHED_WITHIN_S: u64 = 3_600;

impl Scene {
    /// Days pass in which so many tickets are asked, answered by an agent and closed, one in ten minutes. They are no part
    /// of the story, and their logs are not told.
    pub async fn a_past_of(&self, tickets: usize) -> Result<Vec<Ticket>, Unexpected> {
        let mut past = Vec::with_capacity(tickets);
        for number in 0..tickets {
            past.push(self.a_past_ticket(number)?);
            self.minutes(10).await;
        }
        self.happens(format!("acme has {tickets} tickets of other days, answered by agents and closed"));
        Ok(past)
    }

    fn a_past_ticket(&self, number: usize) -> Result<Ticket, Unexpected> {
        let (shop, now_ms) = (self.shop(Shop::Acme)?, self.now_ms());
        let new = NewTicket {
            email: format!("past.{number}@example.org"),
            name: format!("Paula Past {number}"),
            subject: Some("A question".to_owned()),
            letter: Letter::of("Where is my parcel?"),
            ..NewTicket::default()
        };
        let mut desk = self.stage.desk_of(&shop.id);
        let ticket = desk.customer_begins(now_ms, new).map_err(unexpected)?.ticket_id;
        desk.agent_replies(now_ms, ticket, shop.cast.agents[0], "On its way.").map_err(unexpected)?;
        desk.close(now_ms, ticket).map_err(unexpected)?;
        Ok(Ticket { shop: Shop::Acme, number: ticket })
    }

    /// Acme's lists show so many rows at once, so that few tickets take several pages.
    pub fn lists_show(&self, rows: usize) -> Told {
        self.stage.desk_of(&self.shop(Shop::Acme)?.id).timings.rows_a_page_max = rows;
        Ok(())
    }

    /// The next call for a page of tickets, and the next for one of messages, fail in these ways one after another.
    pub fn pages_will_fail(&self, faults: &[CallFault]) -> Told {
        self.will_happen(format!("the next {} calls for a page of either list fail", faults.len()));
        let mut desk = self.stage.desk_of(&self.shop(Shop::Acme)?.id);
        for path in ["/api/tickets", "/api/messages"] {
            for fault in faults {
                desk.faults.plan(Scripted::call("GET", path, fault.clone()));
            }
        }
        Ok(())
    }

    /// The list of all messages leaves out the last message that the ticket has.
    pub fn the_list_leaves_out_the_last_message_of(&self, ticket: Ticket) -> Told {
        self.happens(format!("the list of all messages leaves out the last message of {ticket}"));
        let mut desk = self.stage.desk_of(&self.shop(ticket.shop)?.id);
        let last = desk.thread(ticket.number).last().map(|message| message.id);
        let last = last.ok_or_else(|| Unexpected(format!("{ticket} has no message")))?;
        desk.faults.hidden_from_lists.insert(last);
        Ok(())
    }

    /// Acme's merchant wants the whole history to be kept here.
    pub async fn merchant_fetches_the_history(&self) -> Told {
        self.happens("the merchant of acme wants the account's history to be fetched");
        let connection = self.shop(Shop::Acme)?.id.clone();
        let wish = Backfill { connection, act: BackfillAct::Start { since: None }, by: BY.to_owned() };
        self.office()?.send(wish).await.map_err(unexpected)?.map_err(unexpected)
    }

    /// Waits until so many pages of the history are kept, and the fetching is not over.
    pub async fn until_pages_are_kept(&self, count: u32) -> Told {
        let run = self.until_the_run(|run| run.tickets.pages + run.messages.pages >= count).await?;
        if run.ended_at.is_some() {
            return Err(Unexpected(format!("the history was fetched before {count} pages were kept")));
        }
        self.happens(format!("{count} pages of the history are kept"));
        Ok(())
    }

    /// Waits until the history is fetched, and tells how that went.
    pub async fn until_the_history_is_fetched(&self) -> Result<Run, Unexpected> {
        let run = self.until_the_run(|run| run.ended_at.is_some()).await?;
        if !matches!(run.stage, Stage::Ended(Ended::Complete)) {
            return Err(Unexpected(format!("the history was not fetched to its end: {run:?}")));
        }
        self.happens(format!(
            "the history is fetched: {} tickets and {} messages in {} pages; {} calls were made again",
            run.tickets.rows,
            run.messages.rows,
            run.tickets.pages + run.messages.pages,
            run.retries
        ));
        Ok(run)
    }

    /// What is kept of each ticket at Acme's desk is what the desk has: its messages, its subject, whether it is closed.
    pub async fn expect_the_history_is_whole(&self) -> Told {
        let shop = self.shop(Shop::Acme)?;
        let there: Vec<i64> = self.stage.quiet_desk(&shop.id).tickets().map(|ticket| ticket.id).collect();
        for number in there {
            let ticket = Ticket { shop: Shop::Acme, number };
            let kept = self.kept(ticket).await?;
            let messages: BTreeSet<i64> = kept.messages.keys().map(|message| message.0).collect();
            let desk = self.stage.quiet_desk(&shop.id);
            let thread: BTreeSet<i64> = desk.thread(number).iter().map(|message| message.id).collect();
            let listed = kept.ticket.map(|listed| {
                let fields = listed.fields;
                (fields.subject, fields.closed, fields.trashed, fields.tags)
            });
            let at_desk = desk.ticket(number).map(|ticket| {
                let closed = ticket.status == Status::Closed;
                (ticket.subject.clone(), closed, ticket.trashed_us.is_some(), desk.tag_names(number))
            });
            if messages != thread || listed != at_desk {
                return Err(Unexpected(format!(
                    "of {ticket} {messages:?} and {listed:?} are kept, and Gorgias has {thread:?} and {at_desk:?}"
                )));
            }
        }
        self.happens("what is kept is what Gorgias has, ticket by ticket");
        Ok(())
    }

    /// Walks found messages of customers that no webhook had told of.
    pub async fn expect_messages_missed(&self) -> Told {
        let missed = self.sync().await?.missed.count(Time(self.now_ms()));
        if missed == 0 {
            return Err(Unexpected("every message was told by a webhook".to_owned()));
        }
        self.happens(format!("{missed} messages were told by no webhook, and found all the same"));
        Ok(())
    }

    /// What is kept says that the ticket has left Gorgias.
    pub async fn expect_kept_as_gone(&self, ticket: Ticket) -> Told {
        match self.kept(ticket).await?.departure {
            Some(_) => Ok(()),
            None => Err(Unexpected(format!("what is kept of {ticket} does not say that it is gone"))),
        }
    }

    async fn until_the_run(&self, is_so: impl Fn(&Run) -> bool) -> Result<Run, Unexpected> {
        for _ in 0..FETCHED_WITHIN_S * 10 {
            if let Some(run) = self.sync().await?.last_run().filter(|run| is_so(run)) {
                return Ok(run.clone());
            }
            self.milliseconds(100).await;
        }
        Err(Unexpected(format!("the history did not come that far within {FETCHED_WITHIN_S} seconds")))
    }

    async fn sync(&self) -> Result<Sync, Unexpected> {
        let mut sync = Sync::default();
        let stream = Stream::Sync(self.shop(Shop::Acme)?.id.clone());
        self.stream::<SyncEvent>(&stream).await?.iter().for_each(|recorded| sync.apply(recorded));
        Ok(sync)
    }

    async fn kept(&self, ticket: Ticket) -> Result<MirroredTicket, Unexpected> {
        let mut kept = MirroredTicket::default();
        let stream = Stream::Mirror(self.shop(ticket.shop)?.id.clone(), TicketId(ticket.number));
        self.stream::<MirrorEvent>(&stream).await?.iter().for_each(|recorded| kept.apply(recorded));
        Ok(kept)
    }

    /// The events of a stream as they are on the disk.
    pub(super) async fn stream<E: Persisted>(&self, stream: &Stream) -> Result<Vec<Recorded<E>>, Unexpected> {
        let name = StreamName::new(stream.to_string()).map_err(unexpected)?;
        let records = self.log.on_disk().read(&name, 1, usize::MAX).await.map_err(unexpected)?;
        events_of(self.stage.blobs(), records.iter()).await.map_err(unexpected)
    }
}
