//! F-03: the program dies between a post and its record.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "crash-after-the-post",
    title: "The program dies when Gorgias has taken a reply and the log does not know it yet.",
    told: "After the start the reply is found in the thread by its marker and not posted again.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_program_will_die_after_its_next_post();
    scene.minutes(10).await;
    scene.expect_told(ticket, "its marker in the thread").await?;
    scene.expect_replies(ticket, 1)
}
