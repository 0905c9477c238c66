//! What people do: customers and agents at the desk, the merchant at the connection, operators at a ticket.

use polus_actors::mail::{Change, Disconnect, OperatorAct, TicketAct};
use polus_core::id::TicketId;
use polus_core::policy::Mode;
use serde_json::json;

use super::{Scene, Shop, Ticket, Told, Unexpected, unexpected};
use crate::gorgias::Desk;
use crate::gorgias::people::{ActError, Assignee, Letter, NewTicket, Written};
use crate::gorgias::seed::Cast;
use crate::people::{change_connection, connect};

/// Who operators and merchants are.
const BY: &str = "the story";

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

/// Customers.
impl Scene {
    /// A customer of Acme asks by e-mail, and the ticket is assigned to the AI user.
    pub fn customer_asks(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Shop::Acme, Owner::Ai, "email", Letter::of(text))
    }

    /// A customer of this shop does.
    pub fn customer_of_asks(&self, shop: Shop, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(shop, Owner::Ai, "email", Letter::of(text))
    }

    /// A customer asks in a chat that is assigned to the AI user.
    pub fn customer_asks_in_chat(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Shop::Acme, Owner::Ai, "chat", Letter::of(text))
    }

    /// A customer asks, and the ticket is assigned to an agent.
    pub fn customer_asks_the_agent(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Shop::Acme, Owner::Agent, "email", Letter::of(text))
    }

    /// A customer asks, and the ticket is assigned to nobody.
    pub fn customer_asks_nobody(&self, text: &str) -> Result<Ticket, Unexpected> {
        self.opens(Shop::Acme, Owner::Nobody, "email", Letter::of(text))
    }

    /// A customer sends a photo without a word.
    pub fn customer_sends_a_photo(&self) -> Result<Ticket, Unexpected> {
        let photo = json!({
            "url": "https://files.example/1", "name": "photo.jpg", "size": 1_000, "content_type": "image/jpeg",
        });
        let letter = Letter { attachments: vec![photo], ..Letter::default() };
        self.opens(Shop::Acme, Owner::Ai, "email", letter)
    }

    /// The ticket's customer writes again.
    pub fn customer_adds(&self, ticket: Ticket, text: &str) -> Told {
        self.happens(format!("the customer of {ticket} writes: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, _| {
            desk.customer_writes(now_ms, ticket.number, Letter::of(text)).map(drop)
        })
    }

    /// The customer's mail program answers that nobody is there.
    pub fn out_of_office_note_comes(&self, ticket: Ticket) -> Told {
        let mut letter =
            Letter::of("How does a return work? I will read your answer when I am back on Monday.");
        self.happens(format!("the customer's mail program answers on {ticket}: {:?}", letter.text));
        letter.headers.insert("Auto-Submitted".to_owned(), json!("auto-replied"));
        self.at_desk(ticket, |desk, now_ms, _| desk.customer_writes(now_ms, ticket.number, letter).map(drop))
    }

    /// Somebody with another address writes on the customer's ticket.
    pub fn somebody_else_writes(&self, ticket: Ticket, (name, email): (&str, &str), text: &str) -> Told {
        self.happens(format!("{name} <{email}> writes on {ticket}: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, _| {
            desk.other_writes(now_ms, ticket.number, (name, email), Letter::of(text)).map(drop)
        })
    }

    fn opens(&self, shop: Shop, owner: Owner, channel: &str, letter: Letter) -> Result<Ticket, Unexpected> {
        let account = self.shop(shop)?;
        let begins = match (channel, letter.text.as_str()) {
            (_, "") => "sends a photo without a word".to_owned(),
            ("chat", text) => format!("asks in a chat: {text:?}"),
            (_, text) => format!("asks by e-mail: {text:?}"),
        };
        let new = NewTicket {
            channel: channel.to_owned(),
            email: "mia@example.org".to_owned(),
            name: "Mia Quill".to_owned(),
            subject: (channel != "chat").then(|| "A question".to_owned()),
            assignee_user: match owner {
                Owner::Ai => Some(account.cast.ai_user),
                Owner::Agent => Some(account.cast.agents[0]),
                Owner::Nobody => None,
            },
            letter,
            ..NewTicket::default()
        };
        let Written { ticket_id, .. } =
            self.stage.desk_of(&account.id).customer_begins(self.now_ms(), new).map_err(unexpected)?;
        let ticket = Ticket { shop, number: ticket_id };
        self.state.borrow_mut().tickets.push(ticket);
        self.happens(format!("a customer {begins}; it is {ticket}, assigned to {}", owner.words()));
        Ok(ticket)
    }
}

/// The shop's people and machines.
impl Scene {
    /// An agent answers the customer.
    pub fn human_replies(&self, ticket: Ticket, text: &str) -> Told {
        self.happens(format!("an agent answers on {ticket}: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, cast| {
            desk.agent_replies(now_ms, ticket.number, cast.agents[0], text).map(drop)
        })
    }

    /// An agent answers from a phone's mail program.
    pub fn human_replies_by_mail(&self, ticket: Ticket, text: &str) -> Told {
        self.happens(format!("an agent answers on {ticket} from a phone's mail program: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, cast| {
            desk.agent_replies_by_mail(now_ms, ticket.number, cast.agents[0], text).map(drop)
        })
    }

    /// An agent writes an internal note.
    pub fn human_notes(&self, ticket: Ticket, text: &str) -> Told {
        self.happens(format!("an agent writes an internal note on {ticket}: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, cast| {
            desk.agent_notes(now_ms, ticket.number, cast.agents[0], text).map(drop)
        })
    }

    /// A rule of the account sends its text.
    pub fn rule_replies(&self, ticket: Ticket, text: &str) -> Told {
        self.happens(format!("a rule of the account answers on {ticket}: {text:?}"));
        self.at_desk(ticket, |desk, now_ms, _| desk.rule_replies(now_ms, ticket.number, 7, text).map(drop))
    }

    /// An agent takes the ticket.
    pub fn human_takes(&self, ticket: Ticket) -> Told {
        self.happens(format!("an agent takes {ticket}"));
        self.at_desk(ticket, |desk, now_ms, cast| {
            desk.assign(now_ms, ticket.number, Assignee::User(cast.agents[0]))
        })
    }

    /// Somebody assigns the ticket to the AI user.
    pub fn human_assigns_to_the_ai(&self, ticket: Ticket) -> Told {
        self.happens(format!("somebody assigns {ticket} to the AI user"));
        self.at_desk(ticket, |desk, now_ms, cast| {
            desk.assign(now_ms, ticket.number, Assignee::User(cast.ai_user))
        })
    }

    /// Somebody closes the ticket.
    pub fn human_closes(&self, ticket: Ticket) -> Told {
        self.happens(format!("somebody closes {ticket}"));
        self.at_desk(ticket, |desk, now_ms, _| desk.close(now_ms, ticket.number))
    }

    fn at_desk(
        &self,
        ticket: Ticket,
        act: impl FnOnce(&mut Desk, i64, &Cast) -> Result<(), ActError>,
    ) -> Told {
        let shop = self.shop(ticket.shop)?;
        act(&mut self.stage.desk_of(&shop.id), self.now_ms(), &shop.cast).map_err(unexpected)
    }
}

/// The merchant and the operators.
impl Scene {
    /// Acme's merchant connects the account and lets the webhook be installed.
    pub async fn merchant_connects(&self) -> Told {
        self.merchant_of_connects(Shop::Acme).await
    }

    /// This shop's merchant does.
    pub async fn merchant_of_connects(&self, shop: Shop) -> Told {
        let account = self.shop(shop)?;
        self.happens(format!("the merchant of {} connects the account", account.id));
        connect(&self.office()?, account).await.map_err(unexpected)
    }

    /// Acme's merchant cuts the connection.
    pub async fn merchant_disconnects(&self) -> Told {
        self.happens("the merchant of acme cuts the connection");
        let wish = Disconnect { connection: self.shop(Shop::Acme)?.id.clone(), by: BY.to_owned() };
        self.office()?.send(wish).await.map_err(unexpected)?.map_err(unexpected)
    }

    /// Acme's merchant pulls the brake.
    pub async fn merchant_pauses(&self) -> Told {
        self.happens("the merchant of acme pulls the brake");
        self.change(Change::Pause).await
    }

    /// Acme's merchant releases the brake.
    pub async fn merchant_releases(&self) -> Told {
        self.happens("the merchant of acme releases the brake");
        self.change(Change::Resume).await
    }

    /// From now on drafts become internal notes, and nothing else happens at Acme.
    pub async fn merchant_only_watches(&self) -> Told {
        self.happens("the merchant of acme sets the mode to shadow");
        self.change(Change::Mode(Mode::Shadow)).await
    }

    /// An operator wants people to have the ticket.
    pub async fn operator_hands_off(&self, ticket: Ticket) -> Told {
        self.happens(format!("an operator hands {ticket} to people"));
        self.operate(ticket, OperatorAct::Handoff).await
    }

    /// An operator gives the ticket back to the AI.
    pub async fn operator_gives_back(&self, ticket: Ticket) -> Told {
        self.happens(format!("an operator gives {ticket} back to the AI"));
        self.operate(ticket, OperatorAct::Resume).await
    }

    async fn change(&self, change: Change) -> Told {
        change_connection(&self.office()?, &self.shop(Shop::Acme)?.id, change).await.map_err(unexpected)
    }

    async fn operate(&self, ticket: Ticket, act: OperatorAct) -> Told {
        let connection = self.shop(ticket.shop)?.id.clone();
        let wish = TicketAct { connection, ticket: TicketId(ticket.number), act, by: BY.to_owned() };
        self.office()?.send(wish).await.map_err(unexpected)?.map_err(unexpected).map(drop)
    }
}
