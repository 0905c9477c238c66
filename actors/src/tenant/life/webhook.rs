//! The webhooks in Gorgias that call us: made, looked at, put right, removed.
//!
//! Operators' acts go in the operator's lane and take one after another. The looks that go on by themselves wait for
//! their turn behind all else; what they find is recorded, what Gorgias switched off is switched on, and what a rotation
//! left behind is finished. What people changed is told and left to people.

use std::collections::BTreeSet;

use polus_core::connection::{
    Connection, ConnectionEvent, Webhook, WebhookForm, WebhookLook, WebhookPurpose, WebhookSeen,
};
use polus_core::gorgias::requests::{self, NewWebhook};
use polus_core::gorgias::{Call, Refusal, Reply, answers};
use polus_core::id::IntegrationId;
use secrecy::{ExposeSecret, SecretString};

use super::{Life, SECRET_HEADER, secret_hash};
use crate::budget::Lane;
use crate::mail::{ChangeWebhook, Refused, WebhookAct, WebhookDone, WebhookFound, WebhookNow};
use crate::tenant::connect::tell;
use crate::world::Helpdesk;

impl Life {
    /// Does with the webhooks what an operator wants.
    pub async fn change_webhook(&self, wish: &ChangeWebhook) -> Result<WebhookDone, Refused> {
        let _alone = self.at_webhooks.lock().await;
        match wish.act {
            WebhookAct::Install => self.put_up(&wish.base, false).await,
            WebhookAct::Repair => self.put_up(&wish.base, true).await,
            WebhookAct::Remove => self.remove_webhooks().await,
            WebhookAct::Rotate { overlap } => {
                self.rotate_secret(overlap, &wish.by).await?;
                self.renew_addresses().await
            }
        }
    }

    /// How the webhooks stand that we made.
    pub async fn webhooks_now(&self, base: &str) -> Result<Vec<WebhookNow>, Refused> {
        let connection = self.journal.lock().await.machine().clone();
        if !connection.is_connected() {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        }
        let url = format!("{base}{}", self.webhook_secret().await?.expose_secret());
        let helpdesk = self.helpdesk()?;
        let mut now = Vec::with_capacity(connection.webhooks.len());
        for webhook in &connection.webhooks {
            let found = self.found_for_operator(helpdesk.as_ref(), webhook.integration).await?;
            let look = connection.judge_webhook(webhook, found.as_ref().map(seen).as_ref());
            let purpose = match &found {
                Some(found) => Some(webhook.purpose(&found.triggers)),
                None => webhook.form.as_ref().map(|form| form.purpose),
            };
            let calls_here =
                found.zip(purpose).is_some_and(|(found, purpose)| found.url == purpose.address(&url));
            now.push(WebhookNow { integration: webhook.integration, purpose, look, calls_here });
        }
        Ok(now)
    }

    /// Looks once at each webhook, and does about it what may be done without asking. An error is one of the log.
    pub async fn look_at_webhooks(&self) -> Result<(), Refused> {
        let connection = self.journal.lock().await.machine().clone();
        if connection.may_call() {
            for webhook in &connection.webhooks {
                self.look_at_webhook(webhook.integration).await?;
            }
        }
        Ok(())
    }

    /// What became of one of our webhooks.
    pub(super) async fn webhook_found(
        &self,
        helpdesk: &dyn Helpdesk,
        integration: IntegrationId,
    ) -> Result<WebhookFound, Refused> {
        Ok(match self.found_for_operator(helpdesk, integration).await? {
            Some(webhook) if webhook.active => WebhookFound::Calls(webhook.url.into()),
            Some(_) => WebhookFound::Off,
            None => WebhookFound::Gone,
        })
    }

    /// Makes a call in the operator's lane.
    pub(super) async fn ask(&self, helpdesk: &dyn Helpdesk, call: &Call) -> Result<Reply, Refusal> {
        self.tenant.desk.call_for_operator(helpdesk, call).await
    }

    /// What the alarm is about that the webhooks cannot be looked at.
    pub(super) fn about_looks(&self) -> String {
        format!("{}/webhook_looks", self.tenant.id)
    }

    async fn look_at_webhook(&self, integration: IntegrationId) -> Result<(), Refused> {
        let desk = &self.tenant.desk;
        let mut permit = desk.reserve(Lane::Reconcile, 1).await;
        let before = self.journal.lock().await.machine().clone();
        if !before.may_call() || before.webhook(integration).is_none() {
            return Ok(()); // The wait was long.
        }
        let reply = desk.call_aside(&mut permit, &requests::webhook(integration)).await;
        drop(permit);
        let found = match found(reply) {
            Ok(found) => found,
            Err(refusal) => {
                self.cannot_look(&refusal);
                return Ok(());
            }
        };
        self.world.board.end_alarm(&self.about_looks());
        let _alone = self.at_webhooks.lock().await;
        let mut journal = self.journal.lock().await;
        let now = journal.machine();
        let is_news = now.may_call()
            && now.generation == before.generation
            && now.webhook(integration) == before.webhook(integration)
            && now.old_secrets == before.old_secrets;
        let Some(webhook) = now.webhook(integration).filter(|_| is_news).cloned() else {
            return Ok(()); // An operator changed it since; the next look tells.
        };
        let look = now.judge_webhook(&webhook, found.as_ref().map(seen).as_ref());
        if let Some(event) = now.on_webhook_look(integration, &look) {
            self.record(&mut journal, event).await?;
            self.publish(journal.machine()).await;
        }
        drop(journal);
        let Some(found) = found else { return Ok(()) };
        let helpdesk = self.helpdesk()?;
        let done = match look {
            WebhookLook::Off => self.switch_on(helpdesk.as_ref(), &webhook, &found).await,
            WebhookLook::Outdated => self.renew_address(helpdesk.as_ref(), &webhook, &found).await,
            WebhookLook::Stands | WebhookLook::Gone | WebhookLook::Changed { .. } => Ok(()),
        };
        match done {
            Err(error @ Refused::Storage(_)) => Err(error),
            Err(error) => {
                tracing::warn!(connection = %self.tenant.id, %integration, %error, "a webhook cannot be put right; it is tried again at the next look");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// An outage tells of itself elsewhere and passes; what the key is not allowed stays.
    fn cannot_look(&self, refusal: &Refusal) {
        let problem = refusal.for_people();
        if matches!(refusal, Refusal::Forbidden { .. }) {
            let cure =
                "give the key's user the role admin, or look at Settings > Integrations > HTTP yourself";
            self.alarm_about(
                &self.about_looks(),
                &format!("whether Gorgias switched its webhooks off cannot be told: {problem}; {cure}"),
            );
        } else {
            tracing::debug!(connection = %self.tenant.id, problem, "a webhook could not be looked at");
        }
    }

    /// Creates what is missing, switches on what is off, and writes anew what calls elsewhere. What people changed is put
    /// right too if `all`, and left otherwise.
    async fn put_up(&self, base: &str, all: bool) -> Result<WebhookDone, Refused> {
        let before = self.journal.lock().await.machine().clone();
        let helpdesk = self.helpdesk()?;
        let helpdesk = helpdesk.as_ref();
        let secret = self.webhook_secret().await?;
        let url = format!("{base}{}", secret.expose_secret());
        let (mut done, mut served, mut gone) = (WebhookDone::default(), BTreeSet::new(), Vec::new());
        for webhook in &before.webhooks {
            let integration = webhook.integration;
            let found = self.found_for_operator(helpdesk, integration).await?;
            let look = before.judge_webhook(webhook, found.as_ref().map(seen).as_ref());
            if let Some(event) = before.on_webhook_look(integration, &look) {
                self.record_in(before.generation, event).await?;
            }
            let Some(found) = found else {
                gone.push(integration);
                continue;
            };
            let purpose = webhook.purpose(&found.triggers);
            if !served.insert(purpose) {
                let twice = "it does what another does; delete it in Gorgias, Settings > Integrations > HTTP";
                done.left.push((integration, twice.to_owned()));
                continue;
            }
            let address = purpose.address(&url);
            match look {
                WebhookLook::Changed { how } if !all => {
                    done.left.push((integration, changed_by_hand(&how, self.tenant.id.as_str())));
                }
                WebhookLook::Off if found.url == address => {
                    self.switch_on(helpdesk, webhook, &found).await?;
                    done.switched_on.push(integration);
                }
                WebhookLook::Stands if found.url == address => {}
                WebhookLook::Stands
                | WebhookLook::Outdated
                | WebhookLook::Off
                | WebhookLook::Changed { .. }
                | WebhookLook::Gone => {
                    self.write_anew(helpdesk, (webhook, &found), address, &secret).await?;
                    done.updated.push(integration);
                }
            }
        }
        for purpose in WebhookPurpose::ALL.into_iter().filter(|purpose| !served.contains(purpose)) {
            let made = self.make(helpdesk, &before, purpose, purpose.address(&url), &secret).await?;
            done.made.push(made);
        }
        for integration in gone {
            self.record_in(before.generation, ConnectionEvent::WebhookRemoved { integration }).await?;
            done.removed.push(integration);
        }
        Ok(done)
    }

    async fn make(
        &self,
        helpdesk: &dyn Helpdesk,
        before: &Connection,
        purpose: WebhookPurpose,
        address: String,
        secret: &SecretString,
    ) -> Result<IntegrationId, Refused> {
        let wanted = wanted(purpose, purpose.name(), address, secret);
        let reply = self.ask(helpdesk, &requests::create_webhook(&wanted)).await;
        let reply = reply.map_err(|refusal| tell(&refusal, "creating the webhook"))?;
        let integration =
            answers::created_integration(&reply).map_err(|refusal| tell(&refusal, "creating the webhook"))?;
        let form = Some(form_of(purpose, &wanted, &reply));
        self.record_in(before.generation, ConnectionEvent::WebhookInstalled { integration, form })
            .await
            .map_err(|error| match error {
                Refused::NotNow(problem) => Refused::NotNow(format!(
                    "{problem}; delete the HTTP integration {integration} in Gorgias"
                )),
                other => other,
            })?;
        Ok(integration)
    }

    async fn remove_webhooks(&self) -> Result<WebhookDone, Refused> {
        let before = self.journal.lock().await.machine().clone();
        let helpdesk = self.helpdesk()?;
        let mut done = WebhookDone::default();
        for Webhook { integration, .. } in &before.webhooks {
            match self.ask(helpdesk.as_ref(), &requests::delete_webhook(*integration)).await {
                Ok(_) | Err(Refusal::NotFound) => {
                    let event = ConnectionEvent::WebhookRemoved { integration: *integration };
                    self.record_in(before.generation, event).await?;
                    done.removed.push(*integration);
                }
                Err(refusal) => {
                    let problem = format!("Gorgias does not delete it: {}", refusal.for_people());
                    done.left.push((*integration, problem));
                }
            }
        }
        Ok(done)
    }

    /// Lets the webhooks call with the new secret. What cannot be done now is done by the looks.
    async fn renew_addresses(&self) -> Result<WebhookDone, Refused> {
        let now = self.journal.lock().await.machine().clone();
        let helpdesk = self.helpdesk()?;
        let mut done = WebhookDone::default();
        for webhook in &now.webhooks {
            let integration = webhook.integration;
            let problem = match self.found_for_operator(helpdesk.as_ref(), integration).await {
                Err(error) => format!("it still calls the old address; Polus tries again by itself: {error}"),
                Ok(found) => match (now.judge_webhook(webhook, found.as_ref().map(seen).as_ref()), found) {
                    (WebhookLook::Changed { how }, _) => changed_by_hand(&how, self.tenant.id.as_str()),
                    (WebhookLook::Gone, _) | (_, None) => {
                        format!("it was deleted; `polus webhook {} repair` makes it anew", self.tenant.id)
                    }
                    (WebhookLook::Stands | WebhookLook::Outdated | WebhookLook::Off, Some(found)) => {
                        match self.renew_address(helpdesk.as_ref(), webhook, &found).await {
                            Ok(()) => {
                                done.updated.push(integration);
                                continue;
                            }
                            Err(error) => {
                                format!(
                                    "it still calls the old address; Polus tries again by itself: {error}"
                                )
                            }
                        }
                    }
                },
            };
            done.left.push((integration, problem));
        }
        Ok(done)
    }

    /// Writes the present secret into the address that a webhook calls, and leaves the rest of it.
    async fn renew_address(
        &self,
        helpdesk: &dyn Helpdesk,
        webhook: &Webhook,
        found: &answers::Webhook,
    ) -> Result<(), Refused> {
        let secret = self.webhook_secret().await?;
        let path = found.url.split_once('?').map_or(found.url.as_str(), |(path, _)| path);
        let base = path.rsplit_once('/').map_or(path, |(base, _)| base);
        let url = format!("{base}/{}", secret.expose_secret());
        let address = webhook.purpose(&found.triggers).address(&url);
        self.write_anew(helpdesk, (webhook, found), address, &secret).await
    }

    async fn write_anew(
        &self,
        helpdesk: &dyn Helpdesk,
        (webhook, found): (&Webhook, &answers::Webhook),
        address: String,
        secret: &SecretString,
    ) -> Result<(), Refused> {
        let (integration, purpose) = (webhook.integration, webhook.purpose(&found.triggers));
        let wanted = wanted(purpose, name_of(webhook, found), address, secret);
        let reply = self.ask(helpdesk, &requests::update_webhook(integration, &wanted)).await;
        let reply = reply.map_err(|refusal| tell(&refusal, "changing the webhook"))?;
        let form = form_of(purpose, &wanted, &reply);
        let generation = self.journal.lock().await.machine().generation;
        self.record_in(generation, ConnectionEvent::WebhookUpdated { integration, form }).await
    }

    async fn switch_on(
        &self,
        helpdesk: &dyn Helpdesk,
        webhook: &Webhook,
        found: &answers::Webhook,
    ) -> Result<(), Refused> {
        let integration = webhook.integration;
        let generation = self.journal.lock().await.machine().generation;
        let call = requests::switch_webhook_on(integration, name_of(webhook, found));
        let reply = self.ask(helpdesk, &call).await;
        reply.map_err(|refusal| tell(&refusal, "switching the webhook on"))?;
        self.record_in(generation, ConnectionEvent::WebhookSwitchedOn { integration }).await
    }

    /// Records what became of a webhook, unless the connection is another one by now.
    async fn record_in(&self, generation: u32, event: ConnectionEvent) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        if journal.machine().generation != generation {
            return Err(Refused::NotNow(format!("{} was cut meanwhile", self.tenant.id)));
        }
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        Ok(())
    }

    async fn found_for_operator(
        &self,
        helpdesk: &dyn Helpdesk,
        integration: IntegrationId,
    ) -> Result<Option<answers::Webhook>, Refused> {
        let reply = self.ask(helpdesk, &requests::webhook(integration)).await;
        found(reply).map_err(|refusal| tell(&refusal, "reading the webhook"))
    }
}

/// The webhook, or none that was deleted.
fn found(reply: Result<Reply, Refusal>) -> Result<Option<answers::Webhook>, Refusal> {
    match reply.and_then(|reply| answers::webhook(&reply)) {
        Ok(webhook) => Ok(Some(webhook)),
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn seen(found: &answers::Webhook) -> WebhookSeen {
    let path = found.url.split_once('?').map_or(found.url.as_str(), |(path, _)| path);
    let secret = path.rsplit_once('/').map_or("", |(_, secret)| secret);
    WebhookSeen {
        active: found.active,
        address_hash: secret_hash(&found.url),
        secret_hash: secret_hash(secret),
        triggers: found.triggers.clone(),
    }
}

fn wanted(purpose: WebhookPurpose, name: &str, address: String, secret: &SecretString) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        url: address,
        secret_header: SECRET_HEADER.to_owned(),
        secret: secret.expose_secret().to_owned(),
        triggers: purpose.triggers(),
    }
}

/// How Gorgias says that it took a webhook; where it does not say, as we wanted it.
fn form_of(purpose: WebhookPurpose, wanted: &NewWebhook, reply: &Reply) -> WebhookForm {
    let (url, triggers) = match answers::webhook(reply) {
        Ok(taken) => (taken.url, taken.triggers),
        Err(_) => (wanted.url.clone(), Vec::new()),
    };
    WebhookForm { purpose, address_hash: secret_hash(&url), triggers }
}

/// The name that it has: a person may have given it a better one.
fn name_of<'a>(webhook: &Webhook, found: &'a answers::Webhook) -> &'a str {
    found.name.as_deref().unwrap_or_else(|| webhook.purpose(&found.triggers).name())
}

fn changed_by_hand(how: &str, id: &str) -> String {
    format!("it was changed by hand ({how}) and is left as it is; `polus webhook {id} repair` puts it right")
}
