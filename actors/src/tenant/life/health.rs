//! Refused, probed, restored: how calls fare and what the machine makes of it.

use polus_core::connection::{ConnectionEvent, Status};
use polus_core::gorgias::{Refusal, answers, requests};
use polus_core::id::UserId;

use super::Life;
use crate::desk::Trouble;
use crate::mail::Refused;
use crate::marks::Mark;
use crate::world::Helpdesk;

impl Life {
    /// Gorgias refused the key or the right to call.
    pub async fn refused(&self, trouble: &Trouble) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        if !self.tenant.desk.still_concerns(trouble) {
            return Ok(()); // The desk was opened anew or shut since.
        }
        let Trouble { status, problem, .. } = trouble;
        if *status == 401 {
            self.world.marks.hit(Mark::KeyRefused);
        }
        // Until it is recorded the desk keeps its opening, so that the trouble can be told of again.
        let Some(event) = journal.machine().on_refusal(*status, problem) else { return Ok(()) };
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        self.alarm(&format!("{problem} Events are kept; what waits goes on by itself once it works again"));
        Ok(())
    }

    /// One cheap call with the kept key, past the shut desk: does it work again, and is the AI user there?
    /// Returns whether the connection came back.
    pub async fn probe(&self) -> Result<bool, Refused> {
        let probed = self.journal.lock().await.machine().details.clone();
        let Some(ai_user) = probed.as_ref().map(|details| details.ai_user) else { return Ok(false) };
        // Without the lock: operators need not wait for Gorgias.
        let helpdesk = self.helpdesk()?;
        let problem = self.ai_user_problem(helpdesk.as_ref(), ai_user).await;
        let problem = problem.map_err(|refusal| Refused::outage(&refusal))?;
        let mut journal = self.journal.lock().await;
        if !journal.machine().is_connected() || journal.machine().details != probed {
            return Ok(false); // What was found says nothing about what was saved meanwhile.
        }
        let known = matches!(journal.machine().status, Status::AiUserMissing { .. });
        let event = match problem {
            None => journal.machine().on_success(),
            Some(_) if known => None,
            Some(problem) => Some(ConnectionEvent::AiUserMissing { problem }),
        };
        let Some(event) = event else { return Ok(false) };
        let restored = event == ConnectionEvent::Restored;
        if let ConnectionEvent::AiUserMissing { problem } = &event {
            self.alarm(problem);
        }
        self.record(&mut journal, event).await?;
        if restored {
            self.tenant.desk.go_on();
            self.world.board.end_alarm(self.tenant.id.as_str());
            tracing::info!(connection = %self.tenant.id, "the connection works again");
        }
        self.publish(journal.machine()).await;
        Ok(restored)
    }

    fn alarm(&self, problem: &str) {
        self.alarm_about(self.tenant.id.as_str(), problem);
    }

    /// Raises an alarm. It is logged when it is new: a probe finds the same again and again.
    pub(super) fn alarm_about(&self, about: &str, problem: &str) {
        let message = format!("connection {}: {problem}", self.tenant.id);
        if self.world.board.alarm(about, message.clone(), self.world.clock.now()) {
            tracing::error!(connection = %self.tenant.id, "{message}");
        }
    }

    /// What is wrong with the AI user; an error when that cannot be told now.
    pub(super) async fn ai_user_problem(
        &self,
        helpdesk: &dyn Helpdesk,
        ai_user: UserId,
    ) -> Result<Option<String>, Refusal> {
        let call = requests::user(ai_user);
        let reply = self.ask(helpdesk, &call).await;
        match reply.and_then(|reply| answers::user(&reply)) {
            Ok(user) if user.active => Ok(None),
            Ok(user) => Ok(Some(format!("the AI user {} is inactive; activate it in Gorgias", user.name))),
            Err(Refusal::NotFound) => {
                Ok(Some(format!("the AI user {ai_user} is gone; save the connection with another")))
            }
            Err(refusal) => Err(refusal),
        }
    }
}
