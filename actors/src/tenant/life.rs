//! A connection's life as the supervisor leads it: its machine on its stream, its key, its desk, and what its tickets
//! share. A plain type; the actor beside it is a thin wrapper.

use std::rc::Rc;
use std::sync::Arc;

use polus_core::connection::{ArticleRef, Connection, ConnectionEvent, Details, Status};
use polus_core::gorgias::{Refusal, answers, judge, requests};
use polus_core::id::{ConnectionId, Stream, UserId};
use polus_core::ticket::event::Event;
use polus_storage::{BlobHash, StreamName};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::connect::Tested;
use crate::World;
use crate::budget::Budget;
use crate::desk::Desk;
use crate::journal::{Ending, Journal, JournalError, append_fact};
use crate::mail::{Change, Connect, Connected, OperatorAct, Refused, TicketAct, UnderWay};
use crate::ticket::Tenant;
use crate::world::{Article, Credentials, Helpdesk, Knowledge};

/// The header that may carry the webhook's secret.
pub const SECRET_HEADER: &str = "X-Polus-Secret";

/// The connection's machine and everything that hangs on it.
pub struct Life {
    /// The world.
    pub world: World,
    /// What the tickets share.
    pub tenant: Rc<Tenant>,
    journal: Mutex<Journal<Connection>>,
}

impl Life {
    /// A life that has read nothing yet.
    pub fn new(world: World, id: ConnectionId) -> Result<Self, JournalError> {
        let stream = Stream::Connection(id.clone());
        let journal = Journal::new(&stream, Connection::default(), world.log.clone(), world.blobs.clone())?;
        let budget = Budget::new(&world.limits, world.clock.clone());
        let tenant = Tenant {
            id,
            terms: Default::default(),
            knowledge: Default::default(),
            desk: Desk::new(budget, world.board.clone()),
            crowded: Default::default(),
        };
        Ok(Self { world, tenant: Rc::new(tenant), journal: Mutex::new(journal) })
    }

    /// Folds the stream and opens the desk if the connection stands.
    pub async fn begin(&self) -> Result<(), JournalError> {
        let mut journal = self.journal.lock().await;
        journal.catch_up().await?;
        if journal.machine().status == Status::Disconnected
            && let Err(error) = self.world.vault.erase(&self.tenant.id)
        {
            // A crash between the disconnect and the erasing leaves the key; so does a vault that fails.
            tracing::error!(connection = %self.tenant.id, %error, "the key of a cut connection is still in the vault");
        }
        self.publish(journal.machine()).await;
        Ok(())
    }

    /// Where the connection stands.
    pub async fn status(&self) -> Status {
        self.journal.lock().await.machine().status.clone()
    }

    /// Saves what was tested. The webhook's address stays as long as the connection does.
    pub async fn save(
        &self,
        connect: &Connect,
        credentials: Credentials,
        tested: Tested,
    ) -> Result<Connected, Refused> {
        let mut journal = self.journal.lock().await;
        let before = journal.machine().clone();
        let old = self.world.vault.open(&self.tenant.id).map_err(|e| Refused::Storage(e.to_string()))?;
        let webhook_secret = match (&old, before.is_connected()) {
            (Some(old), true) => old.webhook_secret.clone(),
            _ => self.world.dice.secret(),
        };
        let credentials = Credentials { webhook_secret: webhook_secret.clone(), ..credentials };
        let again = before.is_connected();
        let details = Box::new(Details {
            generation: if again { before.generation } else { before.generation + 1 },
            account: tested.account.clone(),
            ai_user: connect.ai_user,
            ai_user_name: tested.ai_user_name.clone(),
            handoff_team: connect.handoff_team,
            handoff_user: connect.handoff_user,
            mode: connect.mode.unwrap_or(before.mode),
            go_live: match (&before.details, again) {
                (Some(details), true) => details.go_live,
                _ => tested.newest_message,
            },
            key_fingerprint: fingerprint(credentials.api_key.expose_secret()),
            webhook_secret_hash: secret_hash(webhook_secret.expose_secret()),
            warnings: tested.warnings.clone(),
            by: connect.by.clone(),
        });
        // The key first: an event that says "connected" must find it there after a crash.
        self.world.vault.seal(&self.tenant.id, &credentials).map_err(|e| Refused::Storage(e.to_string()))?;
        let event = if again { ConnectionEvent::Saved(details) } else { ConnectionEvent::Connected(details) };
        self.record(&mut journal, event).await?;
        if before.knowledge_version == 0 && !connect.articles.is_empty() {
            let event = self.knowledge_event(journal.machine(), &connect.articles, &connect.by).await?;
            self.record(&mut journal, event).await?;
        }
        self.world.board.end_alarm(self.tenant.id.as_str());
        self.publish(journal.machine()).await;
        Ok(Connected {
            account: tested.account,
            ai_user: tested.ai_user_name,
            calls_left: tested.limit.map(|limit| (limit.limit.saturating_sub(limit.used), limit.limit)),
            warnings: tested.warnings,
            webhook_secret: Some(webhook_secret),
        })
    }

    /// Cuts the connection and erases the key.
    pub async fn disconnect(&self, by: &str) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        if !journal.machine().is_connected() {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        }
        self.tenant.desk.set(None);
        let generation = journal.machine().generation + 1;
        self.record(&mut journal, ConnectionEvent::Disconnected { generation, by: by.to_owned() }).await?;
        self.publish(journal.machine()).await;
        self.world.board.end_alarm(self.tenant.id.as_str());
        self.world.vault.erase(&self.tenant.id).map_err(|e| Refused::Storage(e.to_string()))
    }

    /// Changes mode, brake, policy or knowledge.
    pub async fn change(&self, change: &Change, by: &str) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        let now = journal.machine().clone();
        if now.details.is_none() {
            return Err(Refused::UnknownConnection(self.tenant.id.to_string()));
        }
        let by = by.to_owned();
        let event = match change {
            Change::Mode(mode) if now.mode == *mode => return Ok(()),
            Change::Mode(mode) => ConnectionEvent::ModeChanged { mode: *mode, by },
            Change::Pause if now.paused => return Ok(()),
            Change::Pause => ConnectionEvent::Paused { by },
            Change::Resume if !now.paused => return Ok(()),
            Change::Resume => ConnectionEvent::Resumed { by },
            Change::Policy(policy) => {
                let mut policy = policy.clone();
                policy.version = now.policy.version + 1;
                ConnectionEvent::PolicyChanged { policy, by }
            }
            Change::Knowledge(articles) => self.knowledge_event(&now, articles, &by).await?,
        };
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        Ok(())
    }

    /// Creates the webhook in Gorgias.
    pub async fn install_webhook(&self, url: &SecretString) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        let helpdesk = self.helpdesk()?;
        let secret = self.webhook_secret()?;
        let assignment = format!("{}?trigger={}", url.expose_secret(), requests::ASSIGNMENT_TRIGGER);
        let wanted = [
            ("Polus", url.expose_secret().to_owned(), requests::WEBHOOK_TRIGGERS.to_vec()),
            ("Polus (assignment)", assignment, vec![requests::ASSIGNMENT_TRIGGER]),
        ];
        for (name, url, triggers) in wanted {
            let call = requests::create_webhook(&requests::NewWebhook {
                name: name.to_owned(),
                url,
                secret_header: SECRET_HEADER.to_owned(),
                secret: secret.expose_secret().to_owned(),
                triggers,
            });
            let reply = judge(helpdesk.call(&call).await).map_err(|r| Refused::Outage(r.for_people()))?;
            let made = answers::created_integration(&reply).map_err(|r| Refused::Outage(r.for_people()))?;
            self.record(&mut journal, ConnectionEvent::WebhookInstalled { integration: made.id }).await?;
        }
        self.publish(journal.machine()).await;
        Ok(())
    }

    /// The webhook's secret.
    pub fn webhook_secret(&self) -> Result<SecretString, Refused> {
        let credentials =
            self.world.vault.open(&self.tenant.id).map_err(|e| Refused::Storage(e.to_string()))?;
        credentials
            .map(|credentials| credentials.webhook_secret)
            .ok_or_else(|| Refused::NotNow(format!("{} is not connected", self.tenant.id)))
    }

    /// Records an operator's act on a ticket.
    pub async fn act(&self, act: &TicketAct) -> Result<UnderWay, Refused> {
        let stream = Stream::Ticket(act.connection.clone(), act.ticket);
        let name = StreamName::new(stream.to_string()).map_err(|e| Refused::Bad(e.to_string()))?;
        let first = self.world.log.read(&name, 1, 1).await.map_err(|e| Refused::Storage(e.to_string()))?;
        if first.is_empty() {
            return Err(Refused::Bad(format!(
                "nothing is known of ticket {}/{}",
                act.connection, act.ticket
            )));
        }
        let by = act.by.clone();
        let fact = match act.act {
            OperatorAct::Handoff => Event::HandoffRequested { by },
            OperatorAct::Resume => Event::Resumed { by },
        };
        let (log, blobs) = (self.world.log.as_ref(), self.world.blobs.as_ref());
        let sequence = append_fact(log, blobs, &stream, &fact, self.world.clock.now())
            .await
            .map_err(|e| Refused::Storage(e.to_string()))?;
        let view = self.world.board.ticket(&act.connection, act.ticket);
        Ok(UnderWay { sequence, reply_announced: view.is_some_and(|view| view.announced) })
    }

    /// Gorgias refused the key or the right to call.
    pub async fn refused(&self, status: u16, problem: &str) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        let Some(event) = journal.machine().on_refusal(status, problem) else { return Ok(()) };
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        let message = format!(
            "connection {}: {problem} Events are kept; what waits goes on by itself once it works again",
            self.tenant.id
        );
        if self.world.board.alarm(self.tenant.id.as_str(), message.clone(), self.world.clock.now()) {
            tracing::error!(connection = %self.tenant.id, "{message}");
        }
        Ok(())
    }

    /// One cheap call with the kept key, past the shut desk: does it work again, and is the AI user there?
    /// Returns whether the connection came back.
    pub async fn probe(&self) -> Result<bool, Refused> {
        let mut journal = self.journal.lock().await;
        let Some(ai_user) = journal.machine().details.as_ref().map(|details| details.ai_user) else {
            return Ok(false);
        };
        if !journal.machine().is_connected() {
            return Ok(false);
        }
        let event = match self.ai_user_problem(ai_user).await? {
            None => journal.machine().on_success(),
            Some(problem) if journal.machine().may_call() => Some(ConnectionEvent::AiUserMissing { problem }),
            Some(_) => None,
        };
        let Some(event) = event else { return Ok(false) };
        let restored = event == ConnectionEvent::Restored;
        if let ConnectionEvent::AiUserMissing { problem } = &event {
            let message = format!("connection {}: {problem}", self.tenant.id);
            if self.world.board.alarm(self.tenant.id.as_str(), message.clone(), self.world.clock.now()) {
                tracing::error!(connection = %self.tenant.id, "{message}");
            }
        }
        self.record(&mut journal, event).await?;
        if restored {
            self.world.board.end_alarm(self.tenant.id.as_str());
            tracing::info!(connection = %self.tenant.id, "the connection works again");
        }
        self.publish(journal.machine()).await;
        Ok(restored)
    }

    /// What is wrong with the AI user; an error when that cannot be told now.
    async fn ai_user_problem(&self, ai_user: UserId) -> Result<Option<String>, Refused> {
        let reply = judge(self.helpdesk()?.call(&requests::user(ai_user)).await);
        match reply.and_then(|reply| answers::user(&reply)) {
            Ok(user) if user.active => Ok(None),
            Ok(user) => Ok(Some(format!("the AI user {} is inactive; activate it in Gorgias", user.name))),
            Err(Refusal::NotFound) => {
                Ok(Some(format!("the AI user {ai_user} is gone; save the connection with another")))
            }
            Err(refusal) => Err(Refused::Outage(refusal.for_people())),
        }
    }

    fn helpdesk(&self) -> Result<Arc<dyn Helpdesk>, Refused> {
        let credentials =
            self.world.vault.open(&self.tenant.id).map_err(|e| Refused::Storage(e.to_string()))?;
        let credentials =
            credentials.ok_or_else(|| Refused::NotNow(format!("{} is not connected", self.tenant.id)))?;
        self.world.helpdesks.open(&self.tenant.id, &credentials).map_err(Refused::Bad)
    }

    async fn record(&self, journal: &mut Journal<Connection>, event: ConnectionEvent) -> Result<(), Refused> {
        match journal.append(vec![event], self.world.clock.now()).await {
            Ok(Ending::New | Ending::AlreadyThere) => Ok(()),
            Ok(Ending::Conflict) => {
                Err(Refused::Storage("the connection's log was written by another".to_owned()))
            }
            Err(error) => Err(Refused::Storage(error.to_string())),
        }
    }

    async fn knowledge_event(
        &self,
        now: &Connection,
        articles: &[Article],
        by: &str,
    ) -> Result<ConnectionEvent, Refused> {
        let mut refs = Vec::with_capacity(articles.len());
        for article in articles {
            let stored = self.world.blobs.put(article.text.clone().into_bytes()).await;
            let blob = stored.map_err(|e| Refused::Storage(e.to_string()))?.to_string();
            refs.push(ArticleRef { id: article.id.clone(), title: article.title.clone(), blob });
        }
        Ok(ConnectionEvent::KnowledgeChanged {
            version: now.knowledge_version + 1,
            articles: refs,
            by: by.to_owned(),
        })
    }

    /// Shows the folded connection to its tickets, its desk and the board.
    async fn publish(&self, connection: &Connection) {
        let terms = connection.terms(&self.tenant.id, &self.world.installation);
        *self.tenant.terms.borrow_mut() = terms.map(Rc::new);
        if self.tenant.knowledge.borrow().version != connection.knowledge_version {
            match self.load_knowledge(connection).await {
                Ok(knowledge) => *self.tenant.knowledge.borrow_mut() = Arc::new(knowledge),
                Err(problem) => {
                    let message =
                        format!("connection {}: its help articles cannot be read: {problem}", self.tenant.id);
                    self.world.board.alarm(
                        &format!("{}/knowledge", self.tenant.id),
                        message.clone(),
                        self.world.clock.now(),
                    );
                    tracing::error!(connection = %self.tenant.id, "{message}");
                }
            }
        }
        self.open_desk(connection);
        self.world.board.change_connection(&self.tenant.id, |view| view.connection = connection.clone());
    }

    fn open_desk(&self, connection: &Connection) {
        let open = matches!(connection.status, Status::Active | Status::Insufficient { .. });
        let helpdesk = if open { self.helpdesk() } else { return self.tenant.desk.set(None) };
        match helpdesk {
            Ok(helpdesk) => self.tenant.desk.set(Some(helpdesk)),
            Err(problem) => {
                self.tenant.desk.set(None);
                let message = format!("connection {}: {problem}", self.tenant.id);
                self.world.board.alarm(self.tenant.id.as_str(), message.clone(), self.world.clock.now());
                tracing::error!(connection = %self.tenant.id, "{message}");
            }
        }
    }

    async fn load_knowledge(&self, connection: &Connection) -> Result<Knowledge, String> {
        let mut articles = Vec::with_capacity(connection.articles.len());
        for article in &connection.articles {
            let hash: BlobHash =
                article.blob.parse().map_err(|e: polus_storage::BadBlobHash| e.to_string())?;
            let bytes = self.world.blobs.get(&hash).await.map_err(|e| e.to_string())?;
            let text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
            articles.push(Article { id: article.id.clone(), title: article.title.clone(), text });
        }
        Ok(Knowledge { version: connection.knowledge_version, articles })
    }
}

/// BLAKE3 of a webhook's secret, in hex: what the log and the board hold of it.
pub fn secret_hash(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

fn fingerprint(key: &str) -> String {
    blake3::hash(key.as_bytes()).to_hex().as_str()[..8].to_owned()
}
