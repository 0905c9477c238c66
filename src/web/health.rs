//! What machines ask: alive, ready, metrics, version.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use serde_json::json;

use super::Front;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/version", web::get().to(version));
}

/// The process answers; nothing else is looked at.
async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "alive"}))
}

/// Whether webhooks are taken; names what is not ready.
async fn ready(front: Data<Front>) -> HttpResponse {
    let missing = not_ready(&front);
    if missing.is_empty() {
        HttpResponse::Ok().json(json!({"status": "ready"}))
    } else {
        HttpResponse::ServiceUnavailable().json(json!({"status": "not ready", "not_ready": missing}))
    }
}

/// The parts that are not ready.
pub(super) fn not_ready(front: &Front) -> Vec<&'static str> {
    let log_is_well = futures_util::FutureExt::now_or_never(front.world.log.poisoned()).is_none();
    let parts = [("log", log_is_well), ("office", front.ready())];
    parts.iter().filter(|(_, is_ready)| !is_ready).map(|(name, _)| *name).collect()
}

/// All metrics in Prometheus' text form.
pub(super) async fn metrics(front: Data<Front>) -> HttpResponse {
    match front.metrics.text() {
        Ok(text) => HttpResponse::Ok()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .body(text),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be told");
            HttpResponse::InternalServerError().finish()
        }
    }
}

async fn version() -> HttpResponse {
    HttpResponse::Ok().json(build())
}

/// What this program is.
pub fn build() -> serde_json::Value {
    json!({
        "name": "polus",
        "version": env!("CARGO_PKG_VERSION"),
        "log_schema": polus_core::codec::SCHEMA,
        "target": format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
    })
}
