//! What is written to the webhooks in Gorgias: one is made, written anew, switched on, deleted. Each is recorded once
//! Gorgias took it; what it took in spite of a lost answer is told to people.

use polus_core::connection::{Connection, ConnectionEvent, Webhook, WebhookForm, WebhookPurpose};
use polus_core::gorgias::requests::{self, NewWebhook};
use polus_core::gorgias::{Call, Refusal, Reply, answers};
use polus_core::id::IntegrationId;
use secrecy::{ExposeSecret, SecretString};

use super::super::address::rest_hash;
use super::super::{Life, SECRET_HEADER, secret_hash};
use crate::budget::Lane;
use crate::mail::{Refused, WebhookDone};
use crate::tenant::connect::tell;
use crate::world::Helpdesk;

impl Life {
    /// Makes one in Gorgias; returns its number.
    pub(super) async fn make(
        &self,
        helpdesk: &dyn Helpdesk,
        before: &Connection,
        purpose: WebhookPurpose,
        address: String,
        secret: &SecretString,
    ) -> Result<IntegrationId, Refused> {
        let wanted = wanted(purpose, purpose.name(), address, secret);
        let call = requests::create_webhook(&wanted);
        let reply = self.ask_within(helpdesk, before.generation, &call).await?;
        let made = reply.and_then(|reply| {
            let integration = answers::created_integration(&reply)?;
            Ok((integration, form_of(purpose, &wanted, &reply)))
        });
        let (integration, form) = match made {
            Ok(made) => made,
            Err(refusal) => self.made_all_the_same(helpdesk, purpose, &wanted, &refusal).await?,
        };
        let installed = ConnectionEvent::WebhookInstalled { integration, form: Some(form) };
        let delete = format!("delete the HTTP integration {integration} in Gorgias");
        self.record_in(before.generation, installed).await.map_err(|error| match error {
            Refused::NotNow(problem) => Refused::NotNow(format!("{problem}; {delete}")),
            Refused::Storage(problem) => Refused::Storage(format!(
                "{problem}; the webhook is made, and perhaps not on record: unless `polus webhook {}` shows it, {delete} \
                 before you try again",
                self.tenant.id
            )),
            other => other,
        })?;
        Ok(integration)
    }

    /// A webhook that Gorgias made, and whose number it did not tell. Nobody else's calls our address: it holds the secret.
    /// What is not found there may come still.
    async fn made_all_the_same(
        &self,
        helpdesk: &dyn Helpdesk,
        purpose: WebhookPurpose,
        wanted: &NewWebhook,
        refusal: &Refusal,
    ) -> Result<(IntegrationId, WebhookForm), Refused> {
        let refused = tell(refusal, "creating the webhook");
        if !refusal.may_have_happened() {
            return Err(refused);
        }
        let listed = self.ask(helpdesk, &requests::webhooks()).await;
        let listed = listed.and_then(|reply| answers::webhooks(&reply)).unwrap_or_else(|refusal| {
            tracing::warn!(connection = %self.tenant.id, %refusal, "whether a webhook was made cannot be seen now");
            Vec::new()
        });
        if let Some((integration, found)) = listed.into_iter().find(|(_, found)| found.url == wanted.url) {
            tracing::info!(connection = %self.tenant.id, %integration, "a webhook was made although Gorgias did not say so");
            return Ok((integration, form_as_taken(purpose, found)));
        }
        let may_be = format!(
            "It may be in Gorgias all the same: if Settings > Integrations > HTTP shows {:?} there, delete it before you try \
             again",
            wanted.name
        );
        Err(match refused {
            Refused::Outage(words) => Refused::Outage(format!("{words} {may_be}")),
            Refused::Domain(words) => Refused::Domain(format!("{words} {may_be}")),
            other => other,
        })
    }

    /// Deletes those that we made.
    pub(super) async fn remove_webhooks(&self) -> Result<WebhookDone, Refused> {
        let before = self.journal.lock().await.machine().clone();
        let helpdesk = self.helpdesk()?;
        let mut done = WebhookDone::default();
        for Webhook { integration, .. } in &before.webhooks {
            let call = requests::delete_webhook(*integration);
            match self.ask_within(helpdesk.as_ref(), before.generation, &call).await? {
                Ok(_) | Err(Refusal::NotFound) => {}
                // The answer was lost perhaps, and not the effect.
                Err(refusal) if refusal.may_have_happened() => {
                    let is = match self.found_for_operator(helpdesk.as_ref(), *integration).await {
                        Ok(None) => None,
                        Ok(Some(_)) => Some("Gorgias does not delete it"),
                        Err(_) => Some("it is not known whether Gorgias deletes it"),
                    };
                    if let Some(is) = is {
                        done.left.push((*integration, format!("{is}: {}", refusal.for_people())));
                        continue;
                    }
                }
                Err(refusal) => {
                    let problem = format!("Gorgias does not delete it: {}", refusal.for_people());
                    done.left.push((*integration, problem));
                    continue;
                }
            }
            done.removed.push(*integration);
            let event = ConnectionEvent::WebhookRemoved { integration: *integration };
            self.record_in(before.generation, event).await.map_err(|error| match error {
                Refused::Storage(problem) => {
                    let removed: Vec<_> = done.removed.iter().map(ToString::to_string).collect();
                    let already =
                        format!("deleted in Gorgias already: HTTP integration {}", removed.join(" and "));
                    Refused::Storage(format!("{problem}; {already}"))
                }
                other => other,
            })?;
        }
        Ok(done)
    }

    /// Writes one anew, so that it calls this address.
    pub(super) async fn write_anew(
        &self,
        helpdesk: &dyn Helpdesk,
        generation: u32,
        (webhook, found): (&Webhook, &answers::Webhook),
        (address, secret): (String, &SecretString),
    ) -> Result<(), Refused> {
        let (integration, purpose) = (webhook.integration, webhook.purpose(&found.triggers));
        let wanted = wanted(purpose, name_of(webhook, found), address, secret);
        let form = wanted_form(purpose, &wanted);
        let has_begun = self.journal.lock().await.machine().has_begun(integration, &form);
        if !has_begun {
            self.record_in(generation, ConnectionEvent::WebhookWriteStarted { integration, form }).await?;
        }
        let call = requests::update_webhook(integration, &wanted);
        let reply = self.ask_within(helpdesk, generation, &call).await?;
        let reply = reply.map_err(|refusal| tell(&refusal, "changing the webhook"))?;
        let form = form_of(purpose, &wanted, &reply);
        self.record_in(generation, ConnectionEvent::WebhookUpdated { integration, form }).await
    }

    /// Switches on what Gorgias switched off.
    pub(super) async fn switch_on(
        &self,
        helpdesk: &dyn Helpdesk,
        generation: u32,
        (webhook, found): (&Webhook, &answers::Webhook),
    ) -> Result<(), Refused> {
        let integration = webhook.integration;
        let call = requests::switch_webhook_on(integration, name_of(webhook, found));
        let reply = self.ask_within(helpdesk, generation, &call).await?;
        reply.map_err(|refusal| tell(&refusal, "switching the webhook on"))?;
        self.record_in(generation, ConnectionEvent::WebhookSwitchedOn { integration }).await
    }

    /// Makes a call that changes something, unless the connection is another one by the time its turn has come: nothing is
    /// written once a disconnect was answered.
    async fn ask_within(
        &self,
        helpdesk: &dyn Helpdesk,
        generation: u32,
        call: &Call,
    ) -> Result<Result<Reply, Refusal>, Refused> {
        let mut permit = self.tenant.desk.reserve(Lane::Operator, 1).await;
        self.still_in(self.journal.lock().await.machine(), generation)?;
        Ok(self.tenant.desk.call_for_operator_with(&mut permit, helpdesk, call).await)
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
    match answers::webhook(reply) {
        Ok(taken) => form_as_taken(purpose, taken),
        Err(_) => wanted_form(purpose, wanted),
    }
}

fn form_as_taken(purpose: WebhookPurpose, taken: answers::Webhook) -> WebhookForm {
    WebhookForm {
        purpose,
        address_hash: secret_hash(&taken.url),
        rest_hash: rest_hash(&taken.url),
        triggers: taken.triggers,
    }
}

fn wanted_form(purpose: WebhookPurpose, wanted: &NewWebhook) -> WebhookForm {
    let (address_hash, rest_hash) = (secret_hash(&wanted.url), rest_hash(&wanted.url));
    WebhookForm { purpose, address_hash, rest_hash, triggers: Vec::new() }
}

/// The name that it has: a person may have given it a better one.
fn name_of<'a>(webhook: &Webhook, found: &'a answers::Webhook) -> &'a str {
    found.name.as_deref().unwrap_or_else(|| webhook.purpose(&found.triggers).name())
}
