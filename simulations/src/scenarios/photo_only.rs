//! F-38: a file without a word.

use super::{Scenario, Scene, Told};

/// What the final reply of a handoff says of a file.
const ARRIVED: &str = "Your file has arrived with us as well; a person will look at it.";

pub const SCENARIO: Scenario = Scenario {
    name: "photo-only",
    title: "A customer sends a photo and nothing else; another one asks for a person without any file.",
    told: "We say that the photo came, claim nothing of what it shows, and people have the ticket.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_sends_a_photo()?;
    scene.minutes(2).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, ARRIVED)?;
    scene.expect_handed_off(ticket)?;
    let without = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(2).await;
    scene.expect_handed_off(without)?;
    scene.expect_no_reply_says(without, ARRIVED)
}
