//! Handed-off tickets that no person has touched: how long they wait, why, and which of them too long.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use polus_core::policy::Policy;
use polus_core::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::known;
use crate::tickets::{Tickets, Waiting};
use crate::web::Front;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/connections/{id}/waiting", web::get().to(list));
}

/// The tickets that wait for a person.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "known": 812, "looked_at": 812, "tickets_unread": 0, "problem": null,
    "tickets": [{
        "ticket": 501, "since": 1796032800000_i64, "waits_ms": 7500000, "waits_in_office_time_ms": 3900000,
        "why": "no help article answers the question with enough certainty", "pick_up_by": 1796039400000_i64, "overdue": true
    }]
}))]
pub(super) struct WaitingShown {
    connection: String,
    /// How many tickets the log knows.
    known: usize,
    /// How many of them were looked at, newest first: at most 2000.
    looked_at: usize,
    /// How many of those could not be read, and are therefore not in the list.
    tickets_unread: usize,
    /// What is wrong with the first of them.
    problem: Option<String>,
    /// The one that waits longest first.
    tickets: Vec<WaitingRow>,
}

/// A ticket that was handed off, is open, and that no person has written on or taken since.
#[derive(Serialize, ToSchema)]
pub(super) struct WaitingRow {
    ticket: i64,
    /// When it was handed off, in milliseconds since 1970.
    since: i64,
    /// How long that is ago by the clock, in milliseconds.
    waits_ms: u64,
    /// How much of that was office time, in milliseconds; counts at most 400 days.
    waits_in_office_time_ms: u64,
    /// Why it was handed off.
    why: &'static str,
    /// When it has waited as long as the policy's `handoff.pick_up_within` allows, in milliseconds since 1970; none
    /// where that is 0s.
    pick_up_by: Option<i64>,
    /// Whether that has passed.
    overdue: bool,
}

/// Handed-off tickets that wait for a person.
#[utoipa::path(get, operation_id = "list_waiting", path = "/api/v1/connections/{id}/waiting", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = WaitingShown), (status = 404, body = Problem)))]
pub(super) async fn list(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let view = front.world.board.connection(&id).unwrap_or_default();
    let policy = &view.connection.policy;
    let found = Tickets::of(&front.history, &front.world.board, &id).await?;
    let now = front.world.clock.now();
    let tickets = found.waiting.iter().map(|waiting| row(waiting, policy, now)).collect();
    Ok(HttpResponse::Ok().json(WaitingShown {
        connection: id.to_string(),
        known: found.known,
        looked_at: found.looked_at,
        tickets_unread: found.unread,
        problem: found.problem,
        tickets,
    }))
}

fn row(waiting: &Waiting, policy: &Policy, now: Time) -> WaitingRow {
    let ms = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let due = policy.pick_up_due(waiting.since);
    WaitingRow {
        ticket: waiting.ticket.0,
        since: waiting.since.0,
        waits_ms: ms(now.since(waiting.since)),
        waits_in_office_time_ms: ms(policy.hours.open_time_between(waiting.since, now)),
        why: waiting.reason.words(),
        pick_up_by: due.map(|due| due.0),
        overdue: due.is_some_and(|due| due <= now),
    }
}
