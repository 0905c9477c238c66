//! An operator's two acts on a ticket: hand it off, give it back to the AI.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{OperatorAct, TicketAct};
use polus_core::id::{ConnectionId, TicketId};
use polus_core::ticket::{EffectKind, Phase, Ticket};
use serde::Serialize;
use utoipa::ToSchema;

use super::ticket;
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/connections/{id}/tickets/{ticket}/handoff", web::post().to(handoff))
        .route("/connections/{id}/tickets/{ticket}/resume", web::post().to(resume));
}

/// What was under way when an act was recorded.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "sequence": 9, "reply_announced": false,
    "detail": "recorded; no reply is under way, nothing follows but the handoff"
}))]
pub(super) struct Acted {
    /// Sequence of the recorded act.
    sequence: u64,
    /// A reply to the customer was announced and cannot be called back. Null when that cannot be told.
    reply_announced: Option<bool>,
    /// What is under way and what follows, in words.
    detail: &'static str,
}

/// Hands a ticket off, as an operator.
#[utoipa::path(post, operation_id = "hand_off", path = "/api/v1/connections/{id}/tickets/{ticket}/handoff", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path)),
    responses((status = 202, body = Acted), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handoff(
    front: Data<Front>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    act(&front, &path, OperatorAct::Handoff, by(&request)).await
}

/// Gives a ticket back to the AI: only what the customer writes from now on counts.
#[utoipa::path(post, operation_id = "give_back", path = "/api/v1/connections/{id}/tickets/{ticket}/resume", tag = "tickets",
    params(("id" = String, Path, description = "Domain prefix"), ("ticket" = i64, Path)),
    responses((status = 202, body = Acted), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn resume(
    front: Data<Front>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    act(&front, &path, OperatorAct::Resume, by(&request)).await
}

async fn act(
    front: &Front,
    path: &(String, String),
    act: OperatorAct,
    by: String,
) -> Result<HttpResponse, Problem> {
    let (connection, ticket) = ticket(front, path)?;
    let wish = TicketAct { connection: connection.clone(), ticket, act, by };
    let sequence = front.office.send(wish).await??;
    // Up to the act itself: the board may be a step behind it or ahead of it. The act stands, whatever can be told of it.
    let acted = match front.history.ticket(&connection, ticket, Some(sequence)).await {
        Ok((folded, None)) => {
            let announced = folded.announced.as_ref().map(|announced| announced.effect.kind);
            let detail = match act {
                OperatorAct::Handoff => handing_off(&folded, announced),
                OperatorAct::Resume => giving_back(announced),
            };
            Acted { sequence, reply_announced: Some(announced.is_some_and(EffectKind::is_public)), detail }
        }
        Ok((_, Some(problem))) => untold(&connection, ticket, sequence, &problem),
        Err(error) => untold(&connection, ticket, sequence, &error.to_string()),
    };
    Ok(HttpResponse::Accepted().json(acted))
}

/// The act was recorded, but the log up to it cannot be read.
fn untold(connection: &ConnectionId, ticket: TicketId, sequence: u64, problem: &str) -> Acted {
    tracing::warn!(%connection, %ticket, problem, "what is under way cannot be told");
    let detail = "recorded; what is under way cannot be told, since the ticket's log cannot be read";
    Acted { sequence, reply_announced: None, detail }
}

fn handing_off(ticket: &Ticket, announced: Option<EffectKind>) -> &'static str {
    match announced {
        Some(EffectKind::Answer) => {
            "recorded; a reply is already on its way and cannot be called back, nothing else follows but the handoff"
        }
        Some(EffectKind::ShadowNote) => {
            "recorded; a draft is already on its way as an internal note, nothing else follows but the handoff"
        }
        Some(EffectKind::FinalReply) => {
            "recorded; the ticket is being handed off already: the last reply to the customer is on its way"
        }
        Some(EffectKind::HandoffNote) => {
            "recorded; the ticket is being handed off already: the internal note for your team is on its way"
        }
        None
        | Some(
            EffectKind::Read
            | EffectKind::Draft
            | EffectKind::Tags
            | EffectKind::Reassign
            | EffectKind::CheckDelivery
            | EffectKind::MailTags,
        ) => match ticket.phase {
            Phase::HandedOff(_) => "recorded; the ticket was handed off before, nothing is added to that",
            Phase::Gone => "recorded; the ticket is gone, nothing follows",
            Phase::Idle | Phase::Gathering(_) | Phase::Answering(_) | Phase::TakenOver { .. } => {
                "recorded; no reply is under way, nothing follows but the handoff"
            }
        },
    }
}

fn giving_back(announced: Option<EffectKind>) -> &'static str {
    match announced {
        Some(EffectKind::Answer | EffectKind::FinalReply) => {
            "recorded; a reply is still on its way. What the customer writes from now on is answered"
        }
        Some(EffectKind::ShadowNote | EffectKind::HandoffNote) => {
            "recorded; an internal note is still on its way. What the customer writes from now on is answered"
        }
        None
        | Some(
            EffectKind::Read
            | EffectKind::Draft
            | EffectKind::Tags
            | EffectKind::Reassign
            | EffectKind::CheckDelivery
            | EffectKind::MailTags,
        ) => "recorded; what the customer writes from now on is answered",
    }
}
