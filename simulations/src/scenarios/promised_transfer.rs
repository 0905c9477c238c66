//! F-26: an answer that says that a person comes.

use polus_core::receipt::Gate;

use super::{PROMISE, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "promised-transfer",
    title: "The answer that is found for a question promises that a colleague takes over.",
    told: "It is not sent; people have the ticket, so that what it promised comes true all the same.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("Can you engrave a name into the stand?")?;
    scene.minutes(2).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_no_reply_says(ticket, "transferring you")?;
    scene.expect_handed_off(ticket)?;
    scene.expect_note_says(ticket, PROMISE)?;
    scene.expect_receipt(ticket, Gate::NoPromise, "I am transferring you to a colleague").await?;
    scene.customer_adds(ticket, "And what would it cost?")?;
    scene.minutes(10).await;
    scene.expect_replies(ticket, 1)
}
