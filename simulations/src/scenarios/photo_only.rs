//! F-38: a file without a word.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "photo-only",
    title: "A customer sends a photo and nothing else.",
    told: "We do not claim to have seen it: people have the ticket.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_sends_a_photo()?;
    scene.minutes(2).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
