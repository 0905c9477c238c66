//! F-02: a reply that arrives after its sender has given up.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "late-post",
    title: "A reply takes effect 25 seconds after it was posted.",
    told: "It is found when it is looked for, and not posted again.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_post_will_land_late(ticket, 25)?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "its marker in the thread").await?;
    scene.expect_replies(ticket, 1)
}
