//! The world of a benchmark: the real log and open-work list in a folder, one live connection, and a Gorgias that
//! never answers, so that nothing but Polus itself is measured.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::{BoxFuture, FutureExt, pending};
use polus::world::{EmbeddedAnswerer, SystemClock, SystemDice};
use polus_actors::World;
use polus_actors::board::Board;
use polus_actors::journal::append_fact;
use polus_actors::tenant::secret_hash;
use polus_actors::world::{Credentials, Helpdesk, Helpdesks, Limits, Vault, VaultError};
use polus_core::connection::{ConnectionEvent, Details};
use polus_core::gorgias::{Call, CallError, Reply};
use polus_core::id::{ConnectionId, InstallationId, MessageId, Stream, TeamId, UserId};
use polus_core::policy::Mode;
use polus_core::sync::DirectoryEvent;
use polus_storage::{FileBlobs, SledLog, SledOpenWork, SledOptions};

/// The account.
pub const ACCOUNT: &str = "acme";

/// The secret of its webhook.
pub const SECRET: &str = "0123456789012345678901234567890123456789";

/// Longer than a benchmark runs: what is measured in one turn must not leave memory in the next.
const STAYS: Duration = Duration::from_secs(60 * 60);

/// Opens the log, the open-work list and the blobs in `folder` as the program does.
pub fn open(folder: &Path) -> Result<World> {
    Ok(World {
        installation: InstallationId("bench".to_owned()),
        log: Arc::new(SledLog::open(folder.join("log"), SledOptions::default())?),
        blobs: Arc::new(FileBlobs::open(folder.join("blobs"))?),
        open_work: Arc::new(SledOpenWork::open(folder.join("derived"))?),
        clock: Arc::new(SystemClock::new()),
        dice: Arc::new(SystemDice),
        helpdesks: Arc::new(Silence),
        answerer: Arc::new(EmbeddedAnswerer::default()),
        vault: Arc::new(OneKey),
        board: Arc::new(Board::new()),
        marks: Arc::default(),
        limits: Limits { passivate_after: STAYS, resident_tickets_max: usize::MAX, ..Limits::default() },
    })
}

/// Makes the connection, as far as the log is concerned.
pub async fn connect(world: &World) -> Result<()> {
    let account = account()?;
    let (log, blobs, now) = (world.log.as_ref(), world.blobs.as_ref(), world.clock.now());
    let opened = DirectoryEvent::Opened { connection: account.clone() };
    append_fact(log, blobs, &Stream::Directory, &opened, now).await?;
    let connected = connected();
    append_fact(log, blobs, &Stream::Connection(account), &connected, now).await?;
    Ok(())
}

/// What the connection begins with.
pub fn connected() -> ConnectionEvent {
    ConnectionEvent::Connected(Box::new(Details {
        generation: 1,
        account: "Acme".to_owned(),
        ai_user: UserId(41),
        ai_user_name: "Polus".to_owned(),
        handoff_team: Some(TeamId(9)),
        handoff_user: None,
        mode: Mode::Live,
        go_live: MessageId(1),
        key_fingerprint: "0123abcd".to_owned(),
        webhook_secret_hash: secret_hash(SECRET),
        warnings: Vec::new(),
        by: "a benchmark".to_owned(),
    }))
}

/// The account's name, checked.
pub fn account() -> Result<ConnectionId> {
    ConnectionId::new(ACCOUNT).context("the account's name")
}

/// A Gorgias that takes every call and answers none.
struct Silence;

impl Helpdesks for Silence {
    fn open(&self, _: &ConnectionId, _: &Credentials) -> Result<Arc<dyn Helpdesk>, String> {
        Ok(Arc::new(Self))
    }
}

impl Helpdesk for Silence {
    fn call<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Reply, CallError>> {
        pending().boxed()
    }
}

/// A vault with one key for everybody.
struct OneKey;

impl Vault for OneKey {
    fn seal(&self, _: &ConnectionId, _: &Credentials) -> Result<(), VaultError> {
        Err(VaultError("this vault takes nothing in".to_owned()))
    }

    fn open(&self, _: &ConnectionId) -> Result<Option<Credentials>, VaultError> {
        Ok(Some(Credentials {
            email: "ai@acme.example".to_owned(),
            api_key: "a key".into(),
            webhook_secret: SECRET.into(),
            webhook_secret_next: None,
        }))
    }

    fn erase(&self, _: &ConnectionId) -> Result<(), VaultError> {
        Ok(())
    }
}
