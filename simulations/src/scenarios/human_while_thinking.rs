//! F-06: a person answers first.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "human-while-thinking",
    title: "An agent replies while the answer is thought about.",
    told: "Our answer is not posted, and the ticket stays the agent's.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(22).await;
    scene.human_replies(ticket, "Let me see.")?;
    scene.minutes(10).await;
    scene.expect_silence(ticket)?;
    scene.expect_told(ticket, "a person works on it").await?;
    scene.customer_adds(ticket, "Thank you! And how long does shipping take?")?;
    scene.minutes(10).await;
    scene.expect_silence(ticket)
}
