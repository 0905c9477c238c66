//! The webhooks in Gorgias: how they stand and what came where; install, repair, remove, and a new secret.

use std::time::Duration;

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::board::{Addresses, ConnectionView};
use polus_actors::mail::{ChangeWebhook, LookAtWebhooks, WebhookAct, WebhookDone, WebhookNow};
use polus_core::connection::{Webhook, WebhookFault, WebhookLook, WebhookPurpose};
use polus_core::id::{ConnectionId, IntegrationId};
use polus_core::time::Time;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::connections::{may_install, webhook_base, webhook_url};
use super::known;
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

/// How long an old address is taken after a rotation, if nobody says how long.
const OVERLAP_HOURS: u32 = 24;

/// The longest overlap: a month.
const OVERLAP_HOURS_MAX: u32 = 31 * 24;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/webhook", web::get().to(show))
        .route("/connections/{id}/webhook/install", web::post().to(install))
        .route("/connections/{id}/webhook/repair", web::post().to(repair))
        .route("/connections/{id}/webhook/remove", web::post().to(remove))
        .route("/connections/{id}/webhook/rotate", web::post().to(rotate));
}

/// The webhooks of a connection.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "acme",
    "webhooks": [
        {"integration": 31, "purpose": "events", "recorded": "ok", "now": "ok", "problem": null},
        {"integration": 32, "purpose": "assignment", "recorded": "off", "now": "off",
            "problem": "it is switched off, as Gorgias does when its calls fail again and again"}
    ],
    "not_looked": null, "switched_off_last_at": 1796032500000_i64,
    "addresses": [
        {"address": "5be01c77", "state": "current", "valid_until": null, "last_at": 1796032800000_i64,
            "last": "ticket-message-created of ticket 501"},
        {"address": "c0ffee21", "state": "previous", "valid_until": 1796119200000_i64, "last_at": null, "last": null}
    ]
}))]
pub(super) struct WebhookShown {
    /// Domain prefix of the account.
    id: String,
    /// Those that Polus made in Gorgias, oldest first.
    webhooks: Vec<OneWebhook>,
    /// Why they could not be looked at now; null when they were.
    not_looked: Option<String>,
    /// When one of them was found switched off last.
    switched_off_last_at: Option<i64>,
    /// The addresses that they may call, the present one first. After a disconnect the old one is still listened to.
    addresses: Vec<Address>,
}

/// A webhook in Gorgias.
#[derive(Serialize, ToSchema)]
struct OneWebhook {
    /// Number of the HTTP integration.
    integration: i64,
    /// `events`, or `assignment`, which has an address of its own.
    purpose: Option<&'static str>,
    /// As it was found last and recorded: `ok`, `off`, `gone` or `changed`.
    recorded: &'static str,
    /// As it was found just now: the same, `outdated` where it calls with an old secret, or `elsewhere` where public_url
    /// changed since it was made; null when it could not be looked at.
    now: Option<&'static str>,
    /// What is wrong with it.
    problem: Option<String>,
}

/// An address of the webhook. The secret in it is never shown, only the first digits of its hash.
#[derive(Serialize, ToSchema)]
struct Address {
    /// First digits of the hash of its secret.
    address: String,
    /// `current`; `previous` while a rotation lets it be taken too; `stale`: answered, recorded and not acted on.
    state: &'static str,
    /// Until when a previous one is taken.
    valid_until: Option<i64>,
    /// When something came there last since the start.
    last_at: Option<i64>,
    /// What that was.
    last: Option<String>,
}

/// How long the old address is taken too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap_hours": 24}))]
pub(super) struct RotateBody {
    /// In hours; 24 when left out, 0 ends it at once, 744 is the most.
    #[serde(default = "usual_overlap")]
    overlap_hours: u32,
}

/// What was done with the webhooks.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "acme", "made": [33], "switched_on": [], "updated": [32], "removed": [31],
    "left": [{"integration": 30, "problem": "Gorgias does not delete it: it is in use"}]
}))]
pub(super) struct DoneShown {
    /// Domain prefix of the account.
    id: String,
    /// Numbers of those that were created in Gorgias.
    made: Vec<i64>,
    /// Of those that were switched on.
    switched_on: Vec<i64>,
    /// Of those that were written anew.
    updated: Vec<i64>,
    /// Of those that were deleted, or forgotten because they were gone.
    removed: Vec<i64>,
    /// Those that are left as they are.
    left: Vec<LeftShown>,
    /// The new address, for whoever pasted the old one; after a rotation alone. It holds a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
}

/// A webhook that is left as it is.
#[derive(Serialize, ToSchema)]
struct LeftShown {
    /// Number of the HTTP integration.
    integration: i64,
    /// Why, and what to do.
    problem: String,
}

/// How the webhooks stand, in the log and in Gorgias now, and what came at which address.
#[utoipa::path(get, operation_id = "show_webhook", path = "/api/v1/connections/{id}/webhook", tag = "webhook",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = WebhookShown), (status = 404, body = Problem)))]
pub(super) async fn show(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let wish = LookAtWebhooks { connection: id.clone(), base: webhook_base(&front, &id) };
    let looked = front.office.send(wish).await?;
    let view = front.world.board.connection(&id).unwrap_or_default();
    let now = looked.as_deref().unwrap_or_default();
    let webhooks = view
        .connection
        .webhooks
        .iter()
        .map(|webhook| one(webhook, now.iter().find(|now| now.integration == webhook.integration)));
    Ok(HttpResponse::Ok().json(WebhookShown {
        id: id.to_string(),
        webhooks: webhooks.collect(),
        not_looked: looked.as_ref().err().map(ToString::to_string),
        switched_off_last_at: view.connection.webhook_off_last.map(|at| at.0),
        addresses: addresses(&view, front.world.clock.now()),
    }))
}

/// Creates the webhooks that are missing and switches on those that are off. Refused while Gorgias could not reach them.
#[utoipa::path(post, operation_id = "install_webhook", path = "/api/v1/connections/{id}/webhook/install", tag = "webhook",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = DoneShown), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn install(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&front, &id, WebhookAct::Install, by(&request)).await
}

/// The same, and writes anew what somebody changed in Gorgias.
#[utoipa::path(post, operation_id = "repair_webhook", path = "/api/v1/connections/{id}/webhook/repair", tag = "webhook",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = DoneShown), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn repair(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&front, &id, WebhookAct::Repair, by(&request)).await
}

/// Deletes the webhooks that Polus made.
#[utoipa::path(post, operation_id = "remove_webhook", path = "/api/v1/connections/{id}/webhook/remove", tag = "webhook",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = DoneShown), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn remove(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&front, &id, WebhookAct::Remove, by(&request)).await
}

/// Draws a new secret, and lets the webhooks that Polus made call the new address. The old one is taken too for a while.
#[utoipa::path(post, operation_id = "rotate_webhook", path = "/api/v1/connections/{id}/webhook/rotate", tag = "webhook",
    request_body = RotateBody, params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = DoneShown), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn rotate(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<RotateBody>,
) -> Result<HttpResponse, Problem> {
    let hours = body.overlap_hours;
    if hours > OVERLAP_HOURS_MAX {
        let detail = format!("`overlap_hours` is {hours}; it may be from 0 to {OVERLAP_HOURS_MAX}");
        return Err(Problem::bad(detail));
    }
    let id = known(&front, &id)?;
    let overlap = Duration::from_secs(u64::from(hours) * 60 * 60);
    let done = change(&front, &id, WebhookAct::Rotate { overlap }, by(&request)).await?;
    let mut shown = done_shown(&id, &done);
    shown.webhook_url = Some(webhook_url(&front, &id).await?.expose_secret().to_owned());
    Ok(HttpResponse::Ok().json(shown))
}

/// Does it, where Gorgias could reach what it makes.
pub(super) async fn change(
    front: &Front,
    id: &ConnectionId,
    act: WebhookAct,
    by: String,
) -> Result<WebhookDone, Problem> {
    match act {
        WebhookAct::Install | WebhookAct::Repair => may_install(front)?,
        WebhookAct::Remove | WebhookAct::Rotate { .. } => {}
    }
    let base = webhook_base(front, id);
    Ok(front.office.send(ChangeWebhook { connection: id.clone(), base, act, by }).await??)
}

/// What was left as it is, in one sentence; none when nothing was.
pub(super) fn left_in_words(done: &WebhookDone) -> Option<String> {
    let told: Vec<String> = done
        .left
        .iter()
        .map(|(integration, problem)| format!("HTTP integration {integration}: {problem}"))
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

async fn act(front: &Front, id: &str, act: WebhookAct, by: String) -> Result<HttpResponse, Problem> {
    let id = known(front, id)?;
    let done = change(front, &id, act, by).await?;
    Ok(HttpResponse::Ok().json(done_shown(&id, &done)))
}

fn done_shown(id: &ConnectionId, done: &WebhookDone) -> DoneShown {
    let numbers = |integrations: &[IntegrationId]| integrations.iter().map(|number| number.0).collect();
    let left = done.left.iter();
    DoneShown {
        id: id.to_string(),
        made: numbers(&done.made),
        switched_on: numbers(&done.switched_on),
        updated: numbers(&done.updated),
        removed: numbers(&done.removed),
        left: left
            .map(|(integration, problem)| LeftShown { integration: integration.0, problem: problem.clone() })
            .collect(),
        webhook_url: None,
    }
}

fn one(webhook: &Webhook, now: Option<&WebhookNow>) -> OneWebhook {
    let purpose = now.and_then(|now| now.purpose).or(webhook.form.as_ref().map(|form| form.purpose));
    let recorded = match &webhook.fault {
        None => "ok",
        Some(WebhookFault::Off) => "off",
        Some(WebhookFault::Gone) => "gone",
        Some(WebhookFault::Changed { .. }) => "changed",
    };
    let (now, problem) = now.map(how_now).unzip();
    OneWebhook {
        integration: webhook.integration.0,
        purpose: purpose.map(|purpose| match purpose {
            WebhookPurpose::Events => "events",
            WebhookPurpose::Assignment => "assignment",
        }),
        recorded,
        now,
        problem: problem.flatten(),
    }
}

/// How a webhook stands now: in a word, and what is wrong with it.
fn how_now(now: &WebhookNow) -> (&'static str, Option<String>) {
    let told = |word, problem: &str| (word, Some(problem.to_owned()));
    match &now.look {
        WebhookLook::Stands if now.calls_here => ("ok", None),
        WebhookLook::Masked if now.calls_here => told(
            "ok",
            "Gorgias does not show its secret as it was written: whether it is the right one only what comes there tells",
        ),
        WebhookLook::Stands | WebhookLook::Masked => {
            told("elsewhere", "it calls the public address that was set before")
        }
        WebhookLook::Outdated => told("outdated", "it calls with an old secret"),
        WebhookLook::Off => {
            told("off", "it is switched off, as Gorgias does when its calls fail again and again")
        }
        WebhookLook::Gone => told("gone", "it was deleted in Gorgias"),
        WebhookLook::Changed { how } => ("changed", Some(format!("it was changed by hand: {how}"))),
    }
}

/// The addresses that a webhook may call, and the retired ones that something still calls.
fn addresses(view: &ConnectionView, now: Time) -> Vec<Address> {
    let connection = &view.connection;
    let shown = |hash: &str, state, valid_until: Option<Time>| {
        let last = view.addresses.last(hash);
        Address {
            address: Addresses::name(hash).to_owned(),
            state,
            valid_until: valid_until.map(|until| until.0),
            last_at: last.as_ref().map(|last| last.at.0),
            last: last.map(|last| last.what),
        }
    };
    let state = if connection.is_connected() { "current" } else { "stale" };
    let current = connection.details.iter().map(|details| shown(&details.webhook_secret_hash, state, None));
    let old = connection.old_secrets.iter().map(|old| match now < old.until {
        true => shown(&old.hash, "previous", Some(old.until)),
        false => shown(&old.hash, "stale", None),
    });
    let retired = connection.retired_secrets.iter().map(|hash| shown(hash, "stale", None));
    current.chain(old).chain(retired.filter(|address| address.last_at.is_some())).collect()
}

fn usual_overlap() -> u32 {
    OVERLAP_HOURS
}
