//! The answerer never answers somebody who waits in a chat.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "answerer-silent-in-chat",
    title: "A customer asks in a chat, and the answerer says nothing at all.",
    told: "After the ten minutes that a chat may wait, people have it.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_answerer_falls_silent();
    let ticket = scene.customer_asks_in_chat("How does a return work?")?;
    scene.minutes(9).await;
    scene.expect_silence(ticket)?;
    scene.minutes(6).await;
    scene.expect_told(ticket, "the answer was not ready in time").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
