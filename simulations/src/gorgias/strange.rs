//! Calls that come to a webhook's address and that no desk makes: somebody guesses, something in between mangles, or another
//! account's integration was given this address.

use super::Desk;
use super::webhooks::Delivery;

/// The ticket that such calls name. There is none of this number, and nothing may ever stand in its stream.
pub const STRANGE_TICKET: i64 = 9_999_999_999;

/// Larger than any receiver reads, bytes.
const TOO_LARGE: usize = 4 * 1024 * 1024 + 1;

/// One such call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrangeCall {
    /// Its address.
    pub url: String,
    /// Its body.
    pub body: Vec<u8>,
    /// Whether it has no right to be heard, so that it must not be answered with 200.
    pub uninvited: bool,
}

/// What is strange about it, under the names by which it is counted.
const KINDS: [&str; 5] =
    ["strange_secret", "strange_event", "strange_json", "strange_size", "strange_account"];

impl Desk {
    /// The call that comes beside this delivery, now and then.
    pub fn strange_call(&mut self, beside: &Delivery) -> Option<StrangeCall> {
        let number = self.faults.strange(&mut self.luck)?;
        let place = usize::try_from(number % KINDS.len() as u64).unwrap_or(0);
        let kind = KINDS[place];
        self.faults.count(kind);
        let url = beside.url.split('?').next().unwrap_or_default().to_owned();
        let body = match kind {
            "strange_event" => {
                r#"{"event": {"type": "customer-vanished"}, "customer": {"name": "Nobody"}}"#.into()
            }
            "strange_json" => format!(r#"{{"ticket": {{"id": {STRANGE_TICKET}, "sub"#),
            "strange_size" => "x".repeat(TOO_LARGE),
            "strange_account" => {
                format!(r#"{{"ticket": {{"id": {STRANGE_TICKET}, "account": {{"domain": "dogwood"}}}}}}"#)
            }
            _ => format!(r#"{{"ticket": {{"id": {STRANGE_TICKET}}}}}"#),
        };
        let uninvited = kind == "strange_secret";
        let url = if uninvited { format!("{url}0") } else { url };
        Some(StrangeCall { url, body: body.into_bytes(), uninvited })
    }
}
