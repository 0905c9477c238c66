//! A sweep: the tickets that changed since the last one, newest change first down to the watermark, and the messages
//! written since. What is news to a ticket goes into its stream; where the history is kept, it is kept on.

use std::collections::BTreeSet;

use polus_core::gorgias::answers::{self, Page};
use polus_core::gorgias::{Call, Refusal, Reply, requests};
use polus_core::id::{MessageId, Stream, TicketId, UserId};
use polus_core::policy::Terms;
use polus_core::snapshot::Message;
use polus_core::sync::mirror::ListedTicket;
use polus_core::sync::{Listed, OVERLAP_MS, Sync, SyncEvent};
use polus_core::ticket::Ticket;
use polus_core::ticket::event::{Event, SeenBySync};
use polus_core::time::Time;

use super::Walker;
use super::heard::Found;
use crate::budget::Lane;
use crate::journal::{Ending, Journal, JournalError, append_fact};
use crate::marks::Mark;

/// Pages of one walk; a million rows.
const PAGES_MAX: u32 = 10_000;

/// What a sweep found.
#[derive(Default)]
struct Swept {
    through: Time,
    tickets: u32,
    news: u32,
    changed: BTreeSet<TicketId>,
    inbound: u32,
    newest_message: Option<MessageId>,
}

impl Walker {
    pub(super) async fn sweep(&mut self, terms: &Terms) -> Result<(), String> {
        self.journal.catch_up().await.map_err(|error| match error {
            JournalError::Unreadable { .. } => format!("how far it came cannot be read: {error}"),
            JournalError::Busy { .. } => error.to_string(),
        })?;
        if !std::mem::replace(&mut self.took_up, true) && self.journal.machine().keeps_mirror() {
            let uncompared = self.journal.machine().uncompared.iter();
            self.changed.extend(uncompared.map(|ticket| (*ticket, 0)));
        }
        let mut swept = Swept::default();
        self.sweep_tickets(terms, &mut swept).await?;
        let sync = self.journal.machine();
        let news_since = sync.through.is_none_or(|through| swept.through > through);
        let keeps = sync.keeps_mirror();
        let mut messages = Ok(());
        if news_since || sync.newest_message.is_none() || self.messages_owed {
            self.messages_owed = true;
            messages = self.sweep_messages(terms, &mut swept).await;
            match messages {
                Ok(()) => {}
                // They are asked for again; what was found of the tickets holds all the same.
                Err(_) => (swept.inbound, swept.newest_message) = (0, None),
            }
        }
        let line = swept.through.0 - OVERLAP_MS;
        self.told.retain(|_, updated_at| updated_at.0 >= line);
        if keeps {
            self.put_off.retain(|ticket, _| !swept.changed.contains(ticket));
            self.changed.extend(swept.changed.iter().map(|ticket| (*ticket, 0)));
        }
        if news_since || swept.newest_message > self.journal.machine().newest_message {
            self.caught_up(&swept, terms.generation).await?;
        }
        if messages.is_ok() {
            self.messages_owed = false;
            self.asked.clear();
        }
        if keeps {
            self.sweep_departures(terms).await?;
        }
        messages?;
        let words = format!("caught up: {} tickets looked at, {} news", swept.tickets, swept.news);
        tracing::info!(connection = %self.tenant.id, tickets = swept.tickets, found = swept.news, "caught up with Gorgias");
        self.say(words);
        Ok(())
    }

    async fn sweep_tickets(&mut self, terms: &Terms, swept: &mut Swept) -> Result<(), String> {
        let known = self.journal.machine().through;
        let keeps = self.journal.machine().keeps_mirror();
        let mut cursors: BTreeSet<String> = BTreeSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page =
                self.ask(terms, &requests::tickets(cursor.as_deref()), answers::listed_tickets).await?;
            let listed: Vec<Listed> =
                page.rows.iter().map(|(id, row)| listed(*id, row, terms.ai_user)).collect();
            let taken = self.journal.machine().take_page(&listed);
            swept.tickets += u32::try_from(listed.len()).unwrap_or(u32::MAX);
            let newest = listed.iter().map(|row| row.updated_at).max().unwrap_or_default();
            swept.through = newest.max(swept.through);
            // What was there before the first connect is history: the first page tells where it ends. Those of its tickets
            // that are ours look at Gorgias all the same: since the connect a customer may have written on them.
            for news in taken.news.iter().filter(|news| known.is_some() || news.ours) {
                swept.news += u32::from(self.tell_ticket(news, terms.generation).await?);
                swept.changed.insert(news.ticket);
            }
            if keeps && known.is_some() {
                self.keep_tickets(&page.rows).await?;
            }
            let Some(next) = page.next_cursor.filter(|_| !taken.reached && known.is_some()) else {
                return Ok(());
            };
            if !cursors.insert(next.clone()) {
                return Err("Gorgias' cursors lead in a circle".to_owned());
            }
            cursor = Some(next);
        }
        Err(format!("{PAGES_MAX} pages and no end"))
    }

    /// The messages written since the last sweep. Without one before it, the first page tells where history ends.
    async fn sweep_messages(&mut self, terms: &Terms, swept: &mut Swept) -> Result<(), String> {
        let known = self.journal.machine().newest_message;
        let keeps = self.journal.machine().keeps_mirror();
        let mut cursors: BTreeSet<String> = BTreeSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let call = requests::messages(cursor.as_deref());
            let page: Page<(TicketId, Message)> = self.ask(terms, &call, answers::listed_messages).await?;
            let newest = page.rows.iter().map(|(_, message)| message.id).max();
            // An account without a message has looked at all of them, too.
            swept.newest_message = swept.newest_message.max(newest).or(Some(MessageId(0)));
            let Some(known) = known else { return Ok(()) };
            for (ticket, message) in page.rows.iter().filter(|(_, message)| message.id > known) {
                if !message.from_agent && message.public {
                    swept.inbound += 1;
                    let found = Found {
                        ticket: *ticket,
                        created_at: message.created_at,
                        delay_ms: swept.through.0 - message.created_at.0,
                        found_at: self.world.clock.now(),
                        heard_by: self.world.clock.monotonic() + self.world.limits.webhooks_take,
                    };
                    self.await_webhook(message.id, found);
                }
            }
            if keeps {
                self.keep_messages(&page.rows).await?;
            }
            // The last row and not any: one that is dated in the future stands before all that is new.
            let reached = page.rows.last().is_none_or(|(_, message)| message.id <= known);
            let Some(next) = page.next_cursor.filter(|_| !reached) else { return Ok(()) };
            if !cursors.insert(next.clone()) {
                return Err("Gorgias' cursors lead in a circle".to_owned());
            }
            cursor = Some(next);
        }
        Err(format!("{PAGES_MAX} pages and no end"))
    }

    /// Tickets that were deleted or merged away leave the mirror; those that are ours look at Gorgias themselves. A key
    /// that may not read the feed of events leaves them in it.
    async fn sweep_departures(&mut self, terms: &Terms) -> Result<(), String> {
        let seen = self.journal.machine().departed_through;
        let mut newest = seen;
        let mut cursors: BTreeSet<String> = BTreeSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut permit = self.tenant.desk.reserve(Lane::Reconcile, 1).await;
            let reply =
                self.tenant.desk.call_aside(&mut permit, &requests::departures(cursor.as_deref())).await;
            drop(permit);
            let page = match reply.and_then(|reply| answers::departures(&reply)) {
                Ok(page) => page,
                Err(Refusal::Forbidden { message }) => {
                    if !self.blind_to_departures {
                        self.blind_to_departures = true;
                        tracing::warn!(connection = %self.tenant.id, message, "the key may not read events: deleted tickets stay in the mirror");
                    }
                    return Ok(());
                }
                Err(refusal) => return Err(refusal.to_string()),
            };
            self.still_under(terms)?;
            newest = newest.max(page.rows.iter().map(|row| row.at).max());
            let unseen =
                page.rows.iter().filter(|row| seen.is_none_or(|seen| row.at.0 >= seen.0 - OVERLAP_MS));
            let mut any = false;
            for row in unseen {
                any = true;
                self.keep_departure(row.ticket, row.departure).await?;
            }
            let Some(next) = page.next_cursor.filter(|_| any) else { break };
            if !cursors.insert(next.clone()) {
                return Err("Gorgias' cursors lead in a circle".to_owned());
            }
            cursor = Some(next);
        }
        match newest.filter(|_| newest > seen) {
            Some(through) => self.record(SyncEvent::DeparturesSeen { through }).await,
            None => Ok(()),
        }
    }

    async fn caught_up(&mut self, swept: &Swept, generation: u32) -> Result<(), String> {
        let uncompared: BTreeSet<TicketId> =
            self.changed.keys().chain(self.put_off.keys()).copied().collect();
        let event = SyncEvent::CaughtUp {
            through: swept.through,
            tickets: swept.tickets,
            found: swept.news,
            generation,
            inbound: swept.inbound,
            newest_message: swept.newest_message,
            uncompared: uncompared.into_iter().collect(),
        };
        self.record(event).await
    }

    /// Appends an event of a sweep. Whatever an operator recorded in between stands before it.
    pub(super) async fn record(&mut self, event: SyncEvent) -> Result<(), String> {
        self.record_while(event, |_| true).await
    }

    /// Appends an event for as long as it still tells of something, whatever was recorded in between.
    pub(super) async fn record_while(
        &mut self,
        event: SyncEvent,
        still: impl Fn(&Sync) -> bool,
    ) -> Result<(), String> {
        while still(self.journal.machine()) {
            match self.journal.append(vec![event.clone()], self.world.clock.now()).await {
                Ok(Ending::New | Ending::AlreadyThere) => return Ok(()),
                Ok(Ending::Conflict) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    /// Makes a call that nobody waits for and reads its answer.
    async fn ask<T>(
        &self,
        terms: &Terms,
        call: &Call,
        read: impl Fn(&Reply) -> Result<T, Refusal>,
    ) -> Result<T, String> {
        let mut permit = self.tenant.desk.reserve(Lane::Reconcile, 1).await;
        let reply = self.tenant.desk.call(&mut permit, call).await;
        let page = reply.and_then(|reply| read(&reply)).map_err(|refusal| refusal.to_string())?;
        self.still_under(terms)?;
        Ok(page)
    }

    /// A call may have waited for hours behind a refused key.
    fn still_under(&self, terms: &Terms) -> Result<(), String> {
        if self.tenant.terms.borrow().as_ref().is_none_or(|now| now.generation != terms.generation) {
            return Err("the connection was cut meanwhile".to_owned());
        }
        Ok(())
    }

    /// A ticket that is neither ours nor known concerns nobody here. Says whether the ticket was told.
    async fn tell_ticket(&mut self, listed: &Listed, generation: u32) -> Result<bool, String> {
        if self.told.get(&listed.ticket).is_some_and(|updated_at| *updated_at >= listed.updated_at) {
            return Ok(false);
        }
        let world = &self.world;
        let stream = Stream::Ticket(self.tenant.id.clone(), listed.ticket);
        let journal = Journal::of(world, &stream, Ticket::new(listed.ticket));
        let mut journal = journal.map_err(|error| error.to_string())?;
        match journal.catch_up().await {
            Ok(_) => {}
            Err(JournalError::Busy { problem, .. }) => return Err(problem),
            // Its actor has put it aside and raised the alarm.
            Err(JournalError::Unreadable { .. }) => return Ok(false),
        }
        let known = journal.machine();
        if (!listed.ours && known.sequence == 0) || known.has_seen(listed.updated_at) {
            return Ok(false);
        }
        let fact =
            Event::SeenBySync(SeenBySync { updated_at: listed.updated_at, ours: listed.ours, generation });
        append_fact(world.log.as_ref(), world.blobs.as_ref(), &stream, &fact, world.clock.now())
            .await
            .map_err(|error| error.to_string())?;
        world.marks.hit(Mark::WalkFoundNews);
        self.told.insert(listed.ticket, listed.updated_at);
        Ok(true)
    }
}

fn listed(ticket: TicketId, row: &ListedTicket, ai_user: UserId) -> Listed {
    let ours = row.fields.assignee == Some(ai_user);
    Listed { ticket, updated_at: row.fields.updated_at, ours }
}
