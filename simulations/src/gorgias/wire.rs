//! What goes over the wire to and from the desk, and how it travels.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::routes::Reply;

/// On every answer of the service itself: how much of the caller's bucket is used.
const LIMIT_HEADER: &str = "X-Gorgias-Account-Api-Call-Limit";

/// One HTTP request as the desk sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WireRequest {
    /// The method in capitals.
    pub method: String,
    /// The path from the root, without query; a slash at its end changes nothing.
    pub path: String,
    /// The query's pairs in their order, decoded; arrays repeat their name.
    pub query: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl WireRequest {
    /// A request without query, key or body.
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), ..Self::default() }
    }

    /// The same request with one more pair in its query.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same request signed with an API key.
    #[must_use]
    pub fn with_key(mut self, email: &str, api_key: &str) -> Self {
        self.authorization = Some(format!("Basic {}", STANDARD.encode(format!("{email}:{api_key}"))));
        self
    }

    /// The same request with a JSON body.
    #[must_use]
    pub fn with_json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }
}

/// One HTTP answer of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireResponse {
    /// The status code.
    pub status: u16,
    /// The headers in their order, names in the documented spelling.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl WireResponse {
    /// The body as JSON; `None` if it is empty or something else.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// An answer and its fate on the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What the desk said.
    pub response: WireResponse,
    /// What the client gets to see of it.
    pub travel: Travel,
}

/// How an answer travels. Whoever carries it acts this out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Travel {
    /// The client sees the answer at once.
    Normal,
    /// Nothing happened at the desk, and the client sees a closed connection.
    LostBeforeEffect,
    /// It happened at the desk, and the client sees a closed connection.
    LostAfterEffect,
    /// The client waits until it gives up; a write takes effect at the desk at that time.
    LateEffect {
        /// When it lands, milliseconds since 1970.
        lands_at_ms: i64,
    },
    /// The client sees the answer after so long.
    Slow {
        /// Milliseconds until the answer begins.
        ms: i64,
    },
    /// The client sees a proxy's error page; whether it happened at the desk is not told.
    Html502,
    /// The client sees the answer at once, without the header of its bucket.
    Bare,
    /// It happened at the desk, and the client sees the first half of the answer, then a closed connection.
    Truncated,
}

/// One line of the desk's request log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestRecord {
    /// When it was answered, or landed; milliseconds since 1970.
    pub at_ms: i64,
    /// The method.
    pub method: String,
    /// The path as asked.
    pub path: String,
    /// The query as asked.
    pub query: Vec<(String, String)>,
    /// The status the desk gave, seen by the client or not.
    pub status: u16,
    /// The e-mail address of the key that asked, or `anonymous`.
    pub key: String,
    /// How the answer travelled.
    pub travel: Travel,
    /// Its way there and back, where somebody kept the time.
    #[serde(skip)]
    pub journey: Option<Journey>,
}

/// When a call was made and answered, as its caller sees it; milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journey {
    /// When it set out.
    pub asked_ms: i64,
    /// When its caller has the answer, if a whole one comes.
    pub seen_ms: Option<i64>,
}

pub(super) fn response(
    result: Result<Reply, Refusal>,
    (used, allowance): (i64, u32),
    request_number: i64,
) -> WireResponse {
    let mut headers = vec![
        (LIMIT_HEADER.to_owned(), format!("{used}/{allowance}")),
        ("X-Request-Id".to_owned(), format!("{request_number:032x}")),
    ];
    let (status, body) = match result {
        Ok(reply) => (reply.status, reply.body),
        Err(refusal) => {
            if let Some(seconds) = refusal.retry_after_s {
                headers.push(("Retry-after".to_owned(), seconds.to_string()));
            }
            (refusal.status, Some(refusal.envelope()))
        }
    };
    let body = body.map(|value| value.to_string().into_bytes()).unwrap_or_default();
    if !body.is_empty() {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    WireResponse { status, headers, body }
}

/// The same answer by something in front of the service, which knows nothing of the caller's bucket.
pub(super) fn bare(mut response: WireResponse) -> WireResponse {
    response.headers.retain(|(name, _)| name != LIMIT_HEADER);
    response
}

/// The page of the proxy in front of the service: it knows nothing of limits or envelopes.
pub(super) fn bad_gateway() -> WireResponse {
    let page =
        "<html><head><title>502 Server Error</title></head><body><h1>Error: Server Error</h1></body></html>";
    WireResponse {
        status: 502,
        headers: vec![("Content-Type".to_owned(), "text/html; charset=UTF-8".to_owned())],
        body: page.as_bytes().to_vec(),
    }
}

/// The answer to a body that is larger than the face takes in.
pub fn too_large() -> WireResponse {
    WireResponse {
        status: 413,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: json!({"error": {"msg": "Payload too large."}}).to_string().into_bytes(),
    }
}
