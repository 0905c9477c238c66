//! The webhooks in Gorgias that call us: made, looked at, put right, removed.
//!
//! Operators' acts go in the operator's lane and take one after another. The looks that go on by themselves wait for
//! their turn behind all else; what they find is recorded, what Gorgias switched off is switched on, and what a rotation
//! left behind is finished. What people changed is told and left to them; a secret that is not shown is written once more.
//!
//! `webhook/write.rs` is what is written in Gorgias.

mod write;

use std::collections::BTreeSet;

use polus_core::connection::{Connection, ConnectionEvent, Webhook, WebhookLook, WebhookPurpose};
use polus_core::gorgias::requests;
use polus_core::gorgias::{Call, Refusal, Reply, answers};
use polus_core::id::IntegrationId;
use secrecy::{ExposeSecret, SecretString};

use super::address::{holds, judge, parts, taken, with_secret};
use super::{Life, secret_hash, secrets_of};
use crate::budget::Lane;
use crate::mail::{ChangeWebhook, Refused, SecretShown, WebhookAct, WebhookDone, WebhookFound, WebhookNow};
use crate::tenant::connect::tell;
use crate::world::Helpdesk;

/// What a look led to.
enum Looked {
    /// How the webhook stands is known, and recorded.
    Told,
    /// It could not be told now.
    NotTold,
    /// This has to be done by people, in words for them.
    NeedsPeople(String),
}

/// What became of an address that holds a secret which was replaced.
enum Renewed {
    /// It is as it should be.
    Written,
    /// It holds the kept secret already, which the log does not name or Gorgias spells otherwise.
    InVain,
}

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
        let secret = self.webhook_secret().await?;
        let url = format!("{base}{}", secret.expose_secret());
        let helpdesk = self.helpdesk()?;
        let mut now = Vec::with_capacity(connection.webhooks.len());
        for webhook in &connection.webhooks {
            let found = self.found_for_operator(helpdesk.as_ref(), webhook.integration).await?;
            let look = judge(&connection, webhook, found.as_ref(), &secret);
            let purpose = match &found {
                Some(found) => Some(webhook.purpose(&found.triggers)),
                None => webhook.form.as_ref().map(|form| form.purpose),
            };
            let calls_here = found.zip(purpose).is_some_and(|(found, purpose)| {
                let masked = look == WebhookLook::Masked;
                let called = if masked { with_secret(&found.url, &secret) } else { found.url };
                called == purpose.address(&url)
            });
            now.push(WebhookNow { integration: webhook.integration, purpose, look, calls_here });
        }
        Ok(now)
    }

    /// Looks once at each webhook, and does about it what may be done without asking. An error is one of the log or the
    /// vault.
    pub async fn look_at_webhooks(&self) -> Result<(), Refused> {
        let connection = self.journal.lock().await.machine().clone();
        if !connection.may_call() && !connection.webhooks.is_empty() {
            return Ok(());
        }
        let (mut problems, mut all_told) = (Vec::new(), true);
        for webhook in &connection.webhooks {
            match self.look_at_webhook(webhook.integration).await? {
                Looked::Told => {}
                Looked::NotTold => all_told = false,
                Looked::NeedsPeople(problem) if problems.contains(&problem) => {}
                Looked::NeedsPeople(problem) => problems.push(problem),
            }
        }
        // Held to the end: a disconnect ends the alarm for good.
        let journal = self.journal.lock().await;
        if journal.machine().generation != connection.generation {
            return Ok(());
        }
        if !problems.is_empty() {
            self.alarm_about(&self.about_looks(), &problems.join("; "));
        } else if all_told {
            self.world.board.end_alarm(&self.about_looks());
        }
        Ok(())
    }

    /// What became of one of our webhooks.
    pub(super) async fn webhook_found(
        &self,
        helpdesk: &dyn Helpdesk,
        (connection, webhook): (&Connection, &Webhook),
        secret: &SecretString,
    ) -> Result<WebhookFound, Refused> {
        let found = self.found_for_operator(helpdesk, webhook.integration).await?;
        let shown = match judge(connection, webhook, found.as_ref(), secret) {
            WebhookLook::Changed { how } if found.as_ref().is_some_and(|found| found.active) => {
                return Ok(WebhookFound::Changed { how });
            }
            WebhookLook::Outdated => SecretShown::Replaced,
            WebhookLook::Masked => SecretShown::Masked,
            WebhookLook::Stands | WebhookLook::Off | WebhookLook::Gone | WebhookLook::Changed { .. } => {
                SecretShown::Plain
            }
        };
        Ok(match found {
            Some(found) if found.active => WebhookFound::Calls { url: found.url.into(), secret: shown },
            Some(_) => WebhookFound::Off,
            None => WebhookFound::Gone,
        })
    }

    /// Makes a call in the operator's lane.
    pub(super) async fn ask(&self, helpdesk: &dyn Helpdesk, call: &Call) -> Result<Reply, Refusal> {
        self.tenant.desk.call_for_operator(helpdesk, call).await
    }

    /// What the alarm is about that the webhooks cannot be looked at, or cannot be kept right without people.
    pub(super) fn about_looks(&self) -> String {
        format!("{}/webhook_looks", self.tenant.id)
    }

    async fn look_at_webhook(&self, integration: IntegrationId) -> Result<Looked, Refused> {
        let desk = &self.tenant.desk;
        let mut permit = desk.reserve(Lane::Reconcile, 1).await;
        let before = self.journal.lock().await.machine().clone();
        if !before.may_call() || before.webhook(integration).is_none() {
            return Ok(Looked::NotTold); // The wait was long.
        }
        let reply = desk.call_aside(&mut permit, &requests::webhook(integration)).await;
        drop(permit);
        let found = match found(reply) {
            Ok(found) => found,
            Err(refusal) => return Ok(self.cannot_look(&refusal)),
        };
        let _alone = self.at_webhooks.lock().await;
        let mut journal = self.journal.lock().await;
        let now = journal.machine();
        let is_news = now.may_call()
            && now.generation == before.generation
            && now.webhook(integration) == before.webhook(integration)
            && now.old_secrets == before.old_secrets;
        let Some(webhook) = now.webhook(integration).filter(|_| is_news).cloned() else {
            return Ok(Looked::NotTold); // An operator changed it since; the next look tells.
        };
        let (secret, _) = secrets_of(&self.credentials()?, now);
        let look = judge(now, &webhook, found.as_ref(), &secret);
        let taken = found.as_ref().and_then(|found| taken(&webhook, &look, found));
        let news = now.on_webhook_look(integration, &look);
        for event in taken.into_iter().chain(news) {
            self.record(&mut journal, event).await?;
            self.publish(journal.machine()).await;
        }
        drop(journal);
        let Some(found) = found else { return Ok(Looked::Told) };
        match self.put_right(&look, before.generation, (&webhook, &found)).await {
            Err(error @ Refused::Storage(_)) => Err(error),
            Err(error) => {
                tracing::warn!(connection = %self.tenant.id, %integration, %error, "a webhook cannot be put right; it is tried again at the next look");
                Ok(Looked::Told)
            }
            Ok(Renewed::InVain) => Ok(Looked::NeedsPeople(format!(
                "HTTP integration {integration}: {}",
                renewed_in_vain(self.tenant.id.as_str())
            ))),
            Ok(Renewed::Written) => Ok(Looked::Told),
        }
    }

    /// Does what may be done without asking.
    async fn put_right(
        &self,
        look: &WebhookLook,
        generation: u32,
        (webhook, found): (&Webhook, &answers::Webhook),
    ) -> Result<Renewed, Refused> {
        match look {
            WebhookLook::Off => {
                self.switch_on(self.helpdesk()?.as_ref(), generation, (webhook, found)).await?;
                Ok(Renewed::Written)
            }
            WebhookLook::Outdated => {
                self.renew_address(self.helpdesk()?.as_ref(), generation, (webhook, found)).await
            }
            WebhookLook::Masked => self.write_once_more(generation, (webhook, found)).await,
            WebhookLook::Stands => {
                self.masked.borrow_mut().remove(&webhook.integration);
                Ok(Renewed::Written)
            }
            WebhookLook::Gone | WebhookLook::Changed { .. } => Ok(Renewed::Written),
        }
    }

    /// Gorgias shows something else in the secret's place. Unless it did so when it took the address, the secret is written
    /// once more, for somebody may have changed it, and then no more: what is shown says nothing about what is called.
    async fn write_once_more(
        &self,
        generation: u32,
        (webhook, found): (&Webhook, &answers::Webhook),
    ) -> Result<Renewed, Refused> {
        let integration = webhook.integration;
        let as_taken = webhook.form.as_ref().is_some_and(|form| form.address_hash == secret_hash(&found.url));
        if as_taken || self.masked.borrow().contains(&integration) {
            return Ok(Renewed::Written);
        }
        tracing::warn!(connection = %self.tenant.id, %integration, "Gorgias does not show a webhook's secret as it was written; it is written once more");
        let renewed = self.renew_address(self.helpdesk()?.as_ref(), generation, (webhook, found)).await?;
        self.masked.borrow_mut().insert(integration);
        Ok(renewed)
    }

    /// An outage tells of itself elsewhere and passes; what the key is not allowed stays.
    fn cannot_look(&self, refusal: &Refusal) -> Looked {
        let problem = refusal.for_people();
        if matches!(refusal, Refusal::Forbidden { .. }) {
            let cure =
                "give the key's user the role admin, or look at Settings > Integrations > HTTP yourself";
            return Looked::NeedsPeople(format!(
                "whether Gorgias switched its webhooks off cannot be told: {problem}; {cure}"
            ));
        }
        tracing::debug!(connection = %self.tenant.id, problem, "a webhook could not be looked at");
        Looked::NotTold
    }

    /// Creates what is missing, switches on what is off, and writes anew what calls elsewhere. What people changed is put
    /// right too if `all`, and left otherwise, as is what Gorgias refuses.
    async fn put_up(&self, base: &str, all: bool) -> Result<WebhookDone, Refused> {
        let before = self.journal.lock().await.machine().clone();
        let helpdesk = self.helpdesk()?;
        let helpdesk = helpdesk.as_ref();
        let secret = self.webhook_secret().await?;
        let url = format!("{base}{}", secret.expose_secret());
        let (mut done, mut served, mut gone) = (WebhookDone::default(), BTreeSet::new(), Vec::new());
        let mut unknown = BTreeSet::new();
        for webhook in &before.webhooks {
            let integration = webhook.integration;
            let found = match self.found_for_operator(helpdesk, integration).await {
                Ok(found) => found,
                Err(error) => {
                    // It may be there: a second beside it would do the same twice.
                    let purpose = webhook.form.as_ref().map(|form| form.purpose);
                    unknown.extend(purpose.map_or(WebhookPurpose::ALL.to_vec(), |purpose| vec![purpose]));
                    done.left.push((integration, refused_by_gorgias(error)?));
                    continue;
                }
            };
            let look = judge(&before, webhook, found.as_ref(), &secret);
            if let Some(event) = before.on_webhook_look(integration, &look) {
                self.record_in(before.generation, event).await?;
            }
            let Some(found) = found else {
                gone.push(webhook);
                continue;
            };
            let purpose = webhook.purpose(&found.triggers);
            if !served.insert(purpose) {
                let twice = "it does what another does; delete it in Gorgias, Settings > Integrations > HTTP";
                done.left.push((integration, twice.to_owned()));
                continue;
            }
            let address = purpose.address(&url);
            let result = match look {
                WebhookLook::Changed { how } if !all => {
                    done.left.push((integration, changed_by_hand(&how, self.tenant.id.as_str())));
                    continue;
                }
                WebhookLook::Stands if found.url == address => continue,
                WebhookLook::Masked if !all && with_secret(&found.url, &secret) == address => continue,
                WebhookLook::Off if found.url == address => {
                    let result = self.switch_on(helpdesk, before.generation, (webhook, &found)).await;
                    result.map(|()| done.switched_on.push(integration))
                }
                WebhookLook::Stands
                | WebhookLook::Outdated
                | WebhookLook::Masked
                | WebhookLook::Off
                | WebhookLook::Changed { .. }
                | WebhookLook::Gone => {
                    let written =
                        self.write_anew(helpdesk, before.generation, (webhook, &found), (address, &secret));
                    written.await.map(|()| done.updated.push(integration))
                }
            };
            if let Err(error) = result {
                done.left.push((integration, refused_by_gorgias(error)?));
            }
        }
        served.extend(unknown);
        self.make_missing(helpdesk, (&before, &gone), (&url, &secret), (done, served)).await
    }

    /// Makes a webhook for each purpose that none serves, and forgets those that are `gone`. One that Gorgias does not make
    /// has no number: it is told at that which is gone, or at another that was changed; with neither the wish is refused.
    async fn make_missing(
        &self,
        helpdesk: &dyn Helpdesk,
        (before, gone): (&Connection, &[&Webhook]),
        (url, secret): (&str, &SecretString),
        (mut done, mut served): (WebhookDone, BTreeSet<WebhookPurpose>),
    ) -> Result<WebhookDone, Refused> {
        for purpose in WebhookPurpose::ALL {
            if served.contains(&purpose) {
                continue;
            }
            match self.make(helpdesk, before, purpose, purpose.address(url), secret).await {
                Ok(made) => {
                    served.insert(purpose);
                    done.made.push(made);
                }
                Err(error) => {
                    let lost = gone.iter().find(|webhook| webhook.purpose(&[]) == purpose);
                    let lost = lost.map(|webhook| webhook.integration);
                    let changed = done.made.iter().chain(&done.updated).chain(&done.switched_on).copied();
                    let left = done.left.iter().map(|(integration, _)| *integration);
                    let Some(beside) = lost.or_else(|| changed.chain(left).next()) else {
                        return Err(error);
                    };
                    let problem = refused_by_gorgias(error)?;
                    let name = purpose.name();
                    done.left.push((beside, format!("the webhook {name:?} is missing beside it: {problem}")));
                }
            }
        }
        for webhook in gone.iter().filter(|webhook| served.contains(&webhook.purpose(&[]))) {
            let integration = webhook.integration;
            self.record_in(before.generation, ConnectionEvent::WebhookRemoved { integration }).await?;
            done.removed.push(integration);
        }
        Ok(done)
    }

    /// Lets the webhooks call with the new secret. What cannot be done now is done by the looks.
    async fn renew_addresses(&self) -> Result<WebhookDone, Refused> {
        let now = self.journal.lock().await.machine().clone();
        let (helpdesk, secret) = (self.helpdesk()?, self.webhook_secret().await?);
        let mut done = WebhookDone::default();
        for webhook in &now.webhooks {
            let integration = webhook.integration;
            let problem = match self.found_for_operator(helpdesk.as_ref(), integration).await {
                Err(error) => format!("it still calls the old address; Polus tries again by itself: {error}"),
                Ok(found) => match (judge(&now, webhook, found.as_ref(), &secret), found) {
                    (WebhookLook::Changed { how }, _) => changed_by_hand(&how, self.tenant.id.as_str()),
                    (WebhookLook::Gone, _) | (_, None) => {
                        format!("it was deleted; `polus webhook {} repair` makes it anew", self.tenant.id)
                    }
                    (
                        WebhookLook::Stands | WebhookLook::Outdated | WebhookLook::Masked | WebhookLook::Off,
                        Some(found),
                    ) => match self.renew_address(helpdesk.as_ref(), now.generation, (webhook, &found)).await
                    {
                        Ok(Renewed::Written) => {
                            done.updated.push(integration);
                            continue;
                        }
                        Ok(Renewed::InVain) => renewed_in_vain(self.tenant.id.as_str()),
                        Err(error) => {
                            format!("it still calls the old address; Polus tries again by itself: {error}")
                        }
                    },
                },
            };
            done.left.push((integration, problem));
        }
        Ok(done)
    }

    /// Writes the present secret into the address that a webhook calls, and leaves the rest of it. Nothing is written where
    /// it is in there already.
    async fn renew_address(
        &self,
        helpdesk: &dyn Helpdesk,
        generation: u32,
        (webhook, found): (&Webhook, &answers::Webhook),
    ) -> Result<Renewed, Refused> {
        let secret = self.webhook_secret().await?;
        if holds(&found.url, secret.expose_secret()) {
            return Ok(Renewed::InVain);
        }
        let (base, _, _) = parts(&found.url);
        let url = format!("{base}/{}", secret.expose_secret());
        let address = webhook.purpose(&found.triggers).address(&url);
        self.write_anew(helpdesk, generation, (webhook, found), (address, &secret)).await?;
        Ok(Renewed::Written)
    }

    /// Records what became of a webhook, unless the connection is another one by now.
    async fn record_in(&self, generation: u32, event: ConnectionEvent) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        self.still_in(journal.machine(), generation)?;
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        Ok(())
    }

    fn still_in(&self, connection: &Connection, generation: u32) -> Result<(), Refused> {
        if connection.generation != generation {
            return Err(Refused::NotNow(format!("{} was cut meanwhile", self.tenant.id)));
        }
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

/// What Gorgias refused, in words for people. What else went wrong stays an error: without the log, or with a connection
/// that was cut, nothing more may be done.
fn refused_by_gorgias(error: Refused) -> Result<String, Refused> {
    match error {
        Refused::Storage(_) | Refused::NotNow(_) => Err(error),
        refused => Ok(refused.to_string()),
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

fn changed_by_hand(how: &str, id: &str) -> String {
    format!("it was changed by hand ({how}) and is left as it is; `polus webhook {id} repair` puts it right")
}

fn renewed_in_vain(id: &str) -> String {
    format!(
        "its address holds the secret that the vault keeps, and still not the one that the log names; what comes there is not \
         taken for valid. `polus webhook {id} rotate` draws a new secret and writes it"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn only_what_gorgias_refused_is_told_beside_what_was_done() {
        assert_eq!(refused_by_gorgias(Refused::Plan("no".to_owned())), Ok("no".to_owned()));
        for error in [Refused::Storage("full".to_owned()), Refused::NotNow("cut".to_owned())] {
            assert_eq!(refused_by_gorgias(error.clone()), Err(error));
        }
    }
}
