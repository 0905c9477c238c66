//! Whose secret a webhook came with.

use polus_core::ticket::event::Standing;
use polus_core::time::Time;
use subtle::{Choice, ConstantTimeEq};

use crate::board::ConnectionView;
use crate::tenant::secret_hash;

/// A secret that was taken once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// What it stands for now.
    pub standing: Standing,
    /// Its hash.
    pub hash: String,
}

/// What a secret stands for on a connection at `now`; none when it is wrong or there is no such connection. Takes the
/// same time whichever it is: the hash is always made and always compared to the end.
pub(super) fn known(view: Option<&ConnectionView>, secret: &str, now: Time) -> Option<Known> {
    let given = secret_hash(secret);
    let matches = |kept: &str| given.as_bytes().ct_eq(kept.as_bytes());
    let connection = view.map(|view| &view.connection);
    // A text that no hash equals keeps the comparison where there is nothing to compare with.
    let none = matches(NO_HASH) & Choice::from(0);
    let valid = connection.iter().flat_map(|connection| connection.valid_secrets(now));
    let is_valid = valid.fold(none, |found, kept| found | matches(kept));
    let stale = connection.iter().flat_map(|connection| connection.stale_secrets(now));
    let is_stale = stale.fold(Choice::from(0), |found, kept| found | matches(kept));
    let is_connected = connection.is_some_and(|connection| connection.is_connected());
    let standing = match (bool::from(is_valid), bool::from(is_stale)) {
        (false, false) => return None,
        (true, _) | (_, true) if !is_connected => Standing::Disconnected,
        (true, _) => Standing::Current,
        (false, true) => Standing::Stale,
    };
    Some(Known { standing, hash: given })
}

const NO_HASH: &str = "----------------------------------------------------------------";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use polus_core::connection::{ConnectionEvent, Details};
    use polus_core::id::{MessageId, UserId};
    use polus_core::policy::Mode;
    use polus_core::ticket::Recorded;
    use polus_core::time::Time;

    use super::*;

    fn connected(secret: &str) -> ConnectionEvent {
        ConnectionEvent::Connected(Box::new(Details {
            generation: 1,
            account: "Acme".to_owned(),
            ai_user: UserId(1),
            ai_user_name: "Bot".to_owned(),
            handoff_team: None,
            handoff_user: None,
            mode: Mode::Live,
            go_live: MessageId(0),
            key_fingerprint: String::new(),
            webhook_secret_hash: secret_hash(secret),
            warnings: Vec::new(),
            by: "a test".to_owned(),
        }))
    }

    fn view(events: Vec<ConnectionEvent>) -> ConnectionView {
        let mut view = ConnectionView::default();
        for (sequence, event) in (1..).zip(events) {
            view.connection.apply(&Recorded { sequence, at: Time(0), event });
        }
        view
    }

    #[test]
    fn a_secret_stands_for_what_became_of_it() {
        let cut = || ConnectionEvent::Disconnected { generation: 2, by: "a test".to_owned() };
        let live = view(vec![connected("one")]);
        let rotated = view(vec![connected("one"), connected("two")]);
        let gone = view(vec![connected("one"), connected("two"), cut()]);
        let standing = |view: Option<&ConnectionView>, secret: &str| {
            known(view, secret, Time(0)).map(|known| known.standing)
        };
        for (view, secret, expected) in [
            (&live, "one", Some(Standing::Current)),
            (&live, "two", None),
            (&live, "", None),
            (&rotated, "two", Some(Standing::Current)),
            (&rotated, "one", Some(Standing::Stale)),
            (&gone, "two", Some(Standing::Disconnected)),
            (&gone, "one", Some(Standing::Disconnected)),
            (&gone, "three", None),
        ] {
            assert_eq!(standing(Some(view), secret), expected, "{secret}");
        }
        assert_eq!(standing(Some(&view(Vec::new())), NO_HASH), None);
        assert_eq!(standing(None, "one"), None);
    }

    // F-10: after a rotation both are taken for a while, and what comes later at the old address is stale.
    #[test]
    fn a_rotated_secret_is_taken_until_its_time_is_up() {
        let rotated = ConnectionEvent::WebhookSecretRotated {
            secret_hash: secret_hash("two"),
            old_until: Time(100),
            by: "a test".to_owned(),
        };
        let view = view(vec![connected("one"), rotated]);
        for (secret, now, expected) in [
            ("two", 0, Some(Standing::Current)),
            ("one", 99, Some(Standing::Current)),
            ("one", 100, Some(Standing::Stale)),
            ("two", 100, Some(Standing::Current)),
            ("three", 0, None),
        ] {
            let known = known(Some(&view), secret, Time(now));
            assert_eq!(known.as_ref().map(|known| known.standing), expected, "{secret} at {now}");
            assert!(known.is_none_or(|known| known.hash == secret_hash(secret)));
        }
    }
}
