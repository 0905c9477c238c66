//! F-40: somebody else has used up the account's calls.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "allowance-used-up",
    title: "Another integration uses up the account's allowance just before our reply is posted.",
    told: "We wait as long as Gorgias asks, and the reply is posted once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(22).await;
    scene.the_allowance_is_used_up(3)?;
    scene.minutes(5).await;
    scene.expect_calls_at_most(20, 5)?;
    scene.expect_replies(ticket, 1)
}
