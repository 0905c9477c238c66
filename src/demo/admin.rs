//! What the merchant does in the demonstration: connects the account and sets the policy, through the program's own
//! admin API.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use polus_simulations::gorgias::seed::Cast;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::DOMAIN;

/// A call that takes longer will not be answered at all.
const CALL_MAY_TAKE: Duration = Duration::from_secs(30);

/// The admin API of the running program.
pub(super) struct Admin<'a> {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its token.
    pub token: &'a SecretString,
}

impl Admin<'_> {
    /// Connects the simulated account and has the webhook installed.
    pub async fn connect(&self, cast: &Cast) -> anyhow::Result<()> {
        let body = json!({
            "domain": DOMAIN, "email": cast.ai_email, "api_key": cast.ai_key, "ai_user_id": cast.ai_user,
            "handoff_team_id": cast.team, "install_webhook": true,
        });
        let shown = self.call(Method::POST, "connections", &body).await?;
        if let Some(problem) = shown["webhook_problem"].as_str() {
            bail!("the webhook was not installed: {problem}");
        }
        Ok(())
    }

    /// Sets settings of the policy by their keys.
    pub async fn set_policy(&self, settings: &[(&str, String)]) -> anyhow::Result<()> {
        let set: Map<String, Value> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        self.call(Method::PATCH, &format!("connections/{DOMAIN}/policy"), &json!({"set": set})).await?;
        Ok(())
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(CALL_MAY_TAKE)
            .build()
            .context("no HTTP client can be made")?;
        let answer = http
            .request(method, format!("http://{}/api/v1/{path}", self.address))
            .bearer_auth(self.token.expose_secret())
            .json(body)
            .send()
            .await
            .context("the program's admin API does not answer")?;
        let status = answer.status();
        let shown: Value = answer.json().await.context("the program's admin API gave no JSON")?;
        if !status.is_success() {
            let detail = shown["detail"].as_str().unwrap_or("without a word");
            bail!("the program's admin API refused {path}: {detail}");
        }
        Ok(shown)
    }
}
