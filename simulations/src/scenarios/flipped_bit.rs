//! F-54: a bit of the log flips.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "flipped-bit",
    title: "A bit flips in what the log keeps of one of two tickets, and both customers write again.",
    told: "That ticket is put aside with an alarm, and nothing is made up for it; the other goes on.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let damaged = scene.customer_asks("How does a return work?")?;
    let other = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.the_power_goes().await;
    scene.a_bit_flips_in(damaged)?;
    scene.the_program_starts().await;
    scene.minutes(1).await;
    scene.customer_adds(damaged, "How long does shipping take?")?;
    scene.customer_adds(other, "How long does shipping take?")?;
    scene.minutes(15).await;
    scene.expect_alarm("ticket acme/101 is put aside")?;
    scene.expect_replies(damaged, 1)?;
    scene.expect_replies(other, 2)
}
