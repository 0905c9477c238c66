//! F-22: a merge moves a question to another ticket while its answer is prepared; the answer follows the question.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "merged-into-an-older-ticket",
    title: "A ticket is merged into an older one of its customer while its answer is prepared.",
    told: "What was prepared for the ticket that is gone is dropped; the one that is left gets one answer.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let left = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_replies(left, 1)?;
    let gone = scene.customer_asks("How long does shipping take?")?;
    scene.seconds(22).await;
    scene.human_merges(gone, left)?;
    scene.minutes(15).await;
    scene.expect_told(gone, "Gorgias no longer has it").await?;
    scene.expect_replies(left, 2)?;
    scene.expect_last_reply_says(left, SHIPPING)
}
