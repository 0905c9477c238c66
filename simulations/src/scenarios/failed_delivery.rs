//! F-45: a reply that cannot be delivered.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "failed-delivery",
    title: "Gorgias takes a reply and later cannot deliver it.",
    told: "A person gets the ticket with a note that says why; the customer is not written to again.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_reply_will_bounce(ticket)?;
    scene.minutes(10).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off_without_a_word(ticket)?;
    scene.expect_note_says(ticket, "550 no such mailbox")
}
