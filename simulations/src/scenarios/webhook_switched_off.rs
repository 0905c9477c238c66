//! F-09: Gorgias gives up on the webhook and tells nobody.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "webhook-switched-off",
    title: "Nobody takes webhooks for a while, so that Gorgias switches them off; then the way is free again.",
    told: "They are switched on again within minutes, what came meanwhile is found and answered, and then webhooks tell.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.gorgias_gives_up_after(4)?;
    scene.minutes(1).await;
    scene.the_proxy_goes_down();
    let unheard = scene.customer_asks("How does a return work?")?;
    scene.customer_adds(unheard, "I have the receipt.")?;
    scene.customer_adds(unheard, "And the box.")?;
    scene.minutes(2).await;
    scene.expect_a_webhook_is_off()?;
    scene.the_proxy_comes_back();
    let missed = scene.customer_asks("How does a return work?")?;
    scene.minutes(6).await;
    scene.expect_all_webhooks_are_on()?;
    scene.minutes(15).await;
    scene.expect_replies(unheard, 1)?;
    scene.expect_replies(missed, 1)?;
    // Sooner than any walk through Gorgias' changes would find it.
    let heard = scene.customer_asks("How does a return work?")?;
    scene.minutes(1).await;
    scene.expect_replies(heard, 1)
}
