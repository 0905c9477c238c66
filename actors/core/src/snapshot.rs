//! What one read of Gorgias showed, in our words: the input of every judgement. Gorgias' own field names end in
//! `gorgias.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{CustomerId, IntegrationId, MessageId, TeamId, TicketId, UserId};
use crate::time::Time;

/// A ticket with all of its messages, as one read showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketSnapshot {
    /// Its number.
    pub ticket: TicketId,
    /// All but the messages.
    pub fields: TicketFields,
    /// The messages, by id.
    pub messages: Vec<Message>,
}

/// What a ticket is beside its messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketFields {
    /// When Gorgias last changed it, by Gorgias' clock. An older read never overwrites a newer one.
    pub updated_at: Time,
    /// Closed (a snoozed ticket counts as closed until it wakes).
    pub closed: bool,
    /// In the trash.
    pub trashed: bool,
    /// Marked as spam.
    pub spam: bool,
    /// Channel of the first message: `email`, `chat`, or any other slug.
    pub channel: String,
    /// Whom it is assigned to.
    pub assignee: Option<UserId>,
    /// The team it is assigned to.
    pub team: Option<TeamId>,
    /// Language as Gorgias detected it, for example `en`.
    pub language: Option<String>,
    /// Names of its tags.
    pub tags: BTreeSet<String>,
    /// The conversation in the chat integration that replies go to, for chat tickets that say so.
    pub chat_conversation: Option<String>,
    /// Channels Gorgias lists, and whether a reply on them is possible now. Empty when it lists none.
    pub answerable: BTreeMap<String, bool>,
    /// The customer; personal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The subject; personal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl TicketFields {
    /// Whether a message is from the ticket's customer, by Gorgias' own identity or one of the customer's addresses, and
    /// what tells.
    pub fn is_from_customer(&self, message: &Message) -> (bool, &'static str) {
        let Some(customer) = &self.customer else { return (false, "the ticket names no customer") };
        if message.sender == Some(customer.id.0) {
            return (true, "the sender is the ticket's customer");
        }
        let Some(sender) = message.personal.sender_email.as_deref() else {
            return (false, "the sender is not the ticket's customer and has no address");
        };
        let same = |address: &str| address.trim().to_lowercase() == sender.trim().to_lowercase();
        let addresses = customer.addresses.iter().map(|channel| channel.address.as_str());
        match customer.email.as_deref().into_iter().chain(addresses).any(same) {
            true => (true, "the sender's address is one of the customer's"),
            false => (false, "the sender's address is none of the customer's"),
        }
    }
}

/// The customer of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its number.
    pub id: CustomerId,
    /// Main e-mail address.
    pub email: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// First name, where known.
    pub first_name: Option<String>,
    /// All known addresses.
    #[serde(default)]
    pub addresses: Vec<ChannelAddress>,
}

/// An address of a customer on some channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelAddress {
    /// Kind of channel, for example `email` or `chat`.
    pub channel: String,
    /// The address there.
    pub address: String,
}

/// One message of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// Written by the shop's side (a person, a rule, an app, us).
    pub from_agent: bool,
    /// Visible to the customer; an internal note is not.
    pub public: bool,
    /// Channel slug.
    pub channel: String,
    /// How it came into Gorgias: `helpdesk` when typed by a person, `rule`, `api`, or a channel.
    pub via: String,
    /// The rule that sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<i64>,
    /// The marker its writer set; ours begin with `polus:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The integration it came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<IntegrationId>,
    /// Number of the sender: a user's when `from_agent`, else a customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<i64>,
    /// When it was written, by Gorgias' clock.
    pub created_at: Time,
    /// How far its sending is.
    #[serde(default)]
    pub delivery: Delivery,
    /// The headers that tell automated mail, lower-case names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Attached files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What a person wrote and where it came from; personal.
    #[serde(default, skip_serializing_if = "MessagePersonal::is_empty")]
    pub personal: MessagePersonal,
}

/// The personal part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessagePersonal {
    /// Its new text, without quoted history; plain.
    pub text: String,
    /// The subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Sender's e-mail address, where the channel has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_email: Option<String>,
    /// Sender's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    /// Where it came from and went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Orders to the machine that stand where a reader does not see them; empty for all but customers' messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_orders: Vec<String>,
}

impl MessagePersonal {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The route of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Gorgias' kind of source, for example `email` or `chat`; not always the channel.
    pub kind: String,
    /// From whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Address>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Address>,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address on the channel.
    pub address: String,
}

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its content type, for example `image/png`.
    pub content_type: String,
    /// Its size in bytes, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// How far the sending of a message is; inbound messages and notes stay `Pending`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Gorgias has it and has not said more.
    #[default]
    Pending,
    /// Sent.
    Sent,
    /// Sending failed, with Gorgias' reason.
    Failed(String),
}
