//! F-03: the program dies between a message and its answer.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "crash-while-thinking",
    title: "The power flickers when the message was taken in, and again while its answer is thought about.",
    told: "The log knows what is owed: the message is answered once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(2).await;
    scene.the_power_flickers().await;
    scene.seconds(20).await;
    scene.the_power_flickers().await;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)
}
