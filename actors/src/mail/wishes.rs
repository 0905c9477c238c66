//! What people and the program wish of the actors, and what they are answered.

use std::time::Duration;

use actix::Message;
use polus_core::connection::{WebhookLook, WebhookPurpose};
use polus_core::gorgias::Refusal;
use polus_core::gorgias::answers::InboundListed;
use polus_core::id::{ConnectionId, CustomerId, IntegrationId, TeamId, TicketId, UserId};
use polus_core::policy::{Mode, Policy};
use polus_core::time::Time;
use secrecy::SecretString;

use crate::world::Article;

/// Why an operator's wish was not fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such connection.
    #[error("there is no connection {0:?}; `polus connections` lists those there are")]
    UnknownConnection(String),
    /// The wish does not fit where the connection stands.
    #[error("{0}")]
    NotNow(String),
    /// What was asked for cannot be right; the text says what to do.
    #[error("{0}")]
    Bad(String),
    /// Gorgias refused the key.
    #[error("{0}")]
    Key(String),
    /// There is no such account, or it is not Gorgias that answers.
    #[error("{0}")]
    Domain(String),
    /// The account's plan or the key's role does not allow it.
    #[error("{0}")]
    Plan(String),
    /// Too many calls; try again later.
    #[error("{0}")]
    Budget(String),
    /// Gorgias does not answer; try again later.
    #[error("{0}")]
    Outage(String),
    /// The log or the vault failed.
    #[error("{0}")]
    Storage(String),
}

impl Refused {
    /// The log or the vault failed in this way.
    pub(crate) fn storage(error: impl ToString) -> Self {
        Self::Storage(error.to_string())
    }

    /// Gorgias did not do what was needed, in words for people.
    pub(crate) fn outage(refusal: &Refusal) -> Self {
        Self::Outage(refusal.for_people())
    }
}

/// Tests the given credentials and users, and saves them when `save` is set. Nothing is stored on failure.
#[derive(Clone, Message)]
#[rtype(result = "Result<Connected, Refused>")]
pub struct Connect {
    /// The account.
    pub connection: ConnectionId,
    /// The user whose key it is.
    pub email: String,
    /// The key.
    pub api_key: SecretString,
    /// The user the AI acts as.
    pub ai_user: UserId,
    /// Team that gets handed-off tickets.
    pub handoff_team: Option<TeamId>,
    /// Person who gets handed-off tickets.
    pub handoff_user: Option<UserId>,
    /// What may be done; unchanged, or live for a new connection, when not given.
    pub mode: Option<Mode>,
    /// Articles for a connection that has none yet.
    pub articles: Vec<Article>,
    /// Whether to save.
    pub save: bool,
    /// Who asked.
    pub by: String,
}

/// What a test, or a test and save, found.
#[derive(Clone)]
pub struct Connected {
    /// Name of the account.
    pub account: String,
    /// Name of the AI user.
    pub ai_user: String,
    /// Calls of the allowance that are left, and the allowance.
    pub calls_left: Option<(u32, u32)>,
    /// What would defeat us, each with its cure.
    pub warnings: Vec<String>,
    /// The secret for the webhook's address; none when nothing was saved.
    pub webhook_secret: Option<SecretString>,
}

/// Cuts a connection: its key is erased, what it owes is cancelled, its tickets and their history stay.
#[derive(Message)]
#[rtype(result = "Result<(), Refused>")]
pub struct Disconnect {
    /// Which.
    pub connection: ConnectionId,
    /// Who asked.
    pub by: String,
}

/// Changes what Polus may do on a connection.
#[derive(Message)]
#[rtype(result = "Result<(), Refused>")]
pub struct ChangeConnection {
    /// Which.
    pub connection: ConnectionId,
    /// What to change.
    pub change: Change,
    /// Who asked.
    pub by: String,
}

/// A change of a connection.
#[derive(Debug, Clone)]
pub enum Change {
    /// Live, shadow or off.
    Mode(Mode),
    /// Pull the brake.
    Pause,
    /// Release the brake.
    Resume,
    /// A new policy; its version is set by the supervisor. One that changes nothing is no new version.
    Policy {
        /// The version that it was made from; refused when another is in force.
        made_on: u32,
        /// The policy from now on.
        policy: Box<Policy>,
    },
    /// New help articles.
    Knowledge {
        /// The version that they were made from; refused when another is in force.
        made_on: u32,
        /// All articles from now on.
        articles: Vec<Article>,
    },
    /// A customer wants no AI; where that was written, if it was.
    OptOut(CustomerId, Option<TicketId>),
    /// An operator takes that back.
    OptIn(CustomerId),
}

/// Changes the webhooks that call us from Gorgias, or their secret. Answered also when only a part could be done.
#[derive(Message)]
#[rtype(result = "Result<WebhookDone, Refused>")]
pub struct ChangeWebhook {
    /// Which connection.
    pub connection: ConnectionId,
    /// What their address begins with; the secret follows.
    pub base: String,
    /// What to do.
    pub act: WebhookAct,
    /// Who asked.
    pub by: String,
}

/// What can be done with the webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookAct {
    /// Create what is not there, switch on what is off, and let all call the present address. What people changed stays.
    Install,
    /// The same, and put right what people changed.
    Repair,
    /// Delete those that we made.
    Remove,
    /// Draw a new secret; the one before stays valid for so long.
    Rotate {
        /// Nothing ends it at once.
        overlap: Duration,
    },
}

/// What was done with the webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookDone {
    /// Created.
    pub made: Vec<IntegrationId>,
    /// Switched on, and nothing else.
    pub switched_on: Vec<IntegrationId>,
    /// Written anew.
    pub updated: Vec<IntegrationId>,
    /// Deleted in Gorgias, or found to be gone there and forgotten.
    pub removed: Vec<IntegrationId>,
    /// Left as they are, each with what is wrong and what to do.
    pub left: Vec<(IntegrationId, String)>,
}

/// Looks in Gorgias how the webhooks stand that we made. Only reads, and records nothing.
#[derive(Message)]
#[rtype(result = "Result<Vec<WebhookNow>, Refused>")]
pub struct LookAtWebhooks {
    /// Which connection.
    pub connection: ConnectionId,
    /// What their address begins with; the secret follows.
    pub base: String,
}

/// How a webhook stands in Gorgias now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookNow {
    /// Its number there.
    pub integration: IntegrationId,
    /// What it is for; none for one that is gone and of which that was never recorded.
    pub purpose: Option<WebhookPurpose>,
    /// How it stands.
    pub look: WebhookLook,
    /// Whether it calls the address that it would get now: another where the public address changed since.
    pub calls_here: bool,
}

/// Looks in Gorgias whether a connection works now: its key, its AI user, its webhooks, what customers wrote last. Only
/// reads, and records nothing.
#[derive(Message)]
#[rtype(result = "Result<Examined, Refused>")]
pub struct Examine {
    /// Which connection.
    pub connection: ConnectionId,
}

/// What an examination found. The key worked, or there would be none.
#[derive(Clone)]
pub struct Examined {
    /// What is wrong with the AI user; none when nothing is.
    pub ai_user_problem: Option<String>,
    /// What is wrong with the team or the user that gets handed-off tickets; none when nothing is, or that may not be read.
    pub handoff_problem: Option<String>,
    /// The webhooks that we made there, oldest first.
    pub webhooks: Vec<(IntegrationId, WebhookFound)>,
    /// The newest messages that customers wrote, newest first.
    pub inbound: Vec<InboundListed>,
}

/// Looks whether Gorgias has a team and a user who may take handoffs. Only reads, and records nothing.
#[derive(Message)]
#[rtype(result = "Result<LookedUp, Refused>")]
pub struct LookUp {
    /// Which connection.
    pub connection: ConnectionId,
    /// The team.
    pub team: Option<TeamId>,
    /// The user.
    pub user: Option<UserId>,
}

/// What was found of them; nothing where nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// What is wrong with the team.
    pub team_problem: Option<String>,
    /// What is wrong with the user.
    pub user_problem: Option<String>,
}

/// What became of a webhook that we made.
#[derive(Clone)]
pub enum WebhookFound {
    /// It stands and calls this address.
    Calls {
        /// As Gorgias shows it, secret included.
        url: SecretString,
        /// What is known of its secret.
        secret: SecretShown,
    },
    /// It stands and is not as Polus made it.
    Changed {
        /// In what.
        how: String,
    },
    /// It is switched off.
    Off,
    /// It was deleted.
    Gone,
}

/// The secret in the address that a webhook calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretShown {
    /// As it was written.
    Plain,
    /// It is one that a rotation replaced, and the write of the new one is still open.
    Replaced,
    /// It was written, and Gorgias shows something else in its place.
    Masked,
}

/// Asks for the account's whole history, or stops its fetching. Answered when the wish is durable; the fetching goes on
/// behind live work for as long as it takes, over restarts and disconnects.
#[derive(Message)]
#[rtype(result = "Result<(), Refused>")]
pub struct Backfill {
    /// Which connection.
    pub connection: ConnectionId,
    /// What to do.
    pub act: BackfillAct,
    /// Who asked.
    pub by: String,
}

/// What an operator can ask of a back-fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackfillAct {
    /// Fetch what there is.
    Start {
        /// Nothing that was last changed before this time, by Gorgias' clock; none for all.
        since: Option<Time>,
    },
    /// Stop the one under way. What is kept stays, and is not kept up to date any more.
    Stop,
}

/// Begins the guided self-test: a ticket with a question, its answer, a request for a person, its handoff, and the ticket's
/// removal. Answered when it has begun; how it goes is on the board. Refused while another goes on.
#[derive(Message)]
#[rtype(result = "Result<(), Refused>")]
pub struct BeginSelfTest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Whose name the test writes in, and where the answers go: an address of the merchant's own.
    pub email: String,
    /// What it asks; the title of the first help article when not given.
    pub question: Option<String>,
    /// The ticket stays in Gorgias afterwards.
    pub keep: bool,
    /// Who asked.
    pub by: String,
}

/// The secret of a connection's webhook, for people who paste its address into Gorgias.
#[derive(Message)]
#[rtype(result = "Result<SecretString, Refused>")]
pub struct WebhookSecret {
    /// Which connection.
    pub connection: ConnectionId,
}

/// An operator's act on one ticket. Answered with the sequence it was recorded at.
#[derive(Message)]
#[rtype(result = "Result<u64, Refused>")]
pub struct TicketAct {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which ticket.
    pub ticket: TicketId,
    /// What to do.
    pub act: OperatorAct,
    /// Who asked.
    pub by: String,
}

/// What an operator can do to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorAct {
    /// Hand it off.
    Handoff,
    /// Give it back to the AI.
    Resume,
}

/// Stops taking work, lets announced posts finish for as long as [`crate::world::Limits::finish_within`], then ends.
/// Answered when all that is over; what is still open is taken up at the next start.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Shutdown;
