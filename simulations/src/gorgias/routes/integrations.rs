//! `/api/integrations`: only webhooks can be made, changed and deleted here.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::Desk;
use super::super::faults::AddressesCut;
use super::super::fields::{Fields, Query};
use super::super::paging::{self, Order, SortValue};
use super::super::records::{HttpIntegration, Integration};
use super::super::refusal::Refusal;
use super::super::render;
use super::super::webhooks::Trigger;
use super::{Call, Reply};

const HTTP_ALLOWED: &[&str] = &[
    "form",
    "headers",
    "hmac_secret",
    "method",
    "oauth2",
    "request_content_type",
    "response_content_type",
    "triggers",
    "url",
];

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by", "type"])?;
    let order = Order::of(&query, &["created_datetime:desc", "created_datetime:asc"])?;
    let kind = query.text("type");
    let places = desk
        .integrations
        .values()
        .filter(|integration| kind.is_none_or(|kind| integration.kind == kind))
        .map(|integration| (SortValue::Number(integration.created_us), integration.id))
        .collect();
    paging::page(desk, call, &order, places, |id| {
        let cut = desk.faults.addresses_cut != AddressesCut::Nowhere;
        desk.integrations.get(&id).map(|integration| shown(desk, integration, cut))
    })
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let integration = desk.integrations.get(&id).ok_or_else(Refusal::not_found)?;
    let cut = desk.faults.addresses_cut != AddressesCut::Nowhere;
    Ok(Reply::ok(shown(desk, integration, cut)))
}

pub fn create(desk: &mut Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", &["name", "type", "description", "http", "business_hours_id"]);
    fields.require(&["name", "type", "http"]);
    let name = fields.text("name", 255).flatten().unwrap_or_default();
    if body.get("type").is_some_and(|kind| kind != "http") {
        fields.complain("type", "Only http integrations can be created.");
    }
    let description = fields.text("description", 1024).flatten();
    let http = fields.object("http").flatten().cloned().unwrap_or_default();
    fields.number("business_hours_id");
    fields.finish()?;
    let blank = HttpIntegration {
        url: String::new(),
        method: String::new(),
        request_content_type: String::new(),
        response_content_type: String::new(),
        headers: BTreeMap::new(),
        form: Value::Null,
        triggers: BTreeMap::new(),
        hmac_secret: None,
    };
    let required = ["method", "url", "request_content_type", "response_content_type"];
    let http = changed(blank, &http, &required)?;
    let id = desk.ids.integration();
    let stamp = desk.stamp(call.now_ms);
    let integration = Integration {
        id,
        name,
        kind: "http".to_owned(),
        description,
        address: None,
        user: call.caller,
        http: Some(http),
        failures_in_a_row: 0,
        created_us: stamp,
        updated_us: stamp,
        deactivated_us: None,
    };
    let shown = shown(desk, &integration, desk.faults.addresses_cut == AddressesCut::Everywhere);
    desk.integrations.insert(id, integration);
    desk.note(call.now_ms, "integration-created", ("Integration", id), Some(call.caller), json!({}));
    Ok(Reply::with(201, shown))
}

/// The name must always be sent, and the address whenever `http` is; `deactivated_datetime: null` switches it on again.
pub fn update(desk: &mut Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let mut integration = desk.integrations.get(&id).ok_or_else(Refusal::not_found)?.clone();
    let body = call.object()?;
    let allowed = ["name", "type", "description", "http", "business_hours_id", "deactivated_datetime"];
    let mut fields = Fields::new(&body, "", &allowed);
    fields.require(&["name"]);
    integration.name = fields.text("name", 255).flatten().unwrap_or(integration.name);
    integration.description = fields.text("description", 1024).unwrap_or(integration.description);
    if body.get("type").is_some_and(|kind| *kind != integration.kind) {
        fields.complain("type", "The type can't be changed.");
    }
    fields.number("business_hours_id");
    let deactivated_us = fields.time("deactivated_datetime");
    let http = fields.object("http").flatten().cloned();
    if http.is_some() && integration.http.is_none() {
        fields.complain("http", "Only http integrations have it.");
    }
    fields.finish()?;
    if let (Some(given), Some(before)) = (http, integration.http.take_if(|_| body.contains_key("http"))) {
        integration.http = Some(changed(before, &given, &["url"])?);
    }
    let by = Some(call.caller);
    let was_off = integration.deactivated_us.is_some();
    integration.deactivated_us = deactivated_us.unwrap_or(integration.deactivated_us);
    let is_off = integration.deactivated_us.is_some();
    integration.updated_us = desk.stamp(call.now_ms);
    if was_off && !is_off {
        integration.failures_in_a_row = 0;
        desk.note(call.now_ms, "integration-reactivated", ("Integration", id), by, json!({}));
    } else if is_off && !was_off {
        desk.note(call.now_ms, "integration-deactivated", ("Integration", id), by, json!({}));
    }
    let shown = shown(desk, &integration, desk.faults.addresses_cut == AddressesCut::Everywhere);
    desk.integrations.insert(id, integration);
    if is_off {
        desk.forget_waiting(id);
    }
    Ok(Reply::ok(shown))
}

pub fn delete(desk: &mut Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let integration = desk.integrations.get(&id).ok_or_else(Refusal::not_found)?;
    if integration.http.is_none() {
        return Err(Refusal::conflict("This integration is in use."));
    }
    desk.integrations.remove(&id);
    desk.forget_waiting(id);
    desk.note(call.now_ms, "integration-deleted", ("Integration", id), Some(call.caller), json!({}));
    Ok(Reply::empty(204))
}

fn shown(desk: &Desk, integration: &Integration, cut: bool) -> Value {
    let mut shown = desk.show_integration(integration);
    if let (true, Some(http)) = (cut, &integration.http) {
        let (path, query) = http.url.split_at(http.url.find('?').unwrap_or(http.url.len()));
        let (base, last) = path.rsplit_once('/').unwrap_or((path, ""));
        let begin: String = last.chars().take(4).collect();
        shown["http"]["url"] = json!(format!("{base}/{begin}***{query}"));
    }
    shown
}

fn changed(
    mut http: HttpIntegration,
    given: &Map<String, Value>,
    required: &[&str],
) -> Result<HttpIntegration, Refusal> {
    let mut fields = Fields::new(given, "http.", HTTP_ALLOWED);
    fields.require(required);
    if let Some(url) = fields.text("url", 2048).flatten() {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            fields.complain("url", "Not a valid URL.");
        }
        http.url = url;
    }
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    http.method = fields.choice("method", &methods).unwrap_or(http.method);
    let content_types = ["application/json", "application/x-www-form-urlencoded"];
    let content_type = fields.choice("request_content_type", &content_types);
    http.request_content_type = content_type.unwrap_or(http.request_content_type);
    let content_type = fields.choice("response_content_type", &["application/json"]);
    http.response_content_type = content_type.unwrap_or(http.response_content_type);
    if let Some(headers) = fields.object("headers") {
        http.headers = BTreeMap::new();
        for (name, value) in headers.into_iter().flatten() {
            match value.as_str() {
                Some(text) => {
                    http.headers.insert(name.clone(), text.to_owned());
                }
                None => fields.complain("headers", "Not a valid value."),
            }
        }
    }
    if let Some(triggers) = fields.object("triggers") {
        http.triggers = BTreeMap::new();
        for (name, value) in triggers.into_iter().flatten() {
            match value.as_bool() {
                Some(on) if Trigger::ALL.iter().any(|trigger| trigger.name() == name) => {
                    http.triggers.insert(name.clone(), on);
                }
                Some(_) => fields.complain(&format!("triggers.{name}"), "Unknown field."),
                None => fields.complain(&format!("triggers.{name}"), "Not a valid boolean."),
            }
        }
    }
    if let Some(form) = fields.any("form") {
        http.form = form.clone();
    }
    http.hmac_secret = fields.text("hmac_secret", 255).unwrap_or(http.hmac_secret);
    let templates = templates_of(&http);
    if let Some((name, complaint)) =
        templates.iter().find_map(|(name, text)| Some((name, render::complaint(text)?)))
    {
        fields.complain(name, &complaint);
    }
    fields.finish()?;
    Ok(http)
}

/// Every template in the integration with the field it stands in.
fn templates_of(http: &HttpIntegration) -> Vec<(&'static str, &str)> {
    fn strings<'a>(value: &'a Value, found: &mut Vec<(&'static str, &'a str)>) {
        match value {
            Value::String(text) => found.push(("form", text)),
            Value::Array(list) => list.iter().for_each(|value| strings(value, found)),
            Value::Object(map) => map.values().for_each(|value| strings(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut found = vec![("url", http.url.as_str())];
    found.extend(http.headers.values().map(|value| ("headers", value.as_str())));
    strings(&http.form, &mut found);
    found
}
