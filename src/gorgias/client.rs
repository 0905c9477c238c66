//! One call to Gorgias: with the account's key, within limits, and honest about whether it may have taken effect.
//! It never repeats a call.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use polus_core::gorgias::{Call, CallError, CallLimit, Method, Reply};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::base_url::BaseUrl;
use super::credentials::basic;

/// How often a read follows a redirect: enough for a trailing slash and one more.
const REDIRECTS_MAX: usize = 3;

/// How long an unused connection is kept.
const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// What a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For name, connection and TLS together.
    pub connect: Duration,
    /// From the first byte to the last of the answer, redirects included.
    pub whole: Duration,
    /// Longest body of an answer, in bytes, decompressed. A ticket whose messages are longer together is never read.
    pub answer_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            whole: Duration::from_secs(10),
            answer_bytes_max: 64 * 1024 * 1024,
        }
    }
}

/// Calls one account's API. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: BaseUrl,
    authorization: HeaderValue,
    limits: Limits,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The e-mail or key holds what no header can carry.
    #[error("e-mail and key cannot be sent in a header")]
    Credentials,
    /// The system offers no TLS, for example no root certificates.
    #[error("no HTTP client can be made: {0}")]
    Http(String),
}

impl Client {
    /// A client whose calls take no more than `limits`.
    pub fn new(
        base: BaseUrl,
        email: &str,
        api_key: &SecretString,
        limits: Limits,
    ) -> Result<Self, ClientError> {
        let mut authorization = HeaderValue::from_str(basic(email, api_key).expose_secret())
            .map_err(|_| ClientError::Credentials)?;
        authorization.set_sensitive(true);
        let http = reqwest::Client::builder()
            .user_agent(concat!("polus/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            // A redirect is followed below, where the host is compared first.
            .redirect(redirect::Policy::none())
            // An announced post must reach Gorgias once: no layer below may repeat it.
            .retry(reqwest::retry::never())
            // The environment must not be able to lead the key through another machine.
            .no_proxy()
            .referer(false)
            // Well below the far side's, so that a call seldom meets a connection that is just being closed.
            .pool_idle_timeout(IDLE_CONNECTION)
            .gzip(true)
            .build()
            .map_err(|error| ClientError::Http(causes(&error)))?;
        Ok(Self { http, base, authorization, limits })
    }

    /// Carries a call out, once. Any whole answer is a `Reply`, whatever its status. Dropping the future leaves the
    /// outcome open.
    pub async fn call(&self, call: &Call) -> Result<Reply, CallError> {
        let deadline = Instant::now() + self.limits.whole;
        let mut url = self.base.join(&call.path, &call.query);
        for _ in 0..REDIRECTS_MAX {
            let response = self.send(call, url.clone(), deadline).await?;
            match redirected(&response)? {
                // A post sent on could be carried out twice or turn into a read; its redirect is handed back.
                Some(next) if call.only_reads() => url = next,
                Some(_) | None => return self.read(response).await,
            }
        }
        Err(CallError::Unclear(format!("more than {REDIRECTS_MAX} redirects")))
    }

    async fn send(&self, call: &Call, url: Url, deadline: Instant) -> Result<Response, CallError> {
        let remaining = deadline.saturating_duration_since(Instant::now());
        let mut request = self
            .http
            .request(verb(call.method), url)
            .timeout(remaining)
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json");
        if let Some(body) = &call.body {
            let bytes = serde_json::to_vec(body).map_err(|error| CallError::NotSent(error.to_string()))?;
            request = request.header(CONTENT_TYPE, "application/json").body(bytes);
        }
        request.send().await.map_err(|error| unanswered(&error))
    }

    async fn read(&self, mut response: Response) -> Result<Reply, CallError> {
        let max = self.limits.answer_bytes_max;
        let status = response.status().as_u16();
        let retry_after_s = number_in(response.headers());
        let limit = text_in(response.headers(), Reply::LIMIT_HEADER).and_then(CallLimit::parse);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
            if body.len() + chunk.len() > max {
                return Err(CallError::TooLarge { max });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, retry_after_s, limit, body })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// Where a redirect within the same host leads; an error when it leads elsewhere.
fn redirected(response: &Response) -> Result<Option<Url>, CallError> {
    if !response.status().is_redirection() {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let here = response.url();
    let next = location.to_str().ok().and_then(|text| here.join(text).ok());
    match next {
        Some(next) if next.origin() == here.origin() => Ok(Some(next)),
        next => {
            let location_host = next.and_then(|next| next.host_str().map(str::to_owned)).unwrap_or_default();
            Err(CallError::ForeignRedirect { location_host })
        }
    }
}

/// Only what failed before there was a connection was certainly not sent.
fn unanswered(error: &reqwest::Error) -> CallError {
    let text = causes(error);
    if error.is_connect() || error.is_builder() { CallError::NotSent(text) } else { CallError::Unclear(text) }
}

/// An error with its causes, without the address, whose query is nobody's business.
fn causes(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return if error.is_connect() { "time-out while connecting" } else { "time-out" }.to_owned();
    }
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    causes.dedup();
    if causes.is_empty() { "the request could not be made".to_owned() } else { causes.join(": ") }
}

fn text_in<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Gorgias documents whole seconds; a date, which HTTP also allows, counts as none.
fn number_in(headers: &HeaderMap) -> Option<u64> {
    text_in(headers, RETRY_AFTER.as_str())?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
