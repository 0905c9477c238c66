//! One run: a seed's options and plan, played with the real actors in the simulated world, life after life, until all is
//! calm; then everything is held against the promises.
//!
//! ```text
//!   options ─┐
//!            ├─► life ─► crash or stop ─► life ─► … ─► the plan is over ─► calm ─► quiet ─► one more life ─► promises
//!   plan ────┘    each life has a runtime of its own, and what outlives it is the Stage
//! ```
//!
//! In half of the runs a new life begins between calm and quiet. In the others the life that saw the troubles has to settle
//! all that they left: no start takes up what it may have lost.

mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix::Addr;
use polus_actors::board::Board;
use polus_actors::mail::Shutdown;
use polus_actors::office::Office;
use polus_actors::world::World;
use polus_core::id::ConnectionId;
use polus_storage::EventLog as _;

use crate::answerer::SimulatedAnswerer;
use crate::courier::{carry_webhooks, next_due, turn_away};
use crate::dice::Dice;
use crate::doom::{Deed, Doom, Moment};
use crate::fence::Pulse;
use crate::gorgias::seed::{Cast, account};
use crate::gorgias::strange::STRANGE_TICKET;
use crate::history::{Forgotten, History, LifeEnd};
use crate::log::SimulatedLog;
use crate::marks;
use crate::options::Options;
use crate::panics;
use crate::people::{ANSWERS, Account, People};
use crate::plan::{Act, Plan, Step};
use crate::properties::{self, Findings};
use crate::telling;
use crate::trace::Line;
use crate::world::Stage;

mod asks;
mod calm;

use asks::Asks;

/// When every run begins, milliseconds since 1970.
pub(crate) const START_MS: i64 = 1_760_000_000_000;

/// The accounts' names.
pub(crate) const NAMES: [&str; 3] = ["acme", "birch", "cedar"];

/// How long the program is down when it died by itself, milliseconds.
const DOWN_MS: u64 = 2_000;

/// A run with more lives than this and ten for each act comes to no end by itself.
const LIVES_MAX: u64 = 1_000;

/// A run in which more happens than this and [`THINGS_AN_ACT_MAX`] for each act comes to no end by itself.
const THINGS_MAX: u64 = 1_000_000;
const THINGS_AN_ACT_MAX: u64 = 20_000;

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

/// Plays a run, keeps what happened in words if it is to be `told`, and counts in `acts` how many of its acts are done.
pub fn run_watched(options: &Options, plan: &Plan, told: bool, acts: &Arc<AtomicUsize>) -> Outcome {
    let mut player = Player::new(options);
    player.acts = Arc::clone(acts);
    if told {
        player.stage.trace.keep_lines();
    }
    play(player, plan)
}

fn play(mut player: Player, plan: &Plan) -> Outcome {
    panics::listen();
    let mut end = End::Crash { down_ms: 0, forget: false };
    player.stage.trace.bound(THINGS_MAX.saturating_add(THINGS_AN_ACT_MAX * plan.len() as u64));
    while !matches!(end, End::Quiet | End::Endless) {
        if player.lives >= LIVES_MAX.saturating_add(10 * plan.len() as u64) {
            player.seen.push(format!("it was not over after {} lives", player.lives));
            break;
        }
        end = in_a_life(player.life(plan, &end));
        player.lives += 1;
        player.seen.extend(panics::take());
    }
    player.stage.doom.disarm();
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
    /// It never will be: it goes in circles.
    Endless,
}

impl End {
    fn words(&self) -> &'static str {
        match self {
            Self::Crash { .. } => "the program ends and starts again",
            Self::Quiet => "all is quiet",
            Self::Endless => "it goes in circles",
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
    /// How many acts of the plan are done, for whoever watches.
    acts: Arc<AtomicUsize>,
    now_ms: i64,
    lives: u64,
    seen: Vec<String>,
    marks: marks::Counts,
    glances: Dice,
    flips: Dice,
    /// Which asks people do not wait for.
    hurries: Dice,
    asks: Asks,
    /// Up to which position the log was looked at.
    looked_to: u64,
    ends: Vec<LifeEnd>,
    forgotten: Option<Forgotten>,
    /// The tickets that the last life put aside.
    put_aside: BTreeSet<String>,
    /// How many tickets of each account the last life had in memory when all was quiet.
    residents: BTreeMap<ConnectionId, usize>,
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
            acts: Arc::default(),
            now_ms: START_MS,
            lives: 0,
            seen: Vec::new(),
            marks: marks::none(),
            glances: Dice::named(seed, "glances"),
            flips: Dice::named(seed, "flips"),
            hurries: Dice::named(seed, "hurries"),
            asks: Asks::default(),
            looked_to: 0,
            ends: Vec::new(),
            forgotten: None,
            put_aside: BTreeSet::new(),
            residents: BTreeMap::new(),
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
        world.board.watch();
        let (doom, log) = (self.stage.doom.clone(), Arc::clone(&self.log));
        let trace = Arc::clone(&self.stage.trace);
        let dies = End::Crash { down_ms: DOWN_MS, forget: false };
        let (end, why) = tokio::select! {
            biased;
            () = trace.bound_met() => (End::Endless, End::Endless.words().to_owned()),
            () = doom.struck() => (dies, died(&doom)),
            reason = log.poisoned() => (dies, format!("the program dies: {reason}")),
            end = self.play(plan, &world, &pulse) => (end, end.words().to_owned()),
        };
        self.seen.extend(watch::glance(&self.stage, &self.log, &world, false).await);
        pulse.end();
        self.asks.end();
        if end == End::Endless {
            self.seen.push(format!("it was not over after {} things happened", trace.things()));
        }
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
        self.asks.begin(office.clone(), world.clone());
        loop {
            match self.phase {
                Phase::Begin => {
                    self.connect_all(&office).await;
                    self.set_policy(&office, world).await;
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
                    self.acts.store(place + 1, Ordering::Relaxed);
                    self.note_act(&step.act);
                    marks::act(&mut self.marks, &step.act);
                    if let Some(end) = self.act((&office, world), step.account, &step.act).await {
                        return end;
                    }
                    if self.glances.one_in(GLANCE_ONE_IN) {
                        self.seen.extend(watch::glance(&self.stage, &self.log, world, false).await);
                    }
                }
                Phase::Calm => {
                    self.end_trouble();
                    self.put_right(&office).await;
                    self.phase = Phase::Last;
                    if !self.options.settles_in_one_life {
                        return End::Crash { down_ms: DOWN_MS, forget: false };
                    }
                }
                Phase::Last => {
                    self.wait_until_quiet().await;
                    self.seen.extend(watch::glance(&self.stage, &self.log, world, true).await);
                    self.residents = watch::residents(world);
                    if self.forgotten.is_some() {
                        self.put_aside = put_aside(&world.board);
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

    async fn act(
        &mut self,
        (office, world): (&Addr<Office>, &World),
        account: u32,
        act: &Act,
    ) -> Option<End> {
        if self.people.at_desk(&self.stage, account, act) {
            return None;
        }
        match act {
            Act::ClockWrong { by_ms } => self.stage.clock.set_wrong(*by_ms),
            Act::Crash { down_ms } => return Some(End::Crash { down_ms: *down_ms, forget: false }),
            Act::ForgetDerived => return Some(End::Crash { down_ms: DOWN_MS, forget: true }),
            Act::CrashAt { moment, after } => self.stage.doom.arm(*moment, *after),
            Act::At { ticket, moment, after, act } => {
                if let Some(about) = self.people.ticket(*ticket) {
                    let deed = self.deed(account, *moment, act);
                    self.stage.doom.wait_for(about, *moment, *after, deed);
                }
            }
            Act::Restart => {
                // An office that is gone has stopped as well.
                if office.send(Shutdown).await.is_err() {
                    self.stage.trace.note(self.stage.now_ms(), "the office was gone", &[]);
                }
                return Some(End::Crash { down_ms: DOWN_MS, forget: false });
            }
            wish if self.options.asks_go_on && self.hurries.one_in(2) => {
                self.asks.spawn(self.stage.clone(), self.people.clone(), account, wish.clone());
            }
            wish => {
                // What is refused now is not asked again: operators give up as well.
                drop(self.people.ask(&self.stage, (office, world), account, wish).await);
            }
        }
        None
    }

    /// What is done at a moment that is still to come, by whoever is there then.
    fn deed(&self, account: u32, moment: Moment, act: &Act) -> Deed {
        let (stage, asks, act) = (self.stage.clone(), self.asks.clone(), act.clone());
        let (options, mut people) = (self.options.clone(), self.people.clone());
        Box::new(move || {
            let step = Step { after_ms: 0, account, act };
            let done = telling::act(&options, &step, &people.tickets);
            let told = format!("{}: {done}", telling::moment(moment));
            stage.trace.note(stage.now_ms(), "people", &[told.as_bytes()]);
            if !people.at_desk(&stage, account, &step.act) {
                asks.spawn(stage, people, account, step.act);
            }
        })
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
        history.beside.given = self.answerer.given();
        history.beside.residents = std::mem::take(&mut self.residents);
        history.beside.replayed = Some(watch::replay(&self.stage, &self.answerer).await);
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
pub(crate) fn put_aside(board: &Board) -> BTreeSet<String> {
    let alarms = board.alarms().into_iter();
    alarms.filter(|alarm| alarm.message.contains("is put aside")).map(|alarm| alarm.about).collect()
}
