//! The simulated Gorgias: a desk that answers wire JSON as the real service does, with its slowness, its lies and its
//! habits. It shares no type with the product that talks to it, so that a mistaken belief of the product's shows.
//!
//! Nothing in the desk reads a clock, draws randomness of its own or does IO: time is an argument of every call, dice
//! are handed in, and what must travel (answers, webhooks) is handed out with a note on how it travels.
//!
//! ```text
//!   a client ── WireRequest ──▶ Desk::handle ──▶ Answered { response, travel }      auth, limits, routes/, fields, paging
//!   people ──── acts ─────────▶ people         ┐
//!   time ────── Desk::advance ▶ sending, wake  ├──▶ records, events ──▶ webhooks ──▶ Desk::deliveries ──▶ a receiver
//!   faults ──── odds, script ─▶ every step     ┘                             ▲────── Desk::delivered ◀──────┘
//! ```
//!
//! Where nobody outside has told what the service does, the desk has chosen: `PUT` of a ticket answers 202 with the whole
//! ticket; `POST /api/search` answers `{"data": […]}`, any customer whose name or address has the words in it as they stand;
//! the search of view 0 wants every word somewhere on the ticket, and no view shows the bin; filters know comparisons joined
//! by `&&`; a second survey of a ticket is a 409, and a survey leaves the ticket's stamp as it was; a new customer
//! needs an address, which no other may have; a customer's message that a client writes is sent to nobody, and tells its
//! webhooks like any other; an e-mail that is still to be sent goes with the ticket that is deleted.
//!
//! The faces: [`Desk::handle`] itself, and [`http::serve`]. [`control`] is the back door for people and scripts.

mod auth;
mod changes;
pub mod control;
mod events;
pub mod faults;
mod fields;
mod filters;
pub mod http;
mod letters;
mod limits;
pub mod machines;
mod paging;
pub mod people;
pub mod records;
mod refusal;
mod render;
mod routes;
pub mod seed;
mod sending;
mod shapes;
pub mod stamps;
pub mod strange;
pub mod webhooks;
pub mod wire;
mod writing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::dice::Luck;

use faults::{CallFault, Faults};
pub use limits::BUCKET_SIZE;
use limits::Bucket;
use machines::Machine;
use records::{
    Customer, Event, Gone, Ids, Integration, Message, Party, Settings, Survey, Tag, Team, Ticket, Timings,
    User,
};
use refusal::Refusal;
use routes::{Call, Reply};
use webhooks::{Fired, Waiting};
use wire::{Answered, Journey, RequestRecord, Travel, WireRequest, WireResponse};

/// How many answered requests the desk remembers; older ones are forgotten first.
const REQUESTS_REMEMBERED_MAX: usize = 100_000;

/// One Gorgias account: its people, tickets and integrations, and what it still has to do.
pub struct Desk {
    /// The account's subdomain.
    pub domain: String,
    /// How long things take here. May be changed at any time; applies to what begins afterwards.
    pub timings: Timings,
    /// What goes wrong, by chance and by script.
    pub faults: Faults,
    /// The account's settings; they take effect at once.
    pub settings: Settings,
    /// Calls that a key may make at once; all of them come back in twenty seconds.
    pub allowance: u32,
    luck: Luck,
    ids: Ids,
    users: BTreeMap<i64, User>,
    teams: BTreeMap<i64, Team>,
    customers: BTreeMap<i64, Customer>,
    tags: BTreeMap<i64, Tag>,
    tickets: BTreeMap<i64, Ticket>,
    gone: BTreeMap<i64, Gone>,
    messages: BTreeMap<i64, Message>,
    /// What stood on tickets that were deleted; no caller sees it again.
    deleted: BTreeMap<i64, Message>,
    integrations: BTreeMap<i64, Integration>,
    surveys: BTreeMap<i64, Survey>,
    events: Vec<Event>,
    buckets: BTreeMap<String, Bucket>,
    requests: VecDeque<RequestRecord>,
    agenda: BTreeSet<(i64, Due)>,
    late_writes: BTreeMap<i64, LateWrite>,
    machines: BTreeMap<i64, Machine>,
    fired: Vec<Fired>,
    waiting: BTreeMap<i64, Waiting>,
    outbox: BTreeSet<(i64, i64)>,
    last_stamp_us: i64,
    cause: u64,
}

/// Something that happens by time alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A queued message is sent, or fails.
    Sending(i64),
    /// A write whose caller has long given up takes effect.
    LateWrite(i64),
    /// A snoozed ticket wakes.
    Wake(i64),
    /// The machine that answers for a ticket's customer writes.
    MachineAnswers(i64),
}

/// A write under way to the desk although its caller saw a time-out.
struct LateWrite {
    request: WireRequest,
    caller: i64,
    key: String,
}

impl Desk {
    /// An empty account. `luck` decides everything that chance decides here, and nothing else does.
    pub fn new(domain: &str, luck: impl Into<Luck>) -> Self {
        Self {
            domain: domain.to_owned(),
            timings: Timings::default(),
            faults: Faults::default(),
            settings: Settings::default(),
            allowance: BUCKET_SIZE,
            luck: luck.into(),
            ids: Ids::default(),
            users: BTreeMap::new(),
            teams: BTreeMap::new(),
            customers: BTreeMap::new(),
            tags: BTreeMap::new(),
            tickets: BTreeMap::new(),
            gone: BTreeMap::new(),
            messages: BTreeMap::new(),
            deleted: BTreeMap::new(),
            integrations: BTreeMap::new(),
            surveys: BTreeMap::new(),
            events: Vec::new(),
            buckets: BTreeMap::new(),
            requests: VecDeque::new(),
            agenda: BTreeSet::new(),
            late_writes: BTreeMap::new(),
            machines: BTreeMap::new(),
            fired: Vec::new(),
            waiting: BTreeMap::new(),
            outbox: BTreeSet::new(),
            last_stamp_us: 0,
            cause: 0,
        }
    }

    /// Answers one request to `/api/…` at `now_ms` (milliseconds since 1970). First everything that was due happens.
    ///
    /// The answer's `travel` says what the client gets to see of it; the caller acts that out.
    pub fn handle(&mut self, now_ms: i64, request: &WireRequest) -> Answered {
        self.advance(now_ms);
        let caller = auth::caller(self, request.authorization.as_deref());
        let key = caller.as_ref().map_or_else(|_| "anonymous".to_owned(), |caller| caller.key.clone());
        let meter = self.buckets.entry(key.clone()).or_default().take(now_ms, self.allowance);
        let (result, travel) = match meter.retry_after_s {
            Some(seconds) => (Err(Refusal::too_many_requests(seconds)), Travel::Normal),
            None => self.answer(now_ms, request, caller.map(|caller| caller.user)),
        };
        let response = wire::response(result, (meter.used, self.allowance), self.ids.request());
        let response = match travel {
            Travel::Html502 => wire::bad_gateway(),
            Travel::Bare => wire::bare(response),
            _ => response,
        };
        self.remember(now_ms, request, &response, &travel, key);
        self.post_webhooks(now_ms);
        Answered { response, travel }
    }

    /// When time alone next changes something here, or a webhook wants to be carried; milliseconds since 1970.
    pub fn due(&self) -> Option<i64> {
        let change = self.agenda.first().map(|(at_ms, _)| *at_ms);
        let webhook = self.outbox.first().map(|(at_ms, _)| *at_ms);
        change.into_iter().chain(webhook).min()
    }

    /// Whether webhooks are under way or wait to be sent again.
    pub fn webhooks_wait(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Lets everything happen that is due by `now_ms`: sendings, late writes, wake-ups. Webhooks wait to be fetched.
    pub fn advance(&mut self, now_ms: i64) {
        while let Some((at_ms, due)) = self.agenda.first().copied().filter(|(at_ms, _)| *at_ms <= now_ms) {
            self.agenda.remove(&(at_ms, due));
            self.begin();
            match due {
                Due::Sending(message) => self.finish_sending(at_ms, message),
                Due::LateWrite(number) => self.land(at_ms, number),
                Due::Wake(ticket) => self.wake(at_ms, ticket),
                Due::MachineAnswers(ticket) => self.machine_writes(at_ms, ticket),
            }
            self.post_webhooks(at_ms);
        }
    }

    /// The requests answered so far, oldest first, late writes as they landed.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &RequestRecord> {
        self.requests.iter()
    }

    /// A ticket, unless it was deleted or merged away.
    pub fn ticket(&self, id: i64) -> Option<&Ticket> {
        self.tickets.get(&id)
    }

    /// All tickets by id.
    pub fn tickets(&self) -> impl DoubleEndedIterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// What became of a ticket that is no longer here.
    pub fn gone(&self, ticket: i64) -> Option<Gone> {
        self.gone.get(&ticket).copied()
    }

    /// Who wrote from which address, on whatever ticket and whatever became of it.
    pub fn written_from(&self) -> BTreeSet<(Party, String)> {
        let all = self.messages.values().chain(self.deleted.values());
        let from = |message: &Message| {
            let address = message.source.as_ref()?["from"]["address"].as_str()?;
            Some((message.sender, address.to_owned()))
        };
        all.filter_map(from).collect()
    }

    /// The messages that were written on a ticket, wherever merges have taken them, those that were deleted last.
    pub fn written_on(&self, ticket: i64) -> impl Iterator<Item = &Message> {
        let all = self.messages.values().chain(self.deleted.values());
        all.filter(move |message| message.first_ticket == ticket)
    }

    /// A message by its id.
    pub fn message(&self, id: i64) -> Option<&Message> {
        self.messages.get(&id)
    }

    /// The messages of a ticket in their order, notes included; empty for an unknown ticket.
    pub fn thread(&self, ticket: i64) -> Vec<&Message> {
        let ids = self.tickets.get(&ticket).map(|ticket| ticket.messages.as_slice()).unwrap_or_default();
        ids.iter().filter_map(|id| self.messages.get(id)).collect()
    }

    /// The names of a ticket's tags; empty for an unknown ticket.
    pub fn tag_names(&self, ticket: i64) -> BTreeSet<String> {
        let ids = self.tickets.get(&ticket).map(|ticket| ticket.tags.clone()).unwrap_or_default();
        ids.iter().filter_map(|id| self.tags.get(id)).map(|tag| tag.name.clone()).collect()
    }

    /// The names of a ticket's tags.
    pub fn tags_of(&self, ticket: i64) -> Vec<&str> {
        let ids = self.tickets.get(&ticket).into_iter().flat_map(|ticket| &ticket.tags);
        ids.filter_map(|id| self.tags.get(id)).map(|tag| tag.name.as_str()).collect()
    }

    /// The next ticket gets this number, and those after it the numbers after it. Small ones are easier to speak of.
    pub fn number_tickets_from(&mut self, first: i64) {
        self.ids.number_tickets_from(first);
    }

    /// A user by its id.
    pub fn user(&self, id: i64) -> Option<&User> {
        self.users.get(&id)
    }

    /// A customer by its id.
    pub fn customer(&self, id: i64) -> Option<&Customer> {
        self.customers.get(&id)
    }

    /// All integrations by id.
    pub fn integrations(&self) -> impl DoubleEndedIterator<Item = &Integration> {
        self.integrations.values()
    }

    /// The audit log, oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    fn answer(
        &mut self,
        now_ms: i64,
        request: &WireRequest,
        caller: Result<i64, Refusal>,
    ) -> (Result<Reply, Refusal>, Travel) {
        let fault = self.faults.for_call(&mut self.luck, &request.method, &request.path);
        let unseen = |travel| (Ok(Reply::empty(200)), travel);
        match fault {
            Some(CallFault::TooManyRequests { retry_after_s }) => {
                (Err(Refusal::too_many_requests(retry_after_s)), Travel::Normal)
            }
            Some(CallFault::BareTooManyRequests) => {
                (Err(Refusal { retry_after_s: None, ..Refusal::too_many_requests(0) }), Travel::Bare)
            }
            Some(CallFault::BadGateway { after_effect }) => {
                if after_effect {
                    return (self.route(now_ms, request, caller), Travel::Html502);
                }
                unseen(Travel::Html502)
            }
            Some(CallFault::ServerError { status }) => (Err(Refusal::server_error(status)), Travel::Normal),
            Some(CallFault::Forbidden { reason }) => (Err(Refusal::forbidden(&reason)), Travel::Normal),
            Some(CallFault::Rejected { message }) => (Err(Refusal::bad_request(&message)), Travel::Normal),
            Some(CallFault::LostBeforeEffect) => unseen(Travel::LostBeforeEffect),
            Some(CallFault::LostAfterEffect) => {
                (self.route(now_ms, request, caller), Travel::LostAfterEffect)
            }
            Some(CallFault::LandsLate { after_ms }) => {
                let lands_at_ms = now_ms.saturating_add(after_ms);
                if let Ok(caller) = caller {
                    self.keep_for_later(lands_at_ms, request, caller);
                }
                unseen(Travel::LateEffect { lands_at_ms })
            }
            Some(CallFault::Slow { ms }) => (self.route(now_ms, request, caller), Travel::Slow { ms }),
            Some(CallFault::Truncated) => (self.route(now_ms, request, caller), Travel::Truncated),
            None => (self.route(now_ms, request, caller), Travel::Normal),
        }
    }

    fn route(
        &mut self,
        now_ms: i64,
        request: &WireRequest,
        caller: Result<i64, Refusal>,
    ) -> Result<Reply, Refusal> {
        self.begin();
        let call = Call::new(now_ms, caller?, request);
        routes::route(self, &call)
    }

    fn keep_for_later(&mut self, lands_at_ms: i64, request: &WireRequest, caller: i64) {
        if request.method == "GET" {
            return;
        }
        let number = self.ids.late_write();
        let key = self.users.get(&caller).map(|user| user.email.clone()).unwrap_or_default();
        self.late_writes.insert(number, LateWrite { request: request.clone(), caller, key });
        self.agenda.insert((lands_at_ms, Due::LateWrite(number)));
    }

    fn land(&mut self, now_ms: i64, number: i64) {
        let Some(LateWrite { request, caller, key }) = self.late_writes.remove(&number) else { return };
        let result = self.route(now_ms, &request, Ok(caller));
        let response = wire::response(result, (0, self.allowance), self.ids.request());
        self.remember(now_ms, &request, &response, &Travel::LateEffect { lands_at_ms: now_ms }, key);
    }

    fn remember(
        &mut self,
        now_ms: i64,
        request: &WireRequest,
        response: &WireResponse,
        travel: &Travel,
        key: String,
    ) {
        if self.requests.len() >= REQUESTS_REMEMBERED_MAX {
            self.requests.pop_front();
        }
        self.requests.push_back(RequestRecord {
            at_ms: now_ms,
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            status: response.status,
            key,
            travel: travel.clone(),
            journey: None,
        });
    }

    /// The request that was answered last was asked for and seen then; milliseconds since 1970.
    pub(crate) fn travelled(&mut self, journey: Journey) {
        if let Some(request) = self.requests.back_mut() {
            request.journey = Some(journey);
        }
    }

    /// Begins a causal chain: what happens from here to the next call shares one `context` in the audit log.
    fn begin(&mut self) {
        self.cause += 1;
    }

    /// The time of a change in microseconds, later than every one before, as the real service's fine stamps are.
    fn stamp(&mut self, now_ms: i64) -> i64 {
        self.last_stamp_us = now_ms.saturating_mul(1000).max(self.last_stamp_us + 1);
        self.last_stamp_us
    }
}
