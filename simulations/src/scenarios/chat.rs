//! A chat does not wait as long as an e-mail.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "chat",
    title: "A customer asks in a chat, in two messages.",
    told: "Once it was quiet for three seconds, one reply covers both.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks_in_chat("Hello")?;
    scene.seconds(2).await;
    scene.customer_adds(ticket, "How does a return work?")?;
    scene.seconds(2).await;
    scene.expect_silence(ticket)?;
    scene.seconds(10).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, RETURNS)
}
