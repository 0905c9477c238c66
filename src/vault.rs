//! Credentials at rest: one sealed file a connection, outside the log, forgotten on disconnect.
//!
//! A file, persisted: `PVLT`, a format version, the first 8 bytes of the master key's hash, a nonce of 24 bytes, and
//! the credentials as JSON under XChaCha20-Poly1305. The version, the key's hash and the connection's name are
//! authenticated with it, so that a file cannot be passed off as another connection's.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use polus_actors::world::{Credentials, Vault, VaultError};
use polus_core::id::ConnectionId;
use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::ExposeSecret;
use secrecy::zeroize::{Zeroize, Zeroizing};
use serde::{Deserialize, Serialize};

mod master_key;

pub use master_key::{BadMasterKey, MasterKey};

use crate::durable;

const MAGIC: &[u8; 4] = b"PVLT";
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = MAGIC.len() + 1 + MasterKey::NAME_BYTES + NONCE_BYTES;
const ENDING: &str = "sealed";

/// A [`Vault`] in a folder.
pub struct SealedVault {
    folder: PathBuf,
    key: MasterKey,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Contents {
    email: String,
    api_key: String,
    webhook_secret: String,
    /// Only while a rotation is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webhook_secret_next: Option<String>,
}

impl Drop for Contents {
    fn drop(&mut self) {
        self.api_key.zeroize();
        self.webhook_secret.zeroize();
        self.webhook_secret_next.zeroize();
    }
}

impl SealedVault {
    /// Opens the folder, makes it when it is missing, and sees that `key` opens everything in it.
    pub fn open(folder: PathBuf, key: MasterKey) -> Result<Self, VaultError> {
        let failed = |error| VaultError(format!("the vault {} cannot be used: {error}", folder.display()));
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed)?;
        let mut connections = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let is_sealed = path.extension().is_some_and(|ending| ending == ENDING);
            let name =
                path.file_stem().and_then(|name| name.to_str()).and_then(|name| ConnectionId::new(name).ok());
            if let (true, Some(connection)) = (is_sealed, name) {
                connections.push(connection);
            }
        }
        let vault = Self { folder, key };
        for connection in connections {
            vault.open(&connection)?;
        }
        Ok(vault)
    }

    fn path(&self, connection: &ConnectionId) -> PathBuf {
        self.folder.join(format!("{connection}.{ENDING}"))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.bytes().into())
    }

    fn authenticated(&self, connection: &ConnectionId) -> Vec<u8> {
        [&[VERSION][..], &self.key.name(), connection.as_str().as_bytes()].concat()
    }

    fn sealed(&self, connection: &ConnectionId, credentials: &Credentials) -> Result<Vec<u8>, String> {
        let contents = Contents {
            email: credentials.email.clone(),
            api_key: credentials.api_key.expose_secret().to_owned(),
            webhook_secret: credentials.webhook_secret.expose_secret().to_owned(),
            webhook_secret_next: credentials
                .webhook_secret_next
                .as_ref()
                .map(|next| next.expose_secret().to_owned()),
        };
        let plain = Zeroizing::new(serde_json::to_vec(&contents).map_err(|error| error.to_string())?);
        let mut nonce = [0; NONCE_BYTES];
        SysRng.try_fill_bytes(&mut nonce).map_err(|error| error.to_string())?;
        let authenticated = self.authenticated(connection);
        let payload = Payload { msg: &plain, aad: &authenticated };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| "it cannot be encrypted".to_owned())?;
        Ok([&MAGIC[..], &[VERSION], &self.key.name(), &nonce, &sealed].concat())
    }

    fn unsealed(&self, connection: &ConnectionId, bytes: &[u8]) -> Result<Credentials, String> {
        let damaged = || "it is damaged; connect anew".to_owned();
        let (head, sealed) = bytes.split_at_checked(HEAD_BYTES).ok_or_else(damaged)?;
        let (magic, rest) = head.split_at(MAGIC.len());
        let (version, rest) = rest.split_at(1);
        let (name, nonce) = rest.split_at(MasterKey::NAME_BYTES);
        if magic != MAGIC {
            return Err(damaged());
        }
        if version != [VERSION] {
            return Err("a newer program sealed it; use that one".to_owned());
        }
        if name != self.key.name() {
            return Err("it was sealed with another master key. Give that one as POLUS_MASTER_KEY_FILE, or delete the file and connect anew".to_owned());
        }
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| damaged())?;
        let authenticated = self.authenticated(connection);
        let plain = self
            .cipher()
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &authenticated })
            .map_err(|_| damaged())?;
        let plain = Zeroizing::new(plain);
        let contents: Contents = serde_json::from_slice(&plain).map_err(|_| damaged())?;
        Ok(Credentials {
            email: contents.email.clone(),
            api_key: contents.api_key.as_str().into(),
            webhook_secret: contents.webhook_secret.as_str().into(),
            webhook_secret_next: contents.webhook_secret_next.as_deref().map(Into::into),
        })
    }
}

impl Vault for SealedVault {
    fn seal(&self, connection: &ConnectionId, credentials: &Credentials) -> Result<(), VaultError> {
        let failed = |problem: String| {
            VaultError(format!("the credentials of {connection} cannot be sealed: {problem}"))
        };
        let bytes = self.sealed(connection, credentials).map_err(failed)?;
        durable::write_private(&self.path(connection), &bytes).map_err(|error| failed(error.to_string()))
    }

    fn open(&self, connection: &ConnectionId) -> Result<Option<Credentials>, VaultError> {
        let path = self.path(connection);
        let failed = |problem: String| {
            VaultError(format!(
                "the credentials of {connection} in {} cannot be opened: {problem}",
                path.display()
            ))
        };
        match fs::read(&path) {
            Ok(bytes) => self.unsealed(connection, &bytes).map(Some).map_err(failed),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    fn erase(&self, connection: &ConnectionId) -> Result<(), VaultError> {
        durable::remove(&self.path(connection))
            .map_err(|error| VaultError(format!("the credentials of {connection} cannot be erased: {error}")))
    }
}

#[cfg(test)]
mod tests;
