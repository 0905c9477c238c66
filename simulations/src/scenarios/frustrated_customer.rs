//! A customer who is losing patience.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "frustrated-customer",
    title: "A customer says that the answer does not help at all and that time is wasted here.",
    told: "A person gets the ticket before the customer has to ask for one.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_last_reply_says(ticket, RETURNS)?;
    scene.customer_adds(ticket, "That was not helping at all, a waste of my time. Where does the return go?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 2)?;
    scene.expect_handed_off(ticket)?;
    scene.expect_note_says(ticket, "losing patience")
}
