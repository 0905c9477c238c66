//! The one shape that all forms of a webhook's body are brought into. Only the named fields are kept; the rest of
//! a body is passed over without being stored.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::{Hint, Trigger, Unreadable, hint_of_branch, hint_of_leaf};
use crate::gorgias::headers::MailHeaders;
use crate::gorgias::lenient::{self, Branch, Leaf};
use crate::id::UserId;
use crate::ticket::effect::MARKER_START;

/// How many names of a body without a ticket are shown to its owner.
const NAMES_SHOWN_MAX: usize = 12;

/// A body.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Form {
    trigger: Leaf,
    event: Branch<Event>,
    ticket: Branch<Ticket>,
    pub message: Branch<Message>,
    context: Branch<Box<Form>>,
    ticket_id: Leaf,
    message_id: Leaf,
    assignee: Branch<Numbered>,
    assignee_user: Branch<Numbered>,
    assignee_user_id: Leaf,
    external_id: Leaf,
    message_external_id: Leaf,
    account: Branch<Account>,
    account_domain: Leaf,
    // A bare ticket.
    id: Leaf,
    status: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    #[serde(rename = "type")]
    kind: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Ticket {
    id: Leaf,
    account: Branch<Account>,
    assignee_user: Branch<Numbered>,
    assignee_user_id: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Message {
    id: Leaf,
    ticket_id: Leaf,
    external_id: Leaf,
    pub failed_datetime: Leaf,
    pub headers: MailHeaders,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Account {
    domain: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Numbered {
    pub id: Leaf,
}

/// Reads a body that is not empty.
pub(super) fn of_body(text: &str) -> Result<Form, Unreadable> {
    let form = match text.as_bytes().first() {
        Some(b'{') => of_json(text)?,
        Some(b'[') => of_pairs(text)?,
        Some(b'"') => {
            // A template engine may render the JSON of the context as one JSON string.
            let inner: String = serde_json::from_str(text).map_err(|error| not_a_form(&error))?;
            if !inner.trim_start().starts_with('{') {
                return Err(Unreadable::NotAForm("it is a single text".to_owned()));
            }
            of_json(&inner)?
        }
        Some(_) if text.contains('=') && !text.starts_with('<') => of_query(text)?,
        Some(_) | None => return Err(Unreadable::NotAForm("it begins like neither".to_owned())),
    };
    // Some wrap the whole context into a field of that name.
    match form.context {
        Branch::Object(inner) if form.ticket_number().is_none() => Ok(*inner),
        context => Ok(Form { context, ..form }),
    }
}

/// Reads a query, or a body of that form.
pub(super) fn of_query(query: &str) -> Result<Form, Unreadable> {
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    of_map(pairs.map(|(name, value)| (decoded(name), Value::String(decoded(value)))).collect())
}

/// The names a body holds at its top, for its owner; never its values.
pub(super) fn names_in(text: &str) -> String {
    let Ok(names) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(text) else {
        return if text.is_empty() { "an empty body".to_owned() } else { "no named fields".to_owned() };
    };
    let shown: Vec<String> = names
        .keys()
        .take(NAMES_SHOWN_MAX)
        .map(|name| name.chars().take(NAMES_SHOWN_MAX * 4).collect())
        .collect();
    if shown.is_empty() { "an empty object".to_owned() } else { shown.join(", ") }
}

impl Form {
    pub fn ticket_number(&self) -> Option<i64> {
        let of_ticket = || match &self.ticket {
            Branch::Object(ticket) => ticket.id.id(),
            Branch::Leaf(leaf) => leaf.id(),
        };
        let of_message = || self.message.object()?.ticket_id.id();
        // A bare `id` is a ticket's only where the rest looks like one.
        let looks_like_a_ticket = self.status.is_set() || self.assignee_user_id != Leaf::Missing;
        let of_itself = || if looks_like_a_ticket { self.id.id() } else { None };
        of_ticket().or_else(|| self.ticket_id.id()).or_else(of_message).or_else(of_itself)
    }

    pub fn message_number(&self) -> Option<i64> {
        match &self.message {
            Branch::Object(message) => message.id.id(),
            Branch::Leaf(_) => None,
        }
        .or_else(|| self.message_id.id())
    }

    pub fn trigger_named(&self) -> Option<Trigger> {
        let of_event = || match &self.event {
            Branch::Object(event) => event.kind.text(),
            Branch::Leaf(leaf) => leaf.text(),
        };
        let named = |leaf: &Leaf| if leaf.says_nothing() { None } else { leaf.owned() };
        named(&self.trigger).or_else(|| of_event().map(str::to_owned)).map(|name| Trigger::named(&name))
    }

    pub fn assignee_hint(&self) -> Hint<UserId> {
        let of_ticket = self.ticket.object().map_or(Hint::Unknown, |ticket| {
            hint_of_branch(&ticket.assignee_user).or(hint_of_leaf(&ticket.assignee_user_id))
        });
        of_ticket
            .or(hint_of_branch(&self.assignee_user))
            .or(hint_of_leaf(&self.assignee_user_id))
            .or(hint_of_branch(&self.assignee))
    }

    pub fn marker(&self) -> Option<String> {
        let of_message = self.message.object().map(|message| &message.external_id);
        [of_message, Some(&self.message_external_id), Some(&self.external_id)]
            .into_iter()
            .flatten()
            .filter_map(Leaf::text)
            .find(|text| text.starts_with(MARKER_START))
            .map(str::to_owned)
    }

    pub fn domain(&self) -> Option<String> {
        let of_ticket = || self.ticket.object()?.account.object()?.domain.owned();
        let of_account = || self.account.object()?.domain.owned();
        of_ticket().or_else(of_account).or_else(|| self.account_domain.owned())
    }
}

fn of_json(text: &str) -> Result<Form, Unreadable> {
    let branch: Branch<Form> = lenient::read(text.as_bytes()).map_err(|error| not_a_form(&error))?;
    branch.into_object().ok_or_else(|| Unreadable::NotAForm("it is no object".to_owned()))
}

#[derive(Deserialize)]
struct Pair {
    key: String,
    #[serde(default)]
    value: Value,
}

fn of_pairs(text: &str) -> Result<Form, Unreadable> {
    let pairs: Vec<Pair> = serde_json::from_str(text).map_err(|error| not_a_form(&error))?;
    of_map(pairs.into_iter().map(|pair| (pair.key, pair.value)).collect())
}

fn of_map(map: Map<String, Value>) -> Result<Form, Unreadable> {
    serde_json::from_value(Value::Object(map)).map_err(|error| not_a_form(&error))
}

/// Where a body breaks, without its words.
fn not_a_form(error: &serde_json::Error) -> Unreadable {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data => "it has an unexpected shape",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "it is broken",
    };
    Unreadable::NotAForm(format!("{kind} at line {}, column {}", error.line(), error.column()))
}

/// Undoes percent-encoding; what is not validly encoded stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match (first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(first),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
