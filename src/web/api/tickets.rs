//! Tickets: list, folded state, timeline, receipt.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use polus_core::id::{ConnectionId, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{known, ticket};
use crate::history::{Checked, MessageReceipt, Told, shown_with};
use crate::web::Front;
use crate::web::problem::Problem;

/// Tickets on a page unless fewer are asked for.
const PAGE_MAX: usize = 200;

/// Tickets looked at for one page: a filter that matches nothing must not read the whole log.
const LOOKED_AT_MAX: usize = 2_000;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/tickets", web::get().to(list))
        .route("/connections/{id}/tickets/{ticket}", web::get().to(state))
        .route("/connections/{id}/tickets/{ticket}/events", web::get().to(events))
        .route("/connections/{id}/tickets/{ticket}/receipt", web::get().to(newest_receipt))
        .route("/connections/{id}/tickets/{ticket}/messages/{message}/receipt", web::get().to(receipt));
}

/// Which tickets to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Only tickets in this state: `idle`, `gathering`, `answering`, `taken over`, `handed off` or `gone`.
    state: Option<String>,
    /// At most so many; 200 at most.
    limit: Option<usize>,
    /// Only tickets with a lower number than this: `next` of the page before.
    before: Option<i64>,
}

/// A page of tickets, newest first.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "tickets": [{
        "ticket": 501, "state": "handed off", "sequence": 12, "announced": false, "changed_at": 1796032800000_i64
    }],
    "next": null
}))]
pub(super) struct Page {
    tickets: Vec<TicketRow>,
    /// Give it as `before` for the next page; none when this is the last.
    next: Option<i64>,
}

/// A ticket in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct TicketRow {
    ticket: i64,
    /// Where the conversation stands.
    state: &'static str,
    /// How many events it has.
    sequence: u64,
    /// A post is under way or its outcome is not known.
    announced: bool,
    /// When it last changed, in milliseconds since 1970.
    changed_at: i64,
}

/// A ticket's log, or what a strict replay of it found.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(example = json!({
    "connection": "acme", "ticket": 501, "problem": null,
    "steps": [{
        "sequence": 1, "at": 1796032800000_i64, "event": "notified", "told": "a webhook told of message 9001",
        "state": "idle",
        "owed": [{"effect": "read@1", "not_before": 1796032800000_i64, "reason": "something was heard of the ticket"}]
    }]
}))]
pub(super) enum EventsShown {
    /// Event by event.
    Told(Told),
    /// With `check`.
    Checked(Checked),
}

/// At which point to look.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct AtQuery {
    /// After so many events; now when left out.
    at: Option<u64>,
}

/// How to replay.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsQuery {
    /// Apply everything anew, strictly, and tell only what that found.
    #[serde(default)]
    check: bool,
}

/// The tickets of a connection that the log knows, newest first.
#[utoipa::path(get, operation_id = "list_tickets", path = "/api/v1/connections/{id}/tickets", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ListQuery),
    responses((status = 200, body = Page), (status = 404, body = Problem)))]
pub(super) async fn list(
    front: Data<Front>,
    id: Path<String>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let all = front.history.tickets(&id).await?;
    let below = |ticket: &&TicketId| query.before.is_none_or(|before| ticket.0 < before);
    let mut page = Page { tickets: Vec::new(), next: None };
    let mut last = None;
    for (looked_at, ticket) in all.iter().rev().filter(below).enumerate() {
        if page.tickets.len() == limit || looked_at == LOOKED_AT_MAX {
            page.next = last;
            break;
        }
        let row = row(&front, &id, *ticket).await?;
        if query.state.as_deref().is_none_or(|state| state == row.state) {
            page.tickets.push(row);
        }
        last = Some(ticket.0);
    }
    Ok(HttpResponse::Ok().json(page))
}

/// A ticket as its log folds, whole.
#[utoipa::path(get, operation_id = "show_ticket", path = "/api/v1/connections/{id}/tickets/{ticket}", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path), AtQuery),
    responses((status = 200, body = Object, example = json!({
        "connection": "acme", "ticket": 501, "sequence": 1, "clock": 1796032800000_i64, "state": "idle", "phase": {},
        "owed": {
            "debts": [{"effect": "read@1", "not_before": 1796032800000_i64, "reason": "something was heard of the ticket"}],
            "wake": null
        },
        "generation": 1, "ours": false, "was_ours": false, "handed_to_us": null, "people_through": 0,
        "assignment_heard": null, "handoff_requested_by": null, "foreign": false, "fields": null, "messages": [],
        "heard_headers": [], "mail_tags": null,
        "reading": {"asked": 1, "paid": 0, "due_at": 1796032800000_i64, "failing": false, "wanted": []},
        "announced": null, "posted": [], "deliveries": [], "delivery_failed": null
    })), (status = 404, body = Problem)))]
pub(super) async fn state(
    front: Data<Front>,
    path: Path<(String, String)>,
    query: Query<AtQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, ticket) = ticket(&front, &path)?;
    let (folded, problem) = front.history.ticket(&id, ticket, query.at).await?;
    Ok(HttpResponse::Ok().json(shown_with(&id, &folded, problem)))
}

/// A ticket's log, event by event.
#[utoipa::path(get, operation_id = "list_events", path = "/api/v1/connections/{id}/tickets/{ticket}/events", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path), EventsQuery),
    responses((status = 200, body = EventsShown), (status = 404, body = Problem)))]
pub(super) async fn events(
    front: Data<Front>,
    path: Path<(String, String)>,
    query: Query<EventsQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, ticket) = ticket(&front, &path)?;
    if query.check {
        let checked = front.history.checked(&id, ticket).await?;
        return Ok(HttpResponse::Ok().json(EventsShown::Checked(checked)));
    }
    Ok(HttpResponse::Ok().json(EventsShown::Told(front.history.told(&id, ticket).await?)))
}

/// How a message ended and by which gates.
#[utoipa::path(get, operation_id = "show_receipt", path = "/api/v1/connections/{id}/tickets/{ticket}/messages/{message}/receipt", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path), ("message" = i64, Path)),
    responses((status = 200, body = MessageReceipt), (status = 404, body = Problem)))]
pub(super) async fn receipt(
    front: Data<Front>,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, number, message) = path.into_inner();
    let (id, ticket) = ticket(&front, &(id, number))?;
    let message = message.parse().map_err(|_| Problem::bad(format!("{message:?} is no message number")))?;
    let receipt: MessageReceipt = front.history.receipt(&id, ticket, Some(message)).await?;
    Ok(HttpResponse::Ok().json(receipt))
}

/// The same for the newest message that a customer wrote.
#[utoipa::path(get, operation_id = "show_newest_receipt", path = "/api/v1/connections/{id}/tickets/{ticket}/receipt", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path)),
    responses((status = 200, body = MessageReceipt), (status = 404, body = Problem)))]
pub(super) async fn newest_receipt(
    front: Data<Front>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, ticket) = ticket(&front, &path)?;
    Ok(HttpResponse::Ok().json(front.history.receipt(&id, ticket, None).await?))
}

/// From the board where an actor has folded it, else folded here.
async fn row(front: &Front, id: &ConnectionId, ticket: TicketId) -> Result<TicketRow, Problem> {
    if let Some(view) = front.world.board.ticket(id, ticket) {
        let (sequence, announced, changed_at) = (view.sequence, view.announced, view.changed.0);
        return Ok(TicketRow { ticket: ticket.0, state: view.state, sequence, announced, changed_at });
    }
    let (folded, _) = front.history.ticket(id, ticket, None).await?;
    Ok(TicketRow {
        ticket: ticket.0,
        state: folded.phase_name(),
        sequence: folded.sequence,
        announced: folded.announced.is_some(),
        changed_at: folded.clock.0,
    })
}
