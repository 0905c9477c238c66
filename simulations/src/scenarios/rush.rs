//! F-53: a sale day.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "rush",
    title: "Sixty customers ask within a minute, and the answerer is slow.",
    told: "Each gets one reply, and Gorgias never has to say that we call too often.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_answerer_thinks(20);
    let mut tickets = Vec::new();
    for _ in 0..60 {
        tickets.push(scene.customer_asks("How does a return work?")?);
        scene.seconds(1).await;
    }
    scene.minutes(20).await;
    for ticket in tickets {
        scene.expect_replies(ticket, 1)?;
    }
    scene.expect_never_throttled()
}
