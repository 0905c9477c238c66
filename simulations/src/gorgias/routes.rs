//! From a path to the one who answers it: a file per resource, and here the table of all paths.

mod account;
mod custom_fields;
mod customers;
mod events;
mod integrations;
mod messages;
mod search;
mod surveys;
mod tags;
mod teams;
mod ticket_body;
mod ticket_tags;
mod tickets;
mod users;
mod views;

use serde_json::{Map, Value};

use super::Desk;
use super::auth;
use super::refusal::Refusal;
use super::wire::WireRequest;

/// One authenticated call.
pub(super) struct Call<'a> {
    pub now_ms: i64,
    /// The user behind the key.
    pub caller: i64,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a [(String, String)],
    pub body: &'a [u8],
}

/// What a resource answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub status: u16,
    pub body: Option<Value>,
}

impl Reply {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body) }
    }

    pub fn with(status: u16, body: Value) -> Self {
        Self { status, body: Some(body) }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, body: None }
    }
}

impl<'a> Call<'a> {
    pub fn new(now_ms: i64, caller: i64, request: &'a WireRequest) -> Self {
        Self {
            now_ms,
            caller,
            method: &request.method,
            path: &request.path,
            query: &request.query,
            body: &request.body,
        }
    }

    /// The path and query as asked, for the `uri` of a list.
    pub fn uri(&self) -> String {
        if self.query.is_empty() {
            return self.path.to_owned();
        }
        let pairs: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}?{}", self.path, pairs.join("&"))
    }

    /// The body as a JSON object; an empty body counts as an empty object.
    pub fn object(&self) -> Result<Map<String, Value>, Refusal> {
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        serde_json::from_slice(self.body).map_err(|_| Refusal::bad_request("The body is not a JSON object."))
    }
}

/// Finds and asks the one who answers. Looking is free to all, changing takes a role.
pub(super) fn route(desk: &mut Desk, call: &Call<'_>) -> Result<Reply, Refusal> {
    let segments: Vec<&str> = call.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let Some(("api", segments)) = segments.split_first().map(|(first, rest)| (*first, rest)) else {
        return Err(Refusal::not_found());
    };
    // A search changes nothing, whatever its method.
    match (call.method, segments) {
        ("GET", segments) => return look(desk, call, segments),
        ("POST", ["search"]) => return search::find(desk, call),
        ("PUT", ["views", id, "items"]) => return views::search(desk, call, number(id)?),
        (_, _) => {}
    }
    match (call.method, segments) {
        (_, ["integrations", ..]) => auth::may_administer(desk, call.caller)?,
        // A note is open to all; what is written tells.
        ("POST", ["tickets", _, "messages"]) => {}
        (_, _) => auth::may_write(desk, call.caller)?,
    }
    change(desk, call, segments)
}

fn look(desk: &Desk, call: &Call<'_>, segments: &[&str]) -> Result<Reply, Refusal> {
    match segments {
        ["account"] => account::read(desk, call),
        ["account", "settings"] => account::settings(desk, call),
        ["users"] => users::list(desk, call),
        ["users", id] => users::read(desk, call, number(id)?),
        ["teams"] => teams::list(desk, call),
        ["teams", id] => teams::read(desk, call, number(id)?),
        ["tags"] => tags::list(desk, call),
        ["customers"] => customers::list(desk, call),
        ["customers", id] => customers::read(desk, call, number(id)?),
        ["tickets"] => tickets::list(desk, call),
        ["tickets", id] => tickets::read(desk, call, number(id)?),
        ["tickets", id, "tags"] => ticket_tags::list(desk, call, number(id)?),
        ["tickets", id, "messages"] => messages::list_of_ticket(desk, call, number(id)?),
        ["tickets", id, "messages", message] => messages::read(desk, call, number(id)?, number(message)?),
        ["messages"] => messages::list(desk, call),
        ["integrations"] => integrations::list(desk, call),
        ["integrations", id] => integrations::read(desk, call, number(id)?),
        ["custom-fields"] => custom_fields::list(desk, call),
        ["satisfaction-surveys"] => surveys::list(desk, call),
        ["satisfaction-surveys", id] => surveys::read(desk, call, number(id)?),
        ["views"] => views::list(desk, call),
        ["views", id] => views::read(call, number(id)?),
        ["views", id, "items"] => views::items(desk, call, number(id)?),
        ["events"] => events::list(desk, call),
        ["events", id] => events::read(desk, call, number(id)?),
        _ => Err(Refusal::not_found()),
    }
}

fn change(desk: &mut Desk, call: &Call<'_>, segments: &[&str]) -> Result<Reply, Refusal> {
    match (call.method, segments) {
        ("POST", ["customers"]) => customers::create(desk, call),
        ("POST", ["tickets"]) => tickets::create(desk, call),
        ("PUT", ["tickets", id]) => tickets::update(desk, call, number(id)?),
        ("DELETE", ["tickets", id]) => tickets::delete(desk, call, number(id)?),
        ("POST", ["tickets", id, "tags"]) => ticket_tags::add(desk, call, number(id)?),
        ("PUT", ["tickets", id, "tags"]) => ticket_tags::replace(desk, call, number(id)?),
        ("DELETE", ["tickets", id, "tags"]) => ticket_tags::remove(desk, call, number(id)?),
        ("POST", ["tickets", id, "messages"]) => messages::create(desk, call, number(id)?),
        ("PUT", ["tickets", id, "messages", message]) => {
            messages::update(desk, call, number(id)?, number(message)?)
        }
        ("POST", ["satisfaction-surveys"]) => surveys::create(desk, call),
        ("PUT", ["satisfaction-surveys", id]) => surveys::update(desk, call, number(id)?),
        ("POST", ["integrations"]) => integrations::create(desk, call),
        ("PUT", ["integrations", id]) => integrations::update(desk, call, number(id)?),
        ("DELETE", ["integrations", id]) => integrations::delete(desk, call, number(id)?),
        // A path that can be looked at is there, only not for this.
        (_, segments) => match look(desk, &Call { query: &[], ..*call }, segments) {
            Err(refusal) if refusal.status == 404 => Err(refusal),
            Ok(_) | Err(_) => Err(Refusal::method_not_allowed()),
        },
    }
}

fn number(segment: &str) -> Result<i64, Refusal> {
    segment.parse().map_err(|_| Refusal::not_found())
}
