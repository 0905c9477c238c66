//! F-19: another customer's mail lands on the ticket.

use super::{CUSTOMER, RETURNS, SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "foreign-mail",
    title: "Another customer's mail is threaded in by the ticket's number in its subject.",
    told: "Our reply covers the first customer's question alone; the other mail is met with silence.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(5).await;
    scene.somebody_else_writes(ticket, ("Tora Lund", "tora@example.net"), "Is shipping of my order done?")?;
    scene.minutes(10).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_replies_went_to(ticket, CUSTOMER)?;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.expect_no_reply_says(ticket, SHIPPING)
}
