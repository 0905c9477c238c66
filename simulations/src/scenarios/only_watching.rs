//! Shadow mode: what we would have said.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "only-watching",
    title: "The merchant lets the AI only watch; one customer asks what we know, another wants a human.",
    told: "The draft becomes an internal note; customers hear nothing, and no ticket moves.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.merchant_only_watches().await?;
    let known = scene.customer_asks("How does a return work?")?;
    let human = scene.customer_asks("I want to talk to a human")?;
    scene.hours(1).await;
    scene.expect_silence(known)?;
    scene.expect_notes(known, 1)?;
    scene.expect_note_says(known, "Draft, not sent to the customer")?;
    scene.expect_note_says(known, RETURNS)?;
    scene.expect_silence(human)?;
    scene.expect_notes(human, 0)
}
