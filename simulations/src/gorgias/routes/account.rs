//! `/api/account`: the account itself and its settings.

use serde_json::{Value, json};

use super::super::Desk;
use super::super::fields::Query;
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn read(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    Ok(Reply::ok(json!({
        "domain": desk.domain,
        "created_datetime": "2024-01-02T09:00:00.000000+00:00",
        "deactivated_datetime": null,
        "settings": all_settings(desk),
        "status": {"status": "active"},
    })))
}

pub fn settings(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["type"])?;
    let wanted = query.text("type");
    let data: Vec<Value> = all_settings(desk)
        .into_iter()
        .filter(|setting| wanted.is_none_or(|wanted| setting["type"] == wanted))
        .collect();
    Ok(Reply::ok(json!({"data": data})))
}

fn all_settings(desk: &Desk) -> Vec<Value> {
    let settings = &desk.settings;
    vec![
        json!({"id": 1, "type": "ticket-assignment", "data": {
            "unassign_on_reply": settings.unassign_on_reply,
            "auto_assign_ticket_to_responding_agent": settings.auto_assign_ticket_to_responding_agent,
            "assignment_channels": ["email", "chat"],
        }}),
        json!({"id": 2, "type": "auto-merge", "data": {
            "tickets": {"enabled": settings.auto_merge, "merging_window_days": 3},
        }}),
        json!({"id": 3, "type": "default-integration", "data": {"email": settings.default_email_integration}}),
    ]
}
