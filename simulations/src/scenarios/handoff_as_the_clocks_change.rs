//! F-28: tickets go to people in the night in which summer time ends.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "handoff-as-the-clocks-change",
    title: "Customers want a person at half past two, an hour later, when it is half past two once more, and after three.",
    told: "A shop that opens at three has not opened the second time either, and says when it will.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_merchant_sets("hours.zone", "Europe/Berlin").await?;
    scene.the_merchant_sets("hours.sunday", "03:00-17:00").await?;
    // From Thursday, 9 October, 08:53 UTC to Sunday, 26 October, 00:30.
    scene.hours(399).await;
    scene.minutes(37).await;
    let in_summer_time = scene.customer_asks("I want to talk to a human")?;
    scene.hours(1).await;
    let once_more = scene.another_customer_asks(("Noah Marsh", "noah@example.org"), "I want to talk to a human")?;
    scene.minutes(35).await;
    let after_three = scene.another_customer_asks(("Ada Reed", "ada@example.org"), "I want to talk to a human")?;
    scene.minutes(5).await;
    for ticket in [in_summer_time, once_more, after_three] {
        scene.expect_handed_off(ticket)?;
        scene.expect_replies(ticket, 1)?;
    }
    scene.expect_last_reply_says(in_summer_time, "today at 03:00")?;
    scene.expect_last_reply_says(once_more, "today at 03:00")?;
    scene.expect_no_reply_says(after_three, "back ")
}
