//! The HTTP face of the desk: a server that passes requests on and acts out how the answers travel, and a courier that
//! carries the webhooks. Only here are sockets, timers and the caller's clock.

use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

use super::Desk;
use super::control::control;
use super::webhooks::{Delivery, DeliveryOutcome};
use super::wire::{self, Travel, WireRequest, WireResponse};

/// The largest body taken in; a larger one is answered 413.
pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// How long a caller whose write lands late is kept waiting before its connection closes: longer than any client
/// waits, so that what it sees is its own time-out.
const HOLD_MS: i64 = 120_000;

/// How often the courier looks again although nothing is known to be due: people act at the desk at any time.
const LOOK_AGAIN_MS: i64 = 20;

/// Serves the desk on `listener`, at the times that `clock` tells (milliseconds since 1970).
///
/// Returns the server, to be awaited, and the [`Courier`], whose `run` is to be spawned on the same runtime; without it
/// webhooks wait and nothing happens between requests. Fails if the listener can't be used,
/// or no client for the webhooks can be made.
pub fn serve<C>(
    desk: Arc<Mutex<Desk>>,
    listener: TcpListener,
    clock: C,
) -> std::io::Result<(Server, Courier<C>)>
where
    C: Fn() -> i64 + Send + Sync + Clone + 'static,
{
    let courier = Courier::new(desk.clone(), clock.clone())?;
    let face = Face { desk, clock };
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(face.clone()))
            .app_data(web::PayloadConfig::new(BODY_BYTES_MAX))
            .default_service(web::to(answer::<C>))
    })
    .workers(1)
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    Ok((server, courier))
}

/// Carries webhooks to their receivers and tells the desk how it went.
pub struct Courier<C> {
    desk: Arc<Mutex<Desk>>,
    clock: C,
    client: reqwest::Client,
}

impl<C: Fn() -> i64 + Send + Sync + Clone + 'static> Courier<C> {
    fn new(desk: Arc<Mutex<Desk>>, clock: C) -> std::io::Result<Self> {
        // Receivers are on this machine or beside it; a proxy for the wide world would only be in the way.
        let client = reqwest::Client::builder().no_proxy().build().map_err(std::io::Error::other)?;
        Ok(Self { desk, clock, client })
    }

    /// Works until it is dropped. Must run inside a local task set, such as every actix system is.
    pub async fn run(self) {
        loop {
            let now_ms = (self.clock)();
            let (deliveries, due, timeout_ms) = {
                let mut desk = lock(&self.desk);
                (desk.deliveries(now_ms), desk.due(), desk.timings.webhook_timeout_ms)
            };
            for delivery in deliveries {
                let (desk, clock, client) = (self.desk.clone(), self.clock.clone(), self.client.clone());
                actix_web::rt::spawn(async move {
                    let id = delivery.id;
                    let outcome = carry(&client, delivery, millis(timeout_ms)).await;
                    lock(&desk).delivered(clock(), id, outcome);
                });
            }
            let wait_ms = due.map_or(LOOK_AGAIN_MS, |due_ms| (due_ms - now_ms).clamp(1, LOOK_AGAIN_MS));
            tokio::time::sleep(millis(wait_ms)).await;
        }
    }
}

struct Face<C> {
    desk: Arc<Mutex<Desk>>,
    clock: C,
}

impl<C: Clone> Clone for Face<C> {
    fn clone(&self) -> Self {
        Self { desk: self.desk.clone(), clock: self.clock.clone() }
    }
}

async fn answer<C>(
    face: web::Data<Face<C>>,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse
where
    C: Fn() -> i64 + Send + Sync + Clone + 'static,
{
    let Ok(body) = body else { return whole(&wire::too_large()) };
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let Ok(web::Query(query)) = query else {
        return HttpResponse::BadRequest().body("The query can't be read.");
    };
    let now_ms = (face.clock)();
    if request.path().starts_with("/_desk") {
        let method = request.method().as_str();
        let (status, body) = control(&mut lock(&face.desk), now_ms, method, request.path(), &query, &body);
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        return whole(&WireResponse { status, headers, body: body.to_string().into_bytes() });
    }
    let authorization = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let wire_request = WireRequest {
        method: request.method().as_str().to_owned(),
        path: request.path().to_owned(),
        query,
        authorization: authorization.map(str::to_owned),
        body: body.to_vec(),
    };
    let answered = lock(&face.desk).handle(now_ms, &wire_request);
    act_out(answered.response, answered.travel).await
}

async fn act_out(response: WireResponse, travel: Travel) -> HttpResponse {
    match travel {
        Travel::Normal | Travel::Html502 | Travel::Bare => whole(&response),
        Travel::LostBeforeEffect | Travel::LostAfterEffect => broken(&response, 0),
        Travel::LateEffect { .. } => {
            tokio::time::sleep(millis(HOLD_MS)).await;
            broken(&response, 0)
        }
        Travel::Slow { ms } => {
            tokio::time::sleep(millis(ms)).await;
            whole(&response)
        }
        Travel::Truncated => broken(&response, response.body.len() / 2),
    }
}

fn whole(response: &WireResponse) -> HttpResponse {
    headed(response).body(response.body.clone())
}

/// An answer that ends after `bytes` of its body, with 0 before its first header.
fn broken(response: &WireResponse, bytes: usize) -> HttpResponse {
    let promised = u64::try_from(response.body.len()).unwrap_or(u64::MAX).max(1);
    let part = Bytes::copy_from_slice(&response.body[..bytes]);
    let state = if part.is_empty() { Breaking::Break } else { Breaking::Part(part) };
    headed(response).body(BreakingBody { promised, state })
}

fn headed(response: &WireResponse) -> actix_web::HttpResponseBuilder {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    for (name, value) in &response.headers {
        builder.append_header((name.as_str(), value.as_str()));
    }
    builder
}

/// A body that breaks off, which makes the server close the connection. It pauses once before, so that what was
/// written by then is really on its way.
struct BreakingBody {
    promised: u64,
    state: Breaking,
}

enum Breaking {
    Part(Bytes),
    Pause,
    Break,
}

impl MessageBody for BreakingBody {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.promised)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match std::mem::replace(&mut self.state, Breaking::Pause) {
            Breaking::Part(part) => Poll::Ready(Some(Ok(part))),
            Breaking::Pause => {
                self.state = Breaking::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Breaking::Break => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into()))),
        }
    }
}

async fn carry(client: &reqwest::Client, delivery: Delivery, timeout: Duration) -> DeliveryOutcome {
    let Ok(method) = reqwest::Method::from_bytes(delivery.method.as_bytes()) else {
        return DeliveryOutcome::Refused;
    };
    let mut request = client.request(method, &delivery.url).timeout(timeout);
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    if let Some(content_type) = &delivery.content_type {
        request = request.header("Content-Type", content_type);
    }
    if delivery.body.is_empty() {
        request = request.header("Content-Length", "0");
    }
    let answered = async {
        let response = request.body(delivery.body).send().await?;
        let status = response.status().as_u16();
        Ok::<_, reqwest::Error>((status, response.bytes().await?))
    };
    match answered.await {
        Ok((status, body)) => DeliveryOutcome::Status(status, body.to_vec()),
        Err(error) if error.is_timeout() => DeliveryOutcome::TimedOut,
        Err(_) => DeliveryOutcome::Refused,
    }
}

/// The desk is whole between calls, so a panic elsewhere does not make it unusable.
fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}
