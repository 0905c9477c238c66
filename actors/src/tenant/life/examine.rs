//! A look at a connection in Gorgias, for an operator who asks what is wrong. Nothing is recorded by looking.

use polus_core::gorgias::{answers, requests};

use super::Life;
use crate::mail::{Examined, Refused};
use crate::tenant::connect::tell;

impl Life {
    /// Whether the key works, the AI user is there, the webhooks stand, and what customers wrote last.
    pub async fn examine(&self) -> Result<Examined, Refused> {
        // Without the lock from here on: nobody need wait for Gorgias.
        let connection = self.journal.lock().await.machine().clone();
        let Some(details) = connection.details.as_ref().filter(|_| connection.is_connected()) else {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        };
        let helpdesk = self.helpdesk()?;
        let ai_user_problem = self.ai_user_problem(helpdesk.as_ref(), details.ai_user).await;
        let ai_user_problem = ai_user_problem.map_err(|refusal| tell(&refusal, "reading the AI user"))?;
        let mut webhooks = Vec::with_capacity(connection.webhooks.len());
        for integration in &connection.webhooks {
            webhooks.push((*integration, self.webhook_found(helpdesk.as_ref(), *integration).await?));
        }
        let reply = self.ask(helpdesk.as_ref(), &requests::newest_messages()).await;
        let inbound = reply.and_then(|reply| answers::inbound_messages(&reply));
        let inbound = inbound.map_err(|refusal| tell(&refusal, "reading messages"))?;
        Ok(Examined { ai_user_problem, webhooks, inbound })
    }
}
