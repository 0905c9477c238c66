//! One run: a seed's options and plan, played with the real actors in the simulated world, life after life, until all is
//! calm; then everything is held against the promises.
//!
//! ```text
//!   options ─┐
//!            ├─► life ─► crash or stop ─► life ─► … ─► the plan is over ─► calm ─► one more life ─► quiet ─► promises
//!   plan ────┘    each life has a runtime of its own, and what outlives it is the Stage
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use polus_actors::mail::{Change, Shutdown};
use polus_actors::office::Office;
use polus_actors::world::World;
use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::policy::{Mode, Policy};
use polus_storage::{EventLog as _, StreamName, TailItem};

use crate::answerer::{AnswererTrouble, SimulatedAnswerer};
use crate::courier::{carry_webhooks, next_due, turn_away, webhooks_wait};
use crate::dice::Dice;
use crate::doom::Doom;
use crate::fence::Pulse;
use crate::gorgias::faults::Odds;
use crate::gorgias::seed::{Cast, account};
use crate::gorgias::strange::STRANGE_TICKET;
use crate::helpdesk::{Lies, Pace};
use crate::history::{Forgotten, History, LifeEnd, events_of, folded};
use crate::log::{DiskTrouble, SimulatedLog};
use crate::marks;
use crate::options::Options;
use crate::panics;
use crate::people::{ANSWERS, Account, People, change_connection, connect};
use crate::plan::{Act, Plan};
use crate::properties::{self, Findings};
use crate::telling;
use crate::trace::Line;
use crate::world::Stage;

/// When every run begins, milliseconds since 1970.
pub(crate) const START_MS: i64 = 1_760_000_000_000;

/// The accounts' names.
pub(crate) const NAMES: [&str; 3] = ["acme", "birch", "cedar"];

/// How long the program is down when it died by itself, milliseconds.
const DOWN_MS: u64 = 2_000;

/// After so long without an event all is taken for quiet, if nothing is owed either.
const QUIET: Duration = Duration::from_secs(25 * 60);

/// Whatever is not quiet by then never will be: longer than the longest draft may wait, and a clock wrong by a day.
const QUIET_WITHIN: Duration = Duration::from_secs(80 * 3_600);

/// After one act in so many, what people see of the tickets is compared with what the log folds to.
const GLANCE_ONE_IN: u64 = 16;

/// How a run went.
pub struct Outcome {
    /// What it was like.
    pub options: Options,
    /// Hash of everything that happened.
    pub hash: u64,
    /// That hash at every thousandth thing that happened.
    pub checkpoints: Vec<u64>,
    /// What the promises found.
    pub findings: Findings,
    /// Records in the log.
    pub records: u64,
    /// Things that happened: calls, webhooks, records, acts, faults of the disk, ends of lives.
    pub things: u64,
    /// Messages that were posted.
    pub posts: u64,
    /// Lives of the program.
    pub lives: u64,
    /// Simulated time, milliseconds.
    pub simulated_ms: i64,
    /// How often what went wrong.
    pub struck: BTreeMap<String, u64>,
    /// How often which fault, act, crash and rare branch, all those with a name.
    pub marks: marks::Counts,
    /// What it looks like from outside.
    pub history: History,
    /// The tickets that the plan opened: account and number there.
    pub tickets: BTreeMap<u32, (ConnectionId, i64)>,
    /// What happened, line by line, if that was asked for.
    pub lines: Vec<Line>,
}

/// Plays a run.
pub fn run(options: &Options, plan: &Plan) -> Outcome {
    play(Player::new(options), plan)
}

/// Plays a run and keeps what happened in words.
pub fn run_told(options: &Options, plan: &Plan) -> Outcome {
    let player = Player::new(options);
    player.stage.trace.keep_lines();
    play(player, plan)
}

fn play(mut player: Player, plan: &Plan) -> Outcome {
    panics::listen();
    let mut end = End::Crash { down_ms: 0, forget: false };
    while !matches!(end, End::Quiet) {
        end = in_a_life(player.life(plan, &end));
        player.lives += 1;
        player.seen.extend(panics::take());
    }
    in_a_life(player.outcome())
}

/// Each life has a runtime of its own: what it leaves behind dies with it.
pub(crate) fn in_a_life<T>(life: impl Future<Output = T>) -> T {
    let runtime = || {
        #[expect(
            clippy::expect_used,
            reason = "a runtime without input and output needs nothing that could be lacking"
        )]
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime")
    };
    actix::System::with_tokio_rt(runtime).block_on(life)
}

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It died, and stays down for a while.
    Crash { down_ms: u64, forget: bool },
    /// All is over and quiet.
    Quiet,
}

impl End {
    fn words(&self) -> &'static str {
        match self {
            Self::Crash { .. } => "the program ends and starts again",
            Self::Quiet => "all is quiet",
        }
    }
}

/// How the program died at a chosen moment.
pub(crate) fn died(doom: &Doom) -> String {
    let moment = doom.last().map(telling::moment).unwrap_or_default();
    format!("the program dies {moment}").trim_end().to_owned()
}

/// How far the run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The accounts are to be connected.
    Begin,
    /// The plan is played from this step on.
    Plan(usize),
    /// The plan is over; what was broken is put right.
    Calm,
    /// Everything works; the last life waits until all is quiet.
    Last,
}

struct Player {
    options: Options,
    stage: Stage,
    log: Arc<SimulatedLog>,
    answerer: Arc<SimulatedAnswerer>,
    people: People,
    phase: Phase,
    now_ms: i64,
    lives: u64,
    seen: Vec<String>,
    marks: marks::Counts,
    glances: Dice,
    flips: Dice,
    /// Up to which position the log was looked at.
    looked_to: u64,
    ends: Vec<LifeEnd>,
    forgotten: Option<Forgotten>,
    /// The tickets that the last life put aside.
    put_aside: BTreeSet<String>,
}

impl Player {
    fn new(options: &Options) -> Self {
        let seed = options.seed;
        let mut accounts = Vec::new();
        let mut desks = Vec::new();
        for name in NAMES.iter().take(usize::try_from(options.accounts).unwrap_or(1).max(1)) {
            let Ok(id) = ConnectionId::new(name) else { continue };
            let (desk, cast) = account(name, START_MS, Dice::named(seed, name).into_inner());
            desks.push((id.clone(), desk));
            accounts.push(Account { id, cast, owners_key: options.owners_key });
        }
        let answerer = Arc::new(SimulatedAnswerer::new(&ANSWERS, Dice::named(seed, "answerer")));
        let mut stage = Stage::new(desks, Arc::clone(&answerer) as _, START_MS, seed);
        let log = Arc::new(SimulatedLog::new(Dice::named(seed, "disk"), stage.doom.clone()));
        log.keep_time(stage.clock.clone());
        log.tell(Arc::clone(&stage.trace));
        stage.log = Arc::clone(&log) as _;
        stage.limits = options.limits();
        Self {
            options: options.clone(),
            stage,
            log,
            answerer,
            people: People {
                accounts,
                tickets: BTreeMap::new(),
                customers: BTreeMap::new(),
                machines: options.machines,
            },
            phase: Phase::Begin,
            now_ms: START_MS,
            lives: 0,
            seen: Vec::new(),
            marks: marks::none(),
            glances: Dice::named(seed, "glances"),
            flips: Dice::named(seed, "flips"),
            looked_to: 0,
            ends: Vec::new(),
            forgotten: None,
            put_aside: BTreeSet::new(),
        }
    }

    /// One life of the program, from its start to its end.
    async fn life(&mut self, plan: &Plan, before: &End) -> End {
        self.stage.clock.go_on(self.now_ms);
        if let End::Crash { down_ms, forget } = before {
            if *forget && let Err(error) = self.stage.open_work().clear() {
                self.seen.push(format!("the open-work list cannot be cleared: {error}"));
            }
            self.be_down(Duration::from_millis(*down_ms)).await;
        }
        let (world, pulse) = self.stage.world();
        let (doom, log) = (self.stage.doom.clone(), Arc::clone(&self.log));
        let dies = End::Crash { down_ms: DOWN_MS, forget: false };
        let (end, why) = tokio::select! {
            biased;
            () = doom.struck() => (dies, died(&doom)),
            reason = log.poisoned() => (dies, format!("the program dies: {reason}")),
            end = self.play(plan, &world, &pulse) => (end, end.words().to_owned()),
        };
        pulse.end();
        self.log.crash().await;
        match LifeEnd::of(&self.stage, self.log.on_disk()) {
            Ok(end) => self.ends.push(end),
            Err(error) => self.seen.push(format!("the open-work list cannot be read: {error}")),
        }
        self.stage.cut_off_webhooks();
        self.now_ms = self.stage.now_ms();
        self.stage.trace.note(self.now_ms, "end of a life", &[why.as_bytes()]);
        if let Some(flipped) = self.log.age(&mut self.flips).await {
            let entry = format!("a bit flips in the index, at record {}", flipped.sequence);
            let told = [flipped.stream.as_str().as_bytes(), entry.as_bytes()];
            self.stage.trace.note(self.now_ms, "disk", &told);
        }
        end
    }

    /// Nobody takes webhooks while the program is down.
    async fn be_down(&self, for_so_long: Duration) {
        let until = tokio::time::Instant::now() + for_so_long;
        loop {
            turn_away(&self.stage);
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            if left.is_zero() {
                return;
            }
            let now_ms = self.stage.now_ms();
            let next = next_due(&self.stage).map_or(left, |due_ms| {
                Duration::from_millis(u64::try_from(due_ms.saturating_sub(now_ms)).unwrap_or(0).max(1))
            });
            tokio::time::sleep(left.min(next)).await;
        }
    }

    async fn play(&mut self, plan: &Plan, world: &World, pulse: &Pulse) -> End {
        let (office, ready) = Office::open(world.clone());
        match ready.await {
            Ok(Ok(())) => {}
            // Whoever runs the program starts it anew.
            Ok(Err(_)) | Err(_) => return End::Crash { down_ms: DOWN_MS, forget: false },
        }
        actix::spawn(carry_webhooks(self.stage.clone(), world.clone(), pulse.clone()));
        loop {
            match self.phase {
                Phase::Begin => {
                    self.connect_all(&office).await;
                    self.set_policy(&office).await;
                    self.begin_trouble();
                    self.phase = Phase::Plan(0);
                }
                Phase::Plan(place) => {
                    let Some(step) = plan.get(place) else {
                        self.phase = Phase::Calm;
                        continue;
                    };
                    tokio::time::sleep(Duration::from_millis(step.after_ms)).await;
                    self.phase = Phase::Plan(place + 1);
                    self.note_act(&step.act);
                    marks::act(&mut self.marks, &step.act);
                    if let Some(end) = self.act(&office, step.account, &step.act).await {
                        return end;
                    }
                    if self.glances.one_in(GLANCE_ONE_IN) {
                        self.glance(world).await;
                    }
                }
                Phase::Calm => {
                    self.end_trouble();
                    self.put_right(&office).await;
                    self.phase = Phase::Last;
                    return End::Crash { down_ms: DOWN_MS, forget: false };
                }
                Phase::Last => {
                    self.wait_until_quiet().await;
                    self.glance(world).await;
                    if self.forgotten.is_some() {
                        self.put_aside = put_aside(world);
                        return End::Quiet;
                    }
                    // Once more without what is derived: nothing may come of it.
                    self.forgotten =
                        Some(Forgotten { head: self.log.on_disk().head(), at_ms: self.stage.now_ms() });
                    return End::Crash { down_ms: DOWN_MS, forget: true };
                }
            }
        }
    }

    fn note_act(&self, act: &Act) {
        self.stage.trace.note(self.stage.now_ms(), "act", &[format!("{act:?}").as_bytes()]);
    }

    async fn act(&mut self, office: &Addr<Office>, account: u32, act: &Act) -> Option<End> {
        if self.people.at_desk(&self.stage, account, act) {
            return None;
        }
        match act {
            Act::ClockWrong { by_ms } => self.stage.clock.set_wrong(*by_ms),
            Act::Crash { down_ms } => return Some(End::Crash { down_ms: *down_ms, forget: false }),
            Act::ForgetDerived => return Some(End::Crash { down_ms: DOWN_MS, forget: true }),
            Act::CrashAt { moment, after } => self.stage.doom.arm(*moment, *after),
            Act::Restart => {
                // An office that is gone has stopped as well.
                if office.send(Shutdown).await.is_err() {
                    self.stage.trace.note(self.stage.now_ms(), "the office was gone", &[]);
                }
                return Some(End::Crash { down_ms: DOWN_MS, forget: false });
            }
            wish => {
                // What is refused now is not asked again: operators give up as well.
                drop(self.people.ask(office, account, wish).await);
            }
        }
        None
    }

    async fn connect_all(&self, office: &Addr<Office>) {
        for account in &self.people.accounts {
            while connect(office, account).await.is_err() {
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
        }
    }

    /// What the merchants set before anything happens.
    async fn set_policy(&mut self, office: &Addr<Office>) {
        let policy = match self.options.merchant.policy() {
            Ok(Some(policy)) => policy,
            Ok(None) => return,
            Err(bad) => {
                self.seen.push(format!("the merchants' settings cannot be: {bad}"));
                return;
            }
        };
        for account in &self.people.accounts {
            let change =
                Change::Policy { made_on: Policy::default().version, policy: Box::new(policy.clone()) };
            while change_connection(office, &account.id, change.clone()).await.is_err() {
                tokio::time::sleep(Duration::from_secs(10)).await;
            }
        }
    }

    fn begin_trouble(&self) {
        for account in self.stage.accounts() {
            let mut desk = self.stage.desk_of(account);
            desk.faults.odds = self.options.gorgias.clone();
            desk.timings.failures_until_deactivation = self.options.webhook_failures_max;
            desk.timings.rows_a_page_max = self.options.rows_a_page_max;
        }
        self.log.set_trouble(self.options.disk);
        self.stage.network.set_lies(self.options.lies);
        self.stage.network.set_pace(self.options.pace);
        self.answerer.set_trouble(self.options.answerer);
    }

    /// From here on nothing goes wrong. An answerer that never answers goes on being silent.
    fn end_trouble(&mut self) {
        for account in &self.people.accounts {
            let mut desk = self.stage.desk_of(&account.id);
            desk.faults.odds = Odds::default();
            let (now_ms, bearer) = (self.stage.now_ms(), account.cast.bearer(account.owners_key).user);
            let key = desk.restore_key(bearer);
            let ai_user = desk.activate_user(now_ms, account.cast.ai_user);
            for problem in [key, ai_user].into_iter().filter_map(Result::err) {
                self.seen.push(format!("{}: {problem}", account.id));
            }
        }
        self.stage.take_no_webhooks(false);
        self.stage.doom.disarm();
        self.log.set_trouble(DiskTrouble::default());
        self.stage.network.set_lies(Lies::default());
        self.stage.network.set_pace(Pace { stalls: 0, ..self.options.pace });
        self.stage.clock.set_wrong(0);
        let silent = self.options.answerer.silent;
        self.answerer.set_trouble(AnswererTrouble { silent, ..AnswererTrouble::default() });
    }

    async fn put_right(&self, office: &Addr<Office>) {
        self.connect_all(office).await;
        for account in &self.people.accounts {
            for change in [Change::Mode(Mode::Live), Change::Resume] {
                while change_connection(office, &account.id, change.clone()).await.is_err() {
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
            }
        }
    }

    async fn wait_until_quiet(&mut self) {
        let began = tokio::time::Instant::now();
        let mut since = began;
        while began.elapsed() < QUIET_WITHIN {
            tokio::time::sleep(Duration::from_secs(60)).await;
            if self.something_happened().await {
                since = tokio::time::Instant::now();
            }
            if since.elapsed() >= QUIET {
                if !webhooks_wait(&self.stage) && self.nothing_is_owed().await {
                    return;
                }
                since = tokio::time::Instant::now();
            }
        }
        self.seen.push(format!("it was not quiet within {} hours", QUIET_WITHIN.as_secs() / 3_600));
    }

    /// Whether there are new records since this was last asked that are not the sweep's.
    async fn something_happened(&mut self) -> bool {
        let mut tail = self.log.on_disk().tail(self.looked_to + 1);
        let mut happened = false;
        while let Ok(TailItem::Record(record)) = tail.next().await {
            self.looked_to = record.position;
            happened |= !matches!(record.stream.as_str().parse(), Ok(Stream::Sync(_)));
        }
        happened
    }

    async fn nothing_is_owed(&self) -> bool {
        let log = self.log.on_disk();
        let flipped = self.log.flipped();
        for stream in log.streams("").await.unwrap_or_default() {
            let Ok(Stream::Ticket(_, number)) = stream.as_str().parse() else { continue };
            if flipped.as_ref().is_some_and(|flipped| flipped.stream == stream) {
                continue; // It is put aside, and what it owes it owes for ever.
            }
            let records = log.read(&stream, 1, usize::MAX).await.unwrap_or_default();
            let Ok(events) = events_of(self.stage.blobs(), records.iter()).await else { continue };
            if folded(number.0, &events).is_ok_and(|ticket| !ticket.agenda().is_empty()) {
                return false;
            }
        }
        true
    }

    /// Compares what people see of the tickets with what the log folds to.
    async fn glance(&mut self, world: &World) {
        let log = self.log.on_disk();
        for (account, number) in self.people.tickets.values() {
            let number = TicketId(*number);
            let Some(view) = world.board.ticket(account, number) else { continue };
            let stream = Stream::Ticket(account.clone(), number).to_string();
            let Ok(name) = StreamName::new(stream.clone()) else { continue };
            let upto = usize::try_from(view.sequence).unwrap_or(usize::MAX);
            let records = log.read(&name, 1, upto).await.unwrap_or_default();
            let Ok(events) = events_of(self.stage.blobs(), records.iter()).await else { continue };
            match folded(number.0, &events) {
                Ok(ticket) if ticket.phase_name() == view.state => {}
                Ok(ticket) => self.seen.push(format!(
                    "{stream} is shown as {:?} at {}, and folds to {:?}",
                    view.state,
                    view.sequence,
                    ticket.phase_name()
                )),
                Err(problem) => self.seen.push(format!("{stream} does not fold: {problem}")),
            }
        }
    }

    async fn outcome(&mut self) -> Outcome {
        self.stage.clock.go_on(self.now_ms);
        let casts: BTreeMap<ConnectionId, Cast> =
            self.people.accounts.iter().map(|account| (account.id.clone(), account.cast.clone())).collect();
        let mut seen = std::mem::take(&mut self.seen);
        seen.extend(self.stage.wrongly_taken());
        let strange = format!("/ticket/{STRANGE_TICKET}");
        let heard = self.log.on_disk().streams("").await.unwrap_or_default();
        let heard = heard.into_iter().filter(|stream| stream.as_str().ends_with(&strange));
        seen.extend(heard.map(|stream| format!("{stream} is kept, of which only strange calls told")));
        let lines = self.stage.trace.take_lines();
        let mut history = History::of(&self.options, &self.stage, self.log.on_disk(), &casts, seen).await;
        history.written_ms = self.log.written_ms();
        history.acknowledged = self.log.acknowledged();
        history.ends = std::mem::take(&mut self.ends);
        history.forgotten = self.forgotten;
        history.flipped = self.log.flipped();
        history.put_aside = std::mem::take(&mut self.put_aside);
        for record in &history.records {
            let stream = record.stream.as_str().as_bytes();
            self.stage.trace.note(record.recorded_at_ms, "record", &[stream, &record.hash.0]);
        }
        let findings = properties::check(&history);
        let (mut marks, struck) = (std::mem::take(&mut self.marks), self.struck());
        marks::collect(&mut marks, &self.stage, &struck, &history);
        let (hash, checkpoints) = self.stage.trace.hashes();
        let posts = history.tickets().map(|(_, _, ticket)| ticket.ours().count() + ticket.notes().count());
        Outcome {
            options: self.options.clone(),
            hash,
            checkpoints,
            records: history.records.len() as u64,
            things: self.stage.trace.things(),
            posts: posts.sum::<usize>() as u64,
            lives: self.lives,
            simulated_ms: self.now_ms - START_MS,
            struck,
            marks,
            findings,
            history,
            tickets: self.people.tickets.clone(),
            lines,
        }
    }

    fn struck(&self) -> BTreeMap<String, u64> {
        let desks = self.stage.accounts().map(|account| self.stage.quiet_desk(account).faults.struck.clone());
        let rest = [self.log.struck(), self.answerer.struck(), self.stage.network.struck()];
        let mut struck = BTreeMap::new();
        for (name, count) in desks.chain(rest).flatten() {
            *struck.entry(name.to_owned()).or_default() += count;
        }
        struck
    }
}

/// The tickets that an alarm says are put aside.
fn put_aside(world: &World) -> BTreeSet<String> {
    let alarms = world.board.alarms().into_iter();
    alarms.filter(|alarm| alarm.message.contains("is put aside")).map(|alarm| alarm.about).collect()
}
