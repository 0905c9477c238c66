//! Tickets and messages, from Gorgias' fields to a snapshot.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{list, missing, need, object, rows};
use crate::gorgias::call::Reply;
use crate::gorgias::headers::MailHeaders;
use crate::gorgias::lenient::{Branch, Leaf, Rows, Table};
use crate::gorgias::refusal::Refusal;
use crate::id::{CustomerId, IntegrationId, MessageId, TeamId, TicketId, UserId};
use crate::reading::instructions::hidden_instructions;
use crate::reading::text::new_text;
use crate::snapshot::{
    Address, Attachment, ChannelAddress, Customer, Delivery, Message, MessagePersonal, Source, TicketFields,
    TicketSnapshot,
};
use crate::time::Time;

/// What a list of tickets tells of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketListed {
    /// Its number.
    pub ticket: TicketId,
    /// When Gorgias last changed it, by Gorgias' clock.
    pub updated_at: Time,
    /// Whom it is assigned to.
    pub assignee: Option<UserId>,
    /// Closed.
    pub closed: bool,
}

/// What a list of messages tells of one that a customer wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboundListed {
    /// The ticket it belongs to.
    pub ticket: TicketId,
    /// Its number.
    pub message: MessageId,
    /// When it was written, by Gorgias' clock.
    pub created_at: Time,
}

/// A page of tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketPage {
    /// Its rows, in Gorgias' order.
    pub tickets: Vec<TicketListed>,
    /// Leads to the next page; `None` at the end.
    pub next_cursor: Option<String>,
}

/// Reads one ticket with its whole thread, sorted by message number.
pub fn ticket(reply: &Reply) -> Result<TicketSnapshot, Refusal> {
    let wire: WireTicket = object(reply, "a ticket")?;
    let ticket = TicketId(need(wire.id.id(), "a ticket", "id")?);
    // A missing assignee would look like "nobody's", and the ticket would be left alone for ever without a word.
    if !wire.assignee_user.is_named() && wire.assignee_user_id == Leaf::Missing {
        return Err(missing("a ticket", "assignee_user"));
    }
    let fields = wire.fields("a ticket")?;
    let mut messages = rows(wire.messages, "a ticket's thread", read_message)?;
    messages.sort_by_key(|message| message.id);
    messages.dedup_by_key(|message| message.id);
    Ok(TicketSnapshot { ticket, fields, messages })
}

/// Reads a page of tickets.
pub fn tickets(reply: &Reply) -> Result<TicketPage, Refusal> {
    let page = list(reply, "a page of tickets", |wire: WireTicket| {
        Ok(TicketListed {
            ticket: TicketId(need(wire.id.id(), "a listed ticket", "id")?),
            updated_at: need(wire.updated_datetime.time(), "a listed ticket", "updated_datetime")?,
            assignee: wire.assignee(),
            closed: wire.status.text() == Some("closed"),
        })
    })?;
    Ok(TicketPage { tickets: page.rows, next_cursor: page.next_cursor })
}

/// Reads the messages of one page, in Gorgias' order.
pub fn messages(reply: &Reply) -> Result<Vec<Message>, Refusal> {
    Ok(list(reply, "a page of messages", read_message)?.rows)
}

/// Reads the messages of one page that customers wrote, in Gorgias' order, with their tickets.
pub fn inbound_messages(reply: &Reply) -> Result<Vec<InboundListed>, Refusal> {
    let page = list(reply, "a page of messages", |wire: WireMessage| {
        let ticket = TicketId(need(wire.ticket_id.id(), "a listed message", "ticket_id")?);
        let message = read_message(wire)?;
        let listed = InboundListed { ticket, message: message.id, created_at: message.created_at };
        Ok((!message.from_agent && message.public).then_some(listed))
    })?;
    Ok(page.rows.into_iter().flatten().collect())
}

/// Reads the number of a message just posted; `None` when the success has no body.
pub fn posted_message(reply: &Reply) -> Result<Option<MessageId>, Refusal> {
    if reply.body.trim_ascii().is_empty() {
        return Ok(None);
    }
    let wire: WireMessage = object(reply, "a posted message")?;
    need(wire.id.id(), "a posted message", "id").map(|id| Some(MessageId(id)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WireTicket {
    pub(super) id: Leaf,
    status: Leaf,
    channel: Leaf,
    spam: Leaf,
    language: Leaf,
    subject: Leaf,
    pub(super) priority: Leaf,
    pub(super) messages_count: Leaf,
    pub(super) created_datetime: Leaf,
    assignee_user: Branch<WireNumbered>,
    assignee_user_id: Leaf,
    assignee_team: Branch<WireNumbered>,
    assignee_team_id: Leaf,
    customer: Branch<WireCustomer>,
    tags: Rows<WireTag>,
    meta: Branch<WireMeta>,
    reply_options: Table<Branch<WireReplyOption>>,
    messages: Rows<WireMessage>,
    updated_datetime: Leaf,
    trashed_datetime: Leaf,
}

impl WireTicket {
    /// All but the messages.
    pub(super) fn fields(&self, what: &str) -> Result<TicketFields, Refusal> {
        Ok(TicketFields {
            updated_at: need(self.updated_datetime.time(), what, "updated_datetime")?,
            closed: need(self.status.text(), what, "status")? == "closed",
            trashed: self.trashed_datetime.is_set(),
            spam: self.spam.flag().unwrap_or(false),
            channel: self.channel.owned().unwrap_or_default(),
            assignee: self.assignee(),
            team: self.team(),
            language: self.language.owned(),
            tags: self.tags.objects().filter_map(|tag| tag.name.owned()).collect(),
            chat_conversation: self.chat_conversation(),
            answerable: self.answerable(),
            customer: self.customer.object().and_then(WireCustomer::read),
            subject: self.subject.owned(),
        })
    }

    fn assignee(&self) -> Option<UserId> {
        number(&self.assignee_user, &self.assignee_user_id).map(UserId)
    }

    fn team(&self) -> Option<TeamId> {
        number(&self.assignee_team, &self.assignee_team_id).map(TeamId)
    }

    fn chat_conversation(&self) -> Option<String> {
        self.meta.object()?.chat.object()?.conversation_id.name()
    }

    fn answerable(&self) -> BTreeMap<String, bool> {
        let options = self.reply_options.0.iter();
        options
            .filter_map(|(channel, option)| Some((channel.clone(), option.object()?.answerable.flag()?)))
            .collect()
    }
}

/// The number of an object, or of the flat field that stands beside it.
fn number(object: &Branch<WireNumbered>, flat: &Leaf) -> Option<i64> {
    object.object().and_then(|object| object.id.id()).or_else(|| flat.id())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireNumbered {
    id: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireTag {
    name: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireMeta {
    chat: Branch<WireChat>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireChat {
    conversation_id: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireReplyOption {
    answerable: Leaf,
}

/// A customer. Its `integrations`, which may hold a whole order history, are passed over unread.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireCustomer {
    id: Leaf,
    email: Leaf,
    name: Leaf,
    firstname: Leaf,
    lastname: Leaf,
    channels: Rows<WireChannel>,
}

impl WireCustomer {
    fn read(&self) -> Option<Customer> {
        let addresses = self.channels.objects().filter(|channel| !channel.deleted_datetime.is_set());
        Some(Customer {
            id: CustomerId(self.id.id()?),
            email: self.email.owned(),
            name: full_name(&self.name, &self.firstname, &self.lastname),
            first_name: self.firstname.owned(),
            addresses: addresses
                .filter_map(|channel| {
                    Some(ChannelAddress { channel: channel.kind.owned()?, address: channel.address.name()? })
                })
                .collect(),
        })
    }
}

pub(super) fn full_name(name: &Leaf, first: &Leaf, last: &Leaf) -> Option<String> {
    name.owned().or_else(|| {
        let parts: Vec<&str> = [first, last].into_iter().filter_map(Leaf::text).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireChannel {
    #[serde(rename = "type")]
    kind: Leaf,
    address: Leaf,
    deleted_datetime: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WireMessage {
    id: Leaf,
    pub(super) ticket_id: Leaf,
    from_agent: Leaf,
    public: Leaf,
    channel: Leaf,
    via: Leaf,
    rule_id: Leaf,
    external_id: Leaf,
    integration_id: Leaf,
    sender: Branch<WireParty>,
    receiver: Branch<WireParty>,
    source: Branch<WireSource>,
    subject: Leaf,
    stripped_text: Leaf,
    stripped_html: Leaf,
    body_text: Leaf,
    body_html: Leaf,
    headers: MailHeaders,
    attachments: Rows<WireAttachment>,
    created_datetime: Leaf,
    sent_datetime: Leaf,
    failed_datetime: Leaf,
    last_sending_error: Branch<WireSendingError>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireParty {
    id: Leaf,
    email: Leaf,
    name: Leaf,
    firstname: Leaf,
    lastname: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSource {
    #[serde(rename = "type")]
    kind: Leaf,
    from: Branch<WireAddress>,
    to: Rows<WireAddress>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAddress {
    name: Leaf,
    address: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAttachment {
    name: Leaf,
    content_type: Leaf,
    size: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSendingError {
    error: Leaf,
}

pub(super) fn read_message(wire: WireMessage) -> Result<Message, Refusal> {
    let id = MessageId(need(wire.id.id(), "a message", "id")?);
    let created_at = need(wire.created_datetime.time(), "a message", "created_datetime")?;
    let public = wire.is_public();
    let from_agent = wire.is_from_agent();
    let sender = wire.sender.object();
    let text = new_text(
        wire.stripped_text.text(),
        wire.stripped_html.text(),
        wire.body_text.text(),
        wire.body_html.text(),
    );
    let hidden_orders = if from_agent || !public { Vec::new() } else { wire.hidden_orders() };
    Ok(Message {
        id,
        from_agent,
        public,
        channel: wire.channel.owned().unwrap_or_default(),
        via: wire.via.owned().unwrap_or_default(),
        rule: wire.rule_id.id(),
        external_id: wire.external_id.name(),
        integration: wire.integration_id.id().map(IntegrationId),
        sender: sender.and_then(|sender| sender.id.id()),
        created_at,
        delivery: if from_agent && public { wire.delivery() } else { Delivery::Pending },
        attachments: wire.attachments.objects().map(WireAttachment::read).collect(),
        personal: MessagePersonal {
            text,
            subject: wire.subject.owned(),
            sender_email: sender.and_then(|sender| sender.email.owned()),
            sender_name: sender
                .and_then(|sender| full_name(&sender.name, &sender.firstname, &sender.lastname)),
            source: wire.source.object().map(WireSource::read),
            hidden_orders,
        },
        headers: wire.headers.0,
    })
}

impl WireMessage {
    fn is_note(&self) -> bool {
        let kind = self.source.object().and_then(|source| source.kind.text());
        self.channel.text() == Some("internal-note") || kind == Some("internal-note")
    }

    fn is_public(&self) -> bool {
        self.public.flag().unwrap_or(true) && !self.is_note()
    }

    /// Gorgias leaves the direction of some messages null. Then whatever a customer cannot have written is the
    /// shop's: a note, a person's typing, a rule's message, a message that names a receiver.
    fn is_from_agent(&self) -> bool {
        self.from_agent.flag().unwrap_or_else(|| {
            !self.is_public()
                || matches!(self.via.text(), Some("helpdesk" | "rule"))
                || self.receiver.object().is_some()
        })
    }

    /// Orders to the machine beside the new text, which is looked at when it is judged.
    fn hidden_orders(&self) -> Vec<String> {
        let names = self.attachments.objects().filter_map(|file| file.name.text());
        let found = hidden_instructions(self.body_html.text(), self.body_text.text(), names);
        found.iter().map(ToString::to_string).collect()
    }

    fn delivery(&self) -> Delivery {
        // Of a retried message both are set; the later one tells.
        let is_sent_after_all = match (self.sent_datetime.time(), self.failed_datetime.time()) {
            (Some(sent_at), Some(failed_at)) => sent_at > failed_at,
            (Some(_) | None, Some(_) | None) => false,
        };
        if self.failed_datetime.is_set() && !is_sent_after_all {
            return Delivery::Failed(self.sending_error().unwrap_or_else(|| "no reason given".to_owned()));
        }
        if self.sent_datetime.is_set() { Delivery::Sent } else { Delivery::Pending }
    }

    fn sending_error(&self) -> Option<String> {
        match &self.last_sending_error {
            Branch::Object(error) => error.error.owned(),
            Branch::Leaf(text) => text.owned(),
        }
    }
}

impl WireSource {
    fn read(&self) -> Source {
        Source {
            kind: self.kind.owned().unwrap_or_default(),
            from: self.from.object().and_then(WireAddress::read),
            to: self.to.objects().filter_map(WireAddress::read).collect(),
        }
    }
}

impl WireAddress {
    fn read(&self) -> Option<Address> {
        Some(Address { name: self.name.owned(), address: self.address.name()? })
    }
}

impl WireAttachment {
    fn read(&self) -> Attachment {
        let content_type = self.content_type.owned().unwrap_or_else(|| "application/octet-stream".to_owned());
        Attachment { content_type, bytes: self.size.count() }
    }
}
