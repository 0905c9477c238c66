//! A history made by hand: one account, one ticket, one customer's message that was answered, and perhaps a handoff after.

mod events;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polus_core::codec;
use polus_core::connection::{ConnectionEvent, Details};
use polus_core::id::{ConnectionId, MessageId, UserId};
use polus_core::policy::Mode;
use polus_core::receipt::{Gate, GateResult};
use polus_core::sync::Sync;
use polus_core::ticket::event::{Author, Event, FollowUp, HandoffReason, Hint, Notified, Standing};
use polus_core::ticket::{EffectId, EffectKind, Recorded};
use polus_core::time::Time;
use polus_storage::{MemoryBlobs, NewRecord, Record, RecordHash, RecordId, StreamName};
use serde_json::{Map, json};

use crate::gorgias::records::{self, Message, Party};
use crate::gorgias::seed::{self, Cast};
use crate::gorgias::wire::{RequestRecord, Travel};
use crate::history::{
    AccountHistory, Beside, Forgotten, History, LifeEnd, StaleRead, Stripped, Taken, TicketHistory, folded,
};
use crate::log::{Acknowledged, Flipped};
use crate::options::Options;

use events::{accepted, accepted_of, delivered, drafted, handed_off, posted, read, started};

pub const TICKET: i64 = 501;
pub const AI: i64 = 40_000_003;
pub const AGENT: i64 = 40_000_004;

/// When it all ends, milliseconds: long after everything.
pub const END_MS: i64 = 10_000_000;

/// What a history is made of.
pub struct Made {
    pub options: Options,
    pub records: Vec<Record>,
    pub events: Vec<Recorded<Event>>,
    positions: Vec<u64>,
    connection: Vec<Recorded<ConnectionEvent>>,
    connection_positions: Vec<u64>,
    pub thread: Vec<Message>,
    audit: Vec<records::Event>,
    pub requests: Vec<RequestRecord>,
    pub verified: Result<(), String>,
    acknowledged: Vec<Acknowledged>,
    callers: BTreeSet<(ConnectionId, String, String)>,
    pub end: LifeEnd,
    pub forgotten: Option<Forgotten>,
    flipped: Option<Flipped>,
    pub put_aside: BTreeSet<String>,
    pub beside: Beside,
    pub folds_otherwise: bool,
    deleted: bool,
    cast: Cast,
    pub assignee: Option<i64>,
    pub tags: BTreeSet<String>,
}

impl Made {
    /// Connected, asked at 2.0 s, read at 2.3 s, drafted at 3.0 s, fenced at 3.2 s, announced at 3.4 s, sent at 3.5 s.
    pub fn answered() -> Self {
        let mut made = Self::empty();
        made.connect(1_000, 1, true);
        made.audit(2_000, "ticket-assigned", None, Some(AI));
        made.customer(1, 2_000);
        made.request(2_300, "GET", "/api/tickets/501");
        let notified = made.notified(1);
        made.event(2_100, notified);
        made.event(2_400, read(1, 1, Author::Customer));
        made.event(2_400, accepted());
        made.event(3_000, drafted(3));
        made.request(3_200, "GET", "/api/tickets/501");
        let effect = EffectId { kind: EffectKind::Answer, sequence: 4 };
        let marker = made.answer_marker();
        made.event(3_400, started(effect, &marker));
        made.request(3_500, "POST", "/api/tickets/501/messages");
        made.post(2, 3_500, &marker, true);
        made.event(3_600, posted(effect, 2));
        made.event(70_000, delivered(effect));
        made
    }

    /// The same, and then an operator wants it handed off: marked at 90 s, noted, tagged, given to the team.
    pub fn handed_off() -> Self {
        let mut made = Self::answered();
        made.event(90_000, Event::HandoffRequested { by: "ana".to_owned() });
        made.event(90_000, handed_off());
        let effect = EffectId { kind: EffectKind::HandoffNote, sequence: made.events.len() as u64 };
        let marker = made.note_marker();
        made.event(91_000, started(effect, &marker));
        made.post(4, 91_100, &marker, false);
        made.event(91_200, posted(effect, 4));
        made.event(91_400, Event::FollowUpDone { step: FollowUp::Tags });
        made.audit(91_600, "ticket-unassigned", Some(AI), None);
        made.event(91_700, Event::FollowUpDone { step: FollowUp::Reassign });
        made.assignee = None;
        made.tags.insert("handoff".to_owned());
        made
    }

    fn empty() -> Self {
        let options = quiet_options();
        let (_, cast) = seed::account("acme", 0, crate::dice::Dice::named(1, "made").into_inner());
        assert_eq!((cast.ai_user, cast.agents[0]), (AI, AGENT));
        let callers = BTreeSet::from([(account(), cast.ai_email.clone(), cast.ai_key.clone())]);
        let end = LifeEnd {
            at_ms: END_MS,
            head: u64::MAX,
            complete_up_to: u64::MAX,
            open_work: Vec::new(),
            settled: BTreeMap::from([(stream("acme/ticket/501"), u64::MAX)]),
        };
        Self {
            options,
            records: Vec::new(),
            events: Vec::new(),
            positions: Vec::new(),
            connection: Vec::new(),
            connection_positions: Vec::new(),
            thread: Vec::new(),
            audit: Vec::new(),
            requests: Vec::new(),
            verified: Ok(()),
            acknowledged: Vec::new(),
            callers,
            end,
            forgotten: None,
            flipped: None,
            put_aside: BTreeSet::new(),
            beside: Beside::default(),
            folds_otherwise: false,
            deleted: false,
            cast,
            assignee: Some(AI),
            tags: BTreeSet::new(),
        }
    }

    pub fn history(self) -> History {
        let mut whole = folded(TICKET, &self.events);
        if self.folds_otherwise {
            whole = whole.map(|ticket| polus_core::ticket::Ticket { foreign: !ticket.foreign, ..ticket });
        }
        let from = self.thread.iter().filter_map(|message| {
            Some((message.sender, message.source.as_ref()?["from"]["address"].as_str()?.to_owned()))
        });
        let written_from = from.collect();
        let ticket = TicketHistory {
            id: TICKET,
            events: self.events,
            positions: self.positions,
            folded: whole,
            written: self.thread.clone(),
            thread: if self.deleted { Vec::new() } else { self.thread },
            at_desk: !self.deleted,
            is_listed: !self.deleted,
            merged_into: None,
            assignee: self.assignee,
            tags: self.tags,
            taken_ms: vec![2_100],
        };
        let of_account = AccountHistory {
            cast: self.cast,
            connection: self.connection,
            connection_positions: self.connection_positions,
            tickets: BTreeMap::from([(TICKET, ticket)]),
            requests: self.requests,
            audit: self.audit,
            go_live: 0,
            written_from,
            sync: Sync::default(),
            mirror: BTreeMap::new(),
        };
        let (_, cast) = seed::account("birch", 0, crate::dice::Dice::named(1, "made").into_inner());
        let other = AccountHistory {
            cast,
            connection: Vec::new(),
            connection_positions: Vec::new(),
            tickets: BTreeMap::new(),
            requests: Vec::new(),
            audit: Vec::new(),
            go_live: 0,
            written_from: BTreeSet::new(),
            sync: Sync::default(),
            mirror: BTreeMap::new(),
        };
        History {
            options: self.options,
            records: self.records,
            blobs: Arc::new(MemoryBlobs::new()),
            accounts: BTreeMap::from([(account(), of_account), (ConnectionId::new("birch").unwrap(), other)]),
            seen: Vec::new(),
            end_ms: END_MS,
            verified: self.verified,
            callers: self.callers,
            written_ms: Vec::new(),
            acknowledged: self.acknowledged,
            ends: vec![self.end],
            forgotten: self.forgotten,
            flipped: self.flipped,
            put_aside: self.put_aside,
            beside: self.beside,
        }
    }

    /// A bit flips in the ticket's index.
    pub fn flip(&mut self, sequence: u64) {
        let head = self.records.len() as u64;
        self.flipped = Some(Flipped { stream: stream("acme/ticket/501"), sequence, head });
    }

    /// Appends an event to the ticket's stream.
    pub fn event(&mut self, at_ms: i64, event: Event) {
        let sequence = self.events.len() as u64 + 1;
        let position = self.record(at_ms, "acme/ticket/501", sequence, codec::encode(&event).unwrap());
        self.events.push(Recorded { sequence, at: Time(at_ms), event });
        self.positions.push(position);
    }

    /// Cuts the connection before the answer was announced; perhaps connects it anew.
    pub fn connection_before_the_answer(&mut self, anew: bool) {
        let cut = ConnectionEvent::Disconnected { generation: 2, by: "ana".to_owned() };
        self.connection.push(Recorded { sequence: 2, at: Time(2_500), event: cut });
        self.connection_positions.push(2);
        if anew {
            self.connect(2_600, 3, false);
        }
    }

    /// Puts an event before the one that follows so many; the records of the log stay as they are.
    pub fn insert_event(&mut self, after: usize, event: Event) {
        self.events.insert(after, Recorded { sequence: 0, at: Time(2_500), event });
        self.positions.insert(after, after as u64);
        for (recorded, sequence) in self.events.iter_mut().zip(1..) {
            recorded.sequence = sequence;
        }
    }

    /// Something happens to the connection, in a record of its own before the ticket's.
    pub fn connection_event(&mut self, at_ms: i64, event: ConnectionEvent) {
        let sequence = self.connection.len() as u64 + 1;
        let body = codec::encode(&event).unwrap();
        let position = self.record(at_ms, "acme/connection", sequence, body);
        self.connection.push(Recorded { sequence, at: Time(at_ms), event });
        self.connection_positions.push(position);
    }

    /// The answer was a text of the policy's own: a gate was closed.
    pub fn draft_a_fixed_text(&mut self) {
        let drafted = self.events.iter_mut().find_map(|recorded| match &mut recorded.event {
            Event::Drafted(drafted) => Some(drafted),
            _ => None,
        });
        let input = "matched: a person".to_owned();
        let closed = GateResult { gate: Gate::NoRequestForHuman, input, passed: false };
        drafted.unwrap().receipt.gates.push(closed);
    }

    /// The customer writes once more at this time, and is answered at once.
    pub fn answer_again(&mut self, at_ms: i64) {
        self.customer(11, at_ms - 400);
        self.event(at_ms - 300, read(self.events.len() as u64, 11, Author::Customer));
        self.event(at_ms - 200, accepted_of(11));
        let draft = self.events.len() as u64;
        self.event(at_ms - 100, drafted(draft));
        let effect = EffectId { kind: EffectKind::Answer, sequence: draft + 1 };
        let marker = format!("polus:stage001:501:{}:cccccccc", draft + 1);
        let Event::ReplyStarted(mut announced) = started(effect, &marker) else { panic!("it is announced") };
        announced.messages = vec![MessageId(11)];
        self.event(at_ms - 50, Event::ReplyStarted(announced));
        self.post(12, at_ms, &marker, true);
    }

    /// Pulls the brake with the very record that connects, which is then of this time.
    pub fn pause(&mut self, at_ms: i64) {
        self.records[0].recorded_at_ms = at_ms;
        let event = ConnectionEvent::Paused { by: "ana".to_owned() };
        self.connection.push(Recorded { sequence: 2, at: Time(at_ms), event });
        self.connection_positions.push(1);
    }

    fn connect(&mut self, at_ms: i64, generation: u32, as_record: bool) {
        let event = ConnectionEvent::Connected(Box::new(Details {
            generation,
            account: "acme".to_owned(),
            ai_user: UserId(AI),
            ai_user_name: "Robin".to_owned(),
            handoff_team: None,
            handoff_user: None,
            mode: Mode::Live,
            go_live: MessageId(0),
            key_fingerprint: String::new(),
            webhook_secret_hash: String::new(),
            warnings: Vec::new(),
            by: "ana".to_owned(),
        }));
        let sequence = self.connection.len() as u64 + 1;
        let body = codec::encode(&event).unwrap();
        let position =
            if as_record { self.record(at_ms, "acme/connection", sequence, body) } else { sequence };
        self.connection.push(Recorded { sequence, at: Time(at_ms), event });
        self.connection_positions.push(position);
    }

    fn record(&mut self, at_ms: i64, name: &str, sequence: u64, body: Vec<u8>) -> u64 {
        let position = self.records.len() as u64 + 1;
        let new = NewRecord { id: RecordId([0; 16]), schema: codec::SCHEMA, recorded_at_ms: at_ms, body };
        self.records.push(new.chain(position, stream(name), sequence, RecordHash::ZERO));
        position
    }

    pub fn acknowledge(&mut self, name: &str, sequence: u64, position: Option<u64>, body: &[u8]) {
        self.acknowledged.push(Acknowledged {
            position,
            stream: stream(name),
            sequence,
            id: RecordId([0; 16]),
            body: *blake3::hash(body).as_bytes(),
            at_ms: 0,
        });
    }

    /// A read of the ticket showed what was true then.
    pub fn reads_stale(&mut self, as_of_ms: i64, at_ms: i64) {
        self.beside.lied.stale.push(StaleRead { account: account(), ticket: TICKET, as_of_ms, at_ms });
    }

    /// A post was sent with this marker, and lost it.
    pub fn strips(&mut self, marker: &str, text: &str, at_ms: i64) {
        let (marker, text) = (marker.to_owned(), text.to_owned());
        self.beside.lied.stripped.push(Stripped { account: account(), ticket: TICKET, marker, text, at_ms });
    }

    /// A webhook about the customer's first message was called and answered with 200.
    pub fn takes(&mut self, begun_ms: i64, at_ms: i64) {
        let told = Ok(("ticket-message-created".to_owned(), Some(MessageId(1))));
        self.beside.taken.push(Taken { account: account(), ticket: TICKET, begun_ms, at_ms, told });
    }

    /// The log said at this time that it has a record.
    pub fn acknowledge_at(&mut self, name: &str, sequence: u64, at_ms: i64) {
        self.acknowledge(name, sequence, None, b"");
        if let Some(said) = self.acknowledged.last_mut() {
            said.at_ms = at_ms;
        }
    }

    /// A post was asked for at this time, and landed long after.
    pub fn lands_late(&mut self, at_ms: i64, lands_at_ms: i64) {
        self.request(at_ms, "POST", "/api/tickets/501/messages");
        if let Some(request) = self.requests.last_mut() {
            request.travel = Travel::LateEffect { lands_at_ms };
        }
    }

    pub fn caller(&mut self, name: &str, email: &str, key: &str) {
        self.callers.insert((ConnectionId::new(name).unwrap(), email.to_owned(), key.to_owned()));
    }

    pub fn request(&mut self, at_ms: i64, method: &str, path: &str) {
        self.requests.push(RequestRecord {
            at_ms,
            method: method.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            status: 200,
            key: self.cast.ai_email.clone(),
            travel: Travel::Normal,
            journey: None,
        });
    }

    pub fn audit(&mut self, at_ms: i64, kind: &str, by: Option<i64>, to: Option<i64>) {
        self.audit.push(records::Event {
            id: self.audit.len() as i64,
            kind: kind.to_owned(),
            object_type: "Ticket".to_owned(),
            object_id: TICKET,
            user: by,
            context: String::new(),
            data: json!({ "assignee_user_id": to }),
            created_us: at_ms * 1_000,
        });
    }

    /// Somebody deletes the ticket.
    pub fn delete(&mut self) {
        self.deleted = true;
    }

    pub fn message(&mut self, id: i64) -> &mut Message {
        self.thread.iter_mut().find(|message| message.id == id).unwrap()
    }

    pub fn customer(&mut self, id: i64, at_ms: i64) {
        self.write(id, at_ms, Party::Customer(1), "email", None, true);
    }

    /// Somebody else writes on the ticket.
    pub fn stranger(&mut self, id: i64, at_ms: i64) {
        self.write(id, at_ms, Party::Customer(2), "email", None, true);
    }

    /// A person answers the customer.
    pub fn person(&mut self, id: i64, at_ms: i64) {
        self.write(id, at_ms, Party::User(AGENT), "helpdesk", None, true);
    }

    /// A message of ours appears.
    pub fn post(&mut self, id: i64, at_ms: i64, marker: &str, public: bool) {
        self.write(id, at_ms, Party::User(AI), "api", Some(marker.to_owned()), public);
        self.message(id).body_text = Some(if public { "Within 30 days." } else { "Please look." }.to_owned());
    }

    fn write(
        &mut self,
        id: i64,
        at_ms: i64,
        sender: Party,
        via: &str,
        external_id: Option<String>,
        public: bool,
    ) {
        let message = Message {
            id,
            ticket: TICKET,
            first_ticket: TICKET,
            message_id: None,
            external_id,
            public,
            channel: "email".to_owned(),
            via: via.to_owned(),
            source: None,
            sender,
            receiver: None,
            integration: None,
            rule: None,
            from_agent: matches!(sender, Party::User(_)),
            subject: None,
            body_text: None,
            body_html: None,
            stripped_text: None,
            stripped_html: None,
            stripped_signature: None,
            attachments: None,
            headers: Map::new(),
            meta: None,
            mentions: Vec::new(),
            created_us: at_ms * 1_000,
            sent_us: None,
            failed_us: None,
            opened_us: None,
            last_sending_error: None,
        };
        self.thread.push(message);
    }

    /// The first read brought the ticket to us and showed this message as well.
    pub fn read_showed_together(&mut self, id: i64) {
        let Event::TicketRead(first) = &mut self.events[1].event else { panic!("it is a read") };
        first.handed_to_us = Some(MessageId(id));
        let Event::TicketRead(shown) = read(1, id, Author::Person) else { panic!("it is a read") };
        first.messages.extend(shown.messages);
        first.personal.messages.extend(shown.personal.messages);
    }

    /// The connection was made at this time, when there were messages up to this one.
    pub fn go_live(&mut self, through: i64, at_ms: i64) {
        let ConnectionEvent::Connected(details) = &mut self.connection[0].event else {
            panic!("it is connected")
        };
        details.go_live = MessageId(through);
        self.records[0].recorded_at_ms = at_ms;
    }

    /// The connection is cut and made anew while the message waits for its answer.
    pub fn cut_before_the_draft(&mut self) {
        self.leave(3);
        self.event(2_600, Event::GenerationChanged { generation: 3 });
    }

    /// Leaves the answer announced, and nothing after.
    pub fn unannounce(&mut self) -> EffectId {
        self.leave(5);
        EffectId { kind: EffectKind::Answer, sequence: 4 }
    }

    fn leave(&mut self, events: usize) {
        self.events.truncate(events);
        self.positions.truncate(events);
        self.thread.truncate(1);
    }

    pub fn accept_again(&mut self) {
        self.event(80_000, accepted());
    }

    /// The ticket is handed off for this reason.
    pub fn hand_off_for(&mut self, why: HandoffReason) {
        let Event::HandedOff(mut mark) = handed_off() else { panic!("it is a mark") };
        mark.reason = why;
        self.event(80_000, Event::HandedOff(mark));
    }

    /// Nobody ever took the ticket from the AI user.
    pub fn hands_stay(&mut self) {
        self.audit.retain(|event| event.kind != "ticket-unassigned");
    }

    pub fn hand_off(&mut self) {
        self.event(80_000, handed_off());
    }

    /// A read of the customer's message, as of a sequence.
    pub fn read_of(&self, as_of: u64, message: i64) -> Event {
        read(as_of, message, Author::Customer)
    }

    pub fn notified_of_assignment(&self) -> Event {
        let Event::Notified(notified) = self.notified(1) else { panic!("it is a notification") };
        let trigger = "ticket-assignment-updated".to_owned();
        Event::Notified(Notified { trigger, message: None, ..notified })
    }

    /// Leaves what is not about an answer: the ticket was handed off without one.
    pub fn forget_the_answer(&mut self) {
        self.leave(3);
        self.event(90_000, handed_off());
    }

    pub fn notified(&self, message: i64) -> Event {
        Event::Notified(Notified {
            trigger: "ticket-message-created".to_owned(),
            message: Some(MessageId(message)),
            assignee: Hint::AiUser,
            own_echo: false,
            generation: 1,
            standing: Standing::Current,
            headers: BTreeMap::new(),
        })
    }

    pub fn answer_marker(&self) -> String {
        "polus:stage001:501:4:aaaaaaaa".to_owned()
    }

    pub fn note_marker(&self) -> String {
        "polus:stage001:501:9:bbbbbbbb".to_owned()
    }
}

pub fn account() -> ConnectionId {
    ConnectionId::new("acme").unwrap()
}

fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}

/// A run in which nothing goes wrong.
fn quiet_options() -> Options {
    let mut options = Options::drawn(1);
    options.gorgias = Default::default();
    options.lies = Default::default();
    options.answerer = Default::default();
    options.sweep_every_s = 300;
    options.owners_key = false;
    options.merchant = Default::default();
    options.machines = Default::default();
    options.rows_a_page_max = 100;
    options
}
