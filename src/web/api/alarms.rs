//! What a person should look at now.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::Front;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/alarms", web::get().to(list));
}

/// Something a person should look at.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "about": "acme/501", "since": 1796032800000_i64,
    "message": "ticket acme/501 was handed off but could not be reassigned (given up: 404); assign it by hand"
}))]
pub(super) struct AlarmShown {
    /// What it is about.
    about: String,
    /// What is wrong and what to do.
    message: String,
    /// Since when, in milliseconds since 1970.
    since: i64,
}

/// All alarms that stand.
#[utoipa::path(get, operation_id = "list_alarms", path = "/api/v1/alarms", tag = "alarms", responses((status = 200, body = Vec<AlarmShown>)))]
pub(super) async fn list(front: Data<Front>) -> HttpResponse {
    let alarms = front.world.board.alarms().into_iter();
    let shown: Vec<AlarmShown> = alarms
        .map(|alarm| AlarmShown { about: alarm.about, message: alarm.message, since: alarm.since.0 })
        .collect();
    HttpResponse::Ok().json(shown)
}
