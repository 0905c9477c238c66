//! The address that a webhook calls, whose last part is the secret: what it shows of how the webhook stands.

use polus_core::connection::{Connection, ConnectionEvent, Webhook, WebhookForm, WebhookLook, WebhookSeen};
use polus_core::gorgias::answers;
use secrecy::{ExposeSecret, SecretString};

use super::secret_hash;

/// How a webhook stands, where this is the secret that its address should hold.
pub(super) fn judge(
    connection: &Connection,
    webhook: &Webhook,
    found: Option<&answers::Webhook>,
    secret: &SecretString,
) -> WebhookLook {
    let seen = |found: &answers::Webhook| {
        let (_, shown, _) = parts(&found.url);
        WebhookSeen {
            active: found.active,
            address_hash: secret_hash(&found.url),
            secret_hash: secret_hash(shown),
            rest_hash: rest_hash(&found.url),
            triggers: found.triggers.clone(),
        }
    };
    match (connection.judge_webhook(webhook, found.map(seen).as_ref()), found) {
        // It is shown, and the log names another.
        (WebhookLook::Masked, Some(found)) if holds(&found.url, secret.expose_secret()) => {
            WebhookLook::Outdated
        }
        // No mask looks like that.
        (WebhookLook::Masked, Some(found)) if is_a_secret(parts(&found.url).1, secret) => {
            WebhookLook::Changed { how: "it calls another address".to_owned() }
        }
        (look, _) => look,
    }
}

/// Whether this could be a secret of ours: as long as the present one, and letters and digits alone.
fn is_a_secret(shown: &str, secret: &SecretString) -> bool {
    shown.len() == secret.expose_secret().len() && shown.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What is known now of a write whose answer was lost: this is how Gorgias took it, and what stood before is past. The look
/// has found no trigger lacking, so that those it has are those it is to have.
pub(super) fn taken(
    webhook: &Webhook,
    look: &WebhookLook,
    found: &answers::Webhook,
) -> Option<ConnectionEvent> {
    let stands = matches!(look, WebhookLook::Stands | WebhookLook::Outdated | WebhookLook::Masked);
    let shown = secret_hash(&found.url);
    let form = webhook.begun.iter().find(|form| form.address_hash == shown).filter(|_| stands)?;
    let form = WebhookForm { triggers: found.triggers.clone(), ..form.clone() };
    Some(ConnectionEvent::WebhookUpdated { integration: webhook.integration, form })
}

/// BLAKE3 of the address without its secret, in hex.
pub(super) fn rest_hash(address: &str) -> String {
    let (base, _, query) = parts(address);
    secret_hash(&format!("{base}/{query}"))
}

/// The address with the present secret as the last part of its path.
pub(super) fn with_secret(address: &str, secret: &SecretString) -> String {
    let (base, _, query) = parts(address);
    format!("{base}/{}{query}", secret.expose_secret())
}

/// The path of an address up to its last part, that part, and the query with the mark before it.
pub(super) fn parts(address: &str) -> (&str, &str, &str) {
    let (path, query) = address.split_at(address.find('?').unwrap_or(address.len()));
    let (base, last) = path.rsplit_once('/').unwrap_or((path, ""));
    (base, last, query)
}

/// Whether the secret is in the address, as it was written or as Gorgias may have tidied it.
pub(super) fn holds(address: &str, secret: &str) -> bool {
    address.to_ascii_lowercase().contains(&secret.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use polus_core::connection::WebhookPurpose;
    use polus_core::id::IntegrationId;

    use super::*;

    // Written again, each of them would be found the same at the next look.
    #[test]
    fn an_address_that_gorgias_tidied_holds_its_secret() {
        for address in ["https://a.example/h/Ab1", "https://a.example/h/ab1/", "https://a.example/h/Ab1?x=y"]
        {
            assert!(holds(address, "Ab1"), "{address}");
        }
        assert!(!holds("https://a.example/h/Ab2", "Ab1"));
    }

    #[test]
    fn a_write_that_is_seen_later_keeps_its_triggers() {
        let form = |url: &str, triggers: &[String]| WebhookForm {
            purpose: WebhookPurpose::Events,
            address_hash: secret_hash(url),
            rest_hash: rest_hash(url),
            triggers: triggers.to_vec(),
        };
        let triggers = ["ticket-created".to_owned()];
        let (old, new) = ("https://a.example/h/Ab1", "https://b.example/h/Ab1");
        let webhook = Webhook {
            integration: IntegrationId(7),
            form: Some(form(old, &triggers)),
            begun: vec![form(new, &[])],
            fault: None,
        };
        let found = |url: &str| answers::Webhook {
            name: None,
            active: true,
            url: url.to_owned(),
            triggers: triggers.to_vec(),
        };
        let expected =
            ConnectionEvent::WebhookUpdated { integration: IntegrationId(7), form: form(new, &triggers) };
        assert_eq!(taken(&webhook, &WebhookLook::Stands, &found(new)), Some(expected));
        assert_eq!(taken(&webhook, &WebhookLook::Off, &found(new)), None);
        assert_eq!(taken(&webhook, &WebhookLook::Stands, &found(old)), None);
    }

    #[test]
    fn the_present_secret_takes_the_place_of_the_last_part_before_the_query() {
        for (address, expected) in [
            ("https://a.example/h/***", "https://a.example/h/Ab1"),
            ("https://a.example/h/Ab…?trigger=t", "https://a.example/h/Ab1?trigger=t"),
            ("https://a.example/h/", "https://a.example/h/Ab1"),
            ("none", "none/Ab1"),
        ] {
            assert_eq!(with_secret(address, &"Ab1".into()), expected);
        }
    }
}
