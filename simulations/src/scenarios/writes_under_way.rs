//! F-54: the program dies with writes under way.

use super::{Scenario, Scene, Told};

pub const SCENARIO: Scenario = Scenario {
    name: "writes-under-way",
    title: "The program dies with a write not yet safe, then with one safe that nobody was told of.",
    told: "What was lost is found at Gorgias, what was safe is not done again: one reply.",
    play: |scene| Box::pin(play(scene)),
};

async fn play(scene: &Scene) -> Told {
    scene.the_disk_gets_slow(400);
    let ticket = scene.customer_asks("How does a return work?")?;
    scene.the_program_will_die_at_its_next_write();
    scene.seconds(15).await;
    scene.the_program_will_die_after_its_next_write();
    scene.seconds(15).await;
    scene.the_program_will_die_at_its_next_write();
    scene.minutes(1).await;
    scene.the_disk_works_again();
    scene.minutes(15).await;
    scene.expect_replies(ticket, 1)
}
