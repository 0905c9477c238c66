//! F-29: nothing of the shop's own ever calls for an answer.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "agent-wrote-last",
    title: "An agent answers and goes home; in the evening the ticket is assigned to the AI user.",
    told: "The agent wrote last, so there is nothing to answer.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks_the_agent("How does a return work?")?;
    scene.minutes(10).await;
    scene.human_replies(ticket, "You will hear from us tomorrow.")?;
    scene.human_notes(ticket, "Writes every week.")?;
    scene.hours(3).await;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.hours(12).await;
    scene.expect_silence(ticket)?;
    scene.expect_notes(ticket, 0)
}
