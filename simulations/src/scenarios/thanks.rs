//! Thanks, and nothing else.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "thanks",
    title: "A customer thanks for the answer.",
    told: "Thanks ask for nothing: no reply, no handoff.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.customer_adds(ticket, "Thank you very much!")?;
    scene.hours(1).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_notes(ticket, 0)?;
    scene.expect_told(ticket, "met with silence").await
}
