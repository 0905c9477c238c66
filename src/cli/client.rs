//! The admin API of a running server, for the commands that need one.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::WrongUse;
use super::settings::Place;
use crate::config::{Config, Key};
use crate::data;

/// Longer than the server's own calls to Gorgias may take.
const ANSWER_MAY_TAKE: Duration = Duration::from_secs(90);

/// Which server, and how to prove who we are.
#[derive(Args, Clone, Default)]
pub(super) struct ServerAt {
    /// Address of the server [default: the one in the settings, http://127.0.0.1:8080]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// File that holds the token of the admin API [default: the one in the data folder]
    #[arg(long, value_name = "FILE")]
    admin_token_file: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

/// A server's admin API.
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    /// Or why there is none: that matters only where a server asks for it.
    token: Result<SecretString, String>,
}

/// Nothing answers at the server's address.
#[derive(Debug, thiserror::Error)]
#[error("no server at {base}; start one with `polus serve`, or name another with --server ({problem})")]
pub(super) struct NoServer {
    base: String,
    problem: String,
}

/// A server answers, but there is no token to show it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoToken(String);

/// An answer that is no success.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub(super) struct Refusal {
    pub status: u16,
    detail: String,
}

impl ServerAt {
    /// Whether a server was named, and not left to the settings of this machine.
    pub fn is_named(&self) -> bool {
        self.server.is_some()
    }

    /// Runs `work` with a client, on a runtime of its own.
    pub fn with<F: Future<Output = anyhow::Result<T>>, T>(
        &self,
        work: impl FnOnce(Client) -> F,
    ) -> anyhow::Result<T> {
        let client = self.client()?;
        block_on(work(client))
    }

    /// A client; makes no call yet.
    pub fn client(&self) -> anyhow::Result<Client> {
        let config = self.place.load_with(Key::Data, None)?;
        let base = self.server.clone().unwrap_or_else(|| base(&config));
        let base = base.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") && !base.starts_with("https://") {
            return Err(WrongUse(format!(
                "--server takes an address such as http://127.0.0.1:8080, not {base:?}"
            ))
            .into());
        }
        let http = reqwest::Client::builder()
            .timeout(ANSWER_MAY_TAKE)
            // The token goes to this server and to no other.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("no HTTP client can be made")?;
        let token = self.token(&config).map_err(|error| format!("{error:#}"));
        Ok(Client { http, base, token })
    }

    fn token(&self, config: &Config) -> anyhow::Result<SecretString> {
        if let Some(path) = &self.admin_token_file {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            return Ok(text.trim().into());
        }
        if let Some(token) = &config.admin_token {
            return Ok(token.clone());
        }
        data::read_admin_token(&config.data).context(
            "there is no admin token: run this where the server's data folder is (--data), or give the token as POLUS_ADMIN_TOKEN_FILE",
        )
    }
}

impl Client {
    /// The server's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// Acts.
    pub async fn post(&self, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        self.call(Method::POST, path, body).await
    }

    /// Changes.
    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Changes parts.
    pub async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// Removes.
    pub async fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::DELETE, path, None).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let token = match &self.token {
            Ok(token) => token,
            Err(problem) => {
                self.http
                    .get(format!("{}/healthz", self.base))
                    .send()
                    .await
                    .map_err(|error| self.unanswered(&error))?;
                return Err(NoToken(problem.clone()).into());
            }
        };
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(token.expose_secret())
            .header("X-Polus-By", by());
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| self.unanswered(&error))?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(|error| self.unanswered(&error))?;
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(value) if status.is_success() => Ok(value),
            Ok(value) => Err(self.refusal(status, value["detail"].as_str()).into()),
            Err(error) if status.is_success() => {
                Err(anyhow!("what answers at {} is no Polus, or not this version of it: {error}", self.base))
            }
            // A proxy in between may refuse in its own words.
            Err(_) => Err(self.refusal(status, None).into()),
        }
    }

    fn refusal(&self, status: StatusCode, detail: Option<&str>) -> Refusal {
        let detail = match (status, detail) {
            (StatusCode::UNAUTHORIZED, _) => {
                format!(
                    "the server at {} does not take this admin token; give the one of its data folder with --data, or POLUS_ADMIN_TOKEN_FILE",
                    self.base
                )
            }
            (_, Some(detail)) => detail.to_owned(),
            (status, None) => {
                format!(
                    "{} answered {status} and no JSON: that is no polus server; name another with --server",
                    self.base
                )
            }
        };
        Refusal { status: status.as_u16(), detail }
    }

    fn unanswered(&self, error: &reqwest::Error) -> anyhow::Error {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let problem = cause.to_string();
        if error.is_connect() {
            return NoServer { base: self.base.clone(), problem }.into();
        }
        anyhow!("the server at {} did not answer: {problem}", self.base)
    }
}

/// Runs a command's work to its end.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Where the server of these settings is to be found from this machine.
fn base(config: &Config) -> String {
    let address = config.admin_listen.unwrap_or(config.listen);
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Who asks, for the record.
fn by() -> String {
    let user = std::env::var("USER").unwrap_or_default();
    let user: String = user.chars().filter(char::is_ascii_graphic).collect();
    if user.is_empty() { "the command line".to_owned() } else { format!("{user}, on the command line") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use crate::config::Sources;

    use super::*;

    #[test]
    fn the_server_is_looked_for_where_the_settings_put_it() {
        for (listen, admin, expected) in [
            ("127.0.0.1:8080", None, "http://127.0.0.1:8080"),
            ("0.0.0.0:80", None, "http://127.0.0.1:80"),
            ("[::]:80", None, "http://[::1]:80"),
            ("0.0.0.0:80", Some("10.0.0.1:81"), "http://10.0.0.1:81"),
        ] {
            let mut sources = Sources::default();
            sources.flags.insert(Key::Listen, listen.to_owned());
            sources.flags.extend(admin.map(|admin| (Key::AdminListen, admin.to_owned())));
            assert_eq!(base(&Config::load(&sources).unwrap()), expected);
        }
    }

    #[test]
    fn where_nothing_listens_the_error_says_what_to_do() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for token in [Ok("t".into()), Err("there is no token".to_owned())] {
            let client = Client { http: reqwest::Client::new(), base: format!("http://{closed}"), token };
            let error = block_on(async move { client.get("/api/v1/connections").await }).unwrap_err();
            assert!(error.is::<NoServer>(), "{error}");
            assert!(error.to_string().contains("start one with `polus serve`"), "{error}");
        }
    }
}
