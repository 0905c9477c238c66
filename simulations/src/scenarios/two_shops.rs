//! F-37: tickets that bear the same number.

use super::{RETURNS, SHIPPING, Scenario, Scene, Shop, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "two-shops",
    title: "Two shops have a ticket of the same number, and their customers ask different things.",
    told: "Each gets the answer to its own question.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.merchant_of_connects(Shop::Birch).await?;
    let here = scene.customer_asks("How does a return work?")?;
    let also_here = scene.customer_asks("How long does shipping take?")?;
    let there = scene.customer_of_asks(Shop::Birch, "How long does shipping take?")?;
    scene.minutes(5).await;
    for (ticket, right, wrong) in
        [(here, RETURNS, SHIPPING), (also_here, SHIPPING, RETURNS), (there, SHIPPING, RETURNS)]
    {
        scene.expect_replies(ticket, 1)?;
        scene.expect_last_reply_says(ticket, right)?;
        scene.expect_no_reply_says(ticket, wrong)?;
    }
    Ok(())
}
