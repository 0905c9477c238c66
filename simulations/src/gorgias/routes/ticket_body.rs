//! What a client may say about a ticket, when making it and when changing it. All of it is checked before any of it
//! takes effect.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::Desk;
use super::super::fields::{Fields, Given};
use super::super::records::Status;

/// The fields that making and changing have in common.
pub const SHARED: &[&str] = &[
    "assignee_user",
    "assignee_team",
    "channel",
    "closed_datetime",
    "custom_fields",
    "customer",
    "external_id",
    "from_agent",
    "language",
    "last_message_datetime",
    "last_received_message_datetime",
    "meta",
    "opened_datetime",
    "priority",
    "snooze_datetime",
    "spam",
    "status",
    "subject",
    "tags",
    "trashed_datetime",
    "updated_datetime",
    "via",
];

/// A checked body.
#[derive(Default)]
pub struct TicketBody {
    assignee_user: Given<i64>,
    assignee_team: Given<i64>,
    channel: Option<String>,
    closed_us: Given<i64>,
    custom_fields: Option<BTreeMap<i64, Value>>,
    pub customer: Option<CustomerGiven>,
    external_id: Given<String>,
    language: Given<String>,
    meta: Given<Map<String, Value>>,
    opened_us: Given<i64>,
    priority: Option<String>,
    snooze_us: Given<i64>,
    spam: Option<bool>,
    status: Option<Status>,
    pub subject: Given<String>,
    tags: Option<Vec<String>>,
    trashed_us: Given<i64>,
    is_unread: Option<bool>,
    pub from_agent: Option<bool>,
    pub via: Option<String>,
}

/// How a body names its customer.
pub enum CustomerGiven {
    Id(i64),
    /// Made if unknown.
    Email {
        email: String,
        name: String,
    },
}

impl TicketBody {
    /// Reads and checks everything but `messages`; complaints stay in `fields`.
    pub fn read(desk: &Desk, fields: &mut Fields<'_>) -> Self {
        for ignored in ["last_message_datetime", "last_received_message_datetime", "updated_datetime"] {
            fields.time(ignored);
        }
        Self {
            assignee_user: reference(fields, "assignee_user", |id| {
                desk.users.get(&id).is_some_and(|user| user.active)
            }),
            assignee_team: reference(fields, "assignee_team", |id| desk.teams.contains_key(&id)),
            channel: fields.text("channel", 256).flatten(),
            closed_us: fields.time("closed_datetime"),
            custom_fields: custom_fields(fields),
            customer: customer(desk, fields),
            external_id: fields.text("external_id", 255),
            language: fields.text("language", 16),
            meta: fields.object("meta").map(|meta| meta.cloned()),
            opened_us: fields.time("opened_datetime"),
            priority: fields.choice("priority", &["critical", "high", "normal", "low"]),
            snooze_us: fields.time("snooze_datetime"),
            spam: fields.flag("spam"),
            status: status(fields),
            subject: fields.text("subject", 998),
            tags: tag_names(fields),
            trashed_us: fields.time("trashed_datetime"),
            is_unread: fields.flag("is_unread"),
            from_agent: fields.flag("from_agent"),
            via: fields.text("via", 256).flatten(),
        }
    }

    /// Lets everything take effect on a ticket that exists.
    pub fn take_effect(self, desk: &mut Desk, now_ms: i64, ticket: i64, by: i64) {
        let by = Some(by);
        let customer = self.customer.as_ref().map(|given| given.find(desk, now_ms));
        let mut changed = false;
        if let Some(record) = desk.tickets.get_mut(&ticket) {
            let before = record.clone();
            if let Some(channel) = self.channel {
                record.channel = channel;
            }
            if let Some(values) = self.custom_fields {
                record.custom_fields = values;
            }
            record.customer = customer.or(record.customer);
            set(&mut record.external_id, self.external_id);
            set(&mut record.language, self.language);
            set(&mut record.opened_us, self.opened_us);
            set(&mut record.subject, self.subject);
            if let Some(meta) = self.meta {
                record.meta = meta.unwrap_or_default();
            }
            if let Some(priority) = self.priority {
                record.priority = priority;
            }
            record.spam = self.spam.unwrap_or(record.spam);
            record.is_unread = self.is_unread.unwrap_or(record.is_unread);
            changed = *record != before;
        }
        if changed {
            desk.touch(now_ms, ticket, by);
        }
        if let Some(status) = self.status {
            desk.set_status(now_ms, ticket, status, by);
        }
        if let (Some(closed_us), Some(record)) = (self.closed_us, desk.tickets.get_mut(&ticket)) {
            record.closed_us = closed_us;
        }
        if let Some(names) = self.tags {
            let tags = names.iter().map(|name| desk.tag_named(now_ms, name)).collect();
            desk.set_tags(now_ms, ticket, tags, by);
        }
        if let Some(team) = self.assignee_team {
            desk.set_assignee_team(now_ms, ticket, team, by);
        }
        if let Some(user) = self.assignee_user {
            desk.set_assignee_user(now_ms, ticket, user, by);
        }
        if let Some(snooze_us) = self.snooze_us {
            desk.set_snooze(now_ms, ticket, snooze_us, by);
        }
        if let Some(trashed_us) = self.trashed_us {
            desk.set_trashed(now_ms, ticket, trashed_us, by);
        }
    }
}

impl CustomerGiven {
    pub fn find(&self, desk: &mut Desk, now_ms: i64) -> i64 {
        match self {
            Self::Id(id) => *id,
            Self::Email { email, name } => desk.customer_with(now_ms, email, name),
        }
    }
}

/// `{"id": n}`, or null or `{"id": null}` for nobody.
fn reference(fields: &mut Fields<'_>, name: &str, known: impl Fn(i64) -> bool) -> Given<i64> {
    let Some(object) = fields.object(name)? else { return Some(None) };
    match object.get("id") {
        Some(Value::Null) => Some(None),
        Some(id) if id.as_i64().is_some_and(&known) => Some(id.as_i64()),
        Some(_) => {
            fields.complain(name, "Does not exist.");
            None
        }
        None => {
            fields.complain(name, "Missing data for required field.");
            None
        }
    }
}

fn customer(desk: &Desk, fields: &mut Fields<'_>) -> Option<CustomerGiven> {
    let Some(object) = fields.object("customer")? else {
        fields.complain("customer", "Field may not be null.");
        return None;
    };
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(id) = object.get("id").and_then(Value::as_i64) {
        if !desk.customers.contains_key(&id) {
            fields.complain("customer", "Does not exist.");
        }
        return Some(CustomerGiven::Id(id));
    }
    let email = text("email");
    if email.is_empty() || email.len() > 320 {
        fields.complain("customer", "An id or an e-mail address is required.");
        return None;
    }
    Some(CustomerGiven::Email { email, name: text("name") })
}

fn status(fields: &mut Fields<'_>) -> Option<Status> {
    let status = fields.choice("status", &["open", "closed"])?;
    Some(if status == "open" { Status::Open } else { Status::Closed })
}

fn tag_names(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let list = fields.list("tags")??;
    let name = |tag: &Value| tag.get("name").and_then(Value::as_str).map(str::to_owned);
    let names: Option<Vec<String>> = list.iter().map(name).collect();
    if names
        .as_ref()
        .is_none_or(|names| names.iter().any(|name| name.is_empty() || name.chars().count() > 256))
    {
        fields.complain("tags", "Not a valid value.");
    }
    names
}

/// A list goes in, a map comes out.
fn custom_fields(fields: &mut Fields<'_>) -> Option<BTreeMap<i64, Value>> {
    let list = fields.list("custom_fields")??;
    let pair = |field: &Value| Some((field.get("id")?.as_i64()?, field.get("value")?.clone()));
    let pairs: Option<BTreeMap<i64, Value>> = list.iter().map(pair).collect();
    if pairs.is_none() {
        fields.complain("custom_fields", "Not a valid value.");
    }
    pairs
}

fn set<T>(place: &mut Option<T>, given: Given<T>) {
    if let Some(value) = given {
        *place = value;
    }
}
