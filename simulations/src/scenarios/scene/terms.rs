//! What Acme's merchant sets, by the keys of `polus policy set`, and what an operator takes back.

use polus_actors::mail::Change;
use polus_core::id::CustomerId;
use polus_core::policy::Policy;

use super::{Scene, Shop, Ticket, Told, unexpected};

impl Scene {
    /// Acme's merchant sets one setting of the policy.
    pub async fn the_merchant_sets(&self, key: &str, value: &str) -> Told {
        self.happens(format!("the merchant of acme sets {key} to {value:?}"));
        let before: Policy = self.state.borrow().policy.clone();
        let mut policy = before.clone();
        policy.set(key, value).map_err(unexpected)?;
        self.change(Change::Policy { made_on: before.version, policy: Box::new(policy.clone()) }).await?;
        policy.version += u32::from(policy != before);
        self.state.borrow_mut().policy = policy;
        Ok(())
    }

    /// Acme's merchant names somebody else who gets tickets when the team cannot: the second agent.
    pub async fn the_merchant_names_a_fallback(&self) -> Told {
        let second = self.shop(Shop::Acme)?.cast.agents[1].to_string();
        self.the_merchant_sets("handoff.fallback_user", &second).await
    }

    /// An operator lets the AI answer the ticket's customer again.
    pub async fn an_operator_lets_the_ai_answer(&self, ticket: Ticket) -> Told {
        self.happens(format!("an operator lets the AI answer the customer of {ticket} again"));
        let customer = self
            .stage
            .quiet_desk(&self.shop(ticket.shop)?.id)
            .ticket(ticket.number)
            .and_then(|ticket| ticket.customer);
        let customer = customer.ok_or_else(|| unexpected(format!("{ticket} has no customer")))?;
        self.change(Change::OptIn(CustomerId(customer))).await
    }
}
