//! F-54: no room for the log.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "full-disk",
    title: "The disk is full while a question waits for its answer, and has room again half an hour later.",
    told: "Nothing is posted that the log does not know of; then the question is answered once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(10).await;
    scene.the_disk_fills_up();
    scene.minutes(30).await;
    scene.expect_silence(ticket)?;
    scene.the_disk_works_again();
    scene.minutes(15).await;
    scene.expect_replies(ticket, 1)
}
