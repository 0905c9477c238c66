//! The words in which the plays are written: people's acts, the passing of time, crashes, and what can be seen.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use polus_actors::journal::decode_record;
use polus_actors::mail::{Change, ChangeConnection, Connect, Disconnect, InstallWebhook, WebhookSecret};
use polus_actors::office::Office;
use polus_core::id::{ConnectionId, TeamId, TicketId, UserId};
use polus_core::replay::timeline;
use polus_core::ticket::{Event, Recorded, Ticket};
use polus_simulations::fence::Pulse;
use polus_simulations::gorgias::faults::Scripted as Planned;
use polus_simulations::gorgias::people::{Assignee, Letter, NewTicket};
use polus_simulations::gorgias::seed::{Cast, seed};
use polus_simulations::world::{Scripted, Stage};
use polus_storage::StreamName;
use secrecy::ExposeSecret;

const START_MS: i64 = 1_760_000_000_000;

/// One life of the program after another, on one stage.
pub struct Play {
    pub cast: Cast,
    stage: Stage,
    life: RefCell<Option<Life>>,
}

struct Life {
    office: Addr<Office>,
    pulse: Pulse,
}

/// Plays a play from a connected start.
pub fn play(act: impl AsyncFn(&Play)) {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime")
    };
    let system = actix::System::with_tokio_rt(runtime);
    system.block_on(async {
        let (desk, cast) = seed(START_MS, 7, 0);
        let answerer = Scripted {
            answers: vec![("return".to_owned(), "You can return anything within 30 days.".to_owned())],
            thinks: Duration::from_secs(4),
        };
        let stage = Stage::new(desk, Arc::new(answerer), START_MS, 7);
        let play = Play { cast, stage, life: RefCell::new(None) };
        play.start_again().await;
        play.connect().await;
        play.install_webhook().await;
        act(&play).await;
    });
}

impl Play {
    pub async fn customer_asks(&self, text: &str) -> i64 {
        self.customer_asks_of(Some(self.cast.ai_user), text).await
    }

    pub async fn customer_asks_of(&self, assignee: Option<i64>, text: &str) -> i64 {
        let new = NewTicket {
            email: "mia@example.org".to_owned(),
            name: "Mia Quill".to_owned(),
            subject: Some("A question".to_owned()),
            assignee_user: assignee,
            letter: Letter::of(text),
            ..NewTicket::default()
        };
        let now = self.stage.now_ms();
        self.stage.desk().customer_begins(now, new).expect("a new ticket").ticket_id
    }

    pub async fn customer_adds(&self, ticket: i64, text: &str) {
        let now = self.stage.now_ms();
        self.stage.desk().customer_writes(now, ticket, Letter::of(text)).expect("a message");
    }

    pub async fn human_replies(&self, ticket: i64, text: &str) {
        let now = self.stage.now_ms();
        self.stage.desk().agent_replies(now, ticket, self.cast.agents[0], text).expect("a reply");
    }

    pub async fn assign(&self, ticket: i64, to: Assignee) {
        let now = self.stage.now_ms();
        self.stage.desk().assign(now, ticket, to).expect("an assignment");
    }

    pub fn plan(&self, fault: Planned) {
        self.stage.desk().faults.plan(fault);
    }

    pub fn plan_webhooks_twice(&self) {
        self.stage.desk().faults.odds.webhook_twice = 1.0;
    }

    pub fn revoke_key(&self) {
        self.stage.desk().revoke_key(self.cast.ai_user).expect("a key");
    }

    pub fn restore_key(&self) {
        self.stage.desk().restore_key(self.cast.ai_user).expect("a key");
    }

    pub fn calls(&self) -> usize {
        self.stage.desk().requests().count()
    }

    pub async fn milliseconds(&self, count: u64) {
        tokio::time::sleep(Duration::from_millis(count)).await;
    }

    pub async fn seconds(&self, count: u64) {
        self.milliseconds(count * 1_000).await;
    }

    pub async fn minutes(&self, count: u64) {
        self.seconds(count * 60).await;
    }

    pub async fn connect(&self) {
        let connect = Connect {
            connection: id(),
            email: self.cast.ai_email.clone(),
            api_key: self.cast.ai_key.clone().into(),
            ai_user: UserId(self.cast.ai_user),
            handoff_team: Some(TeamId(self.cast.team)),
            handoff_user: None,
            mode: None,
            articles: Vec::new(),
            save: true,
            by: "the play".to_owned(),
        };
        self.office().send(connect).await.expect("an office").unwrap_or_else(|refused| panic!("{refused}"));
    }

    pub async fn disconnect(&self) {
        let wish = Disconnect { connection: id(), by: "the play".to_owned() };
        self.office().send(wish).await.expect("an office").expect("connected");
    }

    pub async fn pause(&self) {
        self.change(Change::Pause).await;
    }

    pub async fn release(&self) {
        self.change(Change::Resume).await;
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

    pub async fn start_again(&self) {
        let (world, pulse) = self.stage.world();
        let (office, ready) = Office::open(world.clone());
        actix::spawn(self.stage.clone().carry_webhooks(world, pulse.clone()));
        *self.life.borrow_mut() = Some(Life { office, pulse });
        ready.await.expect("an office").expect("an open office");
    }

    pub fn replies(&self, ticket: i64) -> Vec<String> {
        let desk = self.stage.desk();
        let ours = desk.thread(ticket).into_iter().filter(|m| m.public && m.via == "api" && m.from_agent);
        ours.map(|message| message.body_text.clone().unwrap_or_default()).collect()
    }

    pub fn notes(&self, ticket: i64) -> Vec<String> {
        let desk = self.stage.desk();
        let notes = desk.thread(ticket).into_iter().filter(|message| !message.public);
        notes.map(|message| message.body_text.clone().unwrap_or_default()).collect()
    }

    pub fn tags(&self, ticket: i64) -> BTreeSet<String> {
        let desk = self.stage.desk();
        desk.tag_names(ticket)
    }

    pub fn team(&self, ticket: i64) -> Option<i64> {
        self.stage.desk().ticket(ticket).expect("a ticket").assignee_team
    }

    /// The ticket's timeline, for assertions on it and for their messages.
    pub async fn told(&self, ticket: i64) -> String {
        let name = StreamName::new(format!("{}/ticket/{ticket}", id())).expect("a stream's name");
        let (world, _) = self.stage.world();
        let records = self.stage.log.read(&name, 1, 10_000).await.expect("a log");
        let mut events: Vec<Recorded<Event>> = Vec::new();
        for record in records {
            events.push(decode_record(world.blobs.as_ref(), &record).await.expect("an event"));
        }
        let (timeline, illegal) = timeline(Ticket::new(TicketId(ticket)), &events);
        assert_eq!(illegal, None);
        let lines = timeline
            .steps
            .iter()
            .map(|step| format!("{} {} {}: {}", step.sequence, step.at, step.event, step.told));
        lines.collect::<Vec<_>>().join("\n")
    }

    async fn change(&self, change: Change) {
        let wish = ChangeConnection { connection: id(), change, by: "the play".to_owned() };
        self.office().send(wish).await.expect("an office").expect("connected");
    }

    async fn install_webhook(&self) {
        let secret = self
            .office()
            .send(WebhookSecret { connection: id() })
            .await
            .expect("an office")
            .expect("a secret");
        let url = format!("https://agent.example/webhooks/gorgias/{}/{}", id(), secret.expose_secret());
        let wish = InstallWebhook { connection: id(), url: url.into() };
        self.office().send(wish).await.expect("an office").expect("a webhook");
    }

    fn office(&self) -> Addr<Office> {
        self.life.borrow().as_ref().expect("a running program").office.clone()
    }
}

fn id() -> ConnectionId {
    ConnectionId::new("acme").expect("a domain")
}
