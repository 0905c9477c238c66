//! The guided self-test of a connection: begin it, and how it goes.

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::board::{SelfTest, SelfTestState, StepEnded};
use polus_actors::mail::BeginSelfTest;
use polus_core::id::ConnectionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::known;
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/self-test", web::get().to(show))
        .route("/connections/{id}/self-test", web::post().to(begin));
}

/// What to test with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "olga@elsewhere.example", "question": "How many days do I have for a return?"}))]
pub(super) struct SelfTestBody {
    /// In whose name the test writes, and where the answers go: an address of your own that Gorgias does not read.
    email: String,
    /// What it asks; the title of the first help article when left out.
    question: Option<String>,
    /// The ticket stays in Gorgias afterwards.
    #[serde(default)]
    keep: bool,
}

/// The last self-test of a connection since the start of the server.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "state": "running", "step": "answered", "why": null, "by": "olga",
    "email": "olga@elsewhere.example", "question": "How many days do I have for a return?", "ticket": 501,
    "started_at": 1796032800000_i64, "ended_at": null,
    "steps": [
        {"step": "create", "passed": true, "took_ms": 412,
            "told": "ticket 501, an e-mail of olga@elsewhere.example to help@acme.example, assigned to the AI user"},
        {"step": "webhook", "passed": true, "took_ms": 620, "told": "Gorgias called the webhook"}
    ]
}))]
pub(super) struct SelfTestShown {
    connection: String,
    /// `none` where there was no test since the start, `running`, `passed`, `failed`, or `broken_off` where the connection
    /// was cut, or saved with another key, meanwhile.
    state: &'static str,
    /// The step that goes on.
    step: Option<&'static str>,
    /// Why it was broken off, and what is left to do.
    why: Option<String>,
    by: Option<String>,
    email: Option<String>,
    question: Option<String>,
    /// Its ticket in Gorgias.
    ticket: Option<i64>,
    /// In milliseconds since 1970.
    started_at: Option<i64>,
    ended_at: Option<i64>,
    /// The steps that ended, in their order; after one that fails only the clean-up follows.
    steps: Vec<StepShown>,
}

/// A step that ended.
#[derive(Serialize, ToSchema)]
pub(super) struct StepShown {
    /// `create`, `webhook`, `answered`, `handoff` or `clean_up`.
    step: &'static str,
    passed: bool,
    /// How long it took: the webhook and the answer since the ticket was created, the handoff since it was asked for.
    took_ms: u64,
    /// What was seen; where it did not pass, what is wrong and what to do.
    told: String,
}

/// How the last self-test went, or goes.
#[utoipa::path(get, operation_id = "show_self_test", path = "/api/v1/connections/{id}/self-test", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = SelfTestShown), (status = 404, body = Problem)))]
pub(super) async fn show(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    Ok(HttpResponse::Ok().json(shown(&front, &id)))
}

/// Begins a self-test: creates a ticket with a question, waits for its webhook, its answer, and its handoff after a request
/// for a person, and deletes it. One at a time, on a connection that works, is not paused and not off.
#[utoipa::path(post, operation_id = "begin_self_test", path = "/api/v1/connections/{id}/self-test", tag = "connections",
    request_body = SelfTestBody,
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 202, body = SelfTestShown), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn begin(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<SelfTestBody>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let SelfTestBody { email, question, keep } = body.into_inner();
    let wish = BeginSelfTest { connection: id.clone(), email, question, keep, by: by(&request) };
    front.office.send(wish).await??;
    Ok(HttpResponse::Accepted().json(shown(&front, &id)))
}

fn shown(front: &Front, id: &ConnectionId) -> SelfTestShown {
    let test = front.world.board.connection(id).and_then(|view| view.self_test.clone());
    let test = test.as_ref();
    SelfTestShown {
        connection: id.to_string(),
        state: test.map_or("none", |test| test.state.name()),
        step: test.and_then(|test| match test.state {
            SelfTestState::Running { step } => Some(step.name()),
            SelfTestState::Passed | SelfTestState::Failed | SelfTestState::BrokenOff { .. } => None,
        }),
        why: test.and_then(|test| match &test.state {
            SelfTestState::BrokenOff { why } => Some(why.clone()),
            SelfTestState::Running { .. } | SelfTestState::Passed | SelfTestState::Failed => None,
        }),
        by: test.map(|test| test.by.clone()),
        email: test.map(|test| test.email.clone()),
        question: test.map(|test| test.question.clone()),
        ticket: test.and_then(|test| test.ticket).map(|ticket| ticket.0),
        started_at: test.map(|test| test.started_at.0),
        ended_at: test.and_then(|test| test.ended_at).map(|at| at.0),
        steps: test.map(steps).unwrap_or_default(),
    }
}

fn steps(test: &SelfTest) -> Vec<StepShown> {
    let step = |ended: &StepEnded| StepShown {
        step: ended.step.name(),
        passed: ended.passed,
        took_ms: u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX),
        told: ended.told.clone(),
    };
    test.steps.iter().map(step).collect()
}
