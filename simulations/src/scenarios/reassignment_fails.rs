//! F-05: the last step of a handoff fails for a while.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "reassignment-fails",
    title: "Gorgias fails when a handed-off ticket is to be tagged and given to the team.",
    told: "We are silent from the mark on, and try until both are done.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.changes_of_the_ticket_will_fail(ticket, 3)?;
    scene.minutes(1).await;
    scene.customer_adds(ticket, "How does a return work?")?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "failed, will be tried again").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
