//! The real world: where the parts meet. Its simulated twin stands in `simulations/src/world.rs`.
//!
//! ```text
//! world/clock.rs      this machine's time
//! world/dice.rs       randomness from the system
//! world/helpdesks.rs  Gorgias over HTTP
//! world/answerer.rs   the embedded answerer, an index for each connection
//! ```

use std::sync::Arc;

use polus_actors::World;
use polus_actors::board::Board;
use polus_actors::world::{Limits, VaultError};
use polus_storage::{
    BlobError, Blobs, EventLog, FileBlobs, LogAddress, MemoryBlobs, MemoryOpenWork, OpenError, OpenWork,
    OpenWorkError, SledOpenWork, SledOptions,
};
use secrecy::SecretString;

mod answerer;
mod clock;
mod dice;
mod helpdesks;

pub use crate::answerer::{Settings as AnswererSettings, SynonymError, Synonyms};
pub use answerer::EmbeddedAnswerer;
pub use clock::SystemClock;
pub use dice::SystemDice;
pub use helpdesks::GorgiasHelpdesks;

use crate::config::Config;
use crate::data::{DataError, DataFolder, Kept};
use crate::vault::{MasterKey, SealedVault};

/// A world, the data folder it lives in, and the secrets that were made with it.
pub struct Built {
    /// The world.
    pub world: World,
    /// Held as long as this lives.
    pub folder: DataFolder,
    /// Token of the admin API.
    pub admin_token: Kept<SecretString>,
    /// Where the master key was made just now; none when there was one.
    pub master_key_made_in: Option<std::path::PathBuf>,
}

/// Why there is no world.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The data folder.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// There is no log to look at.
    #[error("there is no log at {0}; `polus serve` makes it")]
    NoLog(String),
    /// The blobs.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The open-work list.
    #[error(transparent)]
    OpenWork(#[from] OpenWorkError),
    /// The vault.
    #[error("{0}")]
    Vault(VaultError),
}

/// What the log is made of: the same for the server and for a look into a folder that no server uses.
pub struct Stored {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// The blobs.
    pub blobs: Arc<dyn Blobs>,
}

/// Builds the world from the settings. Blocks while the log is checked.
pub fn build(config: &Config) -> Result<Built, BuildError> {
    let folder = DataFolder::open(&config.data)?;
    let installation = folder.installation()?;
    let admin_token = folder.admin_token(config.admin_token.as_ref())?;
    let Kept { value: key, made_in: master_key_made_in } = folder.master_key(config.master_key.as_ref())?;
    let vault = seal(&folder, key)?;
    let Stored { log, blobs } = open_stored(&config.log, &folder)?;
    let open_work: Arc<dyn OpenWork> = match config.log {
        LogAddress::Sled(_) => Arc::new(SledOpenWork::open(folder.derived())?),
        LogAddress::Memory => Arc::new(MemoryOpenWork::new()),
    };
    let world = World {
        installation,
        log,
        blobs,
        open_work,
        clock: Arc::new(SystemClock::new()),
        dice: Arc::new(SystemDice),
        helpdesks: Arc::new(GorgiasHelpdesks::new(config.gorgias_url.clone())),
        answerer: Arc::new(EmbeddedAnswerer::default()),
        vault: Arc::new(vault),
        board: Arc::new(Board::new()),
        marks: Arc::default(),
        limits: Limits::default(),
    };
    Ok(Built { world, folder, admin_token, master_key_made_in })
}

/// Opens the log and its blobs.
pub fn open_stored(address: &LogAddress, folder: &DataFolder) -> Result<Stored, BuildError> {
    let log = polus_storage::open(address, SledOptions::default())?;
    let blobs: Arc<dyn Blobs> = match address {
        LogAddress::Sled(_) => Arc::new(FileBlobs::open(folder.blobs())?),
        LogAddress::Memory => Arc::new(MemoryBlobs::new()),
    };
    Ok(Stored { log, blobs })
}

/// Opens a log that is there already: a look at nothing should say so, not make a new one.
pub fn open_existing(address: &LogAddress, folder: &DataFolder) -> Result<Stored, BuildError> {
    match address {
        LogAddress::Sled(path) if path.is_dir() => open_stored(address, folder),
        LogAddress::Sled(_) | LogAddress::Memory => Err(BuildError::NoLog(address.to_string())),
    }
}

fn seal(folder: &DataFolder, key: MasterKey) -> Result<SealedVault, BuildError> {
    SealedVault::open(folder.vault(), key).map_err(BuildError::Vault)
}
