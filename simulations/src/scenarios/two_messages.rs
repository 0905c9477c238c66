//! F-11: a question in two messages.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "two-messages",
    title: "A customer adds a second message after five seconds.",
    told: "One reply covers both.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("Hello, one question")?;
    scene.seconds(5).await;
    scene.customer_adds(ticket, "How does a return work?")?;
    scene.minutes(3).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, RETURNS)
}
