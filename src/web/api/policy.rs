//! The policy of a connection: show it whole and by setting, replace it, set single settings. Each change is a version.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{Change, ChangeConnection, LookUp};
use polus_core::connection::Connection;
use polus_core::id::ConnectionId;
use polus_core::policy::{BadSetting, Field, Handoff, Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::known;
use crate::answerer::Synonyms;
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::{self, Problem};

/// The largest body, in bytes: every text in every language at its longest, and as many synonyms as there may be.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(
        web::resource("/connections/{id}/policy")
            .app_data(problem::json_up_to(BODY_BYTES_MAX))
            .route(web::get().to(show))
            .route(web::put().to(replace))
            .route(web::patch().to(set))
            .default_service(web::to(problem::nothing_here)),
    );
}

/// The policy in force.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "version": 3,
    "policy": {"version": 3, "quiet_chat_ms": 1000, "confidence_line_per_mille": 600},
    "fields": [{
        "key": "quiet.chat", "path": "quiet_chat_ms", "value": "1s", "is_default": false, "allowed": "0s to 5m",
        "meaning": "how long a chat must be quiet before its messages are answered together"
    }]
}))]
pub(super) struct PolicyShown {
    connection: String,
    /// Counts the changes, from 1.
    version: u32,
    /// The whole policy, as PUT takes it.
    #[schema(value_type = Object)]
    policy: Policy,
    /// The same by setting, as PATCH takes it, in an order for people.
    fields: Vec<FieldShown>,
}

/// A setting as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct FieldShown {
    key: String,
    /// Where it stands in the policy's JSON.
    path: String,
    value: String,
    is_default: bool,
    /// What is allowed, in words.
    allowed: String,
    /// What it does.
    meaning: String,
}

/// Settings to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "version": 3,
    "set": {"quiet.chat": "1s", "hours.monday": "09:00-17:00", "hours.holidays+": "2026-12-25", "confidence": "700"}
}))]
pub(super) struct SetBody {
    /// By key; a `+` or `-` behind the key of a list adds to it or takes away; the value `default` undoes what was set.
    set: BTreeMap<String, Given>,
    /// The version that this is meant to change; another one in force refuses it. May be left out.
    version: Option<u32>,
}

/// A value, as text or as JSON has it.
#[derive(Deserialize, ToSchema)]
#[serde(untagged, expecting = "each value of `set` is a text, a whole number, or true or false")]
enum Given {
    Text(String),
    Switch(bool),
    Number(i64),
}

/// What a change came to.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "version": 4,
    "changed": [{"key": "quiet.chat", "from": "3s", "to": "1s"}],
    "policy": {"version": 4, "quiet_chat_ms": 1000}
}))]
pub(super) struct PolicyChanged {
    connection: String,
    /// The version in force; the same as before when nothing is different.
    version: u32,
    /// The settings that are different now.
    changed: Vec<Changed>,
    /// The whole policy from now on.
    #[schema(value_type = Object)]
    policy: Policy,
}

/// A setting that is different now.
#[derive(Serialize, ToSchema)]
pub(super) struct Changed {
    key: String,
    from: String,
    to: String,
}

/// The policy of a connection: whole, and setting by setting with what is allowed.
#[utoipa::path(get, operation_id = "show_policy", path = "/api/v1/connections/{id}/policy", tag = "policy",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = PolicyShown), (status = 404, body = Problem)))]
pub(super) async fn show(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let policy = connection(&front, &id).policy;
    let shown = |Field { key, path, value, is_default, allowed, meaning }| FieldShown {
        key,
        path,
        value,
        is_default,
        allowed,
        meaning,
    };
    let fields = policy.fields().into_iter().map(shown).collect();
    let (connection, version) = (id.to_string(), policy.version);
    Ok(HttpResponse::Ok().json(PolicyShown { connection, version, policy, fields }))
}

/// Replaces the whole policy. What is left out has its default. A `version` in it must be the one in force.
#[utoipa::path(put, operation_id = "replace_policy", path = "/api/v1/connections/{id}/policy", tag = "policy",
    request_body(content = Object, example = json!({
        "version": 3, "quiet_chat_ms": 1000, "handoff": {"preset": 2},
        "texts": {"de": {"greeting": "Moin {name},"}}
    })),
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = PolicyChanged), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Another version is in force"),
        (status = 503, body = Problem, description = "A new fallback destination cannot be looked up in Gorgias now"),
        (status = 422, body = Problem, description = "Every mistake by its path; nothing is stored", example = json!({
            "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "bad_policy",
            "detail": "nothing was changed:\n  limits.replies_max: \"0\" is not allowed; it is a whole number from 1 to 100",
            "errors": [{"at": "limits.replies_max", "problem": "\"0\" is not allowed; it is a whole number from 1 to 100"}]
        }))))]
pub(super) async fn replace(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<Map<String, Value>>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let _alone = front.setting.lock().await;
    let before = connection(&front, &id);
    let policy = Policy::from_json(&Value::Object(body.0.clone()))?;
    if body.contains_key("version") {
        meant_for(policy.version, &before, &id)?;
    }
    carry_out(&front, &id, &before, policy, by(&request)).await
}

/// Sets single settings by key. All of them, or none if one cannot be so.
#[utoipa::path(patch, operation_id = "set_policy", path = "/api/v1/connections/{id}/policy", tag = "policy", request_body = SetBody,
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = PolicyChanged), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Another version is in force", example = json!({
            "type": "about:blank", "title": "Conflict", "status": 409, "code": "other_version",
            "detail": "version 4 of the policy of acme is in force, not 3: read it again, make the change on it, and send version 4"
        })),
        (status = 503, body = Problem, description = "A new fallback destination cannot be looked up in Gorgias now"),
        (status = 422, body = Problem, description = "Every mistake by its key; nothing is stored", example = json!({
            "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "bad_policy",
            "detail": "nothing was changed:\n  quiet.chatt: there is no such setting; did you mean quiet.chat?",
            "errors": [{"at": "quiet.chatt", "problem": "there is no such setting; did you mean quiet.chat?"}]
        }))))]
pub(super) async fn set(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<SetBody>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let _alone = front.setting.lock().await;
    let before = connection(&front, &id);
    if let Some(version) = body.version {
        meant_for(version, &before, &id)?;
    }
    let given: Vec<(&str, String)> =
        body.set.iter().map(|(key, value)| (key.as_str(), value.text())).collect();
    let mut policy = before.policy.clone();
    policy.set_all(given.iter().map(|(key, value)| (*key, value.as_str())))?;
    carry_out(&front, &id, &before, policy, by(&request)).await
}

impl Given {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Switch(switch) => switch.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

fn connection(front: &Front, id: &ConnectionId) -> Connection {
    front.world.board.connection(id).unwrap_or_default().connection.clone()
}

/// Refuses a change that was made for another version than the one in force.
fn meant_for(version: u32, before: &Connection, id: &ConnectionId) -> Result<(), Problem> {
    let current = before.policy.version;
    if version == current {
        return Ok(());
    }
    let detail = format!(
        "version {current} of the policy of {id} is in force, not {version}: read it again, make the change on it, and \
         send version {current}"
    );
    Err(Problem::new(StatusCode::CONFLICT, "other_version", detail))
}

async fn carry_out(
    front: &Front,
    id: &ConnectionId,
    before: &Connection,
    policy: Policy,
    by: String,
) -> Result<HttpResponse, Problem> {
    let mut bad = check_here(&policy, before);
    match look_up_fallback(front, id, before, &policy.handoff).await {
        Ok(unknown) => bad.extend(unknown),
        Err(problem) if bad.is_empty() => return Err(problem),
        Err(_) => {} // What is wrong in any case is told first.
    }
    if !bad.is_empty() {
        return Err(bad.into());
    }
    let change = Change::Policy { made_on: before.policy.version, policy: Box::new(policy) };
    front.office.send(ChangeConnection { connection: id.clone(), change, by }).await??;
    let policy = connection(front, id).policy;
    let changed = changes(&before.policy, &policy);
    let (connection, version) = (id.to_string(), policy.version);
    Ok(HttpResponse::Ok().json(PolicyChanged { connection, version, changed, policy }))
}

/// What a policy alone does not show: whether it fits this connection, and whether its synonyms can be told apart.
fn check_here(policy: &Policy, connection: &Connection) -> Vec<BadSetting> {
    let synonyms = Synonyms::try_from(policy.synonyms.clone());
    let synonyms = synonyms
        .map(drop)
        .map_err(|error| BadSetting { at: "synonyms".to_owned(), problem: error.to_string() });
    let fallback = match &connection.details {
        Some(details) => {
            policy.handoff.check_fallback(details.ai_user, details.handoff_user, details.handoff_team)
        }
        None => Ok(()),
    };
    [synonyms, fallback].into_iter().filter_map(Result::err).collect()
}

/// What is wrong with a fallback, where it is another one than before and the account can be asked.
async fn look_up_fallback(
    front: &Front,
    id: &ConnectionId,
    before: &Connection,
    handoff: &Handoff,
) -> Result<Vec<BadSetting>, Problem> {
    let was = &before.policy.handoff;
    let team = handoff.fallback_team.filter(|_| handoff.fallback_team != was.fallback_team);
    let user = handoff.fallback_user.filter(|_| handoff.fallback_user != was.fallback_user);
    if !before.may_call() || (team.is_none() && user.is_none()) {
        return Ok(Vec::new());
    }
    let found = front.office.send(LookUp { connection: id.clone(), team, user }).await??;
    let bad = [("handoff.fallback_team", found.team_problem), ("handoff.fallback_user", found.user_problem)];
    let bad =
        bad.into_iter().filter_map(|(at, problem)| Some(BadSetting { at: at.to_owned(), problem: problem? }));
    Ok(bad.collect())
}

fn changes(before: &Policy, after: &Policy) -> Vec<Changed> {
    let values = |policy: &Policy| -> BTreeMap<String, String> {
        policy.fields().into_iter().map(|field| (field.key, field.value)).collect()
    };
    let (from, to) = (values(before), values(after));
    let keys: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    // A channel that has no mode of its own is in no list, and as by default.
    let value = |values: &BTreeMap<String, String>, key: &String| {
        values.get(key).cloned().unwrap_or_else(|| "default".to_owned())
    };
    let changed = keys.into_iter().filter(|key| value(&from, key) != value(&to, key));
    changed.map(|key| Changed { key: key.clone(), from: value(&from, key), to: value(&to, key) }).collect()
}
