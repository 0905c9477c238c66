//! F-44: the machine's clock is wrong.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "wrong-clock",
    title: "The clock jumps a day ahead, and later an hour behind, while questions wait.",
    told: "Nothing is decided by comparing our clock with Gorgias': each question has one end.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ahead = scene.customer_asks("How does a return work?")?;
    scene.minutes(2).await;
    scene.the_clock_is_wrong_by(24 * 60);
    scene.customer_adds(ahead, "How long does shipping take?")?;
    scene.minutes(5).await;
    scene.the_clock_is_wrong_by(-60);
    let behind = scene.customer_asks("How does a return work?")?;
    scene.hours(2).await;
    scene.the_clock_is_wrong_by(0);
    scene.hours(26).await;
    scene.expect_replies(ahead, 2)?;
    scene.expect_replies(behind, 1)
}
