//! F-22: an older question comes to a ticket by a merge; whose words are whose is for people to see.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "merged-into-a-newer-ticket",
    title: "An older ticket is merged into a newer one while both are being answered.",
    told: "No answer that was made for one question alone goes out; people get the ticket that is left.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let gone = scene.customer_asks("How does a return work?")?;
    scene.seconds(2).await;
    let left = scene.customer_asks("How long does shipping take?")?;
    scene.seconds(18).await;
    scene.human_merges(gone, left)?;
    scene.minutes(15).await;
    scene.expect_told(gone, "Gorgias no longer has it").await?;
    scene.expect_silence(left)?;
    scene.expect_handed_off_without_a_word(left)
}
