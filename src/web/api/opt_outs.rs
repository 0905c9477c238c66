//! Customers who want no AI: list them, enter one, let one back.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{Change, ChangeConnection};
use polus_core::id::CustomerId;
use serde::Serialize;
use utoipa::ToSchema;

use super::known;
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/opt-outs", web::get().to(list))
        .route("/connections/{id}/opt-outs/{customer}", web::put().to(add))
        .route("/connections/{id}/opt-outs/{customer}", web::delete().to(remove));
}

/// The customers of a connection whose messages go to people on every ticket.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"customers": [7021, 7188]}))]
pub(super) struct OptOuts {
    /// Their numbers in Gorgias, ascending.
    customers: Vec<i64>,
}

/// The customers who want no AI.
#[utoipa::path(get, operation_id = "list_opt_outs", path = "/api/v1/connections/{id}/opt-outs", tag = "customers",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = OptOuts), (status = 404, body = Problem)))]
pub(super) async fn list(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let view = front.world.board.connection(&id).unwrap_or_default();
    let customers = view.connection.opted_out.iter().map(|customer| customer.0).collect();
    Ok(HttpResponse::Ok().json(OptOuts { customers }))
}

/// Enters a customer who told the shop elsewhere that no AI may answer. Customers who write so are entered by themselves.
#[utoipa::path(put, operation_id = "add_opt_out", path = "/api/v1/connections/{id}/opt-outs/{customer}", tag = "customers",
    params(("id" = String, Path, description = "Domain prefix"), ("customer" = i64, Path, description = "Number in Gorgias")),
    responses((status = 200, body = OptOuts), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn add(
    front: Data<Front>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    change(front, path, by(&request), |customer| Change::OptOut(customer, None)).await
}

/// Lets the AI answer a customer again.
#[utoipa::path(delete, operation_id = "remove_opt_out", path = "/api/v1/connections/{id}/opt-outs/{customer}", tag = "customers",
    params(("id" = String, Path, description = "Domain prefix"), ("customer" = i64, Path, description = "Number in Gorgias")),
    responses((status = 200, body = OptOuts), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn remove(
    front: Data<Front>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    change(front, path, by(&request), Change::OptIn).await
}

async fn change(
    front: Data<Front>,
    path: Path<(String, String)>,
    by: String,
    change: impl Fn(CustomerId) -> Change,
) -> Result<HttpResponse, Problem> {
    let (id, customer) = path.into_inner();
    let connection = known(&front, &id)?;
    let number = customer.parse().ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| {
        Problem::bad(format!("{customer:?} is no customer number: it takes the number that ends the customer's address in Gorgias"))
    })?;
    let wish = ChangeConnection { connection, change: change(CustomerId(number)), by };
    front.office.send(wish).await??;
    list(front, id.into()).await
}
