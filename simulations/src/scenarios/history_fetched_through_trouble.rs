//! F-41: no failed page is taken for the end of a list, and a crash costs one page at most.

use super::{Scenario, Scene, Told};
use crate::gorgias::faults::CallFault;

pub const SCENARIO: Scenario = Scenario {
    name: "history-fetched-through-trouble",
    title: "The history is fetched while pages fail, calls are too many, and the power goes twice.",
    told: "It goes on where it was, and in the end what is kept is what Gorgias has.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.lists_show(5)?;
    scene.a_past_of(40).await?;
    scene.minutes(5).await;
    scene.merchant_fetches_the_history().await?;
    scene.until_pages_are_kept(2).await?;
    scene.pages_will_fail(&[
        CallFault::BadGateway { after_effect: false },
        CallFault::TooManyRequests { retry_after_s: 5 },
        CallFault::Truncated,
    ])?;
    scene.until_pages_are_kept(6).await?;
    scene.the_power_flickers().await;
    scene.until_pages_are_kept(12).await?;
    scene.the_power_goes().await;
    scene.minutes(1).await;
    scene.the_program_starts().await;
    scene.until_the_history_is_fetched().await?;
    scene.expect_the_history_is_whole().await
}
