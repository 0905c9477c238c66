//! The brake is pulled at the last moment.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "paused-at-the-fence",
    title: "The merchant pauses while the finished answer takes its last look at the ticket.",
    told: "It is not posted until the merchant releases the brake, and then once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(2).await;
    scene.the_next_read_will_take(ticket, 3)?;
    scene.until_an_answer_is_ready(ticket).await?;
    scene.merchant_pauses().await?;
    scene.hours(1).await;
    scene.expect_silence(ticket)?;
    scene.merchant_releases().await?;
    scene.minutes(2).await;
    scene.expect_replies(ticket, 1)
}
