//! F-18: somebody on copy joins in.

use super::{CUSTOMER, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "copied-person",
    title: "Somebody on copy writes on the customer's ticket.",
    told: "Only the ticket's customer is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(2).await;
    scene.somebody_else_writes(
        ticket,
        ("Sven Strand", "sven@example.net"),
        "How long does shipping take?",
    )?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "the sender's address is none of the customer's").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_replies_went_to(ticket, CUSTOMER)
}
