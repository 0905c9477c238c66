//! A message that comes while the program is down.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "message-while-down",
    title: "A customer writes while the program is down for two hours.",
    told: "Gorgias has given up on the webhook; after the start the message is found and answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.minutes(5).await;
    scene.the_power_goes().await;
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.hours(2).await;
    scene.the_program_starts().await;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)
}
