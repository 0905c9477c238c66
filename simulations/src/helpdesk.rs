//! The way to the desk without sockets: calls take simulated time, answers get lost, and now and then the network lies.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::world::{Credentials, Helpdesk, Helpdesks};
use polus_core::gorgias::{Call, CallError, CallLimit, Reply};
use polus_core::id::{ConnectionId, TicketId};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;

use crate::clock::SimulatedClock;
use crate::dice::{Dice, Luck};
use crate::doom::{About, Doom, Moment};
use crate::fence::{FencedHelpdesk, Pulse};
use crate::gorgias::Desk;
use crate::gorgias::wire::{Answered, Journey, Travel, WireRequest, WireResponse};
use crate::history::{Lied, StaleRead, Stripped};
use crate::telling;
use crate::trace::Trace;

/// How long a call takes where nothing else is said, milliseconds; measured on a live account by others.
const LATENCY_MS: u32 = 200;

/// A machine that stands still does so for a second at least, milliseconds.
const STALL_MS_MIN: u64 = 1_000;

/// When the caller stops waiting for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the network lies rather than fails. Against these no marker helps: what they repeat is counted apart.
/// Probabilities in millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lies {
    /// A read shows what an earlier read showed.
    pub stale_reads: u32,
    /// How old that may be, milliseconds.
    pub stale_ms_max: u32,
    /// A posted message loses the marker it carries.
    pub markers_stripped: u32,
}

/// How long calls take, and when the program looks late at an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// A call there and back at least, milliseconds.
    pub latency_ms: u32,
    /// What a single one takes more at most, milliseconds.
    pub jitter_ms_max: u32,
    /// The machine stands still before the answer to a read is looked at, in millionths.
    pub stalls: u32,
    /// How long at most, milliseconds.
    pub stalls_ms_max: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { latency_ms: LATENCY_MS, jitter_ms_max: 0, stalls: 0, stalls_ms_max: 0 }
    }
}

impl Pace {
    /// The longest that a call is under way when nothing else goes wrong, milliseconds.
    pub fn call_ms_max(&self) -> i64 {
        let stalls_ms = if self.stalls > 0 { self.stalls_ms_max } else { 0 };
        i64::from(self.latency_ms) + i64::from(self.jitter_ms_max) + i64::from(stalls_ms)
    }
}

/// What all calls share.
pub struct Network {
    pub(crate) clock: SimulatedClock,
    pub(crate) doom: Doom,
    pub(crate) trace: Arc<Trace>,
    /// Somebody may have done something at a desk.
    pub(crate) stirred: Notify,
    state: Mutex<State>,
}

struct State {
    luck: Luck,
    lies: Lies,
    pace: Pace,
    struck: BTreeMap<&'static str, u64>,
    /// What reads showed last, by caller and address.
    shown: BTreeMap<(ConnectionId, String), (i64, Vec<u8>)>,
    callers: BTreeSet<(ConnectionId, String, String)>,
    lied: Lied,
    calls: u64,
}

impl Network {
    /// An honest network.
    pub fn new(clock: SimulatedClock, doom: Doom, trace: Arc<Trace>, dice: Dice) -> Self {
        let state = State {
            luck: dice.into(),
            lies: Lies::default(),
            pace: Pace::default(),
            struck: BTreeMap::new(),
            shown: BTreeMap::new(),
            callers: BTreeSet::new(),
            lied: Lied::default(),
            calls: 0,
        };
        Self { clock, doom, trace, stirred: Notify::new(), state: Mutex::new(state) }
    }

    /// From now on the network lies this often.
    pub fn set_lies(&self, lies: Lies) {
        self.with(|state| state.lies = lies);
    }

    /// From now on calls take so long.
    pub fn set_pace(&self, pace: Pace) {
        self.with(|state| state.pace = pace);
    }

    /// How often it lied how, and the machine stood still.
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.with(|state| state.struck.clone())
    }

    /// Who has called which account: the account, and the e-mail address and key of the caller.
    pub fn callers(&self) -> BTreeSet<(ConnectionId, String, String)> {
        self.with(|state| state.callers.clone())
    }

    /// Where it lied: what was stripped, and which reads were served stale.
    pub fn lied(&self) -> Lied {
        self.with(|state| state.lied.clone())
    }

    /// How many calls came to the desks.
    pub fn calls(&self) -> u64 {
        self.with(|state| state.calls)
    }

    /// Puts what an earlier read showed into the place of what this one shows, or keeps it for a later one. The call is
    /// counted all the same, and the header says so: the copy that is behind is one of the tickets.
    fn age(&self, of: (ConnectionId, String), response: &mut WireResponse) {
        let now_ms = self.clock.now_ms();
        self.with(|state| {
            if state.lies.stale_reads == 0 {
                return;
            }
            if let Some((at_ms, shown)) = state.shown.get(&of)
                && now_ms - at_ms <= i64::from(state.lies.stale_ms_max)
                && state.luck.of("stale_read").strikes(state.lies.stale_reads)
            {
                if let Some(ticket) = ticket_of(of.1.split(' ').next().unwrap_or_default(), "") {
                    let (account, as_of_ms) = (of.0.clone(), *at_ms);
                    state.lied.stale.push(StaleRead { account, ticket, as_of_ms, at_ms: now_ms });
                }
                *state.struck.entry("stale_read").or_default() += 1;
                (response.status, response.body) = (200, shown.clone());
            } else if response.status == 200 {
                state.shown.insert(of, (now_ms, response.body.clone()));
            }
        });
    }

    fn strips_marker(&self) -> bool {
        self.with(|state| {
            let strips = state.luck.of("marker_stripped").strikes(state.lies.markers_stripped);
            if strips {
                *state.struck.entry("marker_stripped").or_default() += 1;
            }
            strips
        })
    }

    /// How long a call is on its way there, and how long its answer on the way back.
    fn ways(&self) -> (Duration, Duration) {
        self.with(|state| {
            let jitter_ms = state.luck.of("jitter").below(u64::from(state.pace.jitter_ms_max) + 1);
            let there_and_back = Duration::from_millis(u64::from(state.pace.latency_ms) + jitter_ms);
            (there_and_back / 2, there_and_back - there_and_back / 2)
        })
    }

    /// How long the machine stands still before it looks at the answer to a read.
    fn stall(&self) -> Duration {
        self.with(|state| {
            let longest_ms = u64::from(state.pace.stalls_ms_max);
            let stall_ms = state.luck.of("stall_ms").between(longest_ms.min(STALL_MS_MIN), longest_ms);
            if !state.luck.of("stall").strikes(state.pace.stalls) {
                return Duration::ZERO;
            }
            *state.struck.entry("stalled").or_default() += 1;
            Duration::from_millis(stall_ms)
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The desks as one life of the program reaches them.
pub struct InProcess {
    /// The desks by account.
    pub accounts: BTreeMap<ConnectionId, Arc<Mutex<Desk>>>,
    /// The way to them.
    pub network: Arc<Network>,
    /// The life.
    pub pulse: Pulse,
}

impl Helpdesks for InProcess {
    fn open(
        &self,
        connection: &ConnectionId,
        credentials: &Credentials,
    ) -> Result<Arc<dyn Helpdesk>, String> {
        let desk =
            self.accounts.get(connection).ok_or_else(|| format!("there is no account {connection}"))?;
        let caller = Caller {
            connection: connection.clone(),
            desk: Arc::clone(desk),
            network: Arc::clone(&self.network),
            email: credentials.email.clone(),
            key: credentials.api_key.expose_secret().to_owned(),
        };
        Ok(Arc::new(FencedHelpdesk::new(Arc::new(caller), self.pulse.clone())))
    }
}

struct Caller {
    connection: ConnectionId,
    desk: Arc<Mutex<Desk>>,
    network: Arc<Network>,
    email: String,
    key: String,
}

impl Caller {
    fn request(&self, call: &Call) -> WireRequest {
        let mut request = WireRequest::new(call.method.as_str(), &call.path).with_key(&self.email, &self.key);
        request.query.clone_from(&call.query);
        if let Some(body) = &call.body {
            let mut body = body.clone();
            if is_post(call)
                && self.network.strips_marker()
                && let Value::Object(fields) = &mut body
            {
                let marker = fields.remove("external_id");
                self.note_stripped(&call.path, marker.as_ref(), fields.get("body_text"));
            }
            request = request.with_json(&body);
        }
        request
    }

    fn note_stripped(&self, path: &str, marker: Option<&Value>, text: Option<&Value>) {
        let words = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(ticket) = ticket_of(path, "messages") else { return };
        let (account, at_ms) = (self.connection.clone(), self.network.clock.now_ms());
        let stripped = Stripped { account, ticket, marker: words(marker), text: words(text), at_ms };
        self.network.with(|state| state.lied.stripped.push(stripped));
    }

    /// The desk's answer, and after what time the caller has it.
    fn handle(&self, call: &Call, there: Duration, back: Duration) -> (Answered, Arrival) {
        let request = self.request(call);
        let caller = (self.connection.clone(), self.email.clone(), self.key.clone());
        self.network.with(|state| {
            state.callers.insert(caller);
            state.calls += 1;
        });
        let now_ms = self.network.clock.now_ms();
        let address = (self.connection.clone(), format!("{} {:?}", call.path, call.query));
        let (mut answered, arrival) = {
            let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
            desk.advance(now_ms);
            let answered = desk.handle(now_ms, &request);
            let mut arrival = Arrival::of(&answered.travel, there, back);
            if let (Arrival::Whole(wait), true) = (&mut arrival, call.only_reads()) {
                *wait += self.network.stall();
            }
            let ms = |wait: Duration| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
            let seen_ms = arrival.whole().map(|wait| now_ms.saturating_add(ms(wait)));
            desk.travelled(Journey { asked_ms: now_ms - ms(there), seen_ms });
            (answered, arrival)
        };
        if call.only_reads() && matches!(answered.response.status, 200 | 404) {
            self.network.age(address, &mut answered.response);
        }
        let went = telling::travelled(now_ms, answered.response.status, &answered.travel);
        let told = [
            self.connection.as_str().as_bytes(),
            call.method.as_str().as_bytes(),
            call.path.as_bytes(),
            went.as_bytes(),
        ];
        let (query, body) = (format!("{:?}", request.query), blake3::hash(&request.body));
        let detail = [query.as_bytes(), &body.as_bytes()[..16]];
        self.network.trace.note_in_detail(now_ms, "call", &told, &detail);
        self.network.stirred.notify_one();
        (answered, arrival)
    }
}

/// What the caller gets to see of an answer.
enum Arrival {
    /// All of it after so long.
    Whole(Duration),
    /// Nothing, which it notices after so long.
    Lost(Duration),
    /// Half of it.
    CutShort,
}

impl Arrival {
    fn of(travel: &Travel, there: Duration, back: Duration) -> Self {
        match travel {
            Travel::Normal | Travel::Html502 | Travel::Bare => Self::Whole(back),
            Travel::Slow { ms } => match Duration::from_millis(u64::try_from(*ms).unwrap_or(0)) {
                wait if wait >= PATIENCE => Self::Lost(PATIENCE),
                wait => Self::Whole(wait),
            },
            Travel::LostBeforeEffect | Travel::LostAfterEffect => Self::Lost(there + back),
            Travel::LateEffect { .. } => Self::Lost(PATIENCE),
            Travel::Truncated => Self::CutShort,
        }
    }

    fn whole(&self) -> Option<Duration> {
        match self {
            Self::Whole(wait) => Some(*wait),
            Self::Lost(_) | Self::CutShort => None,
        }
    }
}

impl Helpdesk for Caller {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>> {
        Box::pin(async move {
            let moments = moments_of(call);
            let about = || about(&self.connection, call);
            if moments.is_some_and(|(before, _)| self.network.doom.strikes(before, about)) {
                pending::<()>().await;
            }
            let (there, back) = self.network.ways();
            tokio::time::sleep(there).await;
            let (answered, arrival) = self.handle(call, there, back);
            if moments.is_some_and(|(_, after)| self.network.doom.strikes(after, about)) {
                pending::<()>().await;
            }
            match arrival {
                Arrival::Whole(wait) => tokio::time::sleep(wait).await,
                Arrival::Lost(wait) => {
                    tokio::time::sleep(wait).await;
                    return Err(CallError::Unclear("no answer in time".to_owned()));
                }
                Arrival::CutShort => return Err(CallError::Unclear("the answer was cut short".to_owned())),
            }
            let response = answered.response;
            let mut reply = Reply::new(response.status, response.body.clone());
            reply.limit = response.header(Reply::LIMIT_HEADER).and_then(CallLimit::parse);
            reply.retry_after_s = response.header("Retry-after").and_then(|seconds| seconds.parse().ok());
            Ok(reply)
        })
    }
}

/// The moments before and after a call that is worth one.
fn moments_of(call: &Call) -> Option<(Moment, Moment)> {
    match call.method.as_str() {
        "GET" => Some((Moment::DuringRead, Moment::AfterRead)),
        _ if is_post(call) => Some((Moment::BeforePost, Moment::AfterPost)),
        _ => None,
    }
}

/// The ticket that a call is about.
fn about(connection: &ConnectionId, call: &Call) -> Option<About> {
    let number = call.path.strip_prefix("/api/tickets/")?.split('/').next()?;
    Some((connection.clone(), TicketId(number.parse().ok()?)))
}

/// The ticket that a path is about, if it ends in this after the number.
fn ticket_of(path: &str, end: &str) -> Option<i64> {
    let (number, rest) = path
        .strip_prefix("/api/tickets/")?
        .split_once('/')
        .unwrap_or_else(|| (path.trim_start_matches("/api/tickets/"), ""));
    if rest.trim_end_matches('/') == end { number.parse().ok() } else { None }
}

/// Whether the call posts a message.
fn is_post(call: &Call) -> bool {
    call.method.as_str() == "POST" && call.path.trim_end_matches('/').ends_with("/messages")
}
