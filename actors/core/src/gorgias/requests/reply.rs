//! The two messages the product writes: a reply to the customer, by the way the customer wrote, and an internal
//! note.

use serde_json::{Value, json};

use super::send;
use crate::gorgias::call::{Call, Method};
use crate::id::{CustomerId, IntegrationId, TicketId, UserId};
use crate::snapshot::{Address, Message, Source, TicketFields};

/// Longest subject Gorgias takes, in characters.
const SUBJECT_CHARACTERS_MAX: usize = 998;

/// Channels on which Gorgias takes a message that names no route.
const CHANNELS_WITHOUT_ROUTE: [&str; 2] = ["phone", "api"];

/// A reply to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostReply {
    /// The ticket.
    pub ticket: TicketId,
    /// By which way.
    pub route: ReplyRoute,
    /// What is said, plain; an empty line parts paragraphs.
    pub text: String,
    /// The marker by which we know the message again; at most 255 characters.
    pub marker: String,
    /// The user who says it.
    pub sender: UserId,
    /// The customer it goes to. Not sent on chat, where it breaks the delivery.
    pub receiver: Option<CustomerId>,
    /// The ticket's subject; used on e-mail.
    pub subject: Option<String>,
}

/// An internal note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostNote {
    /// The ticket.
    pub ticket: TicketId,
    /// The user who writes it.
    pub sender: UserId,
    /// What it says, plain.
    pub text: String,
    /// The marker by which we know the message again; at most 255 characters.
    pub marker: String,
}

/// The way a reply goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyRoute {
    /// E-mail.
    Email {
        /// The shop's address, the one the customer wrote to.
        from: Address,
        /// The customer's address.
        to: Address,
    },
    /// The chat on the shop's site.
    Chat {
        /// The visitor's conversation.
        visitor: String,
    },
    /// Any other channel: the way back of the customer's last message.
    Mirrored {
        /// Channel slug.
        channel: String,
        /// Route, turned around; `None` on channels that take a message without one.
        source: Option<Source>,
        /// The integration the customer's message came through.
        integration: Option<IntegrationId>,
    },
}

/// Why no reply can be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// The message is not one a customer wrote.
    #[error("the message is not one from a customer")]
    NotFromCustomer,
    /// Gorgias says that the channel takes no reply now, for example since its window expired.
    #[error("Gorgias says that {0:?} takes no reply now")]
    NotAnswerable(String),
    /// The customer's message does not tell which of our addresses it came to.
    #[error("the last message does not say which address of the shop it was sent to")]
    NoAddressOfOurs,
    /// Neither the message nor the ticket tells the customer's address on the channel.
    #[error("no address of the customer is known on {0:?}")]
    NoAddressOfCustomer(String),
}

/// Finds the way a reply to the customer's last message must take.
pub fn reply_route(last_inbound: &Message, fields: &TicketFields) -> Result<ReplyRoute, NoRoute> {
    if last_inbound.from_agent || !last_inbound.public {
        return Err(NoRoute::NotFromCustomer);
    }
    // A ticket keeps the channel of its first message; the conversation may have moved to another since.
    let channel = last_inbound.channel.as_str();
    if fields.answerable.get(channel) == Some(&false) {
        return Err(NoRoute::NotAnswerable(channel.to_owned()));
    }
    match channel {
        "email" => email_route(last_inbound, fields),
        "chat" => chat_route(last_inbound, fields),
        _ => mirrored_route(last_inbound),
    }
}

/// Posts a reply. Gorgias sends it later: success means that it is kept, not that it arrived.
pub fn post_reply(reply: &PostReply) -> Call {
    let mut body = message_body(&reply.text, &reply.marker, reply.sender);
    body["public"] = json!(true);
    let channel = match &reply.route {
        ReplyRoute::Email { from, to } => {
            body["source"] = source_body("email", Some(from), std::slice::from_ref(to));
            body["source"]["cc"] = json!([]);
            body["source"]["bcc"] = json!([]);
            if let Some(subject) = reply.subject.as_deref() {
                body["subject"] = json!(reply_subject(subject));
            }
            "email"
        }
        ReplyRoute::Chat { visitor } => {
            body["source"] = json!({
                "type": "chat",
                "from": { "address": "" },
                "to": [{ "address": visitor }],
            });
            "chat"
        }
        ReplyRoute::Mirrored { channel, source, integration } => {
            if let Some(source) = source {
                body["source"] = source_body(&source.kind, source.from.as_ref(), &source.to);
            }
            if let Some(integration) = integration {
                body["integration_id"] = json!(integration.0);
            }
            channel
        }
    };
    body["channel"] = json!(channel);
    if let (Some(receiver), false) = (reply.receiver, matches!(reply.route, ReplyRoute::Chat { .. })) {
        body["receiver"] = json!({ "id": receiver.0 });
    }
    send(Method::Post, format!("/api/tickets/{}/messages", reply.ticket), body)
}

/// Posts an internal note.
pub fn post_note(note: &PostNote) -> Call {
    let mut body = message_body(&note.text, &note.marker, note.sender);
    body["public"] = json!(false);
    body["channel"] = json!("internal-note");
    body["source"] = json!({ "type": "internal-note" });
    send(Method::Post, format!("/api/tickets/{}/messages", note.ticket), body)
}

fn email_route(last_inbound: &Message, fields: &TicketFields) -> Result<ReplyRoute, NoRoute> {
    let personal = &last_inbound.personal;
    let source = personal.source.as_ref();
    let named = |address: &str| Address { name: personal.sender_name.clone(), address: address.to_owned() };
    let to = source
        .and_then(|source| source.from.clone())
        .or_else(|| personal.sender_email.as_deref().map(named))
        .or_else(|| fields.customer.as_ref()?.email.as_deref().map(named))
        .ok_or_else(|| NoRoute::NoAddressOfCustomer("email".to_owned()))?;
    // Customers copy themselves in; such an address is none of the shop's.
    let from = source
        .and_then(|source| source.to.iter().find(|address| !is_of_customer(&address.address, &to, fields)))
        .cloned()
        .ok_or(NoRoute::NoAddressOfOurs)?;
    Ok(ReplyRoute::Email { from, to })
}

fn is_of_customer(address: &str, to: &Address, fields: &TicketFields) -> bool {
    let same = |other: &str| other.trim().eq_ignore_ascii_case(address.trim());
    same(&to.address)
        || fields.customer.as_ref().is_some_and(|customer| {
            customer.email.as_deref().is_some_and(same)
                || customer.addresses.iter().any(|known| known.channel == "email" && same(&known.address))
        })
}

fn chat_route(last_inbound: &Message, fields: &TicketFields) -> Result<ReplyRoute, NoRoute> {
    let of_customer = || {
        let addresses = &fields.customer.as_ref()?.addresses;
        addresses.iter().find(|known| known.channel == "chat").map(|known| known.address.clone())
    };
    let of_message = || Some(last_inbound.personal.source.as_ref()?.from.as_ref()?.address.clone());
    fields
        .chat_conversation
        .clone()
        .or_else(of_customer)
        .or_else(of_message)
        .map(|visitor| ReplyRoute::Chat { visitor })
        .ok_or_else(|| NoRoute::NoAddressOfCustomer("chat".to_owned()))
}

fn mirrored_route(last_inbound: &Message) -> Result<ReplyRoute, NoRoute> {
    let channel = last_inbound.channel.clone();
    let integration = last_inbound.integration;
    let turned = match &last_inbound.personal.source {
        Some(Source { kind, from: Some(from), to }) if !to.is_empty() => {
            Some(Source { kind: kind.clone(), from: to.first().cloned(), to: vec![from.clone()] })
        }
        Some(_) | None => None,
    };
    if turned.is_none() && !CHANNELS_WITHOUT_ROUTE.contains(&channel.as_str()) {
        return Err(NoRoute::NoAddressOfCustomer(channel));
    }
    Ok(ReplyRoute::Mirrored { channel, source: turned, integration })
}

fn message_body(text: &str, marker: &str, sender: UserId) -> Value {
    json!({
        "via": "api",
        "from_agent": true,
        "sender": { "id": sender.0 },
        "body_text": text,
        "body_html": html(text),
        "external_id": marker,
    })
}

fn source_body(kind: &str, from: Option<&Address>, to: &[Address]) -> Value {
    let mut body = json!({ "type": kind, "to": to.iter().map(address_body).collect::<Vec<_>>() });
    if let Some(from) = from {
        body["from"] = address_body(from);
    }
    body
}

fn address_body(address: &Address) -> Value {
    match &address.name {
        Some(name) => json!({ "name": name, "address": address.address }),
        None => json!({ "address": address.address }),
    }
}

fn reply_subject(subject: &str) -> String {
    let subject = subject.trim();
    let is_reply = subject.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    let whole = if is_reply { subject.to_owned() } else { format!("Re: {subject}") };
    whole.trim_end().chars().take(SUBJECT_CHARACTERS_MAX).collect()
}

/// Plain text as HTML: paragraphs and line breaks, all else escaped. It never holds a link, which chat would not
/// deliver.
pub(super) fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let mut is_open = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            if is_open {
                html.push_str("</p>");
            }
            is_open = false;
            continue;
        }
        html.push_str(if is_open { "<br>" } else { "<p>" });
        is_open = true;
        push_escaped(&mut html, line.trim_end());
    }
    if is_open {
        html.push_str("</p>");
    }
    html
}

fn push_escaped(html: &mut String, line: &str) {
    for character in line.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests;
