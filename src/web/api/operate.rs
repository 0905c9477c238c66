//! What an operator does to a whole connection: mode, pause, resume.

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{Change, ChangeConnection};
use polus_core::policy::Mode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::connections::without_address;
use super::known;
use super::shapes::ConnectionShown;
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/mode", web::put().to(mode))
        .route("/connections/{id}/pause", web::post().to(pause))
        .route("/connections/{id}/resume", web::post().to(resume));
}

/// What may be done from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"mode": "shadow"}))]
pub(super) struct ModeBody {
    /// `live`, `shadow` or `off`.
    #[schema(value_type = String)]
    mode: Mode,
}

/// Sets what Polus may do: `live` answers, `shadow` drafts as internal notes, `off` does nothing.
#[utoipa::path(put, operation_id = "set_mode", path = "/api/v1/connections/{id}/mode", tag = "connections", request_body = ModeBody,
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = ConnectionShown), (status = 404, body = Problem)))]
pub(super) async fn mode(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<ModeBody>,
) -> Result<HttpResponse, Problem> {
    change(&front, &id, Change::Mode(body.mode), by(&request)).await
}

/// Pulls the brake: takes effect before the next post.
#[utoipa::path(post, operation_id = "pause", path = "/api/v1/connections/{id}/pause", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = ConnectionShown), (status = 404, body = Problem)))]
pub(super) async fn pause(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    change(&front, &id, Change::Pause, by(&request)).await
}

/// Releases the brake.
#[utoipa::path(post, operation_id = "resume_connection", path = "/api/v1/connections/{id}/resume", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = ConnectionShown), (status = 404, body = Problem)))]
pub(super) async fn resume(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    change(&front, &id, Change::Resume, by(&request)).await
}

async fn change(front: &Front, id: &str, change: Change, by: String) -> Result<HttpResponse, Problem> {
    let id = known(front, id)?;
    front.office.send(ChangeConnection { connection: id.clone(), change, by }).await??;
    Ok(HttpResponse::Ok().json(without_address(front, &id)))
}
