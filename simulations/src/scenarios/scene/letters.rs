//! What customers write, and the machines that write like customers.

use serde_json::json;

use super::{CUSTOMER, Scene, Shop, Ticket, Told, Unexpected, unexpected};
use crate::gorgias::machines::AnsweringMachine;
use crate::gorgias::people::{Letter, NewTicket, Written};

/// The customer of every ticket that names no other.
const MIA: (&str, &str) = ("Mia Quill", CUSTOMER);

/// How fast a machine answers, milliseconds, and how often at most: far more often than any story lets it.
const MACHINE: AnsweringMachine = AnsweringMachine { after_ms: 5_000, answers_max: 12 };

/// Who has a ticket when it is opened.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Ai,
    Agent,
    Nobody,
}

impl Owner {
    fn words(self) -> &'static str {
        match self {
            Self::Ai => "the AI user",
            Self::Agent => "an agent",
            Self::Nobody => "nobody",
        }
    }
}

/// How a ticket begins.
struct Opening<'a> {
    shop: Shop,
    owner: Owner,
    channel: &'a str,
    by: (&'a str, &'a str),
    subject: &'a str,
    tags: &'a [&'a str],
    letter: Letter,
}

impl Opening<'_> {
    /// By Mia, by e-mail, at Acme, for the AI user.
    fn of(letter: Letter) -> Self {
        Self {
            shop: Shop::Acme,
            owner: Owner::Ai,
            channel: "email",
            by: MIA,
            subject: "A question",
            tags: &[],
            letter,
        }
    }
}

/// Customers.
impl Scene {
    /// A customer of Acme asks by e-mail, and the ticket is assigned to the AI user. It is the same customer each time.
    pub fn customer_asks(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening::of(Letter::of(text)))
    }

    /// A customer of this shop does.
    pub fn customer_of_asks(&self, shop: Shop, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { shop, ..Opening::of(Letter::of(text)) })
    }

    /// Another customer of Acme does: name and address.
    pub fn another_customer_asks(&self, by: (&str, &str), text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { by, ..Opening::of(Letter::of(text)) })
    }

    /// A customer asks, and a rule of the account tags the ticket at once.
    pub fn customer_asks_with_tag(&self, tag: &str, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { tags: &[tag], ..Opening::of(Letter::of(text)) })
    }

    /// A customer asks in a chat that is assigned to the AI user.
    pub fn customer_asks_in_chat(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { channel: "chat", ..Opening::of(Letter::of(text)) })
    }

    /// A customer asks, and the ticket is assigned to an agent.
    pub fn customer_asks_the_agent(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { owner: Owner::Agent, ..Opening::of(Letter::of(text)) })
    }

    /// A customer asks, and the ticket is assigned to nobody.
    pub fn customer_asks_nobody(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { owner: Owner::Nobody, ..Opening::of(Letter::of(text)) })
    }

    /// A customer sends a photo without a word.
    pub fn customer_sends_a_photo(&self) -> Result<Ticket, Unexpected> {
        let photo = json!({
            "url": "https://files.example/1", "name": "photo.jpg", "size": 1_000, "content_type": "image/jpeg",
        });
        self.opens(Opening::of(Letter { attachments: vec![photo], ..Letter::default() }))
    }

    /// A customer asks in a mail whose HTML hides more than it shows.
    pub fn customer_asks_in_html(&self, text: &str, html: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening::of(Letter { html: Some(html.to_owned()), ..Letter::of(text) }))
    }

    /// The ticket's customer writes again.
    pub fn customer_adds(&self, ticket: Ticket, text: &str) -> Told {
        self.happens(format!("the customer of {ticket} writes: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, _| {
            desk.customer_writes(now_ms, ticket.number, Letter::of(text)).map(drop)
        })
    }

    /// Somebody with another address writes on the customer's ticket.
    pub fn somebody_else_writes(&self, ticket: Ticket, (name, email): (&str, &str), text: &str) -> Told {
        self.happens(format!("{name} <{email}> writes on {ticket}: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, _| {
            desk.other_writes(now_ms, ticket.number, (name, email), Letter::of(text)).map(drop)
        })
    }
}

/// Machines.
impl Scene {
    /// The customer's mail program answers that nobody is there.
    pub fn out_of_office_note_comes(&self, ticket: Ticket) -> Told {
        let mut letter =
            Letter::of("How does a return work? I will read your answer when I am back on Monday.");
        self.happens(format!("the customer's mail program answers on {ticket}: {:?}", letter.text));
        letter.headers.insert("Auto-Submitted".to_owned(), json!("auto-replied"));
        self.at_desk(ticket, |desk, now_ms, _| desk.customer_writes(now_ms, ticket.number, letter).map(drop))
    }

    /// A machine's mail becomes a ticket of the AI user; no header tells that it is one.
    pub fn mail_comes(&self, by: (&str, &str), subject: &str, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Opening { by, subject, ..Opening::of(Letter::of(text)) })
    }

    /// From now on the ticket's customer turns out to be a machine that answers each of our replies within seconds.
    pub fn a_machine_answers_for_the_customer(&self, ticket: Ticket) -> Told {
        self.will_happen(format!(
            "a machine answers each of our replies on {ticket}, and never says that it is one"
        ));
        self.at_desk(ticket, |desk, _, _| {
            desk.machine_answers(ticket.number, MACHINE);
            Ok(())
        })
    }

    fn opens(&self, opening: Opening<'_>) -> Result<Ticket, Unexpected> {
        let Opening { shop, owner, channel, by: (name, email), subject, tags, letter } = opening;
        let account = self.shop(shop)?;
        let who = if email == MIA.1 { "a customer".to_owned() } else { format!("{name} <{email}>") };
        let begins = match (channel, letter.text.as_str()) {
            (_, "") => "sends a photo without a word".to_owned(),
            ("chat", text) => format!("asks in a chat: {text:?}"),
            (_, text) => format!("asks by e-mail: {text:?}"),
        };
        let new = NewTicket {
            channel: channel.to_owned(),
            email: email.to_owned(),
            name: name.to_owned(),
            subject: (channel != "chat").then(|| subject.to_owned()),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            assignee_user: match owner {
                Owner::Ai => Some(account.cast.ai_user),
                Owner::Agent => Some(account.cast.agents[0]),
                Owner::Nobody => None,
            },
            letter,
        };
        let Written { ticket_id, .. } =
            self.stage.desk_of(&account.id).customer_begins(self.now_ms(), new).map_err(unexpected)?;
        let ticket = Ticket { shop, number: ticket_id };
        self.state.borrow_mut().tickets.push(ticket);
        let tagged = if tags.is_empty() { String::new() } else { format!(", tagged {}", tags.join(", ")) };
        self.happens(format!("{who} {begins}; it is {ticket}, assigned to {}{tagged}", owner.words()));
        Ok(ticket)
    }
}
