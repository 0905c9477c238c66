//! The simulated world: the twin of the program's own. It hands the same actors a log, desks in this process, a clock that
//! jumps when nobody has anything to do, and dice drawn from one seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use polus_actors::board::Board;
use polus_actors::marks::Marks;
use polus_actors::world::{
    Answer, Answerer, AnswererError, Credentials, Limits, Question, Vault, VaultError, World,
};
use polus_core::id::{ConnectionId, InstallationId};
use polus_storage::{Blobs, EventLog, MemoryBlobs, MemoryLog, OpenWork, StreamName};

use crate::clock::SimulatedClock;
use crate::dice::{Dice, SimulatedDice};
use crate::doom::Doom;
use crate::fence::{FencedClock, FencedLog, FencedOpenWork, Pulse};
use crate::gorgias::Desk;
use crate::gorgias::strange::{STRANGE_TICKET, StrangeCall};
use crate::gorgias::webhooks::{Delivery, DeliveryOutcome};
use crate::helpdesk::{InProcess, Network};
use crate::history::{Taken, WatchedOpenWork};
use crate::telling;
use crate::trace::Trace;

/// What outlives a crash of the program: the disk, the desks, and time.
#[derive(Clone)]
pub struct Stage {
    desks: BTreeMap<ConnectionId, Arc<Mutex<Desk>>>,
    /// The log.
    pub log: Arc<dyn EventLog>,
    pub(crate) blobs: Arc<dyn Blobs>,
    open_work: Arc<WatchedOpenWork>,
    vault: Arc<KeptInMemory>,
    /// Time.
    pub clock: SimulatedClock,
    dice: Arc<SimulatedDice>,
    answerer: Arc<dyn Answerer>,
    /// The way to the desks.
    pub network: Arc<Network>,
    /// Crashes at chosen moments.
    pub doom: Doom,
    /// What happened, as one hash.
    pub trace: Arc<Trace>,
    /// The rare branches that the shells took, in all lives.
    pub marks: Arc<Marks>,
    on_the_way: Arc<Mutex<OnTheWay>>,
    /// Sizes and times of the shells in the next life.
    pub limits: Limits,
}

/// The webhooks' journey into the program.
#[derive(Default)]
struct OnTheWay {
    /// Calls that have begun, and when; milliseconds since 1970.
    out: BTreeMap<(ConnectionId, i64), i64>,
    /// Nobody takes them: what stands in front of the program is down.
    taken_by_nobody: bool,
    /// Calls that no desk makes, and that were answered as they should not.
    wrongly_taken: Vec<String>,
    /// Calls that were answered with 200.
    taken: Vec<Taken>,
}

impl Stage {
    /// A stage around these accounts, beginning at `start_ms` (milliseconds since 1970), with dice from `seed`. Must be
    /// called inside the runtime whose time is paused.
    pub fn new(
        accounts: impl IntoIterator<Item = (ConnectionId, Desk)>,
        answerer: Arc<dyn Answerer>,
        start_ms: i64,
        seed: u64,
    ) -> Self {
        let desks = accounts.into_iter().map(|(id, desk)| (id, Arc::new(Mutex::new(desk)))).collect();
        let (clock, doom, trace) =
            (SimulatedClock::new(start_ms), Doom::default(), Arc::new(Trace::default()));
        let network =
            Network::new(clock.clone(), doom.clone(), Arc::clone(&trace), Dice::named(seed, "network"));
        Self {
            desks,
            log: Arc::new(MemoryLog::new()),
            blobs: Arc::new(MemoryBlobs::new()),
            open_work: Arc::default(),
            vault: Arc::default(),
            clock,
            dice: Arc::new(SimulatedDice::new(seed)),
            answerer,
            network: Arc::new(network),
            doom,
            trace,
            marks: Arc::default(),
            on_the_way: Arc::default(),
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
            open_work: Arc::new(FencedOpenWork::new(Arc::clone(&self.open_work) as _, pulse.clone())),
            clock: Arc::new(FencedClock::new(Arc::new(self.clock.clone()), pulse.clone())),
            dice: Arc::clone(&self.dice) as _,
            helpdesks: Arc::new(InProcess {
                accounts: self.desks.clone(),
                network: Arc::clone(&self.network),
                pulse: pulse.clone(),
            }),
            answerer: Arc::clone(&self.answerer),
            vault: Arc::clone(&self.vault) as Arc<dyn Vault>,
            board: Arc::new(Board::new()),
            marks: Arc::clone(&self.marks),
            limits: self.limits,
        };
        (world, pulse)
    }

    /// The accounts by name.
    pub fn accounts(&self) -> impl Iterator<Item = &ConnectionId> {
        self.desks.keys()
    }

    /// The first account's desk, for people's acts and for looking.
    #[expect(clippy::expect_used, reason = "a stage has an account; one without is a mistake of its maker")]
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        let first = self.desks.keys().next().expect("a stage with an account");
        self.desk_of(first)
    }

    /// An account's desk, for people's acts: the courier looks at it soon.
    pub fn desk_of(&self, account: &ConnectionId) -> MutexGuard<'_, Desk> {
        self.network.stirred.notify_one();
        self.quiet_desk(account)
    }

    /// An account's desk, for looking.
    pub fn quiet_desk(&self, account: &ConnectionId) -> MutexGuard<'_, Desk> {
        lock(&self.desks[account])
    }

    /// What outlives a crash although it may be lost at any time: the open-work list.
    pub fn open_work(&self) -> &dyn OpenWork {
        self.open_work.as_ref()
    }

    /// What that list was told is settled since it was begun: the streams, and up to which sequence.
    pub fn settled(&self) -> BTreeMap<StreamName, u64> {
        self.open_work.settled()
    }

    /// What is too large for the log.
    pub fn blobs(&self) -> &dyn Blobs {
        self.blobs.as_ref()
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// The webhooks that were answered with 200 so far.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.on_the_way).taken.clone()
    }

    /// From now on nobody takes webhooks, or the program takes them again.
    pub fn take_no_webhooks(&self, nobody: bool) {
        lock(&self.on_the_way).taken_by_nobody = nobody;
    }

    /// Whether somebody takes webhooks.
    pub fn takes_webhooks(&self) -> bool {
        !lock(&self.on_the_way).taken_by_nobody
    }

    /// A call of a webhook begins.
    pub fn set_out(&self, account: &ConnectionId, delivery: i64) {
        let now_ms = self.now_ms();
        lock(&self.on_the_way).out.insert((account.clone(), delivery), now_ms);
    }

    /// A call of a webhook ended.
    pub fn arrived(&self, account: &ConnectionId, delivery: &Delivery, outcome: DeliveryOutcome) {
        let now_ms = self.now_ms();
        let mut on_the_way = lock(&self.on_the_way);
        let begun_ms = on_the_way.out.remove(&(account.clone(), delivery.id));
        if matches!(outcome, DeliveryOutcome::Status(200, _)) {
            on_the_way.taken.push(Taken::of(account, delivery, begun_ms.unwrap_or(now_ms), now_ms));
        }
        drop(on_the_way);
        let told =
            format!("{account} {} {} {}", delivery.trigger, delivery.ticket, telling::delivered(&outcome));
        self.trace.note(now_ms, "webhook", &[told.as_bytes()]);
        self.quiet_desk(account).delivered(now_ms, delivery.id, outcome);
    }

    /// A call that no desk makes ended.
    pub fn arrived_uninvited(&self, account: &ConnectionId, call: &StrangeCall, outcome: &DeliveryOutcome) {
        let answered = telling::delivered(outcome);
        let told = format!("{account} strange {STRANGE_TICKET} {answered}");
        self.trace.note(self.now_ms(), "webhook", &[told.as_bytes()]);
        if call.uninvited && !matches!(outcome, DeliveryOutcome::Status(404, _)) {
            let problem = format!("{account}: a webhook with a wrong secret was answered with {answered}");
            lock(&self.on_the_way).wrongly_taken.push(problem);
        }
    }

    /// What was answered to calls that no desk makes, and should not have been.
    pub fn wrongly_taken(&self) -> Vec<String> {
        lock(&self.on_the_way).wrongly_taken.clone()
    }

    /// The program died: the calls it had not answered yet are cut off.
    pub fn cut_off_webhooks(&self) {
        let out = std::mem::take(&mut lock(&self.on_the_way).out);
        let now_ms = self.now_ms();
        for (account, delivery) in out.into_keys() {
            self.quiet_desk(&account).delivered(now_ms, delivery, DeliveryOutcome::Refused);
        }
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
