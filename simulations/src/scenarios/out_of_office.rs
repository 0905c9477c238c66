//! F-13: a machine answers our reply.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "out-of-office",
    title: "The customer's mail program answers our reply with an out-of-office note.",
    told: "It is known by its headers and met with silence.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(2).await;
    scene.out_of_office_note_comes(ticket)?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "Auto-Submitted").await?;
    scene.expect_replies(ticket, 1)
}
