//! F-08: an agent takes a ticket and gives it back.

use super::{SHIPPING, Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "takeover-and-back",
    title: "An agent takes the ticket, and later assigns it to the AI user again.",
    told: "What was written meanwhile is the agent's; what comes after is answered.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.seconds(10).await;
    scene.human_takes(ticket)?;
    scene.minutes(10).await;
    scene.customer_adds(ticket, "Is anybody there?")?;
    scene.minutes(10).await;
    scene.human_replies(ticket, "Yes, I am. It is all done.")?;
    scene.minutes(1).await;
    scene.human_assigns_to_the_ai(ticket)?;
    scene.minutes(10).await;
    scene.expect_silence(ticket)?;
    scene.customer_adds(ticket, "How long does shipping take?")?;
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_last_reply_says(ticket, SHIPPING)
}
