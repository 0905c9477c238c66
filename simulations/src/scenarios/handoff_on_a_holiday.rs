//! F-28: a ticket goes to people on a holiday.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "handoff-on-a-holiday",
    title: "A customer wants a person on a Thursday; that day and the next are holidays of a shop open on weekdays.",
    told: "Monday is promised, not Friday; a customer who asks on Monday is promised no time.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("hours.zone", "Europe/Berlin").await?;
    for day in ["hours.monday", "hours.thursday", "hours.friday"] {
        scene.the_merchant_sets(day, "09:00-17:00").await?;
    }
    scene.the_merchant_sets("hours.holidays", "2025-10-09; 2025-10-10").await?;
    let on_the_holiday = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(5).await;
    scene.expect_handed_off(on_the_holiday)?;
    scene.expect_last_reply_says(on_the_holiday, "back on Monday at 09:00")?;
    scene.expect_replies(on_the_holiday, 1)?;
    scene.hours(95).await;
    let on_monday =
        scene.another_customer_asks(("Noah Marsh", "noah@example.org"), "I want to talk to a human")?;
    scene.minutes(5).await;
    scene.expect_handed_off(on_monday)?;
    scene.expect_no_reply_says(on_monday, "back on")
}
