//! The webhook in Gorgias that calls us, and its secret.

use polus_core::connection::ConnectionEvent;
use polus_core::gorgias::{answers, judge, requests};
use secrecy::{ExposeSecret, SecretString};

use super::{Life, SECRET_HEADER};
use crate::mail::Refused;

impl Life {
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
            let answer = self.tenant.desk.budget().call_for_operator(helpdesk.as_ref(), &call).await;
            let reply = judge(answer).map_err(|refusal| Refused::outage(&refusal))?;
            let integration =
                answers::created_integration(&reply).map_err(|refusal| Refused::outage(&refusal))?;
            self.record(&mut journal, ConnectionEvent::WebhookInstalled { integration }).await?;
        }
        self.publish(journal.machine()).await;
        Ok(())
    }

    /// The webhook's secret.
    pub fn webhook_secret(&self) -> Result<SecretString, Refused> {
        Ok(self.credentials()?.webhook_secret)
    }
}
