//! An operator wants people to have a ticket.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "operator-hands-off",
    title: "An operator asks for a handoff while an answer is thought about.",
    told: "The answer is not posted; the customer is told, and people have the ticket.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(22).await;
    scene.operator_hands_off(ticket).await?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_no_reply_says(ticket, RETURNS)?;
    scene.expect_handed_off(ticket)
}
