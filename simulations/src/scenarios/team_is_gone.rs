//! S-53: those who should get handed-off tickets are there no more.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "team-is-gone",
    title: "An admin deletes the team; the merchant has named somebody else for that case.",
    told: "The ticket goes to the one who was named, and the customer notices nothing.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_names_a_fallback().await?;
    scene.admin_deletes_the_team()?;
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(10).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "passing it to a colleague")?;
    scene.expect_tagged(ticket)?;
    scene.expect_notes(ticket, 1)?;
    scene.expect_told(ticket, "it goes to the fallback").await?;
    scene.expect_with_the_fallback(ticket)
}
