//! A question that the shop's articles answer.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "question-answered",
    title: "A customer asks a question that the articles answer.",
    told: "The customer gets one reply, and the ticket stays with the AI.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(15).await;
    scene.expect_silence(ticket)?; // Perhaps the customer has more to say.
    scene.minutes(2).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "Hi Mia,")?;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.expect_notes(ticket, 0)
}
