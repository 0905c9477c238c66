//! F-07: a person answers from somewhere else.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "human-by-mail",
    title: "An agent replies from a phone's mail program.",
    told: "Whatever is public and not ours is a person's: our answer is not posted.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(22).await;
    scene.human_replies_by_mail(ticket, "Sent from my phone: let me see.")?;
    scene.minutes(10).await;
    scene.expect_told(ticket, "a person works on it").await?;
    scene.expect_silence(ticket)
}
