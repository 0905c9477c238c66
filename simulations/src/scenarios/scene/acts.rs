//! What the shop does: agents, admins and rules at the desk, the merchant at the connection, operators at a ticket.

use std::time::Duration;

use polus_actors::mail::{Change, Disconnect, OperatorAct, TicketAct, WebhookAct};
use polus_core::id::TicketId;
use polus_core::policy::Mode;

use super::{BY, Scene, Shop, Ticket, Told, unexpected};
use crate::gorgias::Desk;
use crate::gorgias::people::{ActError, Assignee};
use crate::gorgias::seed::Cast;
use crate::people::{change_connection, change_webhook, connect};

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

    /// Somebody merges one ticket into another; the first is gone afterwards.
    pub fn human_merges(&self, from: Ticket, into: Ticket) -> Told {
        self.happens(format!("somebody merges {from} into {into}"));
        self.at_desk(into, |desk, now_ms, _| desk.merge(now_ms, from.number, into.number))
    }

    /// Somebody throws the ticket into the bin.
    pub fn human_trashes(&self, ticket: Ticket) -> Told {
        self.happens(format!("somebody throws {ticket} into the bin"));
        self.at_desk(ticket, |desk, now_ms, _| desk.trash(now_ms, ticket.number))
    }

    /// Somebody deletes the ticket for good.
    pub fn human_deletes(&self, ticket: Ticket) -> Told {
        self.happens(format!("somebody deletes {ticket} for good"));
        self.at_desk(ticket, |desk, now_ms, _| desk.delete(now_ms, ticket.number))
    }

    /// Somebody puts a tag on the ticket.
    pub fn human_tags(&self, ticket: Ticket, tag: &str) -> Told {
        self.happens(format!("somebody tags {ticket} with {tag:?}"));
        self.at_desk(ticket, |desk, now_ms, _| desk.tag(now_ms, ticket.number, tag))
    }

    /// An admin of Acme deletes the team that gets handed-off tickets.
    pub fn admin_deletes_the_team(&self) -> Told {
        self.happens("an admin of acme deletes the team that gets handed-off tickets");
        let shop = self.shop(Shop::Acme)?;
        self.stage.desk_of(&shop.id).delete_team(self.now_ms(), shop.cast.team).map_err(unexpected)
    }

    /// An admin of Acme deactivates the AI user: its tickets are nobody's, and its key does not work.
    pub fn admin_deactivates_the_ai_user(&self) -> Told {
        self.happens("an admin of acme deactivates the AI user: its tickets are nobody's");
        let shop = self.shop(Shop::Acme)?;
        self.stage.desk_of(&shop.id).deactivate_user(self.now_ms(), shop.cast.ai_user).map_err(unexpected)
    }

    /// An admin of Acme activates it again; its tickets stay whose they are.
    pub fn admin_activates_the_ai_user(&self) -> Told {
        self.happens("an admin of acme activates the AI user again");
        let shop = self.shop(Shop::Acme)?;
        self.stage.desk_of(&shop.id).activate_user(self.now_ms(), shop.cast.ai_user).map_err(unexpected)
    }

    pub(super) fn at_desk(
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

    /// Acme's merchant draws a new secret for the webhook; the one before is good for so many hours.
    pub async fn merchant_rotates_the_secret(&self, hours: u64) -> Told {
        self.happens(format!(
            "the merchant of acme draws a new secret for the webhook; the one before is good for {hours} hours"
        ));
        let act = WebhookAct::Rotate { overlap: Duration::from_secs(hours * 3_600) };
        change_webhook(&self.office()?, &self.shop(Shop::Acme)?.id, act).await.map_err(unexpected)
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

    pub(super) async fn change(&self, change: Change) -> Told {
        change_connection(&self.office()?, &self.shop(Shop::Acme)?.id, change).await.map_err(unexpected)
    }

    async fn operate(&self, ticket: Ticket, act: OperatorAct) -> Told {
        let connection = self.shop(ticket.shop)?.id.clone();
        let wish = TicketAct { connection, ticket: TicketId(ticket.number), act, by: BY.to_owned() };
        self.office()?.send(wish).await.map_err(unexpected)?.map_err(unexpected).map(drop)
    }
}
