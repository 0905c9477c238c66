//! What a run looks like from outside when it is over: the log as it is on the disk, and the desks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polus_actors::journal::decode_record;
use polus_core::codec::Persisted;
use polus_core::connection::ConnectionEvent;
use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::sync::mirror::{MirrorEvent, MirroredTicket};
use polus_core::sync::{Sync, SyncEvent};
use polus_core::ticket::{Event, Recorded, Ticket};
use polus_storage::{Blobs, EventLog, OpenEntry, OpenWorkError, Record, StreamName, TailItem};

use crate::gorgias::records::{self, Gone, Message, Party};
use crate::gorgias::seed::Cast;
use crate::gorgias::wire::RequestRecord;
use crate::log::{Acknowledged, Flipped};
use crate::options::Options;
use crate::world::Stage;

mod beside;
mod watched;

pub use beside::{Beside, Given, Lied, Replayed, StaleRead, Stripped, Taken};
pub use watched::WatchedOpenWork;

/// Everything the promises are held against.
pub struct History {
    /// What the run was like.
    pub options: Options,
    /// The log, in the order of its positions.
    pub records: Vec<Record>,
    /// What the log's records keep outside of it.
    pub blobs: Arc<dyn Blobs>,
    /// The accounts by name.
    pub accounts: BTreeMap<ConnectionId, AccountHistory>,
    /// What was wrong already while it was played, in sentences.
    pub seen: Vec<String>,
    /// When it ended, milliseconds since 1970.
    pub end_ms: i64,
    /// What the log's own check of itself found.
    pub verified: Result<(), String>,
    /// Who called which account: the account, and the e-mail address and key of the caller.
    pub callers: BTreeSet<(ConnectionId, String, String)>,
    /// When each record reached the disk by the world's time, in the order of positions; milliseconds since 1970. Where
    /// nobody kept it, the program's clock stood right and the records tell.
    pub written_ms: Vec<i64>,
    /// What the log said it has; empty where nobody kept it.
    pub acknowledged: Vec<Acknowledged>,
    /// The ends of the program's lives; empty where nobody looked.
    pub ends: Vec<LifeEnd>,
    /// When what is derived was thrown away once more at the end; none if it was not.
    pub forgotten: Option<Forgotten>,
    /// What a flipped bit damaged; the records here are as they were written.
    pub flipped: Option<Flipped>,
    /// The tickets that the last life put aside: account and ticket.
    pub put_aside: BTreeSet<String>,
    /// What was seen beside the log and the desks.
    pub beside: Beside,
}

/// What outlived a life of the program beside the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeEnd {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// The log's last position then.
    pub head: u64,
    /// Up to which position the open-work list says it is complete.
    pub complete_up_to: u64,
    /// The open-work list.
    pub open_work: Vec<OpenEntry>,
    /// What it was told is settled since it was begun: streams, and up to which sequence.
    pub settled: BTreeMap<StreamName, u64>,
}

/// When what is derived was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// The log's last position then.
    pub head: u64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// One account.
pub struct AccountHistory {
    /// Its people.
    pub cast: Cast,
    /// What happened to the connection.
    pub connection: Vec<Recorded<ConnectionEvent>>,
    /// Where in the log those are, one for each.
    pub connection_positions: Vec<u64>,
    /// The tickets: all that the log or the desk has.
    pub tickets: BTreeMap<i64, TicketHistory>,
    /// Calls to the desk, oldest first.
    pub requests: Vec<RequestRecord>,
    /// The desk's audit log.
    pub audit: Vec<records::Event>,
    /// The highest message there was when the connection was last made.
    pub go_live: i64,
    /// Who wrote from which address, on whatever ticket and whatever became of it.
    pub written_from: BTreeSet<(Party, String)>,
    /// Walks and back-fills.
    pub sync: Sync,
    /// What is kept of the account's tickets; the problem, if a stream does not fold.
    pub mirror: BTreeMap<i64, Result<MirroredTicket, String>>,
}

/// One ticket.
pub struct TicketHistory {
    /// Its number.
    pub id: i64,
    /// Its stream.
    pub events: Vec<Recorded<Event>>,
    /// Where in the log those are, one for each.
    pub positions: Vec<u64>,
    /// What the stream folds to; the problem, if it does not.
    pub folded: Result<Ticket, String>,
    /// Its messages at the desk, notes included; empty once it was deleted or merged there.
    pub thread: Vec<Message>,
    /// The messages that were written on it at the desk, wherever merges have taken them, also if they were deleted.
    pub written: Vec<Message>,
    /// The desk has it, and not in the bin.
    pub at_desk: bool,
    /// The desk's list shows it, be it in the bin.
    pub is_listed: bool,
    /// The ticket it was merged into.
    pub merged_into: Option<i64>,
    /// Whose it is at the desk.
    pub assignee: Option<i64>,
    /// The names of its tags at the desk; none once it is gone.
    pub tags: BTreeSet<String>,
    /// When webhooks of it were answered with 200, milliseconds since 1970.
    pub taken_ms: Vec<i64>,
}

impl TicketHistory {
    /// Public messages of ours that were written here.
    pub fn ours(&self) -> impl Iterator<Item = &Message> {
        self.written.iter().filter(|message| message.via == "api" && message.from_agent && message.public)
    }

    /// Internal notes of ours that were written here.
    pub fn notes(&self) -> impl Iterator<Item = &Message> {
        self.written.iter().filter(|message| message.via == "api" && message.from_agent && !message.public)
    }

    /// What customers and strangers wrote that stands here.
    pub fn heard(&self) -> impl Iterator<Item = &Message> {
        self.thread.iter().filter(|message| message.public && !message.from_agent)
    }

    /// What people of the shop wrote here to the customer.
    pub fn by_people(&self) -> impl Iterator<Item = &Message> {
        self.written.iter().filter(|message| {
            message.public && message.from_agent && message.via != "api" && message.rule.is_none()
        })
    }
}

impl History {
    /// Looks at everything.
    pub async fn of(
        options: &Options,
        stage: &Stage,
        log: &dyn EventLog,
        casts: &BTreeMap<ConnectionId, Cast>,
        seen: Vec<String>,
    ) -> Self {
        let mut seen = seen;
        let records = records_of(log).await.unwrap_or_else(|problem| {
            seen.push(format!("the log cannot be read: {problem}"));
            Vec::new()
        });
        let mut accounts = BTreeMap::new();
        for (id, cast) in casts {
            accounts.insert(id.clone(), account(stage, id, cast, &records, &mut seen).await);
        }
        let blobs = Arc::clone(&stage.blobs);
        Self {
            options: options.clone(),
            records,
            blobs,
            accounts,
            seen,
            end_ms: stage.now_ms(),
            verified: polus_storage::verify(log).await.map(|_| ()).map_err(|broken| broken.to_string()),
            callers: stage.network.callers(),
            written_ms: Vec::new(),
            acknowledged: Vec::new(),
            ends: Vec::new(),
            forgotten: None,
            flipped: None,
            put_aside: BTreeSet::new(),
            beside: Beside { taken: stage.taken(), lied: stage.network.lied(), ..Beside::default() },
        }
    }

    /// The damage to a ticket's stream.
    pub fn flipped_of(&self, account: &ConnectionId, ticket: i64) -> Option<&Flipped> {
        let stream = Stream::Ticket(account.clone(), TicketId(ticket)).to_string();
        self.flipped.as_ref().filter(|flipped| flipped.stream.as_str() == stream)
    }

    /// The record at a position of the log, counted from 1.
    pub fn record(&self, position: u64) -> Option<&Record> {
        self.records.get(usize::try_from(position.checked_sub(1)?).ok()?)
    }

    /// When that record reached the disk, milliseconds since 1970.
    pub fn written_ms(&self, position: u64) -> i64 {
        let place = usize::try_from(position.saturating_sub(1)).unwrap_or(usize::MAX);
        let told = || self.record(position).map(|record| record.recorded_at_ms);
        self.written_ms.get(place).copied().or_else(told).unwrap_or_default()
    }

    /// All tickets of all accounts.
    pub fn tickets(&self) -> impl Iterator<Item = (&ConnectionId, &AccountHistory, &TicketHistory)> {
        self.accounts
            .iter()
            .flat_map(|(id, account)| account.tickets.values().map(move |ticket| (id, account, ticket)))
    }
}

impl LifeEnd {
    /// Looks at what a life that just ended left behind.
    pub fn of(stage: &Stage, log: &dyn EventLog) -> Result<Self, OpenWorkError> {
        let list = stage.open_work();
        Ok(Self {
            at_ms: stage.now_ms(),
            head: log.head(),
            complete_up_to: list.complete_up_to()?,
            open_work: list.entries()?,
            settled: stage.settled(),
        })
    }
}

/// The log from its beginning to its end.
pub async fn records_of(log: &dyn EventLog) -> Result<Vec<Record>, String> {
    let mut tail = log.tail(1);
    let mut records = Vec::new();
    loop {
        match tail.next().await {
            Ok(TailItem::Record(record)) => records.push(record),
            Ok(TailItem::CaughtUp) => return Ok(records),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Folds a ticket's events.
pub fn folded(id: i64, events: &[Recorded<Event>]) -> Result<Ticket, String> {
    let mut ticket = Ticket::new(TicketId(id));
    for recorded in events {
        ticket.apply(recorded).map_err(|illegal| illegal.to_string())?;
    }
    Ok(ticket)
}

/// The events of one stream among these records.
pub async fn events_of<E: Persisted>(
    blobs: &dyn Blobs,
    records: impl Iterator<Item = &Record>,
) -> Result<Vec<Recorded<E>>, String> {
    let mut events = Vec::new();
    for record in records {
        events.push(decode_record(blobs, record).await.map_err(|error| error.to_string())?);
    }
    Ok(events)
}

async fn account(
    stage: &Stage,
    id: &ConnectionId,
    cast: &Cast,
    records: &[Record],
    seen: &mut Vec<String>,
) -> AccountHistory {
    let mut streams: BTreeMap<i64, Vec<&Record>> = BTreeMap::new();
    let mut of_connection = Vec::new();
    let mut of_sync = Vec::new();
    let mut mirrors: BTreeMap<i64, Vec<&Record>> = BTreeMap::new();
    for record in records {
        match record.stream.as_str().parse() {
            Ok(Stream::Mirror(connection, ticket)) if connection == *id => {
                mirrors.entry(ticket.0).or_default().push(record);
            }
            Ok(Stream::Sync(connection)) if connection == *id => of_sync.push(record),
            Ok(Stream::Ticket(connection, ticket)) if connection == *id => {
                streams.entry(ticket.0).or_default().push(record);
            }
            Ok(Stream::Connection(connection)) if connection == *id => of_connection.push(record),
            _ => {}
        }
    }
    let connection_positions = of_connection.iter().map(|record| record.position).collect();
    let connection: Vec<Recorded<ConnectionEvent>> =
        events_of(stage.blobs(), of_connection.into_iter()).await.unwrap_or_else(|problem| {
            seen.push(format!("{id}: {problem}"));
            Vec::new()
        });
    let mut numbers: Vec<i64> = streams.keys().copied().collect();
    numbers.extend(stage.quiet_desk(id).tickets().map(|ticket| ticket.id));
    let mut tickets = BTreeMap::new();
    for number in numbers {
        let records = streams.get(&number).map(Vec::as_slice).unwrap_or_default();
        let events = events_of(stage.blobs(), records.iter().copied()).await.unwrap_or_else(|problem| {
            seen.push(format!("{id}/{number}: {problem}"));
            Vec::new()
        });
        tickets.insert(number, ticket(stage, id, number, records, events));
    }
    let go_live = connection.iter().rev().find_map(|recorded| match &recorded.event {
        ConnectionEvent::Connected(details) => Some(details.go_live.0),
        _ => None,
    });
    let (sync, mirror) = kept(stage, id, of_sync, mirrors, seen).await;
    let desk = stage.quiet_desk(id);
    AccountHistory {
        cast: cast.clone(),
        connection,
        connection_positions,
        tickets,
        requests: desk.requests().cloned().collect(),
        audit: desk.events().to_vec(),
        go_live: go_live.unwrap_or_default(),
        written_from: desk.written_from(),
        sync,
        mirror,
    }
}

fn ticket(
    stage: &Stage,
    id: &ConnectionId,
    number: i64,
    records: &[&Record],
    events: Vec<Recorded<Event>>,
) -> TicketHistory {
    let desk = stage.quiet_desk(id);
    let there = desk.ticket(number);
    let taken = stage.taken();
    TicketHistory {
        id: number,
        folded: folded(number, &events),
        positions: records.iter().map(|record| record.position).collect(),
        events,
        thread: desk.thread(number).into_iter().cloned().collect(),
        written: desk.written_on(number).cloned().collect(),
        at_desk: there.is_some_and(|ticket| ticket.trashed_us.is_none()),
        is_listed: there.is_some(),
        merged_into: match desk.gone(number) {
            Some(Gone::MergedInto(into)) => Some(into),
            Some(Gone::Deleted) | None => None,
        },
        assignee: there.and_then(|ticket| ticket.assignee_user),
        tags: desk.tag_names(number),
        taken_ms: taken
            .iter()
            .filter(|taken| taken.account == *id && taken.ticket == number)
            .map(|taken| taken.at_ms)
            .collect(),
    }
}

/// Walks and back-fills, and what is kept of the account's tickets.
async fn kept(
    stage: &Stage,
    id: &ConnectionId,
    of_sync: Vec<&Record>,
    mirrors: BTreeMap<i64, Vec<&Record>>,
    seen: &mut Vec<String>,
) -> (Sync, BTreeMap<i64, Result<MirroredTicket, String>>) {
    let mut sync = Sync::default();
    match events_of::<SyncEvent>(stage.blobs(), of_sync.into_iter()).await {
        Ok(events) => events.iter().for_each(|recorded| sync.apply(recorded)),
        Err(problem) => seen.push(format!("{id}/sync: {problem}")),
    }
    let mut mirror = BTreeMap::new();
    for (number, records) in mirrors {
        let events = events_of::<MirrorEvent>(stage.blobs(), records.into_iter()).await;
        let folded = events.map(|events| {
            let mut ticket = MirroredTicket::default();
            events.iter().for_each(|recorded| ticket.apply(recorded));
            ticket
        });
        mirror.insert(number, folded);
    }
    (sync, mirror)
}
