//! A ticket in the bin and one that is gone want no answer, be it under way.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "trashed-or-deleted",
    title: "Of two tickets whose answers are under way one is thrown into the bin and one deleted for good.",
    told: "Neither is answered, and nothing is tried on them again and again.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let trashed = scene.customer_asks("How does a return work?")?;
    let deleted = scene.customer_asks("How long does shipping take?")?;
    scene.seconds(22).await;
    scene.human_trashes(trashed)?;
    scene.human_deletes(deleted)?;
    scene.minutes(15).await;
    scene.expect_silence(trashed)?;
    scene.expect_silence(deleted)?;
    scene.expect_told(deleted, "Gorgias no longer has it").await?;
    scene.hours(1).await;
    scene.expect_calls_at_most(60, 60)
}
