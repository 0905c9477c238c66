//! `/api/tickets/{id}/tags`: adding, replacing and removing labels, by id or by name.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::Desk;
use super::super::fields::{Fields, Query};
use super::super::refusal::Refusal;
use super::{Call, Reply};

pub fn list(desk: &Desk, call: &Call<'_>, ticket: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let ticket = desk.ticket(ticket).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(json!({"data": desk.show_ticket_tags(ticket)})))
}

pub fn add(desk: &mut Desk, call: &Call<'_>, ticket: i64) -> Result<Reply, Refusal> {
    let mut tags = desk.ticket(ticket).ok_or_else(Refusal::not_found)?.tags.clone();
    tags.extend(named(desk, call, true)?);
    desk.set_tags(call.now_ms, ticket, tags, Some(call.caller));
    Ok(Reply::empty(201))
}

pub fn replace(desk: &mut Desk, call: &Call<'_>, ticket: i64) -> Result<Reply, Refusal> {
    desk.ticket(ticket).ok_or_else(Refusal::not_found)?;
    let tags = named(desk, call, false)?;
    desk.set_tags(call.now_ms, ticket, tags, Some(call.caller));
    Ok(Reply::empty(202))
}

pub fn remove(desk: &mut Desk, call: &Call<'_>, ticket: i64) -> Result<Reply, Refusal> {
    let tags = desk.ticket(ticket).ok_or_else(Refusal::not_found)?.tags.clone();
    let removed = named(desk, call, true)?;
    let tags = tags.difference(&removed).copied().collect();
    desk.set_tags(call.now_ms, ticket, tags, Some(call.caller));
    Ok(Reply::empty(204))
}

/// The tags that the body names. A name never seen becomes a tag; an id never seen is wrong.
fn named(desk: &mut Desk, call: &Call<'_>, at_least_one: bool) -> Result<BTreeSet<i64>, Refusal> {
    Query::new(call.query, &[])?;
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", &["ids", "names"]);
    let ids = fields.numbers("ids").unwrap_or_default();
    if ids.iter().any(|id| !desk.tags.contains_key(id)) {
        fields.complain("ids", "Unknown tag.");
    }
    let list = fields.list("names").flatten().cloned().unwrap_or_default();
    let names: Vec<&str> = list.iter().filter_map(|name| name.as_str()).collect();
    if names.len() != list.len() || names.iter().any(|name| name.is_empty() || name.chars().count() > 256) {
        fields.complain("names", "Not a valid value.");
    }
    if at_least_one && ids.is_empty() && names.is_empty() {
        fields.complain("names", "At least one of ids and names is required.");
    }
    fields.finish()?;
    let mut tags: BTreeSet<i64> = ids.into_iter().collect();
    tags.extend(names.into_iter().map(|name| desk.tag_named(call.now_ms, name)));
    Ok(tags)
}
