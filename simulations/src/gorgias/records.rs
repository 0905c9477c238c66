//! What the desk knows, as plain records: people, tickets, messages, integrations, and the audit log. Times are
//! microseconds since 1970 (`_us`) where the wire shows them, milliseconds (`_ms`) where the desk acts on them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An agent, or a machine that acts as one.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The user's id.
    pub id: i64,
    /// The login, and the first half of the API key pair.
    pub email: String,
    /// First name.
    pub firstname: String,
    /// Last name; may be empty.
    pub lastname: String,
    /// What the user may do.
    pub role: Role,
    /// False once deactivated: its key no longer works, nothing can be assigned to it.
    pub active: bool,
    /// The API key, if one was made.
    pub api_key: Option<ApiKey>,
    /// Those it had before; each is in force until it is revoked.
    pub former_keys: Vec<ApiKey>,
    /// When it was made.
    pub created_us: i64,
    /// When it last changed.
    pub updated_us: i64,
    /// When it was deactivated.
    pub deactivated_us: Option<i64>,
}

impl User {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname).trim().to_owned()
    }

    /// Whether `secret` is a key of this user, and in force.
    pub fn accepts(&self, secret: &str) -> bool {
        self.api_key.iter().chain(&self.former_keys).any(|key| !key.revoked && key.secret == secret)
    }

    /// The name of the bucket of one of this user's keys: the limit holds for each key alone.
    pub fn bucket_of(&self, secret: &str) -> String {
        let all = self.former_keys.iter().chain(&self.api_key);
        match all.into_iter().position(|key| key.secret == secret) {
            None | Some(0) => self.email.clone(),
            Some(place) => format!("{} key {}", self.email, place + 1),
        }
    }
}

/// An API key; made up, opens nothing but this desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The second half of the pair.
    pub secret: String,
    /// A revoked key can be put in force again.
    pub revoked: bool,
}

/// A user's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// May do everything, integrations included.
    Admin,
    /// Works on tickets.
    Agent,
    /// Works on tickets with fewer settings.
    BasicAgent,
    /// Works on tickets with hardly any settings.
    LiteAgent,
    /// Looks, and writes internal notes.
    ObserverAgent,
    /// The account's own machine user.
    Bot,
    /// The vendor's people.
    InternalAgent,
}

impl Role {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Agent => "agent",
            Self::BasicAgent => "basic-agent",
            Self::LiteAgent => "lite-agent",
            Self::ObserverAgent => "observer-agent",
            Self::Bot => "bot",
            Self::InternalAgent => "internal-agent",
        }
    }
}

/// A team of users.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// The team's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its members' ids.
    pub members: Vec<i64>,
    /// When it was made.
    pub created_us: i64,
}

/// Somebody who writes to the shop.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// The customer's id.
    pub id: i64,
    /// The main e-mail address.
    pub email: Option<String>,
    /// The whole name.
    pub name: Option<String>,
    /// Id in the shop's own books.
    pub external_id: Option<String>,
    /// Language code.
    pub language: Option<String>,
    /// Addresses by which the customer is known, e-mail and chat among them.
    pub channels: Vec<CustomerChannel>,
    /// A note of the agents.
    pub note: Option<String>,
    /// What integrations answered, by integration.
    pub integrations: BTreeMap<i64, Value>,
    /// When it was made.
    pub created_us: i64,
    /// When it last changed.
    pub updated_us: i64,
}

/// One address of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerChannel {
    /// The channel's id.
    pub id: i64,
    /// `email`, `chat`, `phone`, …
    pub kind: String,
    /// The address itself.
    pub address: String,
    /// When it was made.
    pub created_us: i64,
}

/// A label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// The tag's id.
    pub id: i64,
    /// Its name; case matters.
    pub name: String,
    /// When it was made.
    pub created_us: i64,
}

/// Open or closed; there is nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Wants an answer.
    Open,
    /// Is done.
    Closed,
}

impl Status {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// A conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// The ticket's id.
    pub id: i64,
    /// Free for those who use the API; not unique.
    pub external_id: Option<String>,
    /// Open or closed.
    pub status: Status,
    /// `critical`, `high`, `normal` or `low`.
    pub priority: String,
    /// Where it came from: `email`, `chat`, …
    pub channel: String,
    /// By what it came: `email`, `gorgias_chat`, `api`, …
    pub via: String,
    /// Whether an agent wrote first.
    pub from_agent: bool,
    /// Marked as spam.
    pub spam: bool,
    /// Who it is with.
    pub customer: Option<i64>,
    /// The user who has it.
    pub assignee_user: Option<i64>,
    /// The team that has it.
    pub assignee_team: Option<i64>,
    /// Language code.
    pub language: Option<String>,
    /// The subject; may be empty.
    pub subject: Option<String>,
    /// Free; holds `chat.conversation_id` for chats.
    pub meta: Map<String, Value>,
    /// The tags' ids.
    pub tags: BTreeSet<i64>,
    /// Custom field values by field id.
    pub custom_fields: BTreeMap<i64, Value>,
    /// The messages' ids, oldest first.
    pub messages: Vec<i64>,
    /// Whether its channel still takes replies.
    pub answerable: bool,
    /// No agent has seen the newest message.
    pub is_unread: bool,
    /// When it was made.
    pub created_us: i64,
    /// When an agent first looked.
    pub opened_us: Option<i64>,
    /// When the customer last wrote.
    pub last_received_us: Option<i64>,
    /// When anybody last wrote.
    pub last_message_us: Option<i64>,
    /// When it last changed.
    pub updated_us: i64,
    /// When it was closed.
    pub closed_us: Option<i64>,
    /// When it was thrown into the bin.
    pub trashed_us: Option<i64>,
    /// Until when it sleeps.
    pub snooze_us: Option<i64>,
}

/// Why a ticket is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// Deleted for good.
    Deleted,
    /// Its messages moved to this ticket.
    MergedInto(i64),
}

/// Who wrote or received a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// An agent.
    User(i64),
    /// A customer.
    Customer(i64),
}

/// A message or an internal note.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The message's id.
    pub id: i64,
    /// The ticket it belongs to, which a merge changes.
    pub ticket: i64,
    /// The ticket it was written on, which stays.
    pub first_ticket: i64,
    /// The mail's own id; for mail from here known only once it is sent.
    pub message_id: Option<String>,
    /// Free for those who use the API.
    pub external_id: Option<String>,
    /// False for a note.
    pub public: bool,
    /// `email`, `chat`, `internal-note`, …
    pub channel: String,
    /// `api`, `helpdesk`, `rule`, `email`, …
    pub via: String,
    /// The addresses, as given.
    pub source: Option<Value>,
    /// Who wrote it.
    pub sender: Party,
    /// Whom it is for.
    pub receiver: Option<Party>,
    /// The integration it came or goes by.
    pub integration: Option<i64>,
    /// The rule that wrote it.
    pub rule: Option<i64>,
    /// True for everything agents and machines write.
    pub from_agent: bool,
    /// The subject.
    pub subject: Option<String>,
    /// The text.
    pub body_text: Option<String>,
    /// The text as HTML.
    pub body_html: Option<String>,
    /// The new part of the text.
    pub stripped_text: Option<String>,
    /// The new part as HTML.
    pub stripped_html: Option<String>,
    /// The signature.
    pub stripped_signature: Option<String>,
    /// Files; `None` shows as null.
    pub attachments: Option<Vec<Value>>,
    /// Mail headers; shown in webhooks only.
    pub headers: Map<String, Value>,
    /// Free.
    pub meta: Option<Value>,
    /// Users named in a note.
    pub mentions: Vec<i64>,
    /// When it was written.
    pub created_us: i64,
    /// When it was really sent.
    pub sent_us: Option<i64>,
    /// When its sending failed.
    pub failed_us: Option<i64>,
    /// When its reader opened it.
    pub opened_us: Option<i64>,
    /// Why its sending failed.
    pub last_sending_error: Option<String>,
}

/// A connection to something outside: a mailbox, a chat, a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Integration {
    /// The integration's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `email`, `gorgias_chat`, `http`, …
    pub kind: String,
    /// What it is for.
    pub description: Option<String>,
    /// The mail address or the chat's id; none for webhooks.
    pub address: Option<String>,
    /// Who made it.
    pub user: i64,
    /// For webhooks only.
    pub http: Option<HttpIntegration>,
    /// Calls that failed since the last one that went well.
    pub failures_in_a_row: u32,
    /// When it was made.
    pub created_us: i64,
    /// When it last changed.
    pub updated_us: i64,
    /// When it was switched off, by a person or after too many failures.
    pub deactivated_us: Option<i64>,
}

/// What a webhook calls and when.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpIntegration {
    /// The address, a template.
    pub url: String,
    /// The method.
    pub method: String,
    /// JSON or a web form.
    pub request_content_type: String,
    /// Always JSON.
    pub response_content_type: String,
    /// Headers; the values are templates.
    pub headers: BTreeMap<String, String>,
    /// The body: object, list or string of templates; null for an empty body.
    pub form: Value,
    /// Which triggers fire it.
    pub triggers: BTreeMap<String, bool>,
    /// Accepted, kept, never shown and never used: nobody knows what it does.
    pub hmac_secret: Option<String>,
}

/// What a customer thought of how a ticket went.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// The survey's id.
    pub id: i64,
    /// The ticket it is about.
    pub ticket: i64,
    /// Who was asked.
    pub customer: i64,
    /// From 1 to 5; none until it is answered.
    pub score: Option<i64>,
    /// The customer's words.
    pub body_text: Option<String>,
    /// Free.
    pub meta: Option<Map<String, Value>>,
    /// When it was made.
    pub created_us: i64,
    /// When it was sent to the customer.
    pub sent_us: Option<i64>,
    /// When the customer answered.
    pub scored_us: Option<i64>,
    /// When it is to be sent.
    pub should_send_us: Option<i64>,
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The event's id.
    pub id: i64,
    /// `ticket-created`, `ticket-message-created`, …
    pub kind: String,
    /// `Ticket`, `TicketMessage`, `Integration`, …
    pub object_type: String,
    /// Which one.
    pub object_id: i64,
    /// Who did it; none for customers and for time itself.
    pub user: Option<i64>,
    /// Groups what one act caused.
    pub context: String,
    /// More about it.
    pub data: Value,
    /// When.
    pub created_us: i64,
}

/// Settings of the account that change what it does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Every public reply of an agent takes the ticket from its assignee.
    pub unassign_on_reply: bool,
    /// A public reply on an unassigned ticket assigns it to its writer.
    pub auto_assign_ticket_to_responding_agent: bool,
    /// Shown in the settings; merging itself is an act of people here.
    pub auto_merge: bool,
    /// The outbound mail integration.
    pub default_email_integration: Option<i64>,
}

/// How long things take at the desk; milliseconds unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timings {
    /// The shortest time from a message to its sending.
    pub sending_ms_min: i64,
    /// The longest.
    pub sending_ms_max: i64,
    /// How long a cursor works.
    pub cursor_life_ms: i64,
    /// Whether lists say how many rows they have; the service's own description has the field, recorded answers lack it.
    pub tells_totals: bool,
    /// So many rows a list shows at once, however many were asked for.
    pub rows_a_page_max: usize,
    /// From a change to its webhook.
    pub webhook_delay_ms: i64,
    /// Between two tries of one webhook.
    pub webhook_retry_ms: i64,
    /// How often a failed webhook is tried again.
    pub webhook_retries_max: u32,
    /// How long the receiver may take; acted out by whoever carries the webhooks.
    pub webhook_timeout_ms: i64,
    /// So many failed calls in a row switch an integration off.
    pub failures_until_deactivation: u32,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            sending_ms_min: 800,
            sending_ms_max: 2_500,
            cursor_life_ms: 600_000,
            tells_totals: false,
            rows_a_page_max: 100,
            webhook_delay_ms: 150,
            webhook_retry_ms: 55_000,
            webhook_retries_max: 3,
            webhook_timeout_ms: 5_000,
            failures_until_deactivation: 100,
        }
    }
}

/// The number before the first ticket's, unless the desk is told another.
const TICKETS_START: i64 = 501_000_000;

/// Hands out ids; each kind counts from its own start, so that a mixed-up id finds nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    users: i64,
    teams: i64,
    customers: i64,
    channels: i64,
    tags: i64,
    tickets: i64,
    messages: i64,
    integrations: i64,
    surveys: i64,
    events: i64,
    deliveries: i64,
    late_writes: i64,
    requests: i64,
}

impl Ids {
    pub fn user(&mut self) -> i64 {
        next(&mut self.users, 40_000_000)
    }
    pub fn team(&mut self) -> i64 {
        next(&mut self.teams, 7_000)
    }
    pub fn customer(&mut self) -> i64 {
        next(&mut self.customers, 700_100_000)
    }
    pub fn channel(&mut self) -> i64 {
        next(&mut self.channels, 900_000_000)
    }
    pub fn tag(&mut self) -> i64 {
        next(&mut self.tags, 120_000)
    }
    pub fn ticket(&mut self) -> i64 {
        next(&mut self.tickets, TICKETS_START)
    }
    pub fn number_tickets_from(&mut self, first: i64) {
        self.tickets = first - 1 - TICKETS_START;
    }
    pub fn message(&mut self) -> i64 {
        next(&mut self.messages, 880_000_000)
    }
    pub fn integration(&mut self) -> i64 {
        next(&mut self.integrations, 33_000)
    }
    pub fn survey(&mut self) -> i64 {
        next(&mut self.surveys, 61_000_000)
    }
    pub fn event(&mut self) -> i64 {
        next(&mut self.events, 1_500_000_000)
    }
    pub fn delivery(&mut self) -> i64 {
        next(&mut self.deliveries, 0)
    }
    pub fn late_write(&mut self) -> i64 {
        next(&mut self.late_writes, 0)
    }
    pub fn request(&mut self) -> i64 {
        next(&mut self.requests, 0)
    }
}

fn next(counter: &mut i64, start: i64) -> i64 {
    *counter += 1;
    start + *counter
}
