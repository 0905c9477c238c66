//! F-46: the key is revoked, and works again.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "revoked-key",
    title: "The key is revoked while a question waits, and restored an hour later.",
    told: "Meanwhile Gorgias is hardly called; then the question is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.minutes(5).await;
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(10).await;
    scene.the_key_is_revoked()?;
    scene.hours(1).await;
    scene.expect_calls_at_most(40, 30)?;
    scene.expect_silence(ticket)?;
    scene.the_key_is_restored()?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)
}
