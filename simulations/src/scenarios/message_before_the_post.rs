//! F-12: a message that comes when the answer is ready and not yet posted.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "message-before-the-post",
    title: "A customer writes again while the finished answer waits for its last look at the ticket.",
    told: "That answer is dropped, and one new reply covers both messages.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(2).await;
    scene.the_next_read_will_take(ticket, 5)?;
    scene.until_an_answer_is_ready(ticket).await?;
    scene.customer_adds(ticket, "And how long does shipping take?")?;
    scene.minutes(3).await;
    scene.expect_told(ticket, "is dropped").await?;
    scene.expect_replies(ticket, 1)
}
