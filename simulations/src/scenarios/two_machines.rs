//! F-14: two machines answer each other.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "two-machines",
    title: "The customer is a machine that answers each of our replies within seconds and never says so.",
    told: "After as many replies as a ticket may have it goes to people without another word, and we are silent.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("limits.replies", "3").await?;
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.a_machine_answers_for_the_customer(ticket)?;
    scene.minutes(30).await;
    scene.expect_replies(ticket, 3)?;
    scene.expect_handed_off_without_a_word(ticket)?;
    scene.expect_note_says(ticket, "two machines may be writing to each other")?;
    scene.customer_adds(ticket, "Filed again. How does the return go on?")?;
    scene.hours(48).await;
    scene.expect_replies(ticket, 3)
}
