//! An operator hands off while nobody knows whether a reply was posted.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "handoff-while-unclear",
    title: "An operator asks for a handoff while a reply may or may not be on the ticket.",
    told: "First the reply is found; then people get the ticket without another public word.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_response_will_be_lost(ticket)?;
    scene.seconds(30).await;
    scene.operator_hands_off(ticket).await?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "its marker in the thread").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.expect_handed_off_without_a_word(ticket)
}
