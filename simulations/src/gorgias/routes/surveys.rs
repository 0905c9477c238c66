//! `/api/satisfaction-surveys`: what customers thought of the service, one survey a ticket at most.

use serde_json::{Map, Value};

use super::super::Desk;
use super::super::fields::{Fields, Query};
use super::super::paging::{self, Order, SortValue};
use super::super::records::Survey;
use super::super::refusal::Refusal;
use super::{Call, Reply};

const SCORES: std::ops::RangeInclusive<i64> = 1..=5;

const ALLOWED: &[&str] = &[
    "body_text",
    "created_datetime",
    "customer_id",
    "meta",
    "score",
    "scored_datetime",
    "sent_datetime",
    "should_send_datetime",
    "ticket_id",
];

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by"])?;
    let order = Order::of(&query, &["created_datetime:desc", "created_datetime:asc"])?;
    let places =
        desk.surveys.values().map(|survey| (SortValue::Number(survey.created_us), survey.id)).collect();
    paging::page(desk, call, &order, places, |id| desk.surveys.get(&id).map(|one| desk.show_survey(one)))
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    desk.surveys.get(&id).map(|survey| Reply::ok(desk.show_survey(survey))).ok_or_else(Refusal::not_found)
}

pub fn create(desk: &mut Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let created_us = desk.stamp(call.now_ms);
    let mut survey = checked(desk, &call.object()?, Survey { created_us, ..Survey::default() })?;
    survey.id = desk.ids.survey();
    let shown = desk.show_survey(&survey);
    desk.surveys.insert(survey.id, survey);
    Ok(Reply::with(201, shown))
}

/// Replaces the whole survey: what is left out is empty afterwards, as an outside client of the service has found.
pub fn update(desk: &mut Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    if !desk.surveys.contains_key(&id) {
        return Err(Refusal::not_found());
    }
    let blank = Survey { id, created_us: desk.stamp(call.now_ms), ..Survey::default() };
    let survey = checked(desk, &call.object()?, blank)?;
    let shown = desk.show_survey(&survey);
    desk.surveys.insert(id, survey);
    Ok(Reply::with(202, shown))
}

/// `survey` with everything that the body says. A second survey of a ticket is a conflict.
fn checked(desk: &Desk, body: &Map<String, Value>, mut survey: Survey) -> Result<Survey, Refusal> {
    let mut fields = Fields::new(body, "", ALLOWED);
    fields.require(&["customer_id", "ticket_id"]);
    survey.ticket = fields.number("ticket_id").flatten().unwrap_or_default();
    survey.customer = fields.number("customer_id").flatten().unwrap_or_default();
    if body.contains_key("ticket_id") && !desk.tickets.contains_key(&survey.ticket) {
        fields.complain("ticket_id", "Does not exist.");
    }
    if body.contains_key("customer_id") && !desk.customers.contains_key(&survey.customer) {
        fields.complain("customer_id", "Does not exist.");
    }
    survey.score = fields.number("score").unwrap_or(survey.score);
    if survey.score.is_some_and(|score| !SCORES.contains(&score)) {
        fields.complain("score", "Must be greater than or equal to 1 and less than or equal to 5.");
    }
    survey.body_text = fields.text("body_text", 1000).unwrap_or(survey.body_text);
    survey.meta = fields.object("meta").map_or(survey.meta, |meta| meta.cloned());
    survey.created_us = fields.time("created_datetime").flatten().unwrap_or(survey.created_us);
    survey.scored_us = fields.time("scored_datetime").unwrap_or(survey.scored_us);
    survey.sent_us = fields.time("sent_datetime").unwrap_or(survey.sent_us);
    survey.should_send_us = fields.time("should_send_datetime").unwrap_or(survey.should_send_us);
    fields.finish()?;
    if desk.surveys.values().any(|other| other.ticket == survey.ticket && other.id != survey.id) {
        return Err(Refusal::conflict("The ticket has a satisfaction survey already."));
    }
    Ok(survey)
}
