//! The test behind "test and save": calls Gorgias with the given values, tells key, prefix, plan, budget and outage
//! apart, and stores nothing.

use std::sync::Arc;

use polus_core::gorgias::answers::User;
use polus_core::gorgias::{
    Call, CallError, CallLimit, ForbiddenCause, Refusal, Reply, answers, judge, requests,
};
use polus_core::id::{MessageId, UserId};
use polus_core::policy::Mode;
use secrecy::SecretString;

use crate::World;
use crate::desk::Desk;
use crate::mail::{Connect, Connected, Refused};
use crate::world::{Credentials, Helpdesk};

/// Gorgias' name for the role of an observer.
const OBSERVER: &str = "observer-agent";

/// What a test found.
pub struct Tested {
    /// Name of the account as Gorgias gives it.
    pub account: String,
    /// Name of the AI user.
    pub ai_user_name: String,
    /// The highest message there is.
    pub newest_message: MessageId,
    /// The allowance at the last call.
    pub limit: Option<CallLimit>,
    /// What would defeat us, each with its cure.
    pub warnings: Vec<String>,
    /// Why the key is not for live mode, where it is not.
    pub only_looks: Option<String>,
}

impl Tested {
    /// What is told of it when nothing is saved.
    pub fn told(self, webhook_secret: Option<SecretString>) -> Connected {
        Connected {
            account: self.account,
            ai_user: self.ai_user_name,
            calls_left: self.limit.map(|limit| (limit.limit.saturating_sub(limit.used), limit.limit)),
            warnings: self.warnings,
            webhook_secret,
        }
    }
}

/// The credentials that `connect` gives; the webhook's secret is drawn when they are saved.
pub fn credentials_of(connect: &Connect) -> Credentials {
    Credentials {
        email: connect.email.clone(),
        api_key: connect.api_key.clone(),
        webhook_secret: String::new().into(),
        webhook_secret_next: None,
    }
}

/// Tests the values of `connect` for a connection that is to be in `mode`. Only reads, through the `desk` of a connection
/// whose key it is or was.
pub async fn test(
    world: &World,
    connect: &Connect,
    mode: Mode,
    desk: Option<&Desk>,
) -> Result<Tested, Refused> {
    // Gorgias answers for user 0 with the owner of the key, who would then pass for the AI user.
    if connect.ai_user.0 <= 0 || connect.handoff_user.is_some_and(|user| user.0 <= 0) {
        return Err(Refused::Bad(
            "numbers of users begin at 1; take them from Settings > Users, where they end the address of a user's page"
                .to_owned(),
        ));
    }
    if connect.handoff_user == Some(connect.ai_user) {
        return Err(Refused::Bad(
            "the handoff user is the AI user itself, so that handed-off tickets would stay with the AI; choose a \
             person, a team, or neither"
                .to_owned(),
        ));
    }
    let helpdesk =
        world.helpdesks.open(&connect.connection, &credentials_of(connect)).map_err(Refused::Bad)?;
    let mut asked = Asked { helpdesk, desk, limit: None };
    let account = answers::account(&asked.call(&requests::account(), "the account").await?);
    let account = account.map_err(|refusal| tell(&refusal, "reading the account"))?;
    if !account.domain.is_empty() && account.domain != connect.connection.as_str() {
        return Err(Refused::Domain(format!(
            "the key belongs to the account {:?}, not to {:?}",
            account.domain,
            connect.connection.as_str()
        )));
    }
    let mut warnings = Vec::new();
    let (ai_user_name, only_looks) = asked.ai_user(connect.ai_user, &mut warnings).await?;
    if let Some(problem) = &only_looks {
        for_mode(mode, Some(problem))?;
        warnings.push(problem.clone());
    }
    asked.handoff_targets(connect).await?;
    asked.settings(&account.settings, &mut warnings).await?;
    asked.human_tickets(connect.ai_user, &mut warnings).await?;
    let newest = asked.call(&requests::messages(None), "messages").await?;
    let newest = answers::messages(&newest).map_err(|refusal| tell(&refusal, "reading messages"))?;
    Ok(Tested {
        account: if account.domain.is_empty() { connect.connection.to_string() } else { account.domain },
        ai_user_name,
        newest_message: newest.iter().map(|message| message.id).max().unwrap_or_default(),
        limit: asked.limit,
        warnings,
        only_looks,
    })
}

/// What a key of `own` cannot do that live mode needs. By the vendor's table of permissions
/// (docs.gorgias.com/en-US/user-permissions-196938) an observer writes internal notes, but neither replies to customers
/// nor changes tickets.
pub fn only_looks(own: &User) -> Option<String> {
    (own.role.as_deref() == Some(OBSERVER)).then(|| {
        format!(
            "the key belongs to {}, an observer, who may write notes but neither answer customers nor change tickets: \
             take the key of an agent, or use mode shadow (drafts as notes) or off",
            own.name
        )
    })
}

/// Refuses live mode for a key that only looks.
pub fn for_mode(mode: Mode, only_looks: Option<&String>) -> Result<(), Refused> {
    match only_looks {
        Some(problem) if mode == Mode::Live => Err(Refused::Plan(problem.clone())),
        Some(_) | None => Ok(()),
    }
}

/// Tells key, prefix, plan, budget and outage apart. `doing` is what was refused, as in "reading the account".
pub fn tell(refusal: &Refusal, doing: &str) -> Refused {
    let words = format!("{doing}: {}", refusal.for_people());
    match refusal {
        Refusal::Unauthorized => Refused::Key(words),
        Refusal::Forbidden { .. } => match refusal.forbidden_cause() {
            Some(ForbiddenCause::Quota) => Refused::Budget(words),
            _ => Refused::Plan(words),
        },
        Refusal::NotFound => Refused::Domain(words),
        Refusal::NotJson { status } if *status < 500 => Refused::Domain(words),
        Refusal::RateLimited { .. } => Refused::Budget(words),
        Refusal::Call(CallError::ForeignRedirect { .. }) => Refused::Domain(words),
        Refusal::Server { .. } | Refusal::NotJson { .. } | Refusal::Call(_) | Refusal::Unreadable(_) => {
            Refused::Outage(words)
        }
        Refusal::Invalid { .. } => Refused::Bad(words),
    }
}

struct Asked<'a> {
    helpdesk: Arc<dyn Helpdesk>,
    desk: Option<&'a Desk>,
    limit: Option<CallLimit>,
}

impl Asked<'_> {
    async fn call(&mut self, call: &Call, what: &str) -> Result<Reply, Refused> {
        self.judged(call).await.map_err(|refusal| tell(&refusal, &format!("reading {what}")))
    }

    async fn judged(&mut self, call: &Call) -> Result<Reply, Refusal> {
        let judged = match self.desk {
            Some(desk) => desk.call_for_operator(self.helpdesk.as_ref(), call).await,
            None => judge(self.helpdesk.call(call).await),
        };
        self.limit = judged.as_ref().ok().and_then(|reply| reply.limit).or(self.limit);
        judged
    }

    /// The AI user's name, and why the key is not for live mode, where it is not.
    async fn ai_user(
        &mut self,
        id: UserId,
        warnings: &mut Vec<String>,
    ) -> Result<(String, Option<String>), Refused> {
        let reply = match self.judged(&requests::user(id)).await {
            Err(Refusal::NotFound) => {
                return Err(Refused::Bad(format!(
                    "there is no user {id} in this account; take the number of the AI user from Settings > Users"
                )));
            }
            other => other.map_err(|refusal| tell(&refusal, "reading the AI user"))?,
        };
        let user = answers::user(&reply).map_err(|refusal| tell(&refusal, "reading the AI user"))?;
        if !user.active {
            return Err(Refused::Bad(format!(
                "user {id} ({}) is inactive; activate it in Gorgias first",
                user.name
            )));
        }
        let own = self.call(&requests::user(requests::OWN_USER), "the key's own user").await?;
        let own = answers::user(&own).map_err(|refusal| tell(&refusal, "reading the key's own user"))?;
        if own.id == id && own.role.as_deref() != Some("bot") {
            warnings.push(format!(
                "the AI user {} is also the owner of the key: use a user of its own for the AI, so that people can \
                 tell its work from theirs",
                user.name
            ));
        }
        Ok((user.name, only_looks(&own)))
    }

    async fn handoff_targets(&mut self, connect: &Connect) -> Result<(), Refused> {
        if let Some(team) = connect.handoff_team
            && let Err(refusal) = self.judged(&requests::team(team)).await
        {
            return Err(missing(&refusal, &format!("handoff team {team}")));
        }
        if let Some(user) = connect.handoff_user {
            let reply = self
                .judged(&requests::user(user))
                .await
                .map_err(|refusal| missing(&refusal, &format!("handoff user {user}")))?;
            let user = answers::user(&reply).map_err(|refusal| tell(&refusal, "reading the handoff user"))?;
            if !user.active {
                return Err(Refused::Bad(format!("handoff user {} ({}) is inactive", user.id, user.name)));
            }
        }
        Ok(())
    }

    async fn settings(
        &mut self,
        with_account: &answers::AccountSettings,
        warnings: &mut Vec<String>,
    ) -> Result<(), Refused> {
        let reply = self.call(&requests::account_settings(), "the account's settings").await?;
        let own = answers::account_settings(&reply)
            .map_err(|refusal| tell(&refusal, "reading the account's settings"))?;
        if own.unassign_on_reply.or(with_account.unassign_on_reply) == Some(true) {
            warnings.push(
                "Gorgias unassigns a ticket when somebody replies, so that our own first reply would take the ticket \
                 away from the AI: switch it off under Settings > Ticket assignment"
                    .to_owned(),
            );
        }
        if own.auto_merge.or(with_account.auto_merge) == Some(true) {
            warnings.push(
                "Gorgias merges tickets of one customer by itself; merged tickets go to people: switch it off under \
                 Settings > Auto-merge, or accept it"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// A person's tickets would be answered by the AI.
    async fn human_tickets(&mut self, ai_user: UserId, warnings: &mut Vec<String>) -> Result<(), Refused> {
        let reply = self.call(&requests::tickets(None), "tickets").await?;
        let page = answers::tickets(&reply).map_err(|refusal| tell(&refusal, "reading tickets"))?;
        let open = page.tickets.iter().filter(|row| row.assignee == Some(ai_user) && !row.closed).count();
        if open > 0 {
            warnings.push(format!(
                "the AI user has {open} open tickets already: if it is a person, choose another user; their past \
                 messages are not answered, new ones are"
            ));
        }
        Ok(())
    }
}

fn missing(refusal: &Refusal, what: &str) -> Refused {
    match refusal {
        Refusal::NotFound => Refused::Bad(format!("there is no {what} in this account")),
        _ => tell(refusal, &format!("reading {what}")),
    }
}
