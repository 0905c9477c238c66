//! F-24: the customer writes again, days after a handoff.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "days-after-a-handoff",
    title: "Days after a handoff the ticket is assigned to the AI user, and the customer writes again.",
    told: "We stay silent: what was handed off is people's until an operator gives it back.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.hours(72).await;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.customer_adds(ticket, "How does a return work?")?;
    scene.hours(24).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
