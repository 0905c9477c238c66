//! The ports: everything that exists beside the actors. Production and simulation each build a [`World`] and then
//! start the same actors.

use std::sync::Arc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{Actor, ActorFutureExt, AsyncContext, Context, SpawnHandle};
use futures_util::future::BoxFuture;
use polus_core::gorgias::{Call, CallError, Reply};
use polus_core::id::{ConnectionId, InstallationId};
use polus_core::receipt::PassageReceipt;
use polus_core::time::Time;
use polus_storage::{Blobs, EventLog, OpenWork};
use secrecy::SecretString;

use crate::board::Board;
use crate::marks::Marks;

/// Everything the actors know of the world.
#[derive(Clone)]
pub struct World {
    /// This data folder's name.
    pub installation: InstallationId,
    /// The event log: the only queue.
    pub log: Arc<dyn EventLog>,
    /// Values too large for a record.
    pub blobs: Arc<dyn Blobs>,
    /// Which streams may still have something to do.
    pub open_work: Arc<dyn OpenWork>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub dice: Arc<dyn Dice>,
    /// The helpdesk, by connection.
    pub helpdesks: Arc<dyn Helpdesks>,
    /// What answers questions.
    pub answerer: Arc<dyn Answerer>,
    /// Where credentials rest.
    pub vault: Arc<dyn Vault>,
    /// What people see.
    pub board: Arc<Board>,
    /// How often the shells took their rare branches.
    pub marks: Arc<Marks>,
    /// Sizes and times of the shells.
    pub limits: Limits,
}

/// Sizes and times of the shells: what the simulation varies and a merchant never sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A ticket with nothing to do leaves memory after this long.
    pub passivate_after: Duration,
    /// At most so many resident ticket actors in one tenant before idle ones leave earlier.
    pub resident_tickets_max: usize,
    /// A call that is tried again waits at least this long, then twice as long each time.
    pub retry_first: Duration,
    /// And at most this long.
    pub retry_longest: Duration,
    /// A draft or a follow-up is tried so often before it is given up.
    pub tries_max: u32,
    /// How often a refused key is tried again with one cheap call.
    pub probe_every: Duration,
    /// The allowance of calls assumed until Gorgias' own header tells it.
    pub calls_in_bucket: u32,
    /// How fast it refills, in calls per 1000 seconds.
    pub calls_per_kilosecond: u32,
    /// How long after a walk through Gorgias' changes the next one begins: it finds what no webhook told.
    pub sweep_every: Duration,
    /// A webhook that comes at all comes within this long after a sweep found its message.
    pub webhooks_take: Duration,
    /// How often the webhooks that we made in Gorgias are looked at.
    pub webhook_every: Duration,
    /// How long announced posts may take to finish when the program is to stop.
    pub finish_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            passivate_after: Duration::from_secs(60),
            resident_tickets_max: 10_000,
            retry_first: Duration::from_secs(1),
            retry_longest: Duration::from_secs(60),
            tries_max: 6,
            probe_every: Duration::from_secs(60),
            calls_in_bucket: 40,
            calls_per_kilosecond: 2_000,
            sweep_every: Duration::from_secs(4 * 60),
            webhooks_take: Duration::from_secs(30),
            webhook_every: Duration::from_secs(5 * 60),
            finish_within: Duration::from_secs(5),
        }
    }
}

/// Time. Wall time stamps records; monotonic time measures waits.
pub trait Clock: Send + Sync {
    /// Now, by this machine's clock.
    fn now(&self) -> Time;
    /// Time since the program began; never goes back.
    fn monotonic(&self) -> Duration;
    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Randomness, drawn by name so that each use has its own sequence in a simulation.
pub trait Dice: Send + Sync {
    /// A number from 0 to `bound` - 1; 0 when `bound` is 0.
    fn below(&self, name: &'static str, bound: u64) -> u64;
    /// A secret of at least 192 bits for a webhook's address: letters and digits.
    fn secret(&self) -> SecretString;
}

/// Opens helpdesks.
pub trait Helpdesks: Send + Sync {
    /// A helpdesk that calls as these credentials. Makes no call yet.
    fn open(&self, connection: &ConnectionId, credentials: &Credentials)
    -> Result<Arc<dyn Helpdesk>, String>;
}

/// One Gorgias account, called as one user.
pub trait Helpdesk: Send + Sync {
    /// Makes one call. No retry, no redirect to another host, bounded in time and size.
    fn call<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>>;
}

/// A key and the secret of the webhook that belongs to it.
///
/// A vault and a log cannot be written as one: during a rotation the vault holds both secrets, so that there is one for
/// what the log says, whatever that comes to be.
#[derive(Clone)]
pub struct Credentials {
    /// The e-mail address of the user whose key it is.
    pub email: String,
    /// The key.
    pub api_key: SecretString,
    /// The secret in the webhook's address.
    pub webhook_secret: SecretString,
    /// A second one while a rotation is under way: which of them holds is what the log says.
    pub webhook_secret_next: Option<SecretString>,
}

/// Where credentials rest, encrypted, outside the log.
pub trait Vault: Send + Sync {
    /// Keeps them; durable when it returns.
    fn seal(&self, connection: &ConnectionId, credentials: &Credentials) -> Result<(), VaultError>;
    /// Gives them back; none when there are none.
    fn open(&self, connection: &ConnectionId) -> Result<Option<Credentials>, VaultError>;
    /// Forgets them; durable when it returns.
    fn erase(&self, connection: &ConnectionId) -> Result<(), VaultError>;
}

/// The vault failed, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VaultError(pub String);

/// What answers questions from the shop's own knowledge.
pub trait Answerer: Send + Sync {
    /// Answers, or says that it has nothing. May be asked the same question again.
    fn answer<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Answer, AnswererError>>;
}

/// A question to the answerer.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose knowledge to use.
    pub connection: ConnectionId,
    /// That knowledge.
    pub knowledge: Arc<Knowledge>,
    /// Subject of the ticket.
    pub subject: Option<String>,
    /// The customer's messages that are to be answered, oldest first.
    pub text: String,
    /// Groups of words that mean the same in this shop, as its policy has them.
    pub synonyms: Vec<Vec<String>>,
    /// Whether its policy lets an article in another language than the question's answer.
    pub answer_in_article_language: bool,
}

/// The help articles of a connection at one version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Knowledge {
    /// Counts the changes; 0 when there is none.
    pub version: u32,
    /// The articles.
    pub articles: Vec<Article>,
}

/// A help article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text, Markdown.
    pub text: String,
}

/// What the answerer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which answerer.
    pub answerer: String,
    /// Its confidence in thousandths.
    pub confidence_per_mille: u32,
    /// The answer's own sentences; none when nothing was found.
    pub body: Option<String>,
    /// The passages it looked at, best first.
    pub passages: Vec<PassageReceipt>,
    /// Cost in millionths of the account's currency.
    pub cost_micros: u64,
}

/// The answerer failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswererError {
    /// It may work when asked again.
    #[error("{0}")]
    Temporary(String),
    /// Asking again is of no use.
    #[error("{0}")]
    Permanent(String),
}

/// Runs `act` on an actor after `wait`, by the world's clock.
pub(crate) fn after<A>(
    world: &World,
    context: &mut Context<A>,
    wait: Duration,
    act: impl FnOnce(&mut A, &mut Context<A>) + 'static,
) -> SpawnHandle
where
    A: Actor<Context = Context<A>>,
{
    context.spawn(
        wrap_future(world.clock.sleep(wait)).map(move |(), actor: &mut A, context| act(actor, context)),
    )
}
