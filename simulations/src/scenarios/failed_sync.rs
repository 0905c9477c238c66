//! F-54: a disk that cannot say what is safe.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "failed-sync",
    title: "The disk stops syncing for a minute, so that nobody knows what of the log is safe.",
    told: "The program ends rather than act on it; started again, it answers the question once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(10).await;
    scene.the_disk_stops_syncing();
    scene.minutes(1).await;
    scene.expect_silence(ticket)?;
    scene.the_disk_works_again();
    scene.minutes(20).await;
    scene.expect_replies(ticket, 1)
}
