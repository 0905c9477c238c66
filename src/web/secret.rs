//! Whose secret a webhook came with.

use polus_actors::board::ConnectionView;
use polus_actors::tenant::secret_hash;
use polus_core::ticket::event::Standing;
use subtle::{Choice, ConstantTimeEq};

/// What a secret stands for on a connection; none when it is wrong or there is no such connection. Takes the same
/// time whichever it is: the hash is always made and always compared to the end.
pub(super) fn standing(view: Option<&ConnectionView>, secret: &str) -> Option<Standing> {
    let given = secret_hash(secret);
    let matches = |kept: &str| given.as_bytes().ct_eq(kept.as_bytes());
    let connection = view.map(|view| &view.connection);
    let details = connection.and_then(|connection| connection.details.as_ref());
    // A text that no hash equals keeps the comparison where there is nothing to compare with.
    let is_current = matches(details.map_or(NO_HASH, |details| &details.webhook_secret_hash));
    let retired = connection.map_or(&[][..], |connection| &connection.retired_secrets);
    let is_retired = retired.iter().fold(Choice::from(0), |found, kept| found | matches(kept));
    let is_connected = connection.is_some_and(|connection| connection.is_connected());
    match (bool::from(is_current), bool::from(is_retired)) {
        (false, false) => None,
        (true, _) | (_, true) if !is_connected => Some(Standing::Disconnected),
        (true, _) => Some(Standing::Current),
        (false, true) => Some(Standing::Stale),
    }
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
}
