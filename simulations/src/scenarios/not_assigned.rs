//! A ticket that is not the AI user's, until it is.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "not-assigned",
    title: "A customer asks, and only later somebody assigns the ticket to the AI user.",
    told: "Nothing happens before the assignment; after it the question is answered once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks_nobody("How does a return work?")?;
    scene.hours(1).await;
    scene.expect_silence(ticket)?;
    scene.expect_told(ticket, "met with silence").await?;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)
}
