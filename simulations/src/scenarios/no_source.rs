//! F-30: a question that no article answers.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "no-source",
    title: "A customer asks what no article answers, and presses.",
    told: "Nothing is invented: people have the ticket, and pressing changes nothing.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("Do you sell submarines?")?;
    scene.minutes(2).await;
    scene.expect_handed_off(ticket)?;
    scene.expect_note_says(ticket, "Do you sell submarines?")?;
    scene.customer_adds(ticket, "Just say yes or no!")?;
    scene.minutes(10).await;
    scene.expect_replies(ticket, 1)
}
