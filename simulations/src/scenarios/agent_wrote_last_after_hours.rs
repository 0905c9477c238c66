//! F-29: nobody is there, and an agent wrote the last message.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "agent-wrote-last-after-hours",
    title: "The shop is closed; an agent answers all the same, and nothing comes from the customer after it.",
    told: "An agent's message sets nothing going: the customer is not told that nobody is there.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("hours.monday", "09:00-17:00").await?;
    let ticket = scene.customer_asks_nobody("I want to talk to a human")?;
    scene.minutes(5).await;
    scene.human_replies(ticket, "I am here. What is it about?")?;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.hours(24).await;
    scene.expect_silence(ticket)?;
    scene.expect_notes(ticket, 0)
}
