//! Who calls: Basic authentication with a user's e-mail address and API key, and what that user's role allows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Desk;
use super::records::Role;
use super::refusal::Refusal;

/// The user behind a key.
pub(super) struct Caller {
    pub user: i64,
    /// The name of the key's bucket.
    pub key: String,
}

/// Finds the user of an `Authorization` header; a revoked key and a deactivated user count as unknown.
pub(super) fn caller(desk: &Desk, authorization: Option<&str>) -> Result<Caller, Refusal> {
    let (email, secret) = authorization.and_then(credentials).ok_or_else(Refusal::unauthorized)?;
    desk.users
        .values()
        .find(|user| user.active && user.email.eq_ignore_ascii_case(&email) && user.accepts(&secret))
        .map(|user| Caller { user: user.id, key: user.bucket_of(&secret) })
        .ok_or_else(Refusal::unauthorized)
}

/// Whether the caller's role may change tickets and write to customers.
pub(super) fn may_write(desk: &Desk, user: i64) -> Result<(), Refusal> {
    match desk.users.get(&user).map(|user| user.role) {
        Some(
            Role::Admin | Role::Agent | Role::BasicAgent | Role::LiteAgent | Role::Bot | Role::InternalAgent,
        ) => Ok(()),
        Some(Role::ObserverAgent) | None => {
            Err(Refusal::forbidden("An observer can only look and write notes."))
        }
    }
}

/// Whether the caller's role may change integrations.
pub(super) fn may_administer(desk: &Desk, user: i64) -> Result<(), Refusal> {
    match desk.users.get(&user).map(|user| user.role) {
        Some(Role::Admin | Role::InternalAgent) => Ok(()),
        Some(Role::Agent | Role::BasicAgent | Role::LiteAgent | Role::ObserverAgent | Role::Bot) | None => {
            Err(Refusal::forbidden("Only an admin manages integrations."))
        }
    }
}

fn credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(email, secret)| (email.to_owned(), secret.to_owned()))
}
