//! F-42: changes are read newest first down to what is known, so that none is left out and little is read twice.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "history-kept-up-to-date",
    title: "With the history fetched and every webhook lost, old tickets change, and one is merged and one deleted.",
    told: "Each change is found by a few calls for the newest pages, and the rest is not read again.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.lists_show(5)?;
    let past = scene.a_past_of(60).await?;
    scene.minutes(5).await;
    scene.merchant_fetches_the_history().await?;
    scene.until_the_history_is_fetched().await?;
    scene.hours(1).await;
    scene.webhooks_are_lost(100)?;
    scene.customer_adds(past[0], "It came. Thank you!")?;
    scene.minutes(10).await;
    scene.human_tags(past[20], "parcel")?;
    scene.human_merges(past[1], past[2])?;
    scene.human_deletes(past[3])?;
    scene.minutes(50).await;
    scene.expect_the_history_is_whole().await?;
    scene.expect_kept_as_gone(past[1]).await?;
    scene.expect_kept_as_gone(past[3]).await?;
    // Sixty tickets and their messages are 36 pages: read again at each walk they would be hundreds of calls.
    scene.expect_calls_at_most(100, 60)
}
