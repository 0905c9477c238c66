//! What was sealed comes back, and nothing else does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::os::unix::fs::PermissionsExt;

use super::*;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn key(text: &str) -> MasterKey {
    MasterKey::parse(&text.into()).unwrap()
}

fn acme() -> ConnectionId {
    ConnectionId::new("acme").unwrap()
}

fn credentials() -> Credentials {
    Credentials {
        email: "bot@acme.example".to_owned(),
        api_key: "k3y-of-bot".into(),
        webhook_secret: "w3bhook".into(),
        webhook_secret_next: None,
    }
}

fn vault(folder: &tempfile::TempDir, text: &str) -> Result<SealedVault, VaultError> {
    SealedVault::open(folder.path().join("vault"), key(text))
}

#[test]
fn credentials_come_back_until_they_are_erased() {
    let folder = tempfile::tempdir().unwrap();
    let first = vault(&folder, KEY).unwrap();
    assert!(first.open(&acme()).unwrap().is_none());
    first.seal(&acme(), &credentials()).unwrap();
    let second = vault(&folder, KEY).unwrap();
    let opened = second.open(&acme()).unwrap().unwrap();
    assert_eq!(opened.email, "bot@acme.example");
    assert_eq!(opened.api_key.expose_secret(), "k3y-of-bot");
    assert_eq!(opened.webhook_secret.expose_secret(), "w3bhook");
    assert!(opened.webhook_secret_next.is_none());
    let rotating = Credentials { webhook_secret_next: Some("n3xt".into()), ..credentials() };
    second.seal(&acme(), &rotating).unwrap();
    let opened = second.open(&acme()).unwrap().unwrap();
    assert_eq!(opened.webhook_secret.expose_secret(), "w3bhook");
    assert_eq!(opened.webhook_secret_next.unwrap().expose_secret(), "n3xt");
    second.erase(&acme()).unwrap();
    second.erase(&acme()).unwrap();
    assert!(second.open(&acme()).unwrap().is_none());
    assert_eq!(fs::read_dir(folder.path().join("vault")).unwrap().count(), 0);
}

#[test]
fn a_file_shows_nothing_and_belongs_to_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, KEY).unwrap();
    vault.seal(&acme(), &credentials()).unwrap();
    let first = fs::read(vault.path(&acme())).unwrap();
    for text in ["k3y-of-bot", "w3bhook", "bot@acme"] {
        assert!(!first.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    assert_eq!(fs::metadata(vault.path(&acme())).unwrap().permissions().mode() & 0o777, 0o600);
    vault.seal(&acme(), &credentials()).unwrap();
    assert_ne!(fs::read(vault.path(&acme())).unwrap(), first, "the nonce is drawn anew");
}

#[test]
fn another_master_key_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    vault(&folder, KEY).unwrap().seal(&acme(), &credentials()).unwrap();
    let error = vault(&folder, OTHER).err().unwrap().to_string();
    assert!(error.contains("another master key"), "{error}");
}

#[test]
fn any_changed_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, KEY).unwrap();
    vault.seal(&acme(), &credentials()).unwrap();
    let path = vault.path(&acme());
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(vault.open(&acme()).is_err(), "byte {at}");
    }
    fs::write(&path, &whole[..HEAD_BYTES - 1]).unwrap();
    assert!(vault.open(&acme()).is_err());
}

#[test]
fn a_file_is_no_other_connections() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, KEY).unwrap();
    vault.seal(&acme(), &credentials()).unwrap();
    let other = ConnectionId::new("other").unwrap();
    fs::copy(vault.path(&acme()), vault.path(&other)).unwrap();
    assert!(vault.open(&other).is_err());
}

#[test]
fn master_keys_are_read_from_base64_and_hex() {
    let hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    assert_eq!(key(KEY).bytes(), key(hex).bytes());
    assert_eq!(key(KEY.trim_end_matches('=')).bytes(), key(&format!(" {KEY}\n")).bytes());
    for text in
        ["", "short", &hex[2..], "é", "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"]
    {
        assert_eq!(MasterKey::parse(&text.into()).err(), Some(BadMasterKey), "{text}");
    }
}
