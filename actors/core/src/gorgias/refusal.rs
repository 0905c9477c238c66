//! An answer that is no success, told apart by what can be done about it. Gorgias' statuses and error envelope
//! are read here and nowhere else.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::call::{CallError, Reply};

/// Longest error text kept of an answer, in characters: enough for a reason, too little for a page.
const MESSAGE_CHARACTERS_MAX: usize = 500;

/// Why a call brought no usable success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 429: the account's call allowance is used up. Certainly not carried out.
    RateLimited {
        /// Seconds to wait, when the answer says.
        retry_after_s: Option<u64>,
    },
    /// 401: the e-mail and the key do not belong together, or the key was reset.
    Unauthorized,
    /// 403: the key is right but may not do this.
    Forbidden {
        /// Gorgias' own words.
        message: String,
    },
    /// 404: no such thing, or no longer.
    NotFound,
    /// Any other 4xx: Gorgias understood and declined.
    Invalid {
        /// HTTP status.
        status: u16,
        /// Gorgias' own words.
        message: String,
        /// What it says about single fields.
        fields: BTreeMap<String, Vec<String>>,
    },
    /// 5xx or 408: trouble on the far side; the call may have been carried out.
    Server {
        /// HTTP status.
        status: u16,
    },
    /// The body is no JSON where JSON was due: a wrong domain prefix, or an outage that shows a web page.
    NotJson {
        /// HTTP status.
        status: u16,
    },
    /// A success whose JSON lacks what we need; the text names it.
    Unreadable(String),
    /// There was no whole answer.
    Call(CallError),
}

/// Why a 403 was given, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForbiddenCause {
    /// A quota is used up, for example of messages.
    Quota,
    /// The account's plan does not include it, for example the REST API.
    Plan,
    /// The role of the key's user does not allow it.
    Permission,
    /// The text does not say.
    Unknown,
}

/// Sorts an answer: every 2xx is handed on, all else is a refusal.
pub fn judge(result: Result<Reply, CallError>) -> Result<Reply, Refusal> {
    let reply = result.map_err(Refusal::Call)?;
    if reply.is_success() {
        return Ok(reply);
    }
    // A proxy in front may answer these two with a page of its own; the status says enough.
    match reply.status {
        429 => return Err(Refusal::RateLimited { retry_after_s: reply.retry_after_s }),
        408 | 500.. => return Err(Refusal::Server { status: reply.status }),
        _ => {}
    }
    let Some(envelope) = Envelope::read(&reply.body) else {
        return Err(Refusal::NotJson { status: reply.status });
    };
    Err(match reply.status {
        401 => Refusal::Unauthorized,
        403 => Refusal::Forbidden { message: envelope.message },
        404 => Refusal::NotFound,
        status if status < 400 => Refusal::NotJson { status },
        status => Refusal::Invalid { status, message: envelope.message, fields: envelope.fields },
    })
}

impl Refusal {
    /// Whether the same call may succeed later although nobody changed anything. For an act that must not happen
    /// twice ask `may_have_happened` first.
    pub fn is_repeatable(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Server { .. } | Self::NotJson { .. } => true,
            Self::Call(error) => matches!(error, CallError::NotSent(_) | CallError::Unclear(_)),
            Self::Unauthorized
            | Self::Forbidden { .. }
            | Self::NotFound
            | Self::Invalid { .. }
            | Self::Unreadable(_) => false,
        }
    }

    /// Whether the request may have taken effect in spite of this. True unless the opposite is certain.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Server { .. } | Self::Unreadable(_) => true,
            Self::NotJson { status } => !(400..500).contains(status),
            Self::Call(error) => error.may_have_happened(),
            Self::RateLimited { .. }
            | Self::Unauthorized
            | Self::Forbidden { .. }
            | Self::NotFound
            | Self::Invalid { .. } => false,
        }
    }

    /// Why a 403 was given, as far as its text tells; `None` for anything but a 403.
    pub fn forbidden_cause(&self) -> Option<ForbiddenCause> {
        match self {
            Self::Forbidden { message } => Some(cause_of(message)),
            Self::RateLimited { .. }
            | Self::Unauthorized
            | Self::NotFound
            | Self::Invalid { .. }
            | Self::Server { .. }
            | Self::NotJson { .. }
            | Self::Unreadable(_)
            | Self::Call(_) => None,
        }
    }

    /// What happened and what to do about it, in one or two sentences for the merchant.
    pub fn for_people(&self) -> String {
        match self {
            Self::RateLimited { retry_after_s: Some(seconds) } => format!(
                "Gorgias' call allowance of the account is used up. Wait {seconds} s; if it happens often, \
                 another integration shares the allowance."
            ),
            Self::RateLimited { retry_after_s: None } => {
                "Gorgias' call allowance of the account is used up. Wait a minute and try again.".to_owned()
            }
            Self::Unauthorized => {
                "Gorgias does not accept this e-mail and key. Take both anew from Settings > \
                                   Account > REST API; a key that was reset stops working at once."
                    .to_owned()
            }
            Self::Forbidden { message } => forbidden_for_people(message),
            Self::NotFound => {
                "Gorgias knows no such thing. It was deleted or merged, or the number or the domain \
                               prefix is wrong."
                    .to_owned()
            }
            Self::Invalid { status, message, fields } => invalid_for_people(*status, message, fields),
            Self::Server { status } => {
                format!("Gorgias has trouble of its own (status {status}). Try again in a few minutes.")
            }
            Self::NotJson { status } => format!(
                "The answer (status {status}) does not come from Gorgias' API. Check the domain prefix: it is \
                 \"acme\" for acme.gorgias.com. If it is right, Gorgias is down; try again later."
            ),
            Self::Unreadable(what) => format!(
                "Gorgias answered, but not in a form this version can read: {what}. Look for a newer version of \
                 this program."
            ),
            Self::Call(error) => call_for_people(error),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RateLimited { retry_after_s: Some(seconds) } => {
                write!(formatter, "rate limited for {seconds} s")
            }
            Self::RateLimited { retry_after_s: None } => formatter.write_str("rate limited"),
            Self::Unauthorized => formatter.write_str("unauthorized"),
            Self::Forbidden { message } => write!(formatter, "forbidden: {message}"),
            Self::NotFound => formatter.write_str("not found"),
            Self::Invalid { status, message, .. } => write!(formatter, "declined with {status}: {message}"),
            Self::Server { status } => write!(formatter, "server error {status}"),
            Self::NotJson { status } => write!(formatter, "status {status} and no JSON"),
            Self::Unreadable(what) => write!(formatter, "unreadable answer: {what}"),
            Self::Call(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

fn cause_of(message: &str) -> ForbiddenCause {
    let text = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // A used-up quota is also introduced by "not enough permissions", so that comes last.
    if says(&["quota", "limit", "usage", "exceeded"]) {
        ForbiddenCause::Quota
    } else if says(&["plan", "subscription", "upgrade", "trial", "billing"]) {
        ForbiddenCause::Plan
    } else if says(&["permission", "role", "not allowed", "scope"]) {
        ForbiddenCause::Permission
    } else {
        ForbiddenCause::Unknown
    }
}

fn forbidden_for_people(message: &str) -> String {
    let advice = match cause_of(message) {
        ForbiddenCause::Quota => {
            "A quota of the account is used up; see its usage and billing page in Gorgias."
        }
        ForbiddenCause::Plan => "The key is right, but the account's plan does not include this access.",
        ForbiddenCause::Permission => {
            "The key is right, but its user may not do this; use the key of an agent with the needed role."
        }
        ForbiddenCause::Unknown => {
            "The key is right, but it gives no access: the plan may lack the REST API, or the user's role may be \
             too low."
        }
    };
    if message.is_empty() { advice.to_owned() } else { format!("{advice} Gorgias says: {message:?}") }
}

fn invalid_for_people(status: u16, message: &str, fields: &BTreeMap<String, Vec<String>>) -> String {
    let mut text = format!("Gorgias declined the request (status {status}): {message:?}");
    for (field, says) in fields {
        text.push_str(&format!("; {field}: {}", says.join(" ")));
    }
    text.push_str(". Repeating it will not help.");
    text
}

fn call_for_people(error: &CallError) -> String {
    match error {
        CallError::NotSent(reason) => format!(
            "Gorgias could not be reached ({reason}). Check the domain prefix and this machine's way to the internet."
        ),
        CallError::Unclear(reason) => {
            format!("Gorgias did not answer in time or not wholly ({reason}). Try again in a few minutes.")
        }
        CallError::TooLarge { max } => {
            format!("Gorgias' answer is longer than the {max} bytes this program accepts.")
        }
        CallError::ForeignRedirect { location_host } => format!(
            "The answer points to another host ({location_host}); the key is not sent there. Check the domain prefix."
        ),
    }
}

/// What an error body says.
#[derive(Default)]
struct Envelope {
    message: String,
    fields: BTreeMap<String, Vec<String>>,
}

impl Envelope {
    /// `None` when the body is something other than a JSON object; an empty body says nothing and is fine.
    fn read(body: &[u8]) -> Option<Self> {
        if body.trim_ascii().is_empty() {
            return Some(Self::default());
        }
        let Value::Object(root) = serde_json::from_slice(body).ok()? else {
            return None;
        };
        let error = root.get("error");
        let message = match error {
            Some(Value::String(text)) => text.clone(),
            Some(error) => error.get("msg").map(words).unwrap_or_default(),
            None => String::new(),
        };
        let mut fields = BTreeMap::new();
        if let Some(Value::Object(data)) = error.and_then(|error| error.get("data")) {
            for (field, says) in data {
                let says = match says {
                    Value::Array(list) => list.iter().map(words).collect(),
                    other => vec![words(other)],
                };
                fields.insert(field.clone(), says);
            }
        }
        Some(Self { message: shortened(&message), fields })
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => shortened(text),
        other => shortened(&other.to_string()),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MESSAGE_CHARACTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        judge(Ok(Reply { retry_after_s: Some(7), ..Reply::new(status, body) })).unwrap_err()
    }

    fn envelope(text: &str) -> String {
        serde_json::json!({"error": {"msg": text}}).to_string()
    }

    #[test]
    fn every_status_has_its_kind() {
        let html = "<html><body>nothing here</body></html>";
        let forbidden = |message: &str| Refusal::Forbidden { message: message.into() };
        for (status, body, expected, repeatable, may_have_happened) in [
            (
                429,
                envelope("Too many requests."),
                Refusal::RateLimited { retry_after_s: Some(7) },
                true,
                false,
            ),
            (429, html.into(), Refusal::RateLimited { retry_after_s: Some(7) }, true, false),
            (401, envelope("Unauthorized."), Refusal::Unauthorized, false, false),
            (401, String::new(), Refusal::Unauthorized, false, false),
            (401, html.into(), Refusal::NotJson { status: 401 }, true, false),
            (403, envelope("no"), forbidden("no"), false, false),
            (403, "{}".into(), forbidden(""), false, false),
            (403, r#"{"error":"no"}"#.into(), forbidden("no"), false, false),
            (404, envelope("gone"), Refusal::NotFound, false, false),
            (404, html.into(), Refusal::NotJson { status: 404 }, true, false),
            (302, html.into(), Refusal::NotJson { status: 302 }, true, true),
            (304, String::new(), Refusal::NotJson { status: 304 }, true, true),
            (400, "[1]".into(), Refusal::NotJson { status: 400 }, true, false),
            (408, html.into(), Refusal::Server { status: 408 }, true, true),
            (502, html.into(), Refusal::Server { status: 502 }, true, true),
            (503, envelope("later"), Refusal::Server { status: 503 }, true, true),
        ] {
            let found = refusal(status, &body);
            assert_eq!(found, expected, "{status} {body}");
            assert_eq!(found.is_repeatable(), repeatable, "{found:?}");
            assert_eq!(found.may_have_happened(), may_have_happened, "{found:?}");
        }
    }

    #[test]
    fn a_decline_keeps_what_it_says_about_fields() {
        let body = r#"{"error":{"msg":"Bad.","data":{"via":["Missing."],"source":{"to":["Bad."]},"x":"y"}}}"#;
        let Refusal::Invalid { status: 400, message, fields } = refusal(400, body) else {
            panic!("not a decline");
        };
        assert_eq!(message, "Bad.");
        assert_eq!(fields["via"], ["Missing."]);
        assert_eq!(fields["source"], [r#"{"to":["Bad."]}"#]);
        assert_eq!(fields["x"], ["y"]);
        let shown = refusal(400, body).for_people();
        assert!(shown.contains("via: Missing."), "{shown}");
    }

    #[test]
    fn a_success_is_handed_on_whatever_its_body() {
        for (status, body) in [(200, "{}"), (201, ""), (204, ""), (202, "<html>")] {
            assert_eq!(judge(Ok(Reply::new(status, body))), Ok(Reply::new(status, body)));
        }
    }

    #[test]
    fn a_long_error_text_is_cut() {
        let Refusal::Invalid { message, .. } = refusal(400, &envelope(&"ä".repeat(9000))) else {
            panic!("not a decline");
        };
        assert_eq!(message.chars().count(), MESSAGE_CHARACTERS_MAX);
    }

    #[test]
    fn the_cause_of_a_403_is_read_from_its_text() {
        for (text, expected) in [
            (
                "You may not do this, there are not enough permissions. Message quota reached.",
                ForbiddenCause::Quota,
            ),
            ("You exceeded your usage", ForbiddenCause::Quota),
            ("Your subscription has no API", ForbiddenCause::Plan),
            ("Not enough permissions for this", ForbiddenCause::Permission),
            ("", ForbiddenCause::Unknown),
        ] {
            assert_eq!(refusal(403, &envelope(text)).forbidden_cause(), Some(expected), "{text}");
        }
        assert_eq!(refusal(404, "").forbidden_cause(), None);
    }

    #[test]
    fn calls_without_an_answer_are_told_apart() {
        let not_sent = judge(Err(CallError::NotSent("dns".into()))).unwrap_err();
        assert!(not_sent.is_repeatable() && !not_sent.may_have_happened());
        let unclear = judge(Err(CallError::Unclear("reset".into()))).unwrap_err();
        assert!(unclear.is_repeatable() && unclear.may_have_happened());
        let too_large = judge(Err(CallError::TooLarge { max: 8 })).unwrap_err();
        assert!(!too_large.is_repeatable() && too_large.may_have_happened());
        let unreadable = Refusal::Unreadable("no id".into());
        assert!(!unreadable.is_repeatable() && unreadable.may_have_happened());
        assert!(Refusal::NotJson { status: 200 }.may_have_happened());
    }
}
