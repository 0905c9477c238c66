//! The connection machine: one Gorgias account and its credentials' life, on its own stream.
//!
//! ```text
//!                 connect (tested)            401                 403
//!   Unverified ───────────────────► Active ───────► Refused   ───────► Insufficient
//!                                    │  ▲ saved anew, or it works again ◄──────┘
//!                                    │  └──────────── AiUserMissing
//!                                    ▼ disconnect: the generation rises, what is owed is cancelled
//!                                Disconnected ──── connect ───► Active, a new generation
//! ```
//!
//! The key itself is never here: it rests in the vault. `connection/webhooks.rs` is what we made in Gorgias to be called.

mod webhooks;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{
    ConnectionId, CustomerId, InstallationId, IntegrationId, MessageId, TeamId, TicketId, UserId,
};
use crate::policy::{Mode, Policy, Terms};
use crate::ticket::Recorded;
use crate::time::Time;

pub use webhooks::{OldSecret, Webhook, WebhookFault, WebhookForm, WebhookLook, WebhookPurpose, WebhookSeen};

/// What can happen to a connection. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConnectionEvent {
    /// Tested credentials were saved and the connection is live under a new generation.
    Connected(Box<Details>),
    /// Tested credentials or users were saved anew; the webhook's address stays, and so does the generation.
    Saved(Box<Details>),
    /// Gorgias refused the key (401).
    Refused {
        /// With what words.
        problem: String,
    },
    /// The key may not do what we need (403).
    Insufficient {
        /// With what words.
        problem: String,
    },
    /// The AI user is gone or inactive.
    AiUserMissing {
        /// How that showed.
        problem: String,
    },
    /// It works again.
    Restored,
    /// An operator cut it; the key is erased.
    Disconnected {
        /// The generation from now on.
        generation: u32,
        /// Who asked.
        by: String,
    },
    /// What Polus may do changed.
    ModeChanged {
        /// From now on.
        mode: Mode,
        /// Who asked.
        by: String,
    },
    /// Nothing is posted until resumed.
    Paused {
        /// Who asked.
        by: String,
    },
    /// Posting goes on.
    Resumed {
        /// Who asked.
        by: String,
    },
    /// The policy changed.
    PolicyChanged {
        /// The whole policy from now on.
        policy: Box<Policy>,
        /// Who asked.
        by: String,
    },
    /// The help articles changed.
    KnowledgeChanged {
        /// Counts the changes, from 1.
        version: u32,
        /// All articles from now on.
        articles: Vec<ArticleRef>,
        /// Who asked.
        by: String,
    },
    /// A customer wants no AI: people get all of this customer's messages, on every ticket.
    CustomerOptedOut {
        /// Who.
        customer: CustomerId,
        /// The ticket on which that was written; none when an operator entered it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<TicketId>,
        /// Who recorded it.
        by: String,
    },
    /// An operator took that back.
    CustomerOptedIn {
        /// Who.
        customer: CustomerId,
        /// Who asked.
        by: String,
    },
    /// The webhook was created in Gorgias.
    WebhookInstalled {
        /// Its number there.
        integration: IntegrationId,
        /// How it was made; records from before that was kept lack it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<WebhookForm>,
    },
    /// We are about to write a webhook anew in Gorgias. From now on it may call this address, also where no answer comes.
    WebhookWriteStarted {
        /// Its number there.
        integration: IntegrationId,
        /// How it is to be.
        form: WebhookForm,
    },
    /// We wrote a webhook anew in Gorgias, and it is on.
    WebhookUpdated {
        /// Its number there.
        integration: IntegrationId,
        /// How it is from now on.
        form: WebhookForm,
    },
    /// A webhook was found switched off.
    WebhookSwitchedOff {
        /// Its number in Gorgias.
        integration: IntegrationId,
    },
    /// It is on again.
    WebhookSwitchedOn {
        /// Its number in Gorgias.
        integration: IntegrationId,
    },
    /// A webhook was deleted in Gorgias, and not by us.
    WebhookGone {
        /// Its number there.
        integration: IntegrationId,
    },
    /// A webhook was changed in Gorgias, and not by us.
    WebhookChanged {
        /// Its number there.
        integration: IntegrationId,
        /// In what.
        how: String,
    },
    /// It is again as we made it.
    WebhookRestored {
        /// Its number in Gorgias.
        integration: IntegrationId,
    },
    /// We deleted a webhook in Gorgias, or made another in place of one that was gone.
    WebhookRemoved {
        /// Its number there.
        integration: IntegrationId,
    },
    /// The webhook's address got a new secret.
    WebhookSecretRotated {
        /// BLAKE3 of the new one, in hex.
        secret_hash: String,
        /// Until when the one before is taken too.
        old_until: Time,
        /// Who asked.
        by: String,
    },
    /// Gorgias has throttled us or not answered for five minutes.
    Troubled {
        /// What is wrong.
        problem: String,
    },
    /// It answers again.
    TroubleEnded,
}

/// What was saved with a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The generation from now on.
    pub generation: u32,
    /// Name of the account as Gorgias gives it.
    pub account: String,
    /// The user the AI acts as.
    pub ai_user: UserId,
    /// Its name.
    pub ai_user_name: String,
    /// Team that gets handed-off tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff_team: Option<TeamId>,
    /// Person who gets handed-off tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff_user: Option<UserId>,
    /// What may be done.
    pub mode: Mode,
    /// The highest message there was.
    pub go_live: MessageId,
    /// First digits of the key's hash, to tell keys apart without showing them.
    pub key_fingerprint: String,
    /// BLAKE3 of the webhook's secret, in hex.
    pub webhook_secret_hash: String,
    /// Settings of the account that would defeat us, each with its cure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Who asked.
    pub by: String,
}

/// A help article of a knowledge version. Its text is a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRef {
    /// Its name, from its file's name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Hash of its text, in hex.
    pub blob: String,
}

/// Where a connection stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// Nothing was saved yet.
    #[default]
    Unverified,
    /// It works.
    Active,
    /// Gorgias refuses the key.
    Refused {
        /// With what words.
        problem: String,
    },
    /// The key may not do what we need.
    Insufficient {
        /// With what words.
        problem: String,
    },
    /// The AI user is gone or inactive.
    AiUserMissing {
        /// How that showed.
        problem: String,
    },
    /// Cut by an operator.
    Disconnected,
}

/// A connection, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// Sequence of the last event folded.
    pub sequence: u64,
    /// When the last event was recorded.
    pub clock: Time,
    /// Where it stands.
    pub status: Status,
    /// Raised by every connect and disconnect.
    pub generation: u32,
    /// What was saved last.
    pub details: Option<Details>,
    /// What may be done.
    pub mode: Mode,
    /// The brake.
    pub paused: bool,
    /// The policy in force.
    pub policy: Policy,
    /// Version of the help articles; 0 when there are none.
    pub knowledge_version: u32,
    /// The help articles.
    pub articles: Vec<ArticleRef>,
    /// The webhooks that we made in Gorgias since the account was connected, oldest first. One that was made before calls
    /// with a retired secret.
    pub webhooks: Vec<Webhook>,
    /// When one of them was found switched off last.
    pub webhook_off_last: Option<Time>,
    /// Gorgias has throttled us or not answered for five minutes.
    pub trouble: Option<String>,
    /// Webhook secrets that rotations replaced since the account was connected, the newest first.
    pub old_secrets: Vec<OldSecret>,
    /// Hashes of webhook secrets that a disconnect retired.
    pub retired_secrets: Vec<String>,
    /// Customers who want no AI.
    pub opted_out: Arc<BTreeSet<CustomerId>>,
}

impl Connection {
    /// Folds one event.
    pub fn apply(&mut self, recorded: &Recorded<ConnectionEvent>) {
        match &recorded.event {
            ConnectionEvent::Connected(details) => {
                self.forget_webhooks();
                self.saved(details);
            }
            ConnectionEvent::Saved(details) => self.saved(details),
            ConnectionEvent::Refused { problem } => self.fares(Status::Refused { problem: problem.clone() }),
            ConnectionEvent::Insufficient { problem } => {
                self.fares(Status::Insufficient { problem: problem.clone() });
            }
            ConnectionEvent::AiUserMissing { problem } => {
                self.fares(Status::AiUserMissing { problem: problem.clone() });
            }
            ConnectionEvent::Restored => self.fares(Status::Active),
            ConnectionEvent::Disconnected { generation, .. } => {
                self.status = Status::Disconnected;
                self.generation = *generation;
                self.trouble = None;
            }
            ConnectionEvent::ModeChanged { mode, .. } => self.mode = *mode,
            ConnectionEvent::Paused { .. } => self.paused = true,
            ConnectionEvent::Resumed { .. } => self.paused = false,
            ConnectionEvent::PolicyChanged { policy, .. } => self.policy = (**policy).clone(),
            ConnectionEvent::KnowledgeChanged { version, articles, .. } => {
                self.knowledge_version = *version;
                self.articles = articles.clone();
            }
            ConnectionEvent::CustomerOptedOut { customer, .. } => {
                Arc::make_mut(&mut self.opted_out).insert(*customer);
            }
            ConnectionEvent::CustomerOptedIn { customer, .. } => {
                Arc::make_mut(&mut self.opted_out).remove(customer);
            }
            ConnectionEvent::WebhookInstalled { integration, form } => {
                self.webhooks.push(Webhook::made(*integration, form.clone()));
            }
            ConnectionEvent::WebhookWriteStarted { integration, form } => {
                self.begin_write(*integration, form);
            }
            ConnectionEvent::WebhookUpdated { integration, form } => self.set_form(*integration, form),
            ConnectionEvent::WebhookSwitchedOff { integration } => {
                self.set_fault(*integration, Some(WebhookFault::Off));
                self.webhook_off_last = Some(recorded.at);
            }
            ConnectionEvent::WebhookGone { integration } => {
                self.set_fault(*integration, Some(WebhookFault::Gone));
            }
            ConnectionEvent::WebhookChanged { integration, how } => {
                self.set_fault(*integration, Some(WebhookFault::Changed { how: how.clone() }));
            }
            ConnectionEvent::WebhookSwitchedOn { integration }
            | ConnectionEvent::WebhookRestored { integration } => self.set_fault(*integration, None),
            ConnectionEvent::WebhookRemoved { integration } => {
                self.webhooks.retain(|webhook| webhook.integration != *integration);
            }
            ConnectionEvent::WebhookSecretRotated { secret_hash, old_until, .. } => {
                self.rotate(secret_hash, *old_until);
            }
            ConnectionEvent::Troubled { problem } => self.trouble = Some(problem.clone()),
            ConnectionEvent::TroubleEnded => self.trouble = None,
        }
        self.sequence = recorded.sequence;
        self.clock = self.clock.max(recorded.at);
    }

    /// Whether calls may be made with its key.
    pub fn may_call(&self) -> bool {
        self.status == Status::Active
    }

    /// Whether it is connected at all, working or not.
    pub fn is_connected(&self) -> bool {
        match self.status {
            Status::Active
            | Status::Refused { .. }
            | Status::Insufficient { .. }
            | Status::AiUserMissing { .. } => true,
            Status::Unverified | Status::Disconnected => false,
        }
    }

    /// The terms its tickets are judged under; none before it was ever connected.
    pub fn terms(&self, id: &ConnectionId, installation: &InstallationId) -> Option<Terms> {
        let details = self.details.as_ref()?;
        Some(Terms {
            installation: installation.clone(),
            connection: id.clone(),
            generation: self.generation,
            connected: self.is_connected(),
            mode: self.mode,
            paused: self.paused,
            ai_user: details.ai_user,
            handoff_team: details.handoff_team,
            handoff_user: details.handoff_user,
            go_live: details.go_live,
            policy: self.policy.clone(),
            opted_out: Arc::clone(&self.opted_out),
        })
    }

    /// What a call's refusal does to a working connection.
    pub fn on_refusal(&self, status: u16, problem: &str) -> Option<ConnectionEvent> {
        if self.status != Status::Active {
            return None;
        }
        match status {
            401 => Some(ConnectionEvent::Refused { problem: problem.to_owned() }),
            403 => Some(ConnectionEvent::Insufficient { problem: problem.to_owned() }),
            _ => None,
        }
    }

    /// What a call that worked does to a connection that did not.
    pub fn on_success(&self) -> Option<ConnectionEvent> {
        match self.status {
            Status::Refused { .. } | Status::Insufficient { .. } | Status::AiUserMissing { .. } => {
                Some(ConnectionEvent::Restored)
            }
            Status::Unverified | Status::Active | Status::Disconnected => None,
        }
    }

    fn saved(&mut self, details: &Details) {
        if let Some(old) = &self.details
            && old.webhook_secret_hash != details.webhook_secret_hash
            && !self.retired_secrets.contains(&old.webhook_secret_hash)
        {
            self.retired_secrets.push(old.webhook_secret_hash.clone());
        }
        self.status = Status::Active;
        self.generation = details.generation;
        self.mode = details.mode;
        self.details = Some(details.clone());
    }

    /// How calls fare changes a connection only while there is one: what comes late does not bring it back.
    fn fares(&mut self, status: Status) {
        if self.is_connected() {
            self.status = status;
        }
    }
}
