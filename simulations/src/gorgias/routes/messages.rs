//! `/api/messages` and `/api/tickets/{id}/messages`: reading them, and the rules of who may write what to whom.

use serde_json::{Map, Value};

use super::super::fields::{Fields, Query};
use super::super::paging::{self, Order, Place, SortValue};
use super::super::records::{Message, Party};
use super::super::refusal::Refusal;
use super::super::{Desk, auth};
use super::{Call, Reply};

const ALLOWED: &[&str] = &[
    "actions",
    "attachments",
    "body_html",
    "body_text",
    "channel",
    "created_datetime",
    "deleted_datetime",
    "external_id",
    "failed_datetime",
    "from_agent",
    "headers",
    "imported",
    "integration_id",
    "last_sending_error",
    "macros",
    "mention_ids",
    "message_id",
    "meta",
    "opened_datetime",
    "public",
    "receiver",
    "sender",
    "sent_datetime",
    "source",
    "stripped_html",
    "stripped_signature",
    "stripped_text",
    "subject",
    "via",
];

/// What a client may call itself; the service has more values of its own in answers.
const VIA: &[&str] = &[
    "aircall",
    "api",
    "chat",
    "contact_form",
    "email",
    "facebook",
    "facebook-mention",
    "facebook-messenger",
    "facebook-recommendations",
    "form",
    "help-center",
    "helpdesk",
    "instagram",
    "instagram-ad-comment",
    "instagram-comment",
    "instagram-direct-message",
    "instagram-mention",
    "internal-note",
    "phone",
    "rule",
    "shopify",
    "sms",
    "twilio",
    "twitter",
    "twitter-direct-message",
    "whatsapp",
    "yotpo",
    "yotpo-review",
    "zendesk",
];

const ORDERS: &[&str] = &["created_datetime:desc", "created_datetime:asc"];

pub fn list(desk: &Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by", "ticket_id"])?;
    let order = Order::of(&query, ORDERS)?;
    let places = match query.number("ticket_id")? {
        Some(ticket) => desk.thread(ticket).into_iter().map(place).collect(),
        None => {
            let hidden = &desk.faults.hidden_from_lists;
            desk.messages.values().filter(|message| !hidden.contains(&message.id)).map(place).collect()
        }
    };
    paging::page(desk, call, &order, places, |id| desk.message(id).map(|message| desk.show_message(message)))
}

pub fn list_of_ticket(desk: &Desk, call: &Call<'_>, ticket: i64) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["cursor", "limit", "order_by"])?;
    let order = Order::of(&query, ORDERS)?;
    desk.ticket(ticket).ok_or_else(Refusal::not_found)?;
    let places = desk.thread(ticket).into_iter().map(place).collect();
    paging::page(desk, call, &order, places, |id| desk.message(id).map(|message| desk.show_message(message)))
}

pub fn read(desk: &Desk, call: &Call<'_>, ticket: i64, id: i64) -> Result<Reply, Refusal> {
    Query::new(call.query, &[])?;
    Ok(Reply::ok(desk.show_message(find(desk, ticket, id)?)))
}

pub fn create(desk: &mut Desk, call: &Call<'_>, ticket: i64) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["action"])?;
    action(&query)?;
    desk.ticket(ticket).ok_or_else(Refusal::not_found)?;
    let draft = draft(desk, &call.object()?)?;
    if draft.public {
        auth::may_write(desk, call.caller)?;
    }
    let id = desk.write(call.now_ms, ticket, draft, Some(call.caller));
    Ok(Reply::with(201, desk.show_message(find(desk, ticket, id)?)))
}

/// Changes texts and stamps. With `action=retry` a failed message is sent again, with `cancel` it is taken away.
pub fn update(desk: &mut Desk, call: &Call<'_>, ticket: i64, id: i64) -> Result<Reply, Refusal> {
    let query = Query::new(call.query, &["action"])?;
    let action = action(&query)?;
    let before = find(desk, ticket, id)?.clone();
    let body = call.object()?;
    let mut fields = Fields::new(&body, "", ALLOWED);
    fields.require(&["channel", "from_agent", "via"]);
    let mut after = before.clone();
    after.external_id = fields.text("external_id", 255).unwrap_or(after.external_id);
    after.subject = fields.text("subject", usize::MAX).unwrap_or(after.subject);
    after.body_text = fields.text("body_text", usize::MAX).unwrap_or(after.body_text);
    after.body_html = fields.text("body_html", usize::MAX).unwrap_or(after.body_html);
    after.stripped_text = fields.text("stripped_text", usize::MAX).unwrap_or(after.stripped_text);
    after.sent_us = fields.time("sent_datetime").unwrap_or(after.sent_us);
    after.failed_us = fields.time("failed_datetime").unwrap_or(after.failed_us);
    after.opened_us = fields.time("opened_datetime").unwrap_or(after.opened_us);
    after.meta = fields.any("meta").cloned().or(after.meta);
    fields.finish()?;
    let retry = action == Some("retry") && before.failed_us.is_some();
    if retry {
        after.failed_us = None;
        after.last_sending_error = None;
    }
    let shown = desk.show_message(&after);
    if action == Some("cancel") {
        desk.take_away(ticket, id);
    } else {
        desk.messages.insert(id, after);
    }
    if retry {
        desk.schedule_sending(call.now_ms, id);
    }
    let by = Some(call.caller);
    desk.note(call.now_ms, "ticket-message-updated", ("TicketMessage", id), by, Value::Object(Map::new()));
    desk.touch(call.now_ms, ticket, by);
    Ok(Reply::with(202, shown))
}

impl Desk {
    fn take_away(&mut self, ticket: i64, message: i64) {
        self.messages.remove(&message);
        if let Some(record) = self.tickets.get_mut(&ticket) {
            record.messages.retain(|id| *id != message);
        }
    }
}

/// Reads and checks one message as a client sends it.
pub fn draft(desk: &Desk, body: &Map<String, Value>) -> Result<Message, Refusal> {
    let mut fields = Fields::new(body, "", ALLOWED);
    fields.require(&["channel", "from_agent", "via"]);
    let channel = fields.text("channel", 256).flatten().unwrap_or_default();
    let via = fields.choice("via", VIA).unwrap_or_default();
    let from_agent = fields.flag("from_agent").unwrap_or_default();
    let public = fields.flag("public").unwrap_or(true) && channel != "internal-note";
    if !public && !from_agent {
        fields.complain("from_agent", "An internal note must come from an agent.");
    }
    let sender = sender(desk, &mut fields, from_agent);
    let receiver = receiver(desk, &mut fields, from_agent && public);
    let source = source(&mut fields, channel == "email" && from_agent && public);
    let mut draft = Message::draft(sender.unwrap_or(Party::User(0)), &channel, &via);
    draft.integration = integration(desk, &mut fields, source.as_ref());
    draft.from_agent = from_agent;
    draft.public = public;
    draft.receiver = receiver;
    draft.source = source;
    draft.external_id = fields.text("external_id", 255).flatten();
    draft.message_id = fields.text("message_id", usize::MAX).flatten();
    draft.subject = fields.text("subject", usize::MAX).flatten();
    draft.body_text = fields.text("body_text", usize::MAX).flatten();
    draft.body_html = fields.text("body_html", usize::MAX).flatten();
    draft.stripped_text = fields.text("stripped_text", usize::MAX).flatten();
    draft.stripped_html = fields.text("stripped_html", usize::MAX).flatten();
    draft.stripped_signature = fields.text("stripped_signature", usize::MAX).flatten();
    draft.attachments = Some(fields.list("attachments").flatten().cloned().unwrap_or_default());
    draft.headers = fields.object("headers").flatten().cloned().unwrap_or_default();
    draft.meta = fields.object("meta").flatten().cloned().map(Value::Object);
    draft.mentions = fields.numbers("mention_ids").unwrap_or_default();
    draft.created_us = fields.time("created_datetime").flatten().unwrap_or_default();
    draft.sent_us = fields.time("sent_datetime").flatten();
    draft.failed_us = fields.time("failed_datetime").flatten();
    draft.opened_us = fields.time("opened_datetime").flatten();
    fields.finish()?;
    Ok(draft)
}

/// Agents send what comes from an agent, customers the rest. Without a sender the bot user speaks for the account.
fn sender(desk: &Desk, fields: &mut Fields<'_>, from_agent: bool) -> Option<Party> {
    let given = fields.object("sender").flatten();
    let sender = match given {
        Some(object) if from_agent => user_in(desk, object),
        Some(object) => customer_in(desk, object),
        None if from_agent => desk.bot_user().map(Party::User),
        None => None,
    };
    if sender.is_none() {
        let message = match (given.is_some(), from_agent) {
            (true, true) => "The sender of an outgoing message must be an existing user.",
            (true, false) => "The sender of an incoming message must be an existing customer.",
            (false, _) => "Missing data for required field.",
        };
        fields.complain("sender", message);
    }
    sender
}

/// Only an outgoing public message has a receiver, and that is a customer.
fn receiver(desk: &Desk, fields: &mut Fields<'_>, allowed: bool) -> Option<Party> {
    let object = fields.object("receiver").flatten()?;
    if !allowed {
        fields.complain("receiver", "The receiver must not be set on incoming messages and internal notes.");
        return None;
    }
    let receiver = customer_in(desk, object);
    if receiver.is_none() {
        fields.complain("receiver", "The receiver must be an existing customer.");
    }
    receiver
}

fn source(fields: &mut Fields<'_>, mail: bool) -> Option<Value> {
    let source = fields.object("source").flatten();
    if !mail {
        return source.cloned().map(Value::Object);
    }
    let Some(source) = source else {
        fields.complain("source", "Missing data for required field.");
        return None;
    };
    let has_address = |party: &Value| {
        party
            .get("address")
            .and_then(Value::as_str)
            .is_some_and(|text| text.contains('@') && text.len() <= 320)
    };
    if !source.get("from").is_some_and(has_address) {
        fields.complain("source", "from: a valid address is required.");
    }
    let to = source.get("to").and_then(Value::as_array);
    if !to.is_some_and(|to| !to.is_empty() && to.iter().all(has_address)) {
        fields.complain("source", "to: at least one valid address is required.");
    }
    Some(Value::Object(source.clone()))
}

fn integration(desk: &Desk, fields: &mut Fields<'_>, source: Option<&Value>) -> Option<i64> {
    if let Some(id) = fields.number("integration_id").flatten() {
        if !desk.integrations.contains_key(&id) {
            fields.complain("integration_id", "Does not exist.");
        }
        return Some(id);
    }
    let from = source?.pointer("/from/address")?.as_str().filter(|from| !from.is_empty())?;
    let ours = desk.integrations.values().find(|one| one.address.as_deref() == Some(from));
    ours.map(|integration| integration.id)
}

fn user_in(desk: &Desk, object: &Map<String, Value>) -> Option<Party> {
    let id = object.get("id").and_then(Value::as_i64);
    let email = object.get("email").and_then(Value::as_str);
    let user = desk.users.values().find(|user| match (id, email) {
        (Some(id), _) => user.id == id,
        (None, Some(email)) => user.email.eq_ignore_ascii_case(email),
        (None, None) => false,
    })?;
    Some(Party::User(user.id))
}

fn customer_in(desk: &Desk, object: &Map<String, Value>) -> Option<Party> {
    let id = object.get("id").and_then(Value::as_i64);
    let email = object.get("email").and_then(Value::as_str);
    let customer = desk.customers.values().find(|customer| match (id, email) {
        (Some(id), _) => customer.id == id,
        (None, Some(email)) => {
            customer.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email))
        }
        (None, None) => false,
    })?;
    Some(Party::Customer(customer.id))
}

fn action<'a>(query: &Query<'a>) -> Result<Option<&'a str>, Refusal> {
    match query.text("action") {
        None => Ok(None),
        Some(action @ ("force" | "retry" | "cancel")) => Ok(Some(action)),
        Some(_) => Err(Refusal::field("action", "Not a valid choice.")),
    }
}

fn find(desk: &Desk, ticket: i64, id: i64) -> Result<&Message, Refusal> {
    desk.message(id).filter(|message| message.ticket == ticket).ok_or_else(Refusal::not_found)
}

fn place(message: &Message) -> Place {
    (SortValue::Number(message.created_us), message.id)
}
