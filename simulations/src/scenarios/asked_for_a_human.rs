//! F-27: the first thing a customer says is that a person is wanted.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "asked-for-a-human",
    title: "A customer begins with the wish for a human.",
    told: "At once the customer is told and people have the ticket, with a note that no question was given.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.seconds(15).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)?;
    scene.expect_left_to_people(ticket)?;
    scene.expect_note_says(ticket, "No question given.")
}
