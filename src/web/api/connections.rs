//! Connections: test, create, list, show, re-save, disconnect.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{Connect, Connected, Disconnect, WebhookAct, WebhookDone, WebhookSecret};
use polus_core::connection::WebhookFault;
use polus_core::id::{ConnectionId, TeamId, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{ConnectBody, ConnectionShown, TestShown};
use super::{connection, known, webhook};
use crate::doctor::settings::is_reachable;
use crate::gorgias::Credentials;
use crate::knowledge::{self, KnowledgeError};
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/test", web::post().to(test))
        .route("/connections", web::post().to(create))
        .route("/connections", web::get().to(list))
        .route("/connections/{id}", web::get().to(show))
        .route("/connections/{id}", web::put().to(save))
        .route("/connections/{id}", web::delete().to(disconnect));
}

/// What is left in Gorgias after a disconnect.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "acme", "state": "disconnected",
    "removed_in_gorgias": [],
    "left_in_gorgias": [
        "the HTTP integration 31, which Polus made", "rules that assign tickets to the AI user",
        "the AI user and its API key"
    ]
}))]
pub(super) struct Disconnected {
    id: String,
    state: &'static str,
    /// Numbers of the HTTP integrations that were deleted there before.
    removed_in_gorgias: Vec<i64>,
    /// What to remove in Gorgias by hand.
    left_in_gorgias: Vec<String>,
}

/// What to do before a disconnect.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Before {
    /// Delete the webhooks that Polus made in Gorgias. Nothing is disconnected if one of them cannot be deleted.
    #[serde(default)]
    remove_webhook: bool,
}

/// Tests credentials and users with Gorgias; stores nothing.
#[utoipa::path(post, operation_id = "test_connection", path = "/api/v1/connections/test", tag = "connections", request_body = ConnectBody,
    responses((status = 200, body = TestShown), (status = 422, body = Problem), (status = 429, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn test(
    front: Data<Front>,
    request: HttpRequest,
    body: Json<ConnectBody>,
) -> Result<HttpResponse, Problem> {
    let id = domain(&body)?;
    let connected = send(&front, &id, &body, false, by(&request)).await?;
    let (left, limit) = connected.calls_left.unzip();
    Ok(HttpResponse::Ok().json(TestShown {
        id: id.to_string(),
        account: connected.account,
        ai_user: connected.ai_user,
        calls_left: left,
        calls_limit: limit,
        warnings: connected.warnings,
    }))
}

/// Tests and saves a new connection, or one that was disconnected. Nothing is stored on failure.
#[utoipa::path(post, operation_id = "create_connection", path = "/api/v1/connections", tag = "connections", request_body = ConnectBody,
    responses((status = 201, body = ConnectionShown), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn create(
    front: Data<Front>,
    request: HttpRequest,
    body: Json<ConnectBody>,
) -> Result<HttpResponse, Problem> {
    let id = domain(&body)?;
    if is_connected(&front, &id) {
        let detail = format!("{id} is connected already; re-save it with PUT /api/v1/connections/{id}");
        return Err(Problem::new(StatusCode::CONFLICT, "connected_already", detail));
    }
    let shown = save_as(&front, &id, &body, by(&request)).await?;
    Ok(HttpResponse::Created().insert_header(("Location", format!("/api/v1/connections/{id}"))).json(shown))
}

/// All connections, by name.
#[utoipa::path(get, operation_id = "list_connections", path = "/api/v1/connections", tag = "connections",
    responses((status = 200, body = Vec<ConnectionShown>)))]
pub(super) async fn list(front: Data<Front>) -> Result<HttpResponse, Problem> {
    let mut shown = Vec::new();
    for id in front.world.board.connections().keys() {
        shown.push(without_address(&front, id));
    }
    Ok(HttpResponse::Ok().json(shown))
}

/// One connection, with the address for its webhook.
#[utoipa::path(get, operation_id = "show_connection", path = "/api/v1/connections/{id}", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = ConnectionShown), (status = 404, body = Problem)))]
pub(super) async fn show(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    Ok(HttpResponse::Ok().json(shown(&front, &id).await?))
}

/// Tests and saves a connection anew; its webhook address stays.
#[utoipa::path(put, operation_id = "save_connection", path = "/api/v1/connections/{id}", tag = "connections", request_body = ConnectBody,
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = ConnectionShown), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn save(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<ConnectBody>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    if let Some(domain) = &body.domain
        && connection(domain)? != id
    {
        let detail = format!("the body names {domain:?}, the address {:?}; leave `domain` out", id.as_str());
        return Err(Problem::bad(detail));
    }
    Ok(HttpResponse::Ok().json(save_as(&front, &id, &body, by(&request)).await?))
}

/// Disconnects: the key is erased, what is owed is cancelled, tickets and their history stay.
#[utoipa::path(delete, operation_id = "disconnect", path = "/api/v1/connections/{id}", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix"), Before),
    responses((status = 200, body = Disconnected), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn disconnect(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    before: Query<Before>,
) -> Result<HttpResponse, Problem> {
    let id = connection(&id)?;
    let mut removed_in_gorgias = Vec::new();
    if before.remove_webhook {
        let done = webhook::change(&front, &id, WebhookAct::Remove, by(&request)).await?;
        if let Some(left) = webhook::left_in_words(&done) {
            let detail = format!(
                "nothing was disconnected. Still there: {left}. {}Try again, or disconnect without removing them and delete what is left in Gorgias",
                removed_already(&done, &id)
            );
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "webhook_left", detail));
        }
        removed_in_gorgias = done.removed.iter().map(|integration| integration.0).collect();
    }
    front.office.send(Disconnect { connection: id.clone(), by: by(&request) }).await??;
    let view = front.world.board.connection(&id).unwrap_or_default();
    let there = view.connection.webhooks.iter().filter(|webhook| webhook.fault != Some(WebhookFault::Gone));
    let mut left_in_gorgias: Vec<String> = there
        .map(|webhook| format!("the HTTP integration {}, which Polus made", webhook.integration))
        .collect();
    if left_in_gorgias.is_empty() && removed_in_gorgias.is_empty() {
        left_in_gorgias.push("the HTTP integrations that call Polus, if you made them".to_owned());
    }
    left_in_gorgias.push("rules that assign tickets to the AI user".to_owned());
    left_in_gorgias.push("the AI user and its API key".to_owned());
    let (id, state) = (id.to_string(), "disconnected");
    Ok(HttpResponse::Ok().json(Disconnected { id, state, removed_in_gorgias, left_in_gorgias }))
}

/// What a removal that did not come to its end has done, with how to undo it; empty where nothing was done.
fn removed_already(done: &WebhookDone, id: &ConnectionId) -> String {
    let removed: Vec<String> = done.removed.iter().map(ToString::to_string).collect();
    if removed.is_empty() {
        return String::new();
    }
    format!(
        "Deleted already: HTTP integration {}; `polus webhook {id} install` makes what is gone again, if the connection is to stay. ",
        removed.join(" and ")
    )
}

/// A connection with the address for its webhook, where it has one.
pub(super) async fn shown(front: &Front, id: &ConnectionId) -> Result<ConnectionShown, Problem> {
    let mut shown = without_address(front, id);
    if is_connected(front, id) {
        shown.webhook_url = Some(webhook_url(front, id).await?.expose_secret().to_owned());
    }
    Ok(shown)
}

/// A connection without that address.
pub(super) fn without_address(front: &Front, id: &ConnectionId) -> ConnectionShown {
    let view = front.world.board.connection(id).unwrap_or_default();
    ConnectionShown::of(id, &view, front.world.clock.now())
}

/// The address for a connection's webhook.
pub(super) async fn webhook_url(front: &Front, id: &ConnectionId) -> Result<SecretString, Problem> {
    let secret = front.office.send(WebhookSecret { connection: id.clone() }).await??;
    Ok(format!("{}{}", webhook_base(front, id), secret.expose_secret()).into())
}

/// What that address begins with; its secret follows.
pub(super) fn webhook_base(front: &Front, id: &ConnectionId) -> String {
    format!("{}/webhooks/gorgias/{id}/", front.public_url())
}

/// Whether Gorgias can reach the address that its webhook would get.
pub(super) fn may_install(front: &Front) -> Result<(), Problem> {
    let url = front.public_url();
    if !front.is_real_gorgias || is_reachable(url) {
        return Ok(());
    }
    let detail = format!(
        "Gorgias cannot call {url}: set public_url to an address that begins with https:// and that the internet can reach"
    );
    Err(Problem::new(StatusCode::CONFLICT, "public_url", detail))
}

async fn save_as(
    front: &Front,
    id: &ConnectionId,
    body: &ConnectBody,
    by: String,
) -> Result<ConnectionShown, Problem> {
    if body.install_webhook {
        may_install(front)?;
    }
    let connected = send(front, id, body, true, by.clone()).await?;
    let mut problem = None;
    if body.install_webhook {
        problem = match webhook::change(front, id, WebhookAct::Install, by).await {
            Ok(done) => webhook::left_in_words(&done),
            Err(refused) => Some(refused.to_string()),
        };
    }
    let mut shown = shown(front, id).await?;
    shown.warnings = connected.warnings;
    shown.webhook_problem = problem;
    Ok(shown)
}

async fn send(
    front: &Front,
    id: &ConnectionId,
    body: &ConnectBody,
    save: bool,
    by: String,
) -> Result<Connected, Problem> {
    let credentials = credentials(body)?;
    let (ai_user, handoff_team, handoff_user) =
        (UserId(body.ai_user_id), body.handoff_team_id.map(TeamId), body.handoff_user_id.map(UserId));
    let view = front.world.board.connection(id).unwrap_or_default();
    let fallback = view.connection.policy.handoff.check_fallback(ai_user, handoff_user, handoff_team);
    fallback.map_err(|bad| vec![bad])?;
    let articles = match front.knowledge.clone() {
        Some(folder) if save => {
            let read = move || {
                let articles = knowledge::read_folder(&folder)?;
                Ok::<_, KnowledgeError>(articles.iter().map(knowledge::kept).collect())
            };
            web::block(read).await.map_err(|error| Problem::internal(error.to_string()))??
        }
        Some(_) | None => Vec::new(),
    };
    let connect = Connect {
        connection: id.clone(),
        email: credentials.email,
        api_key: credentials.api_key,
        ai_user,
        handoff_team,
        handoff_user,
        mode: body.mode,
        articles,
        save,
        by,
    };
    Ok(front.office.send(connect).await??)
}

fn is_connected(front: &Front, id: &ConnectionId) -> bool {
    front.world.board.connection(id).is_some_and(|view| view.connection.is_connected())
}

fn domain(body: &ConnectBody) -> Result<ConnectionId, Problem> {
    match &body.domain {
        Some(domain) => connection(domain),
        None => {
            Err(Problem::bad("`domain` is missing: the prefix of the account, \"acme\" for acme.gorgias.com"))
        }
    }
}

fn credentials(body: &ConnectBody) -> Result<Credentials, Problem> {
    let read = match (&body.email, &body.api_key, &body.api_key_base64) {
        (Some(email), Some(key), None) => Credentials::from_parts(email, key),
        (None, None, Some(text)) => Credentials::from_base64(text),
        _ => return Err(Problem::bad("give either `email` and `api_key`, or `api_key_base64` alone")),
    };
    read.map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_credentials", error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn body(text: &str) -> ConnectBody {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn credentials_come_in_one_of_two_forms() {
        let parts = body(r#"{"ai_user_id":1,"email":"a@b.example","api_key":"k"}"#);
        assert_eq!(credentials(&parts).unwrap().email, "a@b.example");
        let both = body(r#"{"ai_user_id":1,"api_key_base64":"YUBiLmV4YW1wbGU6aw=="}"#);
        assert_eq!(credentials(&both).unwrap().api_key.expose_secret(), "k");
        for mixed in [
            r#"{"ai_user_id":1}"#,
            r#"{"ai_user_id":1,"email":"a@b.example"}"#,
            r#"{"ai_user_id":1,"email":"a@b.example","api_key":"k","api_key_base64":"x"}"#,
        ] {
            assert!(credentials(&body(mixed)).unwrap_err().to_string().contains("give either"));
        }
    }

    #[test]
    fn a_domain_that_is_a_host_is_refused_with_its_prefix() {
        let body = body(r#"{"ai_user_id":1,"domain":"https://acme.gorgias.com/app"}"#);
        assert!(domain(&body).unwrap_err().to_string().contains("\"acme\""));
    }
}
