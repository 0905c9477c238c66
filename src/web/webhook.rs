//! `POST /webhooks/gorgias/{connection}/{secret}`: Gorgias' events. A small fact is appended, then the answer is 200.
//!
//! The secret stands in the path, or in the header `X-Polus-Secret` with a path that ends in `/-`. A wrong one and an
//! unknown connection are answered alike, and their body is not read. Every other answer is 200 `{}` once the event
//! is durable, because Gorgias switches off webhooks that fail; the exceptions are 503 while the log takes nothing,
//! and 408 when the body itself did not arrive.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;
use polus_actors::intake::{Address, Body};
use polus_actors::tenant::SECRET_HEADER;
use polus_core::gorgias::webhook;

use super::Front;

pub(crate) use polus_actors::intake::BODY_BYTES_MAX;

/// Of a larger body so much is taken in and thrown away, so that its sender hears the answer.
const DRAINED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_MAY_TAKE: Duration = Duration::from_secs(30);

/// When to come again while the log takes nothing, in seconds.
const RETRY_AFTER_S: u32 = 5;

/// In the path where the secret is in the header.
const SECRET_ELSEWHERE: &str = "-";

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(
        // A path without names in it is found without a regular expression, which is dear on the way in.
        web::scope("/webhooks").default_service(web::to(receive)),
    );
}

async fn receive(front: Data<Front>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let began = Instant::now();
    let Some((connection, secret)) = named(&request) else { return unknown().await };
    if !front.ready() {
        return later();
    }
    let header = request.headers().get(SECRET_HEADER).and_then(|value| value.to_str().ok());
    let secret = if secret == SECRET_ELSEWHERE { header.unwrap_or_default() } else { secret };
    let Some(address) = Address::of(&front.world, connection, secret) else { return unknown().await };
    let body = match tokio::time::timeout(BODY_MAY_TAKE, take(payload)).await {
        Ok(Some(body)) => body,
        Ok(None) | Err(_) => return HttpResponse::RequestTimeout().json(serde_json::json!({})),
    };
    let answer = match address.take(&front.world, &body, request.query_string()).await {
        Ok(()) => HttpResponse::Ok().json(serde_json::json!({})),
        Err(error) => {
            tracing::error!(connection = %address.connection, %error, "a webhook cannot be made durable; Gorgias is asked to come again");
            later()
        }
    };
    front.metrics.webhook_took(began.elapsed());
    answer
}

/// The connection and the secret in the path of a `POST`.
fn named(request: &HttpRequest) -> Option<(&str, &str)> {
    let (connection, secret) =
        request.match_info().unprocessed().strip_prefix("/gorgias/")?.split_once('/')?;
    let fits = request.method() == Method::POST && !secret.is_empty() && !secret.contains('/');
    fits.then_some((connection, secret))
}

/// Reads and parses a body, and does no more: what benchmarks compare the whole way with.
pub(super) async fn parse_only(request: HttpRequest, payload: Payload) -> HttpResponse {
    match take(payload).await {
        Some(Body::Whole(bytes)) if webhook::read(&bytes, request.query_string()).is_ok() => {
            HttpResponse::Ok().json(serde_json::json!({}))
        }
        Some(Body::Whole(_) | Body::TooLarge { .. }) | None => HttpResponse::BadRequest().finish(),
    }
}

/// The answer to a wrong secret and to an unknown connection.
async fn unknown() -> HttpResponse {
    HttpResponse::NotFound().json(serde_json::json!({"error": "not found"}))
}

fn later() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, RETRY_AFTER_S)).json(serde_json::json!({}))
}

/// The body, or none when it breaks off.
async fn take(mut payload: Payload) -> Option<Body> {
    let mut body: Vec<u8> = Vec::new();
    let mut bytes: u64 = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.ok()?;
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        let room = BODY_BYTES_MAX.saturating_sub(body.len());
        if chunk.len() <= room {
            body.extend_from_slice(&chunk);
            continue;
        }
        body.extend_from_slice(&chunk[..room]);
        if bytes > DRAINED_BYTES_MAX {
            break;
        }
    }
    if u64::try_from(body.len()).is_ok_and(|length| length == bytes) {
        return Some(Body::Whole(body));
    }
    Some(Body::TooLarge { beginning: body, bytes })
}
