//! F-10: the webhook gets a new address, and calls to the one before are still under way.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "secret-rotated",
    title: "The merchant draws a new secret for the webhook; two webhooks come late to the address before.",
    told: "For two hours that address is as good as the new one; what comes later is taken, and marked.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let (soon, late) =
        (scene.customer_asks("How does a return work?")?, scene.customer_asks("How does a return work?")?);
    scene.minutes(2).await;
    scene.the_next_webhook_comes_late(soon, 1)?;
    scene.the_next_webhook_comes_late(late, 3)?;
    scene.customer_adds(soon, "How long does shipping take?")?;
    scene.customer_adds(late, "How long does shipping take?")?;
    scene.minutes(1).await;
    scene.merchant_rotates_the_secret(2).await?;
    let heard = scene.customer_asks("How long does shipping take?")?;
    scene.minutes(1).await;
    scene.expect_last_reply_says(heard, SHIPPING)?;
    scene.hours(4).await;
    scene.expect_never_told(soon, "at a retired address").await?;
    scene.expect_told(late, "at a retired address").await?;
    scene.expect_replies(soon, 2)?;
    scene.expect_replies(late, 2)
}
