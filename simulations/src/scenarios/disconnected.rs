//! F-47: the connection is cut with a reply under way, and made again the next day.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "disconnected",
    title: "The merchant disconnects with an answer under way, and connects again a day later.",
    told: "Nothing old is answered, neither what waited nor what came meanwhile; what is new is.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(22).await;
    scene.merchant_disconnects().await?;
    scene.hours(1).await;
    scene.customer_adds(ticket, "Is anybody there?")?;
    scene.hours(23).await;
    scene.merchant_connects().await?;
    scene.hours(1).await;
    scene.expect_silence(ticket)?;
    scene.customer_adds(ticket, "How long does shipping take?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, SHIPPING)
}
