//! The secret in the webhooks' address: which one holds, and how it is exchanged for another.

use std::time::Duration;

use polus_core::connection::{Connection, ConnectionEvent};
use secrecy::{ExposeSecret, SecretString};

use super::{Life, secret_hash};
use crate::mail::Refused;
use crate::world::Credentials;

impl Life {
    /// The secret that the address of a webhook gets.
    pub async fn webhook_secret(&self) -> Result<SecretString, Refused> {
        let journal = self.journal.lock().await;
        Ok(secrets_of(&self.credentials()?, journal.machine()).0)
    }

    /// Draws a new secret. The one before is taken for as long as `overlap`. Whenever this breaks off, the vault holds the
    /// secret that the log names.
    pub(super) async fn rotate_secret(&self, overlap: Duration, by: &str) -> Result<(), Refused> {
        let mut journal = self.journal.lock().await;
        // A rotation before, of which nobody could say whether it was recorded, decides which secret holds.
        if journal.catch_up().await.map_err(Refused::storage)? {
            self.publish(journal.machine()).await;
        }
        if !journal.machine().is_connected() {
            return Err(Refused::NotNow(format!("{} is not connected", self.tenant.id)));
        }
        let kept = self.credentials()?;
        let (old, _) = secrets_of(&kept, journal.machine());
        let new = self.world.dice.secret();
        let both = Credentials { webhook_secret: old, webhook_secret_next: Some(new.clone()), ..kept };
        self.world.vault.seal(&self.tenant.id, &both).map_err(Refused::storage)?;
        let event = ConnectionEvent::WebhookSecretRotated {
            secret_hash: secret_hash(new.expose_secret()),
            old_until: self.world.clock.now().plus(overlap),
            by: by.to_owned(),
        };
        self.record(&mut journal, event).await?;
        self.publish(journal.machine()).await;
        let alone = Credentials { webhook_secret: new, webhook_secret_next: None, ..both };
        if let Err(error) = self.world.vault.seal(&self.tenant.id, &alone) {
            // The new one is the second of the two in the vault, and found there.
            tracing::warn!(connection = %self.tenant.id, %error, "a webhook secret that is replaced stays in the vault");
        }
        Ok(())
    }
}

/// The kept secret that the log names, and the other if there are two. A vault that holds neither was brought back from a
/// backup: its first is as good as any.
pub(super) fn secrets_of(
    kept: &Credentials,
    connection: &Connection,
) -> (SecretString, Option<SecretString>) {
    let named = connection.details.as_ref().map(|details| details.webhook_secret_hash.as_str());
    match &kept.webhook_secret_next {
        Some(next) if named == Some(secret_hash(next.expose_secret()).as_str()) => {
            (next.clone(), Some(kept.webhook_secret.clone()))
        }
        other => (kept.webhook_secret.clone(), other.clone()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use polus_core::connection::Details;
    use polus_core::id::{MessageId, UserId};
    use polus_core::policy::Mode;

    use super::*;

    fn kept(secret: &str, next: Option<&str>) -> Credentials {
        Credentials {
            email: "ai@acme.example".to_owned(),
            api_key: "k".into(),
            webhook_secret: secret.into(),
            webhook_secret_next: next.map(Into::into),
        }
    }

    fn naming(secret: &str) -> Connection {
        let details = Details {
            generation: 1,
            account: "Acme".to_owned(),
            ai_user: UserId(1),
            ai_user_name: "Polus".to_owned(),
            handoff_team: None,
            handoff_user: None,
            mode: Mode::Live,
            go_live: MessageId(0),
            key_fingerprint: String::new(),
            webhook_secret_hash: secret_hash(secret),
            warnings: Vec::new(),
            by: "a test".to_owned(),
        };
        Connection { details: Some(details), ..Connection::default() }
    }

    // A crash between vault and log, on either side of the record.
    #[test]
    fn of_two_secrets_the_one_that_the_log_names_holds() {
        for (kept, named, holds, other) in [
            (kept("old", None), "old", "old", None),
            (kept("old", Some("new")), "old", "old", Some("new")),
            (kept("old", Some("new")), "new", "new", Some("old")),
            (kept("new", None), "new", "new", None),
            (kept("backup", None), "new", "backup", None),
        ] {
            let (secret, second) = secrets_of(&kept, &naming(named));
            let second = second.map(|second| second.expose_secret().to_owned());
            assert_eq!((secret.expose_secret(), second.as_deref()), (holds, other), "{named}");
        }
    }
}
