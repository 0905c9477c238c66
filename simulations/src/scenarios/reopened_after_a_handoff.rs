//! F-25: a handed-off ticket is closed and comes back.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "reopened-after-a-handoff",
    title: "An agent closes a handed-off ticket, and the customer asks for a human once more.",
    told: "There is no second handoff and no reply of ours.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(5).await;
    scene.human_closes(ticket)?;
    scene.hours(5).await;
    scene.customer_adds(ticket, "I want to talk to a human, please!")?;
    scene.hours(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
