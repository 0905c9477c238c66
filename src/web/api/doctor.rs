//! What is wrong, and what to do about it: gathers the facts, the rows are made of them in `doctor.rs`.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use futures_util::future::join_all;
use polus_actors::board::{Alarm, ConnectionView};
use polus_actors::mail::{Examine, Examined, Refused};
use polus_core::gorgias::answers::InboundListed;
use polus_core::id::ConnectionId;
use polus_core::time::Time;
use polus_storage::Durability;
use serde::Serialize;
use utoipa::ToSchema;

use super::connections::webhook_url;
use crate::doctor::connection::{PutAside, Unheard};
use crate::doctor::{Row, SERVER, connection, folder, here, settings};
use crate::history::{HeardBy, HistoryError, Quarantined};
use crate::tickets::Tickets;
use crate::web::problem::Problem;
use crate::web::webhook::BODY_BYTES_MAX;
use crate::web::{Front, health};

/// How long Gorgias may take to answer for one connection: less than a person waits for a page.
const GORGIAS_MAY_TAKE: Duration = Duration::from_secs(20);

/// A webhook may be on its way for so long before a message counts as one that none told of, in milliseconds.
const ON_ITS_WAY_MS: i64 = 2 * 60 * 1_000;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/doctor", web::get().to(look));
}

/// What was looked at, and how it is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "version": "0.1.0",
    "rows": [{
        "about": "acme", "check": "mode", "result": "warning", "found": "paused: nothing is posted, and drafts wait",
        "cure": "release the brake with `polus resume acme`"
    }]
}))]
pub(super) struct Looked {
    /// Version of the server.
    version: &'static str,
    /// One for each thing that was tested: the server first, then connection by connection.
    rows: Vec<Row>,
}

/// Tests the server and every connection, and says what to do about what is wrong. Asks Gorgias, records nothing.
#[utoipa::path(get, operation_id = "look_for_faults", path = "/api/v1/doctor", tag = "alarms",
    responses((status = 200, body = Looked), (status = 500, body = Problem)))]
pub(super) async fn look(front: Data<Front>) -> Result<HttpResponse, Problem> {
    let connections = front.world.board.connections();
    let articles = front.knowledge.clone();
    let articles = web::block(move || settings::knowledge_folder(articles.as_deref())).await;
    let articles = articles.map_err(|error| Problem::internal(error.to_string()))?;
    let mut rows = server(&front, &connections.values().cloned().collect::<Vec<_>>());
    rows.extend(articles);
    let looked = connections.iter().map(|(id, view)| one(&front, id, view));
    for found in join_all(looked).await {
        rows.extend(found);
    }
    if connections.is_empty() {
        let cure = "connect an account: `polus connect --help`";
        rows.push(Row::warning(SERVER, "connections", "no account is connected yet", cure));
    }
    Ok(HttpResponse::Ok().json(Looked { version: env!("CARGO_PKG_VERSION"), rows }))
}

fn server(front: &Front, connections: &[Arc<ConnectionView>]) -> Vec<Row> {
    let mut rows = vec![log(front)];
    rows.extend(folder::rows(&front.data, front.has_master_key));
    let waits =
        |view: &Arc<ConnectionView>| view.connection.is_connected() && view.last_webhook.at().is_none();
    let needed = connections.iter().any(waits);
    rows.push(settings::public_url(front.public_url(), front.is_real_gorgias, needed));
    rows.extend(settings::gorgias(front.is_real_gorgias));
    let names: Vec<ConnectionId> = front.world.board.connections().into_keys().collect();
    let alarms = front.world.board.alarms().into_iter();
    rows.extend(alarms.filter(|alarm| !names.iter().any(|id| concerns(alarm, id))).map(|alarm| {
        let cure = "look at the server's log lines; if the disk is full, make room and restart";
        let found = format!("since {}: {}: {}", alarm.since, alarm.about, alarm.message);
        Row::problem(SERVER, "alarm", found, cure)
    }));
    rows
}

fn log(front: &Front) -> Row {
    let missing = health::not_ready(front);
    if !missing.is_empty() {
        let cure = "wait while the server starts; if it stays, look at its log lines and restart it";
        return Row::problem(SERVER, "log", format!("not ready: {}", missing.join(", ")), cure);
    }
    match front.world.log.durability() {
        Durability::Memory => here::in_memory(),
        Durability::Fsync => {
            Row::ok(SERVER, "log", format!("takes records; it holds {}", front.world.log.head()))
        }
    }
}

fn put_aside(bodies: &[Quarantined]) -> PutAside {
    let most = u64::try_from(BODY_BYTES_MAX).unwrap_or(u64::MAX);
    let (too_large, unread): (Vec<&Quarantined>, Vec<&Quarantined>) =
        bodies.iter().partition(|body| body.bytes > most);
    PutAside {
        unread: unread.len(),
        last_unread: unread.last().map(|body| body.at),
        too_large: too_large.len(),
        last_too_large: too_large.last().map(|body| body.at),
    }
}

/// Rows about a connection. What cannot be read of the log is a row of its own, and the others go on.
async fn one(front: &Front, id: &ConnectionId, view: &ConnectionView) -> Vec<Row> {
    let examined = if view.connection.is_connected() {
        examined(front, id).await
    } else {
        Err(Refused::NotNow(format!("{id} is not connected")))
    };
    let mut problems = Vec::new();
    let unheard = match &examined {
        Ok(examined) => unheard(front, id, view, examined).await,
        Err(_) => Ok(None),
    };
    let unheard = unheard.unwrap_or_else(|error| {
        problems.push(error.to_string());
        None
    });
    let quarantined = front.history.quarantined(id).await.unwrap_or_else(|error| {
        problems.push(error.to_string());
        Vec::new()
    });
    let tickets = match Tickets::of(&front.history, &front.world.board, id).await {
        Ok(tickets) => Some(tickets),
        Err(error) => {
            problems.push(error.to_string());
            None
        }
    };
    let facts = connection::Facts {
        id: id.as_str(),
        view,
        // A vault that gives no secret is told of by the examination.
        webhook_url: webhook_url(front, id).await.ok(),
        examined,
        unheard,
        alarms: front.world.board.alarms().into_iter().filter(|alarm| concerns(alarm, id)).collect(),
        quarantined: put_aside(&quarantined),
        tickets,
        started: front.started,
        now: front.world.clock.now(),
    };
    let mut rows = connection::rows(&facts);
    rows.extend(problems.iter().map(|problem| connection::unreadable(id.as_str(), problem)));
    rows
}

async fn examined(front: &Front, id: &ConnectionId) -> Result<Examined, Refused> {
    let asked = front.office.send(Examine { connection: id.clone() });
    match tokio::time::timeout(GORGIAS_MAY_TAKE, asked).await {
        Ok(Ok(examined)) => examined,
        Ok(Err(error)) => Err(Refused::Outage(format!("the server is stopping or overloaded ({error})"))),
        Err(_) => Err(Refused::Outage(format!(
            "Gorgias, or a call in the queue before this one, took longer than {} seconds",
            GORGIAS_MAY_TAKE.as_secs()
        ))),
    }
}

/// The newest message of a customer that a webhook should have told of, if none did.
async fn unheard(
    front: &Front,
    id: &ConnectionId,
    view: &ConnectionView,
    examined: &Examined,
) -> Result<Option<Unheard>, HistoryError> {
    let line = Time(front.world.clock.now().0 - ON_ITS_WAY_MS);
    let go_live = view.connection.details.as_ref().map(|details| details.go_live).unwrap_or_default();
    let due = |inbound: &&InboundListed| inbound.created_at <= line && inbound.message > go_live;
    let Some(newest) = examined.inbound.iter().find(due) else { return Ok(None) };
    let unheard = |is_made_up_for| Some(Unheard { written: *newest, is_made_up_for });
    Ok(match front.history.heard_of(id, newest).await? {
        HeardBy::Webhook => None,
        HeardBy::CatchUp => unheard(true),
        HeardBy::Nobody => unheard(false),
    })
}

/// Whether an alarm is about a connection, its articles or one of its tickets.
fn concerns(alarm: &Alarm, id: &ConnectionId) -> bool {
    let rest = alarm.about.strip_prefix(id.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
