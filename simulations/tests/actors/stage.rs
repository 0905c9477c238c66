//! The words in which the plays are written: one life of the program after another, the passing of time, crashes.
//! What people do is in `stage/acts.rs`, what can be seen in `stage/seen.rs`.

mod acts;
mod seen;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use polus_actors::board::Board;
use polus_actors::mail::{ChangeWebhook, Refused, Shutdown, WebhookAct, WebhookDone};
use polus_actors::office::Office;
use polus_actors::world::Limits;
use polus_core::id::ConnectionId;
use polus_simulations::courier::carry_webhooks;
use polus_simulations::fence::Pulse;
use polus_simulations::gorgias::seed::{Cast, seed};
use polus_simulations::world::{Scripted, Stage};

use super::flaky::{FlakyDisk, FlakyLog, Trouble};

const START_MS: i64 = 1_760_000_000_000;

/// What the answerer says to a question about returns.
pub const ANSWER: &str = "You can return anything within 30 days.";

/// One life of the program after another, on one stage.
pub struct Play {
    pub cast: Cast,
    stage: RefCell<Stage>,
    log: Arc<FlakyLog>,
    life: RefCell<Option<Life>>,
}

struct Life {
    office: Addr<Office>,
    board: Arc<Board>,
    pulse: Pulse,
}

/// Plays a play from a connected start.
pub fn play(act: impl AsyncFn(&Play)) {
    play_from(7, async |play| {
        play.connect().await;
        play.install_webhook().await;
        act(play).await;
    });
}

/// Plays a play from an empty data folder; everything that is drawn is drawn from `number`.
pub fn play_from<T>(number: u64, act: impl AsyncFn(&Play) -> T) -> T {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime")
    };
    let system = actix::System::with_tokio_rt(runtime);
    system.block_on(async {
        let (desk, cast) = seed(START_MS, number, 0);
        let answerer = Scripted {
            answers: vec![("return".to_owned(), ANSWER.to_owned())],
            thinks: Duration::from_secs(4),
        };
        let mut stage = Stage::new([(id(), desk)], Arc::new(answerer), START_MS, number);
        let log = Arc::new(FlakyLog::new(Arc::clone(&stage.log), number));
        stage.log = Arc::clone(&log) as _;
        let play = Play { cast, stage: RefCell::new(stage), log, life: RefCell::new(None) };
        play.start_again().await;
        act(&play).await
    })
}

impl Play {
    pub async fn milliseconds(&self, count: u64) {
        tokio::time::sleep(Duration::from_millis(count)).await;
    }

    pub async fn seconds(&self, count: u64) {
        self.milliseconds(count * 1_000).await;
    }

    pub async fn minutes(&self, count: u64) {
        self.seconds(count * 60).await;
    }

    pub async fn crash_and_start_again(&self) {
        self.crash();
        self.start_again().await;
    }

    /// Ends the program without a word: its world answers no more, and nothing it does has an effect.
    pub fn crash(&self) {
        if let Some(life) = self.life.borrow_mut().take() {
            life.pulse.end();
        }
    }

    /// Asks the program to stop, waits for its answer, and ends it. Returns how long that took.
    pub async fn stop(&self) -> Duration {
        let began = tokio::time::Instant::now();
        self.office().send(Shutdown).await.expect("an answer");
        self.crash();
        began.elapsed()
    }

    /// Starts until a start succeeds: a log that does not answer at that moment ends it, and whoever runs the program
    /// starts it anew.
    pub async fn start_again(&self) {
        while let Err(problem) = self.begin().await.expect("an office") {
            assert!(problem.contains("not available"), "{problem}");
            self.crash();
            self.seconds(1).await;
        }
    }

    fn begin(&self) -> tokio::sync::oneshot::Receiver<Result<(), String>> {
        let stage = self.stage().clone();
        let (mut world, pulse) = stage.world();
        world.blobs = Arc::new(FlakyDisk { kept: world.blobs, log: Arc::clone(&self.log) });
        world.vault = Arc::new(FlakyDisk { kept: world.vault, log: Arc::clone(&self.log) });
        let (office, ready) = Office::open(world.clone());
        let board = Arc::clone(&world.board);
        actix::spawn(carry_webhooks(stage, world, pulse.clone()));
        *self.life.borrow_mut() = Some(Life { office, board, pulse });
        ready
    }

    /// Sizes and times from the next start on.
    pub fn set_limits(&self, change: impl FnOnce(&mut Limits)) {
        change(&mut self.stage.borrow_mut().limits);
    }

    /// From now on the log has trouble, or none.
    pub fn set_trouble(&self, trouble: Trouble) {
        self.log.set(trouble);
    }

    /// How often the log was read.
    pub fn log_reads(&self) -> u64 {
        self.log.reads()
    }

    pub async fn install_webhook(&self) {
        self.change_webhook(WebhookAct::Install).await.expect("a webhook");
    }

    pub async fn change_webhook(&self, act: WebhookAct) -> Result<WebhookDone, Refused> {
        self.change_webhook_at("agent.example", act).await
    }

    /// The same for a program that is called at this host.
    pub async fn change_webhook_at(&self, host: &str, act: WebhookAct) -> Result<WebhookDone, Refused> {
        let base = format!("https://{host}/webhooks/gorgias/{}/", id());
        let wish = ChangeWebhook { connection: id(), base, act, by: "a test".to_owned() };
        self.office().send(wish).await.expect("an office")
    }

    /// Alarms whose subject ends so.
    pub fn alarms_about(&self, about: &str) -> usize {
        let life = self.life.borrow();
        let alarms = life.as_ref().expect("a running program").board.alarms();
        alarms.iter().filter(|alarm| alarm.about.ends_with(about)).count()
    }

    fn office(&self) -> Addr<Office> {
        self.life.borrow().as_ref().expect("a running program").office.clone()
    }

    fn stage(&self) -> std::cell::Ref<'_, Stage> {
        self.stage.borrow()
    }
}

fn id() -> ConnectionId {
    ConnectionId::new("acme").expect("a domain")
}
