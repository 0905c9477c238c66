//! What can be seen afterwards: at the desk and in the log.

use std::collections::BTreeSet;

use polus_actors::board::SelfTest;
use polus_actors::journal::decode_record;
use polus_core::codec::Persisted;
use polus_core::connection::ConnectionEvent;
use polus_core::id::TicketId;
use polus_core::replay::timeline;
use polus_core::sync::mirror::MirroredTicket;
use polus_core::sync::{Sync, SyncEvent};
use polus_core::ticket::{Event, Recorded, Ticket};
use polus_core::time::Time;
use polus_simulations::gorgias::records::Status;
use polus_simulations::gorgias::wire::RequestRecord;
use polus_storage::{StreamName, TailItem};

use super::{Play, id};

/// A public message of ours at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub id: i64,
    pub marker: String,
    pub at_ms: i64,
}

impl Play {
    pub fn replies(&self, ticket: i64) -> Vec<String> {
        let stage = self.stage();
        let desk = stage.desk();
        let ours = desk.thread(ticket).into_iter().filter(|m| m.public && m.via == "api" && m.from_agent);
        ours.map(|message| message.body_text.clone().unwrap_or_default()).collect()
    }

    pub fn said(&self, ticket: i64) -> Vec<Said> {
        let stage = self.stage();
        let desk = stage.desk();
        let ours = desk.thread(ticket).into_iter().filter(|m| m.public && m.via == "api" && m.from_agent);
        ours.map(|m| Said {
            id: m.id,
            marker: m.external_id.clone().expect("a marker"),
            at_ms: m.created_us / 1_000,
        })
        .collect()
    }

    pub fn notes(&self, ticket: i64) -> Vec<String> {
        let stage = self.stage();
        let desk = stage.desk();
        let notes = desk.thread(ticket).into_iter().filter(|message| !message.public && message.via == "api");
        notes.map(|message| message.body_text.clone().unwrap_or_default()).collect()
    }

    pub fn tags(&self, ticket: i64) -> BTreeSet<String> {
        self.stage().desk().tag_names(ticket)
    }

    pub fn team(&self, ticket: i64) -> Option<i64> {
        self.stage().desk().ticket(ticket).expect("a ticket").assignee_team
    }

    pub fn tickets(&self) -> Vec<i64> {
        self.stage().desk().tickets().map(|ticket| ticket.id).collect()
    }

    pub fn subject(&self, ticket: i64) -> Option<String> {
        self.stage().desk().ticket(ticket).expect("a ticket").subject.clone()
    }

    pub fn is_closed(&self, ticket: i64) -> bool {
        self.stage().desk().ticket(ticket).expect("a ticket").status == Status::Closed
    }

    /// Where our sent replies went.
    pub fn sent_to(&self, ticket: i64) -> Vec<String> {
        let stage = self.stage();
        let desk = stage.desk();
        let sent =
            desk.thread(ticket).into_iter().filter(|m| m.public && m.from_agent && m.sent_us.is_some());
        let to = |source: &serde_json::Value| source["to"][0]["address"].as_str().map(str::to_owned);
        sent.filter_map(|message| message.source.as_ref().and_then(to)).collect()
    }

    /// The last self-test since the start.
    pub fn self_test(&self) -> SelfTest {
        let life = self.life.borrow();
        let board = &life.as_ref().expect("a running program").board;
        board.connection(&id()).and_then(|view| view.self_test.clone()).expect("a self-test")
    }

    pub fn calls(&self) -> usize {
        self.stage().desk().requests().count()
    }

    /// Calls that the desk answered with this status.
    pub fn calls_answered(&self, status: u16) -> Vec<RequestRecord> {
        self.stage().desk().requests().filter(|request| request.status == status).cloned().collect()
    }

    /// Calls of this path.
    pub fn calls_to(&self, path: &str) -> Vec<RequestRecord> {
        self.stage().desk().requests().filter(|request| request.path == path).cloned().collect()
    }

    /// Calls that change a webhook in Gorgias, or make or delete one.
    pub fn webhook_writes(&self) -> usize {
        let stage = self.stage();
        let desk = stage.desk();
        let of_webhooks = desk.requests().filter(|request| request.path.starts_with("/api/integrations"));
        of_webhooks.filter(|request| request.method != "GET").count()
    }

    /// Webhooks that there are in Gorgias.
    pub fn webhooks_in_gorgias(&self) -> usize {
        self.stage().desk().integrations().filter(|integration| integration.kind == "http").count()
    }

    /// The ticket's timeline, for assertions on it and for their messages.
    pub async fn told(&self, ticket: i64) -> String {
        let events = self.events(ticket).await;
        let (timeline, illegal) = timeline(Ticket::new(TicketId(ticket)), &events);
        assert_eq!(illegal, None);
        let lines = timeline
            .steps
            .iter()
            .map(|step| format!("{} {} {}: {}", step.sequence, step.at, step.event, step.told));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The ticket as its log folds.
    pub async fn folded(&self, number: i64) -> Ticket {
        let mut ticket = Ticket::new(TicketId(number));
        for recorded in self.events(number).await {
            ticket.apply(&recorded).expect("a legal event");
        }
        ticket
    }

    pub async fn events(&self, ticket: i64) -> Vec<Recorded<Event>> {
        self.stream(&format!("{}/ticket/{ticket}", id())).await
    }

    pub async fn connection_events(&self) -> Vec<ConnectionEvent> {
        let recorded = self.stream::<ConnectionEvent>(&format!("{}/connection", id())).await;
        recorded.into_iter().map(|recorded| recorded.event).collect()
    }

    /// Walks and back-fills as the log folds them.
    pub async fn sync(&self) -> Sync {
        let mut sync = Sync::default();
        self.stream(&format!("{}/sync", id())).await.iter().for_each(|recorded| sync.apply(recorded));
        sync
    }

    /// Pages of back-fills that are kept.
    pub async fn pages_kept(&self) -> u32 {
        self.sync().await.runs.iter().map(|run| run.tickets.pages + run.messages.pages).sum()
    }

    /// Messages of customers that sweeps found in the last day, and those that no webhook told of.
    pub async fn missed(&self) -> (u64, u64) {
        let sync = self.sync().await;
        let now = Time(self.now_ms());
        (sync.missed.inbound(now), sync.missed.count(now))
    }

    /// What is kept of a ticket.
    pub async fn mirrored(&self, ticket: i64) -> MirroredTicket {
        let mut mirror = MirroredTicket::default();
        let events = self.stream(&format!("{}/mirror/{ticket}", id())).await;
        events.iter().for_each(|recorded| mirror.apply(recorded));
        mirror
    }

    /// The messages of a ticket at the desk.
    pub fn thread_ids(&self, ticket: i64) -> BTreeSet<i64> {
        self.stage().desk().thread(ticket).into_iter().map(|message| message.id).collect()
    }

    pub fn now_ms(&self) -> i64 {
        self.stage().now_ms()
    }

    pub async fn sync_events(&self) -> Vec<SyncEvent> {
        let recorded = self.stream::<SyncEvent>(&format!("{}/sync", id())).await;
        recorded.into_iter().map(|recorded| recorded.event).collect()
    }

    /// A hash over every record of the log, in order.
    pub async fn log_hash(&self) -> (u64, String) {
        let log = self.stage().log.clone();
        let mut tail = log.tail(1);
        let mut hasher = blake3::Hasher::new();
        let mut count = 0;
        while let TailItem::Record(record) = tail.next().await.expect("a log") {
            hasher.update(record.stream.as_str().as_bytes());
            hasher.update(&record.sequence.to_be_bytes());
            hasher.update(&record.recorded_at_ms.to_be_bytes());
            hasher.update(&record.hash.0);
            count += 1;
        }
        (count, hasher.finalize().to_hex().to_string())
    }

    async fn stream<E: Persisted>(&self, name: &str) -> Vec<Recorded<E>> {
        let name = StreamName::new(name).expect("a stream's name");
        let (log, blobs) = {
            let stage = self.stage();
            (stage.log.clone(), stage.world().0.blobs)
        };
        let mut events = Vec::new();
        for record in log.read(&name, 1, 100_000).await.expect("a log") {
            events.push(decode_record(blobs.as_ref(), &record).await.expect("an event"));
        }
        events
    }
}
