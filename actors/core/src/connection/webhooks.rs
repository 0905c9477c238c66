//! The webhooks of a connection: those that we made in Gorgias, how each was found there, and the secrets that their
//! addresses may hold. What is wrong with one is decided here, by comparing what was found with what we made.

use serde::{Deserialize, Serialize};

use super::{Connection, ConnectionEvent};
use crate::gorgias::requests::{ASSIGNMENT_TRIGGER, WEBHOOK_TRIGGERS};
use crate::id::{ConnectionId, IntegrationId};
use crate::time::Time;

/// A webhook that we made in Gorgias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its number there.
    pub integration: IntegrationId,
    /// How we made it; none for one that was made before that was recorded.
    pub form: Option<WebhookForm>,
    /// How it was written since, where no answer said that Gorgias took it.
    pub begun: Vec<WebhookForm>,
    /// What was wrong with it when it was looked at last.
    pub fault: Option<WebhookFault>,
}

/// How a webhook was made, as Gorgias took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookForm {
    /// What it is for.
    pub purpose: WebhookPurpose,
    /// BLAKE3 of the whole address that it calls, in hex.
    pub address_hash: String,
    /// BLAKE3 of that address without its last part, the secret, in hex; empty where that was not recorded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rest_hash: String,
    /// The triggers that Gorgias said it has; empty when it did not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<String>,
}

/// What a webhook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookPurpose {
    /// Messages, status and the like.
    Events,
    /// Assignments alone: the body does not name its trigger, so that the address does.
    Assignment,
}

/// What is wrong with a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookFault {
    /// It is switched off.
    Off,
    /// It was deleted.
    Gone,
    /// It is not as we made it.
    Changed {
        /// In what, as in "it calls another address".
        how: String,
    },
}

/// A secret that a rotation replaced, valid for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldSecret {
    /// BLAKE3 of it, in hex.
    pub hash: String,
    /// From then on it is stale.
    pub until: Time,
    /// The webhooks that were not recorded with a newer one since.
    pub left_in: Vec<IntegrationId>,
}

/// A webhook as it stands in Gorgias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSeen {
    /// Whether it is switched on.
    pub active: bool,
    /// BLAKE3 of the address that it calls, in hex.
    pub address_hash: String,
    /// BLAKE3 of the last part of that address, in hex: where ours have the secret.
    pub secret_hash: String,
    /// BLAKE3 of the address without that part, in hex.
    pub rest_hash: String,
    /// The triggers that it has.
    pub triggers: Vec<String>,
}

/// What a look at a webhook came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookLook {
    /// It is on and as we made it.
    Stands,
    /// The same, but its address holds a secret that was replaced since.
    Outdated,
    /// It is on and as we made it, but Gorgias does not show the secret as it was written: cut, or in other letters.
    Masked,
    /// It is as we made it, and off.
    Off,
    /// It is not there.
    Gone,
    /// Somebody changed it.
    Changed {
        /// In what.
        how: String,
    },
}

impl WebhookPurpose {
    /// All of them, in the order in which they are made.
    pub const ALL: [Self; 2] = [Self::Events, Self::Assignment];

    /// The name that its webhook gets in Gorgias.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "Polus",
            Self::Assignment => "Polus (assignment)",
        }
    }

    /// What its webhook is called for.
    pub fn triggers(self) -> Vec<&'static str> {
        match self {
            Self::Events => WEBHOOK_TRIGGERS.to_vec(),
            Self::Assignment => vec![ASSIGNMENT_TRIGGER],
        }
    }

    /// The address of its webhook, made from the one that ends in the secret.
    pub fn address(self, url: &str) -> String {
        match self {
            Self::Events => url.to_owned(),
            Self::Assignment => format!("{url}?trigger={ASSIGNMENT_TRIGGER}"),
        }
    }
}

impl Webhook {
    /// One that was made just now.
    pub(super) fn made(integration: IntegrationId, form: Option<WebhookForm>) -> Self {
        Self { integration, form, begun: Vec::new(), fault: None }
    }

    /// What it is for. One whose form was not recorded is known by its triggers.
    pub fn purpose(&self, triggers: &[String]) -> WebhookPurpose {
        match &self.form {
            Some(form) => form.purpose,
            None if triggers.iter().any(|trigger| trigger == ASSIGNMENT_TRIGGER) => {
                WebhookPurpose::Assignment
            }
            None => WebhookPurpose::Events,
        }
    }
}

impl Connection {
    /// The webhook of this number, if we made it.
    pub fn webhook(&self, integration: IntegrationId) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.integration == integration)
    }

    /// Hashes of the secrets that are taken at `now`, the newest first.
    pub fn valid_secrets(&self, now: Time) -> impl Iterator<Item = &str> {
        let current = self.details.iter().map(|details| details.webhook_secret_hash.as_str());
        current.chain(self.old_secrets.iter().filter(move |old| now < old.until).map(|old| &*old.hash))
    }

    /// Hashes of the secrets that were taken once and are not any more at `now`.
    pub fn stale_secrets(&self, now: Time) -> impl Iterator<Item = &str> {
        let over = self.old_secrets.iter().filter(move |old| now >= old.until).map(|old| &*old.hash);
        over.chain(self.retired_secrets.iter().map(String::as_str))
    }

    /// Compares what was found in Gorgias with what we made; `None` is one that is not there.
    pub fn judge_webhook(&self, webhook: &Webhook, seen: Option<&WebhookSeen>) -> WebhookLook {
        let Some(seen) = seen else { return WebhookLook::Gone };
        let secret = seen.secret_hash.as_str();
        let is_known = self.secrets().any(|known| known == secret);
        let is_written = |form: &WebhookForm| {
            form.address_hash == seen.address_hash || (!is_known && form.rest_hash == seen.rest_hash)
        };
        let is_ours = match &webhook.form {
            Some(form) => {
                // Gorgias may have taken a new address or a new secret, and its answer was lost.
                is_written(form)
                    || webhook.begun.iter().any(is_written)
                    || self.secrets_since_form(webhook.integration).any(|drawn| drawn == secret)
            }
            None => is_known,
        };
        let lacking: Vec<&str> = webhook
            .form
            .iter()
            .flat_map(|form| &form.triggers)
            .filter(|made| !seen.triggers.contains(made))
            .map(String::as_str)
            .collect();
        let mut how = Vec::new();
        if !is_ours {
            how.push("it calls another address".to_owned());
        }
        if !lacking.is_empty() {
            how.push(format!("it is not called any more for {}", lacking.join(", ")));
        }
        if !how.is_empty() {
            if !seen.active {
                how.push("it is switched off".to_owned());
            }
            return WebhookLook::Changed { how: how.join(", and ") };
        }
        if !seen.active {
            return WebhookLook::Off;
        }
        let is_current = self.details.as_ref().is_some_and(|details| details.webhook_secret_hash == secret);
        let is_newest = self.secrets_since_form(webhook.integration).next().is_none();
        match (is_current, is_known) {
            (true, _) => WebhookLook::Stands,
            (false, false) if is_newest => WebhookLook::Masked,
            (false, _) => WebhookLook::Outdated,
        }
    }

    /// What a look changes; nothing where it was known.
    pub fn on_webhook_look(&self, integration: IntegrationId, look: &WebhookLook) -> Option<ConnectionEvent> {
        let fault = &self.webhook(integration)?.fault;
        match (look, fault) {
            (WebhookLook::Stands | WebhookLook::Outdated | WebhookLook::Masked, None)
            | (WebhookLook::Off, Some(WebhookFault::Off))
            | (WebhookLook::Gone, Some(WebhookFault::Gone)) => None,
            (WebhookLook::Changed { how }, Some(WebhookFault::Changed { how: known })) if how == known => {
                None
            }
            (WebhookLook::Stands | WebhookLook::Outdated | WebhookLook::Masked, Some(WebhookFault::Off)) => {
                Some(ConnectionEvent::WebhookSwitchedOn { integration })
            }
            (WebhookLook::Stands | WebhookLook::Outdated | WebhookLook::Masked, Some(_)) => {
                Some(ConnectionEvent::WebhookRestored { integration })
            }
            (WebhookLook::Off, _) => Some(ConnectionEvent::WebhookSwitchedOff { integration }),
            (WebhookLook::Gone, _) => Some(ConnectionEvent::WebhookGone { integration }),
            (WebhookLook::Changed { how }, _) => {
                Some(ConnectionEvent::WebhookChanged { integration, how: how.clone() })
            }
        }
    }

    /// What is wrong with its webhooks and what to do about it, in words for people; none while all is well.
    pub fn webhook_problem(&self, id: &ConnectionId) -> Option<String> {
        let told: Vec<String> = self
            .webhooks
            .iter()
            .filter_map(|webhook| {
                let named = format!("HTTP integration {}", webhook.integration);
                Some(match webhook.fault.as_ref()? {
                    WebhookFault::Off => format!(
                        "{named} is switched off, as Gorgias does when its calls fail again and again; Polus switches it on \
                         by itself. If it stays off, see that Gorgias can reach the public address"
                    ),
                    WebhookFault::Gone => format!("{named} was deleted in Gorgias"),
                    WebhookFault::Changed { how } => format!("{named} was changed by hand: {how}"),
                })
            })
            .collect();
        (!told.is_empty()).then(|| {
            format!(
                "{}. Until then what customers write is found minutes late, by the catch-up alone. `polus webhook {id} \
                 repair` puts right what can be put right",
                told.join("; ")
            )
        })
    }

    /// Folds a new connection: what was made for the one before calls with a retired secret.
    pub(super) fn forget_webhooks(&mut self) {
        self.webhooks.clear();
        self.webhook_off_last = None;
        self.retired_secrets.extend(self.old_secrets.drain(..).map(|old| old.hash));
    }

    /// Whether it is on record that a webhook is being written so.
    pub fn has_begun(&self, integration: IntegrationId, form: &WebhookForm) -> bool {
        self.webhook(integration).is_some_and(|webhook| webhook.begun.contains(form))
    }

    /// Folds that one of the webhooks is about to be written anew.
    pub(super) fn begin_write(&mut self, integration: IntegrationId, form: &WebhookForm) {
        let webhook = self.webhooks.iter_mut().find(|webhook| webhook.integration == integration);
        if let Some(webhook) = webhook {
            webhook.begun.push(form.clone());
        }
    }

    /// Folds that we wrote one of the webhooks anew.
    pub(super) fn set_form(&mut self, integration: IntegrationId, form: &WebhookForm) {
        let webhook = self.webhooks.iter_mut().find(|webhook| webhook.integration == integration);
        if let Some(webhook) = webhook {
            (webhook.form, webhook.fault) = (Some(form.clone()), None);
            webhook.begun.clear();
        }
        for old in &mut self.old_secrets {
            old.left_in.retain(|left| *left != integration);
        }
    }

    /// Folds what happened to one of the webhooks.
    pub(super) fn set_fault(&mut self, integration: IntegrationId, fault: Option<WebhookFault>) {
        let webhook = self.webhooks.iter_mut().find(|webhook| webhook.integration == integration);
        if let Some(webhook) = webhook {
            webhook.fault = fault;
        }
    }

    /// Folds a rotation. No earlier secret outlives the one that is replaced now: a rotation whose overlap is nothing ends
    /// them all.
    pub(super) fn rotate(&mut self, secret_hash: &str, until: Time) {
        let Some(details) = &mut self.details else { return };
        let replaced = std::mem::replace(&mut details.webhook_secret_hash, secret_hash.to_owned());
        for old in &mut self.old_secrets {
            old.until = old.until.min(until);
        }
        let left_in = self.webhooks.iter().map(|webhook| webhook.integration).collect();
        self.old_secrets.insert(0, OldSecret { hash: replaced, until, left_in });
    }

    /// The secrets that were drawn since the webhook's form was recorded, the newest first.
    fn secrets_since_form(&self, integration: IntegrationId) -> impl Iterator<Item = &str> {
        let rotations = self.old_secrets.iter().filter(|old| old.left_in.contains(&integration)).count();
        let current = self.details.iter().map(|details| details.webhook_secret_hash.as_str());
        current.chain(self.old_secrets.iter().map(|old| old.hash.as_str())).take(rotations)
    }

    /// Every secret that its addresses ever held.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        self.valid_secrets(Time(i64::MAX)).chain(self.stale_secrets(Time(i64::MAX)))
    }
}
