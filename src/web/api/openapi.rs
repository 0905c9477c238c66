//! The description of the admin API, made from its handlers.

use actix_web::HttpResponse;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    acts, agreement, alarms, ask, connections, doctor, knowledge, operate, opt_outs, policy, quarantine,
    shapes, tickets, waiting,
};
use crate::web::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Polus admin API",
        description = "Connections, tickets and what became of each message.",
        license(name = "MIT", identifier = "MIT"),
    ),
    paths(
        connections::test, connections::create, connections::list, connections::show, connections::save,
        connections::disconnect, operate::mode, operate::pause, operate::resume, operate::install, opt_outs::list, opt_outs::add,
        opt_outs::remove, tickets::list,
        tickets::state, tickets::events, tickets::receipt, tickets::newest_receipt, acts::handoff, acts::resume,
        quarantine::list, ask::ask, alarms::list, agreement::show, knowledge::list, knowledge::add, knowledge::remove,
        policy::show, policy::replace, policy::set, waiting::list, doctor::look,
    ),
    components(schemas(Problem, shapes::ConnectBody, shapes::ConnectionShown, shapes::TestShown)),
    modifiers(&Bearer),
    security(("bearer" = [])),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = description.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

pub(super) async fn openapi() -> HttpResponse {
    HttpResponse::Ok().json(Description::openapi())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn every_route_is_described() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let paths = described["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
        let names: Vec<&str> =
            operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 32);
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 32, "{names:?}");
        assert!(paths.keys().all(|path| path.starts_with("/api/v1/")));
        assert_eq!(described["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    }

    #[test]
    fn a_setting_may_be_given_as_text_number_or_switch() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let given = described["components"]["schemas"]["Given"]["oneOf"].as_array().unwrap();
        let mut kinds: Vec<&str> = given.iter().map(|kind| kind["type"].as_str().unwrap()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["boolean", "integer", "string"]);
        let set = &described["components"]["schemas"]["SetBody"]["properties"]["set"];
        assert_eq!(set["additionalProperties"]["$ref"], "#/components/schemas/Given");
    }

    /// Two schemas of one name would be one, and a list would be described by the fields of another.
    #[test]
    fn each_list_is_described_by_its_own_rows() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let named = |reference: &serde_json::Value| {
            let pointer = reference["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
            described.pointer(pointer).unwrap()["properties"].clone()
        };
        for (path, list, fields) in [
            ("/tickets", "tickets", &["announced", "changed_at", "sequence", "state", "ticket"][..]),
            (
                "/waiting",
                "tickets",
                &["overdue", "pick_up_by", "since", "ticket", "waits_in_office_time_ms", "waits_ms", "why"],
            ),
            ("/doctor", "rows", &["about", "check", "cure", "found", "result"]),
        ] {
            let paths = described["paths"].as_object().unwrap();
            let (_, path) = paths.iter().find(|(name, _)| name.ends_with(path)).unwrap();
            let answer = &path["get"]["responses"]["200"]["content"]["application/json"]["schema"];
            let row = named(&named(answer)[list]["items"]);
            let mut told: Vec<&String> = row.as_object().unwrap().keys().collect();
            told.sort();
            assert_eq!(told, fields);
        }
    }
}
