//! F-28: a ticket goes to people while none is there.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "handoff-after-hours",
    title: "A customer who writes German wants a person on a Thursday; the shop is open on Mondays alone.",
    told: "The customer is told in German when people are back, and that once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("hours.zone", "Europe/Berlin").await?;
    scene.the_merchant_sets("hours.monday", "09:00-17:00").await?;
    let ticket = scene.customer_asks("Ich möchte bitte mit einem Menschen sprechen.")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "Montag")?;
    scene.expect_last_reply_says(ticket, "wieder für Sie da")?;
    scene.expect_handed_off_without_a_word(ticket)?;
    scene.customer_adds(ticket, "Ist denn niemand da?")?;
    scene.hours(2).await;
    scene.expect_replies(ticket, 1)
}
