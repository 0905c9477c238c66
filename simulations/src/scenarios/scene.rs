//! The words in which scenarios are written: the passing of time and the program's power here, what people do in
//! `scene/acts.rs`, what customers and machines write in `scene/letters.rs`, what the merchant sets in `scene/terms.rs`,
//! what goes wrong in `scene/troubles.rs`, the account's history in `scene/past.rs`, what must be true in
//! `scene/expectations.rs`. What the player needs is in `scene/backstage.rs`.
//!
//! A story is one future that outlives the program's lives. Each life has a runtime of its own, so that a crash leaves
//! nothing behind; the story therefore never waits on a timer itself but says until when, and `player.rs` wakes it.

mod acts;
mod backstage;
mod expectations;
mod letters;
mod past;
mod terms;
mod thinking;
mod troubles;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::Poll;

use actix::Addr;
use polus_actors::board::Board;
use polus_actors::office::Office;
use polus_core::id::{ConnectionId, Stream, TicketId};
use polus_core::policy::Policy;
use polus_core::ticket::{Event, Recorded};

use crate::answerer::SimulatedAnswerer;
use crate::dice::Dice;
use crate::gorgias::seed::account;
use crate::history::LifeEnd;
use crate::log::SimulatedLog;
use crate::people::Account;
use crate::world::Stage;
use thinking::Thinking;

/// What the shop's articles say to a question about returns.
pub const RETURNS: &str = "You can return anything within 30 days.";

/// What somebody wrote into an article on engraving: a promise that no article can keep.
pub const PROMISE: &str = "That takes a look at the piece. I am transferring you to a colleague.";

/// The address of the customer who writes where no other is named.
pub const CUSTOMER: &str = "mia@example.org";

/// What they say to a question about shipping.
pub const SHIPPING: &str = "Shipping takes three days.";

/// Who operators and merchants are.
const BY: &str = "the story";

/// When every scenario begins, milliseconds since 1970.
pub(super) const START_MS: i64 = 1_760_000_000_000;

/// Chance has little to do in a scenario; what it decides follows from this.
const SEED: u64 = 7;

/// How long a question is thought about unless the story says otherwise, milliseconds.
const THINKS_MS: u64 = 4_000;

/// How often a story that waits for something looks whether it is there, milliseconds.
const LOOKS_EVERY_MS: u64 = 50;

/// How long it waits for an answer at most, milliseconds.
const DRAFTED_WITHIN_MS: u64 = 600_000;

/// Something was not as the scenario says it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unexpected(pub String);

/// How a story or a part of it went.
pub type Told = Result<(), Unexpected>;

/// A ticket of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    /// Which of the shops' it is.
    shop: Shop,
    number: i64,
}

/// A shop of the story. Their tickets bear the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shop {
    /// Where stories play; it is connected when they begin.
    Acme,
    /// Another one, not connected when they begin.
    Birch,
}

/// Whether the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    /// It does.
    On,
    /// The story has taken its power away.
    Off,
    /// It died by itself and is about to be started again.
    Lost,
}

/// The world of one scenario, and its storyteller's words.
pub struct Scene {
    pub(super) stage: Stage,
    pub(super) log: Arc<SimulatedLog>,
    answerer: Arc<Thinking>,
    shops: BTreeMap<Shop, Account>,
    state: RefCell<State>,
}

/// A life of the program as operators have it before them.
#[derive(Clone)]
pub(super) struct Running {
    pub office: Addr<Office>,
    pub board: Arc<Board>,
}

struct State {
    running: Option<Running>,
    power: Power,
    /// What the story wants the power to be.
    wanted: Option<Power>,
    /// Until when the story waits.
    wakes_at_ms: Option<i64>,
    /// The story's tickets, in their order.
    tickets: Vec<Ticket>,
    /// What Acme's merchant has set.
    policy: Policy,
    /// The ends of the program's lives.
    ends: Vec<LifeEnd>,
    /// The tickets that the last life put aside.
    put_aside: BTreeSet<String>,
    /// What was wrong already while it was played.
    seen: Vec<String>,
    /// What the story did to the world, in order.
    happened: Vec<Happened>,
}

/// Something that the story did to the world, for whoever reads it.
#[derive(Debug, Clone)]
pub(super) struct Happened {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Position of the last record that the log had then: what is behind it came later, be it in the same millisecond.
    pub head: u64,
    pub text: String,
}

impl Scene {
    pub(super) fn new() -> Result<Self, Unexpected> {
        let (mut desks, mut shops) = (Vec::new(), BTreeMap::new());
        for (shop, name) in [(Shop::Acme, "acme"), (Shop::Birch, "birch")] {
            let id = ConnectionId::new(name).map_err(unexpected)?;
            let (mut desk, cast) = account(name, START_MS, Dice::named(SEED, name).into_inner());
            desk.number_tickets_from(101);
            desks.push((id.clone(), desk));
            shops.insert(shop, Account { id, cast, owners_key: false });
        }
        let knows = [("return", RETURNS), ("shipping", SHIPPING), ("engrave", PROMISE)];
        let answerer = Arc::new(Thinking {
            knows: SimulatedAnswerer::new(&knows, Dice::named(SEED, "answerer")),
            thinks_ms: AtomicU64::new(THINKS_MS),
        });
        let mut stage = Stage::new(desks, Arc::clone(&answerer) as _, START_MS, SEED);
        let log = Arc::new(SimulatedLog::new(Dice::named(SEED, "disk"), stage.doom.clone()));
        log.keep_time(stage.clock.clone());
        log.tell(Arc::clone(&stage.trace));
        stage.trace.keep_lines();
        stage.log = Arc::clone(&log) as _;
        let state = State {
            running: None,
            power: Power::Off,
            wanted: None,
            wakes_at_ms: None,
            tickets: Vec::new(),
            policy: Policy::default(),
            ends: Vec::new(),
            put_aside: BTreeSet::new(),
            seen: Vec::new(),
            happened: Vec::new(),
        };
        Ok(Self { stage, log, answerer, shops, state: RefCell::new(state) })
    }

    /// Lets so many milliseconds pass.
    pub async fn milliseconds(&self, count: u64) {
        let until_ms = self.now_ms().saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        poll_fn(|_| {
            let here = self.now_ms() >= until_ms;
            self.state.borrow_mut().wakes_at_ms = (!here).then_some(until_ms);
            if here { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Lets so many seconds pass.
    pub async fn seconds(&self, count: u64) {
        self.milliseconds(count * 1_000).await;
    }

    /// Lets so many minutes pass.
    pub async fn minutes(&self, count: u64) {
        self.seconds(count * 60).await;
    }

    /// Lets so many hours pass.
    pub async fn hours(&self, count: u64) {
        self.minutes(count * 60).await;
    }

    /// Waits until the ticket has one more answer that is ready and not yet posted.
    pub async fn until_an_answer_is_ready(&self, ticket: Ticket) -> Told {
        let before = self.drafts(ticket).await?;
        for _ in 0..DRAFTED_WITHIN_MS / LOOKS_EVERY_MS {
            if self.drafts(ticket).await? > before {
                return Ok(());
            }
            self.milliseconds(LOOKS_EVERY_MS).await;
        }
        Err(Unexpected(format!("no answer for {ticket} was ready within ten minutes")))
    }

    /// The power goes: the program ends without a word, and stays down until it is started again.
    pub async fn the_power_goes(&self) {
        self.power_is(Power::Off).await;
    }

    /// The program is started on what its disk kept.
    pub async fn the_program_starts(&self) {
        self.power_is(Power::On).await;
    }

    /// The power goes, and comes back at once.
    pub async fn the_power_flickers(&self) {
        self.the_power_goes().await;
        self.the_program_starts().await;
    }

    async fn power_is(&self, power: Power) {
        poll_fn(|_| {
            let mut state = self.state.borrow_mut();
            if state.power == power {
                return Poll::Ready(());
            }
            state.wanted = Some(power);
            Poll::Pending
        })
        .await;
    }

    fn now_ms(&self) -> i64 {
        self.stage.now_ms()
    }

    fn shop(&self, shop: Shop) -> Result<&Account, Unexpected> {
        self.shops.get(&shop).ok_or_else(|| Unexpected(format!("there is no shop {shop:?}")))
    }

    fn office(&self) -> Result<Addr<Office>, Unexpected> {
        Ok(self.running()?.office)
    }

    fn running(&self) -> Result<Running, Unexpected> {
        let running = self.state.borrow().running.clone();
        running.ok_or_else(|| Unexpected("the program was asked for something while it is down".to_owned()))
    }

    async fn drafts(&self, ticket: Ticket) -> Result<usize, Unexpected> {
        let events = self.events(ticket).await?;
        Ok(events.iter().filter(|recorded| matches!(recorded.event, Event::Drafted(_))).count())
    }

    async fn events(&self, ticket: Ticket) -> Result<Vec<Recorded<Event>>, Unexpected> {
        let shop = self.shop(ticket.shop)?;
        self.stream(&Stream::Ticket(shop.id.clone(), TicketId(ticket.number))).await
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shop = match self.shop {
            Shop::Acme => "acme",
            Shop::Birch => "birch",
        };
        write!(formatter, "{shop}/{}", self.number)
    }
}

fn unexpected(problem: impl fmt::Display) -> Unexpected {
    Unexpected(problem.to_string())
}
