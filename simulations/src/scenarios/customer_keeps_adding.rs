//! F-12: there is an end to writing answers anew.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "customer-keeps-adding",
    title: "A customer writes again and again, each time just before the answer is posted.",
    told: "After three new drafts a person gets the ticket.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    for _ in 0..4 {
        scene.seconds(2).await;
        scene.the_next_read_will_take(ticket, 5)?;
        scene.until_an_answer_is_ready(ticket).await?;
        scene.customer_adds(ticket, "One more thing about the return:")?;
    }
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)
}
