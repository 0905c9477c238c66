//! F-39: a customer changes the language in mid-thread.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "language-changes",
    title: "A customer asks in English and then in French.",
    told: "What stands around the second answer is French: the language of the latest text counts.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_last_reply_says(ticket, "written by our AI assistant")?;
    scene.customer_adds(ticket, "Bonjour, pouvez-vous me dire combien de temps prend le shipping vers la France ?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 2)?;
    scene.expect_last_reply_says(ticket, SHIPPING)?;
    scene.expect_last_reply_says(ticket, "rédigée par notre assistant IA")
}
