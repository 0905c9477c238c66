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
use polus_actors::board::ConnectionView;
use polus_actors::intake::{self, KEPT_BYTES_MAX};
use polus_actors::tenant::SECRET_HEADER;
use polus_core::gorgias::webhook;
use polus_core::id::ConnectionId;
use polus_core::ticket::event::Standing;
use polus_storage::AppendError;

use super::Front;
use super::secret::{Known, known};

/// The largest body that is read as an event. Gorgias' are 40 to 120 KB.
pub(crate) const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

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
    // What can be no connection is answered like one that is not known, and takes as long.
    let id = ConnectionId::new(connection).ok();
    let view = id.as_ref().and_then(|id| front.world.board.connection(id));
    let known = known(view.as_deref(), secret, front.world.clock.now());
    let (Some(id), Some(Known { standing, hash })) = (id, known) else {
        return unknown().await;
    };
    let view = view.unwrap_or_default();
    let body = match tokio::time::timeout(BODY_MAY_TAKE, take(payload)).await {
        Ok(Some(body)) => body,
        Ok(None) | Err(_) => return HttpResponse::RequestTimeout().json(serde_json::json!({})),
    };
    let query = request.query_string();
    let answer = match keep(&front, &id, &view, standing, &body, query).await {
        Ok(what) => {
            view.addresses.heard(&hash, front.world.clock.now(), what);
            HttpResponse::Ok().json(serde_json::json!({}))
        }
        Err(error) => {
            tracing::error!(connection = %id, %error, "a webhook cannot be made durable; Gorgias is asked to come again");
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

enum Body {
    Whole(Vec<u8>),
    /// Its first [`BODY_BYTES_MAX`] bytes, and how many there were.
    TooLarge {
        beginning: Vec<u8>,
        bytes: u64,
    },
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

/// Makes what came durable, and gives in words what it was.
async fn keep(
    front: &Front,
    id: &ConnectionId,
    view: &ConnectionView,
    standing: Standing,
    body: &Body,
    query: &str,
) -> Result<String, AppendError> {
    const PUT_ASIDE: &str = "a body that was put aside";
    let world = &front.world;
    let body = match body {
        Body::Whole(body) => body,
        Body::TooLarge { beginning, bytes } => {
            let problem = keep_beginning(front, id, view, standing, beginning, query).await?;
            let kept = &beginning[..beginning.len().min(KEPT_BYTES_MAX)];
            intake::quarantined(world, id, problem, *bytes, kept).await?;
            return Ok(PUT_ASIDE.to_owned());
        }
    };
    let problem = match webhook::read(body, query) {
        Ok(heard) => match foreign(id, heard.account_domain.as_deref()) {
            None => {
                let what = format!("{} of ticket {}", heard.trigger.as_str(), heard.ticket);
                intake::notified(world, id, view, standing, heard).await?;
                return Ok(what);
            }
            Some(domain) => format!("it comes from the account {domain:?}, not from {:?}", id.as_str()),
        },
        Err(unreadable) => unreadable.to_string(),
    };
    let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
    intake::quarantined(world, id, problem, bytes, &body[..body.len().min(KEPT_BYTES_MAX)]).await?;
    Ok(PUT_ASIDE.to_owned())
}

/// Of a body too large to be read whole, makes the ticket that stands in its beginning heard of: its messages are read
/// from Gorgias anyway. Gives in words what is wrong with the body and what came of it.
async fn keep_beginning(
    front: &Front,
    id: &ConnectionId,
    view: &ConnectionView,
    standing: Standing,
    beginning: &[u8],
    query: &str,
) -> Result<String, AppendError> {
    let too_large = format!("the body is larger than {BODY_BYTES_MAX} bytes");
    let Some(heard) = webhook::read_beginning(beginning, query) else {
        let problem = "no ticket number stands in that beginning or in the query, so that the catch-up must find what it told of";
        return Ok(format!("{too_large}; {problem}"));
    };
    if let Some(domain) = foreign(id, heard.account_domain.as_deref()) {
        return Ok(format!(
            "{too_large}, and it comes from the account {domain:?}, not from {:?}",
            id.as_str()
        ));
    }
    let ticket = heard.ticket;
    let told = match standing {
        Standing::Current => "is read anew",
        Standing::Stale | Standing::Disconnected => {
            "is not read for it, since the connection takes no webhooks at this address any more"
        }
    };
    intake::notified(&front.world, id, view, standing, heard).await?;
    Ok(format!("{too_large}; ticket {ticket}, named by its beginning or its address, {told}"))
}

/// The account a body says it comes from, if that is another one.
fn foreign<'a>(id: &ConnectionId, domain: Option<&'a str>) -> Option<&'a str> {
    let domain = domain?.trim();
    let prefix = domain.strip_suffix(".gorgias.com").unwrap_or(domain);
    (!prefix.is_empty() && !prefix.eq_ignore_ascii_case(id.as_str())).then_some(domain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn an_account_is_compared_by_its_prefix() {
        let acme = ConnectionId::new("acme").unwrap();
        for own in [None, Some("acme"), Some(" ACME "), Some("acme.gorgias.com"), Some("")] {
            assert_eq!(foreign(&acme, own), None);
        }
        for other in ["acme-two", "gorgias.com", "acme.example.com"] {
            assert_eq!(foreign(&acme, Some(other)), Some(other));
        }
    }
}
