//! A client of the program's addresses that waits for each answer.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

/// A client.
pub struct Api {
    base: String,
    token: String,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub text: String,
}

impl Api {
    /// A client of the server at `base` that bears `token`.
    pub fn new(base: &str, token: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let http = reqwest::Client::builder()
            .no_proxy()
            // A server that is killed and started again must not meet a connection of its former life.
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client");
        Self { base: base.to_owned(), token: token.to_owned(), http, runtime }
    }

    /// Reads under `/api/v1`; it must work.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None).expect_status(200).json()
    }

    /// Any call under `/api/v1`.
    #[track_caller]
    pub fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(|body| body.to_string().into_bytes());
        self.try_send(method, &format!("/api/v1{path}"), body).expect("an answer")
    }

    /// Any call to the server, with the token. An error when the server does not answer at all.
    pub fn try_send(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Result<Answer, String> {
        let request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        self.finish(request, body)
    }

    /// A webhook to a whole address, without the token.
    pub fn hook(&self, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, String> {
        let request = self.http.post(url);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.finish(request, Some(body.to_vec()))
    }

    fn finish(&self, request: reqwest::RequestBuilder, body: Option<Vec<u8>>) -> Result<Answer, String> {
        let request = match body {
            Some(body) => request.header("Content-Type", "application/json").body(body),
            None => request,
        };
        self.runtime.block_on(async {
            let response = request.send().await.map_err(|error| format!("{error:?}"))?;
            let headers = response.headers().iter();
            let headers = headers
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect();
            let status = response.status().as_u16();
            let text = response.text().await.map_err(|error| format!("{error:?}"))?;
            Ok(Answer { status, headers, text })
        })
    }
}

impl Answer {
    /// This answer, which must have that status.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {:?}", self.text))
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
