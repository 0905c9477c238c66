//! What people do: customers and agents at the desk, the merchant at the connection.

use polus_actors::mail::{
    Backfill, BackfillAct, BeginSelfTest, Change, ChangeConnection, Connect, Disconnect, Refused,
};
use polus_core::codec::{IN_BLOB, SCHEMA};
use polus_core::connection::ConnectionEvent;
use polus_core::id::{TeamId, UserId};
use polus_core::policy::Policy;
use polus_simulations::gorgias::faults::{Odds, Scripted as Planned};
use polus_simulations::gorgias::people::{Assignee, Letter, NewTicket};
use polus_storage::{BlobHash, Expected, NewRecord, RecordId, StreamName};

use super::{Play, id};

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
        let now = self.stage().now_ms();
        self.stage().desk().customer_begins(now, new).expect("a new ticket").ticket_id
    }

    pub async fn customer_adds(&self, ticket: i64, text: &str) {
        let now = self.stage().now_ms();
        self.stage().desk().customer_writes(now, ticket, Letter::of(text)).expect("a message");
    }

    pub async fn human_replies(&self, ticket: i64, text: &str) {
        let now = self.stage().now_ms();
        self.stage().desk().agent_replies(now, ticket, self.cast.agents[0], text).expect("a reply");
    }

    pub async fn assign(&self, ticket: i64, to: Assignee) {
        let now = self.stage().now_ms();
        self.stage().desk().assign(now, ticket, to).expect("an assignment");
    }

    pub async fn backfill(&self, act: BackfillAct) -> Result<(), Refused> {
        let wish = Backfill { connection: id(), act, by: "olga".to_owned() };
        self.office().send(wish).await.expect("an office")
    }

    /// Asks for a self-test whose answers go to an address outside Gorgias.
    pub async fn begin_self_test(&self, question: Option<&str>, keep: bool) -> Result<(), Refused> {
        self.ask_for_self_test("olga@elsewhere.example", question, keep).await
    }

    pub async fn begin_self_test_to(&self, email: &str, question: Option<&str>) -> Result<(), Refused> {
        self.ask_for_self_test(email, question, false).await
    }

    async fn ask_for_self_test(
        &self,
        email: &str,
        question: Option<&str>,
        keep: bool,
    ) -> Result<(), Refused> {
        let wish = BeginSelfTest {
            connection: id(),
            email: email.to_owned(),
            question: question.map(str::to_owned),
            keep,
            by: "olga".to_owned(),
        };
        self.office().send(wish).await.expect("an office")
    }

    pub fn delete(&self, ticket: i64) {
        let now = self.stage().now_ms();
        self.stage().desk().delete(now, ticket).expect("a ticket");
    }

    pub fn merge(&self, from: i64, into: i64) {
        let now = self.stage().now_ms();
        self.stage().desk().merge(now, from, into).expect("two tickets");
    }

    pub fn trash(&self, ticket: i64) {
        let now = self.stage().now_ms();
        self.stage().desk().trash(now, ticket).expect("a ticket");
    }

    /// Lists show so many rows at once.
    pub fn rows_a_page(&self, rows: usize) {
        self.stage().desk().timings.rows_a_page_max = rows;
    }

    /// The list of all messages leaves this one out.
    pub fn lists_hide_message(&self, message: i64) {
        self.stage().desk().faults.hidden_from_lists.insert(message);
    }

    /// From its second page on a list leads nowhere but to the same page.
    pub fn cursors_lead_to_themselves(&self, they_do: bool) {
        self.stage().desk().faults.cursors_lead_to_themselves = they_do;
    }

    /// The log holds an event of this ticket whose bytes are lost.
    pub async fn lose_an_event_of(&self, ticket: i64) {
        let stream = StreamName::new(format!("{}/ticket/{ticket}", id())).expect("a stream's name");
        let record = NewRecord {
            id: RecordId([7; 16]),
            schema: SCHEMA | IN_BLOB,
            recorded_at_ms: self.now_ms(),
            body: BlobHash::of(b"never stored").0.to_vec(),
        };
        let log = self.stage().log.clone();
        log.append(&stream, Expected::Any, vec![record]).await.expect("an append");
    }

    pub fn plan(&self, fault: Planned) {
        self.stage().desk().faults.plan(fault);
    }

    pub fn set_odds(&self, odds: Odds) {
        self.stage().desk().faults.odds = odds;
    }

    pub fn end_faults(&self) {
        let stage = self.stage();
        let mut desk = stage.desk();
        desk.faults.odds = Odds::default();
        desk.faults.script.clear();
    }

    pub fn plan_webhooks_twice(&self) {
        self.stage().desk().faults.odds.webhook_twice = 1.0;
    }

    pub fn revoke_key(&self) {
        self.stage().desk().revoke_key(self.cast.ai_user).expect("a key");
    }

    pub fn restore_key(&self) {
        self.stage().desk().restore_key(self.cast.ai_user).expect("a key");
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

    pub async fn change_policy(&self, policy: Policy) {
        let events = self.connection_events().await;
        let newest = events.iter().rev().find_map(|event| match event {
            ConnectionEvent::PolicyChanged { policy, .. } => Some(policy.version),
            _ => None,
        });
        let made_on = newest.unwrap_or(Policy::default().version);
        self.change(Change::Policy { made_on, policy: Box::new(policy) }).await;
    }

    /// A change of somebody who may have read something older than what is in force.
    pub async fn try_change(&self, change: Change) -> Result<(), Refused> {
        let wish = ChangeConnection { connection: id(), change, by: "the play".to_owned() };
        self.office().send(wish).await.expect("an office")
    }

    /// Asks again while the log takes nothing.
    async fn change(&self, change: Change) {
        let ask = || ChangeConnection { connection: id(), change: change.clone(), by: "the play".to_owned() };
        while let Err(refused) = self.office().send(ask()).await.expect("an office") {
            assert!(matches!(refused, Refused::Storage(_)), "{refused}");
            self.seconds(1).await;
        }
    }
}
