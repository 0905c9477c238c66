//! The account's history: start and stop its fetching, how it goes, what sweeps found, and the kept tickets.

use actix_web::web::{self, Bytes, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{Backfill, BackfillAct};
use polus_core::id::{ConnectionId, TicketId};
use polus_core::sync::Sync;
use polus_core::sync::backfill::{self, Ended, Stage};
use polus_core::sync::mirror::{Departure, MirroredTicket};
use polus_core::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{known, ticket};
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

/// Tickets on a page unless fewer are asked for.
const PAGE_MAX: usize = 200;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/sync", web::get().to(show))
        .route("/connections/{id}/sync", web::post().to(start))
        .route("/connections/{id}/sync", web::delete().to(stop))
        .route("/connections/{id}/mirror", web::get().to(list))
        .route("/connections/{id}/mirror/{ticket}", web::get().to(thread));
}

/// What to fetch.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"since": 1764496800000_i64}))]
pub(super) struct StartBody {
    /// Nothing that was last changed before this time, in milliseconds since 1970; all when left out.
    since: Option<i64>,
}

/// Walks and back-fills of a connection.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "keeps_history": true,
    "runs": [{
        "stage": "complete", "why": null, "started_at": 1796032800000_i64, "ended_at": 1796033130000_i64, "by": "olga",
        "since": null,
        "tickets": {
            "pages": 201, "rows": 20042, "new": 20042, "total": null, "back_to": 1735689600000_i64, "restarts": 0,
            "done": true
        },
        "messages": {
            "pages": 455, "rows": 45410, "new": 45410, "total": null, "back_to": 1735689600000_i64, "restarts": 0,
            "done": true
        },
        "calls": 660, "retries": 4, "rows_a_second": 198.3, "left_ms": null, "last_problem": "Gorgias answered 502",
        "mismatched": 1, "mismatches": [{"ticket": 501, "counted": 5, "kept": 4}]
    }],
    "sweep": {
        "last_news_at": 1796032800000_i64, "through": 1796032790000_i64, "told": "caught up: 3 tickets looked at, 1 news",
        "every_ms": 240000
    },
    "webhooks": {
        "messages_in_24_h": 812, "missed_in_24_h": 1, "last_missed_at": 1796032800000_i64, "last_missed_ticket": 501,
        "last_missed_message": 9001, "last_missed_delay_ms": 61000
    }
}))]
pub(super) struct SyncShown {
    connection: String,
    /// The account's tickets are kept here and kept up to date.
    keeps_history: bool,
    /// The newest first; at most 20.
    runs: Vec<RunShown>,
    sweep: SweepShown,
    webhooks: WebhooksShown,
}

/// One fetching of the history.
#[derive(Serialize, ToSchema)]
pub(super) struct RunShown {
    /// `reading`, `comparing`, `complete`, `stopped` or `failed`.
    stage: &'static str,
    /// Why it failed, or who stopped it.
    why: Option<String>,
    started_at: i64,
    ended_at: Option<i64>,
    by: String,
    /// Nothing that was last changed before this time.
    since: Option<i64>,
    tickets: WalkShown,
    messages: WalkShown,
    /// Calls made.
    calls: u64,
    /// Calls among them that failed and were made again.
    retries: u64,
    /// Rows of both lists a second, from its start to its last page.
    rows_a_second: Option<f64>,
    /// How much longer its pages will take at that pace, in milliseconds; none where Gorgias does not say how many there
    /// are.
    left_ms: Option<u64>,
    /// What the last failed call was answered.
    last_problem: Option<String>,
    /// Tickets of which not as many messages are kept as Gorgias counts.
    mismatched: u32,
    /// At most 100 of them.
    mismatches: Vec<MismatchShown>,
}

/// How far one list is.
#[derive(Serialize, ToSchema)]
pub(super) struct WalkShown {
    pages: u32,
    /// Rows read since it was last begun.
    rows: u64,
    /// Rows that told something new.
    new: u64,
    /// Rows of the whole list, where Gorgias says so.
    total: Option<u64>,
    /// The oldest time read, by Gorgias' clock.
    back_to: Option<i64>,
    /// How often it lost its place and was begun again.
    restarts: u32,
    /// It was read to its end.
    done: bool,
}

/// A ticket that differs.
#[derive(Serialize, ToSchema)]
pub(super) struct MismatchShown {
    ticket: i64,
    /// Messages that Gorgias counts; none when its list never showed the ticket.
    counted: Option<u32>,
    /// Messages that are kept.
    kept: u32,
}

/// The sweeps for what webhooks missed.
#[derive(Serialize, ToSchema)]
pub(super) struct SweepShown {
    /// When one last found something, by this machine's clock.
    last_news_at: Option<i64>,
    /// Everything up to here, by Gorgias' clock, was looked at.
    through: Option<i64>,
    /// What the last one since the start found, in words.
    told: String,
    /// How long after one the next begins.
    every_ms: u64,
}

/// How well webhooks tell.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhooksShown {
    /// Messages of customers that sweeps found in the last 24 hours, told by a webhook or not.
    messages_in_24_h: u64,
    /// Those that no webhook told of.
    missed_in_24_h: u64,
    last_missed_at: Option<i64>,
    last_missed_ticket: Option<i64>,
    last_missed_message: Option<i64>,
    /// How long after its writing the sweep found it, by Gorgias' clock.
    last_missed_delay_ms: Option<i64>,
}

/// Which kept tickets to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct MirrorQuery {
    /// At most so many; 200 at most.
    limit: Option<usize>,
    /// Only tickets with a lower number than this: `next` of the page before.
    before: Option<i64>,
}

/// A page of kept tickets, the highest number first.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "kept": 20042, "next": null,
    "tickets": [{
        "ticket": 501, "subject": "A return", "customer": "Mia Quill", "channel": "email", "status": "closed",
        "priority": null, "assignee": 7, "tags": ["returns"], "created_at": 1796032700000_i64,
        "updated_at": 1796032800000_i64, "messages_counted": 3, "messages_kept": 3, "trashed": false, "spam": false,
        "left": null, "problem": null
    }]
}))]
pub(super) struct MirrorPage {
    /// How many tickets are kept.
    kept: usize,
    /// Give it as `before` for the next page; none when this is the last.
    next: Option<i64>,
    tickets: Vec<KeptRow>,
}

/// A kept ticket.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptRow {
    ticket: i64,
    subject: Option<String>,
    /// The customer's name, or address where there is no name.
    customer: Option<String>,
    channel: Option<String>,
    /// `open` or `closed`.
    status: Option<&'static str>,
    priority: Option<String>,
    assignee: Option<i64>,
    tags: Vec<String>,
    created_at: Option<i64>,
    updated_at: Option<i64>,
    /// Messages that Gorgias counts.
    messages_counted: Option<u32>,
    /// Messages that are kept.
    messages_kept: usize,
    trashed: bool,
    spam: bool,
    /// How it left Gorgias: `deleted`, `merged`, or `merged into N`; none when it is there.
    left: Option<String>,
    /// Why what is kept of it cannot be read.
    problem: Option<String>,
}

/// A kept ticket with its thread.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "ticket": {
        "ticket": 501, "subject": "A return", "customer": "Mia Quill", "channel": "email", "status": "closed",
        "priority": null, "assignee": 7, "tags": [], "created_at": 1796032700000_i64, "updated_at": 1796032800000_i64,
        "messages_counted": 1, "messages_kept": 1, "trashed": false, "spam": false, "left": null,
        "problem": null
    },
    "messages": [{
        "message": 9001, "at": 1796032700000_i64, "by": "customer", "from": "Mia Quill", "channel": "email",
        "text": "May I return it?", "attachments": 0
    }]
}))]
pub(super) struct ThreadShown {
    ticket: KeptRow,
    messages: Vec<MessageRow>,
}

/// A kept message.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageRow {
    message: i64,
    /// When it was written, by Gorgias' clock.
    at: i64,
    /// `customer`, `shop`, or `note` for an internal one.
    by: &'static str,
    /// The sender's name, or address where there is no name.
    from: Option<String>,
    channel: String,
    /// Its new text, without quoted history.
    text: String,
    attachments: usize,
}

/// How fetching the history goes, what sweeps found, and how well webhooks tell.
#[utoipa::path(get, operation_id = "show_sync", path = "/api/v1/connections/{id}/sync", tag = "history",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = SyncShown), (status = 404, body = Problem)))]
pub(super) async fn show(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    Ok(HttpResponse::Ok().json(shown(&front, &id).await?))
}

/// Fetches the account's tickets and messages, newest first, behind live work; they are kept up to date from then on.
#[utoipa::path(post, operation_id = "start_sync", path = "/api/v1/connections/{id}/sync", tag = "history", request_body = StartBody,
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 202, body = SyncShown), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn start(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let body = match body.as_ref() {
        [] => StartBody::default(),
        body => serde_json::from_slice(body).map_err(|error| Problem::bad(error.to_string()))?,
    };
    let since = body.since.map(Time);
    act(&front, &request, &id, BackfillAct::Start { since }).await
}

/// Stops the fetching that is under way; what is kept stays, and is not kept up to date any more.
#[utoipa::path(delete, operation_id = "stop_sync", path = "/api/v1/connections/{id}/sync", tag = "history",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 202, body = SyncShown), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn stop(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&front, &request, &id, BackfillAct::Stop).await
}

/// The kept tickets, the highest number first.
#[utoipa::path(get, operation_id = "list_mirror", path = "/api/v1/connections/{id}/mirror", tag = "history",
    params(("id" = String, Path, description = "Domain prefix"), MirrorQuery),
    responses((status = 200, body = MirrorPage), (status = 404, body = Problem)))]
pub(super) async fn list(
    front: Data<Front>,
    id: Path<String>,
    query: Query<MirrorQuery>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let all = front.history.mirrored_tickets(&id).await?;
    let below = |ticket: &&TicketId| query.before.is_none_or(|before| ticket.0 < before);
    let page: Vec<TicketId> = all.iter().rev().filter(below).take(limit + 1).copied().collect();
    let mut tickets = Vec::with_capacity(limit);
    for ticket in page.iter().take(limit) {
        tickets.push(match front.history.mirrored(&id, *ticket).await {
            Ok(mirrored) => row(*ticket, &mirrored),
            // Paging must get past it.
            Err(problem) => {
                let nothing = row(*ticket, &MirroredTicket::default());
                KeptRow { problem: Some(problem.to_string()), ..nothing }
            }
        });
    }
    let next = page.get(limit).and_then(|_| page.get(limit - 1)).map(|last| last.0);
    Ok(HttpResponse::Ok().json(MirrorPage { kept: all.len(), next, tickets }))
}

/// A kept ticket with its thread, oldest message first.
#[utoipa::path(get, operation_id = "show_mirror", path = "/api/v1/connections/{id}/mirror/{ticket}", tag = "history",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path)),
    responses((status = 200, body = ThreadShown), (status = 404, body = Problem)))]
pub(super) async fn thread(
    front: Data<Front>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, number) = ticket(&front, &path)?;
    let mirrored = front.history.mirrored(&id, number).await?;
    let messages = mirrored.messages.values().map(|message| MessageRow {
        message: message.id.0,
        at: message.created_at.0,
        by: match (message.public, message.from_agent) {
            (false, _) => "note",
            (true, true) => "shop",
            (true, false) => "customer",
        },
        from: message.personal.sender_name.clone().or_else(|| message.personal.sender_email.clone()),
        channel: message.channel.clone(),
        text: message.personal.text.clone(),
        attachments: message.attachments.len(),
    });
    Ok(HttpResponse::Ok().json(ThreadShown { ticket: row(number, &mirrored), messages: messages.collect() }))
}

async fn act(
    front: &Front,
    request: &HttpRequest,
    id: &str,
    act: BackfillAct,
) -> Result<HttpResponse, Problem> {
    let id = known(front, id)?;
    front.office.send(Backfill { connection: id.clone(), act, by: by(request) }).await??;
    Ok(HttpResponse::Accepted().json(shown(front, &id).await?))
}

async fn shown(front: &Front, id: &ConnectionId) -> Result<SyncShown, Problem> {
    let view = front.world.board.connection(id).unwrap_or_default();
    let now = front.world.clock.now();
    // Before its first walk since the start nobody has shown the sync to people.
    let sync = match view.sync.sequence {
        0 => front.history.sync(id).await?,
        _ => view.sync.clone(),
    };
    let missed = sync.missed.last.as_ref();
    Ok(SyncShown {
        connection: id.to_string(),
        keeps_history: sync.keeps_mirror(),
        runs: sync.runs.iter().rev().map(run).collect(),
        sweep: sweep(&sync, view.catch_up.clone(), front),
        webhooks: WebhooksShown {
            messages_in_24_h: sync.missed.inbound(now),
            missed_in_24_h: sync.missed.count(now),
            last_missed_at: missed.map(|(at, _)| at.0),
            last_missed_ticket: missed.map(|(_, missed)| missed.ticket.0),
            last_missed_message: missed.map(|(_, missed)| missed.message.0),
            last_missed_delay_ms: missed.map(|(_, missed)| missed.delay_ms),
        },
    })
}

fn sweep(sync: &Sync, told: String, front: &Front) -> SweepShown {
    let every_ms = u64::try_from(front.world.limits.sweep_every.as_millis()).unwrap_or(u64::MAX);
    SweepShown {
        last_news_at: sync.caught_up_at.map(|at| at.0),
        through: sync.through.map(|at| at.0),
        told,
        every_ms,
    }
}

fn run(run: &backfill::Backfill) -> RunShown {
    let (stage, why) = match &run.stage {
        Stage::Reading => ("reading", None),
        Stage::Comparing => ("comparing", None),
        Stage::Ended(Ended::Complete) => ("complete", None),
        Stage::Ended(Ended::Stopped { by }) => ("stopped", Some(format!("{by} stopped it"))),
        Stage::Ended(Ended::Failed { problem }) => ("failed", Some(problem.clone())),
    };
    let read = run.tickets.rows + run.messages.rows;
    let seconds =
        run.page_at.map(|at| at.since(run.started_at).as_secs_f64()).filter(|seconds| *seconds > 0.0);
    #[expect(clippy::cast_precision_loss, reason = "a pace for people")]
    let pace = seconds.map(|seconds| read as f64 / seconds);
    let left = [&run.tickets, &run.messages].map(|walk| match (walk.done, walk.total) {
        (true, _) => Some(0),
        (false, total) => total.map(|total| total.saturating_sub(walk.rows_of_pass)),
    });
    let left = match left {
        [Some(tickets), Some(messages)] if stage == "reading" => Some(tickets + messages),
        _ => None,
    };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate for people"
    )]
    let left_ms = left
        .zip(pace)
        .filter(|(_, pace)| *pace > 0.0)
        .map(|(left, pace)| (left as f64 / pace * 1_000.0) as u64);
    let mismatches = run.mismatches.iter().map(|mismatch| MismatchShown {
        ticket: mismatch.ticket.0,
        counted: mismatch.counted,
        kept: mismatch.kept,
    });
    RunShown {
        stage,
        why,
        started_at: run.started_at.0,
        ended_at: run.ended_at.map(|at| at.0),
        by: run.by.clone(),
        since: run.since.map(|at| at.0),
        tickets: walk(&run.tickets),
        messages: walk(&run.messages),
        calls: run.calls,
        retries: run.retries,
        rows_a_second: pace,
        left_ms,
        last_problem: run.problem.clone(),
        mismatched: run.mismatched,
        mismatches: mismatches.collect(),
    }
}

fn walk(walk: &backfill::Walk) -> WalkShown {
    WalkShown {
        pages: walk.pages,
        rows: walk.rows_of_pass,
        new: walk.news,
        total: walk.total,
        back_to: walk.oldest.map(|at| at.0),
        restarts: walk.restarts,
        done: walk.done,
    }
}

fn row(ticket: TicketId, mirrored: &MirroredTicket) -> KeptRow {
    let listed = mirrored.ticket.as_ref();
    let fields = listed.map(|listed| &listed.fields);
    let customer = fields.and_then(|fields| fields.customer.as_ref());
    KeptRow {
        ticket: ticket.0,
        subject: fields.and_then(|fields| fields.subject.clone()),
        customer: customer.and_then(|customer| customer.name.clone().or_else(|| customer.email.clone())),
        channel: fields.map(|fields| fields.channel.clone()),
        status: fields.map(|fields| if fields.closed { "closed" } else { "open" }),
        priority: listed.and_then(|listed| listed.priority.clone()),
        assignee: fields.and_then(|fields| fields.assignee).map(|user| user.0),
        tags: fields.map(|fields| fields.tags.iter().cloned().collect()).unwrap_or_default(),
        created_at: listed.and_then(|listed| listed.created_at).map(|at| at.0),
        updated_at: fields.map(|fields| fields.updated_at.0),
        messages_counted: listed.and_then(|listed| listed.messages),
        messages_kept: mirrored.messages.len(),
        trashed: fields.is_some_and(|fields| fields.trashed),
        spam: fields.is_some_and(|fields| fields.spam),
        left: mirrored.departure.map(|departure| match departure {
            Departure::Deleted => "deleted".to_owned(),
            Departure::Merged { into: None } => "merged".to_owned(),
            Departure::Merged { into: Some(into) } => format!("merged into {into}"),
        }),
        problem: None,
    }
}
