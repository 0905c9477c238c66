//! F-47: the connection is cut with a reply under way, and made again the next day.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "disconnected",
    title: "The merchant disconnects while an answer is thought about, a customer writes, and a day later it is connected again.",
    told: "Nothing old is answered: neither what waited nor what came in between. What comes afterwards is.",
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
