//! F-03: the program dies between an answer and its post.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "crash-before-the-post",
    title: "The program dies when a reply is announced in the log and about to leave.",
    told: "After the start the thread is read; the reply is not there, and the same text is posted once.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_program_will_die_before_its_next_post();
    scene.minutes(10).await;
    scene.expect_told(ticket, "attempt 2").await?;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, "(No. 1.)") // Not drafted anew.
}
