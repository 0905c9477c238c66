//! A connection's life as the supervisor leads it: its machine on its stream, its key, its desk, and what its tickets
//! share. A plain type; the actor beside it is a thin wrapper.
//!
//! `life/backfill.rs` is the history that operators ask for, `life/shown.rs` is what others see of it, `life/health.rs` how
//! calls fare, `life/webhook.rs` the webhooks in Gorgias, `life/address.rs` what they call, `life/secret.rs` their
//! secret, `life/examine.rs` a look at all of it on request.

mod address;
mod backfill;
mod examine;
mod health;
mod secret;
mod shown;
mod webhook;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use polus_core::connection::{ArticleRef, Connection, ConnectionEvent, Details, Status};
use polus_core::id::{ConnectionId, IntegrationId, Stream};
use polus_core::policy::{Mode, Policy};
use polus_core::ticket::event::Event;
use polus_storage::StreamName;
use secrecy::ExposeSecret;
use tokio::sync::{Mutex, Notify};

use super::connect::{Tested, credentials_of, for_mode};
use crate::World;
use crate::budget::Budget;
use crate::desk::Desk;
use crate::journal::{Ending, Journal, JournalError, append_fact};
use crate::mail::{Change, Connect, Connected, OperatorAct, Refused, TicketAct};
use crate::sync::{about_catching_up, about_silence};
use crate::ticket::Tenant;
use crate::world::{Article, Credentials};
use secret::secrets_of;

/// The header that may carry the webhook's secret.
pub const SECRET_HEADER: &str = "X-Polus-Secret";

/// The connection's machine and everything that hangs on it.
pub struct Life {
    /// The world.
    pub world: World,
    /// What the tickets share.
    pub tenant: Rc<Tenant>,
    journal: Mutex<Journal<Connection>>,
    /// Held while webhooks are changed in Gorgias: two who make them at once would make them twice.
    at_webhooks: Mutex<()>,
    /// Generation and key that the desk was opened with; none while it is shut.
    opened: RefCell<Option<(u32, String)>>,
    /// The webhooks whose secret was written once more because Gorgias shows something else in its place.
    masked: RefCell<BTreeSet<IntegrationId>>,
    /// What became of an append to the stream could not be told: the stream is to be read again.
    unsettled: Notify,
    /// Articles or a key could not be read: others are to be shown the connection again.
    unshown: Notify,
}

impl Life {
    /// A life that has read nothing yet.
    pub fn new(world: World, id: ConnectionId) -> Result<Self, JournalError> {
        let stream = Stream::Connection(id.clone());
        let journal = Journal::of(&world, &stream, Connection::default())?;
        let budget = Budget::new(&world.limits, world.clock.clone(), world.marks.clone());
        let tenant = Tenant {
            desk: Desk::new(id.clone(), budget, world.board.clone()),
            id,
            terms: Default::default(),
            knowledge: Default::default(),
            crowded: Default::default(),
            stopping: Default::default(),
            provable: Default::default(),
            supervisor: Default::default(),
            sync_asked: Default::default(),
        };
        Ok(Self {
            world,
            tenant: Rc::new(tenant),
            journal: Mutex::new(journal),
            at_webhooks: Mutex::default(),
            opened: RefCell::default(),
            masked: RefCell::default(),
            unsettled: Notify::new(),
            unshown: Notify::new(),
        })
    }

    /// Folds what is new in the stream and opens the desk if the connection stands. Returns whether anything was new.
    pub async fn begin(&self) -> Result<bool, JournalError> {
        let mut journal = self.journal.lock().await;
        let news = journal.catch_up().await?;
        if !journal.machine().is_connected()
            && let Err(error) = self.world.vault.erase(&self.tenant.id)
        {
            // A crash between the disconnect and the erasing leaves the key, and so does one between a first test and
            // its record, or a vault that fails.
            tracing::error!(connection = %self.tenant.id, %error, "a key without a connection is still in the vault");
        }
        self.publish(journal.machine()).await;
        Ok(news)
    }

    /// Where the connection stands.
    pub async fn status(&self) -> Status {
        self.journal.lock().await.machine().status.clone()
    }

    /// What may be done on the connection.
    pub async fn mode(&self) -> Mode {
        self.journal.lock().await.machine().mode
    }

    /// The desk, if this is the key that it calls with or called with before the connection was cut, whose allowance it
    /// counts: another key has one of its own.
    pub async fn desk_of(&self, connect: &Connect) -> Option<&Desk> {
        let journal = self.journal.lock().await;
        let details = journal.machine().details.as_ref()?;
        let same = details.key_fingerprint == fingerprint(connect.api_key.expose_secret());
        same.then_some(&self.tenant.desk)
    }

    /// Saves what was tested. The webhook's address stays as long as the connection does.
    pub async fn save(&self, connect: &Connect, tested: Tested) -> Result<Connected, Refused> {
        let mut journal = self.journal.lock().await;
        let before = journal.machine().clone();
        let mode = connect.mode.unwrap_or(before.mode);
        for_mode(mode, tested.only_looks.as_ref())?;
        let old = self.world.vault.open(&self.tenant.id).map_err(Refused::storage)?;
        let (webhook_secret, webhook_secret_next) = match (&old, before.is_connected()) {
            (Some(old), true) => secrets_of(old, &before),
            _ => (self.world.dice.secret(), None),
        };
        let credentials = Credentials {
            webhook_secret: webhook_secret.clone(),
            webhook_secret_next,
            ..credentials_of(connect)
        };
        let again = before.is_connected();
        let details = Box::new(Details {
            generation: if again { before.generation } else { before.generation + 1 },
            account: tested.account.clone(),
            ai_user: connect.ai_user,
            ai_user_name: tested.ai_user_name.clone(),
            handoff_team: connect.handoff_team,
            handoff_user: connect.handoff_user,
            mode,
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
        self.world.vault.seal(&self.tenant.id, &credentials).map_err(Refused::storage)?;
        let event = if again { ConnectionEvent::Saved(details) } else { ConnectionEvent::Connected(details) };
        self.record(&mut journal, event).await?;
        if before.knowledge_version == 0 && !connect.articles.is_empty() {
            let event = self.knowledge_event(journal.machine(), &connect.articles, &connect.by).await?;
            self.record(&mut journal, event).await?;
        }
        self.world.board.end_alarm(self.tenant.id.as_str());
        // Also with the same key: what is saved was just seen to work.
        self.opened.borrow_mut().take();
        self.publish(journal.machine()).await;
        Ok(tested.told(Some(webhook_secret)))
    }

    /// Cuts the connection and erases the key.
    pub async fn disconnect(&self, by: &str) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        if !journal.machine().is_connected() {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        }
        self.shut_desk();
        let generation = journal.machine().generation + 1;
        let cut = ConnectionEvent::Disconnected { generation, by: by.to_owned() };
        let recorded = self.record(&mut journal, cut).await;
        // Also when it could not be recorded: the connection goes on then.
        self.publish(journal.machine()).await;
        recorded?;
        self.world.board.end_alarm(self.tenant.id.as_str());
        self.world.board.end_alarm(&self.about_looks());
        self.world.board.end_alarm(&about_silence(self.tenant.id.as_str()));
        self.world.board.end_alarm(&about_catching_up(self.tenant.id.as_str()));
        self.world.vault.erase(&self.tenant.id).map_err(Refused::storage)
    }

    /// Changes mode, brake, policy, knowledge, or what is remembered of a customer.
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
            Change::Policy { policy, .. } if is_same_but_for_version(policy, &now.policy) => return Ok(()),
            Change::Policy { made_on, policy } => {
                made_on_newest(*made_on, now.policy.version, "policy")?;
                let mut policy = policy.clone();
                policy.version = now.policy.version + 1;
                ConnectionEvent::PolicyChanged { policy, by }
            }
            Change::Knowledge { made_on, articles } => {
                made_on_newest(*made_on, now.knowledge_version, "help articles")?;
                self.knowledge_event(&now, articles, &by).await?
            }
            Change::OptOut(customer, _) if now.opted_out.contains(customer) => return Ok(()),
            Change::OptOut(customer, ticket) => {
                ConnectionEvent::CustomerOptedOut { customer: *customer, ticket: *ticket, by }
            }
            Change::OptIn(customer) if !now.opted_out.contains(customer) => return Ok(()),
            Change::OptIn(customer) => ConnectionEvent::CustomerOptedIn { customer: *customer, by },
        };
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        Ok(())
    }

    /// Records an operator's act on a ticket; returns its sequence.
    pub async fn act(&self, act: &TicketAct) -> Result<u64, Refused> {
        let stream = Stream::Ticket(act.connection.clone(), act.ticket);
        let name = StreamName::new(stream.to_string()).map_err(|error| Refused::Bad(error.to_string()))?;
        let first = self.world.log.read(&name, 1, 1).await.map_err(Refused::storage)?;
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
        append_fact(log, blobs, &stream, &fact, self.world.clock.now()).await.map_err(Refused::storage)
    }

    pub(super) async fn record(
        &self,
        journal: &mut Journal<Connection>,
        event: ConnectionEvent,
    ) -> Result<(), Refused> {
        match journal.append(vec![event], self.world.clock.now()).await {
            Ok(Ending::New | Ending::AlreadyThere) => Ok(()),
            Ok(Ending::Conflict) => {
                Err(Refused::Storage("the connection's log was written by another".to_owned()))
            }
            Err(error) => {
                self.unsettled.notify_one();
                Err(Refused::storage(error))
            }
        }
    }

    /// Completes when an append failed in a way that may have left it in the log.
    pub async fn unsettled(&self) {
        self.unsettled.notified().await;
    }

    /// The kept key and secret of a connection that stands.
    fn credentials(&self) -> Result<Credentials, Refused> {
        let kept = self.world.vault.open(&self.tenant.id).map_err(Refused::storage)?;
        kept.ok_or_else(|| Refused::NotNow(format!("{} is not connected", self.tenant.id)))
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
            let blob = stored.map_err(Refused::storage)?.to_string();
            refs.push(ArticleRef { id: article.id.clone(), title: article.title.clone(), blob });
        }
        Ok(ConnectionEvent::KnowledgeChanged {
            version: now.knowledge_version + 1,
            articles: refs,
            by: by.to_owned(),
        })
    }
}

/// BLAKE3 of a webhook's secret, in hex: what the log and the board hold of it.
pub fn secret_hash(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

/// Who made the change may have read what was in force before a change whose sender is gone by now.
fn made_on_newest(made_on: u32, newest: u32, what: &str) -> Result<(), Refused> {
    if made_on == newest {
        return Ok(());
    }
    Err(Refused::NotNow(format!(
        "the {what} changed meanwhile: version {newest} is in force, and this was made on version {made_on}; read it \
         again and make the change on it"
    )))
}

fn is_same_but_for_version(policy: &Policy, other: &Policy) -> bool {
    Policy { version: other.version, ..policy.clone() } == *other
}

fn fingerprint(key: &str) -> String {
    blake3::hash(key.as_bytes()).to_hex().as_str()[..8].to_owned()
}
