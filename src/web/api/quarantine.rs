//! Webhook bodies that named no ticket, or were too large to be read whole, kept for a person to look at.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};

use super::known;
use crate::history::Quarantined;
use crate::web::Front;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/connections/{id}/quarantine", web::get().to(list));
}

/// The bodies of a connection that could not be read, oldest first, each with what is wrong with it.
#[utoipa::path(get, operation_id = "list_quarantined", path = "/api/v1/connections/{id}/quarantine", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = Vec<Quarantined>), (status = 404, body = Problem)))]
pub(super) async fn list(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    Ok(HttpResponse::Ok().json(front.history.quarantined(&id).await?))
}
