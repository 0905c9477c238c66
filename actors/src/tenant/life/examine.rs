//! A look at a connection in Gorgias, for an operator who asks what is wrong. Nothing is recorded by looking.

use polus_core::gorgias::{Refusal, answers, requests};
use polus_core::id::{TeamId, UserId};
use polus_core::policy::Mode;

use super::Life;
use crate::mail::{Examined, LookedUp, Refused};
use crate::tenant::connect::{for_mode, only_looks, tell};

impl Life {
    /// Whether the key works, the AI user and whoever gets handoffs are there, the webhooks stand, and what customers wrote last.
    pub async fn examine(&self) -> Result<Examined, Refused> {
        // Without the lock from here on: nobody need wait for Gorgias.
        let connection = self.journal.lock().await.machine().clone();
        let Some(details) = connection.details.as_ref().filter(|_| connection.is_connected()) else {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        };
        let helpdesk = self.helpdesk()?;
        let ai_user_problem = self.ai_user_problem(helpdesk.as_ref(), details.ai_user).await;
        let ai_user_problem = ai_user_problem.map_err(|refusal| tell(&refusal, "reading the AI user"))?;
        let handoff_problem = match self.look_up(details.handoff_team, details.handoff_user).await {
            Ok(found) => found.team_problem.or(found.user_problem),
            Err(Refused::Plan(_)) => None,
            Err(error) => return Err(error),
        };
        let mut webhooks = Vec::with_capacity(connection.webhooks.len());
        let secret = self.webhook_secret().await?;
        for webhook in &connection.webhooks {
            let found = self.webhook_found(helpdesk.as_ref(), (&connection, webhook), &secret).await?;
            webhooks.push((webhook.integration, found));
        }
        let reply = self.ask(helpdesk.as_ref(), &requests::messages(None)).await;
        let inbound = reply.and_then(|reply| answers::inbound_messages(&reply));
        let inbound = inbound.map_err(|refusal| tell(&refusal, "reading messages"))?;
        Ok(Examined { ai_user_problem, handoff_problem, webhooks, inbound })
    }

    /// Refuses to go live with a key that may only look. A connection that is cut or live already, or whose key's owner
    /// cannot be read now, is not held up: a post that is forbidden is told of when it comes to it.
    pub async fn may_go_live(&self) -> Result<(), Refused> {
        let connection = self.journal.lock().await.machine().clone();
        if !connection.is_connected() || connection.mode == Mode::Live {
            return Ok(());
        }
        let helpdesk = self.helpdesk()?;
        let reply = self.ask(helpdesk.as_ref(), &requests::user(requests::OWN_USER)).await;
        match reply.and_then(|reply| answers::user(&reply)) {
            Ok(own) => for_mode(Mode::Live, only_looks(&own).as_ref()),
            Err(refusal) => {
                tracing::info!(connection = %self.tenant.id, %refusal, "the owner of the key cannot be read now");
                Ok(())
            }
        }
    }

    /// Whether Gorgias has this team and this user.
    pub async fn look_up(&self, team: Option<TeamId>, user: Option<UserId>) -> Result<LookedUp, Refused> {
        let helpdesk = self.helpdesk()?;
        let mut found = LookedUp { team_problem: None, user_problem: None };
        if let Some(team) = team {
            let reply = self.ask(helpdesk.as_ref(), &requests::team(team)).await.map(drop);
            found.team_problem = none_there(reply, &format!("team {team}"))?;
        }
        if let Some(user) = user {
            let reply = self.ask(helpdesk.as_ref(), &requests::user(user)).await;
            let reply = reply.and_then(|reply| answers::user(&reply));
            let inactive = reply.as_ref().is_ok_and(|found| !found.active);
            let problem = format!("user {user} is inactive; activate it in Gorgias first");
            found.user_problem =
                none_there(reply.map(drop), &format!("user {user}"))?.or_else(|| inactive.then_some(problem));
        }
        Ok(found)
    }
}

/// What is wrong if Gorgias does not have it; an error if Gorgias does not say.
fn none_there(found: Result<(), Refusal>, what: &str) -> Result<Option<String>, Refused> {
    match found {
        Ok(()) => Ok(None),
        Err(Refusal::NotFound) => Ok(Some(format!(
            "there is no {what} in this account; its number ends the address of its page in Gorgias"
        ))),
        Err(refusal) => Err(tell(&refusal, &format!("reading {what}"))),
    }
}
