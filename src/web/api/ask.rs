//! What the answerer would say to a question.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, ServiceConfig};
use polus_actors::world::{AnswererError, Question};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::known;
use crate::asked::{Asked, Trial};
use crate::knowledge;
use crate::web::Front;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/ask", web::post().to(ask));
}

/// A question.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"question": "Can I return worn shoes?", "connection": "acme"}))]
pub(super) struct AskBody {
    /// The question, as a customer would write it.
    question: String,
    /// Whose help articles to use; may be left out where there is only one connection.
    connection: Option<String>,
}

/// What the answerer would say, from which passages, with which scores, or why a person or nobody would. Judged as the
/// first message of a ticket that is assigned to the AI user, in live mode: the ticket's history, tags and assignment,
/// mail headers, the sender, the modes of connection and channels, and customers who want no AI are not asked.
#[utoipa::path(post, operation_id = "ask", path = "/api/v1/ask", tag = "answers", request_body = AskBody,
    responses((status = 200, body = Asked), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn ask(front: Data<Front>, body: Json<AskBody>) -> Result<HttpResponse, Problem> {
    let connections = front.world.board.connections();
    let id = match (&body.connection, connections.len()) {
        (Some(id), _) => known(&front, id)?,
        (None, 1) => connections.into_keys().next().ok_or_else(|| Problem::internal("no connection"))?,
        (None, 0) => {
            return Err(Problem::unknown("there is no connection yet; make one with `polus connect`"));
        }
        (None, _) => return Err(Problem::bad("there are several connections; name one as `connection`")),
    };
    let view = front.world.board.connection(&id).unwrap_or_default();
    let knowledge = knowledge::of_connection(&view.connection, front.world.blobs.as_ref()).await?;
    let policy = &view.connection.policy;
    let version = knowledge.version;
    let question = Question {
        connection: id.clone(),
        knowledge: Arc::new(knowledge),
        subject: None,
        text: body.question.clone(),
        synonyms: policy.synonyms.clone(),
        answer_in_article_language: policy.answer_in_article_language,
    };
    let answer = front.world.answerer.answer(&question).await.map_err(|error| match error {
        AnswererError::Temporary(problem) | AnswererError::Permanent(problem) => Problem::internal(problem),
    })?;
    let trial = Trial {
        connection: &id,
        question: &body.question,
        answer: &answer,
        policy,
        knowledge_version: version,
    };
    let asked = Asked::of(&trial).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(HttpResponse::Ok().json(asked))
}
