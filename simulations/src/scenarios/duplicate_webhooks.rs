//! F-01: webhooks that come twice, and hours late.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "duplicate-webhooks",
    title: "Every webhook comes twice, and one of them hours later.",
    told: "The message is answered once; what comes again changes nothing.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.every_webhook_comes_twice()?;
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.the_next_webhook_comes_late(ticket, 3)?;
    scene.customer_adds(ticket, "And how long does shipping take?")?;
    scene.hours(4).await;
    scene.expect_replies(ticket, 2)
}
