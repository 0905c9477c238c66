//! The description of the admin API, made from its handlers.

use actix_web::HttpResponse;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    acts, agreement, alarms, ask, connections, doctor, knowledge, operate, opt_outs, policy, quarantine,
    self_test, shapes, sync, tickets, waiting, webhook,
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
        connections::disconnect, operate::mode, operate::pause, operate::resume, webhook::show, webhook::install,
        webhook::repair, webhook::remove, webhook::rotate, opt_outs::list, opt_outs::add,
        opt_outs::remove, tickets::list,
        tickets::state, tickets::events, tickets::receipt, tickets::newest_receipt, acts::handoff, acts::resume,
        quarantine::list, ask::ask, alarms::list, agreement::show, knowledge::list, knowledge::add, knowledge::remove,
        policy::show, policy::replace, policy::set, waiting::list, doctor::look, sync::show, sync::start, sync::stop,
        sync::list, sync::thread, self_test::show, self_test::begin,
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

    use std::collections::BTreeSet;

    use polus_core::id::{ConnectionId, TicketId};
    use polus_core::policy::Policy;
    use polus_core::receipt::Receipt;
    use polus_core::ticket::Ticket;
    use serde_json::{Value, json};

    use super::*;
    use crate::asked::Asked;
    use crate::history::shown;

    #[test]
    fn every_route_is_described() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let paths = described["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
        let names: Vec<&str> =
            operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 43);
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 43, "{names:?}");
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

    /// Whoever builds against the API sees for each call what to send and what comes back.
    #[test]
    fn every_operation_has_examples_that_fit_their_schema() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let mut seen = 0;
        for (path, operations) in described["paths"].as_object().unwrap() {
            for (verb, operation) in operations.as_object().unwrap() {
                let answers = operation["responses"].as_object().unwrap().iter();
                let good = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
                let bodies: Vec<&Value> = good.chain(operation.get("requestBody")).collect();
                assert!(!bodies.is_empty(), "{verb} {path}");
                for body in bodies {
                    let content = &body["content"]["application/json"];
                    let schema = &content["schema"];
                    let example = content.get("example").cloned().or_else(|| example_of(&described, schema));
                    let example = example.unwrap_or_else(|| panic!("{verb} {path} has no example: {body:#}"));
                    let wrong = misfits(&described, schema, &example, "");
                    assert!(wrong.is_empty(), "{verb} {path}: {wrong:?}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 54, "answers and request bodies");
    }

    #[test]
    fn an_example_that_does_not_fit_is_found() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let mode = json!({"$ref": "#/components/schemas/ModeBody"});
        assert_eq!(misfits(&described, &mode, &json!({"mode": "off"}), ""), Vec::<String>::new());
        for (example, wrong) in [
            (json!({"mode": 5}), "/mode is no string"),
            (json!({}), "/mode is missing"),
            (json!({"mode": "off", "moode": 1}), "/moode is not described"),
        ] {
            assert_eq!(misfits(&described, &mode, &example, ""), [wrong]);
        }
    }

    /// What is sent is read by the types that read it, and what they hold of other types' making is read by those.
    #[test]
    fn examples_are_what_their_types_read() {
        let described = serde_json::to_value(Description::openapi()).unwrap();
        let example = |name: &str| described["components"]["schemas"][name]["example"].clone();
        serde_json::from_value::<shapes::ConnectBody>(example("ConnectBody")).unwrap();
        serde_json::from_value::<operate::ModeBody>(example("ModeBody")).unwrap();
        serde_json::from_value::<webhook::RotateBody>(example("RotateBody")).unwrap();
        serde_json::from_value::<ask::AskBody>(example("AskBody")).unwrap();
        serde_json::from_value::<self_test::SelfTestBody>(example("SelfTestBody")).unwrap();
        serde_json::from_value::<knowledge::ImportBody>(example("ImportBody")).unwrap();
        serde_json::from_value::<policy::SetBody>(example("SetBody")).unwrap();
        serde_json::from_value::<Asked>(example("Asked")).unwrap();
        let receipt = example("MessageReceipt")["judgements"][0]["receipt"].clone();
        serde_json::from_value::<Receipt>(receipt).unwrap();
        let operation =
            |path: &str, verb: &str| described["paths"][format!("/api/v1/connections/{path}")][verb].clone();
        let replaced =
            &operation("{id}/policy", "put")["requestBody"]["content"]["application/json"]["example"];
        Policy::from_json(replaced).unwrap();
        let folded =
            &operation("{id}/tickets/{ticket}", "get")["responses"]["200"]["content"]["application/json"];
        let shown = shown(&ConnectionId::new("acme").unwrap(), &Ticket::new(TicketId(501)));
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
        assert_eq!(names(&folded["example"]), names(&shown));
        assert_eq!(names(&folded["example"]["reading"]), names(&shown["reading"]));
    }

    fn example_of(described: &Value, schema: &Value) -> Option<Value> {
        if let Some(name) = schema["$ref"].as_str() {
            return example_of(described, described.pointer(name.strip_prefix('#')?)?);
        }
        let own = schema.get("example").cloned();
        own.or_else(|| Some(json!([example_of(described, schema.get("items")?)?])))
    }

    /// Where a value does not fit its schema.
    fn misfits(described: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        if let Some(name) = schema["$ref"].as_str() {
            let schema = described.pointer(name.strip_prefix('#').unwrap()).expect("a schema by that name");
            return misfits(described, schema, value, at);
        }
        if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            let all = choices.iter().map(|choice| misfits(described, choice, value, at));
            return all.min_by_key(Vec::len).unwrap_or_default();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            // Each part describes some of the names; together they must describe all of them.
            let properties = parts
                .iter()
                .flat_map(|part| resolved(described, part)["properties"].as_object().unwrap().clone());
            let required = parts.iter().flat_map(|part| {
                resolved(described, part)["required"].as_array().cloned().unwrap_or_default()
            });
            let whole = json!({
                "type": "object",
                "properties": properties.collect::<serde_json::Map<_, _>>(),
                "required": required.collect::<Vec<_>>(),
            });
            return misfits(described, &whole, value, at);
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => return Vec::new(),
        };
        let is_one = kinds.iter().any(|kind| match *kind {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("{other}"),
        });
        if !is_one {
            return vec![format!("{at} is no {}", kinds.join(" or "))];
        }
        let mut wrong = Vec::new();
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            wrong.extend(misfits(described, &schema["items"], item, &format!("{at}/{index}")));
        }
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|name| value.get(name).is_none());
        wrong.extend(missing.map(|name| format!("{at}/{name} is missing")));
        for (name, inner) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            let others = schema.get("additionalProperties").filter(|others| others.is_object());
            match (schema["properties"].get(name), others) {
                (Some(schema), _) | (None, Some(schema)) => {
                    wrong.extend(misfits(described, schema, inner, &at));
                }
                (None, None) if schema.get("properties").is_some() => {
                    wrong.push(format!("{at} is not described"));
                }
                (None, None) => {}
            }
        }
        wrong
    }

    fn resolved<'a>(described: &'a Value, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
        name.map_or(schema, |name| described.pointer(name).expect("a schema by that name"))
    }
}
