//! The webhook in Gorgias that calls us, and its secret.

use polus_core::connection::ConnectionEvent;
use polus_core::gorgias::{Call, Refusal, Reply, answers, requests};
use polus_core::id::IntegrationId;
use secrecy::{ExposeSecret, SecretString};

use super::{Life, SECRET_HEADER};
use crate::mail::{Refused, WebhookFound};
use crate::tenant::connect::tell;
use crate::world::Helpdesk;

impl Life {
    /// Creates in Gorgias what is not there yet of the webhook.
    pub async fn install_webhook(&self, url: &SecretString) -> Result<(), Refused> {
        let _alone = self.installing.lock().await;
        let before = self.journal.lock().await.machine().clone();
        let helpdesk = self.helpdesk()?;
        let secret = self.webhook_secret()?;
        let standing = self.standing_webhooks(helpdesk.as_ref(), &before.webhooks).await?;
        let assignment = format!("{}?trigger={}", url.expose_secret(), requests::ASSIGNMENT_TRIGGER);
        let wanted = [
            ("Polus", url.expose_secret().to_owned(), requests::WEBHOOK_TRIGGERS.to_vec()),
            ("Polus (assignment)", assignment, vec![requests::ASSIGNMENT_TRIGGER]),
        ];
        for (name, url, triggers) in wanted.into_iter().filter(|(_, url, _)| !standing.contains(url)) {
            let call = requests::create_webhook(&requests::NewWebhook {
                name: name.to_owned(),
                url,
                secret_header: SECRET_HEADER.to_owned(),
                secret: secret.expose_secret().to_owned(),
                triggers,
            });
            let reply = self.ask(helpdesk.as_ref(), &call).await;
            let integration = reply
                .and_then(|reply| answers::created_integration(&reply))
                .map_err(|refusal| tell(&refusal, "creating the webhook"))?;
            let mut journal = self.journal.lock().await;
            if journal.machine().generation != before.generation {
                return Err(Refused::NotNow(format!(
                    "{} was cut meanwhile; delete the HTTP integration {integration} in Gorgias",
                    self.tenant.id
                )));
            }
            self.record(&mut journal, ConnectionEvent::WebhookInstalled { integration }).await?;
            self.publish(journal.machine()).await;
        }
        Ok(())
    }

    /// The addresses that those of our webhooks call which are still there and switched on.
    async fn standing_webhooks(
        &self,
        helpdesk: &dyn Helpdesk,
        made: &[IntegrationId],
    ) -> Result<Vec<String>, Refused> {
        let mut standing = Vec::new();
        for integration in made {
            match self.webhook_found(helpdesk, *integration).await? {
                WebhookFound::Calls(url) => standing.push(url.expose_secret().to_owned()),
                WebhookFound::Off | WebhookFound::Gone => {}
            }
        }
        Ok(standing)
    }

    /// What became of one of our webhooks.
    pub(super) async fn webhook_found(
        &self,
        helpdesk: &dyn Helpdesk,
        integration: IntegrationId,
    ) -> Result<WebhookFound, Refused> {
        let reply = self.ask(helpdesk, &requests::webhook(integration)).await;
        match reply.and_then(|reply| answers::webhook(&reply)) {
            Ok(webhook) if webhook.active => Ok(WebhookFound::Calls(webhook.url.into())),
            Ok(_) => Ok(WebhookFound::Off),
            Err(Refusal::NotFound) => Ok(WebhookFound::Gone),
            Err(refusal) => Err(tell(&refusal, "reading the webhook")),
        }
    }

    /// Makes a call in the operator's lane.
    pub(super) async fn ask(&self, helpdesk: &dyn Helpdesk, call: &Call) -> Result<Reply, Refusal> {
        self.tenant.desk.call_for_operator(helpdesk, call).await
    }

    /// The webhook's secret.
    pub fn webhook_secret(&self) -> Result<SecretString, Refused> {
        Ok(self.credentials()?.webhook_secret)
    }
}
