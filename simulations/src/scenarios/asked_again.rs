//! The same question once more, after its answer.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "asked-again",
    title: "A customer asks in nearly the same words what was answered.",
    told: "The answer did not help, and the same one would not either: a person has it.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return of the blue lamp work?")?;
    scene.minutes(5).await;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.customer_adds(ticket, "How does a return of the blue lamp work??")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 2)?;
    scene.expect_handed_off(ticket)?;
    scene.expect_note_says(ticket, "asks again what was answered")
}
