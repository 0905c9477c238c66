//! What the admin API takes and gives. Times are milliseconds since 1970.

use std::collections::BTreeMap;

use polus_actors::board::ConnectionView;
use polus_core::connection::Status;
use polus_core::id::{ConnectionId, TeamId, UserId};
use polus_core::policy::Mode;
use polus_core::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Credentials and users of a connection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "domain": "acme", "email": "you@acme.example", "api_key": "the key of that user", "ai_user_id": 123,
    "handoff_team_id": 7, "mode": "live", "install_webhook": true
}))]
pub struct ConnectBody {
    /// Domain prefix of the account, `acme` for acme.gorgias.com. May be left out when re-saving.
    pub domain: Option<String>,
    /// E-mail of the user whose key it is; with `api_key`.
    pub email: Option<String>,
    /// The key; with `email`.
    pub api_key: Option<String>,
    /// In place of the two: the Base64 of `email:key`.
    pub api_key_base64: Option<String>,
    /// Number of the user the AI acts as.
    pub ai_user_id: i64,
    /// Team that gets handed-off tickets.
    pub handoff_team_id: Option<i64>,
    /// Person who gets handed-off tickets.
    pub handoff_user_id: Option<i64>,
    /// `live`, `shadow` or `off`; unchanged, or live for a new connection, when left out.
    #[schema(value_type = Option<String>)]
    pub mode: Option<Mode>,
    /// Also create the webhook in Gorgias.
    #[serde(default)]
    pub install_webhook: bool,
}

/// What a test found.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "acme", "account": "Acme", "ai_user": "Polus", "calls_left": 38, "calls_limit": 40, "warnings": []
}))]
pub struct TestShown {
    /// Domain prefix of the account.
    pub id: String,
    /// Name of the account.
    pub account: String,
    /// Name of the AI user.
    pub ai_user: String,
    /// Calls of the account's allowance that are left.
    pub calls_left: Option<u32>,
    /// The allowance.
    pub calls_limit: Option<u32>,
    /// What would defeat the agent, each with its cure.
    pub warnings: Vec<String>,
}

/// A connection. Never holds its key.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "acme", "domain": "acme.gorgias.com", "state": "active", "problem": null, "account": "Acme",
    "ai_user": {"id": 123, "name": "Polus"}, "handoff_team_id": 7, "handoff_user_id": null, "mode": "live",
    "channels": {"chat": "shadow"}, "paused": false, "generation": 1, "key_fingerprint": "1f0c52aa",
    "key_worked_at": 1796032800000_i64,
    "policy_version": 3, "knowledge_version": 2, "articles": 24, "webhook_integrations": [31, 32],
    "last_webhook_at": 1796032800000_i64, "last_sweep_news_at": 1796032800000_i64, "webhooks_missed_in_24_h": 0,
    "reply_p50_ms": 30000, "reply_p95_ms": 60000, "calls_used": 2, "calls_limit": 40, "catch_up": "done", "warnings": [],
    "webhook_url": "https://polus.example.com/webhooks/gorgias/acme/SECRET"
}))]
pub struct ConnectionShown {
    /// Domain prefix of the account.
    pub id: String,
    /// The account's host.
    pub domain: String,
    /// `unverified`, `active`, `refused`, `insufficient`, `ai_user_missing` or `disconnected`.
    pub state: &'static str,
    /// What is wrong, where something is.
    pub problem: Option<String>,
    /// Name of the account.
    pub account: Option<String>,
    /// The user the AI acts as.
    pub ai_user: Option<UserShown>,
    /// Team that gets handed-off tickets.
    pub handoff_team_id: Option<i64>,
    /// Person who gets handed-off tickets.
    pub handoff_user_id: Option<i64>,
    /// `live`, `shadow` or `off`.
    #[schema(value_type = String)]
    pub mode: Mode,
    /// What is done on channels where that differs from `mode`; `others` stands for those that have no mode of their
    /// own.
    #[schema(value_type = BTreeMap<String, String>)]
    pub channels: BTreeMap<String, Mode>,
    /// Nothing is posted.
    pub paused: bool,
    /// Raised by every connect and disconnect.
    pub generation: u32,
    /// First digits of the key's hash.
    pub key_fingerprint: Option<String>,
    /// When Gorgias last took the key, since the start.
    pub key_worked_at: Option<i64>,
    /// Version of the policy.
    pub policy_version: u32,
    /// Version of the help articles; 0 when there are none.
    pub knowledge_version: u32,
    /// How many help articles there are.
    pub articles: usize,
    /// Numbers of the webhooks in Gorgias that Polus created there, oldest first.
    pub webhook_integrations: Vec<i64>,
    /// When the last webhook was heard since the start.
    pub last_webhook_at: Option<i64>,
    /// When a sweep last found something that was not known.
    pub last_sweep_news_at: Option<i64>,
    /// Messages of customers that no webhook told of, in the last 24 hours.
    pub webhooks_missed_in_24_h: u64,
    /// Half of the answers since the start came within so many milliseconds of the customer's newest message; none
    /// before the first.
    pub reply_p50_ms: Option<u64>,
    /// 95 of a hundred did.
    pub reply_p95_ms: Option<u64>,
    /// Calls of the account's allowance that are used now.
    pub calls_used: u32,
    /// The allowance.
    pub calls_limit: u32,
    /// What the catch-up after the start is doing.
    pub catch_up: String,
    /// What would defeat the agent, each with its cure; found when it was saved.
    pub warnings: Vec<String>,
    /// The address for the webhook in Gorgias; holds a secret. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// Why the webhook was not created in Gorgias although that was asked for; the connection is saved all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_problem: Option<String>,
}

/// A user of the helpdesk.
#[derive(Serialize, ToSchema)]
pub struct UserShown {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
}

impl ConnectionShown {
    /// A connection without its webhook address.
    pub fn of(id: &ConnectionId, view: &ConnectionView, now: Time) -> Self {
        let connection = &view.connection;
        let details = connection.details.as_ref();
        let (state, problem) = state(&connection.status);
        Self {
            id: id.to_string(),
            domain: format!("{id}.gorgias.com"),
            state,
            problem: problem.map(str::to_owned).or_else(|| connection.trouble.clone()),
            account: details.map(|details| details.account.clone()),
            ai_user: details
                .map(|details| UserShown { id: details.ai_user.0, name: details.ai_user_name.clone() }),
            handoff_team_id: details.and_then(|details| details.handoff_team).map(|TeamId(id)| id),
            handoff_user_id: details.and_then(|details| details.handoff_user).map(|UserId(id)| id),
            mode: connection.mode,
            channels: connection.policy.channels.differing(connection.mode),
            paused: connection.paused,
            generation: connection.generation,
            key_fingerprint: details.map(|details| details.key_fingerprint.clone()),
            key_worked_at: view.key_worked.at().map(|at| at.0),
            policy_version: connection.policy.version,
            knowledge_version: connection.knowledge_version,
            articles: connection.articles.len(),
            webhook_integrations: connection.webhooks.iter().map(|webhook| webhook.integration.0).collect(),
            last_webhook_at: view.last_webhook.at().map(|at| at.0),
            last_sweep_news_at: view.sync.caught_up_at.map(|at| at.0),
            webhooks_missed_in_24_h: view.sync.missed.count(now),
            reply_p50_ms: within_ms(view, 50),
            reply_p95_ms: within_ms(view, 95),
            calls_used: view.calls_used,
            calls_limit: view.calls_limit,
            catch_up: view.catch_up.clone(),
            warnings: details.map(|details| details.warnings.clone()).unwrap_or_default(),
            webhook_url: None,
            webhook_problem: None,
        }
    }
}

fn within_ms(view: &ConnectionView, of_hundred: u64) -> Option<u64> {
    view.replies.within(of_hundred).and_then(|time| u64::try_from(time.as_millis()).ok())
}

fn state(status: &Status) -> (&'static str, Option<&str>) {
    match status {
        Status::Unverified => ("unverified", None),
        Status::Active => ("active", None),
        Status::Refused { problem } => ("refused", Some(problem)),
        Status::Insufficient { problem } => ("insufficient", Some(problem)),
        Status::AiUserMissing { problem } => ("ai_user_missing", Some(problem)),
        Status::Disconnected => ("disconnected", None),
    }
}
