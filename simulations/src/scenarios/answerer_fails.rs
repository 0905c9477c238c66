//! F-04: the answerer fails in the middle.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "answerer-fails",
    title: "The answerer fails for a few seconds and works again.",
    told: "The question is asked again, and one answer is posted.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_answerer_fails();
    scene.seconds(30).await;
    scene.expect_told(ticket, "the answerer failed").await?;
    scene.expect_silence(ticket)?;
    scene.the_answerer_works_again();
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)
}
