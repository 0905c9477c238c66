//! F-23: a question that a merge brings to an agent's ticket is the agent's.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "merged-into-an-agents-ticket",
    title: "Gorgias merges a ticket of the AI user into an older one that an agent works on.",
    told: "The agent goes on alone: the answer that was prepared is dropped, and later questions get none.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let agents = scene.customer_asks_the_agent("My parcel came open.")?;
    scene.minutes(10).await;
    scene.human_replies(agents, "Let me see to that.")?;
    scene.hours(2).await;
    let ours = scene.customer_asks("How does a return work?")?;
    scene.seconds(22).await;
    scene.human_merges(ours, agents)?;
    scene.minutes(15).await;
    scene.expect_told(ours, "Gorgias no longer has it").await?;
    scene.expect_silence(agents)?;
    scene.customer_adds(agents, "How long does shipping take?")?;
    scene.hours(1).await;
    scene.expect_silence(agents)
}
