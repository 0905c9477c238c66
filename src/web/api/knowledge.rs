//! The help articles of a connection: list, import, remove. Each change is a version; the next draft uses it.

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use polus_actors::mail::{Change, ChangeConnection};
use polus_core::id::ConnectionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::known;
use crate::knowledge::import::{self, Changes, Given, Plan};
use crate::web::Front;
use crate::web::auth::by;
use crate::web::problem::{self, Problem};

/// The largest body of an import, in bytes: JSON writes at most two bytes for one of almost any text.
const BODY_BYTES_MAX: usize = 2 * import::TEXT_BYTES_MAX + 2 * 1024 * 1024;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/connections/{id}/knowledge")
                .app_data(problem::json_up_to(BODY_BYTES_MAX))
                .route(web::get().to(list))
                .route(web::post().to(add))
                .default_service(web::to(problem::nothing_here)),
        )
        .route("/connections/{id}/knowledge/{article}", web::delete().to(remove));
}

/// Help articles to import.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "articles": [{"id": "returns", "text": "# Returns\n\nUnopened tea can be returned within 30 days."}],
    "replace": false
}))]
pub(super) struct ImportBody {
    /// The articles.
    articles: Vec<ArticleGiven>,
    /// Removes every article that is not among them. Else those with other names stay.
    #[serde(default)]
    replace: bool,
}

/// A help article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleGiven {
    /// Its name, by which it is replaced and removed: a file's name without its ending.
    id: String,
    /// Its title, where that is not the text's first heading.
    title: Option<String>,
    /// Its text, Markdown of at most 1 MiB.
    text: String,
}

/// The help articles of a connection.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "version": 3,
    "articles": [{
        "id": "returns", "title": "Returns",
        "hash": "6a953581d60dbebc9749b56d2383277fb02b58d260b4ccf6f119108fa0f1d4ef"
    }]
}))]
pub(super) struct KnowledgeShown {
    connection: String,
    /// Counts the changes; 0 when there never were articles.
    version: u32,
    /// By name.
    articles: Vec<ArticleShown>,
}

/// A help article in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct ArticleShown {
    id: String,
    title: String,
    /// BLAKE3 of its text, in hex.
    hash: String,
}

/// What a change of the help articles came to.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "connection": "acme", "version": 4, "articles": 25,
    "added": ["shipping"], "changed": ["returns"], "unchanged": ["opening-hours"], "removed": []
}))]
pub(super) struct KnowledgeChanged {
    connection: String,
    /// The version in force; the same as before when nothing is different.
    version: u32,
    /// How many articles there are now.
    articles: usize,
    #[serde(flatten)]
    changes: Changes,
}

/// The help articles that answers are made of.
#[utoipa::path(get, operation_id = "list_knowledge", path = "/api/v1/connections/{id}/knowledge", tag = "knowledge",
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = KnowledgeShown), (status = 404, body = Problem)))]
pub(super) async fn list(front: Data<Front>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let connection = front.world.board.connection(&id).unwrap_or_default().connection.clone();
    let mut articles: Vec<ArticleShown> = connection
        .articles
        .into_iter()
        .map(|article| ArticleShown { id: article.id, title: article.title, hash: article.blob })
        .collect();
    articles.sort_by(|one, other| one.id.cmp(&other.id));
    let version = connection.knowledge_version;
    Ok(HttpResponse::Ok().json(KnowledgeShown { connection: id.to_string(), version, articles }))
}

/// Imports help articles: those whose name is known are replaced, others are added. All of them, or none if one cannot be
/// taken.
#[utoipa::path(post, operation_id = "import_knowledge", path = "/api/v1/connections/{id}/knowledge", tag = "knowledge", request_body = ImportBody,
    params(("id" = String, Path, description = "Domain prefix")),
    responses((status = 200, body = KnowledgeChanged), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "The articles changed meanwhile; nothing is stored"),
        (status = 422, body = Problem, description = "An article cannot be taken; nothing is stored", example = json!({
            "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "bad_article",
            "detail": "article returns: no heading found, the first heading is the title"
        }))))]
pub(super) async fn add(
    front: Data<Front>,
    request: HttpRequest,
    id: Path<String>,
    body: Json<ImportBody>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let ImportBody { articles, replace } = body.into_inner();
    let given = articles.into_iter().map(|ArticleGiven { id, title, text }| Given { id, title, text });
    let _alone = front.importing.lock().await;
    let view = front.world.board.connection(&id).unwrap_or_default();
    let plan = import::plan(&view.connection, front.world.blobs.as_ref(), given.collect(), replace).await?;
    carry_out(&front, &id, view.connection.knowledge_version, plan, by(&request)).await
}

/// Removes a help article.
#[utoipa::path(delete, operation_id = "remove_knowledge", path = "/api/v1/connections/{id}/knowledge/{article}", tag = "knowledge",
    params(("id" = String, Path, description = "Domain prefix"), ("article" = String, Path, description = "Its name")),
    responses((status = 200, body = KnowledgeChanged), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "The articles changed meanwhile; nothing is removed")))]
pub(super) async fn remove(
    front: Data<Front>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, article) = path.into_inner();
    let id = known(&front, &id)?;
    let _alone = front.importing.lock().await;
    let view = front.world.board.connection(&id).unwrap_or_default();
    let blobs = front.world.blobs.as_ref();
    let plan = import::plan_without(&view.connection, blobs, id.as_str(), &article).await?;
    carry_out(&front, &id, view.connection.knowledge_version, plan, by(&request)).await
}

async fn carry_out(
    front: &Front,
    id: &ConnectionId,
    made_on: u32,
    plan: Plan,
    by: String,
) -> Result<HttpResponse, Problem> {
    let Plan { articles, changes } = plan;
    if !changes.is_nothing() {
        let change = Change::Knowledge { made_on, articles };
        front.office.send(ChangeConnection { connection: id.clone(), change, by }).await??;
    }
    let view = front.world.board.connection(id).unwrap_or_default();
    let (version, articles) = (view.connection.knowledge_version, view.connection.articles.len());
    let changed = KnowledgeChanged { connection: id.to_string(), version, articles, changes };
    Ok(HttpResponse::Ok().json(changed))
}
