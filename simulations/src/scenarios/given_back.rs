//! An operator gives a handed-off ticket back to the AI.

use super::{RETURNS, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "given-back",
    title: "People are done with a handed-off ticket; an operator gives it back to the AI.",
    told: "What was written before stays theirs; the next question is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.minutes(5).await;
    scene.human_replies(ticket, "Here I am, it is all done.")?;
    scene.minutes(5).await;
    scene.operator_gives_back(ticket).await?;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.minutes(10).await;
    scene.expect_replies(ticket, 1)?;
    scene.customer_adds(ticket, "How does a return work?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 2)?;
    scene.expect_last_reply_says(ticket, RETURNS)
}
