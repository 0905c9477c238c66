//! `/api/tickets`: compact in lists, full alone.

use serde_json::{Map, Value, json};

use super::super::Desk;
use super::super::fields::{Fields, Query};
use super::super::paging::{self, Order, SortValue};
use super::super::records::{Message, Party};
use super::super::refusal::Refusal;
use super::ticket_body::{CustomerGiven, SHARED, TicketBody};
use super::{Call, Reply, messages, views};

const MESSAGES_MAX: usize = 500;
const TICKET_IDS_MAX: usize = 100;

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let allowed = [
        "cursor",
        "limit",
        "order_by",
        "customer_id",
        "external_id",
        "view_id",
        "rule_id",
        "ticket_ids",
        "trashed",
    ];
    let query = Query::new(call.query, &allowed)?;
    let orders =
        ["created_datetime:desc", "created_datetime:asc", "updated_datetime:desc", "updated_datetime:asc"];
    let order = Order::of(&query, &orders)?;
    let (customer, external_id) = (query.number("customer_id")?, query.text("external_id"));
    let (rule, ids) = (query.number("rule_id")?, query.numbers("ticket_ids")?);
    if ids.len() > TICKET_IDS_MAX {
        return Err(Refusal::field("ticket_ids", "Longer than maximum length 100."));
    }
    let view = query.number("view_id")?;
    if view.is_some_and(|view| !views::is_known(view)) {
        return Err(Refusal::field("view_id", "Does not exist."));
    }
    // Trashed tickets are in the list unless the caller says otherwise.
    let trashed = query.flag("trashed")?.unwrap_or(true);
    let places = desk
        .tickets
        .values()
        .filter(|ticket| trashed || ticket.trashed_us.is_none())
        .filter(|ticket| customer.is_none_or(|customer| ticket.customer == Some(customer)))
        .filter(|ticket| external_id.is_none_or(|wanted| ticket.external_id.as_deref() == Some(wanted)))
        .filter(|ticket| view.is_none_or(|view| views::shows(desk, call.caller, view, ticket)))
        .filter(|ticket| ids.is_empty() || ids.contains(&ticket.id))
        .filter(|ticket| {
            rule.is_none_or(|rule| desk.thread(ticket.id).iter().any(|message| message.rule == Some(rule)))
        })
        .map(|ticket| {
            let created = order.field == "created_datetime";
            (SortValue::Number(if created { ticket.created_us } else { ticket.updated_us }), ticket.id)
        })
        .collect();
    paging::page(desk, call, &order, places, |id| {
        desk.ticket(id).map(|ticket| desk.show_ticket_compact(ticket))
    })
}

pub fn read(desk: &Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["relationships"])?;
    let ticket = desk.ticket(id).ok_or_else(Refusal::not_found)?;
    let mut shown = desk.show_ticket(ticket);
    match query.text("relationships") {
        None => {}
        Some("custom_fields") => {
            let values = ticket.custom_fields.iter();
            let values: Map<String, Value> =
                values.map(|(id, value)| (id.to_string(), json!({"id": id, "value": value}))).collect();
            shown["custom_fields"] = Value::Object(values);
        }
        Some(_) => return Err(Refusal::field("relationships", "Not a valid choice.")),
    }
    Ok(Reply::ok(shown))
}

pub fn create(desk: &mut Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    let body = call.object()?;
    let allowed = [SHARED, &["messages", "created_datetime", "split_from", "imported"]].concat();
    let mut fields = Fields::new(&body, "", &allowed);
    fields.require(&["messages", "via"]);
    let created_us = fields.time("created_datetime").flatten();
    let list = fields.list("messages").flatten().cloned().unwrap_or_default();
    if body.contains_key("messages") && !(1..=MESSAGES_MAX).contains(&list.len()) {
        fields.complain("messages", "Length must be between 1 and 500.");
    }
    let mut ticket_body = TicketBody::read(desk, &mut fields);
    fields.finish()?;
    let drafts = list.iter().map(|message| {
        let object = message.as_object().ok_or_else(|| Refusal::field("messages", "Not a valid value."))?;
        messages::draft(desk, object)
    });
    let drafts = drafts.collect::<Result<Vec<Message>, Refusal>>()?;
    let Some(first) = drafts.first() else {
        return Err(Refusal::field("messages", "Length must be between 1 and 500."));
    };
    let customer = ticket_body.customer.as_ref().map(|given| given.find(desk, call.now_ms));
    let customer = customer.or_else(|| other_side(first));
    let channel = body.get("channel").and_then(Value::as_str).unwrap_or("api").to_owned();
    let subject = ticket_body.subject.clone().flatten().or_else(|| first.subject.clone());
    let mut ticket = desk.blank_ticket(call.now_ms, &channel, customer.unwrap_or_default(), subject);
    ticket.customer = customer;
    ticket.meta = Map::new();
    ticket.via = ticket_body.via.clone().unwrap_or_else(|| "api".to_owned());
    ticket.from_agent = ticket_body.from_agent.unwrap_or(first.from_agent);
    ticket.created_us = created_us.unwrap_or(ticket.created_us);
    let id = desk.open_ticket(call.now_ms, ticket, Some(call.caller));
    for draft in drafts {
        desk.write(call.now_ms, id, draft, Some(call.caller));
    }
    ticket_body.customer = customer.map(CustomerGiven::Id);
    ticket_body.take_effect(desk, call.now_ms, id, call.caller);
    let ticket = desk.ticket(id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::with(201, desk.show_ticket(ticket)))
}

pub fn update(desk: &mut Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    desk.ticket(id).ok_or_else(Refusal::not_found)?;
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", &[SHARED, &["is_unread"]].concat());
    let ticket_body = TicketBody::read(desk, &mut fields);
    fields.finish()?;
    ticket_body.take_effect(desk, call.now_ms, id, call.caller);
    let ticket = desk.ticket(id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::with(202, desk.show_ticket(ticket)))
}

pub fn delete(desk: &mut Desk, call: &Call<'_>, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    if desk.remove_ticket(call.now_ms, id, Some(call.caller)) {
        Ok(Reply::empty(204))
    } else {
        Err(Refusal::not_found())
    }
}

fn other_side(message: &Message) -> Option<i64> {
    match (message.sender, message.receiver) {
        (Party::Customer(id), _) | (Party::User(_), Some(Party::Customer(id))) => Some(id),
        (Party::User(_), Some(Party::User(_)) | None) => None,
    }
}
