//! The simulated world: the twin of the program's own. It hands the same actors a log in memory, the desk in this
//! process, a clock that jumps when nobody has anything to do, and dice drawn from one seed.
//!
//! Time is tokio's paused time: it moves only when every task waits for it, so a day takes as long as its events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use polus_actors::board::Board;
use polus_actors::intake;
use polus_actors::tenant::secret_hash;
use polus_actors::world::{
    Answer, Answerer, AnswererError, Clock, Credentials, Dice, Helpdesk, Helpdesks, Limits, Question, Vault,
    VaultError, World,
};
use polus_core::gorgias::{Call, CallError, CallLimit, Reply, webhook};
use polus_core::id::{ConnectionId, InstallationId};
use polus_core::ticket::event::Standing;
use polus_core::time::Time;
use polus_storage::{Blobs, EventLog, MemoryBlobs, MemoryLog, MemoryOpenWork, OpenWork};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::fence::{FencedClock, FencedHelpdesk, FencedLog, FencedOpenWork, Pulse};
use crate::gorgias::Desk;
use crate::gorgias::webhooks::DeliveryOutcome;
use crate::gorgias::wire::{Travel, WireRequest};

/// How long a call takes when nothing is wrong; measured on a live account by others.
const LATENCY: Duration = Duration::from_millis(200);

/// When the caller stops waiting for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often the webhooks' courier looks while something stirs.
const COURIER_EVERY: Duration = Duration::from_millis(50);

/// How often it looks when nobody has touched the desk.
const COURIER_RESTS: Duration = Duration::from_secs(60);

/// What outlives a crash of the program: the disk, the desk, and time.
#[derive(Clone)]
pub struct Stage {
    /// The simulated Gorgias.
    pub desk: Arc<Mutex<Desk>>,
    /// The log.
    pub log: Arc<dyn EventLog>,
    blobs: Arc<dyn Blobs>,
    open_work: Arc<dyn OpenWork>,
    vault: Arc<KeptInMemory>,
    clock: SimulatedClock,
    dice: Arc<SimulatedDice>,
    answerer: Arc<dyn Answerer>,
    /// Somebody may have done something at the desk.
    stirred: Arc<Notify>,
    /// Sizes and times of the shells in the next life.
    pub limits: Limits,
}

impl Stage {
    /// A stage around `desk`, beginning at `start_ms` (milliseconds since 1970), with dice from `seed`. Must be called
    /// inside the runtime whose time is paused.
    pub fn new(desk: Desk, answerer: Arc<dyn Answerer>, start_ms: i64, seed: u64) -> Self {
        Self {
            desk: Arc::new(Mutex::new(desk)),
            log: Arc::new(MemoryLog::new()),
            blobs: Arc::new(MemoryBlobs::new()),
            open_work: Arc::new(MemoryOpenWork::new()),
            vault: Arc::default(),
            clock: SimulatedClock { began: Instant::now(), start_ms },
            dice: Arc::new(SimulatedDice(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))),
            answerer,
            stirred: Arc::default(),
            limits: Limits::default(),
        }
    }

    /// The world of one life of the program: what a crash ends is made anew, what a disk keeps is not. Ending the
    /// pulse is the crash.
    pub fn world(&self) -> (World, Pulse) {
        let pulse = Pulse::default();
        let world = World {
            installation: InstallationId("stage001".to_owned()),
            log: Arc::new(FencedLog::new(Arc::clone(&self.log), pulse.clone())),
            blobs: Arc::clone(&self.blobs),
            open_work: Arc::new(FencedOpenWork::new(Arc::clone(&self.open_work), pulse.clone())),
            clock: Arc::new(FencedClock::new(Arc::new(self.clock.clone()), pulse.clone())),
            dice: Arc::clone(&self.dice) as Arc<dyn Dice>,
            helpdesks: Arc::new(InProcess {
                desk: Arc::clone(&self.desk),
                clock: self.clock.clone(),
                pulse: pulse.clone(),
                stirred: Arc::clone(&self.stirred),
            }),
            answerer: Arc::clone(&self.answerer),
            vault: Arc::clone(&self.vault) as Arc<dyn Vault>,
            board: Arc::new(Board::new()),
            limits: self.limits,
        };
        (world, pulse)
    }

    /// The desk, for people's acts and for looking.
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.stirred.notify_one();
        lock(&self.desk)
    }

    /// What outlives a crash although it may be lost at any time: the open-work list.
    pub fn open_work(&self) -> &dyn OpenWork {
        self.open_work.as_ref()
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.clock.now().0
    }

    /// Carries webhooks into the log of `world` until dropped.
    pub async fn carry_webhooks(self, world: World, pulse: Pulse) {
        loop {
            pulse.beat().await;
            let due = {
                let mut desk = lock(&self.desk);
                let now = self.now_ms();
                desk.advance(now);
                desk.deliveries(now)
            };
            for delivery in due {
                let outcome = deliver(&world, &delivery.url, &delivery.body).await;
                let now = self.now_ms();
                lock(&self.desk).delivered(now, delivery.id, outcome);
            }
            tokio::time::sleep(COURIER_EVERY).await;
            let next = lock(&self.desk).due().map_or(COURIER_RESTS, |due| Time(due).since(self.clock.now()));
            tokio::select! {
                biased;
                () = self.stirred.notified() => {}
                () = tokio::time::sleep(next.min(COURIER_RESTS)) => {}
            }
            if !pulse.beats() {
                self.stirred.notify_one(); // What this life heard was for the next one.
            }
        }
    }
}

/// What the program's webhook route does, without a socket.
async fn deliver(world: &World, url: &str, body: &[u8]) -> DeliveryOutcome {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parts = path.rsplit('/');
    let (secret, connection) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(connection) = ConnectionId::new(connection) else { return status(404) };
    let Some(view) = world.board.connection(&connection) else { return status(404) };
    let hash = secret_hash(secret);
    let current = view.connection.details.as_ref().is_some_and(|details| details.webhook_secret_hash == hash);
    let standing = match (current, view.connection.is_connected()) {
        (true, true) => Standing::Current,
        (true, false) => Standing::Disconnected,
        (false, _) if view.connection.retired_secrets.contains(&hash) => Standing::Stale,
        (false, _) => return status(404),
    };
    let durable = match webhook::read(body, query) {
        Ok(heard) => intake::notified(world, &connection, &view, standing, heard).await,
        Err(problem) => {
            let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
            intake::quarantined(world, &connection, problem.to_string(), bytes, body).await
        }
    };
    status(if durable.is_ok() { 200 } else { 503 })
}

fn status(code: u16) -> DeliveryOutcome {
    DeliveryOutcome::Status(code, b"{}".to_vec())
}

/// Time that moves when nobody has anything to do.
#[derive(Clone)]
struct SimulatedClock {
    began: Instant,
    start_ms: i64,
}

impl Clock for SimulatedClock {
    fn now(&self) -> Time {
        Time(self.start_ms).plus(self.began.elapsed())
    }

    fn monotonic(&self) -> Duration {
        self.began.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}

struct SimulatedDice(Mutex<ChaCha8Rng>);

impl Dice for SimulatedDice {
    fn below(&self, _: &'static str, bound: u64) -> u64 {
        if bound == 0 { 0 } else { lock(&self.0).next_u64() % bound }
    }

    fn secret(&self) -> SecretString {
        let mut dice = lock(&self.0);
        format!("{:016x}{:016x}{:016x}", dice.next_u64(), dice.next_u64(), dice.next_u64()).into()
    }
}

#[derive(Default)]
struct KeptInMemory(Mutex<BTreeMap<ConnectionId, Credentials>>);

impl Vault for KeptInMemory {
    fn seal(&self, connection: &ConnectionId, credentials: &Credentials) -> Result<(), VaultError> {
        lock(&self.0).insert(connection.clone(), credentials.clone());
        Ok(())
    }

    fn open(&self, connection: &ConnectionId) -> Result<Option<Credentials>, VaultError> {
        Ok(lock(&self.0).get(connection).cloned())
    }

    fn erase(&self, connection: &ConnectionId) -> Result<(), VaultError> {
        lock(&self.0).remove(connection);
        Ok(())
    }
}

/// The desk's face without sockets.
struct InProcess {
    desk: Arc<Mutex<Desk>>,
    clock: SimulatedClock,
    pulse: Pulse,
    stirred: Arc<Notify>,
}

impl Helpdesks for InProcess {
    fn open(&self, _: &ConnectionId, credentials: &Credentials) -> Result<Arc<dyn Helpdesk>, String> {
        let key = credentials.api_key.expose_secret().to_owned();
        let (desk, clock) = (Arc::clone(&self.desk), self.clock.clone());
        let stirred = Arc::clone(&self.stirred);
        let caller = Caller { desk, clock, stirred, email: credentials.email.clone(), key };
        Ok(Arc::new(FencedHelpdesk::new(Arc::new(caller), self.pulse.clone())))
    }
}

struct Caller {
    desk: Arc<Mutex<Desk>>,
    clock: SimulatedClock,
    stirred: Arc<Notify>,
    email: String,
    key: String,
}

impl Helpdesk for Caller {
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>> {
        Box::pin(async move {
            tokio::time::sleep(LATENCY / 2).await;
            let mut request =
                WireRequest::new(call.method.as_str(), &call.path).with_key(&self.email, &self.key);
            request.query.clone_from(&call.query);
            if let Some(body) = &call.body {
                request = request.with_json(body);
            }
            let answered = {
                let mut desk = lock(&self.desk);
                let now = self.clock.now().0;
                desk.advance(now);
                desk.handle(now, &request)
            };
            self.stirred.notify_one();
            let lost = |wait| async move {
                tokio::time::sleep(wait).await;
                Err(CallError::Unclear("no answer in time".to_owned()))
            };
            match answered.travel {
                Travel::Normal | Travel::Html502 => tokio::time::sleep(LATENCY / 2).await,
                Travel::Slow { ms } => {
                    let wait = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
                    if wait >= PATIENCE {
                        return lost(PATIENCE).await;
                    }
                    tokio::time::sleep(wait).await;
                }
                Travel::LostBeforeEffect | Travel::LostAfterEffect => return lost(LATENCY).await,
                Travel::LateEffect { .. } => return lost(PATIENCE).await,
                Travel::Truncated => return Err(CallError::Unclear("the answer was cut short".to_owned())),
            }
            let response = answered.response;
            let mut reply = Reply::new(response.status, response.body.clone());
            reply.limit = response.header(Reply::LIMIT_HEADER).and_then(CallLimit::parse);
            reply.retry_after_s = response.header("Retry-after").and_then(|seconds| seconds.parse().ok());
            Ok(reply)
        })
    }
}

/// An answerer that answers from a list of (word in the question, answer) pairs after a while.
pub struct Scripted {
    /// Pairs of a word and the answer to a question that has it.
    pub answers: Vec<(String, String)>,
    /// How long it thinks.
    pub thinks: Duration,
}

impl Answerer for Scripted {
    fn answer<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Answer, AnswererError>> {
        Box::pin(async move {
            tokio::time::sleep(self.thinks).await;
            let text = question.text.to_lowercase();
            let found = self.answers.iter().find(|(word, _)| text.contains(word.as_str()));
            Ok(Answer {
                answerer: "scripted".to_owned(),
                confidence_per_mille: if found.is_some() { 900 } else { 0 },
                body: found.map(|(_, answer)| answer.clone()),
                passages: Vec::new(),
                cost_micros: 0,
            })
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
