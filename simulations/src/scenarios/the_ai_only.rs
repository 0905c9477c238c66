//! Preset 0: the shop has nobody who could take over.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "the-ai-only",
    title: "A customer wants a person, twice; the merchant has set that the AI alone answers.",
    told: "The wish is declined in words each time, and the next question is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("handoff.preset", "0").await?;
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "you would rather talk to a person")?;
    scene.customer_adds(ticket, "No, I want to speak to a real person!")?;
    scene.minutes(5).await;
    scene.expect_last_reply_says(ticket, "you would rather talk to a person")?;
    scene.customer_adds(ticket, "Well then, how does a return work?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 3)?;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.expect_notes(ticket, 0)
}
