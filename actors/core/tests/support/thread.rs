//! A tiny model of one ticket in Gorgias: what people, rules and our own posts did to it, and what a read shows.

use std::collections::BTreeSet;

use polus_core::id::{CustomerId, MessageId, TicketId, UserId};
use polus_core::snapshot::{
    ChannelAddress, Customer, Delivery, Message, MessagePersonal, TicketFields, TicketSnapshot,
};
use polus_core::time::Time;

pub const TICKET: TicketId = TicketId(7);
pub const AI: UserId = UserId(1);
pub const ANNA: UserId = UserId(2);
pub const CUSTOMER: CustomerId = CustomerId(50);
pub const CUSTOMER_EMAIL: &str = "carl@example.com";
pub const INSTALLATION: &str = "home";

/// The highest message there was when the connection was made.
pub const GO_LIVE: MessageId = MessageId(100);

/// A ticket as Gorgias has it.
#[derive(Debug, Clone)]
pub struct Thread {
    pub fields: TicketFields,
    pub messages: Vec<Message>,
    /// Messages that reads do not show (yet).
    pub hidden: BTreeSet<MessageId>,
    pub gone: bool,
    next: i64,
}

impl Thread {
    /// An empty e-mail ticket, assigned to the AI user.
    pub fn new() -> Self {
        let customer = Customer {
            id: CUSTOMER,
            email: Some(CUSTOMER_EMAIL.to_owned()),
            name: Some("Carl Example".to_owned()),
            first_name: None,
            addresses: vec![ChannelAddress {
                channel: "email".to_owned(),
                address: "carl@work.example".to_owned(),
            }],
        };
        let fields = TicketFields {
            channel: "email".to_owned(),
            assignee: Some(AI),
            customer: Some(customer),
            subject: Some("Question".to_owned()),
            // Nowhere near the clock of the stories: no decision may compare the two.
            updated_at: Time(1_000_000_000_000),
            ..TicketFields::default()
        };
        Self { fields, messages: Vec::new(), hidden: BTreeSet::new(), gone: false, next: GO_LIVE.0 + 1 }
    }

    /// What a read shows now.
    pub fn snapshot(&self) -> TicketSnapshot {
        let shown = self.messages.iter().filter(|message| !self.hidden.contains(&message.id));
        TicketSnapshot { ticket: TICKET, fields: self.fields.clone(), messages: shown.cloned().collect() }
    }

    /// Changes the fields; Gorgias moves the time of the last change.
    pub fn change(&mut self, change: impl FnOnce(&mut TicketFields)) {
        change(&mut self.fields);
        self.fields.updated_at.0 += 1_000;
    }

    /// Adds a message with the next number.
    pub fn write(&mut self, shape: impl FnOnce(&mut Message)) -> MessageId {
        let id = MessageId(self.next);
        self.next += 1;
        self.write_as(id, shape)
    }

    /// Adds a message with a number of its own, as a merge does.
    pub fn write_as(&mut self, id: MessageId, shape: impl FnOnce(&mut Message)) -> MessageId {
        self.fields.updated_at.0 += 1_000;
        let mut message = Message {
            id,
            from_agent: false,
            public: true,
            channel: self.fields.channel.clone(),
            via: "email".to_owned(),
            rule: None,
            external_id: None,
            integration: None,
            sender: None,
            created_at: self.fields.updated_at,
            delivery: Delivery::Pending,
            headers: Default::default(),
            attachments: Vec::new(),
            personal: MessagePersonal::default(),
        };
        shape(&mut message);
        self.messages.push(message);
        self.messages.sort_by_key(|message| message.id);
        id
    }

    pub fn customer(&mut self, text: &str) -> MessageId {
        self.write(|message| {
            message.sender = Some(CUSTOMER.0);
            message.personal.sender_email = Some(CUSTOMER_EMAIL.to_owned());
            message.personal.text = text.to_owned();
        })
    }

    pub fn person(&mut self, text: &str, public: bool) -> MessageId {
        self.write(|message| {
            message.from_agent = true;
            message.public = public;
            message.via = "helpdesk".to_owned();
            message.sender = Some(ANNA.0);
            message.personal.text = text.to_owned();
        })
    }

    pub fn rule(&mut self, text: &str) -> MessageId {
        self.write(|message| {
            message.from_agent = true;
            message.via = "rule".to_owned();
            message.rule = Some(3);
            message.personal.text = text.to_owned();
        })
    }

    /// A message by the API, with whatever marker its writer set.
    pub fn api(&mut self, marker: Option<&str>, text: &str, public: bool) -> MessageId {
        self.write(|message| {
            message.from_agent = true;
            message.public = public;
            message.via = "api".to_owned();
            message.sender = Some(AI.0);
            message.external_id = marker.map(str::to_owned);
            message.personal.text = text.to_owned();
        })
    }

    pub fn message_mut(&mut self, id: MessageId) -> &mut Message {
        self.messages.iter_mut().find(|message| message.id == id).expect("the thread has the message")
    }

    pub fn newest(&self) -> MessageId {
        self.messages.last().map_or(GO_LIVE, |message| message.id)
    }

    /// Messages that carry `marker`.
    pub fn carrying(&self, marker: &str) -> usize {
        self.messages.iter().filter(|message| message.external_id.as_deref() == Some(marker)).count()
    }

    /// Texts of our own public messages, oldest first.
    pub fn told_by_us(&self) -> Vec<&str> {
        let ours = format!("polus:{INSTALLATION}:{TICKET}:");
        let is_ours = |message: &&Message| {
            message.public && message.external_id.as_ref().is_some_and(|marker| marker.starts_with(&ours))
        };
        self.messages.iter().filter(is_ours).map(|message| message.personal.text.as_str()).collect()
    }
}
