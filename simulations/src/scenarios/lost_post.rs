//! F-02: a reply that never arrived.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "lost-post",
    title: "A reply is lost on the way to Gorgias, and nobody says so.",
    told: "Two looks at the thread do not find it; then the same text is posted once more.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_post_will_be_lost(ticket)?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "is not on the ticket").await?;
    scene.expect_told(ticket, "attempt 2").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "(No. 1.)") // Drafted once.
}
