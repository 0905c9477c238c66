//! One request to Gorgias and its raw answer: what `requests` builds, the shell carries out and `refusal` judges.

use std::fmt;

use serde_json::Value;

/// The verb of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes the given fields.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// The verb as HTTP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request. Its `Debug` shows neither the query's values nor the body, which hold customer text and secrets.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The verb.
    pub method: Method,
    /// The path, beginning with `/api/`.
    pub path: String,
    /// Query pairs, not yet percent-encoded.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Value>,
}

impl Call {
    /// Whether carrying it out twice changes nothing more than carrying it out once.
    pub fn only_reads(&self) -> bool {
        self.method == Method::Get
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        write!(formatter, "{} {}", self.method.as_str(), self.path)?;
        if !names.is_empty() {
            write!(formatter, "?{}", names.join("&"))?;
        }
        if self.body.is_some() {
            formatter.write_str(" with a body")?;
        }
        Ok(())
    }
}

/// How much of the account's call allowance was used when the answer was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimit {
    /// Calls that count at this moment.
    pub used: u32,
    /// Calls at which Gorgias refuses.
    pub limit: u32,
}

impl CallLimit {
    /// Reads the header's `4/80`.
    pub fn parse(text: &str) -> Option<Self> {
        let (used, limit) = text.split_once('/')?;
        Some(Self { used: used.trim().parse().ok()?, limit: limit.trim().parse().ok()? })
    }
}

/// A whole answer, whatever its status. Its `Debug` shows the body's length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Seconds to wait, when the answer says.
    pub retry_after_s: Option<u64>,
    /// The call allowance, when the answer says.
    pub limit: Option<CallLimit>,
    /// The body as it came, decompressed.
    pub body: Vec<u8>,
}

impl Reply {
    /// Header that tells the call allowance; compare without case.
    pub const LIMIT_HEADER: &'static str = "x-gorgias-account-api-call-limit";

    /// An answer with nothing but a status and a body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, retry_after_s: None, limit: None, body: body.into() }
    }

    /// Whether the status is a 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reply")
            .field("status", &self.status)
            .field("retry_after_s", &self.retry_after_s)
            .field("limit", &self.limit)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The request certainly never left: no name, no connection, no TLS, or our own end stopped it.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request may have arrived; the answer did not, or not whole.
    #[error("no whole answer: {0}")]
    Unclear(String),
    /// The answer was longer than we accept.
    #[error("the answer is longer than {max} bytes")]
    TooLarge {
        /// Bytes that are accepted.
        max: usize,
    },
    /// The answer sends us to another host, to which the key is never sent.
    #[error("the answer redirects to another host, {location_host:?}")]
    ForeignRedirect {
        /// The host it names.
        location_host: String,
    },
}

impl CallError {
    /// Whether the request may have taken effect all the same. True unless the opposite is certain.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::NotSent(_) => false,
            // A redirect may follow the act as well as replace it.
            Self::Unclear(_) | Self::TooLarge { .. } | Self::ForeignRedirect { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn the_allowance_is_read_from_its_header() {
        for (text, expected) in [
            ("4/80", Some(CallLimit { used: 4, limit: 80 })),
            (" 40 / 40 ", Some(CallLimit { used: 40, limit: 40 })),
            ("40", None),
            ("a/b", None),
            ("-1/40", None),
            ("", None),
        ] {
            assert_eq!(CallLimit::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn debug_output_shows_no_text_of_customers_and_no_secret() {
        let call = Call {
            method: Method::Post,
            path: "/api/x".into(),
            query: vec![("name".into(), "hidden-1".into())],
            body: Some(serde_json::json!({"text": "hidden-2"})),
        };
        let shown = format!("{call:?} {:?}", Reply::new(200, "hidden-3"));
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(shown.starts_with("POST /api/x?name with a body"), "{shown}");
    }

    #[test]
    fn only_what_certainly_stayed_away_did_not_happen() {
        assert!(!CallError::NotSent("no such host".into()).may_have_happened());
        assert!(CallError::ForeignRedirect { location_host: "example.org".into() }.may_have_happened());
        assert!(CallError::Unclear("time-out".into()).may_have_happened());
        assert!(CallError::TooLarge { max: 1 }.may_have_happened());
    }
}
