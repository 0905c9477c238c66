//! The answerer never answers.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "answerer-silent",
    title: "A customer asks, and the answerer says nothing at all.",
    told: "After the day that an e-mail may wait, people have it.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_answerer_falls_silent();
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.hours(23).await;
    scene.expect_silence(ticket)?;
    scene.hours(2).await;
    scene.expect_told(ticket, "the answer was not ready in time").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
