//! F-02: a reply is posted, and nobody says so.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "lost-response",
    title: "Gorgias takes a reply, and its answer is lost on the way back.",
    told: "The reply is found in the thread by its marker and not posted again.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_response_will_be_lost(ticket)?;
    scene.minutes(5).await;
    scene.expect_told(ticket, "may or may not be on the ticket").await?;
    scene.expect_told(ticket, "its marker in the thread").await?;
    scene.expect_replies(ticket, 1)
}
