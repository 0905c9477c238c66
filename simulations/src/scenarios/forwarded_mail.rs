//! F-21: a colleague forwards a customer's mail.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "forwarded-mail",
    title: "A colleague forwards another customer's question to the ticket.",
    told: "The forwarder is not the customer: silence.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(2).await;
    let forwarded = "Fwd: How long does shipping take?";
    scene.somebody_else_writes(ticket, ("Ana Agent", "ana@acme.example"), forwarded)?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "the sender's address is none of the customer's").await?;
    scene.expect_replies(ticket, 1)
}
