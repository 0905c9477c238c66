//! Preset 3: the AI tries before people are asked.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "the-ai-first",
    title: "A customer wants a person, and insists.",
    told: "The first time we offer to help at once, the second time a person has it.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("handoff.preset", "3").await?;
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "may I try to help you right away")?;
    scene.expect_notes(ticket, 0)?;
    scene.customer_adds(ticket, "No, I want to talk to a human")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 2)?;
    scene.expect_handed_off(ticket)
}
