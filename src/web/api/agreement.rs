//! Shadow mode held against what people did.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use polus_core::agreement::Filter;
use polus_core::time::Time;
use serde::Deserialize;
use utoipa::IntoParams;

use super::known;
use crate::web::Front;
use crate::web::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route("/connections/{id}/agreement", web::get().to(show));
}

/// What to count.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct AgreementQuery {
    /// Only drafts whose note was on the ticket at this time or later, in milliseconds since 1970.
    since: Option<i64>,
    /// Only on this channel, for example `email`.
    channel: Option<String>,
    /// Only on tickets that had this tag then.
    topic: Option<String>,
}

/// How often people sent what Polus drafted in shadow mode, over all, by channel and by tag. `rate` is (as is +
/// edited) of the drafts that a person answered, with Wilson's 95 % interval; all in thousandths. Reads the log of
/// every ticket of the connection.
#[utoipa::path(get, operation_id = "show_agreement", path = "/api/v1/connections/{id}/agreement", tag = "connections",
    params(("id" = String, Path, description = "Domain prefix"), AgreementQuery),
    responses((status = 200, body = Object, example = json!({
        "connection": "acme", "since": null, "channel": null, "topic": null,
        "tickets": 48, "tickets_unread": 0, "problem": null,
        "over_all": {
            "drafts_total": 26, "would_hand_off_total": 4,
            "drafts": {"sent_as_is": 9, "edited": 7, "different": 4, "handed_elsewhere": 1, "closed": 2,
                "overtaken": 1, "nothing_yet": 2},
            "would_hand_off": {"answered": 3, "assigned_on": 0, "closed": 0, "nothing_yet": 1},
            "rate": {"agreed": 16, "answered": 20, "per_mille": 800, "low_per_mille": 583, "high_per_mille": 920},
        },
        "channels": [{
            "channel": "email",
            "drafts_total": 26, "would_hand_off_total": 4,
            "drafts": {"sent_as_is": 9, "edited": 7, "different": 4, "handed_elsewhere": 1, "closed": 2,
                "overtaken": 1, "nothing_yet": 2},
            "would_hand_off": {"answered": 3, "assigned_on": 0, "closed": 0, "nothing_yet": 1},
            "rate": {"agreed": 16, "answered": 20, "per_mille": 800, "low_per_mille": 583, "high_per_mille": 920},
        }],
        "topics": [{
            "topic": "returns",
            "drafts_total": 1, "would_hand_off_total": 0,
            "drafts": {"sent_as_is": 0, "edited": 0, "different": 0, "handed_elsewhere": 0, "closed": 0,
                "overtaken": 0, "nothing_yet": 1},
            "would_hand_off": {"answered": 0, "assigned_on": 0, "closed": 0, "nothing_yet": 0},
            "rate": null,
        }],
    })), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn show(
    front: Data<Front>,
    id: Path<String>,
    query: Query<AgreementQuery>,
) -> Result<HttpResponse, Problem> {
    let id = known(&front, &id)?;
    let AgreementQuery { since, channel, topic } = query.into_inner();
    let filter = Filter { since: since.map(Time), channel, topic };
    Ok(HttpResponse::Ok().json(front.history.agreement(&id, filter).await?))
}
