//! The program dies between the mark of a handoff and what follows it.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "crash-after-the-mark",
    title: "The program dies after a handoff's mark, before its reply; and another time after its reply.",
    told: "The mark holds: the customer is told once, and note, tag and team follow once each.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    let ticket = scene.customer_asks("I want to talk to a human")?;
    scene.the_program_will_die_before_its_next_post();
    scene.minutes(5).await;
    scene.expect_replies(ticket, 1)?;
    scene.expect_handed_off(ticket)?;
    let another = scene.customer_asks("I want to talk to a human")?;
    scene.the_program_will_die_after_its_next_post();
    scene.minutes(5).await;
    scene.expect_replies(another, 1)?;
    scene.expect_handed_off(another)
}
