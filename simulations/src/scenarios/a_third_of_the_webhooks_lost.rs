//! F-09: no message depends on its webhook; a lost one costs minutes, and nothing else.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "a-third-of-the-webhooks-lost",
    title: "A third of all webhooks is lost on the way, and customers of eight tickets write again and again.",
    told: "Each message gets one answer: at once where its webhook came, within minutes where it did not.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.webhooks_are_lost(33)?;
    let mut asked = Vec::new();
    for _ in 0..8 {
        asked.push(scene.customer_asks("How does a return work?")?);
        scene.minutes(6).await;
    }
    for ticket in &asked {
        scene.customer_adds(*ticket, "How long does shipping take?")?;
        scene.minutes(6).await;
    }
    for ticket in asked {
        scene.expect_replies(ticket, 2)?;
        scene.expect_last_reply_says(ticket, SHIPPING)?;
    }
    scene.expect_messages_missed().await
}
