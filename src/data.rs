//! The data folder: who may look into it, who holds it, and the few files that stand directly in it.
//!
//! ```text
//! lock          held while a process uses the folder
//! admin-token   bearer token of the admin API, where none is set       (0600)
//! master-key    what seals the vault, where none is set                 (0600)
//! installation  this folder's name, in the markers of our messages; delete it after restoring a backup beside a
//!               folder that is still in use, and a new one is drawn
//! log/ blobs/   the log, and values too large for it
//! derived/      can be deleted at any time
//! vault/        credentials, sealed
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use polus_core::id::InstallationId;
use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::durable;
use crate::vault::{BadMasterKey, MasterKey};

/// Name of the file that holds the admin token.
pub const ADMIN_TOKEN: &str = "admin-token";
/// Name of the file that holds the master key.
pub const MASTER_KEY: &str = "master-key";
/// Name of the data folder inside the folder that a simulated run is kept in.
pub const OF_A_RUN: &str = "data";
const INSTALLATION: &str = "installation";
const LOCK: &str = "lock";

/// Letters and digits of an installation's name: enough that two installations on one account never share it.
const INSTALLATION_CHARACTERS: usize = 8;
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A data folder that this process holds.
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Another process holds it.
    #[error("the data folder {} is in use by another process; stop that one, or give another folder with --data", .0.display())]
    InUse(PathBuf),
    /// It holds what we did not put there.
    #[error("{} is no data folder of polus: it holds other files. Give an empty or new folder with --data", .0.display())]
    Foreign(PathBuf),
    /// It holds a data folder, beside the run that was played.
    #[error("{} is the folder of a kept run; its data folder is {}", .0.display(), .0.join(OF_A_RUN).display())]
    OfARun(PathBuf),
    /// The disk is full.
    #[error("the disk of the data folder {} is full; make room and start again", .0.display())]
    Full(PathBuf),
    /// We may not write there.
    #[error("the data folder {} cannot be written: {problem}. Give its owner's rights to the user this runs as, or another folder with --data", path.display())]
    Unwritable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// A file in it cannot be read.
    #[error("{} cannot be read: {problem}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// A file in it does not hold what it should.
    #[error("{} is damaged: {problem}. Restore it from a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The master key is none.
    #[error("the setting master_key cannot be used")]
    MasterKey(#[from] BadMasterKey),
    /// There are sealed credentials but no key to open them.
    #[error("{} holds sealed credentials, but the master key is missing: give the one they were sealed with as POLUS_MASTER_KEY_FILE, or put it back into {}", vault.display(), file.display())]
    MasterKeyMissing {
        /// The vault.
        vault: PathBuf,
        /// Where the key should be.
        file: PathBuf,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
}

/// A secret of the folder, and whether it was made just now.
pub struct Kept<T> {
    /// The secret.
    pub value: T,
    /// The file it was just made in.
    pub made_in: Option<PathBuf>,
}

/// A folder that a simulated run is kept in is easily given in place of the data folder in it.
pub fn not_of_a_run(path: &Path) -> Result<(), DataError> {
    let holds_one = path.join(OF_A_RUN).join(LOCK).exists() && !path.join(LOCK).exists();
    if holds_one { Err(DataError::OfARun(path.to_owned())) } else { Ok(()) }
}

/// Looks whether `path` is a data folder that no process holds; makes and changes nothing. Held until what it returns is
/// dropped; there is nothing to hold in an empty folder.
pub fn look(path: &Path) -> Result<Option<File>, DataError> {
    not_of_a_run(path)?;
    let unreadable = |problem| DataError::Unreadable { path: path.to_owned(), problem };
    let lock = match File::open(path.join(LOCK)) {
        Ok(lock) => lock,
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => {
            return match fs::read_dir(path).map_err(unreadable)?.next() {
                None => Ok(None),
                Some(_) => Err(DataError::Foreign(path.to_owned())),
            };
        }
        Err(problem) => return Err(unreadable(problem)),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(DataError::InUse(path.to_owned())),
        Err(TryLockError::Error(problem)) => Err(unreadable(problem)),
    }
}

impl DataFolder {
    /// Takes the folder; makes it when it is missing. Held until dropped.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let failed = |problem| unwritable(path, problem);
        not_of_a_run(path)?;
        let is_new = !path.exists();
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        let lock_path = path.join(LOCK);
        if !is_new && !lock_path.exists() && fs::read_dir(path).map_err(failed)?.next().is_some() {
            return Err(DataError::Foreign(path.to_owned()));
        }
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(lock_path)
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataError::InUse(path.to_owned())),
            Err(TryLockError::Error(problem)) => Err(failed(problem)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where blobs are.
    pub fn blobs(&self) -> PathBuf {
        self.path.join("blobs")
    }

    /// Where what can be rebuilt is.
    pub fn derived(&self) -> PathBuf {
        self.path.join("derived")
    }

    /// Where sealed credentials are.
    pub fn vault(&self) -> PathBuf {
        self.path.join("vault")
    }

    /// The admin token: `given`, or the one kept here, which is made when it is missing.
    pub fn admin_token(&self, given: Option<&SecretString>) -> Result<Kept<SecretString>, DataError> {
        if let Some(token) = given {
            return Ok(Kept { value: token.clone(), made_in: None });
        }
        self.kept(ADMIN_TOKEN, || {
            let mut bytes = Zeroizing::new([0; 32]);
            fill(bytes.as_mut())?;
            Ok(URL_SAFE_NO_PAD.encode(bytes.as_ref()).into())
        })
    }

    /// The master key: `given`, or the one kept here, which is made when it is missing and nothing is sealed yet.
    pub fn master_key(&self, given: Option<&SecretString>) -> Result<Kept<MasterKey>, DataError> {
        if let Some(text) = given {
            return Ok(Kept { value: MasterKey::parse(text)?, made_in: None });
        }
        let file = self.path.join(MASTER_KEY);
        let vault = self.vault();
        if !file.exists() && fs::read_dir(&vault).is_ok_and(|mut sealed| sealed.next().is_some()) {
            return Err(DataError::MasterKeyMissing { vault, file });
        }
        let kept = self.kept(MASTER_KEY, || {
            let mut bytes = Zeroizing::new([0; MasterKey::BYTES]);
            fill(bytes.as_mut())?;
            Ok(STANDARD.encode(bytes.as_ref()).into())
        })?;
        let value = MasterKey::parse(&kept.value)
            .map_err(|problem| DataError::Damaged { path: file, problem: problem.to_string() })?;
        Ok(Kept { value, made_in: kept.made_in })
    }

    /// This folder's name, drawn when the folder is made.
    pub fn installation(&self) -> Result<InstallationId, DataError> {
        let path = self.path.join(INSTALLATION);
        let kept = self.kept(INSTALLATION, || {
            let mut bytes = [0; INSTALLATION_CHARACTERS];
            fill(&mut bytes)?;
            let name = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
            Ok(name.collect::<String>().into())
        })?;
        let name = kept.value.expose_secret();
        let is_name = name.len() == INSTALLATION_CHARACTERS
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !is_name {
            let problem = "it is no name of 8 letters and digits".to_owned();
            return Err(DataError::Damaged { path, problem });
        }
        Ok(InstallationId(name.to_owned()))
    }

    fn kept(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<SecretString, DataError>,
    ) -> Result<Kept<SecretString>, DataError> {
        let path = self.path.join(name);
        if path.exists() {
            return Ok(Kept { value: read_secret(&path)?, made_in: None });
        }
        let value = make()?;
        durable::write_private(&path, value.expose_secret().as_bytes())
            .map_err(|problem| unwritable(&self.path, problem))?;
        Ok(Kept { value, made_in: Some(path) })
    }
}

/// The admin token kept in `folder`, for a command that talks to the server which holds it.
pub fn read_admin_token(folder: &Path) -> Result<SecretString, DataError> {
    read_secret(&folder.join(ADMIN_TOKEN))
}

fn read_secret(path: &Path) -> Result<SecretString, DataError> {
    let text = fs::read_to_string(path)
        .map_err(|problem| DataError::Unreadable { path: path.to_owned(), problem })?;
    let text = Zeroizing::new(text);
    if text.trim().is_empty() {
        return Err(DataError::Damaged { path: path.to_owned(), problem: "it is empty".to_owned() });
    }
    Ok(text.trim().into())
}

fn fill(bytes: &mut [u8]) -> Result<(), DataError> {
    SysRng.try_fill_bytes(bytes).map_err(|error| DataError::Randomness(error.to_string()))
}

fn unwritable(path: &Path, problem: io::Error) -> DataError {
    match problem.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DataError::Full(path.to_owned()),
        _ => DataError::Unwritable { path: path.to_owned(), problem },
    }
}

#[cfg(test)]
mod tests;
