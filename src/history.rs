//! A stream read back for people: the same fold as the actors', from the log alone. Read-only; looking can never act.
//!
//! ```text
//! history/shown.rs     a folded ticket as JSON, whole
//! history/receipts.rs  how a message ended, and by which gates
//! history/seen.rs      what the answerer was given and what it looked at, word for word
//! history/written.rs   what was written, and what became of it
//! history/agreement.rs shadow mode held against what people did
//! history/mirror.rs    what is kept of the account's history
//! ```

use std::sync::Arc;

use polus_actors::journal::{BadRecord, decode_record};
use polus_core::codec::{self, Persisted};
use polus_core::gorgias::answers::InboundListed;
use polus_core::id::{ConnectionId, MessageId, Stream, TicketId};
use polus_core::replay::{Step, timeline};
use polus_core::sync::missed::tells_of;
use polus_core::sync::{DirectoryEvent, InboxEvent};
use polus_core::ticket::{Event, IllegalEvent, Recorded, Ticket};
use polus_core::time::Time;
use polus_storage::{BadStreamName, Blobs, EventLog, ReadError, StreamName};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

mod agreement;
mod mirror;
mod receipts;
mod seen;
mod shown;
mod written;

pub use receipts::MessageReceipt;
pub use shown::shown;

use crate::world::Stored;

/// Records read at a time.
const PAGE: usize = 256;

/// Reads streams.
#[derive(Clone)]
pub struct History {
    log: Arc<dyn EventLog>,
    blobs: Arc<dyn Blobs>,
}

/// Why a stream cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is nothing about it.
    #[error("there is nothing about {0} in the log")]
    Unknown(String),
    /// It cannot be read.
    #[error("{stream}: {problem}")]
    Read {
        /// The stream.
        stream: String,
        /// What is wrong.
        problem: ReadError,
    },
    /// A record is no event.
    #[error("{stream}: {problem}")]
    Record {
        /// The stream.
        stream: String,
        /// What is wrong.
        problem: BadRecord,
    },
    /// It has no name that a log takes.
    #[error(transparent)]
    Name(#[from] BadStreamName),
    /// The ticket has no such message.
    #[error("{stream} has no message {message}; it has {known}")]
    NoMessage {
        /// The stream.
        stream: String,
        /// The message.
        message: MessageId,
        /// The messages there are.
        known: String,
    },
    /// No customer has written on the ticket yet, as far as is known.
    #[error(
        "no message of a customer is known on {stream}, so there is none to explain; the ticket's state is {state:?}, and `polus replay` tells how it came to that"
    )]
    NothingWritten {
        /// The stream.
        stream: String,
        /// Where the conversation stands.
        state: &'static str,
    },
    /// The ticket ends before that.
    #[error("{stream} has {events} events, not {wanted}")]
    NotSoFar {
        /// The stream.
        stream: String,
        /// How many it has.
        events: u64,
        /// How many were wanted.
        wanted: u64,
    },
}

/// How a message became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeardBy {
    /// A webhook told of it.
    Webhook,
    /// No webhook did, but a listing showed its ticket, or a read found it.
    CatchUp,
    /// It is not known.
    Nobody,
}

/// A ticket's log, told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "ticket": 501, "problem": null,
    "steps": [{
        "sequence": 1, "at": 1796032800000_i64, "event": "notified", "told": "a webhook told of message 9001",
        "state": "idle",
        "owed": [{"effect": "read@1", "not_before": 1796032800000_i64, "reason": "something was heard of the ticket"}]
    }]
}))]
pub struct Told {
    /// The connection.
    #[schema(value_type = String)]
    pub connection: ConnectionId,
    /// The ticket.
    #[schema(value_type = i64)]
    pub ticket: TicketId,
    /// Event by event.
    #[schema(value_type = Vec<Object>)]
    pub steps: Vec<Step>,
    /// Why it ends before the log does: an event that is illegal in its state.
    pub problem: Option<String>,
}

/// What a strict replay found.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"events": 12, "state": "handed off", "problems": []}))]
pub struct Checked {
    /// Events applied.
    pub events: u64,
    /// The state they lead to.
    pub state: &'static str,
    /// What is wrong; empty when nothing is.
    pub problems: Vec<String>,
}

/// A webhook's body that was put aside.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "sequence": 1, "at": 1796032800000_i64, "problem": "the body is neither JSON nor a urlencoded form: it begins like neither",
    "bytes": 24, "body": "<html>Bad gateway</html>"
}))]
pub struct Quarantined {
    /// Its place in the inbox.
    pub sequence: u64,
    /// When it came, in milliseconds since 1970.
    #[schema(value_type = i64)]
    pub at: Time,
    /// What is wrong with it.
    pub problem: String,
    /// Its full size.
    pub bytes: u64,
    /// The kept part.
    pub body: String,
}

impl History {
    /// Reads from an open log.
    pub fn new(stored: Stored) -> Self {
        Self { log: stored.log, blobs: stored.blobs }
    }

    /// The connections that were ever made, in the order of their making.
    pub async fn connections(&self) -> Result<Vec<ConnectionId>, HistoryError> {
        let mut connections = Vec::new();
        for Recorded { event: DirectoryEvent::Opened { connection }, .. } in
            self.events(&Stream::Directory, None).await?
        {
            if !connections.contains(&connection) {
                connections.push(connection);
            }
        }
        Ok(connections)
    }

    /// The tickets of a connection that the log knows, by number.
    pub async fn tickets(&self, connection: &ConnectionId) -> Result<Vec<TicketId>, HistoryError> {
        let prefix = format!("{connection}/ticket/");
        let streams = self.log.streams(&prefix).await;
        let streams = streams.map_err(|problem| HistoryError::Read { stream: prefix, problem })?;
        let ids = streams.iter().filter_map(|name| match name.as_str().parse() {
            Ok(Stream::Ticket(_, ticket)) => Some(ticket),
            Ok(
                Stream::Directory
                | Stream::Connection(_)
                | Stream::Sync(_)
                | Stream::Inbox(_)
                | Stream::Mirror(..),
            )
            | Err(_) => None,
        });
        let mut ids: Vec<TicketId> = ids.collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// The ticket as it is now, or after `at` events.
    pub async fn ticket(
        &self,
        connection: &ConnectionId,
        ticket: TicketId,
        at: Option<u64>,
    ) -> Result<(Ticket, Option<String>), HistoryError> {
        let events = self.ticket_events(connection, ticket, at).await?;
        let mut folded = Ticket::new(ticket);
        for recorded in &events {
            if let Err(illegal) = folded.apply(recorded) {
                return Ok((folded, Some(words(&illegal))));
            }
        }
        Ok((folded, None))
    }

    /// The ticket's log, event by event.
    pub async fn told(&self, connection: &ConnectionId, ticket: TicketId) -> Result<Told, HistoryError> {
        let events = self.ticket_events(connection, ticket, None).await?;
        let (timeline, illegal) = timeline(Ticket::new(ticket), &events);
        let problem = illegal.as_ref().map(words);
        Ok(Told { connection: connection.clone(), ticket, steps: timeline.steps, problem })
    }

    /// Applies the ticket's log anew, twice, and sees that every event is legal, that both folds agree, and that
    /// every event reads back from what it is written as. Reading it has checked the chain of hashes.
    pub async fn checked(
        &self,
        connection: &ConnectionId,
        ticket: TicketId,
    ) -> Result<Checked, HistoryError> {
        let events = self.ticket_events(connection, ticket, None).await?;
        let (first, illegal) = timeline(Ticket::new(ticket), &events);
        let (second, _) = timeline(Ticket::new(ticket), &events);
        let mut problems: Vec<String> = illegal.iter().map(words).collect();
        if first != second {
            problems.push("two folds of the same events differ".to_owned());
        }
        for recorded in &events {
            if let Err(problem) = reads_back(&recorded.event) {
                problems.push(format!("event {}: {problem}", recorded.sequence));
            }
        }
        let folded = u64::try_from(first.steps.len()).unwrap_or(u64::MAX);
        Ok(Checked { events: folded, state: first.ticket.phase_name(), problems })
    }

    /// How a message ended and why; without a message, the newest one that a customer wrote.
    pub async fn receipt(
        &self,
        connection: &ConnectionId,
        ticket: TicketId,
        message: Option<MessageId>,
    ) -> Result<MessageReceipt, HistoryError> {
        let events = self.ticket_events(connection, ticket, None).await?;
        let (timeline, _) = timeline(Ticket::new(ticket), &events);
        let mut receipt = receipts::of(connection, &timeline.ticket, &events, message)?;
        self.add_what_was_seen(connection, &mut receipt, &events).await?;
        receipt.shadow = self.shadow(connection, ticket, receipt.message, &events).await?;
        Ok(receipt)
    }

    /// Nothing of the answerer's is called for it: the question is in the log, and the passages are cut from the articles.
    async fn add_what_was_seen(
        &self,
        connection: &ConnectionId,
        receipt: &mut MessageReceipt,
        events: &[Recorded<Event>],
    ) -> Result<(), HistoryError> {
        let given = seen::given(receipt.ticket, events);
        if !receipt.judgements.iter().any(|judgement| given.contains_key(&judgement.sequence)) {
            return Ok(());
        }
        let life = self.connection_events(connection).await?;
        for judgement in &mut receipt.judgements {
            let Some(given) = given.get(&judgement.sequence) else { continue };
            let answer = judgement.receipt.answer.as_ref();
            judgement.seen = Some(seen::seen(given.clone(), answer, &life, self.blobs.as_ref()).await);
        }
        Ok(())
    }

    /// The bodies of a connection that named no ticket, oldest first.
    pub async fn quarantined(&self, connection: &ConnectionId) -> Result<Vec<Quarantined>, HistoryError> {
        let events = self.events::<InboxEvent>(&Stream::Inbox(connection.clone()), None).await?;
        let told = events.into_iter().map(|Recorded { sequence, at, event }| match event {
            InboxEvent::Quarantined { problem, bytes, personal } => {
                Quarantined { sequence, at, problem, bytes, body: personal.body }
            }
        });
        Ok(told.collect())
    }

    /// How this message became known: by a webhook that told of it or of its ticket since, or by the catch-up.
    pub async fn heard_of(
        &self,
        connection: &ConnectionId,
        written: &InboundListed,
    ) -> Result<HeardBy, HistoryError> {
        let events = self.events::<Event>(&Stream::Ticket(connection.clone(), written.ticket), None).await?;
        let by_webhook = |recorded: &Recorded<Event>| match &recorded.event {
            Event::Notified(notified) => tells_of(notified, recorded.at, written.message, written.created_at),
            _ => false,
        };
        let by_catch_up = |recorded: &Recorded<Event>| match &recorded.event {
            Event::SeenBySync(seen) => seen.updated_at >= written.created_at,
            Event::TicketRead(read) => read.messages.iter().any(|new| new.message.id == written.message),
            _ => false,
        };
        Ok(if events.iter().any(by_webhook) {
            HeardBy::Webhook
        } else if events.iter().any(by_catch_up) {
            HeardBy::CatchUp
        } else {
            HeardBy::Nobody
        })
    }

    async fn ticket_events(
        &self,
        connection: &ConnectionId,
        ticket: TicketId,
        at: Option<u64>,
    ) -> Result<Vec<Recorded<Event>>, HistoryError> {
        let stream = Stream::Ticket(connection.clone(), ticket);
        let events = self.events(&stream, at).await?;
        let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
        match at {
            _ if events.is_empty() && at != Some(0) => Err(HistoryError::Unknown(stream.to_string())),
            Some(wanted) if wanted > count => {
                Err(HistoryError::NotSoFar { stream: stream.to_string(), events: count, wanted })
            }
            Some(_) | None => Ok(events),
        }
    }

    async fn events<E: Persisted>(
        &self,
        stream: &Stream,
        through: Option<u64>,
    ) -> Result<Vec<Recorded<E>>, HistoryError> {
        let name = StreamName::new(stream.to_string())?;
        let stream = || stream.to_string();
        let through = through.unwrap_or(u64::MAX);
        let mut events: Vec<Recorded<E>> = Vec::new();
        loop {
            let from = events.last().map_or(1, |last| last.sequence + 1);
            let page = self.log.read(&name, from, PAGE).await;
            let page = page.map_err(|problem| HistoryError::Read { stream: stream(), problem })?;
            let is_last = page.len() < PAGE;
            for record in page.iter().filter(|record| record.sequence <= through) {
                let decoded = decode_record(self.blobs.as_ref(), record).await;
                events.push(decoded.map_err(|problem| HistoryError::Record { stream: stream(), problem })?);
            }
            if is_last || events.last().is_some_and(|last| last.sequence >= through) {
                return Ok(events);
            }
        }
    }
}

fn words(illegal: &IllegalEvent) -> String {
    format!("event {} ({}) is illegal here: {}", illegal.sequence, illegal.event, illegal.why)
}

fn reads_back(event: &Event) -> Result<(), String> {
    let bytes = codec::encode(event).map_err(|error| error.to_string())?;
    let again: Event = codec::decode(codec::SCHEMA, &bytes).map_err(|error| error.to_string())?;
    if again == *event { Ok(()) } else { Err("it reads back as another event".to_owned()) }
}

/// A ticket as JSON with the note of an illegal event, if its log ended at one.
pub fn shown_with(connection: &ConnectionId, ticket: &Ticket, problem: Option<String>) -> Value {
    let mut value = shown(connection, ticket);
    if let (Some(problem), Some(fields)) = (problem, value.as_object_mut()) {
        fields.insert("problem".to_owned(), Value::String(problem));
    }
    value
}
