//! The master key: 32 bytes, given as text.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// What seals the vault.
pub struct MasterKey(Zeroizing<[u8; MasterKey::BYTES]>);

/// A text that is no master key. The message repeats none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no key: it takes 32 random bytes as Base64 or as 64 hexadecimal digits, as `openssl rand -base64 32` makes them"
)]
pub struct BadMasterKey;

impl MasterKey {
    /// Its length.
    pub const BYTES: usize = 32;
    /// Length of its name.
    pub(super) const NAME_BYTES: usize = 8;

    /// Reads Base64, of either alphabet, or hexadecimal digits.
    pub fn parse(text: &SecretString) -> Result<Self, BadMasterKey> {
        let text = text.expose_secret().trim();
        let bytes = Zeroizing::new(
            if text.len() == 2 * Self::BYTES { of_hex(text) } else { of_base64(text) }.ok_or(BadMasterKey)?,
        );
        let bytes: [u8; Self::BYTES] = bytes.as_slice().try_into().map_err(|_| BadMasterKey)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    pub(super) fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// Tells keys apart without telling anything of them.
    pub(super) fn name(&self) -> [u8; Self::NAME_BYTES] {
        let hash = blake3::derive_key("polus vault, name of the master key", self.0.as_ref());
        let mut name = [0; Self::NAME_BYTES];
        name.copy_from_slice(&hash[..Self::NAME_BYTES]);
        name
    }
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(*pair.get(1)?)?)).collect()
}

fn of_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).ok()
}
